package io.github.x402spring.test.contract;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Contract of a {@link Facilitator} of payments in scheme {@code exact} on an EVM chain:
 * what it has to do so that money moves once, and only as the payer signed. Extend it
 * once for each facilitator; all of its tests have to pass.
 * <p>
 * A facilitator that is a {@link SettlementInquiry} is tested as that, too.
 *
 * @since 0.1.0
 */
public abstract class FacilitatorContract {

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/report", "", "");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration BETWEEN_CALLS = Duration.ofMillis(20);

    /**
     * Creates a facilitator. Called once a test.
     * @return the facilitator
     * @throws Exception if it cannot be created
     */
    protected abstract Facilitator createFacilitator() throws Exception;

    /**
     * Returns terms that the facilitator settles under, the same for each call.
     * @return the terms
     */
    protected abstract PaymentRequirements terms();

    /**
     * Gives a wallet an amount of the token of {@link #terms()}. A wallet that is not
     * funded has none.
     * @param wallet the wallet
     * @param amount the amount
     * @throws Exception if it cannot be done
     */
    protected abstract void fund(TestWallet wallet, TokenAmount amount) throws Exception;

    /**
     * Returns how much of the token of {@link #terms()} an account has.
     * @param address the account
     * @return the amount in atomic units
     * @throws Exception if it cannot be read
     */
    protected abstract BigInteger balanceOf(String address) throws Exception;

    /**
     * Returns the time by which the facilitator judges the validity of payments.
     * @return the time of the system by default
     * @throws Exception if it cannot be read
     */
    protected Instant now() throws Exception {
        return Instant.now();
    }

    @Test
    void supportedWhenAskedThenListsTheKindOfTheTermsAndServesTheirNetwork() throws Exception {
        Facilitator facilitator = createFacilitator();
        assertThat(facilitator.supported()).anyMatch((kind) -> kind.matches(terms()));
        assertThat(facilitator.mayServe(terms().network())).isTrue();
        assertThatNoException().isThrownBy(() -> facilitator.probe(terms().network()));
        assertThatNoException().isThrownBy(facilitator::checkAsked);
    }

    @Test
    void verifyWhenThePaymentIsValidThenSaysSoAndMovesNothing() throws Exception {
        Facilitator facilitator = createFacilitator();
        TestWallet wallet = funded();
        PaymentPayload payment = pay(wallet).payload();
        for (int i = 0; i < 2; i++) {
            VerifyResponse reply = facilitator.verify(payment, terms(), RESOURCE);
            assertThat(reply.valid()).isTrue();
            assertPayer(reply.payer(), wallet);
        }
        assertThat(balanceOf(wallet.address())).isEqualTo(price());
        assertSettled(settle(facilitator, payment), wallet);
    }

    @Test
    void verifyWhenThePayerHasTooLittleThenInvalid() throws Exception {
        Facilitator facilitator = createFacilitator();
        TestWallet poor = TestWallet.create();
        fund(poor, new TokenAmount(price().subtract(BigInteger.ONE)));
        assertInvalid(facilitator.verify(pay(poor).payload(), terms(), RESOURCE));
        fund(poor, TokenAmount.of(1));
        assertThat(facilitator.verify(pay(poor).payload(), terms(), RESOURCE).valid()).isTrue();
    }

    @Test
    void verifyWhenThePaymentWasSettledThenInvalid() throws Exception {
        Facilitator facilitator = createFacilitator();
        TestWallet wallet = funded();
        fund(wallet, terms().amount());
        PaymentPayload payment = pay(wallet).payload();
        assertSettled(settle(facilitator, payment), wallet);
        assertInvalid(facilitator.verify(payment, terms(), RESOURCE));
    }

    @Test
    void settleWhenThePaymentIsValidThenThePriceMovesFromPayerToRecipient() throws Exception {
        Facilitator facilitator = createFacilitator();
        TestWallet wallet = funded();
        BigInteger before = balanceOf(terms().payTo());
        SettleResponse reply = settle(facilitator, pay(wallet).payload());
        assertSettled(reply, wallet);
        assertThat(balanceOf(wallet.address())).isZero();
        assertThat(balanceOf(terms().payTo()).subtract(before)).isEqualTo(price());
        if (reply.amount() != null) {
            assertThat(reply.amount()).isEqualTo(price());
        }
    }

    @Test
    void settleWhenThePaymentIsPresentedAgainThenMoneyMovesOnce() throws Exception {
        Facilitator facilitator = createFacilitator();
        TestWallet wallet = funded();
        fund(wallet, terms().amount());
        PaymentPayload payment = pay(wallet).payload();
        SettleResponse first = settle(facilitator, payment);
        assertSettled(first, wallet);
        for (int i = 0; i < 2; i++) {
            SettleResponse again = settle(facilitator, payment);
            if (again.success()) {
                assertThat(again.transaction()).isEqualToIgnoringCase(first.transaction());
            }
        }
        assertThat(balanceOf(wallet.address())).isEqualTo(price());
    }

