package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Changes one thing of a payment at a time.
 */
@Tag("locale")
class TamperedPaymentTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final String OTHER = TestWallet.named("7").address();

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @Test
    void payWhenNothingIsTamperedThenGrants() {
        Answer answer = app.http().get("/a", PaidApp.signature(app.pay("/a")));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(app.deliveries().runs()).containsExactly("a");
        assertThat(app.facilitator().verifications()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "scheme, upto", "network, eip155:8453", "network, base-sepolia", "amount, 9999", "amount, 10001",
            "amount, 010000", "amount, 0", "asset, 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
            "asset, 0x036cbd53842c5426634e7929541ec2318f3dcf7e", "payTo, 0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
            "payTo, 0x000000000000000000000000000000000000dEaD" })
    void payWhenAcceptedTextIsTamperedThenRefusesBeforeAnyCall(String name, String value) {
        assertRefused(withAccepted((accepted) -> accepted.put(name, value)));
    }

    @ParameterizedTest
    @CsvSource({ "name, USD Coin", "version, 1", "resource, http://localhost/b" })
    void payWhenAcceptedExtraIsTamperedThenRefusesBeforeAnyCall(String name, String value) {
        assertRefused(withAccepted((accepted) -> accepted.put("extra", changed(accepted, name, value))));
    }

    @ParameterizedTest
    @CsvSource({ "299", "301", "-1", "0" })
    void payWhenAcceptedTimeoutIsTamperedThenRefusesBeforeAnyCall(long seconds) {
        assertRefused(withAccepted((accepted) -> accepted.put("maxTimeoutSeconds", BigInteger.valueOf(seconds))));
    }

    @ParameterizedTest
    @CsvSource({ "scheme", "network", "amount", "asset", "payTo", "maxTimeoutSeconds", "extra" })
    void payWhenAcceptedLacksAMemberThenRefusesBeforeAnyCall(String name) {
        assertRefused(withAccepted((accepted) -> accepted.remove(name)));
    }

    @Test
    void payWhenAcceptedHasAnotherMemberThenRefusesBeforeAnyCall() {
        assertRefused(withAccepted((accepted) -> accepted.put("discount", "1")));
    }

    static Stream<Arguments> authorizations() {
        return Stream.of(arguments("from", OTHER), arguments("to", OTHER), arguments("value", "9999"),
                arguments("value", "10001"), arguments("validAfter", "1"), arguments("validBefore", "1"),
                arguments("validBefore", "99999999999"), arguments("nonce", "0x" + "00".repeat(32)),
                arguments("nonce", "0x" + "00".repeat(31)), arguments("signature", "0x" + "00".repeat(65)),
                arguments("signature", "0x"), arguments("signature", "0x" + "11".repeat(64)),
                arguments("signature", "0x" + "6492".repeat(100)), arguments("from", null), arguments("to", null),
                arguments("value", null), arguments("validAfter", null), arguments("validBefore", null),
                arguments("nonce", null), arguments("signature", null));
    }

    @ParameterizedTest
    @MethodSource("authorizations")
    void payWhenAuthorizationIsTamperedThenRefusesBeforeAnyCall(String name, @Nullable String value) {
        assertRefused(PaidApp.signature(app.pay("/a").tamper(name, value)));
    }

    @ParameterizedTest
    @CsvSource({ "0", "31", "32", "63", "64" })
    void payWhenOneBitOfTheSignatureIsFlippedThenRefusesBeforeAnyCall(int position) {
        PaymentDraft payment = app.pay("/a").reworkSignature((signature) -> {
            byte[] bytes = signature.clone();
            bytes[position] ^= 1;
            return bytes;
        });
        assertRefused(PaidApp.signature(payment));
    }

    static Stream<Arguments> signings() {
        return Stream.of(change("another signer", (payment) -> payment.signedBy(TestWallet.named("7"))),
                change("another chain", (payment) -> payment.chainId(8453)),
                change("another domain", (payment) -> payment.domain("USD Coin", "2")),
                change("another contract", (payment) -> payment.verifyingContract(OTHER)),
                change("another recipient", (payment) -> payment.with("to", OTHER)),
                change("less", (payment) -> payment.with("value", "1")),
                change("more", (payment) -> payment.with("value", "10001")),
                change("for ever", (payment) -> payment.with("validBefore", "99999999999")),
                change("not yet valid", (payment) -> payment.with("validAfter", "99999999999")),
                change("high s", PaymentDraft::highS));
    }

    @Test
    void payWhenItExpiredBeforeTheInstanceWasStartedThenNoneVouchesForItAndNobodyIsAsked() {
        Answer answer = app.http().get("/a", PaidApp.signature(app.pay("/a").with("validBefore", "1000000000")));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("signings")
    void payWhenSomethingElseIsSignedThenRefusesBeforeAnyCall(String name, Consumer<PaymentDraft> change) {
        PaymentDraft payment = app.pay("/a");
        change.accept(payment);
        assertRefused(PaidApp.signature(payment));
    }

    @ParameterizedTest
    @CsvSource({ "0", "1", "3", "22" })
    void payWhenVersionIsTamperedThenRefusesBeforeAnyCall(long version) {
        Map<String, Object> tree = new LinkedHashMap<>(app.pay("/a").tree());
        tree.put("x402Version", BigInteger.valueOf(version));
        assertRefused("PAYMENT-SIGNATURE: " + CODEC.encode(tree));
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://elsewhere.example/a", "https://elsewhere.example/b", "/b", "/a/", "/A" })
    void payWhenResourceOfThePayloadIsAnotherThenChallengesBeforeAnyCall(String address) {
        PaymentDraft payment = app.pay("/a").resource(Map.of("url", address));
        Answer answer = app.http().get("/a", PaidApp.signature(payment));
        assertThat(answer.reason()).isEqualTo("requirement_mismatch");
        assertThat(app.facilitator().verifications()).isEmpty();
    }

    @Test
    void payWhenResourceOfThePayloadIsTheEchoOfTheTermsThenDelivers() {
        PaymentDraft payment = app.pay("/a").resource(PaidApp.challenge(app.http().get("/a")).resource().toMap());
        assertThat(app.http().get("/a", PaidApp.signature(payment)).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).singleElement()
            .satisfies((call) -> assertThat(call.resource().url()).endsWith("/a"));
    }

    private static Arguments change(String name, Consumer<PaymentDraft> change) {
        return arguments(name, change);
    }

    private static String withAccepted(Consumer<Map<String, Object>> change) {
        PaymentDraft payment = app.pay("/a");
        Map<String, Object> accepted = new LinkedHashMap<>(app.terms("/a").toMap());
        change.accept(accepted);
        return PaidApp.signature(payment.accepted(accepted));
    }

    private static Map<String, Object> changed(Map<String, Object> accepted, String name, String value) {
        Map<String, Object> extra = new LinkedHashMap<>();
        ((Map<?, ?>) accepted.get("extra")).forEach((key, present) -> extra.put((String) key, present));
        extra.put(name, value);
        return extra;
    }

    private static void assertRefused(String header) {
        Answer answer = app.http().get("/a", header);
        assertThat(answer.status()).isIn(400, 402);
        assertThat(answer.json().path("decision").asString()).isEqualTo("deny");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
    }

}
