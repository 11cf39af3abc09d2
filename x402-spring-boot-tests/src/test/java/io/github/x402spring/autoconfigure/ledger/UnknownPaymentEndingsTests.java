package io.github.x402spring.autoconfigure.ledger;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.MutableClock;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditRecord.PaymentEnded;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.reconcile.UnknownPaymentEnded;
import io.github.x402spring.reconcile.UnknownPaymentListener;

import static org.assertj.core.api.Assertions.assertThat;

class UnknownPaymentEndingsTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb", "0x1");

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withBean(MutableClock.class, () -> new MutableClock(NOW))
        .withBean(AuditEventRepository.class, InMemoryAuditEventRepository::new)
        .withPropertyValues("x402.ledger.type=memory")
        .withUserConfiguration(Endings.class);

    @Test
    void whenNothingCanBeAskedThenUnknownPaymentsEndUnresolvedWithAnEvent() {
        this.runner.withBean(FakeFacilitator.class).run((context) -> {
            leaveUnknown(context);
            assertThat(context.getBean(Reconciler.class).begin()).isFalse();
            context.getBean(MutableClock.class).advance(Duration.ofMinutes(10));
            reconcile(context);
            assertThat(state(context)).isEqualTo(PaymentState.UNKNOWN);
            context.getBean(MutableClock.class).advance(Duration.ofMinutes(5));
            reconcile(context);
            assertThat(state(context)).isEqualTo(PaymentState.UNRESOLVED);
            Endings endings = context.getBean(Endings.class);
            assertThat(endings.heard).singleElement().isInstanceOf(Conclusion.Unresolved.class);
            assertThat(endings.events).singleElement().satisfies((event) -> {
                assertThat(event.key()).isEqualTo(KEY);
                assertThat(event.state()).isEqualTo(PaymentState.UNRESOLVED);
                assertThat(event.validBefore()).isEqualTo(NOW.plusSeconds(300));
            });
            assertThat(endings.audits).singleElement().satisfies((event) -> {
                assertThat(event.getAuditEvent().getType()).isEqualTo("X402_PAYMENT_ENDED");
                assertThat(event.getAuditEvent().getData()).containsEntry("state", "unresolved")
                    .containsEntry("amount", "1")
                    .containsEntry("payer", "0xb")
                    .doesNotContainKey("transaction");
            });
        });
    }

    @ParameterizedTest
    @MethodSource("findings")
    void whenPaymentsEndOutsideOfAnyRequestThenEveryAuditSinkHasOneRecord(SettlementInquiry.Finding finding,
            String state, @Nullable String transaction, @TempDir Path directory) {
        Path file = directory.resolve("audit.jsonl");
        RecordedSink sink = new RecordedSink();
        this.runner.withBean(FakeFacilitator.class)
            .withBean(SettlementInquiry.class, () -> (payment) -> finding)
            .withBean(AuditSink.class, () -> sink)
            .withPropertyValues("x402.audit.file=" + file, "x402.audit.log=true")
            .run((context) -> {
                leaveUnknown(context);
                reconcile(context);
                reconcile(context);
                assertThat(sink.records).singleElement().isInstanceOfSatisfying(PaymentEnded.class, (ended) -> {
                    assertThat(ended.payment().key()).isEqualTo(KEY);
                    assertThat(ended.payment().transaction()).isEqualTo(transaction);
                });
                assertThat(Files.readAllLines(file)).singleElement()
                    .satisfies((line) -> assertThat(JsonMapper.shared().readTree(line).properties())
                        .extracting((member) -> member.getKey() + "=" + member.getValue().asString())
                        .contains("type=payment_ended", "at=2026-01-01T00:00:00Z", "state=" + state, "rail=x402",
                                "payer=0xb", "amount=1", "valid_before=2026-01-01T00:05:00Z")
                        .noneMatch((member) -> member.startsWith("request_id") || member.startsWith("endpoint")
                                || member.startsWith("caller")));
                Endings endings = context.getBean(Endings.class);
                assertThat(endings.audits).singleElement()
                    .satisfies((event) -> assertThat(event.getAuditEvent().getData()).containsEntry("state", state)
                        .doesNotContainKeys("request_id", "endpoint"));
                assertThat(endings.records).containsExactlyElementsOf(sink.records);
            });
    }

    static Stream<Arguments> findings() {
        return Stream.of(Arguments.of(new SettlementInquiry.Finding.Settled("0xab"), "settled", "0xab"),
                Arguments.of(new SettlementInquiry.Finding.Failed(), "released", null),
                Arguments.of(new SettlementInquiry.Finding.UsedElsewhere("0xcd"), "used_elsewhere", "0xcd"),
                Arguments.of(new SettlementInquiry.Finding.Doubtful("0xef"), "unresolved", null));
    }

    @Test
    void whenASinkFailsThenTheOthersHaveTheRecordAndItIsCounted() {
        RecordedSink sink = new RecordedSink();
        AuditSink broken = (record) -> {
            throw new IOException("full");
        };
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        this.runner.withBean(FakeFacilitator.class)
            .withBean(MeterRegistry.class, () -> meters)
            .withBean(SettlementInquiry.class, () -> (payment) -> new SettlementInquiry.Finding.Settled("0xab"))
            .withBean("broken", AuditSink.class, () -> broken)
            .withBean("sink", AuditSink.class, () -> sink)
            .run((context) -> {
                leaveUnknown(context);
                reconcile(context);
                assertThat(sink.records).hasSize(1);
                context.getBean("x402AuditMeters", MeterBinder.class).bindTo(meters);
                assertThat(meters.get("x402.audit.failures").functionCounter().count()).isEqualTo(1);
                assertThat(state(context)).isEqualTo(PaymentState.SETTLED);
            });
    }

    @Test
    void whenTheAuditIsOffThenPaymentsEndAllTheSame() {
        this.runner.withBean(FakeFacilitator.class)
            .withBean(SettlementInquiry.class, () -> (payment) -> new SettlementInquiry.Finding.Settled("0xab"))
            .withPropertyValues("x402.audit.enabled=false")
            .run((context) -> {
                leaveUnknown(context);
                reconcile(context);
                assertThat(state(context)).isEqualTo(PaymentState.SETTLED);
                assertThat(context.getBean(Endings.class).audits).isEmpty();
            });
    }

    @Test
    void whenSomethingCanBeAskedThenItDecides() {
        this.runner.withBean(FakeFacilitator.class)
            .withBean(SettlementInquiry.class, () -> (payment) -> new SettlementInquiry.Finding.Settled("0xab"))
            .run((context) -> {
                leaveUnknown(context);
                assertThat(context.getBean(LedgerMaintenance.class).chores()).extracting(LedgerChore::name)
                    .contains("reconcile");
                reconcile(context);
                assertThat(state(context)).isEqualTo(PaymentState.SETTLED);
            });
    }

    private static void leaveUnknown(AssertableWebApplicationContext context) throws Exception {
        PaymentLedger ledger = context.getBean(PaymentLedger.class);
        Reservation reservation = ((ReserveResult.Reserved) ledger
            .reserve(TestClaims.claim(KEY, RequestFingerprint.of("report", "GET", "/", "", new byte[0]),
                    NOW.plusSeconds(300), "report", "https://api.example.com/report", BigInteger.ONE, "0xd", null)))
            .reservation();
        ledger.settling(reservation);
        ledger.unknown(reservation, "");
    }

    private static void reconcile(AssertableWebApplicationContext context) throws Exception {
        LedgerMaintenance maintenance = context.getBean(LedgerMaintenance.class);
        maintenance.stop();
        for (LedgerChore chore : maintenance.chores()) {
            chore.work().run();
        }
    }

    private static PaymentState state(AssertableWebApplicationContext context) throws Exception {
        return context.getBean(PaymentLedger.class).find(KEY).map(StoredPayment::state).orElse(PaymentState.RELEASED);
    }

    @Configuration(proxyBeanMethods = false)
    static class Endings {

        private final List<Conclusion> heard = new CopyOnWriteArrayList<>();

        private final List<UnknownPaymentEnded> events = new CopyOnWriteArrayList<>();

        private final List<AuditApplicationEvent> audits = new CopyOnWriteArrayList<>();

        private final List<AuditRecord> records = new CopyOnWriteArrayList<>();

        @Bean
        UnknownPaymentListener endings() {
            return (payment, conclusion) -> this.heard.add(conclusion);
        }

        @EventListener
        void hear(UnknownPaymentEnded event) {
            this.events.add(event);
        }

        @EventListener
        void hear(PaymentEnded record) {
            this.records.add(record);
        }

        @EventListener
        void hear(AuditApplicationEvent event) {
            this.audits.add(event);
        }

    }

    private static final class RecordedSink implements AuditSink {

        private final List<AuditRecord> records = new CopyOnWriteArrayList<>();

        @Override
        public void write(AuditRecord record) {
            this.records.add(record);
        }

    }

}
