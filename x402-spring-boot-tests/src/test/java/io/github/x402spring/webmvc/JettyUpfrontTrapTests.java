package io.github.x402spring.webmvc;

@JettyShopTest
class JettyUpfrontTrapTests extends UpfrontTrapTests {

}
