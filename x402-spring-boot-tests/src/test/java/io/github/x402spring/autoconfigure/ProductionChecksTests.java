package io.github.x402spring.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.gate.Verification;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
public class ProductionChecksTests {

    private static final String TEST = "base-sepolia";

    @ParameterizedTest
    @CsvSource({ "prod, base-sepolia", "PRODUCTION, base-sepolia", "live, base-sepolia", "dev, base",
            "dev, eip155:999999" })
    void checkWhenRealMoneyIsDecidedOverPlainHttpThenFails(String profile, String network) {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> checks(profile, http("http://facilitator.internal:8080/x402", false), mock(PaymentLedger.class))
                    .check(sold(network)));
        assertThat(failure).hasMessageContaining("plain http")
            .hasMessageContaining("dev".equals(profile) ? "main network" : profile);
        assertThat(failure.action()).contains("x402.facilitator.url", "x402.facilitator.allow-insecure");
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://10.0.0.1", "http://[2001:db8::1]/f", "HTTP://localhost.example.com",
            "http://127.0.0.1.example.com", "http://1270.0.0.1", "http://[::ffff:10.0.0.1]" })
    void checkWhenTheHostIsAnotherThenFails(String url) {
        assertThat(catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> checks("prod", http(url, false), mock(PaymentLedger.class)).check(sold(TEST))))
            .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://facilitator.example.com", "http://localhost:8402", "http://LOCALHOST",
            "http://127.0.0.1:8402/f", "http://127.8.9.1", "http://[::1]:8402" })
    void checkWhenItIsEncryptedOrStaysHereThenPasses(String url) {
        assertThatCode(() -> checks("prod", http(url, false), mock(PaymentLedger.class)).check(sold("base")))
            .doesNotThrowAnyException();
    }

    @Test
    void checkWhenAllowedOrATrialThenPasses() {
        String url = "http://facilitator.internal";
        assertThatCode(() -> checks("prod", http(url, true), mock(PaymentLedger.class)).check(sold("base")))
            .doesNotThrowAnyException();
        assertThatCode(() -> checks("dev", http(url, false), mock(PaymentLedger.class)).check(sold(TEST)))
            .doesNotThrowAnyException();
        assertThatCode(() -> checks("prod", facilitator(FacilitatorType.LOCAL, url, false), mock(PaymentLedger.class))
            .check(sold("base"))).doesNotThrowAnyException();
    }

    @Test
    void checkWhenTheLedgerIsInMemoryThenWarnsOnceOfRealMoneyOnly(CapturedOutput output) {
        PaymentLedger memory = new InMemoryLedgers(Clock.systemUTC(), 10).payments();
        checks("dev", http("https://f", false), memory).check(sold(TEST));
        PaymentLedger shared = mock(PaymentLedger.class);
        given(shared.shared()).willReturn(true);
        checks("prod", http("https://f", false), shared).check(sold("base"));
        assertThat(output).doesNotContain("ledger is in memory");
        ProductionChecks checks = checks("dev", http("https://f", false), memory);
        checks.check(sold("base"));
        checks.check(sold("eip155:999999"));
        assertThat(output).containsOnlyOnce("ledger is in memory")
            .contains("ledger is in memory on main network eip155:8453");
    }

    @Test
    void checkWhenMoneyIsSimulatedThenWarnsOnce(CapturedOutput output) {
        ProductionChecks checks = simulated("dev");
        assertThat(output).doesNotContain("NO MONEY MOVES");
        checks.check(sold(TEST));
        checks.check(sold(TEST));
        checks.checkProfile();
        assertThat(output).containsOnlyOnce("NO MONEY MOVES").contains("WARN", "x402.facilitator.url");
    }

    @ParameterizedTest
    @ValueSource(strings = { "prod", "Production", "LIVE" })
    void checkWhenMoneyIsSimulatedInProductionThenFails(String profile) {
        assertThat(catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> simulated(profile).check(sold(TEST))))
            .hasMessageContaining("moves no money");
        assertThat(
                catchThrowableOfType(InvalidX402ConfigurationException.class, () -> simulated(profile).checkProfile()))
            .hasMessageContaining(profile);
    }

    private static ProductionChecks simulated(String profile) {
        Facilitator facilitator = mock(Facilitator.class);
        given(facilitator.simulated()).willReturn(true);
        MockEnvironment environment = new MockEnvironment();
        environment.setActiveProfiles(profile);
        return new ProductionChecks(environment, facilitator(null, null, false), facilitator,
                mock(PaymentLedger.class));
    }

    /** Checks that find nothing. */
    public static ProductionChecks trial() {
        return checks("dev", facilitator(null, null, false), mock(PaymentLedger.class));
    }

    private static ProductionChecks checks(String profile, X402Properties.Facilitator facilitator,
            PaymentLedger ledger) {
        MockEnvironment environment = new MockEnvironment();
        environment.setActiveProfiles("other", profile);
        return new ProductionChecks(environment, facilitator, mock(Facilitator.class), ledger);
    }

    private static X402Properties.Facilitator http(String url, boolean allowInsecure) {
        return facilitator(null, url, allowInsecure);
    }

    private static X402Properties.Facilitator facilitator(@Nullable FacilitatorType type, @Nullable String url,
            boolean allowInsecure) {
        Duration second = Duration.ofSeconds(1);
        return new X402Properties.Facilitator(type, url, allowInsecure, Verification.BOTH, second, second, second, 1,
                List.of(), List.of(), new X402Properties.Server(false, "/f", List.of(), DataSize.ofBytes(1), 1, 1),
                new X402Properties.CircuitBreaker(1, 1, second));
    }

    private static Network sold(String network) {
        return Network.parse(network);
    }

}
