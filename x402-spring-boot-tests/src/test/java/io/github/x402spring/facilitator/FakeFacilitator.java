package io.github.x402spring.facilitator;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Gives the answers it is told to, in order, and writes down every call. Without an
 * answer in store, every payment is valid and is settled.
 */
public class FakeFacilitator implements Facilitator {

    /** The hash of every transaction that nobody scripted. */
    public static final String TRANSACTION = "0x" + "ab".repeat(32);

    private final Queue<Answer<VerifyResponse>> verifyAnswers = new ConcurrentLinkedQueue<>();

    private final Queue<Answer<SettleResponse>> settleAnswers = new ConcurrentLinkedQueue<>();

    private final List<Call> verifications = new CopyOnWriteArrayList<>();

    private final List<Call> settlements = new CopyOnWriteArrayList<>();

    private final List<String> journal;

    private final AtomicInteger probes = new AtomicInteger();

    private volatile @Nullable FacilitatorException probeFailure;

    private volatile boolean asked = true;

    private volatile List<SupportedKind> kinds = List.of(new SupportedKind(2, "exact", "eip155:*"));

    public FakeFacilitator() {
        this(new CopyOnWriteArrayList<>());
    }

    public FakeFacilitator(List<String> journal) {
        this.journal = journal;
    }

    public FakeFacilitator onVerify(Answer<VerifyResponse> answer) {
        this.verifyAnswers.add(answer);
        return this;
    }

    public FakeFacilitator onVerify(VerifyResponse response) {
        return onVerify((call) -> response);
    }

    public FakeFacilitator onSettle(Answer<SettleResponse> answer) {
        this.settleAnswers.add(answer);
        return this;
    }

    public FakeFacilitator onSettle(SettleResponse response) {
        return onSettle((call) -> response);
    }

    public FakeFacilitator onSupported(List<SupportedKind> kinds) {
        this.kinds = kinds;
        return this;
    }

    /**
     * Has the question that no payer can influence fail, or be replied to again.
     */
    public FakeFacilitator onProbe(@Nullable FacilitatorException failure) {
        this.probeFailure = failure;
        return this;
    }

    /** Has no call made from now on. */
    public FakeFacilitator notAsked() {
        this.asked = false;
        return this;
    }

    @Override
    public void checkAsked() throws FacilitatorNotReachedException {
        if (!this.asked) {
            throw FacilitatorNotReachedException.notAsked("The circuit is open", Duration.ZERO);
        }
    }

    public int probes() {
        return this.probes.get();
    }

    /**
     * Makes an answer of an exception: a {@link FacilitatorException} or an unchecked
     * one.
     */
    public static <T> Answer<T> failure(Exception failure) {
        return (call) -> {
            switch (failure) {
                case FacilitatorException ex -> throw ex;
                case RuntimeException ex -> throw ex;
                case Exception ex -> throw new IllegalArgumentException(ex);
            }
        };
    }

    public List<Call> verifications() {
        return List.copyOf(this.verifications);
    }

    public List<Call> settlements() {
        return List.copyOf(this.settlements);
    }

    /** Forgets the calls and the answers in store. */
    public void reset() {
        this.verifyAnswers.clear();
        this.settleAnswers.clear();
        this.verifications.clear();
        this.settlements.clear();
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Call call = new Call(payload, requirements, resource);
        this.journal.add("facilitator.verify");
        this.verifications.add(call);
        Answer<VerifyResponse> answer = this.verifyAnswers.poll();
        return (answer != null) ? answer.to(call) : VerifyResponse.valid(null);
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Call call = new Call(payload, requirements, resource);
        this.journal.add("facilitator.settle");
        this.settlements.add(call);
        Answer<SettleResponse> answer = this.settleAnswers.poll();
        return (answer != null) ? answer.to(call) : SettleResponse.settled(null, TRANSACTION, requirements.network());
    }

    @Override
    public void probe(Network network) throws FacilitatorException {
        this.probes.incrementAndGet();
        FacilitatorException failure = this.probeFailure;
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public List<SupportedKind> supported() {
        return this.kinds;
    }

    /**
     * Is an answer yet to be given.
     *
     * @param <T> the answer's type
     */
    @FunctionalInterface
    public interface Answer<T> {

        T to(Call call) throws FacilitatorException;

    }

    /**
     * Is what a facilitator was called with.
     *
     * @param payload the payment
     * @param requirements the terms
     * @param resource what is being bought
     */
    public record Call(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource) {
    }

}
