package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every exposure ledger promises. Extended once for each implementation.
 */
public abstract class ExposureLedgerContractTests {

    protected static final Duration LEASE = Duration.ofMinutes(2);

    protected static final ExposureLimit THREE_PRICES = new ExposureLimit("three-prices", BigInteger.valueOf(30_000),
            null, Duration.ofHours(1));

    protected static final ExposureLimit ONCE = new ExposureLimit("once", null, 1L, Duration.ofHours(1));

    private static final BigInteger PRICE = BigInteger.valueOf(10_000);

    /** Forgets everything. */
    protected abstract void clear() throws Exception;

    /** Makes an instance that shares what it knows with all others. */
    protected abstract ExposureLedger instance(Duration lease);

    /**
     * Lets time pass for what is stored, under limits of one hour: whole minutes of it.
     */
    protected abstract void age(Duration time) throws Exception;

    protected boolean leasesRunOut() {
        return true;
    }

    @BeforeEach
    void forget() throws Exception {
        clear();
    }

    @Test
    void reserveWhenTheAmountIsReachedThenExceededUntilTheWindowIsOver() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        for (int i = 0; i < 3; i++) {
            reserve(ledger, of(THREE_PRICES, "a", PRICE));
        }
        assertThat(ledger.reserve(List.of(of(THREE_PRICES, "a", PRICE))))
            .isInstanceOfSatisfying(ExposureResult.Exceeded.class, (exceeded) -> {
                assertThat(exceeded.limit()).isEqualTo("three-prices");
                assertThat(exceeded.retryAfter()).isBetween(Duration.ofMinutes(58), Duration.ofMinutes(61));
            });
        assertThat(ledger.reserve(List.of(of(THREE_PRICES, "a", BigInteger.ONE))))
            .isInstanceOf(ExposureResult.Exceeded.class);
        reserve(ledger, of(THREE_PRICES, "b", PRICE));
    }

    @Test
    void reserveWhenTheNumberIsReachedThenExceededWhateverTheAmount() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        reserve(ledger, of(ONCE, "a", BigInteger.ZERO));
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        reserve(ledger, of(ONCE, "b", BigInteger.ZERO));
    }

    @Test
    void reserveWhenBothAreLimitedThenEitherIsEnough() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ExposureLimit both = new ExposureLimit("both", BigInteger.valueOf(100), 2L, Duration.ofHours(1));
        reserve(ledger, of(both, "a", BigInteger.valueOf(60)));
        assertExceeded(ledger, of(both, "a", BigInteger.valueOf(60)));
        reserve(ledger, of(both, "a", BigInteger.valueOf(40)));
        reserve(ledger, of(both, "b", BigInteger.ONE));
        reserve(ledger, of(both, "b", BigInteger.ONE));
        assertExceeded(ledger, of(both, "b", BigInteger.ONE));
    }

    @Test
    void reserveWhenOneOfTwoIsReachedThenTakesFromNeither() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ExposureLimit first = new ExposureLimit("first", null, 2L, Duration.ofHours(1));
        ExposureLimit second = new ExposureLimit("second", null, 1L, Duration.ofHours(1));
        Exposure[] both = { of(second, "a", BigInteger.ZERO), of(first, "a", BigInteger.ZERO) };
        reserve(ledger, both);
        assertExceeded(ledger, both);
        reserve(ledger, of(first, "a", BigInteger.ZERO));
        assertExceeded(ledger, of(first, "a", BigInteger.ZERO));
    }

    @Test
    void reserveWhenTheAmountIsTheLargestThenExact() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ExposureLimit largest = new ExposureLimit("largest", ExposureLimit.LARGEST_AMOUNT, null, Duration.ofHours(1));
        ExposureResult.Reserved all = reserve(ledger,
                of(largest, "a", ExposureLimit.LARGEST_AMOUNT.subtract(BigInteger.ONE)));
        reserve(ledger, of(largest, "a", BigInteger.ONE));
        assertExceeded(ledger, of(largest, "a", BigInteger.ONE));
        ledger.giveBack(all);
        assertExceeded(ledger, of(largest, "a", ExposureLimit.LARGEST_AMOUNT));
        reserve(ledger, of(largest, "a", ExposureLimit.LARGEST_AMOUNT.subtract(BigInteger.ONE)));
    }

    @Test
    void giveBackWhenHeldForAPaymentThenAnotherInstanceGivesItBackOnce() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ExposureResult.Reserved taken = ledger
            .commit(reserve(ledger, of(ONCE, "a", BigInteger.ZERO), of(THREE_PRICES, "b", PRICE)))
            .orElseThrow();
        ledger.hold(payment(1), taken);
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        instance(LEASE).giveBack(payment(2));
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        instance(LEASE).giveBack(payment(1));
        reserve(ledger, of(ONCE, "a", BigInteger.ZERO));
        for (int i = 0; i < 3; i++) {
            reserve(ledger, of(THREE_PRICES, "b", PRICE));
        }
        instance(LEASE).giveBack(payment(1));
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        assertExceeded(ledger, of(THREE_PRICES, "b", PRICE));
    }

    @Test
    void giveBackWhenHeldForTwoPaymentsThenEachGivesBackItsOwn() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        for (int i = 0; i < 3; i++) {
            ledger.hold(payment(i), ledger.commit(reserve(ledger, of(THREE_PRICES, "a", PRICE))).orElseThrow());
        }
        ledger.giveBack(payment(1));
        reserve(ledger, of(THREE_PRICES, "a", PRICE));
        assertExceeded(ledger, of(THREE_PRICES, "a", BigInteger.ONE));
    }

    @Test
    void holdWhenTheLeaseWouldHaveRunOutThenItCounts() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ledger.hold(payment(1), ledger.commit(reserve(ledger, of(ONCE, "a", BigInteger.ZERO))).orElseThrow());
        reserve(ledger, of(ONCE, "lapsing", BigInteger.ZERO));
        age(LEASE.plusMinutes(1));
        if (leasesRunOut()) {
            reserve(ledger, of(ONCE, "lapsing", BigInteger.ZERO));
        }
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
    }

    protected static PaymentKey payment(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb", "0x" + number);
    }

    @Test
    void reserveWhenManyInstancesComeAtOnceThenAsManyAsFit() throws Exception {
        List<ExposureLedger> instances = List.of(instance(LEASE), instance(LEASE), instance(LEASE));
        ExposureLimit other = new ExposureLimit("other", null, 20L, Duration.ofHours(1));
        List<Callable<ExposureResult>> tasks = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            ExposureLedger ledger = instances.get(i % 3);
            List<Exposure> exposures = (i % 2 == 0)
                    ? List.of(of(THREE_PRICES, "a", PRICE), of(other, "a", BigInteger.ZERO))
                    : List.of(of(other, "a", BigInteger.ZERO), of(THREE_PRICES, "a", PRICE));
            tasks.add(() -> ledger.reserve(exposures));
        }
        List<ExposureResult> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<ExposureResult> result : executor.invokeAll(tasks)) {
                results.add(result.get());
            }
        }
        assertThat(results).filteredOn(ExposureResult.Reserved.class::isInstance).hasSize(3);
        assertThat(results).filteredOn(ExposureResult.Exceeded.class::isInstance).hasSize(21);
    }

    @Test
    void giveBackWhenReservedThenThereIsRoomAgainForEverybody() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ExposureResult.Reserved reservation = reserve(ledger, of(ONCE, "a", BigInteger.ZERO),
                of(THREE_PRICES, "a", PRICE));
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        ledger.giveBack(reservation);
        reserve(instance(LEASE), of(ONCE, "a", BigInteger.ZERO));
        reserve(ledger, of(THREE_PRICES, "a", PRICE.multiply(BigInteger.valueOf(3))));
    }

    @Test
    void giveBackWhenCommittedThenThereIsRoomAgain() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ExposureResult.Reserved reservation = reserve(ledger, of(ONCE, "a", BigInteger.ZERO));
        ExposureResult.Reserved committed = ledger.commit(reservation).orElseThrow();
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        ledger.giveBack(committed);
        reserve(ledger, of(ONCE, "a", BigInteger.ZERO));
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
    }

    @Test
    void reserveWhenTheWindowHasSlidThenThereIsRoomAgain() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ledger.commit(reserve(ledger, of(ONCE, "a", BigInteger.ZERO))).orElseThrow();
        age(Duration.ofMinutes(58));
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        age(Duration.ofMinutes(4));
        reserve(ledger, of(ONCE, "a", BigInteger.ZERO));
    }

    @Test
    void commitWhenTheLeaseIsGoodThenItCountsForGood() throws Exception {
        ExposureLedger ledger = instance(LEASE);
        ledger.commit(reserve(ledger, of(ONCE, "kept", BigInteger.ZERO))).orElseThrow();
        reserve(ledger, of(ONCE, "lapsing", BigInteger.ZERO));
        age(LEASE.plusMinutes(1));
        if (leasesRunOut()) {
            reserve(ledger, of(ONCE, "lapsing", BigInteger.ZERO));
        }
        assertExceeded(ledger, of(ONCE, "kept", BigInteger.ZERO));
    }

    @Test
    void reserveWhenALeaseOfADeadInstanceHasRunOutThenThereIsRoomOnceMore() throws Exception {
        ExposureLedger dead = instance(LEASE);
        ExposureResult.Reserved made = reserve(dead, of(ONCE, "a", BigInteger.ZERO), of(THREE_PRICES, "a", PRICE));
        ExposureLedger ledger = instance(LEASE);
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        Duration time = LEASE.plusMinutes(1);
        age(time);
        ExposureResult.Reserved left = new ExposureResult.Reserved(made.token(), made.exposures(),
                made.since().minus(time), false);
        if (!leasesRunOut()) {
            assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
            return;
        }
        reserve(ledger, of(ONCE, "a", BigInteger.ZERO));
        assertThat(dead.commit(left)).isEmpty();
        dead.giveBack(left);
        assertExceeded(ledger, of(ONCE, "a", BigInteger.ZERO));
        reserve(ledger, of(THREE_PRICES, "a", PRICE.multiply(BigInteger.valueOf(3))));
        assertExceeded(ledger, of(THREE_PRICES, "a", BigInteger.ONE));
    }

    protected static Exposure of(ExposureLimit limit, String subject, BigInteger amount) {
        return new Exposure(limit, subject.repeat(64).substring(0, 64), amount);
    }

    protected static ExposureResult.Reserved reserve(ExposureLedger ledger, Exposure... exposures) {
        ExposureResult result = ledger.reserve(List.of(exposures));
        assertThat(result).isInstanceOf(ExposureResult.Reserved.class);
        return (ExposureResult.Reserved) result;
    }

    protected static void assertExceeded(ExposureLedger ledger, Exposure... exposures) {
        assertThat(ledger.reserve(List.of(exposures))).isInstanceOf(ExposureResult.Exceeded.class);
    }

    protected static Optional<Boolean> endedThenAnotherInstance(TaskRegistry one, TaskRegistry other, TaskKey task) {
        if (one.ended(task) || other.ended(task)) {
            return Optional.empty();
        }
        one.end(task);
        one.end(task);
        return Optional.of(one.ended(task) && other.ended(task));
    }

}
