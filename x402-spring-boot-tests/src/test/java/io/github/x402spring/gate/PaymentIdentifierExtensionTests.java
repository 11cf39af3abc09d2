package io.github.x402spring.gate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.protocol.PaymentPayload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class PaymentIdentifierExtensionTests {

    private static final String SHORTEST = "a".repeat(16);

    private final PaymentIdentifierExtension extension = new PaymentIdentifierExtension();

    @ParameterizedTest
    @CsvSource({ "OPTIONAL, false", "REQUIRED, true" })
    void declareWhenClientsMayNamePurchasesThenSaysWhetherTheyMust(PaymentIdentifierMode mode, boolean required) {
        Map<String, Object> id = Map.of("type", "string", "minLength", 16, "maxLength", 128, "pattern",
                "^[a-zA-Z0-9_-]+$");
        Map<String, Object> schema = Map.of("$schema", "https://json-schema.org/draft/2020-12/schema", "type", "object",
                "properties", Map.of("required", Map.of("type", "boolean"), "id", id), "required", List.of("required"));
        assertThat(declare(mode))
            .isEqualTo(Map.of("payment-identifier", Map.of("info", Map.of("required", required), "schema", schema)));
    }

    @Test
    void declareWhenNamesAreOffThenDeclaresNothing() {
        assertThat(declare(PaymentIdentifierMode.OFF)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "REQUIRED, payment-identifier, true", "REQUIRED, bazaar, false", "OPTIONAL, payment-identifier, false",
            "OFF, payment-identifier, false" })
    void requiredWhenClientsMustNamePurchasesThenOnlyThisExtension(PaymentIdentifierMode mode, String extension,
            boolean required) {
        assertThat(this.extension.required(endpoint(mode), extension)).isEqualTo(required);
    }

    @Test
    void variesWhenAskedThenNever() {
        assertThat(this.extension.varies(endpoint(PaymentIdentifierMode.REQUIRED))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "aaaaaaaaaaaaaaaa", "pay_7d5d747be160e280", "ABCDEFGHIJKLMNOP", "----------------",
            "0123456789_-zZaA" })
    void identifierWhenItHasTheFormThenIsFound(String id) throws Exception {
        assertThat(identifier(named(id), PaymentIdentifierMode.OPTIONAL)).isEqualTo(id);
        assertThat(identifier(named(id), PaymentIdentifierMode.REQUIRED)).isEqualTo(id);
    }

    @Test
    void identifierWhenAsLongAsMayBeThenIsFound() throws Exception {
        assertThat(identifier(named("a".repeat(128)), PaymentIdentifierMode.OPTIONAL)).hasSize(128);
    }

    @ParameterizedTest
    @MethodSource
    void identifierWhenItHasNotTheFormThenRefusedAlsoWhereItIsOptional(Object id) {
        assertRefused(named(id), PaymentIdentifierMode.OPTIONAL);
        assertRefused(named(id), PaymentIdentifierMode.REQUIRED);
    }

    static Stream<Object> identifierWhenItHasNotTheFormThenRefusedAlsoWhereItIsOptional() {
        return Stream.of("", "a".repeat(15), "a".repeat(129), SHORTEST + "\n", "\n" + SHORTEST, "a".repeat(15) + " ",
                "a".repeat(15) + ".", "a".repeat(15) + "\u00e9", "a".repeat(15) + "\u0661", 1234567890123456L,
                List.of(SHORTEST), Map.of("id", SHORTEST), true);
    }

    @ParameterizedTest
    @MethodSource
    void identifierWhenTheExtensionHasNotTheFormThenRefused(Object malformed) {
        assertRefused(payload(Map.of("payment-identifier", malformed)), PaymentIdentifierMode.OPTIONAL);
    }

    static Stream<Object> identifierWhenTheExtensionHasNotTheFormThenRefused() {
        return Stream.of(SHORTEST, List.of(), 1, Map.of(), Map.of("id", SHORTEST), Map.of("info", SHORTEST),
                Map.of("info", List.of(Map.of("id", SHORTEST))));
    }

    @ParameterizedTest
    @MethodSource
    void identifierWhenThereIsNoneThenOnlyMissedWhereItIsRequired(PaymentPayload payload) throws Exception {
        assertThat(identifier(payload, PaymentIdentifierMode.OPTIONAL)).isNull();
        assertRefused(payload, PaymentIdentifierMode.REQUIRED);
    }

    static Stream<PaymentPayload> identifierWhenThereIsNoneThenOnlyMissedWhereItIsRequired() {
        return Stream.of(payload(null), payload("extensions"), payload(List.of()), payload(Map.of()),
                payload(Map.of("other", Map.of("info", Map.of("id", SHORTEST)))),
                payload(Map.of("PAYMENT-IDENTIFIER", Map.of("info", Map.of("id", SHORTEST)))),
                payload(Collections.singletonMap("payment-identifier", null)),
                payload(Map.of("payment-identifier", Map.of("info", Map.of()))),
                payload(Map.of("payment-identifier", Map.of("info", Map.of("required", true)))), named(null));
    }

    private static void assertRefused(PaymentPayload payload, PaymentIdentifierMode mode) {
        assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> identifier(payload, mode))
            .satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.PAYMENT_IDENTIFIER));
    }

    private static @Nullable String identifier(PaymentPayload payload, PaymentIdentifierMode mode) {
        return PaymentIdentifierExtension.identifier(payload, mode);
    }

    private Map<String, Object> declare(PaymentIdentifierMode mode) {
        return this.extension.declare(endpoint(mode), "https://api.example.test/report", List.of(GateFixture.TERMS));
    }

    private static PaidEndpointDefinition endpoint(PaymentIdentifierMode mode) {
        return AdmittedPayments.endpoint(AdmittedPayments.endpoint("report", PaymentFlow.AUTHORIZATION), mode);
    }

    private static PaymentPayload named(@Nullable Object id) {
        return payload(Map.of("payment-identifier", Map.of("info", Collections.singletonMap("id", id))));
    }

    private static PaymentPayload payload(@Nullable Object extensions) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(GateFixture.payload(GateFixture.TERMS).tree());
        if (extensions != null) {
            tree.put("extensions", extensions);
        }
        return new PaymentPayload(2, tree);
    }

}
