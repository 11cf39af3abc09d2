package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

@JettyShopTest
class JettyAsyncTrapTests extends AsyncTrapTests {

    @Override
    @Test
    @Disabled("Jetty ends the chunks of a stream that broke as if it were whole")
    void streamWhenItBreaksAfterItsFirstByteThenItWasSettledAndIsVisiblyIncomplete() {
    }

}
