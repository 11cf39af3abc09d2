package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.SettlementEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

class SettlementWatchTests {

    private static final BigInteger BLOCK = BigInteger.valueOf(1000);

    private final EvmChain chain = mock(EvmChain.class);

    private final List<SettlementEvent> events = new ArrayList<>();

    private final SettlementWatch watch = new SettlementWatch(this.chain, 5, this.events::add);

    private final Transfer transfer = new Transfer(Receipts.presented(), false, BigInteger.TEN);

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
        assertThat(this.watch.look(head(1001), true)).isEmpty();
        assertThat(this.watch.look(head(1001), false)).isEmpty();
        receipt(Receipts.ok(BLOCK));
        assertThat(this.watch.look(head(1001), false)).isEmpty();
        assertThat(this.events).isEmpty();
        assertThat(this.watch.isEmpty()).isFalse();
    }

    @Test
    void lookWhenMissingForGoodThenTakenBack() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(null);
        this.watch.look(head(1001), true);
        this.watch.look(head(1001), false);
        assertThat(this.watch.look(head(1001), false)).containsExactly(this.transfer);
        assertThat(this.transfer.reorganised()).isTrue();
        assertThat(kinds()).containsExactly(Kind.REORGANISED);
        assertThat(this.watch.isEmpty()).isTrue();
    }

    @Test
    void lookWhenItFailedInTheOtherChainThenTakenBack() throws Exception {
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        receipt(Receipts.reverted(BLOCK));
        this.watch.look(head(1001), true);
        this.watch.look(head(1001), false);
        assertThat(this.watch.look(head(1001), false)).containsExactly(this.transfer);
    }

    @Test
    void settledWhenItWasTakenBackThenSaysThatItIsSettledAgainOnce() {
        this.transfer.reorganised(true);
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        this.watch.settled(this.transfer, Receipts.ok(BLOCK));
        assertThat(kinds()).containsExactly(Kind.SETTLED_AGAIN);
        assertThat(this.events.get(0).payer()).isEqualTo(this.transfer.presented().authorization().from().value());
    }

    @Test
    void failedWhenItWasTakenBackThenLostOnce() {
        this.watch.failed(this.transfer);
        this.transfer.reorganised(true);
        this.watch.failed(this.transfer);
        this.watch.failed(this.transfer);
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void settledWhenNothingIsToBeWatchedThenForgottenAtOnce() {
        SettlementWatch none = new SettlementWatch(this.chain, 0, this.events::add);
        none.settled(this.transfer, Receipts.ok(BLOCK));
        assertThat(none.isEmpty()).isTrue();
    }

    @Test
    void settledWhenAListenerFailsThenWatchedAllTheSame() {
        SettlementWatch failing = new SettlementWatch(this.chain, 5, (event) -> {
            throw new IllegalStateException("listener");
        });
        this.transfer.reorganised(true);
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

    private List<Kind> kinds() {
        return this.events.stream().map(SettlementEvent::kind).toList();
    }

    private static Head head(long number) {
        return new Head(BigInteger.valueOf(number), "0x" + "01".repeat(32), Receipts.NOW, BigInteger.ONE);
    }

}
