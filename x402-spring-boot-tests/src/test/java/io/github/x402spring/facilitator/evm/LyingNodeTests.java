package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.crypto.Credentials;

import io.github.x402spring.Endurance;
import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.evm.LyingChain.Fault;
import io.github.x402spring.facilitator.evm.Transfer.Outcome;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that every honest payment is settled once, and that books and chain agree,
 * however nodes lie: each known fault at random points, alone and with all others.
 */
@Tag("endurance")
class LyingNodeTests {

    private static final int PAYMENTS = 12;

    /** In seconds. Ten times what it takes; the authorizations are valid for longer. */
    private static final int MAX_ROUNDS = 600;

    /** From then on nothing heals by chance, such as by a further lie. */
    private static final int TRUTHFUL_FROM = 30;

    private static final List<Credentials> KEYS = List.of(Credentials.create("0x" + "42".repeat(32)),
            Credentials.create("0x" + "43".repeat(32)));

    private final MutableClock clock = new MutableClock(Receipts.NOW);

    private final List<Payment> payments = new ArrayList<>();

    private LyingChain chain;

    private Settler settler;

    private ChainInquiry inquiry;

    static Stream<Arguments> lies() {
        List<Set<Fault>> sets = new ArrayList<>(
                Stream.of(Fault.values()).map((fault) -> (Set<Fault>) EnumSet.of(fault)).toList());
        sets.add(EnumSet.allOf(Fault.class));
        int seeds = Endurance.size(3, 200);
        return sets.stream()
            .flatMap((faults) -> IntStream.range(0, seeds)
                .boxed()
                .flatMap((seed) -> Stream.of(6, 50).map((oneIn) -> Arguments.of(faults, oneIn, seed))));
    }

    @ParameterizedTest(name = "{0}, one in {1}, seed {2}")
    @MethodSource("lies")
    void settleWhenNodesLieThenEveryPaymentIsSettledOnceAndBooksAgree(Set<Fault> faults, int oneIn, int seed)
            throws Exception {
        Random random = new Random(seed * 31L + faults.toString().hashCode() + oneIn);
        int relayers = 1 + random.nextInt(2);
        open(new LyingChain(1 + random.nextInt(2), random, faults, oneIn, this.clock.instant()), relayers);
        run(random, relayers);
        assertBooksAgree();
    }

    @Test
    void settleWhenNodesDoNotLieThenNothingIsSentTwiceOrFilled() throws Exception {
        Random random = new Random(1);
        open(new LyingChain(1, random, Set.of(), 1, this.clock.instant()), 2);
        run(random, 2);
        assertBooksAgree();
        assertThat(this.chain.lies()).isZero();
        assertThat(this.chain.reverted()).isZero();
        assertThat(this.chain.moveless()).isZero();
    }

    private void run(Random random, int relayers) throws Exception {
        for (int round = 0; round < MAX_ROUNDS && !isDone(); round++) {
            if (this.payments.size() < PAYMENTS && random.nextInt(2) == 0) {
                Payment payment = new Payment(this.clock.instant());
                this.payments.add(payment);
                this.chain.know(payment.presented);
            }
            if (round == TRUTHFUL_FROM) {
                this.chain.reform();
            }
            if (this.chain.lie(Fault.RESTART)) {
                restart(relayers);
            }
            for (Payment payment : this.payments) {
                present(payment);
            }
            this.settler.step();
            for (Payment payment : this.payments) {
                read(payment);
            }
            this.clock.advance(Duration.ofSeconds(1));
            if (round % 2 == 0) {
                KEYS.subList(0, relayers).forEach(this.chain::replaceBy);
                this.chain.mine(this.clock.instant());
            }
        }
    }

    private boolean isDone() {
        return this.payments.size() == PAYMENTS && this.payments.stream().allMatch((payment) -> payment.booked != null);
    }

