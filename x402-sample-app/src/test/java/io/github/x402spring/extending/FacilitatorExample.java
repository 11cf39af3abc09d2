package io.github.x402spring.extending;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

class FacilitatorExample {

    record RoutingFacilitator(Map<Network, Facilitator> facilitators) implements Facilitator {

        @Override
        public VerifyResponse verify(PaymentPayload payload, PaymentRequirements terms, ResourceInfo resource)
                throws FacilitatorException {
            return of(terms).verify(payload, terms, resource);
        }

        @Override
        public SettleResponse settle(PaymentPayload payload, PaymentRequirements terms, ResourceInfo resource)
                throws FacilitatorException {
            return of(terms).settle(payload, terms, resource);
        }

        @Override
        public List<SupportedKind> supported() throws FacilitatorException {
            List<SupportedKind> kinds = new ArrayList<>();
            for (Facilitator facilitator : this.facilitators.values()) {
                kinds.addAll(facilitator.supported());
            }
            return kinds;
        }

        @Override
        public boolean mayServe(Network network) {
            return this.facilitators.containsKey(network);
        }

        private Facilitator of(PaymentRequirements terms) throws FacilitatorException {
            Facilitator facilitator = this.facilitators.get(terms.network());
            if (facilitator == null) {
                throw new FacilitatorNotReachedException("No facilitator for " + terms.network(), null);
            }
            return facilitator;
        }

    }

}
