package io.github.x402spring.facilitator.simulated;

import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.x402spring.facilitator.Facilitator;
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

/**
 * Facilitator without a chain, for development and tests: it checks shape, signature,
 * amount, window and nonce, moves no money, and makes the transaction up. It accepts
 * payments on known test networks only. Thread-safe.
 * <p>
 * Used nonces are stored in memory until their authorization can no longer be presented.
 * When there is no room for another, payments are refused.
 *
 * @since 0.1.0
 */
public final class SimulatedFacilitator implements Facilitator, SettlementInquiry {

    private static final int MAX_NONCES = 100_000;

    private final List<PaymentScheme> schemes;

    private final Clock clock;

    private final List<SupportedKind> supported;

    private final UsedNonces nonces;

    /**
     * Creates a facilitator.
     * @param schemes the schemes that check payments
     * @param clock the source of time
     */
    public SimulatedFacilitator(List<PaymentScheme> schemes, Clock clock) {
        this(schemes, clock, MAX_NONCES);
    }

    SimulatedFacilitator(List<PaymentScheme> schemes, Clock clock, int maxNonces) {
        this.schemes = List.copyOf(schemes);
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.nonces = new UsedNonces(clock.instant(), maxNonces);
        this.supported = kinds(this.schemes);
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorNotReachedException {
        return switch (screen(payload, requirements)) {
            case Screening.Malformed malformed -> VerifyResponse.invalid(ReasonCode.INVALID_PAYLOAD);
            case Screening.Failed(ReasonCode reason) -> VerifyResponse.invalid(reason);
            case Screening.Expired(Authorization authorization, ReasonCode reason, boolean proved) ->
                VerifyResponse.invalid(reason);
            case Screening.Passed(Authorization authorization, boolean proved) -> {
                if (!proved) {
                    yield VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE);
                }
                if (this.nonces.contains(key(requirements, authorization))) {
                    yield VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED);
                }
                if (!this.nonces.hasRoom(this.clock.instant())) {
                    throw UsedNonces.full();
                }
                yield VerifyResponse.valid(authorization.payer());
            }
        };
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorNotReachedException {
        return switch (screen(payload, requirements)) {
            case Screening.Malformed malformed -> failed(ReasonCode.INVALID_PAYLOAD, requirements);
            case Screening.Failed(ReasonCode reason) -> failed(reason, requirements);
            case Screening.Expired(Authorization authorization, ReasonCode reason, boolean proved) -> {
                SettleResponse receipt = this.nonces.receipt(key(requirements, authorization), payload);
                yield (receipt != null) ? receipt : failed(reason, requirements);
            }
            case Screening.Passed(Authorization authorization, boolean proved) ->
                proved ? this.nonces.use(key(requirements, authorization), payload, authorization, this.clock.instant())
                        : failed(ReasonCode.EVM_SIGNATURE, requirements);
        };
    }

    @Override
    public Finding inquire(UnknownPayment payment) {
        String transaction = this.nonces.transactionOf(payment.key());
        if (transaction != null) {
            return new Finding.Settled(transaction);
        }
        return this.clock.instant().isBefore(payment.validBefore()) ? new Finding.Undecided() : new Finding.Failed();
    }

    @Override
    public Standing standing(UnknownPayment payment) {
        if (this.nonces.contains(payment.key())) {
            return Standing.USED;
        }
        return this.clock.instant().isBefore(payment.validBefore()) ? Standing.UNUSED : Standing.LAPSED;
    }

    @Override
    public Kind kind() {
        return Kind.SIMULATED;
    }

    @Override
    public List<SupportedKind> supported() {
        return this.supported;
    }

    private Screening screen(PaymentPayload payload, PaymentRequirements requirements) {
        if (!requirements.network().isTestNetwork()) {
            return new Screening.Failed(ReasonCode.INVALID_NETWORK);
        }
        PaymentScheme scheme = PaymentScheme.find(this.schemes, requirements);
        return (scheme != null) ? scheme.screen(payload, requirements, this.clock.instant())
                : new Screening.Failed(ReasonCode.UNSUPPORTED_SCHEME);
    }

    /**
     * Lists each network: a pattern such as {@code eip155:*} would include main networks.
     */
    private static List<SupportedKind> kinds(List<PaymentScheme> schemes) {
        Set<SupportedKind> kinds = new LinkedHashSet<>();
        for (PaymentScheme scheme : schemes) {
            for (Network network : Network.testNetworks()) {
                PaymentRequirements terms = new PaymentRequirements(scheme.name(), network, TokenAmount.of(1), "", "",
                        1, Map.of());
                if (scheme.supports(terms)) {
                    kinds.add(new SupportedKind(2, terms.scheme(), network.toString()));
                    network.v1Name().ifPresent((name) -> kinds.add(new SupportedKind(1, terms.scheme(), name)));
                }
            }
        }
        return kinds.stream().sorted(Comparator.comparing(SupportedKind::network)).toList();
    }

    private static PaymentKey key(PaymentRequirements requirements, Authorization authorization) {
        return new PaymentKey(requirements.network(), requirements.asset(), authorization.payer(),
                authorization.nonce());
    }

    private static SettleResponse failed(ReasonCode reason, PaymentRequirements requirements) {
        return SettleResponse.failed(reason, "", requirements.network());
    }

}
