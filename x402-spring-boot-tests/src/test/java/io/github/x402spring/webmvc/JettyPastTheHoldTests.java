package io.github.x402spring.webmvc;

@JettyShopTest
class JettyPastTheHoldTests extends PastTheHoldTests {

}
