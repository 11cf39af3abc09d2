package io.github.x402spring.ledger.memory;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.ledger.history.UnknownSettlements;

/**
 * History of the last payments of an {@link InMemoryPaymentLedger}, for operators only:
 * the ledger does not read it. When it is full, settled payments are dropped first. It is
 * lost with the process. Thread-safe.
 */
final class InMemoryPaymentHistory implements PaymentHistory {

    /** Event of a response that was delivered in full. */
    static final String DELIVERED = "DELIVERED";

    private static final int MAX_EVENTS = 32;

    private final Map<PaymentKey, Entry> open = new LinkedHashMap<>();

    private final Map<PaymentKey, Entry> over = new LinkedHashMap<>();

    private final Clock clock;

    private final int maxPayments;

    private final boolean off;

    InMemoryPaymentHistory(Clock clock, int maxPayments) {
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.maxPayments = maxPayments;
        this.off = maxPayments == 0;
    }

    void reserved(PaymentClaim claim) {
        if (this.off) {
            return;
        }
        Entry entry = new Entry(claim, this.clock.instant());
        synchronized (this) {
            this.open.put(claim.key(), entry);
            if (this.open.size() + this.over.size() > this.maxPayments) {
                Iterator<Entry> eldest = (this.over.isEmpty() ? this.open : this.over).values().iterator();
                eldest.next();
                eldest.remove();
            }
        }
    }

    void moved(PaymentKey key, PaymentState state, String transaction) {
        noted(key, state, state.name(), transaction);
    }

    /** A {@code null} state leaves the state as it is. */
    void noted(PaymentKey key, @Nullable PaymentState state, String type, String transaction) {
        if (!this.off) {
            note(key, state, type, transaction);
        }
    }

    private synchronized void note(PaymentKey key, @Nullable PaymentState state, String type, String transaction) {
        Entry entry = entry(key);
        if (entry == null) {
            return;
        }
        entry.add(state, type, transaction, this.clock.instant());
        if ((entry.state == PaymentState.SETTLED || entry.state.ended()) && this.open.remove(key) != null) {
            this.over.put(key, entry);
        }
    }

    synchronized void forgot(PaymentKey key) {
        this.open.remove(key);
    }

    /** Forgets a payment even if it had ended. */
    synchronized void erased(PaymentKey key) {
        this.open.remove(key);
        this.over.remove(key);
    }

    private @Nullable Entry entry(PaymentKey key) {
        Entry entry = this.open.get(key);
        return (entry != null) ? entry : this.over.get(key);
    }

    private synchronized List<RecordedPayment> all() {
        List<RecordedPayment> all = new ArrayList<>(this.open.size() + this.over.size());
        this.open.values().forEach((entry) -> all.add(entry.payment()));
        this.over.values().forEach((entry) -> all.add(entry.payment()));
        return all;
    }

    @Override
    public PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit) {
        return PaymentPage.of(all(), filter, after, PaymentHistory.checkLimit(limit));
    }

    @Override
    public synchronized Optional<RecordedPayment> find(PaymentKey key) {
        return Optional.ofNullable(entry(key)).map(Entry::payment);
    }

    @Override
    public synchronized List<PaymentEvent> events(PaymentKey key) {
        Entry entry = entry(key);
        return (entry != null) ? List.copyOf(entry.events) : List.of();
    }

    @Override
    public List<PaymentTotal> totals(Instant from, Instant to) {
        PaymentFilter window = new PaymentFilter(null, null, null, null, from, to);
        Map<PaymentTotal, PaymentTotal> totals = new LinkedHashMap<>();
        for (RecordedPayment payment : all()) {
            if (window.matches(payment)) {
                totals.merge(total(payment, 0), total(payment, 1), PaymentTotal::plus);
            }
        }
        return totals.values().stream().limit(MAX_TOTALS).toList();
    }

    private static PaymentTotal total(RecordedPayment payment, int count) {
        return new PaymentTotal(payment.endpoint(), payment.key().network(), payment.key().asset(), payment.state(),
                count, payment.amount().multiply(BigInteger.valueOf(count)));
    }

    @Override
    public UnknownSettlements unknown() {
        long count = 0;
        Instant oldest = null;
        for (RecordedPayment payment : all()) {
            if (payment.state() == PaymentState.UNKNOWN) {
                count++;
                oldest = (oldest == null || payment.createdAt().isBefore(oldest)) ? payment.createdAt() : oldest;
            }
        }
        return new UnknownSettlements(Math.min(count, MAX_UNKNOWN), oldest);
    }

    @Override
    public Coverage coverage() {
        return Coverage.RECENT;
    }

    /** Guarded by the history. */
    private static final class Entry {

        private final PaymentClaim claim;

        private final Instant createdAt;

        private final List<PaymentEvent> events = new ArrayList<>(4);

        private PaymentState state = PaymentState.RESERVED;

        private @Nullable String transaction;

        private @Nullable Instant deliveredAt;

        Entry(PaymentClaim claim, Instant now) {
            this.claim = claim;
            this.createdAt = now;
            this.events.add(new PaymentEvent(PaymentState.RESERVED.name(), null, now));
        }

        void add(@Nullable PaymentState state, String type, String transaction, Instant now) {
            String known = transaction.isEmpty() ? null : transaction;
            this.state = (state != null) ? state : this.state;
            this.transaction = (known != null) ? known : this.transaction;
            this.deliveredAt = type.equals(DELIVERED) ? now : this.deliveredAt;
            if (this.events.size() < MAX_EVENTS) {
                this.events.add(new PaymentEvent(type, known, now));
            }
        }

        RecordedPayment payment() {
            return new RecordedPayment(this.claim.key(), this.claim.rail(), this.state, this.claim.endpoint(),
                    this.claim.resource(), this.claim.scheme(), this.claim.amount(), this.claim.payTo(),
                    this.claim.caller(), this.transaction, this.claim.validBefore(), this.createdAt, this.deliveredAt);
        }

    }

}
