package io.github.x402spring.autoconfigure.console;

import java.io.StringWriter;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentsCsvTests {

    private static final String USDC = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC);

    private final InMemoryLedgers ledgers = new InMemoryLedgers(this.clock, 5000, 5000);

    private final PaymentHistory history = this.ledgers.history();

    private final PaymentLedger ledger = this.ledgers.payments();

    @Test
    void writeWhenThereIsAPaymentThenOneLine() throws Exception {
        reserve(1, "ann");
        assertThat(csv(100).lines()).containsExactly(
                "presented,state,endpoint,resource,amount,asset,network,payer,caller,transaction,delivered",
                "\"2026-11-21T10:00:00Z\",\"RESERVED\",\"report\",\"https://api.example.com/report\",\"0.01\",\"USDC\","
                        + "\"eip155:84532\",\"0x1\",\"ann\",,");
    }

    @ParameterizedTest
    @ValueSource(strings = { "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "|cmd", "\uFF1D1", "\uFF201" })
    void writeWhenACallerIsNamedLikeAFormulaThenIsText(String name) throws Exception {
        reserve(1, name);
        assertThat(csv(100)).contains(",\"'" + name + "\",");
    }

    @Test
    void writeWhenACallerHasQuotesAndLinesThenStaysInItsField() throws Exception {
        reserve(1, "a\",\"b\r\nc");
        assertThat(csv(100)).contains(",\"a\"\",\"\"b\r\nc\",");
    }

    @Test
    void writeWhenThereAreSeveralPagesThenAllOfThem() throws Exception {
        for (int i = 0; i < 2 * PaymentHistory.MAX_PAGE + 7; i++) {
            reserve(i, "ann");
        }
        assertThat(csv(100_000).lines()).hasSize(2 * PaymentHistory.MAX_PAGE + 8).doesNotHaveDuplicates();
    }

    @Test
    void writeWhenThereAreTooManyThenStopsAtTheBound() throws Exception {
        for (int i = 0; i < PaymentHistory.MAX_PAGE + 100; i++) {
            reserve(i, "ann");
        }
        assertThat(csv(PaymentHistory.MAX_PAGE + 10).lines()).hasSize(PaymentHistory.MAX_PAGE + 11);
    }

    private String csv(int maxRows) throws Exception {
        StringWriter writer = new StringWriter();
        PaymentSearch search = PaymentSearch.of(Map.of());
        new PaymentsCsv(this.history, new AmountFormat(new AssetRegistry(List.of())), maxRows).write(search,
                this.history.payments(search.filter(), null, PaymentHistory.MAX_PAGE), writer);
        return writer.toString();
    }

    private void reserve(int number, String caller) {
        this.ledger
            .reserve(TestClaims.claim(new PaymentKey(Network.parse("base-sepolia"), USDC, "0x" + number, "0x" + number),
                    RequestFingerprint.of("report", "GET", "https://api.example.com/report", "", new byte[0]),
                    this.clock.instant().plusSeconds(60), "report", "https://api.example.com/report",
                    BigInteger.valueOf(10_000), "0xdd", caller));
    }

}
