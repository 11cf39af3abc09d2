package io.github.x402spring.webmvc;

@JettyShopTest
class JettyMethodSecurityTrapTests extends MethodSecurityTrapTests {

}
