package io.github.x402spring.autoconfigure.ledger;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AllNestedConditions;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ConditionalOnFacilitatorType;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.autoconfigure.evm.X402EvmAutoConfiguration;
import io.github.x402spring.endpoint.ListedExtras;
import io.github.x402spring.endpoint.OfferSupport;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.evm.SettlementEvent;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.operator.RefusalLog;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.reconcile.UnknownPaymentEnded;
import io.github.x402spring.reconcile.UnknownPaymentListener;
import io.github.x402spring.scheme.PaymentScheme;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what runs beside requests: the
 * maintenance of the ledger, above all the end of payments of unknown outcome, and what
 * operators look at.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        after = { X402LedgerAutoConfiguration.class, X402FacilitatorAutoConfiguration.class,
                X402EvmAutoConfiguration.class },
        afterName = { "io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration",
                "io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration" })
@ConditionalOnPaymentGate
@ConditionalOnBean({ PaymentLedger.class, AssetRegistry.class })
@EnableConfigurationProperties({ X402LedgerProperties.class, X402Properties.class })
public final class X402OperationsAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(X402OperationsAutoConfiguration.class);

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

    private static final Duration COMPARE_INTERVAL = Duration.ofMinutes(1);

    private static final Duration READ_INTERVAL = Duration.ofSeconds(15);

    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);

    private static final int HOURS = 30 * 24;

    private static final int MAX_REFUSALS = 500;

    @Bean
    LedgerMaintenance x402LedgerMaintenance(PaymentLedger ledger, Reconciler reconciler,
            ObjectProvider<LedgerChore> chores, ObjectProvider<SettlementCheck> checks,
            ObjectProvider<OfferSupport> support, ObjectProvider<ListedExtras> extras,
            ObjectProvider<PaymentScheme> schemes, X402LedgerProperties properties) {
        List<LedgerChore> due = new ArrayList<>(chores.stream().toList());
        checks.ifAvailable((check) -> due.add(new LedgerChore("check settlements", CHECK_INTERVAL, check::look)));
        support.ifAvailable(
                (comparison) -> due.add(new LedgerChore("compare offers", COMPARE_INTERVAL, comparison::look)));
        if (schemes.stream().anyMatch((scheme) -> !scheme.facilitatorExtra().isEmpty())) {
            extras.ifAvailable((listed) -> due.add(new LedgerChore("read extra", READ_INTERVAL, listed::look)));
        }
        due.add(LedgerChore.recovering(ledger, properties.recoverAfter()));
        due.add(LedgerChore.reconciling(reconciler, properties.reconcileInterval()));
        return new LedgerMaintenance(due);
    }

    @Bean
    Reconciler x402Reconciler(PaymentLedger ledger, ObjectProvider<SettlementInquiry> inquiries,
            ObjectProvider<UnknownPaymentListener> listeners, ApplicationEventPublisher events,
            ObjectProvider<HttpFacilitator> http, ObjectProvider<Clock> clock, X402LedgerProperties properties,
            X402Properties all) {
        check(ledger, properties, all);
        List<UnknownPaymentListener> notified = new ArrayList<>(listeners.orderedStream().toList());
        notified.add((payment, conclusion) -> events.publishEvent(UnknownPaymentEnded.of(payment, conclusion)));
        return new Reconciler(ledger, inquiry(inquiries, http.stream().findAny().isPresent()),
                properties.reconcileInterval(), clock.getIfAvailable(Clock::systemUTC), notified);
    }

    @Bean
    @ConditionalOnBean(HttpFacilitator.class)
    OfferSupport x402OfferSupport(Facilitator facilitator, ObjectProvider<PaidEndpointCatalog> catalogs,
            ObjectProvider<Clock> clock) {
        return new OfferSupport(facilitator,
                () -> catalogs.stream().flatMap((catalog) -> catalog.endpoints().stream()).toList(),
                clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    SettlementRecorder x402SettlementRecorder(PaymentLedger ledger) {
        return new SettlementRecorder(ledger);
    }

    /**
     * For a chain that can be read beside a facilitator that does not report the outcome
     * of a payment.
     */
    @Bean
    @Conditional(OnReportedSettlements.class)
    SettlementCheck x402SettlementCheck(PaymentLedger ledger, ObjectProvider<SettlementInquiry> inquiries,
            ApplicationEventPublisher events, ObjectProvider<Clock> clock) {
        SettlementInquiry inquiry = Objects
            .requireNonNull(SettlementInquiry.preferred(inquiries.orderedStream().toList()));
        return new SettlementCheck(ledger, inquiry, clock.getIfAvailable(Clock::systemUTC),
                (key, transaction) -> events.publishEvent(new SettlementEvent(SettlementEvent.Kind.MISMATCH,
                        key.network(), key.asset(), key.payer(), key.nonce(), transaction)));
    }

    private static void check(PaymentLedger ledger, X402LedgerProperties properties, X402Properties all) {
        if (properties.reconcileInterval().compareTo(MIN_INTERVAL) < 0) {
            throw new InvalidX402ConfigurationException("x402.ledger.reconcile-interval leaves no time for a reply",
                    "Set x402.ledger.reconcile-interval to a duration such as 30s.");
        }
        if (properties.recoverAfter().compareTo(MIN_INTERVAL) < 0) {
            throw new InvalidX402ConfigurationException("x402.ledger.recover-after leaves no time to work on a payment",
                    "Set x402.ledger.recover-after to a duration such as 10m.");
        }
        if (ledger.shared()
                && properties.recoverAfter().compareTo(all.facilitator().settleTimeout().multipliedBy(3)) < 0) {
            throw new InvalidX402ConfigurationException(
                    "The ledger would take payments for abandoned while a facilitator is still at work",
                    "Set x402.ledger.recover-after to three times x402.facilitator.settle-timeout at least, and "
                            + "longer than any handler takes.");
        }
    }

    private static @Nullable SettlementInquiry inquiry(ObjectProvider<SettlementInquiry> inquiries, boolean http) {
        SettlementInquiry inquiry = SettlementInquiry.preferred(inquiries.orderedStream().toList());
        if (inquiry == null) {
            logger.atLevel(http ? Level.WARN : Level.INFO)
                .log("Nothing can tell the outcome of payments that a facilitator did not reply to: those that are not "
                        + "presented again end unresolved, ten minutes after they expired. Add org.web3j:core and set "
                        + "x402.evm.rpc-urls to a node of the network, which needs no key, or declare a SettlementInquiry");
        }
        return inquiry;
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

    /** Counts on request only. */
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
        return new SellerSources(intake, catalog, circuits, facilitator.kind().value(), ledger.kind(),
                facilitator.simulated(), history.getIfAvailable(), totals.getIfAvailable(), support.getIfAvailable(),
                refusals, format, clock.getIfAvailable(Clock::systemUTC));
    }

    /**
     * Condition that a facilitator settles over HTTP, and that a chain can be read.
     */
    static final class OnReportedSettlements extends AllNestedConditions {

        OnReportedSettlements() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnFacilitatorType(FacilitatorType.HTTP)
        static class Reported {

        }

        @ConditionalOnBean(SettlementInquiry.class)
        static class Readable {

        }

    }

}
