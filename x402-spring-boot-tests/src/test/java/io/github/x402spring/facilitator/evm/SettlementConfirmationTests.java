package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Confirmation;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Asks a chain whether a facilitator that reported a settlement lied.
 */
@LocalChain
class SettlementConfirmationTests {

    private static final String NOWHERE = "0x" + "0a".repeat(32);

    private static ChainFixture fixture;

    private static LocalEvmFacilitator facilitator;

    private static EvmSettlementInquiry inquiry;

    @BeforeAll
    static void start() {
        fixture = new ChainFixture();
        facilitator = fixture.facilitator();
        inquiry = inquiry(fixture.networkSettings());
    }

    @AfterAll
    static void stop() {
        inquiry.close();
        fixture.close();
    }

    @Test
    void confirmWhenTheNamedTransactionIsTheTransferThenPaidWhateverItsTime() throws Exception {
        PaymentPayload payment = payment();
        UnknownPayment settled = reported(payment, settle(payment));
        assertThat(inquiry.confirm(settled)).isEqualTo(Confirmation.PAID);
        assertThat(inquiry.confirm(reservedAt(settled, Instant.now().plusSeconds(86_400))))
            .isEqualTo(Confirmation.PAID);
        assertThat(inquiry.confirm(expired(settled))).isEqualTo(Confirmation.PAID);
    }

    @Test
    void confirmWhenTheMoneyCameInAnotherTransactionThenPaid() throws Exception {
        PaymentPayload payment = payment();
        settle(payment);
        assertThat(inquiry.confirm(reported(payment, settle(payment())))).isEqualTo(Confirmation.PAID);
        assertThat(inquiry.confirm(reported(payment, NOWHERE))).isEqualTo(Confirmation.PAID);
    }

    @Test
    void confirmWhenTheNamedTransactionPaysForAnotherPaymentThenUnpaid() throws Exception {
        TestWallet wallet = fixture.wallet();
        String other = settle(fixture.pay(wallet).payload());
        assertThat(inquiry.confirm(reported(fixture.pay(wallet).payload(), other))).isEqualTo(Confirmation.UNPAID);
        assertThat(inquiry.confirm(reported(payment(), other))).isEqualTo(Confirmation.UNPAID);
    }

    @Test
    void confirmWhenTheNamedTransactionMovesTheMoneyWithoutTheAuthorizationThenUnpaid() {
        String mint = fixture.chain()
            .invoke(fixture.chain().token(), "mint(address,uint256)", ChainFixture.SHOP, ChainFixture.PRICE)
            .path("transactionHash")
            .asString();
        assertThat(mint).startsWith("0x");
        assertThat(confirmed(reported(payment(), mint))).isEqualTo(Confirmation.UNPAID);
    }

    @Test
    void confirmWhenTheNamedTransactionWasRevertedThenUnpaid() throws Exception {
        TestWallet poor = TestWallet.create();
        PaymentPayload payment = fixture.pay(poor).payload();
        String reverted = fixture.chain().submit(fixture.chain().token(), presented(payment).call(true).data());
        assertThat(confirmed(reported(payment, reverted))).isEqualTo(Confirmation.UNPAID);
    }

    @Test
    void confirmWhenNoNodeKnowsTheTransactionThenUndecidedUntilItExpired() throws Exception {
        UnknownPayment payment = reported(payment(), NOWHERE);
        assertThat(inquiry.confirm(payment)).isEqualTo(Confirmation.UNDECIDED);
        assertThat(inquiry.confirm(withoutTransaction(payment))).isEqualTo(Confirmation.UNDECIDED);
        assertThat(inquiry.confirm(expired(payment))).isEqualTo(Confirmation.UNPAID);
    }

    @Test
    void confirmWhenTheAuthorizationWasUsedBeforeTheReservationThenUnpaid() throws Exception {
        PaymentPayload payment = payment();
        settle(payment);
        UnknownPayment later = reservedAt(reported(payment, NOWHERE), Instant.now().plusSeconds(86_400));
        assertThat(inquiry.inquire(later)).isInstanceOf(Finding.UsedElsewhere.class);
        assertThat(inquiry.confirm(later)).isEqualTo(Confirmation.UNPAID);
    }

    @Test
    void confirmWhenThePayerCancelledThenUndecidedUntilItExpired() throws Exception {
        TestWallet wallet = fixture.wallet();
        PaymentPayload payment = fixture.pay(wallet).payload();
        fixture.chain().cancel(wallet, presented(payment).authorization().nonce());
        String other = settle(payment());
        assertThat(inquiry.confirm(reported(payment, other))).isEqualTo(Confirmation.UNDECIDED);
        assertThat(inquiry.confirm(expired(reported(payment, other)))).isEqualTo(Confirmation.UNPAID);
    }

    @Test
    void confirmWhenNotDeepEnoughThenUndecided() throws Exception {
        PaymentPayload payment = payment();
        String transaction = settle(payment);
        String other = settle(payment());
        try (EvmSettlementInquiry deep = inquiry(settings(1000, 2000))) {
            assertThat(deep.confirm(reported(payment, transaction))).isEqualTo(Confirmation.UNDECIDED);
            assertThat(deep.confirm(reported(payment(), other))).isEqualTo(Confirmation.UNDECIDED);
        }
    }

