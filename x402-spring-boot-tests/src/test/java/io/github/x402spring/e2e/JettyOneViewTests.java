package io.github.x402spring.e2e;

class JettyOneViewTests extends OneViewTests {

    @Override
    String container() {
        return "jetty";
    }

}