    @Test
    void settleWhenManyPresentOnePaymentThenMoneyMovesOnce() throws Exception {
        Facilitator facilitator = createFacilitator();
        TestWallet wallet = funded();
        fund(wallet, new TokenAmount(price().multiply(BigInteger.TEN)));
        PaymentPayload payment = pay(wallet).payload();
        List<SettleResponse> replies = LedgerContractFixture.simultaneously(8,
                (number) -> settle(facilitator, payment));
        assertThat(replies).anyMatch(SettleResponse::success);
        assertThat(replies.stream()
            .filter(SettleResponse::success)
            .map((reply) -> reply.transaction().toLowerCase(Locale.ROOT))
            .distinct()).hasSize(1);
        assertThat(balanceOf(wallet.address())).isEqualTo(price().multiply(BigInteger.TEN));
    }

    @Test
    void settleWhenManyPaymentsComeAtOnceThenEachIsSettledByATransactionOrAShareOfOne() throws Exception {
        Facilitator facilitator = createFacilitator();
        BigInteger before = balanceOf(terms().payTo());
        List<TestWallet> wallets = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            wallets.add(funded());
        }
        List<SettleResponse> replies = LedgerContractFixture.simultaneously(8,
                (number) -> settle(facilitator, pay(wallets.get(number)).payload()));
        for (int i = 0; i < 8; i++) {
            assertSettled(replies.get(i), wallets.get(i));
            assertThat(balanceOf(wallets.get(i).address())).isZero();
        }
        assertThat(balanceOf(terms().payTo()).subtract(before)).isEqualTo(price().multiply(BigInteger.valueOf(8)));
    }

    @Test
    void settleWhenThePayerHasTooLittleThenRefusedAndNothingMoves() throws Exception {
        Facilitator facilitator = createFacilitator();
        TestWallet poor = TestWallet.create();
        BigInteger little = price().subtract(BigInteger.ONE);
        fund(poor, new TokenAmount(little));
        assertRefused(settle(facilitator, pay(poor).payload()));
        assertThat(balanceOf(poor.address())).isEqualTo(little);
    }

    @TestFactory
    Stream<DynamicTest> verifyWhenThePaymentIsNotWhatTheTermsAskForThenInvalid() {
        return invalid().map((invalid) -> DynamicTest.dynamicTest(invalid.name(), () -> {
            Facilitator facilitator = createFacilitator();
            TestWallet wallet = funded();
            assertInvalid(facilitator.verify(invalid.payment(this, wallet), invalid.terms(terms()), RESOURCE));
        }));
    }

    @TestFactory
    Stream<DynamicTest> settleWhenThePaymentIsNotWhatTheTermsAskForThenRefusedAndNothingMoves() {
        return invalid().map((invalid) -> DynamicTest.dynamicTest(invalid.name(), () -> {
            Facilitator facilitator = createFacilitator();
            TestWallet wallet = funded();
            assertRefused(settle(facilitator, invalid.payment(this, wallet), invalid.terms(terms())));
            assertThat(balanceOf(wallet.address())).isEqualTo(price());
            assertSettled(settle(facilitator, pay(wallet).payload()), wallet);
        }));
    }

    private Stream<Invalid> invalid() {
        PaymentRequirements terms = terms();
        TestWallet stranger = TestWallet.named("stranger");
        TokenAmount more = new TokenAmount(price().add(BigInteger.ONE));
        return Stream.of(new Invalid("signed by another wallet", (draft, now) -> draft.signedBy(stranger)),
                new Invalid("value changed after it was signed",
                        (draft, now) -> draft.tamper("value", more.toString())),
                new Invalid("recipient changed after it was signed",
                        (draft, now) -> draft.tamper("to", stranger.address())),
                new Invalid("nonce changed after it was signed",
                        (draft, now) -> draft.tamper("nonce", TestWallet.randomNonce())),
                new Invalid("less than the price",
                        (draft, now) -> draft.with("value", price().subtract(BigInteger.ONE).toString())),
                new Invalid("to another recipient", (draft, now) -> draft.with("to", stranger.address())),
                new Invalid("expired", (draft, now) -> draft.validBefore(now.minusSeconds(1))),
                new Invalid("not yet valid",
                        (draft, now) -> draft.validAfter(now.plusSeconds(terms.maxTimeoutSeconds() * 3 / 4))),
                new Invalid("signed for another chain",
                        (draft, now) -> draft.chainId(terms.network().chainId().longValueExact() + 1)),
                new Invalid("signed for another token", (draft, now) -> draft.verifyingContract(stranger.address())),
                new Invalid("signed for another name of the token", (draft, now) -> draft.domain("Other", "1")),
                new Invalid("signature of zeros", (draft, now) -> draft.signature(new byte[65])),
                new Invalid("signature that is cut off", (draft, now) -> draft.signature(new byte[10])),
                new Invalid("without a signature", (draft, now) -> draft.tamper("signature", null)),
                new Invalid("signature that is a number", (draft, now) -> draft.tamper("signature", 27)),
                new Invalid("without a payer", (draft, now) -> draft.tamper("from", null)),
                new Invalid("value that is no number", (draft, now) -> draft.tamper("value", "ten")),
                new Invalid("nonce that is an object", (draft, now) -> draft.tamper("nonce", Map.of())),
                new Invalid("terms that ask for more", (draft, now) -> draft, with(terms, more, terms.payTo())),
                new Invalid("terms that name another recipient", (draft, now) -> draft,
                        with(terms, terms.amount(), stranger.address())));
    }

    private static PaymentRequirements with(PaymentRequirements terms, TokenAmount amount, String payTo) {
        return new PaymentRequirements(terms.scheme(), terms.network(), amount, terms.asset(), payTo,
                terms.maxTimeoutSeconds(), terms.extra());
    }

    @Test
    void inquireWhenThePaymentWasSettledThenFoundWithItsTransaction() throws Exception {
        Facilitator facilitator = createFacilitator();
        SettlementInquiry inquiry = inquiry(facilitator);
        TestWallet wallet = funded();
        PaymentDraft payment = pay(wallet);
        UnknownPayment unknown = unknown(payment, wallet);
        SettleResponse reply = settle(facilitator, payment.payload());
        assertThat(inquiry.inquire(unknown)).isInstanceOfSatisfying(Finding.Settled.class,
                (settled) -> assertThat(settled.transaction()).isEqualToIgnoringCase(reply.transaction()));
    }

    @Test
    void inquireWhenThePaymentWasNeverSentThenNotSettled() throws Exception {
        SettlementInquiry inquiry = inquiry(createFacilitator());
        TestWallet wallet = funded();
        assertThat(inquiry.inquire(unknown(pay(wallet), wallet))).isInstanceOf(Finding.Undecided.class);
    }

    private static SettlementInquiry inquiry(Facilitator facilitator) {
        assumeTrue(facilitator instanceof SettlementInquiry, "The facilitator does not tell outcomes later");
        return (SettlementInquiry) facilitator;
    }

    private UnknownPayment unknown(PaymentDraft payment, TestWallet wallet) throws Exception {
        Map<?, ?> signed = Objects.requireNonNull((Map<?, ?>) payment.payload().payload().get("authorization"));
        PaymentKey key = new PaymentKey(terms().network(), terms().asset(), wallet.address(),
                String.valueOf(signed.get("nonce")));
        Instant validBefore = Instant.ofEpochSecond(Long.parseLong(String.valueOf(signed.get("validBefore"))));
        return new UnknownPayment(key, Rail.X402, "token", StoredTerms.of(terms()), validBefore, now(), null);
    }

    private BigInteger price() {
        return terms().amount().value();
    }

    private TestWallet funded() throws Exception {
        TestWallet wallet = TestWallet.create();
        fund(wallet, terms().amount());
        return wallet;
    }

    private PaymentDraft pay(TestWallet wallet) throws Exception {
        return wallet.pay(terms(), now());
    }

    private SettleResponse settle(Facilitator facilitator, PaymentPayload payment) throws FacilitatorException {
        return settle(facilitator, payment, terms());
    }

    /** Presents the same payment until it is decided, as the gate does. */
    private static SettleResponse settle(Facilitator facilitator, PaymentPayload payment, PaymentRequirements terms)
            throws FacilitatorException {
        long start = System.nanoTime();
        SettleResponse reply = facilitator.settle(payment, terms, RESOURCE);
        while (reply.pending()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("The settlement stayed pending for " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
            reply = facilitator.settle(payment, terms, RESOURCE);
        }
        return reply;
    }

    private void assertSettled(SettleResponse reply, TestWallet wallet) {
        assertThat(reply.errorReason()).isNull();
        assertThat(reply.success()).isTrue();
        assertThat(terms().network().transaction(reply.transaction())).isPresent();
        assertThat(reply.network()).isEqualTo(terms().network().toString());
        assertPayer(reply.payer(), wallet);
    }

    private static void assertPayer(@Nullable String payer, TestWallet wallet) {
        if (payer != null) {
            assertThat(payer).isEqualToIgnoringCase(wallet.address());
        }
    }

    private static void assertInvalid(VerifyResponse reply) {
        assertThat(reply.valid()).isFalse();
        assertThat(reply.invalidReason()).isNotNull();
    }

    private static void assertRefused(SettleResponse reply) {
        assertThat(reply.success()).isFalse();
        assertThat(reply.errorReason()).isNotNull();
    }

    @FunctionalInterface
    private interface Change {

        PaymentDraft apply(PaymentDraft draft, Instant now);

    }

    /** Payment that does not fit, or terms that it does not fit. */
    private record Invalid(String name, Change change, @Nullable PaymentRequirements terms) {

        Invalid(String name, Change change) {
            this(name, change, null);
        }

        PaymentPayload payment(FacilitatorContract contract, TestWallet wallet) throws Exception {
            return this.change.apply(contract.pay(wallet), contract.now()).payload();
        }

        PaymentRequirements terms(PaymentRequirements otherwise) {
            return (this.terms != null) ? this.terms : otherwise;
        }

    }

}
