package io.github.x402spring.test;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.test.FacilitatorScript.Instruction;

/**
 * Facilitator for tests, with a chain in memory. Unless a {@linkplain #given script} says
 * otherwise, it proves every signature for real, moves the price from the payer's balance
 * to the recipient's, and spends each authorization once.
 * <ul>
 * <li>Every wallet has as much as it pays until {@link #setBalance} says what it has; a
 * payment beyond that is refused with {@code insufficient_funds}.</li>
 * <li>The same payment gets the same receipt however often it is presented, and money
 * moves once.</li>
 * <li>It takes payments on every network, main networks included; there is no chain
 * behind any of them.</li>
 * <li>As a {@link SettlementInquiry} it finds the outcome of a payment whose reply was
 * lost.</li>
 * </ul>
 * With {@code @AutoConfigureX402} it is a bean that forgets everything after each test.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class MockFacilitator implements Facilitator, SettlementInquiry, AssertProvider<MockFacilitatorAssert> {

    /** The payer has less than the price. */
    public static final ReasonCode INSUFFICIENT_FUNDS = new ReasonCode("insufficient_funds");

    private static final String EXACT = "exact";

    private static final ReasonCode NOT_MINED = new ReasonCode("invalid_exact_evm_transaction_failed");

    private final List<PaymentScheme> schemes;

    private final AssetRegistry assets;

    private final Clock clock;

    private final Object lock = new Object();

    private final FacilitatorSteps steps = new FacilitatorSteps();

    private final List<Call> calls = new ArrayList<>();

    private final Map<PaymentKey, Deque<SettlementReply>> pending = new HashMap<>();

    private final MockBalances balances;

    private final MockChain chain;

    private List<SupportedKind> supported;

    /**
     * Creates a facilitator. Applications under test have one as a bean already.
     * @param schemes judge the payments
     * @param assets know the decimal places of tokens
     * @param clock the source of time; one that is a {@link TestClock} is moved by calls
     * that take time
     */
    public MockFacilitator(List<PaymentScheme> schemes, AssetRegistry assets, Clock clock) {
        this.schemes = List.copyOf(schemes);
        this.assets = assets;
        this.balances = new MockBalances(assets);
        this.chain = new MockChain(this.balances, clock);
        this.clock = clock;
        this.supported = kinds();
    }

    /**
     * Begins an instruction: {@code given(facilitator).refuses(INSUFFICIENT_FUNDS)}.
     * @param facilitator the facilitator
     * @return the script, which each of its verbs adds to
     */
    public static FacilitatorScript given(MockFacilitator facilitator) {
        return new FacilitatorScript(facilitator, null, Integer.MAX_VALUE);
    }

    /**
     * Sets what a wallet has of each token on each network.
     * @param wallet the wallet
     * @param balance the number of whole tokens, written as a price: {@code "$0.05"},
     * {@code "0"}
     */
    public void setBalance(TestWallet wallet, String balance) {
        setBalance(wallet.address(), balance);
    }

    /**
     * Sets what a wallet has of each token on each network.
     * @param address the wallet's address, in any case
     * @param balance the number of whole tokens, written as a price
     */
    public void setBalance(String address, String balance) {
        Price price = Price.parse(balance);
        Assert.isTrue(price.symbol() == null, "'balance' must not name a token: it is set for all of them");
        synchronized (this.lock) {
            this.balances.set(address, price.amount());
        }
    }

    /**
     * Sets what the facilitator lists as supported, such as {@code extra} that a scheme
     * asks for. By default it lists {@code exact} on EVM chains, and each other scheme on
     * all networks, and states nothing else. An application reads the list in the
     * background; {@code ListedExtras.look()} has it read at once.
     * @param kinds the kinds, instead of those
     */
    public void setSupported(SupportedKind... kinds) {
        synchronized (this.lock) {
            this.supported = List.of(kinds);
        }
    }

    /**
     * Returns what a wallet has: its set balance, and what it received, less what it
     * paid. Below zero for a wallet that paid without a set balance.
     * @param address the wallet's address, in any case
     * @param network the network
     * @param asset the token's contract address, in any case
     * @return the balance in atomic units
     */
    public BigInteger balanceOf(String address, Network network, String asset) {
        synchronized (this.lock) {
            return this.balances.of(address, network, asset);
        }
    }

    /**
     * Returns what was transferred since the test began, in order.
     * @return the transfers
     */
    public List<Transfer> transfers() {
        synchronized (this.lock) {
            return this.chain.transfers();
        }
    }

    /**
     * Returns the calls to verify since the test began, in order.
     * @return the calls, also those that were not replied to
     */
    public List<Call> verifications() {
        return calls(Operation.VERIFY);
    }

    /**
     * Returns the calls to settle since the test began, in order.
     * @return the calls, also those that were not replied to
     */
    public List<Call> settlements() {
        return calls(Operation.SETTLE);
    }

    private List<Call> calls(Operation operation) {
        synchronized (this.lock) {
            return this.calls.stream().filter((call) -> call.operation() == operation).toList();
        }
    }

    /**
     * Forgets the script, the calls, the transfers and the balances. Called after each
     * test for the facilitator that is a bean.
     */
    public void reset() {
        synchronized (this.lock) {
            this.steps.clear();
            this.calls.clear();
            this.chain.clear();
            this.pending.clear();
            this.balances.clear();
            this.supported = kinds();
        }
    }

    void instruct(@Nullable String payer, int times, Instruction instruction) {
        synchronized (this.lock) {
            this.steps.add((payer != null) ? lowerCase(payer) : null, times, instruction);
        }
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Duration delay = delay(Operation.VERIFY, payer(payload, requirements));
        try {
            return decide(payload, requirements, resource);
        }
        finally {
            pass(delay);
        }
    }

    private VerifyResponse decide(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        synchronized (this.lock) {
            String payer = payer(payload, requirements);
            Instruction instruction = this.steps.next(Operation.VERIFY, payer);
            Call call = new Call(Operation.VERIFY, payer, payload, requirements, resource, "");
            if (instruction instanceof Instruction.Down) {
                this.calls.add(call.replied("not reached"));
                throw notReached();
            }
            VerifyResponse reply = (instruction instanceof Instruction.Refuse(ReasonCode reason, boolean verifies))
                    ? VerifyResponse.invalid(reason) : judge(payload, requirements);
            this.calls.add(call.replied(reply.valid() ? "valid" : "invalid: " + reply.invalidReason()));
            return reply;
        }
    }

    private VerifyResponse judge(PaymentPayload payload, PaymentRequirements requirements) {
        return switch (screen(payload, requirements)) {
            case Screening.Malformed malformed -> VerifyResponse.invalid(ReasonCode.INVALID_PAYLOAD);
            case Screening.Failed(ReasonCode reason) -> VerifyResponse.invalid(reason);
            case Screening.Expired(Authorization authorization, ReasonCode reason, boolean proved) ->
                VerifyResponse.invalid(reason);
            case Screening.Passed(Authorization authorization, boolean proved) -> {
                ReasonCode obstacle = obstacle(key(requirements, authorization), proved, requirements);
                yield (obstacle != null) ? VerifyResponse.invalid(obstacle)
                        : VerifyResponse.valid(authorization.payer());
            }
        };
    }

    private @Nullable ReasonCode obstacle(PaymentKey key, boolean proved, PaymentRequirements requirements) {
        if (!proved) {
            return ReasonCode.EVM_SIGNATURE;
        }
        if (this.chain.spent(key) != null) {
            return ReasonCode.EVM_NONCE_ALREADY_USED;
        }
        return this.balances.cover(key, requirements.amount()) ? null : INSUFFICIENT_FUNDS;
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Duration delay = delay(Operation.SETTLE, payer(payload, requirements));
        try {
            return carryOut(payload, requirements, resource);
        }
        finally {
            pass(delay);
        }
    }

    private SettleResponse carryOut(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        synchronized (this.lock) {
            String payer = payer(payload, requirements);
            Instruction instruction = this.steps.next(Operation.SETTLE, payer);
            Call call = new Call(Operation.SETTLE, payer, payload, requirements, resource, "");
            try {
                SettleResponse reply = (instruction instanceof Instruction.Down) ? unreached()
                        : reply(instruction, payload, requirements);
                this.calls.add(call.replied(
                        reply.success() ? "settled in " + reply.transaction() : "not settled: " + reply.errorReason()));
                return reply;
            }
            catch (FacilitatorException ex) {
                this.calls
                    .add(call.replied((ex instanceof FacilitatorNotReachedException) ? "not reached" : "no reply"));
                throw ex;
            }
        }
    }

    private static SettleResponse unreached() throws FacilitatorNotReachedException {
        throw notReached();
    }

    private SettleResponse reply(@Nullable Instruction instruction, PaymentPayload payload,
            PaymentRequirements requirements) throws FacilitatorException {
        return switch (screen(payload, requirements)) {
            case Screening.Malformed malformed -> refused(ReasonCode.INVALID_PAYLOAD, requirements);
            case Screening.Failed(ReasonCode reason) -> refused(reason, requirements);
            case Screening.Expired(Authorization authorization, ReasonCode reason, boolean proved) -> {
                MockChain.Spent earlier = this.chain.spent(key(requirements, authorization));
                yield (earlier != null && earlier.isOf(payload)) ? earlier.receipt() : refused(reason, requirements);
            }
            case Screening.Passed(Authorization authorization, boolean proved) -> {
                PaymentKey key = key(requirements, authorization);
                ReasonCode obstacle = obstacle(key, proved, requirements);
                MockChain.Spent earlier = this.chain.spent(key);
                if (obstacle != null && (earlier == null || !earlier.isOf(payload))) {
                    yield refused(obstacle, requirements);
                }
                yield act(instruction, key, payload, requirements);
            }
        };
    }

    /**
     * A settlement that was reported pending continues with its own replies, also if the
     * script has changed.
     */
    private SettleResponse act(@Nullable Instruction instruction, PaymentKey key, PaymentPayload payload,
            PaymentRequirements requirements) throws FacilitatorException {
        Deque<SettlementReply> replies = this.pending.get(key);
        SettlementReply due = (replies != null) ? replies.poll() : null;
        if (due != null) {
            return reply(due, key, payload, requirements);
        }
        if (this.chain.hasFailed(key)) {
            return refused(NOT_MINED, requirements);
        }
        return switch (instruction) {
            case Instruction.Refuse(ReasonCode reason, boolean verifies) -> refused(reason, requirements);
            case Instruction.Silence silence -> throw noReply();
            case Instruction.Settle(boolean atOnce, List<SettlementReply> following) -> {
                if (atOnce) {
                    yield reply(following.get(0), key, payload, requirements);
                }
                this.pending.put(key, new ArrayDeque<>(following));
                yield reply(SettlementReply.PENDING, key, payload, requirements);
            }
            case null, default -> reply(SettlementReply.SETTLED, key, payload, requirements);
        };
    }

    private SettleResponse reply(SettlementReply reply, PaymentKey key, PaymentPayload payload,
            PaymentRequirements requirements) throws FacilitatorException {
        return switch (reply) {
            case SETTLED -> this.chain.transfer(key, payload, requirements);
            case PENDING -> SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, MockChain.transaction(key),
                    requirements.network());
            case FAILED -> {
                this.chain.fail(key);
                yield refused(NOT_MINED, requirements);
            }
            case LOST -> {
                this.chain.transfer(key, payload, requirements);
                throw noReply();
            }
        };
    }

    private Screening screen(PaymentPayload payload, PaymentRequirements requirements) {
        PaymentScheme scheme = PaymentScheme.find(this.schemes, requirements);
        return (scheme != null) ? scheme.screen(payload, requirements, this.clock.instant())
                : new Screening.Failed(ReasonCode.UNSUPPORTED_SCHEME);
    }

    private Duration delay(Operation operation, String payer) {
        synchronized (this.lock) {
            return this.steps.delay(operation, payer);
        }
    }

    private void pass(Duration duration) {
        if (duration.isZero()) {
            return;
        }
        if (this.clock instanceof TestClock test) {
            test.advance(duration);
            return;
        }
        try {
            Thread.sleep(duration);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<SupportedKind> supported() throws FacilitatorException {
        checkReached();
        synchronized (this.lock) {
            return this.supported;
        }
    }

    private List<SupportedKind> kinds() {
        List<SupportedKind> kinds = new ArrayList<>(
                List.of(new SupportedKind(2, EXACT, "eip155:*"), new SupportedKind(1, EXACT, "base-sepolia")));
        for (PaymentScheme scheme : this.schemes) {
            if (!EXACT.equals(scheme.name())) {
                kinds.add(new SupportedKind(2, scheme.name(), "*"));
            }
        }
        return List.copyOf(kinds);
    }

    @Override
    public void probe(Network network) throws FacilitatorException {
        checkReached();
    }

    @Override
    public Finding inquire(UnknownPayment payment) throws FacilitatorException {
        checkReached();
        synchronized (this.lock) {
            return this.chain.inquire(payment);
        }
    }

    @Override
    public Standing standing(UnknownPayment payment) throws FacilitatorException {
        checkReached();
        synchronized (this.lock) {
            return this.chain.standing(payment);
        }
    }

    /** Calls without a payment fail if the script fails all calls. */
    private void checkReached() throws FacilitatorNotReachedException {
        synchronized (this.lock) {
            if (this.steps.isDownForAll()) {
                throw notReached();
            }
        }
    }

    AssetRegistry assets() {
        return this.assets;
    }

    /**
     * Starts assertions on what was settled; for {@code assertThat} of AssertJ.
     */
    @Override
    public MockFacilitatorAssert assertThat() {
        return new MockFacilitatorAssert(this);
    }

    private static PaymentKey key(PaymentRequirements requirements, Authorization authorization) {
        return new PaymentKey(requirements.network(), requirements.asset(), authorization.payer(),
                authorization.nonce());
    }

    /**
     * Read from the payment itself for scheme exact, without verifying the signature;
     * else found by its scheme.
     */
    private String payer(PaymentPayload payload, PaymentRequirements requirements) {
        Object authorization = payload.payload().get("authorization");
        Object from = (authorization instanceof Map<?, ?> members) ? members.get("from") : null;
        if (from instanceof String text) {
            return lowerCase(text);
        }
        return switch (screen(payload, requirements)) {
            case Screening.Passed passed -> passed.authorization().payer();
            case Screening.Expired expired -> expired.authorization().payer();
            case Screening.Failed failed -> "";
            case Screening.Malformed malformed -> "";
        };
    }

    private static SettleResponse refused(ReasonCode reason, PaymentRequirements requirements) {
        return SettleResponse.failed(reason, "", requirements.network());
    }

    private static FacilitatorNotReachedException notReached() {
        return new FacilitatorNotReachedException("The mock facilitator is down, as the test says", null,
                Failure.UNREACHABLE, Duration.ZERO);
    }

    private static FacilitatorException noReply() {
        return new FacilitatorException("The mock facilitator gives no reply, as the test says", null);
    }

    private static String lowerCase(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    /**
     * Kind of call.
     */
    public enum Operation {

        /** To verify a payment. */
        VERIFY,

        /** To settle a payment. */
        SETTLE

    }

    /**
     * Call that the facilitator received.
     *
     * @param operation the kind of call
     * @param payer the payer's address as the payment says, in lower case, or the empty
     * string if it says none
     * @param payload the payment
     * @param requirements the terms of the seller
     * @param resource what is being bought
     * @param reply the reply, as text for failure messages
     */
    public record Call(Operation operation, String payer, PaymentPayload payload, PaymentRequirements requirements,
            ResourceInfo resource, String reply) {

        Call replied(String reply) {
            return new Call(this.operation, this.payer, this.payload, this.requirements, this.resource, reply);
        }

    }

    /**
     * Movement of money.
     *
     * @param number the number of the transfer in this test, from 1
     * @param from the payer's address, in lower case
     * @param to the recipient's address, in lower case
     * @param amount the amount in atomic units
     * @param asset the token's contract address, in lower case
     * @param network the network
     * @param transaction the hash of the transaction
     * @param at the time of the application's clock
     */
    public record Transfer(int number, String from, String to, TokenAmount amount, String asset, Network network,
            String transaction, Instant at) {
    }

}
