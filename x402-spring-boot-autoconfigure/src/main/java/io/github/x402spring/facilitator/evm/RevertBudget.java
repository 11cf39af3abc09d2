package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Budget of the gas that payers burn on one network by transactions that are reverted,
 * within an hour. Thread-safe.
 * <ul>
 * <li>A payer that has burnt its share is refused.
 * <li>Contract wallets decide on chain whether a payment goes through, and a new one
 * costs next to nothing. They share a second budget; when it is burnt all of them are
 * refused.
 * <li>Gas that they may burn by transfers in flight counts, too: further transfers wait
 * until there is room.
 * </ul>
 */
final class RevertBudget {

    private static final Logger logger = LoggerFactory.getLogger(RevertBudget.class);

    private static final Duration WINDOW = Duration.ofHours(1);

    private static final int MAX_BURNS = 10_000;

    private final Network network;

    private final long perWallet;

    private final long inTotal;

    private final InstantSource clock;

    private final Deque<Burn> burns = new ArrayDeque<>();

    private final Map<EvmAddress, Long> burntBy = new HashMap<>();

    private long burntByContracts;

    private final Set<Transfer> held = new HashSet<>();

    private long gas;

    private long refusals;

    RevertBudget(Network network, long perWallet, long inTotal, InstantSource clock) {
        this.network = network;
        this.perWallet = perWallet;
        this.inTotal = inTotal;
        this.clock = clock;
    }

    /**
     * Checks whether a payment is refused, and counts it if it is.
     * @param contract whether the payer's address holds code, or will
     */
    synchronized boolean refuses(EvmAddress payer, boolean contract) {
        boolean refused = isBurnt(payer, contract);
        this.refusals += refused ? 1 : 0;
        return refused;
    }

    /**
     * Reserves budget for a transfer in flight. Each wallet, and all contract wallets
     * together, have room for one transfer as long as their budget is not burnt.
     * @return whether there is room
     */
    synchronized boolean hold(Transfer transfer) {
        if (!transfer.ofContract() || this.held.contains(transfer)) {
            return true;
        }
        EvmAddress payer = transfer.payer();
        if (isBurnt(payer, true)) {
            return false;
        }
        long own = 0;
        long all = 0;
        for (Transfer each : this.held) {
            all += gas(each);
            own += each.payer().equals(payer) ? gas(each) : 0;
        }
        long gas = gas(transfer);
        boolean room = (own == 0 || this.burntBy.getOrDefault(payer, 0L) + own + gas <= this.perWallet)
                && (all == 0 || this.burntByContracts + all + gas <= this.inTotal);
        if (room) {
            this.held.add(transfer);
        }
        return room;
    }

    /**
     * Releases the budget of a transfer that is no longer in flight.
     * @param burnt the gas that its payer burnt; 0 for none
     */
    synchronized void end(Transfer transfer, BigInteger burnt) {
        this.held.remove(transfer);
        long gas = burnt.min(transfer.gas()).longValueExact();
        if (gas <= 0) {
            return;
        }
        forget();
        if (this.burns.size() >= MAX_BURNS) {
            forget(this.burns.removeFirst());
        }
        EvmAddress payer = transfer.payer();
        boolean burntBefore = isBurnt(payer, false);
        boolean allBurntBefore = this.burntByContracts >= this.inTotal;
        this.burns.addLast(new Burn(this.clock.instant(), payer, transfer.ofContract(), gas));
        this.burntBy.merge(payer, gas, Long::sum);
        this.burntByContracts += transfer.ofContract() ? gas : 0;
        this.gas += gas;
        if (!burntBefore && isBurnt(payer, false)) {
            logger.warn("A payer on {} burnt {} gas by reverted transactions within an hour and is refused meanwhile",
                    this.network, this.burntBy.get(payer));
        }
        if (!allBurntBefore && this.burntByContracts >= this.inTotal) {
            logger.warn("Contract wallets on {} burnt {} gas by reverted transactions within an hour and are refused "
                    + "meanwhile; see x402.evm.reverted-gas", this.network, this.burntByContracts);
        }
    }

    /** Returns the units of gas that payers burnt since the start. */
    synchronized long gas() {
        return this.gas;
    }

    /** Returns the number of payments that were refused since the start. */
    synchronized long refusals() {
        return this.refusals;
    }

    private boolean isBurnt(EvmAddress payer, boolean contract) {
        forget();
        return this.burntBy.getOrDefault(payer, 0L) >= this.perWallet
                || (contract && this.burntByContracts >= this.inTotal);
    }

    private void forget() {
        Instant from = this.clock.instant().minus(WINDOW);
        while (!this.burns.isEmpty() && !this.burns.getFirst().time().isAfter(from)) {
            forget(this.burns.removeFirst());
        }
    }

    private void forget(Burn burn) {
        this.burntBy.computeIfPresent(burn.payer(), (payer, sum) -> (sum > burn.gas()) ? sum - burn.gas() : null);
        this.burntByContracts -= burn.contract() ? burn.gas() : 0;
    }

    private static long gas(Transfer transfer) {
        return transfer.gas().longValueExact();
    }

    private record Burn(Instant time, EvmAddress payer, boolean contract, long gas) {
    }

}
