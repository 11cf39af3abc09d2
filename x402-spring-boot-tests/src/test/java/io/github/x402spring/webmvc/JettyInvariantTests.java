package io.github.x402spring.webmvc;

@JettyShopTest
class JettyInvariantTests extends InvariantTests {

}
