package io.github.x402spring.gate;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.memory.InMemoryLedgers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StoredResponsesTests {

    private static final byte[] ANSWER = "what was paid for".getBytes(StandardCharsets.UTF_8);

    private static final byte[] KEY = new byte[32];

    private final ResponseStore store = new InMemoryLedgers(Clock.systemUTC(), 1).responses(Duration.ofMinutes(1),
            1_000_000);

    private final StoredResponses answers = new StoredResponses(this.store, KEY, 100);

    private final AdmittedPayment payment = admitted("/report", "alice");

    @Test
    void findWhenKeptThenTheAnswer() {
        this.answers.store(this.payment, ANSWER);
        assertThat(this.answers.find(this.payment.candidate())).isEqualTo(ANSWER);
        assertThat(this.answers.find(admitted("/report", "alice").candidate())).isEqualTo(ANSWER);
    }

    @Test
    void findWhenForAnotherRequestOrCallerThenNothing() {
        this.answers.store(this.payment, ANSWER);
        assertThat(this.answers.find(admitted("/other", "alice").candidate())).isNull();
        assertThat(this.answers.find(admitted("/report", "bob").candidate())).isNull();
        assertThat(this.answers.find(admitted("/report", null).candidate())).isNull();
    }

    @Test
    void findWhenTheKeyIsAnotherThenNothing() {
        this.answers.store(this.payment, ANSWER);
        byte[] other = KEY.clone();
        other[31] = 1;
        assertThat(new StoredResponses(this.store, other, 100).find(this.payment.candidate())).isNull();
        assertThat(new StoredResponses(this.store, KEY, 100).find(this.payment.candidate())).isEqualTo(ANSWER);
    }

    @Test
    void keepWhenTwiceThenNothingReadableAndNeverTheSame() throws Exception {
        this.answers.store(this.payment, ANSWER);
        byte[] first = this.store.find(GateFixture.KEY).orElseThrow();
        this.answers.store(this.payment, ANSWER);
        byte[] second = this.store.find(GateFixture.KEY).orElseThrow();
        assertThat(HexFormat.of().formatHex(first)).doesNotContain(HexFormat.of().formatHex(ANSWER, 0, 4));
        assertThat(Arrays.copyOf(first, 12)).isNotEqualTo(Arrays.copyOf(second, 12));
    }

    @Test
    void findWhenTamperedWithThenNothing() throws Exception {
        this.answers.store(this.payment, ANSWER);
        byte[] sealed = this.store.find(GateFixture.KEY).orElseThrow().clone();
        sealed[sealed.length - 1] ^= 1;
        this.store.keep(GateFixture.KEY, sealed);
        assertThat(this.answers.find(this.payment.candidate())).isNull();
        this.store.keep(GateFixture.KEY, new byte[3]);
        assertThat(this.answers.find(this.payment.candidate())).isNull();
    }

    @Test
    void keepWhenLargerThanTheBoundThenNotAndJustNotLargerThenKept() {
        this.answers.store(this.payment, new byte[101]);
        assertThat(this.answers.find(this.payment.candidate())).isNull();
        this.answers.store(this.payment, new byte[100]);
        assertThat(this.answers.find(this.payment.candidate())).hasSize(100);
    }

    @Test
    void keepWhenTheStoreIsDownThenThePayerIsNotTroubled() {
        StoredResponses answers = new StoredResponses(new BrokenStore(), KEY, 100);
        answers.store(this.payment, ANSWER);
        answers.delete(this.payment);
        assertThat(answers.find(this.payment.candidate())).isNull();
    }

    @Test
    void createWhenTheKeyIsShortThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StoredResponses(this.store, new byte[31], 100));
    }

    private static AdmittedPayment admitted(String resource, String caller) {
        GateFixture fixture = new GateFixture();
        StubExchange exchange = fixture.exchange(resource);
        exchange.caller = caller;
        return fixture.admit(fixture.attemptOf(exchange));
    }

    private static final class BrokenStore implements ResponseStore {

        @Override
        public void keep(PaymentKey key, byte[] sealed) {
            throw new LedgerException("down", null);
        }

        @Override
        public Optional<byte[]> find(PaymentKey key) {
            throw new LedgerException("down", null);
        }

        @Override
        public void forget(PaymentKey key) {
            throw new LedgerException("down", null);
        }

        @Override
        public void forgetExpired() {
            throw new LedgerException("down", null);
        }

    }

}
