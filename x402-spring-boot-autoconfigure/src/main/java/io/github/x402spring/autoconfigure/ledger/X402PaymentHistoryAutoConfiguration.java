package io.github.x402spring.autoconfigure.ledger;

import java.time.Clock;
import java.util.Map;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.endpoint.OfferSupport;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Effect;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.operator.RefusalLog;
import io.github.x402spring.operator.SellerSources;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what people look at who run the
 * server.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402LedgerAutoConfiguration.class,
        afterName = { "io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration",
                "io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration" })
@ConditionalOnPaymentGate
@ConditionalOnBean(AssetRegistry.class)
public final class X402PaymentHistoryAutoConfiguration {

    private static final int HOURS = 30 * 24;

    private static final int MAX_REFUSALS = 500;

    private static final Map<String, String> TYPES = Map.of("HttpFacilitator", "http", "SimulatedFacilitator",
            "simulated", "LocalEvmFacilitator", "local", "NoFacilitator", "none");

    private static String type(Object bean) {
        return TYPES.getOrDefault(bean.getClass().getSimpleName(), "custom");
    }

    @Bean
    AmountFormat x402AmountFormat(AssetRegistry assets) {
        return new AmountFormat(assets);
    }

    @Bean
    @ConditionalOnMissingBean
    RefusalLog x402RefusalLog() {
        return new RefusalLog(MAX_REFUSALS);
    }

    /** Counts only while somebody looks. */
    @Bean
    @Lazy
    @ConditionalOnBean(PaymentHistory.class)
    HourlyTotals x402HourlyTotals(PaymentHistory history, ObjectProvider<Clock> clock) {
        return new HourlyTotals(history, clock.getIfAvailable(Clock::systemUTC), HOURS,
                (count) -> Thread.ofPlatform().daemon().name("x402-totals").start(count));
    }

    @Bean
    @Lazy
    @ConditionalOnBean({ PaymentIntake.class, PaidEndpointCatalog.class, FacilitatorCircuits.class })
    SellerSources x402SellerSources(PaymentIntake intake, PaidEndpointCatalog catalog, FacilitatorCircuits circuits,
            Facilitator facilitator, PaymentLedger ledger, ObjectProvider<PaymentHistory> history,
            ObjectProvider<HourlyTotals> totals, ObjectProvider<OfferSupport> support, RefusalLog refusals,
            AmountFormat format, ObjectProvider<Clock> clock) {
        return new SellerSources(intake, catalog, circuits, type(facilitator), ledger.kind(),
                facilitator.effect() == Effect.SIMULATED, history.getIfAvailable(), totals.getIfAvailable(),
                support.getIfAvailable(), refusals, format, clock.getIfAvailable(Clock::systemUTC));
    }

}
