package io.github.x402spring.transport;

import java.io.IOException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.transport.BreakPoint.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("waiting")
@Timeout(60)
class BreakPointTests {

    private static final Duration SHORT = Duration.ofMillis(300);

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final int MAX_LENGTH = 64 * 1024;

    private static final String BODY = "{\"ok\":true}";

    private static final byte[] REQUEST = "x".repeat(1400).getBytes();

    private final ScriptedServer server = ScriptedServer.start();

    private final HttpTransport transport = new HttpTransport(Peer.FACILITATOR, 4, LONG);

    @AfterEach
    void close() {
        this.server.close();
        this.transport.close();
    }

    @ParameterizedTest
    @EnumSource
    void exchangeWhenTheConnectionBreaksThenSaysWhatIsKnown(BreakPoint point) throws Exception {
        assertThat(exchange(point)).isEqualTo(point.outcome());
        assertThat(this.server.accepted()).isEqualTo((point == BreakPoint.REFUSED) ? 0 : 1);
        assertThat(this.server.requests()).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void exchangeWhenTheConnectionBrokeThenNothingIsLeftOfIt(BreakPoint point) throws Exception {
        exchange(point);
        assertThat(this.transport.connections()).isEqualTo(new PoolState(0, kept(point), 0, 4));
        this.server.reset();
        this.server.play((exchange) -> exchange.readRequest().reply("{}"));
        assertThat(exchange(LONG)).isEqualTo(Outcome.REPLIED);
        assertThat(this.server.requests()).hasSize(1);
    }

    private static int kept(BreakPoint point) {
        return switch (point) {
            case WHOLE, WHOLE_BEFORE_THE_REQUEST_IS_READ, WHOLE_AFTER_INTERIM_REPLIES, WHOLE_IN_CHUNKS,
                    WHOLE_AND_HALF_CLOSED ->
                1;
            default -> 0;
        };
    }

    private Outcome exchange(BreakPoint point) throws IOException {
        Duration timeout = (point.outcome() == Outcome.SENT_AND_WAITING) ? SHORT : LONG;
        while (true) {
            point.arrange(this.server, BODY);
            try {
                return exchange(timeout);
            }
            catch (TooShortException ex) {
                timeout = timeout.multipliedBy(2);
                this.server.reset();
            }
        }
    }

    private Outcome exchange(Duration timeout) throws TooShortException {
        try {
            OutgoingRequest request = OutgoingRequest.post(this.server.url(), REQUEST);
            Reply reply = this.transport.exchange(request, timeout, MAX_LENGTH);
            return (reply.body().length > MAX_LENGTH) ? Outcome.TOO_LONG : replied(reply);
        }
        catch (NotSentException ex) {
            if ("no connection in time".equals(ex.getMessage())) {
                throw new TooShortException();
            }
            return Outcome.NOT_SENT;
        }
        catch (NoReplyException ex) {
            return "timed out".equals(ex.getMessage()) ? Outcome.SENT_AND_WAITING : Outcome.SENT;
        }
    }

    private static Outcome replied(Reply reply) {
        assertThat(reply.status()).isEqualTo(200);
        assertThat(new String(reply.body())).matches("\\{.*}\\s*");
        return Outcome.REPLIED;
    }

    /** The machine was too busy to come to what is tested. */
    private static final class TooShortException extends Exception {

    }

}
