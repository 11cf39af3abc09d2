package io.github.x402spring.autoconfigure.security;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.security.DelegatedPayerPolicy;
import io.github.x402spring.security.Delegation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class DelegationsBuilderTests {

    private static final String PAYER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");

    private final Map<String, String> properties = new HashMap<>(Map.of("x402.delegations[0].caller", "ann",
            "x402.delegations[0].payer", PaidApplication.PAY_TO, "x402.delegations[0].expires-at", END.toString()));

    @Test
    void buildWhenLittleIsSaidThenNamedByItsPlaceAndLimitedByThePrice() {
        assertThat(build().find("ann", PAYER))
            .containsExactly(new Delegation("x402.delegations[0]", "ann", PAYER, null, END));
    }

    @Test
    void buildWhenAllIsSaidThenAllIsRead() {
        set("id", "ann-pays");
        set("max-amount", "10000");
        assertThat(build().find("ann", PAYER))
            .containsExactly(new Delegation("ann-pays", "ann", PAYER, TokenAmount.of(10_000), END));
    }

    @Test
    void buildWhenThereAreNoneThenNobodyPaysForAnother() {
        this.properties.clear();
        assertThat(build().find("ann", PAYER)).isEmpty();
    }

    @Test
    void buildWhenTheSecondIsWrongThenItIsTheOneThatIsNamed() {
        this.properties.put("x402.delegations[1].caller", "bob");
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(this::build)
            .withMessageContaining("x402.delegations[1]");
    }

    @ParameterizedTest
    @CsvSource({ "caller, ''", "caller, ' '", "caller, ", "expires-at, ", "payer, ", "payer, ''", "payer, 0x12",
            "payer, 0x70997970C51812dc3A010C7d01b50e0d17dc79c8", "payer, 70997970C51812dc3A010C7d01b50e0d17dc79C8",
            "max-amount, ''", "max-amount, -1", "max-amount, 0.5", "max-amount, 007", "max-amount, 1e3",
            "max-amount, 115792089237316195423570985008687907853269984665640564039457584007913129639936" })
    void buildWhenADelegationIsNotWholeThenFailsAndNamesTheProperty(String name, @Nullable String value) {
        set(name, value);
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(this::build)
            .extracting(InvalidX402ConfigurationException::action)
            .asString()
            .contains("x402.delegations[0]." + name);
    }

    @Test
    void buildWhenThePayerIsAPrivateKeyThenItIsNotRepeated() {
        set("payer", "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(this::build)
            .withMessageContaining("private key")
            .withMessageNotContaining("59c6995e");
    }

    private void set(String name, @Nullable String value) {
        this.properties.remove("x402.delegations[0]." + name);
        if (value != null) {
            this.properties.put("x402.delegations[0]." + name, value);
        }
    }

    private DelegatedPayerPolicy build() {
        return DelegationsBuilder.build(new Binder(new MapConfigurationPropertySource(this.properties))
            .bindOrCreate("x402", X402Properties.class));
    }

}
