package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.EvmChain.Trace;
import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

class SettlementWatchTests {

    private static final BigInteger BLOCK = BigInteger.valueOf(1000);

    private static final String OTHER_BLOCK = "0x" + "b2".repeat(32);

    private final EvmChain chain = mock(EvmChain.class);

    private final List<SettlementEvent> events = new ArrayList<>();

    private final MutableClock clock = new MutableClock(Receipts.NOW);

    private final SettlementWatch watch = watch(5, this.events::add);

    private final Transfer transfer = new Transfer(Receipts.presented(), false, BigInteger.TEN);

    private long head = 1001;

    @Test
    void lookWhenNotDeepEnoughThenChainIsNotAsked() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        assertThat(this.watch.look(head(1004), false)).isEmpty();
        then(this.chain).should(never()).receipts(anyList());
    }

    @Test
    void lookWhenDeepEnoughAndStillThereThenForgotten() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(Receipts.ok(BLOCK));
        assertThat(this.watch.look(head(1005), false)).isEmpty();
        assertThat(this.watch.isEmpty()).isTrue();
        assertThat(this.events).isEmpty();
    }

    @Test
    void lookWhenMinedAgainInALaterBlockThenDepthCountsFromThere() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(Receipts.ok(BLOCK.add(BigInteger.ONE)));
        this.watch.look(head(1005), false);
        assertThat(this.watch.isEmpty()).isFalse();
        this.watch.look(head(1006), false);
        assertThat(this.watch.isEmpty()).isTrue();
    }

    @Test
    void lookWhenMissingOnceThenAskedAgainBeforeItCountsAsGone() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(null);
        trace(OTHER_BLOCK, false);
        assertThat(lookAfterASecond(1001, true)).isEmpty();
        assertThat(lookAfterASecond(1002, false)).isEmpty();
        receipt(Receipts.ok(BLOCK));
        assertThat(lookAfterASecond(1003, false)).isEmpty();
        receipt(null);
        assertThat(lookAfterASecond(1004, true)).isEmpty();
        assertThat(lookAfterASecond(1005, false)).isEmpty();
        assertThat(this.events).isEmpty();
        assertThat(this.watch.isEmpty()).isFalse();
    }

    @Test
    void lookWhenMissingForGoodThenTakenBack() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(null);
        trace(OTHER_BLOCK, false);
        lookAfterASecond(1001, true);
        lookAfterASecond(1002, false);
        assertThat(lookAfterASecond(1003, false)).containsExactly(this.transfer);
        assertThat(this.transfer.reorganized()).isTrue();
        assertThat(kinds()).containsExactly(Kind.REORGANIZED);
        assertThat(this.watch.isEmpty()).isTrue();
    }

    @Test
    void lookWhenItFailedInTheOtherChainThenTakenBack() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(Receipts.reverted(BLOCK));
        trace(OTHER_BLOCK, false);
        lookAfterASecond(1001, true);
        lookAfterASecond(1002, false);
        assertThat(lookAfterASecond(1003, false)).containsExactly(this.transfer);
    }

    @Test
    void lookWhenThereAreSeveralNodesThenEachHasToAgreeThreeTimes() throws Exception {
        given(this.chain.nodes()).willReturn(2);
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(null);
        trace(OTHER_BLOCK, false);
        for (int i = 1; i <= 5; i++) {
            assertThat(lookAfterASecond(1000 + i, i == 1)).isEmpty();
        }
        assertThat(lookAfterASecond(1006, false)).containsExactly(this.transfer);
        then(this.chain).should(times(5)).turn();
    }

    @ParameterizedTest
    @MethodSource
    void lookWhenTheChainStillHasItThenIsNotTakenBackHoweverOftenTheReceiptIsMissing(@Nullable String block,
            boolean used) throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(null);
        trace(block, used);
        for (int i = 1; i <= 10; i++) {
            assertThat(lookAfterASecond(1000 + i, true)).isEmpty();
        }
        assertThat(this.events).isEmpty();
    }

    static Stream<Arguments> lookWhenTheChainStillHasItThenIsNotTakenBackHoweverOftenTheReceiptIsMissing() {
        return Stream.of(Arguments.of(Receipts.BLOCK_HASH, false), Arguments.of(Receipts.BLOCK_HASH, true),
                Arguments.of(OTHER_BLOCK, true), Arguments.of(null, false));
    }

    @Test
    void lookWhenNoTimePassesOrNoBlockIsMadeThenCountsOnce() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(null);
        trace(OTHER_BLOCK, false);
        for (int i = 1; i <= 10; i++) {
            assertThat(this.watch.look(head(1000 + i), true)).isEmpty();
        }
        for (int i = 1; i <= 10; i++) {
            assertThat(lookAfterASecond(1001, true)).isEmpty();
        }
        assertThat(this.events).isEmpty();
    }

    @Test
    void settledWhenItWasTakenBackThenSaysThatItIsSettledAgainOnce() {
        this.transfer.reorganized(true);
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        assertThat(kinds()).containsExactly(Kind.SETTLED_AGAIN);
        assertThat(this.events.get(0).payer()).isEqualTo(this.transfer.presented().authorization().from().value());
    }

    @Test
    void failedWhenItWasTakenBackThenLostOnce() {
        this.watch.failed(this.transfer);
        this.transfer.reorganized(true);
        this.watch.failed(this.transfer);
        this.watch.failed(this.transfer);
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void settledWhenNothingIsToBeWatchedThenForgottenAtOnce() {
        SettlementWatch none = watch(0, this.events::add);
        none.settled(this.transfer, Receipts.ok(BLOCK));
        assertThat(none.isEmpty()).isTrue();
    }

    @Test
    void settledWhenAListenerFailsThenWatchedAllTheSame() {
        SettlementWatch failing = watch(5, (event) -> {
            throw new IllegalStateException("listener");
        });
        this.transfer.reorganized(true);
        failing.settled(this.transfer, Receipts.ok(BLOCK));
        assertThat(failing.isEmpty()).isFalse();
    }

    @Test
    void lookWhenManyAreDueThenAskedInBoundedBatches() throws Exception {
        for (int i = 0; i < 250; i++) {
            this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        }
        List<Integer> sizes = new ArrayList<>();
        given(this.chain.receipts(anyList())).willAnswer((call) -> {
            int size = call.<List<String>>getArgument(0).size();
            sizes.add(size);
            return Collections.nCopies(size, Receipts.ok(BLOCK));
        });
        this.watch.look(head(1005), false);
        assertThat(sizes).containsExactly(100, 100, 50);
        assertThat(this.watch.isEmpty()).isTrue();
    }

    private void receipt(@Nullable TransactionReceipt receipt) throws Exception {
        given(this.chain.receipts(anyList())).willReturn(Collections.singletonList(receipt));
    }

    private void trace(@Nullable String blockHash, boolean used) throws Exception {
        given(this.chain.trace(any(), any(), eq(BLOCK)))
            .willAnswer((call) -> new Trace(head(this.head), blockHash, used));
    }

    private List<Transfer> lookAfterASecond(long number, boolean reorganized) throws Exception {
        this.clock.advance(Duration.ofSeconds(1));
        this.head = number;
        return this.watch.look(head(number), reorganized);
    }

    private SettlementWatch watch(int depth, Consumer<SettlementEvent> events) {
        given(this.chain.nodes()).willReturn(1);
        EvmNetworkSettings settings = new EvmNetworkSettings(Receipts.TERMS.network(),
                List.of(URI.create("http://localhost:1")), 1, BigInteger.TEN, null, BigInteger.TEN,
                Duration.ofSeconds(1), 100, depth);
        return new SettlementWatch(this.chain, settings, events, this.clock);
    }

    private List<Kind> kinds() {
        return this.events.stream().map(SettlementEvent::kind).toList();
    }

    private static Head head(long number) {
        return new Head(BigInteger.valueOf(number), "0x" + "01".repeat(32), Receipts.NOW, BigInteger.ONE);
    }

}