    @Test
    void confirmWhenTheUseIsBeyondTheSearchThenOnlyTheNamedTransactionPays() throws Exception {
        PaymentPayload payment = payment();
        String transaction = settle(payment);
        String other = settle(payment());
        fixture.chain().mine(3);
        try (EvmSettlementInquiry near = inquiry(settings(1, 1))) {
            assertThat(near.confirm(reported(payment, transaction))).isEqualTo(Confirmation.PAID);
            assertThat(near.confirm(reported(payment, other))).isEqualTo(Confirmation.UNDECIDED);
            assertThat(near.confirm(reported(payment, NOWHERE))).isEqualTo(Confirmation.UNDECIDED);
        }
    }

    @Test
    void confirmWhenTheNetworkOrSchemeIsAnotherThenUnreadable() throws Exception {
        UnknownPayment payment = expired(reported(payment(), NOWHERE));
        StoredTerms upto = new StoredTerms("upto", payment.amount(), payment.payTo(), null);
        assertThat(inquiry.confirm(new UnknownPayment(payment.key(), Rail.X402, "token", upto, payment.validBefore(),
                payment.reservedAt(), NOWHERE)))
            .isEqualTo(Confirmation.UNREADABLE);
        try (EvmSettlementInquiry none = new EvmSettlementInquiry(List.of(), Duration.ofSeconds(5),
                RpcObserver.none())) {
            assertThat(none.confirm(payment)).isEqualTo(Confirmation.UNREADABLE);
        }
    }

    @Test
    void confirmWhenNoNodeAnswersThenCannotSay() {
        EvmNetworkSettings settings = fixture.networkSettings();
        try (EvmSettlementInquiry down = inquiry(new EvmNetworkSettings(settings.network(),
                List.of(URI.create("http://127.0.0.1:1")), settings.confirmations(), settings.maxFeePerGas(),
                settings.priorityFeePerGas(), settings.maxGas(), settings.pollInterval(), settings.lookbackBlocks(),
                settings.reorganizationDepth()))) {
            UnknownPayment payment = reported(payment(), NOWHERE);
            assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> down.confirm(payment));
        }
    }

    @Test
    void confirmWhenAnInquiryKnowsNoMoreThenWhatItFindsDecides() throws Exception {
        UnknownPayment payment = reported(payment(), NOWHERE);
        assertThat(finding(new Finding.Settled(NOWHERE)).confirm(payment)).isEqualTo(Confirmation.PAID);
        assertThat(finding(new Finding.Failed()).confirm(payment)).isEqualTo(Confirmation.UNPAID);
        assertThat(finding(new Finding.UsedElsewhere(NOWHERE)).confirm(payment)).isEqualTo(Confirmation.UNPAID);
        assertThat(finding(new Finding.Doubtful(NOWHERE)).confirm(payment)).isEqualTo(Confirmation.UNDECIDED);
        assertThat(finding(new Finding.Undecided()).confirm(payment)).isEqualTo(Confirmation.UNDECIDED);
    }

    private static SettlementInquiry finding(Finding finding) {
        return (payment) -> finding;
    }

    private static Confirmation confirmed(UnknownPayment payment) {
        try {
            return inquiry.confirm(payment);
        }
        catch (FacilitatorException ex) {
            throw new AssertionError(ex);
        }
    }

    private static PaymentPayload payment() {
        return fixture.pay(fixture.wallet()).payload();
    }

    private static String settle(PaymentPayload payment) throws FacilitatorException {
        return facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).transaction();
    }

    private static EvmSettlementInquiry inquiry(EvmNetworkSettings settings) {
        return new EvmSettlementInquiry(List.of(settings), Duration.ofSeconds(5), RpcObserver.none());
    }

    private static EvmNetworkSettings settings(int confirmations, int lookbackBlocks) {
        EvmNetworkSettings settings = fixture.networkSettings();
        return new EvmNetworkSettings(settings.network(), settings.rpcUrls(), confirmations, settings.maxFeePerGas(),
                settings.priorityFeePerGas(), settings.maxGas(), settings.pollInterval(), lookbackBlocks,
                settings.reorganizationDepth());
    }

    private static UnknownPayment reported(PaymentPayload payment, String transaction) {
        PresentedTransfer presented = presented(payment);
        BigInteger validBefore = presented.authorization().validBefore();
        return new UnknownPayment(
                presented.key(), Rail.X402, "token", new StoredTerms("exact", presented.authorization().value(),
                        presented.authorization().to().value(), null),
                Instant.ofEpochSecond(validBefore.longValueExact()), Instant.EPOCH, transaction);
    }

    private static UnknownPayment expired(UnknownPayment payment) {
        return new UnknownPayment(payment.key(), payment.rail(), payment.token(), payment.terms(),
                Instant.now().minusSeconds(3600), payment.reservedAt(), payment.transaction());
    }

    private static UnknownPayment reservedAt(UnknownPayment payment, Instant reservedAt) {
        return new UnknownPayment(payment.key(), payment.rail(), payment.token(), payment.terms(),
                payment.validBefore(), reservedAt, payment.transaction());
    }

    private static UnknownPayment withoutTransaction(UnknownPayment payment) {
        return new UnknownPayment(payment.key(), payment.rail(), payment.token(), payment.terms(),
                payment.validBefore(), payment.reservedAt(), null);
    }

    private static PresentedTransfer presented(PaymentPayload payment) {
        return PresentedTransfer.tryParse(payment, fixture.terms(), SignatureRecovery.web3j()).orElseThrow();
    }

}
