package io.github.x402spring.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentDialectsTests {

    private static final int MAX_LENGTH = 1024;

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(MAX_LENGTH);

    private static final PaymentRequirements OFFER = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300, Map.of());

    private static final PaymentRequired TERMS = new PaymentRequired("Payment required",
            new ResourceInfo("https://api.example.test/report", "", ""), List.of(OFFER, OFFER), Map.of());

    private static final SettleResponse RECEIPT = SettleResponse.settled("0xab", "0xcd", OFFER.network());

    private static final String FIRST = base64(
            "{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base\",\"payload\":{\"nonce\":\"1\"}}");

    private static final String SECOND = base64("{\"x402Version\":2,\"accepted\":{},\"payload\":{\"nonce\":\"1\"}}");

    private static final String OTHER = base64("{\"x402Version\":2,\"accepted\":{},\"payload\":{\"nonce\":\"2\"}}");

    private static final String OVERSIZE = "A".repeat(MAX_LENGTH + 4);

    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final PaymentDialects x402 = PaymentDialects.x402(CODEC, true);

    private final PaymentDialects withoutFirst = PaymentDialects.x402(CODEC, false);

    private final PaymentDialects three = three();

    private static PaymentDialects three() {
        PaymentDialect second = new X402V2Dialect(CODEC);
        return new PaymentDialects(List.of(second, new X402V1Dialect(CODEC, second, true), new CouponDialect(CODEC)),
                second);
    }

    /** All pairs of credentials in three headers, which a third dialect is part of. */
    static Stream<Arguments> credentials() {
        List<String> values = List.of("", FIRST, SECOND, OTHER, "garbage", OVERSIZE);
        return values.stream()
            .flatMap((signature) -> values.stream()
                .flatMap((payment) -> values.stream().map((coupon) -> Arguments.of(signature, payment, coupon))));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void readWhenThereAreThreeDialectsThenOnePaymentCountsOnceAndTwoAreNeverChosenFrom(String signature, String payment,
            String coupon) {
        add("PAYMENT-SIGNATURE", signature);
        add("X-PAYMENT", payment);
        add("Authorization", coupon.isEmpty() ? "Bearer token" : "Coupon " + coupon);
        List<String> nonces = new ArrayList<>();
        nonces.add(nonce(signature, false));
        nonces.add(nonce(payment, true));
        nonces.add(nonce(coupon, false));
        nonces.removeIf(String::isEmpty);
        String expected = nonces.isEmpty() ? "absent"
                : (nonces.size() > 1 && (nonces.contains("unreadable") || nonces.stream().distinct().count() > 1))
                        ? "ambiguous" : nonces.get(0).equals("unreadable") ? "malformed" : nonces.get(0);
        assertThat(kind(this.three)).isEqualTo(expected);
    }

    private static String nonce(String credential, boolean firstToo) {
        if (credential.isEmpty()) {
            return "";
        }
        return credential.equals(SECOND) || (firstToo && credential.equals(FIRST)) ? "1"
                : credential.equals(OTHER) ? "2" : "unreadable";
    }

    private String kind(PaymentDialects dialects) {
        return switch (dialects.read(this::values)) {
            case PresentedPayment.Absent absent -> "absent";
            case PresentedPayment.NotRead notRead -> "not read";
            case PresentedPayment.Present(PaymentPayload payload, PaymentDialect dialect) ->
                String.valueOf(payload.payload().get("nonce"));
            case PresentedPayment.Unusable(Reason reason) -> (reason == Reason.PAYMENT_AMBIGUOUS) ? "ambiguous"
                    : (reason == Reason.PAYMENT_MALFORMED) ? "malformed" : reason.code();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = { "PAYMENT-SIGNATURE", "X-PAYMENT", "Authorization" })
    void readWhenACredentialIsDoubledThenAmbiguousAlthoughEqual(String header) {
        String value = header.equals("Authorization") ? "Coupon " + SECOND : SECOND;
        add(header, value);
        assertThat(kind(this.three)).isEqualTo("1");
        add(header, value);
        assertThat(kind(this.three)).isEqualTo("ambiguous");
        add("PAYMENT-SIGNATURE", SECOND);
        assertThat(kind(this.three)).isEqualTo("ambiguous");
    }

    @ParameterizedTest
    @CsvSource({ "PAYMENT-SIGNATURE, 2, true, PAYMENT-RESPONSE", "PAYMENT-SIGNATURE, 1, true, malformed",
            "PAYMENT-SIGNATURE, 1, false, malformed", "X-PAYMENT, 1, true, X-PAYMENT-RESPONSE",
            "X-PAYMENT, 1, false, not read", "X-PAYMENT, 2, true, PAYMENT-RESPONSE",
            "X-PAYMENT, 2, false, PAYMENT-RESPONSE" })
    void readWhenAVersionIsInAHeaderThenReceiptIsOfTheVersion(String header, int version, boolean first,
            String expected) {
        add(header, (version == 1) ? FIRST : SECOND);
        PaymentDialects dialects = first ? this.x402 : this.withoutFirst;
        PresentedPayment presented = dialects.read(this::values);
        String told = (presented instanceof PresentedPayment.Present(PaymentPayload payload, PaymentDialect dialect))
                ? String.valueOf(dialect.receipt(RECEIPT)).split("name=", 2)[1].split(",", 2)[0] : kind(dialects);
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void readWhenADialectSharesItsHeaderThenOtherSchemesAreNoPayment() {
        add("Authorization", "Bearer " + SECOND);
        assertThat(this.three.presented(this::values)).isFalse();
        assertThat(kind(this.three)).isEqualTo("absent");
    }

    @Test
    void presentedWhenNothingIsTakenFromAHeaderThenNoValueIsRead() {
        Function<String, Enumeration<String>> unread = (name) -> new Enumeration<>() {

            @Override
            public boolean hasMoreElements() {
                return name.equals("X-PAYMENT");
            }

            @Override
            public String nextElement() {
                throw new IllegalStateException("A firewall examines it");
            }

        };
        assertThat(this.withoutFirst.presented(unread)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "4, true", "5, false" })
    void readAllWhenThereAreTooManyThenNoneIsLookedUp(int number, boolean read) {
        for (int i = 0; i < number; i++) {
            add((i % 2 == 0) ? "X-PAYMENT" : "PAYMENT-SIGNATURE", SECOND);
        }
        List<PaymentPayload> all = this.x402.readAll(this::values);
        assertThat(all != null).isEqualTo(read);
    }

    @Test
    void readAllWhenSomeAreUnreadableThenTheOthers() {
        add("PAYMENT-SIGNATURE", "garbage");
        add("PAYMENT-SIGNATURE", SECOND);
        add("X-PAYMENT", FIRST);
        assertThat(this.withoutFirst.readAll(this::values)).hasSize(2);
    }

    @Test
    void challengeWhenThereAreThreeDialectsThenAllStateTheTerms() {
        List<HeaderField> fields = this.three.challenge(TERMS);
        assertThat(fields).extracting(HeaderField::name)
            .containsExactly("PAYMENT-REQUIRED", "WWW-Authenticate", "WWW-Authenticate");
        assertThat(CODEC.decodePaymentRequired(fields.get(0).value())).contains(TERMS);
        assertThat(fields).extracting(HeaderField::isAdded).containsExactly(false, true, true);
        assertThat(this.x402.challenge(TERMS)).isEqualTo(this.withoutFirst.challenge(TERMS)).hasSize(1);
    }

    @Test
    void readableWhenVersionOneIsTakenThenOfThatVersion() {
        assertThat(this.x402.readable(TERMS)).isEqualTo(TERMS.toV1Map());
        assertThat(this.withoutFirst.readable(TERMS)).isEqualTo(TERMS.toMap());
    }

    @ParameterizedTest
    @CsvSource({ "1, X-PAYMENT-RESPONSE", "2, PAYMENT-RESPONSE" })
    void receiptWhenWrittenThenInTheFormOfTheVersion(int version, String header) {
        HeaderField field = TestDialects.version(version).receipt(RECEIPT);
        assertThat(field)
            .isEqualTo(new HeaderField(header, CODEC.encode((version == 1) ? RECEIPT.toV1Map() : RECEIPT.toMap())));
    }

    @Test
    void receiptWhenADialectHasNoneForFailuresThenNone() {
        PaymentDialect coupon = new CouponDialect(CODEC);
        assertThat(coupon.receipt(RECEIPT)).isNotNull();
        assertThat(coupon.receipt(SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", OFFER.network()))).isNull();
    }

    @Test
    void namesWhenListedThenThoseThatTheDialectsUse() {
        assertThat(PaymentDialects.CREDENTIAL_HEADERS).containsExactly("PAYMENT-SIGNATURE", "X-PAYMENT");
        assertThat(this.x402.challenge(TERMS)).extracting(HeaderField::name)
            .isEqualTo(PaymentDialects.CHALLENGE_HEADERS);
        assertThat(Stream.of(2, 1).map((version) -> TestDialects.version(version).receipt(RECEIPT)))
            .extracting((field) -> (field != null) ? field.name() : "")
            .isEqualTo(PaymentDialects.RECEIPT_HEADERS);
    }

    private void add(String name, String value) {
        if (!value.isEmpty()) {
            this.headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), (key) -> new ArrayList<>()).add(value);
        }
    }

    private Enumeration<String> values(String name) {
        return Collections.enumeration(this.headers.getOrDefault(name, List.of()));
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

}
