package io.github.x402spring.autoconfigure.gate;

import java.time.Clock;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.ProductionChecks;
import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.autoconfigure.ledger.X402LedgerAutoConfiguration;
import io.github.x402spring.autoconfigure.security.X402SecurityAutoConfiguration;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Kind;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.gate.PaymentPortDecorator;
import io.github.x402spring.gate.RefusalReasons;
import io.github.x402spring.gate.StoredResponses;
import io.github.x402spring.gate.Verification;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.reconcile.SettlementListener;
import io.github.x402spring.scheme.PaymentScheme;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the payment gate, with or
 * without a web server.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402FacilitatorAutoConfiguration.class, X402LedgerAutoConfiguration.class,
        X402SecurityAutoConfiguration.class })
@ConditionalOnPaymentGate
public final class X402GateAutoConfiguration {

    @Bean
    ChallengeExtensions x402PaymentIdentifierExtension() {
        return PaymentGate.paymentIdentifier();
    }

    @Bean
    PaymentIntake x402PaymentIntake(X402Properties properties, ObjectProvider<Clock> clock) {
        X402Properties.Payments payments = properties.payments();
        return new PaymentIntake(payments.accepting(), limits(payments.failed()), limits(payments.released()),
                clock.getIfAvailable(Clock::systemUTC));
    }

    private static FailureLimits limits(X402Properties.FailedPayments limits) {
        try {
            return FailureLimits.failed(limits.perPayer(), limits.perAddress(), limits.window());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("x402.payments.failed cannot be used: " + ex.getMessage(),
                    "Set x402.payments.failed.per-payer to a number from 0 to 100, .per-address to one from 0, and "
                            + ".window to a duration from 1s to 1d.");
        }
    }

    private static FailureLimits limits(X402Properties.ReleasedPayments limits) {
        try {
            return new FailureLimits(limits.perAuthorization(), limits.perPayer(), limits.perAddress(),
                    limits.window());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("x402.payments.released cannot be used: " + ex.getMessage(),
                    "Set x402.payments.released.per-authorization, .per-payer and .per-address to numbers from 0, and "
                            + ".window to a duration from 1s to 1d.");
        }
    }

    @Bean
    @Primary
    ProtectedFacilitator x402ProtectedFacilitator(Facilitator facilitator, X402Properties properties,
            ObjectProvider<Clock> clock, Environment environment) {
        return ProtectedFacilitator.around(facilitator, properties.facilitator(),
                clock.getIfAvailable(Clock::systemUTC), environment);
    }

    @Bean
    PaymentGate x402PaymentGate(ProtectedFacilitator facilitator, PaymentLedger ledger,
            ObjectProvider<PaymentAuthorizer> authorizers, ObjectProvider<PaymentScheme> schemes,
            ObjectProvider<Clock> clock, X402Properties properties, PaymentIntake intake, ExposureGuard exposures,
            ObjectProvider<StoredResponses> responses, ObjectProvider<PaymentPortDecorator> decorators,
            AssetRegistry assets, ObjectProvider<SettlementInquiry> inquiries,
            ObjectProvider<SettlementListener> settlementListeners, Facilitator bean,
            ObjectProvider<ExchangeListener> listeners) {
        Facilitator asked = facilitator.facilitator();
        PaymentLedger remembering = ledger;
        PaymentAuthorizer deciding = authorizer(authorizers);
        for (PaymentPortDecorator decorator : decorators.orderedStream().toList()) {
            // A decorator need not know that none is to be asked.
            asked = (asked.kind() == Kind.NONE) ? asked : decorator.decorate(asked);
            remembering = decorator.decorate(remembering);
            deciding = decorator.decorate(deciding);
        }
        List<SettlementListener> reported = settlementListeners.orderedStream().toList();
        PaymentGate.Builder builder = PaymentGate.builder(asked, remembering, deciding)
            .schemes(schemes.orderedStream().toList())
            .clock(clock.getIfAvailable(Clock::systemUTC))
            .verification(verification(bean, properties.facilitator()))
            .intake(intake)
            .exposures(exposures)
            .storedResponses(responses.getIfAvailable())
            .refusals(refusals(properties.facilitator().refusalsBeforeSending()))
            .inquiry(SettlementInquiry.preferred(inquiries.orderedStream().toList()))
            .tokens(assets)
            .settlementListener((key, transaction) -> reported.forEach((each) -> each.settled(key, transaction)))
            .exchangeListener(SingletonSupplier.of(() -> ExchangeListener.of(listeners.orderedStream().toList())));
        redelivery(builder, properties.payments().redelivery());
        return builder.build();
    }

    /** An application that was to buy only has no Spring Security. */
    private static PaymentAuthorizer authorizer(ObjectProvider<PaymentAuthorizer> authorizers) {
        PaymentAuthorizer authorizer = authorizers.getIfAvailable();
        if (authorizer == null) {
            throw new InvalidX402ConfigurationException(
                    "There is a payment gate, and nothing decides who may have what is paid for",
                    "Add Spring Security, so that the rules under x402.authorization decide, or declare a "
                            + "PaymentAuthorizer bean.");
        }
        return authorizer;
    }

    /**
     * Endpoints of a web server are checked with their networks; those of own code, and
     * of other servers, are not known before they are sold.
     */
    @Bean
    SmartInitializingSingleton x402GateProductionCheck(Environment environment, X402Properties properties,
            Facilitator facilitator, PaymentLedger ledger) {
        return () -> {
            if (properties.gate().enabled() || properties.facilitator().server().enabled()) {
                new ProductionChecks(environment, properties.facilitator(), facilitator, ledger).checkProfile();
            }
        };
    }

    private static RefusalReasons refusals(List<String> names) {
        try {
            return RefusalReasons.standard().andBeforeSending(names.stream().map(ReasonCode::of).toList());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException(
                    "x402.facilitator.refusals-before-sending has an entry that proves nothing: text that is no reason "
                            + "of a facilitator, or a reason with which a payment may be settled all the same",
                    "List reasons that precede sending, as the facilitator spells them, such as insufficient_funds, "
                            + "under x402.facilitator.refusals-before-sending.");
        }
    }

    private static void redelivery(PaymentGate.Builder builder, X402Properties.Redelivery properties) {
        if (properties.maxRuns() < 0 || properties.maxRuns() > PaymentGate.Builder.MAX_REDELIVERIES) {
            throw new InvalidX402ConfigurationException("x402.payments.redelivery.max-runs is out of range",
                    "Set x402.payments.redelivery.max-runs to a number from 0 to "
                            + PaymentGate.Builder.MAX_REDELIVERIES + ".");
        }
        if (properties.window().isNegative()) {
            throw new InvalidX402ConfigurationException("x402.payments.redelivery.window is negative",
                    "Set x402.payments.redelivery.window to 0s or to a time.");
        }
        builder.redelivery(properties.maxRuns(), properties.window());
    }

    /**
     * The chain is part of what the local facilitator verifies: it takes a transfer that
     * was made before for a settlement.
     */
    private static Verification verification(Facilitator facilitator, X402Properties.Facilitator settings) {
        boolean inProcess = facilitator.kind() == Kind.NONE || facilitator.kind() == Kind.SIMULATED
                || settings.type() == FacilitatorType.LOCAL;
        if (inProcess && settings.verify() != Verification.BOTH) {
            throw new InvalidX402ConfigurationException(
                    "x402.facilitator.verify is set, and there is no facilitator over HTTP to ask or to spare",
                    "Remove x402.facilitator.verify, or set x402.facilitator.type to http and x402.facilitator.url.");
        }
        return settings.verify();
    }

}
