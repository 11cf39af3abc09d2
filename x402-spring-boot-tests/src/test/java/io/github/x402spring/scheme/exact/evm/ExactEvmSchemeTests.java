package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.SignedPayment;
import io.github.x402spring.scheme.exact.evm.Eip3009Vectors.Case;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
class ExactEvmSchemeTests {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private static final String NONCE = "0x" + "aB".repeat(32);

    private static final String OTHER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    private final AtomicInteger recoveries = new AtomicInteger();

    private final ExactEvmScheme scheme = new ExactEvmScheme(this::recover, false);

    private final ExactEvmScheme lenient = new ExactEvmScheme(this::recover, true);

    private final TestWallet wallet = TestWallet.named("42");

    private final String payer = this.wallet.address().toLowerCase(Locale.ROOT);

    private final PaymentRequirements requirements = requirements(Map.of("name", "USDC", "version", "2"));

    @Test
    void supportsWhenExactOnEvmThenTrue() {
        assertThat(this.scheme.supports(this.requirements)).isTrue();
        assertThat(this.scheme.supports(requirements(Map.of("assetTransferMethod", "eip3009")))).isTrue();
        assertThat(this.scheme.supports(requirements(Map.of()))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void supportsWhenOtherTermsThenFalse(PaymentRequirements other) {
        assertThat(this.scheme.supports(other)).isFalse();
        assertThat(this.scheme.screen(pay().payload(), other, NOW))
            .isEqualTo(new Screening.Failed(ReasonCode.UNSUPPORTED_SCHEME));
    }

    @Test
    void screenWhenWellSignedThenPassedInNormalForm() {
        assertThat(screen(pay())).isEqualTo(new Screening.Passed(signed(), true));
    }

    @Test
    void screenTermsWhenWellSignedThenUnprovedAndNothingIsRecovered() {
        assertThat(this.scheme.screenTerms(pay().payload(), this.requirements, NOW))
            .isEqualTo(new Screening.Passed(signed(), false));
        assertThat(this.recoveries).hasValue(0);
    }

    @Test
    void screenTermsWhenSignedBySomebodyElseThenUnproved() {
        PaymentPayload forged = pay().tamper("from", OTHER).payload();
        assertThat(this.scheme.screenTerms(forged, this.requirements, NOW))
            .isInstanceOfSatisfying(Screening.Passed.class, (passed) -> assertThat(passed.proved()).isFalse());
        assertThat(this.scheme.screen(forged, this.requirements, NOW)).isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
    }

    @ParameterizedTest
    @CsvSource({ "to,0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "value,1", "validBefore,99999999999",
            "validAfter,1800000001", "nonce,0x01", "from,0x01" })
    void screenTermsWhenNotOurTermsThenAsScreen(String name, String value) {
        PaymentPayload tampered = pay().tamper(name, value).payload();
        assertThat(this.scheme.screenTerms(tampered, this.requirements, NOW)).isNotInstanceOf(Screening.Passed.class)
            .isEqualTo(this.scheme.screen(tampered, this.requirements, NOW));
    }

    @ParameterizedTest
    @MethodSource("identifiable")
    void identifyWhenSignedForTheRecipientThenKnownWhateverItIsWorthAndHoweverLongItIsValid(
            UnaryOperator<PaymentDraft> change) {
        PaymentDraft payment = change.apply(pay());
        PaymentRequirements dearer = new PaymentRequirements("exact", this.requirements.network(),
                TokenAmount.of(20_000), this.requirements.asset(), this.requirements.payTo(), 60,
                this.requirements.extra());
        assertThat(this.scheme.identify(payment.payload(), dearer, NOW))
            .hasValueSatisfying((signed) -> assertThat(signed.proved()).isTrue())
            .map((signed) -> signed.authorization().nonce())
            .contains(signed().nonce());
        assertThat(this.scheme.screen(payment.payload(), dearer, NOW)).isInstanceOf(Screening.Failed.class);
        assertThat(this.recoveries).hasValue(1);
    }

    private static List<UnaryOperator<PaymentDraft>> identifiable() {
        return List.of((payment) -> payment, (payment) -> payment.validBefore(NOW.minusSeconds(1)),
                (payment) -> payment.validBefore(NOW.plusSeconds(1_000_000)),
                (payment) -> payment.validAfter(NOW.plusSeconds(60)), (payment) -> payment.with("value", "1"));
    }

    @ParameterizedTest
    @CsvSource({ "to, 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC, false",
            "from, 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC, true", "value, 1, true",
            "validBefore, 99999999999, false", "validBefore, 99999999999999999999, false", "nonce, 0x01, false",
            "from, 0x01, false", "validBefore, soon, false" })
    void identifyWhenTamperedWithThenOnlyAContractCouldConfirmIt(String name, String value, boolean contract) {
        PaymentPayload tampered = pay().tamper(name, value).payload();
        assertThat(this.scheme.identify(tampered, this.requirements, NOW)).isEmpty();
        assertThat(this.lenient.identify(tampered, this.requirements, NOW).map(SignedPayment::proved))
            .isEqualTo(contract ? Optional.of(false) : Optional.empty());
    }

    @Test
    void identifyWhenItEndsLaterThanAnyAcceptedOneThenNot() {
        Instant latest = Instant.ofEpochSecond(2 * 3_155_760_000L);
        assertThat(this.scheme.identify(pay().validBefore(latest).payload(), this.requirements, NOW))
            .map((signed) -> signed.authorization().validBefore())
            .contains(latest);
        assertThat(this.scheme.identify(pay().validBefore(latest.plusSeconds(1)).payload(), this.requirements, NOW))
            .isEmpty();
    }

    @Test
    void identifyWhenTheTermsAreOfAnotherTokenOrChainThenNot() {
        assertThat(this.scheme.identify(pay().chainId(1).payload(), this.requirements, NOW)).isEmpty();
        assertThat(this.scheme.identify(pay().verifyingContract(OTHER).payload(), this.requirements, NOW)).isEmpty();
        assertThat(this.scheme.identify(pay().payload(), requirements(Map.of()), NOW)).isEmpty();
        assertThat(this.scheme.identify(pay().payload(), requirements(Map.of("assetTransferMethod", "permit2")), NOW))
            .isEmpty();
    }

    @Test
    void identifyWhenThePayloadHasAnotherFormThenNot() {
        Map<String, Object> both = new HashMap<>(pay().schemePayload());
        both.put("permit2Authorization", Map.of());
        assertThat(this.scheme.identify(new PaymentPayload(2, Map.of("payload", both)), this.requirements, NOW))
            .isEmpty();
        assertThat(this.scheme.identify(new PaymentPayload(2, Map.of("payload", Map.of())), this.requirements, NOW))
            .isEmpty();
        assertThat(this.scheme.identify(pay().tamper("signature", "0x").payload(), this.requirements, NOW)).isEmpty();
    }

    @Test
    void screenWhenVersion1ThenPassed() {
        assertThat(this.scheme.screen(pay().v1Payload(), this.requirements, NOW))
            .isEqualTo(new Screening.Passed(signed(), true));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void screenWhenVectorOfSdkThenPassed(Case vector) {
        assertThat(this.scheme.screen(payload(vector, Map.of()), vector.requirements(), shortlyBefore(vector)))
            .isInstanceOfSatisfying(Screening.Passed.class, (passed) -> {
                assertThat(passed.authorization().payer()).isEqualToIgnoringCase(vector.authorization("from"));
                assertThat(passed.authorization().nonce()).isEqualToIgnoringCase(vector.authorization("nonce"));
            });
    }

    @ParameterizedTest
    @MethodSource("endlessVectors")
    void screenWhenVectorOfSdkIsValidForeverThenFailed(Case vector) {
        assertThat(this.scheme.screen(payload(vector, Map.of()), vector.requirements(), NOW))
            .isEqualTo(failed(ReasonCode.EVM_VALID_BEFORE));
    }

    @ParameterizedTest
    @MethodSource("tamperings")
    void screenWhenVectorIsTamperedThenFailed(Case vector, String name, String value) {
        assertThat(
                this.scheme.screen(payload(vector, Map.of(name, value)), vector.requirements(), shortlyBefore(vector)))
            .isInstanceOf(Screening.Failed.class);
    }

    @Test
    void screenWhenRecipientIsTamperedOnBothSidesThenSignatureFails() {
        PaymentRequirements theirs = new PaymentRequirements("exact", this.requirements.network(),
                this.requirements.amount(), this.requirements.asset(), OTHER, 300, this.requirements.extra());
        assertThat(this.scheme.screen(pay().tamper("to", OTHER).payload(), theirs, NOW))
            .isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
    }

    @Test
    void screenWhenValueIsTamperedOnBothSidesThenSignatureFails() {
        PaymentRequirements theirs = new PaymentRequirements("exact", this.requirements.network(), TokenAmount.of(1),
                this.requirements.asset(), this.requirements.payTo(), 300, this.requirements.extra());
        assertThat(this.scheme.screen(pay().tamper("value", "1").payload(), theirs, NOW))
            .isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
    }

    @ParameterizedTest
    @MethodSource("otherDomains")
    void screenWhenSignedForOtherDomainThenSignatureFails(UnaryOperator<PaymentDraft> change) {
        assertThat(screen(change.apply(pay()))).isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
    }

    @Test
    void screenWhenSignedByOtherKeyThenSignatureFails() {
        assertThat(screen(pay().signedBy(TestWallet.named("43")))).isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
    }

    @ParameterizedTest
    @MethodSource("recipientMismatches")
    void screenWhenRecipientDiffersThenFailed(UnaryOperator<PaymentDraft> change) {
        assertThat(screen(change.apply(pay()))).isEqualTo(failed(ReasonCode.EVM_RECIPIENT_MISMATCH));
        assertThat(this.recoveries).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "9999", "10001",
            "115792089237316195423570985008687907853269984665640564039457584007913129639935" })
    void screenWhenValueDiffersThenFailed(String value) {
        assertThat(screen(pay().with("value", value))).isEqualTo(failed(ReasonCode.EVM_VALUE_MISMATCH));
        assertThat(this.recoveries).hasValue(0);
    }

    @Test
    void screenWhenValueDiffersInVersion1ThenItsOwnCode() {
        assertThat(this.scheme.screen(pay().with("value", "9999").v1Payload(), this.requirements, NOW))
            .isEqualTo(failed(new ReasonCode("invalid_exact_evm_authorization_value")));
    }

    @Test
    void screenWhenNotValidYetThenFailed() {
        assertThat(screen(pay().validAfter(NOW.plusSeconds(1)))).isEqualTo(failed(ReasonCode.EVM_VALID_AFTER));
        assertThat(this.recoveries).hasValue(0);
        assertThat(screen(pay().validAfter(NOW))).isInstanceOf(Screening.Passed.class);
    }

    @Test
    void screenWhenValidForTooLongThenFailed() {
        assertThat(screen(pay().validBefore(NOW.plusSeconds(901)))).isEqualTo(failed(ReasonCode.EVM_VALID_BEFORE));
        assertThat(this.recoveries).hasValue(0);
        assertThat(screen(pay().validBefore(NOW.plusSeconds(900)))).isInstanceOf(Screening.Passed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "31556889864403200", "9223372036854775807", "9223372036854775808",
            "115792089237316195423570985008687907853269984665640564039457584007913129639935" })
    void screenWhenValidBeforeIsBeyondInstantThenFailed(String validBefore) {
        assertThat(screen(pay().with("validBefore", validBefore))).isEqualTo(failed(ReasonCode.EVM_VALID_BEFORE));
        assertThat(this.scheme.screen(pay().with("validBefore", validBefore).payload(), endless(), NOW))
            .isEqualTo(failed(ReasonCode.EVM_VALID_BEFORE));
    }

    @Test
    void screenWhenTermsHaveNoEndThenPassed() {
        assertThat(this.scheme.screen(pay().payload(), endless(), NOW)).isEqualTo(new Screening.Passed(signed(), true));
    }

    @ParameterizedTest
    @ValueSource(longs = { 5, 1, 0, -1, -86400 })
    void screenWhenExpiredOrAboutToThenExpired(long remaining) {
        Instant validBefore = NOW.plusSeconds(remaining);
        assertThat(screen(pay().validBefore(validBefore))).isEqualTo(new Screening.Expired(
                new Authorization(this.payer, "0x" + "ab".repeat(32), validBefore), ReasonCode.EVM_VALID_BEFORE, true));
    }

    @Test
    void screenWhenSixSecondsAreLeftThenPassed() {
        assertThat(screen(pay().validBefore(NOW.plusSeconds(6)))).isInstanceOf(Screening.Passed.class);
    }

    @Test
    void screenWhenExpiredAtTheEpochThenExpired() {
        assertThat(screen(pay().with("validBefore", "0"))).isInstanceOf(Screening.Expired.class);
    }

    @Test
    void screenWhenExpiredAndSignedByStrangerThenSignatureFails() {
        assertThat(screen(pay().validBefore(NOW.minusSeconds(1)).signedBy(TestWallet.named("43"))))
            .isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
    }

    @ParameterizedTest
    @MethodSource("reEncodings")
    void screenWhenReEncodedThenSameAuthorization(UnaryOperator<String> change) {
        for (String name : List.of("from", "to", "nonce")) {
            String text = (String) authorization(pay()).get(name);
            assertThat(screen(pay().tamper(name, change.apply(text)))).isEqualTo(new Screening.Passed(signed(), true));
        }
        String signature = (String) pay().schemePayload().get("signature");
        assertThat(screen(pay().tamper("signature", change.apply(signature))))
            .isEqualTo(new Screening.Passed(signed(), true));
    }

    @Test
    void screenWhenSignatureIsMalleatedThenFailed() {
        assertThat(screen(pay().highS())).isEqualTo(failed(ReasonCode.EVM_SIGNATURE));
    }

    @Test
    void screenWhenSignatureEndsInZeroOrOneThenPassed() {
        assertThat(screen(pay().zeroBasedV())).isEqualTo(new Screening.Passed(signed(), true));
    }

    @ParameterizedTest
    @MethodSource("reEncodings")
    void normalizeWhenReEncodedThenChecksumsAndSameSignature(UnaryOperator<String> change) {
        PaymentDraft payment = pay().zeroBasedV();
        for (String name : List.of("from", "to")) {
            String address = (String) authorization(payment).get(name);
            payment.tamper(name, change.apply(address));
            Map<String, ?> read = normalized(payment);
            assertThat((Map<?, ?>) read.get("authorization")).extracting(name)
                .isEqualTo(EvmAddress.tryParse(address).orElseThrow().checksummed());
            assertThat(read.get("signature")).isEqualTo(pay().schemePayload().get("signature"));
        }
    }

    @Test
    void normalizeWhenSignedByAnotherThenSignatureStays() {
        PaymentDraft payment = pay().signedBy(TestWallet.named("99")).zeroBasedV();
        assertThat(normalized(payment).get("signature")).isEqualTo(payment.schemePayload().get("signature"));
    }

    @Test
    void normalizeWhenUnreadableThenUnchanged() {
        PaymentPayload payload = pay().tamper("signature", "0xzz").payload();
        assertThat(this.scheme.normalize(payload, this.requirements)).isSameAs(payload);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void screenWhenMalformedThenMalformed(String name, Object value) {
        assertThat(screen(pay().tamper(name, value))).isEqualTo(new Screening.Malformed());
        assertThat(this.recoveries).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = { "from", "to", "value", "validAfter", "validBefore", "nonce", "signature" })
    void screenWhenMemberIsMissingThenMalformed(String name) {
        assertThat(screen(pay().tamper(name, null))).isEqualTo(new Screening.Malformed());
    }

    @ParameterizedTest
    @MethodSource("notObjects")
    void screenWhenAuthorizationIsNoObjectThenMalformed(Object value) {
        Map<String, Object> payload = new HashMap<>(pay().schemePayload());
        payload.put("authorization", value);
        assertThat(screen(payload)).isEqualTo(new Screening.Malformed());
    }

    @Test
    void screenWhenNoAuthorizationThenUnsupportedPayloadType() {
        Map<String, Object> payload = new HashMap<>(pay().schemePayload());
        payload.remove("authorization");
        assertThat(screen(payload)).isEqualTo(failed(ReasonCode.UNSUPPORTED_PAYLOAD_TYPE));
        payload.put("authorization", null);
        assertThat(screen(payload)).isEqualTo(failed(ReasonCode.UNSUPPORTED_PAYLOAD_TYPE));
        assertThat(screen(Map.of())).isEqualTo(failed(ReasonCode.UNSUPPORTED_PAYLOAD_TYPE));
    }

    @Test
    void screenWhenPermit2RidesAlongThenUnsupportedPayloadType() {
        Map<String, Object> payload = new HashMap<>(pay().schemePayload());
        payload.put("permit2Authorization", Map.of());
        assertThat(screen(payload)).isEqualTo(failed(ReasonCode.UNSUPPORTED_PAYLOAD_TYPE));
        payload.put("permit2Authorization", null);
        assertThat(screen(payload)).isEqualTo(failed(ReasonCode.UNSUPPORTED_PAYLOAD_TYPE));
    }

    @Test
    void screenWhenUnknownMembersRideAlongThenPassed() {
        Map<String, Object> payload = new HashMap<>(pay().schemePayload());
        payload.put("memo", List.of("anything"));
        assertThat(screen(payload)).isEqualTo(new Screening.Passed(signed(), true));
    }

    @ParameterizedTest
    @MethodSource("incompleteDomains")
    void screenWhenTermsLackDomainThenFailed(Map<String, Object> extra) {
        assertThat(this.scheme.screen(pay().payload(), requirements(extra), NOW))
            .isEqualTo(failed(ReasonCode.EVM_MISSING_EIP712_DOMAIN));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 64, 66, 640, 8192, 8193 })
    void screenWhenSignatureHasOtherLengthThenFailed(int length) {
        assertThat(screen(pay().signature(new byte[length])))
            .isEqualTo(failed(ReasonCode.EVM_FAILED_TO_PARSE_SIGNATURE));
        assertThat(this.recoveries).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = { 65, 66, 640, 8192 })
    void screenWhenContractMayHaveSignedThenPassed(int length) {
        assertThat(this.lenient.screen(pay().signature(new byte[length]).payload(), this.requirements, NOW))
            .isEqualTo(new Screening.Passed(signed(), false));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 64, 8193 })
    void screenWhenContractSignatureIsTooShortOrLongThenFailed(int length) {
        assertThat(this.lenient.screen(pay().signature(new byte[length]).payload(), this.requirements, NOW))
            .isEqualTo(failed(ReasonCode.EVM_FAILED_TO_PARSE_SIGNATURE));
    }

    @Test
    void screenWhenContractMayHaveSignedThenOtherChecksStand() {
        assertThat(this.lenient.screen(pay().with("to", OTHER).payload(), this.requirements, NOW))
            .isEqualTo(failed(ReasonCode.EVM_RECIPIENT_MISMATCH));
        assertThat(this.lenient.screen(pay().with("value", "1").payload(), this.requirements, NOW))
            .isEqualTo(failed(ReasonCode.EVM_VALUE_MISMATCH));
        assertThat(this.lenient.screen(pay().validBefore(NOW).payload(), this.requirements, NOW))
            .isInstanceOf(Screening.Expired.class);
    }

    static Stream<PaymentRequirements> unsupported() {
        Network network = Network.parse("base-sepolia");
        TokenAmount amount = TokenAmount.of(10000);
        return Stream.of(new PaymentRequirements("upto", network, amount, OTHER, OTHER, 300, Map.of()),
                new PaymentRequirements("Exact", network, amount, OTHER, OTHER, 300, Map.of()),
                new PaymentRequirements("exact", Network.parse("solana-devnet"), amount, OTHER, OTHER, 300, Map.of()),
                requirements(Map.of("assetTransferMethod", "permit2")),
                requirements(Map.of("assetTransferMethod", "EIP3009")),
                requirements(Map.of("assetTransferMethod", 3009)));
    }

    static Stream<Case> vectors() {
        return Eip3009Vectors.cases()
            .filter((vector) -> new BigInteger(vector.authorization("validBefore")).bitLength() < 40);
    }

    static Stream<Case> endlessVectors() {
        return Eip3009Vectors.cases()
            .filter((vector) -> new BigInteger(vector.authorization("validBefore")).bitLength() >= 40);
    }

    static Stream<Arguments> tamperings() {
        return vectors().flatMap((vector) -> Stream.of(arguments(vector, "from", OTHER), arguments(vector, "to", OTHER),
                arguments(vector, "value", changeLastDigit(vector.authorization("value"))),
                arguments(vector, "validAfter", changeLastDigit(vector.authorization("validAfter"))),
                arguments(vector, "validBefore", changeLastDigit(vector.authorization("validBefore"))),
                arguments(vector, "nonce", changeLastDigit(vector.authorization("nonce"))),
                arguments(vector, "signature", changeLastDigit(vector.text("signature"))),
                arguments(vector, "signature",
                        changeLastDigit(vector.text("signature").substring(0, 66))
                                + vector.text("signature").substring(66)),
                arguments(vector, "signature", vector.text("signature") + "00")));
    }

    static Stream<UnaryOperator<PaymentDraft>> otherDomains() {
        return Stream.of((payment) -> payment.domain("USD Coin", "2"), (payment) -> payment.domain("USDC", "1"),
                (payment) -> payment.chainId(8453), (payment) -> payment.verifyingContract(OTHER));
    }

    static Stream<UnaryOperator<PaymentDraft>> recipientMismatches() {
        return Stream.of((payment) -> payment.with("to", OTHER), (payment) -> payment.tamper("to", OTHER));
    }

    static Stream<UnaryOperator<String>> reEncodings() {
        return Stream.of((text) -> text.toLowerCase(Locale.ROOT),
                (text) -> "0x" + text.substring(2).toUpperCase(Locale.ROOT));
    }

    static Stream<Arguments> malformed() {
        Stream<Arguments> wrongType = Stream
            .of("from", "to", "value", "validAfter", "validBefore", "nonce", "signature")
            .flatMap((name) -> Stream.of(arguments(name, BigInteger.TEN), arguments(name, true),
                    arguments(name, List.of()), arguments(name, Map.of()), arguments(name, "")));
        Stream<Arguments> wrongForm = Stream.of(arguments("value", "010000"), arguments("value", "+10000"),
                arguments("value", "1e4"), arguments("value", "\u0661\u0660\u0660\u0660\u0660"),
                arguments("validAfter", "-1"), arguments("validBefore", "0x7fffffff"),
                arguments("nonce", "ab".repeat(32)), arguments("from", "0X" + "ab".repeat(20)),
                arguments("signature", "ab".repeat(65)), arguments("signature", "0X" + "ab".repeat(65)),
                arguments("signature", "0x" + "ab".repeat(64) + "a"), arguments("signature", "0x" + "zz".repeat(65)),
                arguments("signature", "0x" + "\uff11b".repeat(65)));
        return Stream.concat(wrongType, wrongForm);
    }

    static Stream<Object> notObjects() {
        return Stream.of("text", BigInteger.ONE, true, List.of(), List.of(Map.of()));
    }

    static Stream<Map<String, Object>> incompleteDomains() {
        return Stream.of(Map.of(), Map.of("name", "USDC"), Map.of("version", "2"),
                Map.of("name", "USDC", "version", ""));
    }

    private PaymentDraft pay() {
        return this.wallet.pay(this.requirements, NOW).nonce(NONCE);
    }

    private PaymentRequirements endless() {
        return new PaymentRequirements("exact", this.requirements.network(), this.requirements.amount(),
                this.requirements.asset(), this.requirements.payTo(), Long.MAX_VALUE, this.requirements.extra());
    }

    private Authorization signed() {
        return new Authorization(this.payer, "0x" + "ab".repeat(32), NOW.plusSeconds(300));
    }

    private Screening screen(PaymentDraft payment) {
        return this.scheme.screen(payment.payload(), this.requirements, NOW);
    }

    private Map<String, ?> normalized(PaymentDraft payment) {
        return this.scheme.normalize(payment.payload(), this.requirements).payload();
    }

    private Screening screen(Map<String, ?> payload) {
        return this.scheme.screen(new PaymentPayload(2, Map.of("payload", payload)), this.requirements, NOW);
    }

    private Optional<EvmAddress> recover(byte[] digest, byte[] signature) {
        this.recoveries.incrementAndGet();
        return SignatureRecovery.web3j().recover(digest, signature);
    }

    private static Map<?, ?> authorization(PaymentDraft payment) {
        return (Map<?, ?>) payment.schemePayload().get("authorization");
    }

    private static Screening failed(ReasonCode reason) {
        return new Screening.Failed(reason);
    }

    private static PaymentRequirements requirements(Map<String, Object> extra) {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(10000),
                "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, extra);
    }

    private static PaymentPayload payload(Case vector, Map<String, String> changes) {
        Map<Object, Object> authorization = new LinkedHashMap<>(vector.authorization());
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("authorization", authorization);
        payload.put("signature", vector.text("signature"));
        changes.forEach((name, value) -> {
            if ("signature".equals(name)) {
                payload.put(name, value);
            }
            else {
                authorization.put(name, value);
            }
        });
        return new PaymentPayload(2, Map.of("payload", payload));
    }

    private static Instant shortlyBefore(Case vector) {
        return Instant.ofEpochSecond(Long.parseLong(vector.authorization("validBefore"))).minusSeconds(20);
    }

    private static String changeLastDigit(String number) {
        char last = number.charAt(number.length() - 1);
        return number.substring(0, number.length() - 1) + ((last == '0') ? '1' : '0');
    }

}
