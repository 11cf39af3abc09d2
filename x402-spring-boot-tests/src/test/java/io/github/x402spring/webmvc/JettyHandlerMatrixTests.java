package io.github.x402spring.webmvc;

@JettyShopTest
class JettyHandlerMatrixTests extends HandlerMatrixTests {

}
