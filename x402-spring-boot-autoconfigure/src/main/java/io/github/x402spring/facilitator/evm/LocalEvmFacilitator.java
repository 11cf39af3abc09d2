package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.OperatorConcerns;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.evm.EvmChain.Inspection;
import io.github.x402spring.facilitator.evm.RpcReplies.NodeError;
import io.github.x402spring.facilitator.evm.Transfer.Outcome;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.BoundedEntries;
import io.github.x402spring.ledger.memory.BoundedEntries.Addition;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.exact.evm.ContractSignatures;
import io.github.x402spring.scheme.exact.evm.Eip712Domain;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;
import io.github.x402spring.transport.ConnectionSource;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;

/**
 * Facilitator that verifies and settles EIP-3009 payments on EVM chains itself, through
 * JSON-RPC and with keys that pay for gas. Thread-safe.
 * <p>
 * A payment is reported as settled once, to one caller; when it is presented again its
 * nonce is used. Resource servers without a ledger of their own rely on that. A transfer
 * of the same authorization by others who copied ours from the waiting transactions
 * counts as ours. A transfer that was made before ours does not, because another service
 * of the same recipient may have delivered for it.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * scheme exact on EVM</a>
 */
public final class LocalEvmFacilitator implements Facilitator, SettlementInquiry, ContractSignatures, ConnectionSource,
        OperatorConcerns, AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(LocalEvmFacilitator.class);

    static final String SCHEME = "exact";

    private static final int MAX_TRANSFERS = 100_000;

    private static final long MIN_REMAINING_SECONDS = 6;

    /** Time that a caller waits who presents a pending payment again. */
    private static final Duration SECOND_WAIT = Duration.ofSeconds(2);

    /** Allows for clocks that are set back while the instance runs. */
    private static final Duration RETENTION = Duration.ofMinutes(10);

    private final LocalEvmSettings settings;

    private final SignatureRecovery recovery;

    private final Clock clock;

    private final Map<Network, EvmNetwork> networks = new LinkedHashMap<>();

    private final List<SupportedKind> supported = new ArrayList<>();

    private final BoundedEntries<Transfer> transfers;

    private final Semaphore verifications;

    private final Semaphore settlements;

    /**
     * Creates a facilitator. Does no I/O before {@link #start()}.
     * @param settings the networks and keys
     * @param recovery the recovery of signers
     * @param events the consumer that is notified when the chain takes a settlement back
     * @param clock the source of time
     * @param observer the observer of every call to a node
     */
    public LocalEvmFacilitator(LocalEvmSettings settings, SignatureRecovery recovery, Consumer<SettlementEvent> events,
            Clock clock, RpcObserver observer) {
        this.settings = Objects.requireNonNull(settings, "'settings' must not be null");
        this.recovery = Objects.requireNonNull(recovery, "'recovery' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.transfers = new BoundedEntries<>(clock.instant(), MAX_TRANSFERS, LocalEvmFacilitator::isForgettable);
        this.verifications = new Semaphore(settings.maxConcurrentCalls());
        this.settlements = new Semaphore(settings.maxConcurrentCalls());
        for (EvmNetworkSettings network : settings.networks()) {
            this.networks.put(network.network(), EvmNetwork.create(network, settings, events, clock, observer));
            this.supported.add(new SupportedKind(2, SCHEME, network.network().toString()));
            network.network().v1Name().ifPresent((name) -> this.supported.add(new SupportedKind(1, SCHEME, name)));
        }
    }

    /**
     * Checks the chain of every node and starts to settle. A node that does not reply now
     * is checked before it is used.
     * @throws InvalidX402ConfigurationException if a node serves another chain than it is
     * configured for
     */
    public void start() {
        try {
            this.networks.values().forEach((network) -> network.rpc().checkChains());
        }
        catch (InvalidX402ConfigurationException ex) {
            close();
            throw ex;
        }
        this.networks.values().forEach((network) -> network.settler().start());
        for (EvmNetworkSettings network : this.settings.networks()) {
            logger.info("Settles on {} by itself, {} block(s) deep, with gas from {}", network.network(),
                    network.confirmations(),
                    relayers().stream()
                        .filter((relayer) -> relayer.network().equals(network.network()))
                        .map((relayer) -> relayer.address().checksummed())
                        .toList());
        }
    }

    @Override
    public void close() {
        this.networks.values().forEach((network) -> network.settler().close());
    }

    @Override
    public Peer peer() {
        return Peer.NODE;
    }

    @Override
    public PoolState connections() {
        return this.networks.values()
            .stream()
            .map((network) -> network.chain().connections())
            .reduce(PoolState.NONE, PoolState::plus);
    }

    @Override
    public List<SupportedKind> supported() {
        return List.copyOf(this.supported);
    }

    @Override
    public void probe(Network network) throws FacilitatorException {
        EvmNetwork known = this.networks.get(network);
        if (known == null) {
            return;
        }
        try {
            known.rpc().probe();
        }
        catch (IOException ex) {
            throw new FacilitatorException("No node returns its chain: " + ex.getMessage(), ex,
                    (ex instanceof NodeBusyException) ? Failure.REPLY : Failure.ERROR, NodeBusyException.pause(ex));
        }
    }

    @Override
    public Kind kind() {
        return Kind.LOCAL;
    }

    @Override
    public boolean mayServe(Network network) {
        return this.networks.containsKey(network);
    }

    @Override
    public boolean isValid(Network network, EvmAddress wallet, byte[] digest, byte[] signature) throws IOException {
        EvmNetwork known = this.networks.get(network);
        if (known == null) {
            return false;
        }
        try (Permit permit = Permit.of(this.verifications)) {
            return known.chain().accepts(wallet, digest, signature);
        }
        catch (FacilitatorNotReachedException ex) {
            throw new IOException(ex.getMessage(), ex);
        }
    }

    /**
     * Finds out the outcome of a payment. It counts as settled if the money reached the
     * recipient, whichever service sent the transaction.
     */
    @Override
    public Finding inquire(UnknownPayment payment) throws FacilitatorException {
        EvmNetwork network = this.networks.get(payment.key().network());
        return (network != null) ? network.inquiry().inquire(payment) : new Finding.Undecided();
    }

    @Override
    public Standing standing(UnknownPayment payment) throws FacilitatorException {
        EvmNetwork network = this.networks.get(payment.key().network());
        return (network != null) ? network.inquiry().standing(payment) : Standing.UNREADABLE;
    }

    /**
     * Returns the state of every relayer, as of the last look at its chain.
     * @return one element for each key and network
     */
    public List<RelayerStatus> relayers() {
        return this.networks.values().stream().flatMap((network) -> network.settler().relayers().stream()).toList();
    }

    /**
     * Returns the units of gas that payers burnt by transactions that were reverted,
     * since the start.
     * @return the units by network
     */
    public Map<Network, Long> revertedGas() {
        return byNetwork(RevertBudget::gas);
    }

    /**
     * Returns the number of payments that were refused because of reverted transactions,
     * since the start.
     * @return the number by network
     */
    public Map<Network, Long> revertRefusals() {
        return byNetwork(RevertBudget::refusals);
    }

    private Map<Network, Long> byNetwork(ToLongFunction<RevertBudget> value) {
        Map<Network, Long> values = new LinkedHashMap<>();
        this.networks.forEach((name, network) -> values.put(name, value.applyAsLong(network.budget())));
        return values;
    }

    /**
     * Returns the number of nonces that the chain waits for and that no transaction of a
     * relayer has.
     */
    @Override
    public Map<String, Long> concerns() {
        return Map.of("relayerGaps", relayers().stream().mapToLong(RelayerStatus::gaps).sum());
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        EvmNetwork network = this.networks.get(requirements.network());
        ReasonCode fault = fault(network, requirements);
        if (network == null || fault != null) {
            return VerifyResponse.invalid((fault != null) ? fault : ReasonCode.INVALID_NETWORK);
        }
        PresentedTransfer presented = PresentedTransfer.tryParse(payload, requirements, this.recovery).orElse(null);
        if (presented == null) {
            return VerifyResponse.invalid(ReasonCode.INVALID_PAYLOAD);
        }
        fault = mismatch(presented, requirements);
        Transfer known = this.transfers.get(presented.key());
        if (fault == null && known != null) {
            fault = known.outcome().isDone() ? ReasonCode.EVM_NONCE_ALREADY_USED : ReasonCode.SETTLEMENT_PENDING;
        }
        if (fault != null) {
            return VerifyResponse.invalid(fault);
        }
        try (Permit permit = Permit.of(this.verifications)) {
            String obstacle = network.settler().obstacle();
            if (obstacle != null) {
                throw new FacilitatorNotReachedException(
                        "Nothing can be settled on " + network.name() + ": " + obstacle, null);
            }
            Inspection inspection = network.chain().inspect(presented, network.relayer(), false);
            ReasonCode reason = network.judge(presented, inspection, this.settings.walletFactories());
            return (reason != null) ? VerifyResponse.invalid(reason).with(remark(inspection.refusal()))
                    : VerifyResponse.valid(presented.authorization().from().value());
        }
        catch (IOException ex) {
            throw new FacilitatorException("The chain gave no usable reply: " + ex.getMessage(), ex, Failure.ERROR,
                    NodeBusyException.pause(ex))
                .with(remark(NodeError.refusal(ex)));
        }
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        EvmNetwork network = this.networks.get(requirements.network());
        ReasonCode fault = fault(network, requirements);
        if (network == null || fault != null) {
            return failed((fault != null) ? fault : ReasonCode.INVALID_NETWORK, requirements);
        }
        PresentedTransfer presented = PresentedTransfer.tryParse(payload, requirements, this.recovery).orElse(null);
        if (presented == null) {
            return failed(ReasonCode.INVALID_PAYLOAD, requirements);
        }
        try (Permit permit = Permit.of(this.settlements)) {
            Transfer known = this.transfers.get(presented.key());
            if (known != null) {
                return ask(known, presented);
            }
            fault = mismatch(presented, requirements);
            return (fault != null) ? failed(fault, requirements) : settle(presented, network, requirements);
        }
    }

    private SettleResponse settle(PresentedTransfer presented, EvmNetwork network, PaymentRequirements requirements)
            throws FacilitatorException {
        Transfer transfer;
        ReasonCode reason;
        FacilitatorRemark remark;
        try {
            Inspection inspection = network.chain().inspect(presented, network.relayer(), true);
            reason = network.judge(presented, inspection, this.settings.walletFactories());
            BigInteger gas = (inspection.gas() != null) ? inspection.gas() : BigInteger.ZERO;
            transfer = new Transfer(presented, inspection.payerDeployed(), gas);
            remark = remark(inspection.refusal());
        }
        catch (IOException ex) {
            throw new FacilitatorNotReachedException("The chain gave no usable reply: " + ex.getMessage(), ex,
                    Failure.ERROR, NodeBusyException.pause(ex))
                .with(remark(NodeError.refusal(ex)));
        }
        if (reason != null) {
            return failed(reason, requirements).with(remark);
        }
        Addition<Transfer> addition = this.transfers.add(presented.key(), transfer, this.clock.instant());
        return switch (addition) {
            case Addition.Full<Transfer> full ->
                throw new FacilitatorNotReachedException("There is no room for another settlement", null);
            case Addition.Present<Transfer>(Transfer present) -> ask(present, presented);
            case Addition.Added<Transfer> added -> {
                if (!network.settler().submit(transfer)) {
                    this.transfers.remove(presented.key(), transfer);
                    throw new FacilitatorNotReachedException("Too many settlements wait", null);
                }
                yield await(transfer, this.settings.settleTimeout());
            }
        };
    }

    private SettleResponse ask(Transfer known, PresentedTransfer presented) throws FacilitatorException {
        boolean same = Arrays.equals(known.presented().digest(), presented.digest())
                && Arrays.equals(known.presented().signature(), presented.signature());
        return same ? await(known, SECOND_WAIT)
                : SettleResponse.failed(ReasonCode.EVM_NONCE_ALREADY_USED, "", presented.key().network());
    }

    private SettleResponse await(Transfer transfer, Duration time) throws FacilitatorException {
        PaymentKey key = transfer.presented().key();
        try {
            Outcome outcome = transfer.outcome().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return switch (outcome) {
                case Outcome.Paid(String transaction) -> transfer.claim()
                        ? SettleResponse.settled(transfer.presented().authorization().from().value(), transaction,
                                key.network())
                        : SettleResponse.failed(ReasonCode.EVM_NONCE_ALREADY_USED, transaction, key.network());
                case Outcome.Failed(ReasonCode reason, String transaction) -> {
                    this.transfers.remove(key, transfer);
                    yield SettleResponse.failed(reason, transaction, key.network());
                }
                case Outcome.NotSent(String why, String refusal) -> throw notSent(transfer, why, refusal);
            };
        }
        catch (TimeoutException ex) {
            if (transfer.withdraw()) {
                throw notSent(transfer, "every relayer is busy", "");
            }
            return SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, transfer.transaction(), key.network());
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new FacilitatorException("Interrupted while a settlement was in flight", null);
        }
        catch (ExecutionException ex) {
            throw new IllegalStateException("A transfer ends with an outcome", ex);
        }
    }

    private FacilitatorException notSent(Transfer transfer, String why, String refusal) {
        this.transfers.remove(transfer.presented().key(), transfer);
        return new FacilitatorNotReachedException("Nothing was sent: " + why, null).with(remark(refusal));
    }

    private static FacilitatorRemark remark(String refusal) {
        return refusal.isEmpty() ? FacilitatorRemark.NONE : new FacilitatorRemark("", refusal, "");
    }

    private static @Nullable ReasonCode fault(@Nullable EvmNetwork network, PaymentRequirements requirements) {
        if (!SCHEME.equals(requirements.scheme())) {
            return ReasonCode.UNSUPPORTED_SCHEME;
        }
        if (network == null) {
            return ReasonCode.INVALID_NETWORK;
        }
        return Eip712Domain.of(requirements).isEmpty() ? ReasonCode.EVM_MISSING_EIP712_DOMAIN : null;
    }

    private @Nullable ReasonCode mismatch(PresentedTransfer presented, PaymentRequirements requirements) {
        TransferAuthorization authorization = presented.authorization();
        BigInteger now = BigInteger.valueOf(this.clock.instant().getEpochSecond());
        if (!authorization.to().value().equalsIgnoreCase(requirements.payTo())) {
            return ReasonCode.EVM_RECIPIENT_MISMATCH;
        }
        if (!authorization.value().equals(requirements.amount().value())) {
            return ReasonCode.EVM_VALUE_MISMATCH;
        }
        if (authorization.validBefore().compareTo(now.add(BigInteger.valueOf(MIN_REMAINING_SECONDS))) < 0) {
            return ReasonCode.EVM_VALID_BEFORE;
        }
        return (authorization.validAfter().compareTo(now) > 0) ? ReasonCode.EVM_VALID_AFTER : null;
    }

    private static boolean isForgettable(Transfer transfer, Instant now) {
        BigInteger validBefore = transfer.presented().authorization().validBefore();
        return transfer.outcome().isDone()
                && validBefore.compareTo(BigInteger.valueOf(now.minus(RETENTION).getEpochSecond())) < 0;
    }

    private static SettleResponse failed(ReasonCode reason, PaymentRequirements requirements) {
        return SettleResponse.failed(reason, "", requirements.network());
    }

    /**
     * Permit for a call, of which a bounded number may be in flight. A call without one
     * fails at once.
     */
    record Permit(Semaphore semaphore) implements AutoCloseable {

        static Permit of(Semaphore semaphore) throws FacilitatorNotReachedException {
            if (!semaphore.tryAcquire()) {
                throw new FacilitatorNotReachedException("Too many calls are in flight", null);
            }
            return new Permit(semaphore);
        }

        @Override
        public void close() {
            this.semaphore.release();
        }

    }

}
