package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.EvmChain.Standing;
import io.github.x402spring.facilitator.evm.EvmChain.Usage;
import io.github.x402spring.facilitator.evm.EvmChain.Use;
import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;
import io.github.x402spring.facilitator.evm.Transfer.Outcome;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class TransferJudgeTests {

    private static final BigInteger BLOCK = BigInteger.valueOf(1000);

    private static final Credentials RELAYER = Credentials.create("0x" + "42".repeat(32));

    private final EvmChain chain = mock(EvmChain.class);

    private final List<SettlementEvent> events = new ArrayList<>();

    private final EvmNetworkSettings settings = new EvmNetworkSettings(Receipts.TERMS.network(),
            List.of(URI.create("http://localhost:1")), 3, BigInteger.TEN, null, BigInteger.TEN, Duration.ofSeconds(1),
            100, 5);

    private final SettlementWatch watch = new SettlementWatch(this.chain, this.settings, this.events::add,
            InstantSource.fixed(Receipts.NOW));

    private final TransferJudge judge = new TransferJudge(this.chain, this.settings,
            Set.of(EvmAddress.parse(RELAYER.getAddress())), this.watch);

    private final Transfer transfer = new Transfer(Receipts.presented(), false, BigInteger.TEN);

    private final Log[] evidence = { Receipts.use(this.transfer.presented().authorization()),
            Receipts.transfer(this.transfer.presented().authorization()) };

    @ParameterizedTest
    @CsvSource({ "1000, false", "1001, false", "1002, true", "2000, true", "999, false" })
    void concludeWhenBlocksLieOnTopThenDecidedFromTheConfiguredNumberOn(long head, boolean decided) throws Exception {
        assertThat(this.judge.conclude(this.transfer, Receipts.ok(BLOCK, this.evidence), head(head)))
            .isEqualTo(decided);
        assertThat(this.transfer.outcome().isDone()).isEqualTo(decided);
        assertThat(this.watch.isEmpty()).isEqualTo(!decided);
    }

    @Test
    void concludeWhenMoneyMovedThenPaidByThatTransaction() throws Exception {
        TransactionReceipt receipt = Receipts.ok(BLOCK, this.evidence);
        this.judge.conclude(this.transfer, receipt, head(1100));
        assertThat(outcome()).isEqualTo(new Outcome.Paid(receipt.getTransactionHash()));
    }

    @Test
    void concludeWhenTokenTookItAndMovedNothingThenFailed() throws Exception {
        TransactionReceipt receipt = Receipts.ok(BLOCK, this.evidence[0]);
        assertThat(this.judge.conclude(this.transfer, receipt, head(1100))).isTrue();
        assertThat(outcome())
            .isEqualTo(new Outcome.Failed(EvmNetwork.TRANSFER_EVENT_MISMATCH, receipt.getTransactionHash()));
        assertThat(this.watch.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "299, settlement_reverted", "300, invalid_exact_evm_payload_authorization_valid_before" })
    void concludeWhenTransactionFailedAndNonceIsFreeThenFailed(long second, String reason) throws Exception {
        given(this.chain.usage(any(), any())).willReturn(Usage.UNUSED);
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100, second))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Failed(new ReasonCode(reason), ""));
    }

    @Test
    void concludeWhenTransactionFailedAndAnotherOfOursMayBeMinedThenStaysOpenUntilItExpired() throws Exception {
        given(this.chain.usage(any(), any())).willReturn(Usage.UNUSED);
        send("0x" + "ef".repeat(32));
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100, 299))).isFalse();
        assertThat(this.transfer.outcome()).isNotDone();
        standing(head(1101, 300), false);
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1101, 300))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Failed(ReasonCode.EVM_VALID_BEFORE, ""));
    }

    @ParameterizedTest
    @EnumSource(names = { "WAITING", "UNKNOWN" })
    void concludeWhenTransactionFailedAndAnotherMayWaitThenStaysOpenUntilItExpired(Usage usage) throws Exception {
        given(this.chain.usage(any(), any())).willReturn(usage);
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100, 299))).isFalse();
        standing(head(1101, 300), true);
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1101, 300))).isFalse();
        assertThat(this.transfer.outcome()).isNotDone();
        standing(head(1102, 300), false);
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1102, 300))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Failed(ReasonCode.EVM_VALID_BEFORE, ""));
    }

    @Test
    void concludeWhenChainCannotBeAskedThenStaysOpen() throws Exception {
        given(this.chain.usage(any(), any())).willThrow(new IOException("no answer"));
        assertThatIOException()
            .isThrownBy(() -> this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100)));
        assertThat(this.transfer.outcome()).isNotDone();
    }

    @Test
    void concludeWhenAStrangerWasFasterAndMovedTheMoneyThenPaid() throws Exception {
        TransactionReceipt theirs = Receipts.ok(BLOCK, this.evidence);
        theirs.setTransactionHash("0x" + "cd".repeat(32));
        usedBy(new Use(theirs));
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Paid(theirs.getTransactionHash()));
    }

    @Test
    void concludeWhenAnotherInstanceOfOursWasFasterThenNotPaidTwice() throws Exception {
        TransactionReceipt theirs = Receipts.ok(BLOCK, this.evidence);
        theirs.setFrom(EvmAddress.parse(RELAYER.getAddress()).checksummed());
        usedBy(new Use(theirs));
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Failed(ReasonCode.EVM_NONCE_ALREADY_USED, ""));
    }

    @Test
    void concludeWhenAStrangerUsedTheNonceForSomethingElseThenFailed() throws Exception {
        usedBy(new Use(Receipts.ok(BLOCK, this.evidence[0])));
        this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100));
        assertThat(outcome()).isEqualTo(new Outcome.Failed(ReasonCode.EVM_NONCE_ALREADY_USED, ""));
    }

    @Test
    void concludeWhenTheirTransactionIsNotConfirmedThenStaysOpen() throws Exception {
        usedBy(new Use(Receipts.ok(BigInteger.valueOf(1099), this.evidence)));
        assertThat(this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100))).isFalse();
        assertThat(this.transfer.outcome()).isNotDone();
    }

    @Test
    void concludeWhenPayerCancelledThenFailed() throws Exception {
        usedBy(new Use(null));
        this.judge.conclude(this.transfer, Receipts.reverted(BLOCK), head(1100));
        assertThat(outcome()).isEqualTo(new Outcome.Failed(EvmNetwork.TRANSACTION_FAILED, ""));
    }

    @Test
    void replacedWhenAnEarlierTransactionOfOursWasMinedThenPaid() throws Exception {
        TransactionReceipt ours = Receipts.ok(BLOCK, this.evidence);
        ours.setFrom(RELAYER.getAddress());
        send(ours.getTransactionHash());
        send("0x" + "ef".repeat(32));
        usedBy(new Use(ours));
        assertThat(this.judge.replaced(this.transfer, head(1100))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Paid(ours.getTransactionHash()));
    }

    @Test
    void replacedWhenNonceIsFreeThenMayBeSentAnew() throws Exception {
        assertThat(this.judge.replaced(this.transfer, head(1100, 299))).isTrue();
        assertThat(this.transfer.outcome()).isNotDone();
    }

    @Test
    void replacedWhenNonceIsFreeAndTimeIsUpThenFailed() throws Exception {
        send("0x" + "ef".repeat(32));
        standing(head(1100, 300), false);
        assertThat(this.judge.replaced(this.transfer, head(1100, 300))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Failed(ReasonCode.EVM_VALID_BEFORE, ""));
    }

    @Test
    void replacedWhenUseCannotBeFoundThenFailedAsUsed() throws Exception {
        given(this.chain.used(any(), any())).willReturn(true);
        given(this.chain.findUse(any(), any(), anyInt())).willReturn(Optional.empty());
        assertThat(this.judge.replaced(this.transfer, head(1100))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Failed(ReasonCode.EVM_NONCE_ALREADY_USED, ""));
    }

    @Test
    void replacedWhenTakenBackAndUseCannotBeFoundThenStaysOpen() throws Exception {
        this.transfer.reorganized(true);
        given(this.chain.used(any(), any())).willReturn(true);
        given(this.chain.findUse(any(), any(), anyInt())).willReturn(Optional.empty());
        assertThat(this.judge.replaced(this.transfer, head(1100))).isFalse();
        assertThat(this.transfer.outcome()).isNotDone();
        assertThat(this.events).isEmpty();
    }

    @Test
    void expireWhenTimeIsNotUpThenStaysOpen() throws Exception {
        assertThat(this.judge.expire(this.transfer, head(1100, 299))).isFalse();
        assertThat(this.transfer.outcome()).isNotDone();
    }

    @Test
    void expireWhenTimeIsUpThenFailed() throws Exception {
        standing(head(1100, 300), false);
        assertThat(this.judge.expire(this.transfer, head(1100, 300))).isTrue();
        assertThat(outcome()).isEqualTo(new Outcome.Failed(ReasonCode.EVM_VALID_BEFORE, ""));
    }

    @Test
    void expireWhenTimeIsUpButTheNonceWasUsedThenOutcomeIsLeftToTheChain() throws Exception {
        standing(head(1100, 300), true);
        assertThat(this.judge.expire(this.transfer, head(1100, 300))).isTrue();
        assertThat(this.transfer.outcome()).isNotDone();
    }

    @Test
    void expireWhenTheNodeThatIsAskedIsBehindThenOutcomeIsLeftToTheChain() throws Exception {
        standing(head(1099, 299), false);
        assertThat(this.judge.expire(this.transfer, head(1100, 300))).isTrue();
        assertThat(this.transfer.outcome()).isNotDone();
    }

    @Test
    void expireWhenChainTookASettlementBackThenLost() throws Exception {
        this.transfer.outcome().complete(new Outcome.Paid("0xab"));
        this.transfer.reorganized(true);
        standing(head(1100, 300), false);
        this.judge.expire(this.transfer, head(1100, 300));
        assertThat(this.events).extracting(SettlementEvent::kind).containsExactly(Kind.LOST);
        assertThat(outcome()).isEqualTo(new Outcome.Paid("0xab"));
    }

    @Test
    void concludeWhenSettledAgainAfterAReorganizationThenSaysSo() throws Exception {
        this.transfer.outcome().complete(new Outcome.Paid("0xab"));
        this.transfer.reorganized(true);
        this.judge.conclude(this.transfer, Receipts.ok(BLOCK, this.evidence), head(1100));
        assertThat(this.events).extracting(SettlementEvent::kind).containsExactly(Kind.SETTLED_AGAIN);
    }

    private void standing(Head head, boolean used) throws IOException {
        given(this.chain.standing(any(), any())).willReturn(new Standing(head, used));
    }

    private void usedBy(Use use) throws IOException {
        given(this.chain.usage(Receipts.TOKEN, this.transfer.presented().authorization())).willReturn(Usage.USED);
        given(this.chain.used(Receipts.TOKEN, this.transfer.presented().authorization())).willReturn(true);
        given(this.chain.findUse(Receipts.TOKEN, this.transfer.presented().authorization(), 100))
            .willReturn(Optional.of(use));
    }

    private void send(String hash) {
        this.transfer.sent(new Relayer(Receipts.TERMS.network(), RELAYER, 0),
                new Attempt(BigInteger.ZERO, hash, "0x", BigInteger.TEN, BigInteger.ONE));
    }

    private Outcome outcome() {
        return this.transfer.outcome().getNow(new Outcome.NotSent("open", ""));
    }

    private static Head head(long number) {
        return head(number, 0);
    }

    private static Head head(long number, long second) {
        Instant time = Receipts.NOW.plusSeconds(second);
        return new Head(BigInteger.valueOf(number), "0x" + "01".repeat(32), time, BigInteger.ONE);
    }

}
