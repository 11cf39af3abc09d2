package io.github.x402spring.ledger.memory;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;

/**
 * Index of the payments of purchases that their clients named. Names of removed payments
 * are free, and are removed from time to time, so that there are about as many names as
 * payments. Thread-safe.
 */
final class PurchaseNames {

    private static final int MIN_SWEEP = 1024;

    private final ConcurrentMap<Digest, Purchase> purchases = new ConcurrentHashMap<>();

    private final AtomicInteger sweepAt = new AtomicInteger(MIN_SWEEP);

    private final Predicate<PaymentKey> alive;

    PurchaseNames(Predicate<PaymentKey> alive) {
        this.alive = alive;
    }

    /**
     * Gives a name to a payment, which is there already, unless another payment has it.
     * @return the payment that has the name, or {@code null} if it is the given one
     */
    @Nullable PaymentKey take(PaymentIdentifier identifier, PaymentKey key) {
        sweepNowAndThen();
        Purchase mine = new Purchase(key, Digest.of(identifier.terms()));
        Purchase holder = this.purchases.merge(Digest.of(identifier.scope()), mine,
                (present, wanted) -> (present.key().equals(key) || !this.alive.test(present.key())) ? wanted : present);
        return holder.key().equals(key) ? null : holder.key();
    }

    boolean sameTerms(PaymentIdentifier identifier, PaymentKey holder) {
        return new Purchase(holder, Digest.of(identifier.terms()))
            .equals(this.purchases.get(Digest.of(identifier.scope())));
    }

    private void sweepNowAndThen() {
        int due = this.sweepAt.get();
        if (this.purchases.size() >= due && this.sweepAt.compareAndSet(due, Integer.MAX_VALUE)) {
            // Under the lock of each name, or one that is taken at this moment is lost.
            this.purchases.keySet()
                .forEach((scope) -> this.purchases.computeIfPresent(scope,
                        (name, purchase) -> this.alive.test(purchase.key()) ? purchase : null));
            this.sweepAt.set(Math.max(MIN_SWEEP, 2 * this.purchases.size()));
        }
    }

    private record Purchase(PaymentKey key, Digest terms) {
    }

}
