package io.github.x402spring.webmvc;

@JettyShopTest
class JettyDispatchTrapTests extends DispatchTrapTests {

}
