package io.github.x402spring.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class Http2PathTricksTests {

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(
                List.of(Shop.class, PermissiveFacilitatorConfiguration.class, PathTricksTests.LaxConfiguration.class),
                "server.http2.enabled=true");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    static Stream<String> spellings() {
        return PathTricksTests.spellings("")
            .filter((target) -> target.chars().allMatch((character) -> character < 128));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void getWhenSpelledOtherwiseThenNothingPaidIsDelivered(String target) throws IOException {
        for (String header : List.of("accept: */*", "payment-signature: e30=")) {
            assertThat(body(target, header)).doesNotContain("delivered a", "delivered item", "delivered file");
        }
        assertThat(app.deliveries().runs()).isSubsetOf("free");
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void getWhenSpelledPlainlyThenPaymentDelivers() throws IOException {
        assertThat(body("/a", PaidApp.signature(app.pay("/a")))).isEqualTo("delivered a");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    /** A server may end the connection over what it does not take. */
    private static String body(String target, String header) throws IOException {
        try {
            return Http2Client.get(app.port(), target, 100_000, header).body();
        }
        catch (EOFException | SocketException ex) {
            return "";
        }
    }

}
