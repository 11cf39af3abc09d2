package io.github.x402spring.exchange;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.PolicyRuling;

/**
 * Policy that decides whether the caller may have what it pays for. Asked after the
 * payment was verified and before it is settled; a payment never decides by itself.
 *
 * @since 0.1.0
 */
public interface PaymentAuthorizer {

    /**
     * Tells whether the caller has to authenticate before its payment is looked at.
     * @param endpoint the endpoint
     * @param exchange the request
     * @return whether an identity is asked for and missing
     */
    boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange);

    /**
     * Decides. An exception is taken as trouble in the policy: the request is refused and
     * not charged.
     * @param endpoint the endpoint
     * @param exchange the request
     * @param payment the verified payment
     * @return the decision
     */
    Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment);

    /**
     * Decision of a policy.
     */
    sealed interface Permission {

        /**
         * Returns what each policy said.
         * @return the rulings, in the order in which they were asked for
         */
        List<PolicyRuling> rulings();

        /**
         * The caller may have the response. All that the policy demanded of this server
         * is done, but for the redaction.
         *
         * @param redaction what limits the response, or {@code null} if nothing does
         * @param rulings what each policy that was asked said, in order
         */
        record Granted(@Nullable Redaction redaction, List<PolicyRuling> rulings) implements Permission {

            public Granted {
                rulings = List.copyOf(rulings);
            }

            /**
             * Creates a permission of a policy that does not say more.
             * @param redaction what limits the response, or {@code null} if nothing does
             */
            public Granted(@Nullable Redaction redaction) {
                this(redaction, List.of());
            }

        }

        /**
         * The policy failed, so that nothing is granted: the request is refused with 503
         * and not charged.
         */
        record Failed() implements Permission {

            @Override
            public List<PolicyRuling> rulings() {
                return List.of();
            }

        }

        /**
         * The caller may not have the response.
         *
         * @param denial why, as far as the caller may know
         * @param rulings what each policy that was asked said, in order
         */
        record Denied(Denial denial, List<PolicyRuling> rulings) implements Permission {

            public Denied {
                Objects.requireNonNull(denial, "'denial' must not be null");
                rulings = List.copyOf(rulings);
            }

            /**
             * Creates a refusal of a policy that does not say more.
             * @param denial why, as far as the caller may know
             */
            public Denied(Denial denial) {
                this(denial, List.of());
            }

        }

    }

}
