package io.github.x402spring.e2e;

class JettyPathTricksTests extends PathTricksTests {

    @Override
    String container() {
        return "jetty";
    }

}
