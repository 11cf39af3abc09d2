package io.github.x402spring.webmvc;

@JettyShopTest
class JettyFunctionTrapTests extends FunctionTrapTests {

}