    private void assertBooksAgree() {
        assertThat(this.payments).hasSize(PAYMENTS)
            .allSatisfy((payment) -> assertThat(payment.booked).isNotNull()
                .isEqualTo(this.chain.transactionOf(payment.presented)));
        assertThat(this.chain.moved()).isEqualTo(PAYMENTS);
    }

    /** As the gate does: what the chain knows is read from there, all else is sent. */
    private void present(Payment payment) throws IOException, FacilitatorException {
        if (payment.booked != null || payment.transfer != null) {
            return;
        }
        if (payment.presentedBefore && this.chain.used(payment.presented)) {
            if (this.inquiry.inquire(payment.unknown()) instanceof Finding.Settled(String transaction)) {
                payment.book(transaction);
            }
            return;
        }
        payment.presentedBefore = true;
        payment.transfer = new Transfer(payment.presented, false, BigInteger.valueOf(100_000));
        assertThat(this.settler.submit(payment.transfer)).isTrue();
    }

    private void read(Payment payment) {
        Transfer transfer = payment.transfer;
        if (transfer == null || !transfer.outcome().isDone()) {
            return;
        }
        payment.transfer = null;
        switch (transfer.outcome().join()) {
            case Outcome.Paid(String transaction) -> payment.book(transaction);
            case Outcome.Failed(var reason, String transaction) ->
                assertThat(transaction).as("an honest payment is refused: %s", reason).isNotEmpty();
            case Outcome.NotSent notSent -> {
            }
        }
    }

    private void open(LyingChain chain, int relayers) {
        this.chain = chain;
        this.inquiry = new ChainInquiry(new EvmChain(chain.rpc(), BigInteger.valueOf(300_000)), settings());
        restart(relayers);
    }

    private void restart(int count) {
        this.payments.forEach((payment) -> payment.transfer = null);
        EvmNetworkSettings settings = settings();
        EvmChain evm = new EvmChain(this.chain.rpc(), settings.maxGas());
        List<Relayer> relayers = KEYS.subList(0, count)
            .stream()
            .map((key) -> new Relayer(settings.network(), key, 0))
            .toList();
        SettlementWatch watch = new SettlementWatch(evm, settings, (event) -> {
        }, this.clock);
        TransferJudge judge = new TransferJudge(evm, settings,
                Set.copyOf(relayers.stream().map(Relayer::address).toList()), watch);
        this.settler = new Settler(evm, settings, new Sender(evm, settings, relayers, this.clock), judge, watch,
                new RevertBudget(settings.network(), 1_000_000, 1_000_000, this.clock), this.clock);
    }

    private static EvmNetworkSettings settings() {
        return new EvmNetworkSettings(Receipts.TERMS.network(), List.of(URI.create("http://localhost:1")), 1,
                BigInteger.TEN.pow(12), null, BigInteger.valueOf(300_000), Duration.ofMillis(500), 100_000, 5);
    }

    /** Entry in the books of a seller. */
    private static final class Payment {

        private final PresentedTransfer presented;

        private final Instant reservedAt;

        private @Nullable Transfer transfer;

        private @Nullable String booked;

        private boolean presentedBefore;

        private Payment(Instant now) {
            this.presented = Receipts.presented(TestWallet.named("7")
                .pay(Receipts.TERMS, now)
                .nonce(TestWallet.randomNonce())
                .with("validBefore", Long.toString(now.getEpochSecond() + 1_000_000)));
            this.reservedAt = now;
        }

        private void book(String transaction) {
            assertThat(this.booked).as("paid twice").isNull();
            this.booked = transaction;
        }

        private UnknownPayment unknown() {
            return new UnknownPayment(this.presented.key(), Rail.X402, "token",
                    new StoredTerms("exact", this.presented.authorization().value(),
                            this.presented.authorization().to().value(), null),
                    this.reservedAt.plusSeconds(1_000_000), this.reservedAt, null);
        }

    }

}
