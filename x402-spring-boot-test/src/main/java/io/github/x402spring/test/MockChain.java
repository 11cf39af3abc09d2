package io.github.x402spring.test;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;

import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.MockFacilitator.Transfer;

/**
 * Chain in memory, on which each authorization moves its money once. Not thread-safe.
 */
final class MockChain {

    private final MockBalances balances;

    private final Clock clock;

    private final Map<PaymentKey, Spent> spent = new LinkedHashMap<>();

    private final Set<PaymentKey> failed = new HashSet<>();

    MockChain(MockBalances balances, Clock clock) {
        this.balances = balances;
        this.clock = clock;
    }

    List<Transfer> transfers() {
        return this.spent.values().stream().map(Spent::transfer).toList();
    }

    @Nullable Spent spent(PaymentKey key) {
        return this.spent.get(key);
    }

    /** Moves the money unless it has moved. */
    SettleResponse transfer(PaymentKey key, PaymentPayload payload, PaymentRequirements requirements) {
        Spent earlier = this.spent.get(key);
        if (earlier != null) {
            return earlier.receipt();
        }
        this.balances.move(key, requirements.payTo(), requirements.amount());
        Transfer transfer = new Transfer(this.spent.size() + 1, key.payer(),
                requirements.payTo().toLowerCase(Locale.ROOT), requirements.amount(), key.asset(), key.network(),
                transaction(key), this.clock.instant());
        SettleResponse receipt = SettleResponse.settled(key.payer(), transfer.transaction(), key.network());
        this.spent.put(key, new Spent(transfer, receipt, payload.payload()));
        return receipt;
    }

    void fail(PaymentKey key) {
        this.failed.add(key);
    }

    boolean hasFailed(PaymentKey key) {
        return this.failed.contains(key);
    }

    Finding inquire(UnknownPayment payment) {
        Spent found = this.spent.get(payment.key());
        if (found != null) {
            return new Finding.Settled(found.transfer().transaction());
        }
        return (hasFailed(payment.key()) || lapsed(payment)) ? new Finding.Failed() : new Finding.Undecided();
    }

    Standing standing(UnknownPayment payment) {
        if (this.spent.containsKey(payment.key())) {
            return Standing.USED;
        }
        return lapsed(payment) ? Standing.LAPSED : Standing.UNUSED;
    }

    void clear() {
        this.spent.clear();
        this.failed.clear();
    }

    private boolean lapsed(UnknownPayment payment) {
        return !this.clock.instant().isBefore(payment.validBefore());
    }

    static String transaction(PaymentKey key) {
        byte[] hash = Hash.sha3(("mock " + key).getBytes(StandardCharsets.UTF_8));
        return "0x" + HexFormat.of().formatHex(hash);
    }

    /**
     * Payment whose money has moved.
     *
     * @param transfer the movement
     * @param receipt what was replied to it, and is each time that it is presented again
     * @param payment the payment as the scheme lays it out
     */
    record Spent(Transfer transfer, SettleResponse receipt, Map<String, @Nullable Object> payment) {

        boolean isOf(PaymentPayload payload) {
            return this.payment.equals(payload.payload());
        }

    }

}
