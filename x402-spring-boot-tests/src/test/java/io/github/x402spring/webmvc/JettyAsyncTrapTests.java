package io.github.x402spring.webmvc;

@JettyShopTest
class JettyAsyncTrapTests extends AsyncTrapTests {

}
