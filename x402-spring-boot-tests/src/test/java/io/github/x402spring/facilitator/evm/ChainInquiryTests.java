package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Asks a chain what became of payments.
 */
@LocalChain
class ChainInquiryTests {

    private static ChainFixture fixture;

    private static EvmSettlementInquiry inquiry;

    @BeforeAll
    static void start() {
        fixture = new ChainFixture();
        inquiry = inquiry(fixture.networkSettings());
    }

    @AfterEach
    void resumeMining() {
        fixture.chain().resumeMining();
    }

    @AfterAll
    static void stop() {
        inquiry.close();
        fixture.close();
    }

    @Test
    void inquireWhenSettledThenNamesTheTransaction() throws Exception {
        LocalEvmFacilitator facilitator = fixture.facilitator();
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        SettleResponse receipt = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        assertThat(receipt.success()).isTrue();
        assertThat(inquiry.inquire(unknown(payment))).isEqualTo(new Finding.Settled(receipt.transaction()));
        assertThat(facilitator.inquire(unknown(payment))).isEqualTo(new Finding.Settled(receipt.transaction()));
        assertThat(fixture.facilitator().inquire(unknown(payment)))
            .isEqualTo(new Finding.Settled(receipt.transaction()));
    }

    @Test
    void inquireWhenNothingHappenedThenUndecidedUntilItExpired() throws Exception {
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        assertThat(inquiry.inquire(unknown(payment))).isEqualTo(new Finding.Undecided());
        Instant now = Instant.now();
        assertThat(inquiry.inquire(unknown(payment, now.minusSeconds(30), null))).isEqualTo(new Finding.Undecided());
        assertThat(inquiry.inquire(unknown(payment, now.minusSeconds(120), null))).isEqualTo(new Finding.Failed());
    }

    @Test
    void inquireWhenSettledAndExpiredThenSettled() throws Exception {
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        SettleResponse receipt = fixture.facilitator().settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        assertThat(inquiry.inquire(unknown(payment, Instant.now().minusSeconds(3600), null)))
            .isEqualTo(new Finding.Settled(receipt.transaction()));
    }

    @Test
    void inquireWhenAnotherAmountOrRecipientWasPaidThenFailed() throws Exception {
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        fixture.facilitator().settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        UnknownPayment paid = unknown(payment);
        assertThat(inquiry.inquire(under(paid, new StoredTerms(paid.scheme(), BigInteger.TWO, paid.payTo(), null))))
            .isEqualTo(new Finding.Failed());
        assertThat(inquiry
            .inquire(under(paid, new StoredTerms(paid.scheme(), paid.amount(), "0x" + "1".repeat(40), null))))
            .isEqualTo(new Finding.Failed());
    }

    @Test
    void inquireWhenNotDeepEnoughThenUndecided() throws Exception {
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        fixture.facilitator().settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        try (EvmSettlementInquiry deep = inquiry(settings(1000, 2000))) {
            assertThat(deep.inquire(unknown(payment))).isEqualTo(new Finding.Undecided());
        }
        assertThat(inquiry.inquire(unknown(payment))).isInstanceOf(Finding.Settled.class);
    }

    @Test
    void inquireWhenTheUseIsTooLongAgoThenLooksAtTheTransactionThatWasNamed() throws Exception {
        LocalEvmFacilitator facilitator = fixture.facilitator();
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        PaymentPayload other = fixture.pay(fixture.wallet()).payload();
        String transaction = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).transaction();
        String elsewhere = facilitator.settle(other, fixture.terms(), ChainFixture.RESOURCE).transaction();
        fixture.chain().mine(3);
        try (EvmSettlementInquiry near = inquiry(settings(1, 1));
                EvmSettlementInquiry deep = inquiry(settings(1000, 1))) {
            assertThat(near.inquire(named(payment, transaction))).isEqualTo(new Finding.Settled(transaction));
            for (String name : new String[] { null, "", elsewhere, "0x" + "0".repeat(64), "pending" }) {
                assertThat(near.inquire(named(payment, name))).isEqualTo(new Finding.Undecided());
            }
            assertThat(deep.inquire(named(payment, transaction))).isEqualTo(new Finding.Undecided());
        }
    }

    @Test
    void inquireWhenTheNamedTransactionIsNotThePaymentThenTheSearchCounts() throws Exception {
        LocalEvmFacilitator facilitator = fixture.facilitator();
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        PaymentPayload other = fixture.pay(fixture.wallet()).payload();
        String transaction = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).transaction();
        String elsewhere = facilitator.settle(other, fixture.terms(), ChainFixture.RESOURCE).transaction();
        assertThat(inquiry.inquire(named(payment, elsewhere))).isEqualTo(new Finding.Settled(transaction));
    }

    @Test
    void inquireWhenThePayerCancelledThenFailedOnceItExpired() throws Exception {
        TestWallet wallet = fixture.wallet();
        PaymentPayload payment = fixture.pay(wallet).payload();
        fixture.chain().cancel(wallet, presented(payment).authorization().nonce());
        assertThat(inquiry.inquire(unknown(payment))).isEqualTo(new Finding.Undecided());
        assertThat(inquiry.inquire(unknown(payment, Instant.now().minusSeconds(120), null)))
            .isEqualTo(new Finding.Failed());
    }

    @Test
    void inquireWhenTheNetworkOrSchemeIsAnotherThenUndecided() throws Exception {
        UnknownPayment payment = unknown(fixture.pay(fixture.wallet()).payload(), Instant.EPOCH, null);
        assertThat(inquiry.inquire(payment)).isEqualTo(new Finding.Failed());
        assertThat(inquiry.inquire(under(payment, new StoredTerms("upto", payment.amount(), payment.payTo(), null))))
            .isEqualTo(new Finding.Undecided());
    }

    @Test
    void inquireWhenNoNodeAnswersThenCannotSay() {
        EvmNetworkSettings settings = fixture.networkSettings();
        try (EvmSettlementInquiry down = inquiry(new EvmNetworkSettings(settings.network(),
                List.of(URI.create("http://127.0.0.1:1")), settings.confirmations(), settings.maxFeePerGas(),
                settings.priorityFeePerGas(), settings.maxGas(), settings.pollInterval(), settings.lookbackBlocks(),
                settings.reorganizationDepth()))) {
            UnknownPayment payment = unknown(fixture.pay(fixture.wallet()).payload());
            assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> down.inquire(payment));
        }
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

    private static UnknownPayment named(PaymentPayload payment, @Nullable String transaction) {
        return unknown(payment, unknown(payment).validBefore(), transaction);
    }

    private static UnknownPayment unknown(PaymentPayload payment) {
        PresentedTransfer presented = presented(payment);
        return unknown(payment, Instant.ofEpochSecond(presented.authorization().validBefore().longValueExact()), null);
    }

    private static UnknownPayment unknown(PaymentPayload payment, Instant validBefore, @Nullable String transaction) {
        PresentedTransfer presented = presented(payment);
        StoredTerms terms = new StoredTerms("exact", presented.authorization().value(),
                presented.authorization().to().value(), null);
        return new UnknownPayment(presented.key(), Rail.X402, "token", terms, validBefore, Instant.EPOCH, transaction);
    }

    private static UnknownPayment under(UnknownPayment payment, StoredTerms terms) {
        return new UnknownPayment(payment.key(), payment.rail(), payment.token(), terms, payment.validBefore(),
                payment.reservedAt(), null);
    }

    private static PresentedTransfer presented(PaymentPayload payment) {
        return PresentedTransfer.tryParse(payment, fixture.terms(), SignatureRecovery.web3j()).orElseThrow();
    }

}
