package io.github.x402spring.autoconfigure.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.audit.AuditLines;
import io.github.x402spring.audit.AuditLinesFixture;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.autoconfigure.X402AuditProperties.Scope;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener.Exchange;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class AuditTrailTests {

    private static final PaidEndpointDefinition ENDPOINT = new PaidEndpointDefinition("good", "", "", null,
            PaymentFlow.AUTHORIZATION, false);

    private static final ExchangeStart KNOWN = start("caller", "TestAuthentication");

    private static final ExchangeStart UNKNOWN = start(null, null);

    private static final ClaimedPayment PAYMENT = new ClaimedPayment(new PaymentRequirements("exact",
            Network.parse("eip155:8453"), TokenAmount.of(5), "0xa", "0xb", 60, Map.of()), "0xpayer", true);

    private final List<AuditRecord> records = new ArrayList<>();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private boolean broken;

    @BeforeEach
    void listen() {
        this.log.start();
        logger().addAppender(this.log);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(this.log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(AuditTrail.class);
    }

    @Test
    void endedWhenNothingWasPresentedThenRecordedOnlyWhereAllIs() {
        ExchangeEnd end = end(KNOWN, ExchangeDecision.CHALLENGED, Reason.PAYMENT_REQUIRED, null);
        trail(Scope.PAYMENTS, false).started(KNOWN).ended(end);
        assertThat(this.records).isEmpty();
        trail(Scope.ALL, false).started(KNOWN).ended(end);
        assertThat(this.records).extracting(AuditRecord::type)
            .containsExactly("identity_established", "payment_event", "resource_returned");
    }

    @Test
    void recordWhenNobodyKnowsTheCallerThenNoIdentity() {
        Exchange exchange = trail(Scope.PAYMENTS, false).started(UNKNOWN);
        exchange.decided(new Permission.Granted(null));
        assertThat(this.records).extracting(AuditRecord::type).containsExactly("policy_decided");
        assertThat(this.records.get(0).toMap()).doesNotContainKeys("caller", "trace_id");
    }

    @Test
    void decidedWhenThePolicyFailsThenNotGranted() {
        trail(Scope.PAYMENTS, false).started(UNKNOWN).decided(new Permission.Failed());
        assertThat(this.records.get(0).toMap()).containsEntry("granted", false)
            .containsEntry("reason", "temporarily_unavailable")
            .containsEntry("rulings", List.of());
    }

    @Test
    void decidedWhenAPolicyObligesThenItsWordsAreInTheRecord() {
        PolicyObligation obligation = new PolicyObligation("audit",
                Map.of("score", 7, "tags", List.of("a", Set.of(1)), "who", new StringBuilder("x")));
        PolicyRuling ruling = new PolicyRuling(true, "bank rules", "score", List.of(obligation));
        trail(Scope.PAYMENTS, false).started(UNKNOWN).decided(new Permission.Granted(null, List.of(ruling)));
        assertThat(AuditLines.plain().line(this.records.get(0))).contains("\"policy\":\"bank rules\"",
                "\"cause\":\"score\"", "\"score\":7", "\"tags\":[\"a\",[1]]", "\"who\":\"x\"");
    }

    @Test
    void endedWhenSomethingElseThanThePolicyRefusesThenSaysSo() {
        Exchange exchange = trail(Scope.PAYMENTS, false).started(KNOWN);
        exchange.decided(new Permission.Granted(null));
        exchange.ended(end(KNOWN, ExchangeDecision.REFUSED, Reason.FORBIDDEN, PAYMENT));
        assertThat(this.records).extracting(AuditRecord::type)
            .containsExactly("identity_established", "policy_decided", "policy_decided", "payment_event",
                    "resource_returned");
        assertThat(this.records.get(2).toMap()).containsEntry("granted", false).containsEntry("reason", "forbidden");
    }

    @Test
    void endedWhenThePolicyRefusedThenItIsSaidOnce() {
        Exchange exchange = trail(Scope.PAYMENTS, false).started(UNKNOWN);
        exchange.decided(new Permission.Denied(Denial.of(Reason.FORBIDDEN)));
        exchange.ended(end(UNKNOWN, ExchangeDecision.REFUSED, Reason.FORBIDDEN, PAYMENT));
        assertThat(this.records).extracting(AuditRecord::type)
            .containsExactly("policy_decided", "payment_event", "resource_returned");
    }

    @Test
    void settlingWhenARecordIsLostThenOnlyTheStrictRefuse() {
        this.broken = true;
        assertThat(trail(Scope.PAYMENTS, false).started(KNOWN).settling(PAYMENT)).isTrue();
        assertThat(trail(Scope.PAYMENTS, true).started(KNOWN).settling(PAYMENT)).isFalse();
        this.broken = false;
        assertThat(trail(Scope.PAYMENTS, true).started(KNOWN).settling(PAYMENT)).isTrue();
    }

    @Test
    void settlingWhenAnEarlierRecordWasLostThenTheStrictRefuse() {
        Exchange exchange = trail(Scope.PAYMENTS, true).started(KNOWN);
        this.broken = true;
        exchange.decided(new Permission.Granted(null));
        this.broken = false;
        assertThat(exchange.settling(PAYMENT)).isFalse();
    }

    @Test
    void startedWhenNoSinkWantsRecordsThenNoneAreMade() {
        AuditTrail trail = new AuditTrail(List.of(new IdleSink()), Scope.ALL, true, Clock.systemUTC());
        assertThat(trail.listens()).isFalse();
        assertThat(trail.digests()).isFalse();
        assertThat(trail.started(KNOWN)).isNull();
    }

    @Test
    void settlingWhenARecordCannotEvenBeMadeThenTheStrictRefuse() {
        Clock stopped = mock(Clock.class);
        given(stopped.instant()).willThrow(new IllegalStateException("no time"));
        AuditTrail trail = new AuditTrail(List.of(this.records::add), Scope.ALL, true, stopped);
        Exchange exchange = trail.started(KNOWN);
        assertThat(exchange.settling(PAYMENT)).isFalse();
        assertThat(trail.failures()).isOne();
    }

    @Test
    void writeWhenItFailsAgainAndAgainThenIsCountedAndToldOnce() {
        AuditTrail trail = trail(Scope.PAYMENTS, false);
        this.broken = true;
        for (int i = 0; i < 3; i++) {
            trail.started(UNKNOWN).decided(new Permission.Failed());
        }
        this.broken = false;
        trail.started(UNKNOWN).decided(new Permission.Failed());
        assertThat(trail.failures()).isEqualTo(3);
        assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
            .containsExactly("Records of the audit cannot be written", "Records of the audit can be written again");
    }

    @Test
    void writeWhenOneSinkFailsThenTheOthersAreTold() {
        AuditTrail trail = new AuditTrail(List.of((record) -> {
            throw new IOException("disk full");
        }, this.records::add), Scope.PAYMENTS, false, Clock.systemUTC());
        trail.started(UNKNOWN).decided(new Permission.Failed());
        assertThat(this.records).hasSize(1);
    }

    private AuditTrail trail(Scope scope, boolean strict) {
        return new AuditTrail(List.of((record) -> {
            if (this.broken) {
                throw new IOException("disk full");
            }
            this.records.add(record);
        }), scope, strict, Clock.fixed(AuditLinesFixture.NOW, ZoneOffset.UTC));
    }

    private static ExchangeStart start(String caller, String authentication) {
        return new ExchangeStart(ENDPOINT, ExchangeStart.X402, "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11", null, caller,
                authentication);
    }

    private static ExchangeEnd end(ExchangeStart start, ExchangeDecision decision, Reason reason,
            ClaimedPayment payment) {
        return new ExchangeEnd(start, decision, reason, payment, null, reason.status(), DeliveredResponse.NONE,
                FacilitatorRemark.NONE);
    }

    private static final class IdleSink implements AuditSink {

        @Override
        public void write(AuditRecord record) {
            throw new IllegalStateException("Nobody wanted it");
        }

        @Override
        public boolean wanted() {
            return false;
        }

    }

}
