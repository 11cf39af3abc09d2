package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

import io.github.x402spring.facilitator.evm.EvmChain.Account;
import io.github.x402spring.facilitator.evm.EvmChain.Count;
import io.github.x402spring.facilitator.evm.PresentedTransfer.Call;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Key that pays for gas, on one network, and assigns each transaction its nonce. Confined
 * to the thread of its {@link Settler}, except for {@link #status()}.
 * <p>
 * Nodes may be wrong about nonces, so a single reply changes little:
 * <ul>
 * <li>A transaction is stored until it has decided its transfer, or the chain has used
 * its nonce at several looks in a row.
 * <li>While one is stored, the next nonce follows the highest. Otherwise it is the lower
 * of the node's latest two counts.
 * <li>A nonce that the chain waits for and that no transaction of ours has is a gap. It
 * is assigned anew only after the count did not change for three blocks on every node
 * that replied.
 * </ul>
 */
final class Relayer {

    private static final Logger logger = LoggerFactory.getLogger(Relayer.class);

    /** Nodes guarantee room for about as many transactions of one sender. */
    private static final int MAX_WAITING = 16;

    /** Looks in a row at which a nonce must be used. */
    private static final int PATIENCE = 3;

    private static final int MAX_DONE = 1000;

    /** Blocks without progress after which nonces of a gap are assigned anew. */
    private static final BigInteger STANDSTILL = BigInteger.valueOf(3);

    private final Network network;

    private final Credentials credentials;

    private final EvmAddress address;

    private final int warnBelowTransfers;

    private final NavigableMap<BigInteger, SentTransaction> sent = new TreeMap<>();

    /** Transactions whose nonces were used; the chain may take them back. */
    private final NavigableMap<BigInteger, SentTransaction> done = new TreeMap<>();

    /** Nonces of a gap that may be assigned anew. */
    private final NavigableSet<BigInteger> free = new TreeSet<>();

    /** Nonces of a gap that were assigned anew and are not used. */
    private final NavigableSet<BigInteger> filling = new TreeSet<>();

    private BigInteger next = BigInteger.ZERO;

    private BigInteger mined = BigInteger.ZERO;

    private @Nullable BigInteger pending;

    private @Nullable Gap gap;

    private int givenSinceLook;

    private boolean outOfFunds;

    private boolean warned;

    private long filled;

    private volatile RelayerStatus status;

    Relayer(Network network, Credentials credentials, int warnBelowTransfers) {
        this.network = network;
        this.credentials = credentials;
        this.address = EvmAddress.tryParse(credentials.getAddress()).orElseThrow();
        this.warnBelowTransfers = warnBelowTransfers;
        this.status = new RelayerStatus(network, this.address, BigInteger.ZERO, 0, 0, 0);
    }

    EvmAddress address() {
        return this.address;
    }

    RelayerStatus status() {
        return this.status;
    }

    /**
     * Updates the state from a look at the chain.
     */
    void update(Account account, BigInteger head, BigInteger feeOfTransfer) {
        this.mined = account.mined();
        this.givenSinceLook = 0;
        for (SentTransaction each : List.copyOf(this.sent.values())) {
            if (each.countUsed(isMined(each.attempt().nonce())) >= PATIENCE) {
                done(each);
            }
        }
        this.filling.removeIf(this::isMined);
        BigInteger count = (this.pending != null) ? this.pending.min(account.pending()) : account.pending();
        this.pending = account.pending();
        this.next = this.sent.isEmpty() ? count : this.sent.lastKey().add(BigInteger.ONE);
        if (this.gap == null && isGap(this.mined)) {
            this.gap = new Gap(this.mined, head);
        }
        this.outOfFunds = account.balance().compareTo(feeOfTransfer) < 0;
        this.status = new RelayerStatus(this.network, this.address, account.balance(), waiting(), gaps(head),
                this.filled);
        boolean low = account.balance()
            .compareTo(feeOfTransfer.multiply(BigInteger.valueOf(this.warnBelowTransfers))) < 0;
        if (low && !this.warned) {
            logger.warn("Relayer {} on {} has gas for fewer than {} more transfers: {} wei", this.address, this.network,
                    this.warnBelowTransfers, account.balance());
        }
        this.warned = low;
    }

    /**
     * Checks whether to read the count from every node, because the chain seems to wait
     * for a nonce that no transaction has. At most once a block.
     */
    boolean isSuspicious(BigInteger head) {
        return this.gap != null && this.gap.isNew(head);
    }

    /**
     * Updates the state from the counts of all nodes. Frees the nonces of a gap at which
     * the count did not change for long enough.
     * @return the transactions so far behind the gap that they are to be sent with other
     * nonces
     */
    List<SentTransaction> observe(BigInteger head, Collection<Count> counts) {
        Gap present = Objects.requireNonNull(this.gap);
        this.free.clear();
        if (!isGap(present.number) || counts.stream().noneMatch((each) -> each.mined().equals(present.number))) {
            if (!counts.isEmpty()) {
                this.gap = null;
            }
            return List.of();
        }
        boolean proved = present.standsStill(counts);
        if (!present.logged && gaps(head) > 0) {
            present.logged = true;
            logger.warn(
                    "Relayer {} on {} has no transaction with number {}, for which the chain waits, and with it {} "
                            + "transaction(s) with higher numbers",
                    this.address, this.network, present.number, waiting());
        }
        if (!proved) {
            return List.of();
        }
        if (missing(present.number).compareTo(BigInteger.valueOf(MAX_WAITING)) > 0) {
            return giveUpFrom(present.number);
        }
        for (BigInteger number = present.number; number.compareTo(this.sent.lastKey()) < 0; number = number
            .add(BigInteger.ONE)) {
            SentTransaction known = this.done.remove(number);
            if (known != null) {
                this.sent.put(number, known);
            }
            else if (!this.sent.containsKey(number)) {
                this.free.add(number);
            }
        }
        present.restart();
        return List.of();
    }

    private List<SentTransaction> giveUpFrom(BigInteger number) {
        Map<BigInteger, SentTransaction> behind = this.sent.tailMap(number, true);
        List<SentTransaction> given = new ArrayList<>(behind.values());
        behind.clear();
        this.gap = null;
        this.next = this.sent.isEmpty() ? number : this.sent.lastKey().add(BigInteger.ONE).max(number);
        return given;
    }

    private boolean isGap(BigInteger number) {
        return !this.sent.isEmpty() && !this.sent.containsKey(number) && number.compareTo(this.sent.lastKey()) < 0;
    }

    /** Counts the nonces from this one to the highest that no transaction has. */
    private BigInteger missing(BigInteger from) {
        BigInteger numbers = this.sent.lastKey().subtract(from).add(BigInteger.ONE);
        return numbers.subtract(BigInteger.valueOf(this.sent.tailMap(from, true).size()));
    }

    /** Counts the nonces of a gap, once another block exists. */
    private int gaps(BigInteger head) {
        int missing = (this.gap != null && this.gap.lasts(head) && isGap(this.gap.number))
                ? missing(this.gap.number).min(BigInteger.valueOf(1_000_000)).intValue() : 0;
        return missing + this.filling.size();
    }

    private int waiting() {
        return this.sent.tailMap(this.mined, true).size();
    }

    boolean hasFunds() {
        return !this.outOfFunds;
    }

    boolean canSend() {
        return !this.outOfFunds
                && (!this.free.isEmpty() || (waiting() < MAX_WAITING && this.givenSinceLook < MAX_WAITING));
    }

    void runOutOfFunds() {
        this.outOfFunds = true;
    }

    /**
     * Checks whether the chain has used a nonce, so that its transaction is in a block or
     * never will be.
     */
    boolean isMined(BigInteger nonce) {
        return nonce.compareTo(this.mined) < 0;
    }

    /**
     * Checks whether the chain waits for this nonce. It uses nonces in order: a higher
     * fee does not help a higher nonce.
     */
    boolean isAwaited(BigInteger nonce) {
        return nonce.equals(this.mined);
    }

    /**
     * Returns the nonce of the next transaction: first those of a gap.
     */
    BigInteger next() {
        return this.free.isEmpty() ? this.next : this.free.first();
    }

    /**
     * Returns the nonces of a gap that may be assigned anew.
     */
    List<BigInteger> free() {
        return List.copyOf(this.free);
    }

    /**
     * Keeps a nonce of a gap back until the count did not change once more.
     */
    void postpone(BigInteger nonce) {
        this.free.remove(nonce);
    }

    /**
     * Continues after the nonces that the node knows, after one turned out to be taken.
     */
    void skipTo(BigInteger pending) {
        this.next = this.next.max(pending);
    }

    /**
     * Returns to the nonces that the node knows, after one turned out to be too high,
     * unless lower ones wait.
     * @return whether the next nonce is a lower one
     */
    boolean returnTo(BigInteger pending, BigInteger tooHigh) {
        if (!this.sent.isEmpty() || pending.compareTo(tooHigh) >= 0) {
            return false;
        }
        this.next = pending;
        return true;
    }

    /**
     * Stores a transaction that a node has, or may have.
     */
    void give(SentTransaction transaction) {
        BigInteger nonce = transaction.attempt().nonce();
        this.sent.put(nonce, transaction);
        this.done.remove(nonce);
        this.givenSinceLook++;
        this.next = this.next.max(nonce.add(BigInteger.ONE));
        if (this.free.remove(nonce)) {
            this.filled++;
            this.filling.add(nonce);
            logger.info("Relayer {} on {} gives number {} to transaction {}", this.address, this.network, nonce,
                    transaction.attempt().hash());
        }
    }

    /**
     * Drops a transaction that is in a block. {@link SettlementWatch} notices when the
     * chain takes it back.
     */
    void settled(Attempt attempt) {
        SentTransaction transaction = this.sent.get(attempt.nonce());
        if (transaction != null) {
            done(transaction);
        }
        BigInteger count = attempt.nonce().add(BigInteger.ONE);
        this.pending = (this.pending != null) ? this.pending.max(count) : count;
    }

    private void done(SentTransaction transaction) {
        BigInteger nonce = transaction.attempt().nonce();
        this.sent.remove(nonce);
        this.done.put(nonce, transaction);
        if (this.done.size() > MAX_DONE) {
            this.done.pollFirstEntry();
        }
    }

    /**
     * Drops a transaction that no node accepts, so that its nonce becomes a gap.
     */
    void drop(SentTransaction transaction) {
        this.sent.remove(transaction.attempt().nonce(), transaction);
    }

    /**
     * Stores a transaction again that the chain took back.
     */
    void giveAgain(SentTransaction transaction) {
        this.sent.putIfAbsent(transaction.attempt().nonce(), transaction);
    }

    /**
     * Returns the transactions whose nonces the chain has not used.
     */
    List<SentTransaction> unused() {
        return List.copyOf(this.sent.tailMap(this.mined, true).values());
    }

    Attempt sign(Call call, BigInteger nonce, BigInteger gas, Fees fees) {
        long chainId = this.network.chainId().longValueExact();
        byte[] signed = fees.legacy()
                ? TransactionEncoder.signMessage(RawTransaction.createTransaction(nonce, fees.maxFee(), gas,
                        call.to().value(), BigInteger.ZERO, call.data()), chainId, this.credentials)
                : TransactionEncoder.signMessage(RawTransaction.createTransaction(chainId, nonce, gas,
                        call.to().value(), BigInteger.ZERO, call.data(), fees.tip(), fees.maxFee()), this.credentials);
        return new Attempt(nonce, Numeric.toHexString(Hash.sha3(signed)), Numeric.toHexString(signed), fees.maxFee(),
                fees.tip());
    }

    /**
     * Returns the address only.
     */
    @Override
    public String toString() {
        return this.address.value();
    }

    /** Nonce for which the chain seems to wait and that no transaction has. */
    private static final class Gap {

        private final BigInteger number;

        /** Latest block when it was noticed. */
        private final BigInteger since;

        private @Nullable BigInteger lookedAt;

        /** First block of each node at which the count was this nonce. */
        private final Map<Integer, BigInteger> standing = new TreeMap<>();

        private boolean logged;

        private Gap(BigInteger number, BigInteger since) {
            this.number = number;
            this.since = since;
        }

        private boolean isNew(BigInteger head) {
            if (this.lookedAt != null && head.compareTo(this.lookedAt) <= 0) {
                return false;
            }
            this.lookedAt = head;
            return true;
        }

        private boolean lasts(BigInteger head) {
            return head.compareTo(this.since) > 0;
        }

        private void restart() {
            this.standing.clear();
        }

        /**
         * A node that is behind the others proves nothing. Any other node with another
         * count refutes what was read before.
         */
        private boolean standsStill(Collection<Count> counts) {
            BigInteger highest = counts.stream().map(Count::head).max(BigInteger::compareTo).orElseThrow();
            boolean still = true;
            for (Iterator<Count> each = counts.iterator(); each.hasNext();) {
                Count count = each.next();
                boolean behind = count.head().add(STANDSTILL).compareTo(highest) < 0;
                if (behind && count.mined().compareTo(this.number) < 0) {
                    continue;
                }
                if (!count.mined().equals(this.number)) {
                    restart();
                    return false;
                }
                BigInteger first = this.standing.computeIfAbsent(count.node(), (node) -> count.head());
                still &= count.head().subtract(first).compareTo(STANDSTILL) >= 0;
            }
            return still;
        }

    }

}
