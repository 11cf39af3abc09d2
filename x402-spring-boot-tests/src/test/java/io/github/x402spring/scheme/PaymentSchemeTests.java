package io.github.x402spring.scheme;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentSchemeTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Authorization AUTHORIZATION = new Authorization("0xa", "0x1", NOW);

    private static final PaymentRequirements TERMS = new PaymentRequirements("other", Network.parse("base-sepolia"),
            TokenAmount.of(1), "0xb", "0xc", 60, Map.of());

    @ParameterizedTest
    @MethodSource("screenings")
    void identifyWhenTheSchemeCannotTellApartThenAsItIsScreened(Screening screening,
            Optional<SignedPayment> identified) {
        PaymentScheme scheme = new PaymentScheme() {

            @Override
            public String name() {
                return "other";
            }

            @Override
            public String recipient(String payTo, Network network) {
                return payTo;
            }

            @Override
            public boolean supports(PaymentRequirements requirements) {
                return true;
            }

            @Override
            public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
                return screening;
            }

        };
        assertThat(scheme.identify(new PaymentPayload(2, Map.of("payload", Map.of())), TERMS, NOW))
            .isEqualTo(identified);
    }

    private static Stream<Object[]> screenings() {
        return Stream.of(
                new Object[] { new Screening.Passed(AUTHORIZATION, false),
                        Optional.of(new SignedPayment(AUTHORIZATION, false)) },
                new Object[] { new Screening.Expired(AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true),
                        Optional.of(new SignedPayment(AUTHORIZATION, true)) },
                new Object[] { new Screening.Failed(ReasonCode.EVM_SIGNATURE), Optional.empty() },
                new Object[] { new Screening.Malformed(), Optional.empty() });
    }

}
