package io.github.x402spring.test.contract;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.TestClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Base of the contracts of ledgers, with payments, claims, and ways to bring a payment
 * into a state.
 */
abstract class LedgerContractFixture {

    /** So late that a server with a clock of its own forgets nothing. */
    protected static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

    /** The end of the validity of all payments. */
    protected static final Instant VALID_BEFORE = NOW.plusSeconds(300);

    /** The request that payments are for. */
    protected static final RequestFingerprint REQUEST = fingerprint("/report");

    /** Another request. */
    protected static final RequestFingerprint OTHER_REQUEST = fingerprint("/other");

    /** The hash of the transaction that settles. */
    protected static final String TRANSACTION = "0x" + "c".repeat(64);

    static final String OTHER_TRANSACTION = "0x" + "e".repeat(64);

    static final String DIGEST = "0123456789abcdef".repeat(4);

    static final String PAY_TO = "0x" + "d".repeat(40);

    /** More than any test of something else takes. */
    static final int RUNS = 100;

    /** Longer than a slow machine stands still. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    /** The clock that the ledger reads, unless it has one of its own. */
    protected final TestClock clock = TestClock.at(NOW);

    /**
     * Creates an empty ledger that reads the time from {@link #clock}, if it can, and has
     * room for at least 1000 payments. Called once a test, except by tests that need
     * several ledgers one after the other.
     * @return the ledger
     * @throws Exception if it cannot be created
     */
    protected abstract PaymentLedger createLedger() throws Exception;

    /**
     * Opens the ledger that {@link #createLedger()} created last once more, as another
     * instance of the application does.
     * @return the ledger, or {@code null} if each instance has one of its own that does
     * not survive it, as in memory; then tests of several instances are skipped
     * @throws Exception if it cannot be opened
     */
    protected abstract @Nullable PaymentLedger openAgain() throws Exception;

    /** Opens the ledger once more, or skips the test if each instance has its own. */
    final PaymentLedger another() throws Exception {
        PaymentLedger other = openAgain();
        assumeTrue(other != null, "Each instance has a ledger of its own");
        return Objects.requireNonNull(other);
    }

