package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

import io.github.x402spring.facilitator.evm.EvmChain.Account;
import io.github.x402spring.facilitator.evm.PresentedTransfer.Call;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Is a key that pays for gas, on one network: gives each transaction its number. Belongs
 * to the thread of its {@link Settler}, but for {@link #status()}.
 * <p>
 * A number that was given away is kept until the chain has used it, so that nothing sent
 * later waits behind a gap.
 */
final class Relayer {

    private static final Logger logger = LoggerFactory.getLogger(Relayer.class);

    /** Nodes guarantee room for about as many transactions of one sender. */
    private static final int MAX_WAITING = 16;

    private final Network network;

    private final Credentials credentials;

    private final EvmAddress address;

    private final int warnBelowTransfers;

    private final NavigableMap<BigInteger, Transfer> waiting = new TreeMap<>();

    private BigInteger next = BigInteger.ZERO;

    private BigInteger mined = BigInteger.ZERO;

    private boolean outOfFunds;

    private boolean warned;

    private volatile RelayerStatus status;

    Relayer(Network network, Credentials credentials, int warnBelowTransfers) {
        this.network = network;
        this.credentials = credentials;
        this.address = EvmAddress.tryParse(credentials.getAddress()).orElseThrow();
        this.warnBelowTransfers = warnBelowTransfers;
        this.status = new RelayerStatus(network, this.address, BigInteger.ZERO, 0);
    }

    EvmAddress address() {
        return this.address;
    }

    RelayerStatus status() {
        return this.status;
    }

    /**
     * Takes note of what the chain says; repairs the count where nothing waits.
     */
    void update(Account account, BigInteger feeOfTransfer) {
        this.mined = account.mined();
        this.waiting.headMap(account.mined(), false).clear();
        if (this.waiting.isEmpty()) {
            this.next = account.pending();
        }
        this.outOfFunds = account.balance().compareTo(feeOfTransfer) < 0;
        this.status = new RelayerStatus(this.network, this.address, account.balance(), this.waiting.size());
        boolean low = account.balance()
            .compareTo(feeOfTransfer.multiply(BigInteger.valueOf(this.warnBelowTransfers))) < 0;
        if (low && !this.warned) {
            logger.warn("Relayer {} on {} has gas for fewer than {} more transfers: {} wei", this.address, this.network,
                    this.warnBelowTransfers, account.balance());
        }
        this.warned = low;
    }

    boolean hasFunds() {
        return !this.outOfFunds;
    }

    boolean canSend() {
        return !this.outOfFunds && this.waiting.size() < MAX_WAITING;
    }

    void runOutOfFunds() {
        this.outOfFunds = true;
    }

    /**
     * Tells whether the chain has used a number, so that what carried it is in a block or
     * never will be.
     */
    boolean isMined(BigInteger nonce) {
        return nonce.compareTo(this.mined) < 0;
    }

    /**
     * Tells whether the chain waits for this number. It takes those in order: what pays
     * more gets no higher one anywhere.
     */
    boolean isAwaited(BigInteger nonce) {
        return nonce.equals(this.mined);
    }

    BigInteger next() {
        return this.next;
    }

    /**
     * Goes on behind what the node knows, after a number turned out to be taken.
     */
    void skipTo(BigInteger pending) {
        this.next = pending.max(this.next.add(BigInteger.ONE));
    }

    /**
     * Goes back to what the node knows, after a number turned out to be too high.
     */
    void returnTo(BigInteger pending) {
        BigInteger highest = this.waiting.isEmpty() ? pending : this.waiting.lastKey().add(BigInteger.ONE);
        this.next = pending.max(highest);
    }

    void give(BigInteger nonce, Transfer transfer) {
        this.waiting.put(nonce, transfer);
        this.next = this.next.max(nonce.add(BigInteger.ONE));
    }

    Attempt sign(Call call, BigInteger nonce, BigInteger gas, Fees fees) {
        RawTransaction transaction = RawTransaction.createTransaction(this.network.chainId().longValueExact(), nonce,
                gas, call.to().value(), BigInteger.ZERO, call.data(), fees.tip(), fees.maxFee());
        byte[] signed = TransactionEncoder.signMessage(transaction, this.credentials);
        return new Attempt(nonce, Numeric.toHexString(Hash.sha3(signed)), Numeric.toHexString(signed), fees.maxFee(),
                fees.tip());
    }

    /**
     * Names the address only.
     */
    @Override
    public String toString() {
        return this.address.value();
    }

}
