package io.github.x402spring.autoconfigure.webmvc;

import java.time.Clock;
import java.util.List;
import java.util.Set;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.codec.FacilitatorRequest;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Facilitator behind a screen, which refuses what needs no I/O to be refused. In the
 * application itself the gate does that; here the terms come from the caller, too.
 */
final class ScreenedFacilitator {

    private final Facilitator facilitator;

    private final List<PaymentScheme> schemes;

    private final AssetRegistry assets;

    private final Set<EvmAddress> payTo;

    private final Clock clock;

    ScreenedFacilitator(Facilitator facilitator, List<PaymentScheme> schemes, AssetRegistry assets,
            Set<EvmAddress> payTo, Clock clock) {
        this.facilitator = facilitator;
        this.schemes = List.copyOf(schemes);
        this.assets = assets;
        this.payTo = payTo;
        this.clock = clock;
    }

    List<SupportedKind> supported() throws FacilitatorException {
        return this.facilitator.supported();
    }

    VerifyResponse verify(FacilitatorRequest request) throws FacilitatorException {
        return switch (screen(request)) {
            case Screening.Malformed malformed -> VerifyResponse.invalid(ReasonCode.INVALID_PAYLOAD);
            case Screening.Failed(ReasonCode reason) -> VerifyResponse.invalid(reason);
            case Screening.Expired(Screening.Authorization authorization, ReasonCode reason, boolean proved) ->
                VerifyResponse.invalid(reason);
            case Screening.Passed passed ->
                this.facilitator.verify(request.payload(), request.requirements(), request.resource());
        };
    }

    /**
     * An expired payment is passed on: a caller that settled it while it was valid may
     * ask for its outcome.
     */
    SettleResponse settle(FacilitatorRequest request) throws FacilitatorException {
        return switch (screen(request)) {
            case Screening.Malformed malformed -> failed(ReasonCode.INVALID_PAYLOAD, request);
            case Screening.Failed(ReasonCode reason) -> failed(reason, request);
            case Screening.Expired expired ->
                this.facilitator.settle(request.payload(), request.requirements(), request.resource());
            case Screening.Passed passed ->
                this.facilitator.settle(request.payload(), request.requirements(), request.resource());
        };
    }

    private Screening screen(FacilitatorRequest request) throws FacilitatorNotReachedException {
        PaymentRequirements requirements = request.requirements();
        if (!this.facilitator.mayServe(requirements.network())) {
            return new Screening.Failed(ReasonCode.INVALID_NETWORK);
        }
        PaymentScheme scheme = PaymentScheme.find(this.schemes, requirements);
        if (scheme == null) {
            return new Screening.Failed(ReasonCode.UNSUPPORTED_SCHEME);
        }
        if (!recipientAllowed(requirements) || !tokenKnown(requirements) || !request.accepted()) {
            return new Screening.Failed(ReasonCode.INVALID_PAYMENT_REQUIREMENTS);
        }
        try {
            return scheme.screen(request.payload(), requirements, this.clock.instant());
        }
        catch (RuntimeException ex) {
            // Its message may quote the payment.
            throw new FacilitatorNotReachedException("The scheme failed: " + ex.getClass().getName(), null);
        }
    }

    private boolean recipientAllowed(PaymentRequirements requirements) {
        return this.payTo.isEmpty()
                || EvmAddress.tryParse(requirements.payTo()).filter(this.payTo::contains).isPresent();
    }

    /** A contract that only looks like a token can burn what the relayer pays for gas. */
    private boolean tokenKnown(PaymentRequirements requirements) {
        return !requirements.network().isEvm() || this.assets.find(requirements.network(), requirements.asset())
            .filter((asset) -> asset.address().equalsIgnoreCase(requirements.asset()))
            .isPresent();
    }

    private static SettleResponse failed(ReasonCode reason, FacilitatorRequest request) {
        return SettleResponse.failed(reason, "", request.requirements().network());
    }

}
