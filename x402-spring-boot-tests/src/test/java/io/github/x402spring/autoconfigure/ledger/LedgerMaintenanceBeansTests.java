package io.github.x402spring.autoconfigure.ledger;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.endpoint.ListedExtras;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.scheme.PaymentScheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;

class LedgerMaintenanceBeansTests {

    private static final UnknownPayment UNKNOWN = new UnknownPayment(
            new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc"), Rail.X402, "token",
            TestClaims.terms("exact", BigInteger.TEN, "0xd"), Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2025-12-31T23:59:00Z"), null);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withPropertyValues("x402.gate.enabled=true")
        .withConfiguration(AutoConfigurations.of(X402OperationsAutoConfiguration.class))
        .withBean(AssetRegistry.class, () -> new AssetRegistry(List.of()))
        .withUserConfiguration(Properties.class);

    private final PaymentLedger shared = mock(PaymentLedger.class);

    private final SettlementInquiry inquiry = mock(SettlementInquiry.class);

    private final ApplicationContextRunner sharing = this.runner.withBean(PaymentLedger.class, () -> this.shared);

    @Test
    void whenThereIsNoLedgerThenNoBean() {
        this.runner.run((context) -> assertThat(context).doesNotHaveBean(LedgerMaintenance.class));
    }

    @Test
    void whenTheLedgerCannotBeRecoveredThenInquiryIsNotAsked() {
        this.runner.withBean(PaymentLedger.class, () -> new FakeLedger(mock(PaymentLedger.class)))
            .withBean(SettlementInquiry.class, () -> this.inquiry)
            .run((context) -> {
                context.getBean(LedgerMaintenance.class).chores().forEach((chore) -> chore.work().run());
                then(this.inquiry).shouldHaveNoInteractions();
            });
    }

    @Test
    void whenNothingCanBeAskedThenBeanRecoversAndEndsWhatExpired() {
        this.sharing.run((context) -> assertThat(names(context.getBean(LedgerMaintenance.class)))
            .containsExactly("recover", "end expired payments"));
    }

    @ParameterizedTest
    @CsvSource({ "'', false", "feePayer, true" })
    void whenASchemeAsksTheFacilitatorThenBeanReadsItsList(String asked, boolean reads) {
        PaymentScheme scheme = mock(PaymentScheme.class);
        given(scheme.facilitatorExtra()).willReturn(asked.isEmpty() ? Set.of() : Set.of(asked));
        this.sharing.withBean(PaymentScheme.class, () -> scheme)
            .withBean(ListedExtras.class, () -> new ListedExtras(() -> mock(Facilitator.class), Clock.systemUTC()))
            .run((context) -> assertThat(names(context.getBean(LedgerMaintenance.class)).contains("read extra"))
                .isEqualTo(reads));
    }

    @ParameterizedTest
    @CsvSource({ "true, false, WARN", "false, false, INFO", "true, true, " })
    void whenNothingCanTellTheOutcomeThenSaysWhatToAdd(boolean http, boolean asked, @Nullable String level) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(X402OperationsAutoConfiguration.class);
        logger.addAppender(log);
        try {
            ApplicationContextRunner runner = http
                    ? this.sharing.withBean(HttpFacilitator.class, () -> mock(HttpFacilitator.class)) : this.sharing;
            (asked ? runner.withBean("declared", SettlementInquiry.class, () -> this.inquiry) : runner)
                .run((context) -> assertThat(context).hasNotFailed());
        }
        finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).filteredOn((event) -> event.getMessage().contains("org.web3j:core"))
            .extracting((event) -> event.getLevel().toString())
            .isEqualTo((level != null) ? List.of(level) : List.of());
    }

    @Test
    void whenTheApplicationDecoratesTheFacilitatorThenStarts() {
        this.sharing.withBean(HttpFacilitator.class, () -> mock(HttpFacilitator.class))
            .withBean(BeanPostProcessor.class, () -> new BeanPostProcessor() {

                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return (bean instanceof HttpFacilitator) ? mock(Facilitator.class) : bean;
                }

            })
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void whenSomebodyCanBeAskedThenBeanReconcilesToo() {
        this.sharing.withBean(SettlementInquiry.class, () -> this.inquiry)
            .withPropertyValues("x402.ledger.reconcile-interval=4s")
            .run((context) -> assertThat(context.getBean(LedgerMaintenance.class).chores())
                .filteredOn((chore) -> chore.name().equals("reconcile"))
                .singleElement()
                .extracting(LedgerChore::interval)
                .isEqualTo(Duration.ofSeconds(2)));
    }

    @Test
    void whenTheLedgerHasChoresOfItsOwnThenBeanDoesThemToo() {
        this.sharing.withBean(LedgerChore.class, () -> new LedgerChore("sweep", Duration.ofHours(1), () -> {
        }))
            .run((context) -> assertThat(names(context.getBean(LedgerMaintenance.class))).containsExactly("sweep",
                    "recover", "end expired payments"));
    }

    @Test
    void whenTheFacilitatorCanBeAskedTooThenBeanAsksWhomTheApplicationDeclared() throws Exception {
        given(this.shared.lease(any(), anyInt())).willReturn(List.of(UNKNOWN));
        given(this.inquiry.inquire(UNKNOWN)).willReturn(new Finding.Settled("0xdeclared"));
        this.sharing.withBean(SimulatedFacilitator.class, () -> new SimulatedFacilitator(List.of(), Clock.systemUTC()))
            .withBean("declared", SettlementInquiry.class, () -> this.inquiry)
            .run((context) -> {
                for (LedgerChore chore : context.getBean(LedgerMaintenance.class).chores()) {
                    chore.work().run();
                }
                then(this.shared).should(atLeastOnce()).conclude(UNKNOWN, new Conclusion.Settled("0xdeclared"));
            });
    }

    @ParameterizedTest
    @CsvSource({ "30s,90s,true", "30s,89s,false", "41s,2m,false", "40s,2m,true" })
    void whenOthersMayStillBeAtWorkThenTheirPaymentsAreNotTakenForAbandoned(String settleTimeout, String recoverAfter,
            boolean starts) {
        given(this.shared.shared()).willReturn(true);
        this.sharing
            .withPropertyValues("x402.facilitator.settle-timeout=" + settleTimeout,
                    "x402.ledger.recover-after=" + recoverAfter)
            .run((context) -> {
                if (starts) {
                    assertThat(context).hasSingleBean(LedgerMaintenance.class);
                }
                else {
                    assertProblem(context.getStartupFailure(), "still at work", "x402.ledger.recover-after");
                }
            });
    }

    @Test
    void whenTheLedgerIsInMemoryThenPaymentsMayBeTakenUpSooner() {
        this.runner
            .withBean(PaymentLedger.class,
                    () -> new InMemoryLedgers(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), 10).payments())
            .withPropertyValues("x402.ledger.recover-after=1s")
            .run((context) -> assertThat(context).hasSingleBean(LedgerMaintenance.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "-1s", "0s", "1ms", "99ms" })
    void whenThereIsNoTimeToWorkOnAPaymentThenNamesProperty(String recoverAfter) {
        this.runner
            .withBean(PaymentLedger.class,
                    () -> new InMemoryLedgers(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), 10).payments())
            .withPropertyValues("x402.ledger.recover-after=" + recoverAfter)
            .run((context) -> assertProblem(context.getStartupFailure(), "x402.ledger.recover-after",
                    "x402.ledger.recover-after"));
    }

    @ParameterizedTest
    @CsvSource({ "99ms,false", "100ms,true" })
    void whenThereIsNoTimeToAnswerThenNamesProperty(String interval, boolean starts) {
        this.sharing.withPropertyValues("x402.ledger.reconcile-interval=" + interval).run((context) -> {
            if (starts) {
                assertThat(context).hasSingleBean(LedgerMaintenance.class);
            }
            else {
                assertProblem(context.getStartupFailure(), "no time for a reply", "x402.ledger.reconcile-interval");
            }
        });
    }

    private static List<String> names(LedgerMaintenance maintenance) {
        return maintenance.chores().stream().map(LedgerChore::name).toList();
    }

    private static void assertProblem(Throwable failure, String problem, String remedy) {
        assertThat(failure).rootCause().isInstanceOfSatisfying(InvalidX402ConfigurationException.class, (ex) -> {
            assertThat(ex).hasMessageContaining(problem);
            assertThat(ex.action()).contains(remedy);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({ X402LedgerProperties.class, X402Properties.class })
    static class Properties {

    }

}