    /**
     * Returns a payment, always of the same payer.
     * @param number tells payments apart
     * @return the key of the payment
     */
    protected static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0x" + "a".repeat(40), "0x" + "b".repeat(40),
                nonce(number));
    }

    /**
     * Returns a payment of a payer of its own, because each payer may have a few unknown
     * payments only.
     * @param number tells payers apart
     * @return the key of the payment
     */
    protected static PaymentKey keyOfPayer(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0x" + "a".repeat(40),
                String.format(Locale.ROOT, "0x%040x", number), nonce(number));
    }

    private static String nonce(int number) {
        return String.format(Locale.ROOT, "0x%064x", number);
    }

    /**
     * Returns the fingerprint of a request.
     * @param resource the path of the request
     * @return the fingerprint
     */
    protected static RequestFingerprint fingerprint(String resource) {
        return RequestFingerprint.of("report", "GET", resource, "", new byte[0]);
    }

    /**
     * Returns terms of the scheme exact.
     * @param key the payment that is made under them
     * @param amount the price
     * @param payTo the recipient
     * @return the terms
     */
    protected static PaymentRequirements requirements(PaymentKey key, BigInteger amount, String payTo) {
        return new PaymentRequirements("exact", key.network(), new TokenAmount(amount), key.asset(), payTo, 60,
                Map.of("name", "USDC", "version", "2"));
    }

    /**
     * Returns the claim of a payment for a request.
     * @param key the payment
     * @param fingerprint the request
     * @param validBefore the end of the payment's validity
     * @return the claim
     */
    protected static PaymentClaim claim(PaymentKey key, RequestFingerprint fingerprint, Instant validBefore) {
        return new PaymentClaim(key, Rail.X402, fingerprint, validBefore, "report", "https://api.example.com/report",
                requirements(key, BigInteger.TEN, PAY_TO), "alice", null, null);
    }

    /**
     * Returns the claim of a payment whose purchase its client named.
     * @param key the payment
     * @param name the name
     * @param request the request
     * @return the claim
     */
    protected static PaymentClaim named(PaymentKey key, String name, RequestFingerprint request) {
        PaymentIdentifier identifier = PaymentIdentifier.of("alice", key.payer(), "test", name,
                new FieldDigest().add(request.value()));
        return claim(key, request, VALID_BEFORE).withIdentifier(identifier);
    }

    /**
     * Reserves a payment for {@link #REQUEST}, which has to succeed.
     * @param ledger the ledger
     * @param key the payment
     * @return the reservation
     */
    protected static Reservation reserve(PaymentLedger ledger, PaymentKey key) {
        return reserved(ledger.reserve(claim(key, REQUEST, VALID_BEFORE)));
    }

    /**
     * Reserves and settles a payment. Its response is being delivered then.
     * @param ledger the ledger
     * @param key the payment
     * @return the reservation
     */
    protected static Reservation settle(PaymentLedger ledger, PaymentKey key) {
        Reservation reservation = reserve(ledger, key);
        assertThat(ledger.settling(reservation)).isTrue();
        assertThat(ledger.settled(reservation, TRANSACTION, null)).isTrue();
        return reservation;
    }

    /**
     * Reserves a payment and leaves its outcome unknown.
     * @param ledger the ledger
     * @param key the payment
     * @return the reservation, which is void
     */
    protected static Reservation makeUnknown(PaymentLedger ledger, PaymentKey key) {
        Reservation reservation = reserve(ledger, key);
        assertThat(ledger.settling(reservation)).isTrue();
        ledger.unknown(reservation, "");
        return reservation;
    }

    /**
     * Checks that a payment was reserved.
     * @param result the result
     * @return the reservation
     */
    protected static Reservation reserved(ReserveResult result) {
        assertThat(result).isInstanceOf(ReserveResult.Reserved.class);
        return ((ReserveResult.Reserved) result).reservation();
    }

    /**
     * Checks that a payment is settled.
     * @param result the result
     * @return the payment
     */
    protected static StoredPayment settled(ReserveResult result) {
        assertThat(result).isInstanceOf(ReserveResult.Settled.class);
        return ((ReserveResult.Settled) result).payment();
    }

    /**
     * Returns the result for a payment that is bound to another request.
     * @param state the state of the payment
     * @return the result
     */
    protected static ReserveResult boundElsewhere(PaymentState state) {
        return new ReserveResult.BoundElsewhere(state);
    }

    /**
     * Checks that a payment is settled and its response was delivered.
     * @param result the result
     * @param key the payment
     */
    protected static void assertDelivered(ReserveResult result, PaymentKey key) {
        StoredPayment settled = settled(result);
        assertThat(settled.key()).isEqualTo(key);
        assertThat(settled.delivery()).isEqualTo(Delivery.DELIVERED);
    }

    /**
     * Takes a settled payment whose response was lost, as soon as the ledger knows that
     * it was. A ledger may be notified of it asynchronously.
     * @param ledger the ledger
     * @param claim the claim with which it is presented
     * @return the reservation of the further run
     */
    protected static Reservation lost(PaymentLedger ledger, PaymentClaim claim) {
        return taken(ledger, claim, Delivery.LOST);
    }

    static Reservation taken(PaymentLedger ledger, PaymentClaim claim, Delivery delivery) {
        StoredPayment settled = settled(awaited(ledger, claim));
        assertThat(settled.delivery()).isEqualTo(delivery);
        assertThat(settled.transaction()).isEqualTo(TRANSACTION);
        return ledger.redeliver(settled, RUNS).orElseThrow();
    }

    static StoredPayment lostPayment(PaymentLedger ledger, PaymentKey key) {
        StoredPayment payment = settled(awaited(ledger, key));
        assertThat(payment.delivery()).isEqualTo(Delivery.LOST);
        return payment;
    }

    static ReserveResult awaited(PaymentLedger ledger, PaymentKey key) {
        return awaited(ledger, claim(key, REQUEST, VALID_BEFORE));
    }

    /** Waits until no delivery is in flight. */
    private static ReserveResult awaited(PaymentLedger ledger, PaymentClaim claim) {
        AtomicReference<@Nullable ReserveResult> found = new AtomicReference<>();
        await("no delivery is in flight", () -> {
            ReserveResult result = ledger.reserve(claim);
            found.set(result);
            return settled(result).delivery() != Delivery.IN_FLIGHT;
        });
        return Objects.requireNonNull(found.get());
    }

    /** Waits for what other threads do. */
    static void await(String what, Callable<Boolean> condition) {
        long start = System.nanoTime();
        while (!holds(condition)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("Did not happen within " + PATIENCE.toSeconds() + " s: " + what);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("Interrupted while waiting: " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        }
        catch (RuntimeException ex) {
            throw ex;
        }
        catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    /**
     * Does some work several times at once.
     * @param threads how many times
     * @param work the work
     * @param <T> what comes out of it
     * @return what came out of each
     * @throws Exception if one of them failed
     */
    protected static <T> List<T> simultaneously(int threads, Numbered<T> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                tasks.add(() -> {
                    start.await();
                    return work.run(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        }
    }

    /**
     * Work that gets its number.
     *
     * @param <T> what comes out of it
     */
    @FunctionalInterface
    protected interface Numbered<T> {

        /**
         * Does the work.
         * @param number which it is, from 0
         * @return what comes out of it
         * @throws Exception if it fails
         */
        T run(int number) throws Exception;

    }

}
