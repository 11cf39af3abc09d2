package io.github.x402spring.e2e;

class JettyPaidBodyTests extends PaidBodyTests {

    @Override
    String container() {
        return "jetty";
    }

}
