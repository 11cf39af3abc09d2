package io.github.x402spring.gate;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FacilitatorRefusalsTests {

    private static final FacilitatorRemark REMARK = new FacilitatorRemark("blocked", "Wallet is on a list", "corr-7");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final AtomicLong nanos = new AtomicLong();

    private final FacilitatorRefusals refusals = new FacilitatorRefusals(this.nanos::get);

    private final GateFixture fixture = new GateFixture();

    @BeforeEach
    void listen() {
        this.log.start();
        logger().addAppender(this.log);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(this.log);
    }

    @Test
    void refusedWhenTheFirstTimeThenAWarningHasAllAndOthersAreCountedOnceAMinute() {
        for (int i = 0; i < 120; i++) {
            refused("report", null, REMARK);
            this.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        String event = "Facilitator refused a payment for endpoint 'report' (blocked): network eip155:84532, "
                + "correlation id corr-7, message: Wallet is on a list";
        assertThat(warnings()).containsExactly(event, event + " (60 times since this was logged last)");
    }

    @Test
    void refusedWhenEndpointOrReasonIsAnotherThenAWarningForEach() {
        for (int i = 0; i < 3; i++) {
            refused("report", null, REMARK);
            refused("forecast", null, REMARK);
            refused("report", ReasonCode.of("insufficient_funds"), FacilitatorRemark.NONE);
            refused("report", null, FacilitatorRemark.NONE);
        }
        assertThat(warnings()).hasSize(4)
            .contains("Facilitator refused a payment for endpoint 'report' (insufficient_funds): network eip155:84532",
                    "Facilitator refused a payment for endpoint 'report' (no reason): network eip155:84532");
    }

    @Test
    void refusedWhenReasonsAreInventedThenThirtyTwoAndOneForAllOthers() {
        for (int i = 0; i < 10_000; i++) {
            refused("report", null, new FacilitatorRemark("invented " + i, "", ""));
        }
        assertThat(warnings()).hasSize(33);
        assertThat(warnings().get(32))
            .isEqualTo("Facilitator refused a payment for endpoint 'report' (another reason): invented 32, "
                    + "network eip155:84532");
    }

    @Test
    void refusedWhenTheTextForgesLinesThenTheWarningIsOneShortLine() {
        String forged = "x\r\n2026-01-01 ERROR forged " + "a\u2028".repeat(10_000);
        refused("report", null, new FacilitatorRemark(forged, forged, forged));
        assertThat(warnings()).singleElement().asString().doesNotContain("\n", "\r", "\u2028").hasSizeLessThan(500);
    }

    @Test
    void refusedWhenThereIsSomethingToSayThenTheExchangeHasIt() {
        assertThat(recorded(null, FacilitatorRemark.NONE)).isEqualTo(FacilitatorRemark.NONE);
        assertThat(recorded(ReasonCode.of("blocked"), FacilitatorRemark.NONE))
            .isEqualTo(new FacilitatorRemark("blocked", "", ""));
        assertThat(recorded(ReasonCode.of("unused"), REMARK)).isEqualTo(REMARK);
    }

    @Test
    void refusedWhenTheFacilitatorQuotesThePaymentThenItIsWithheld() {
        GateFixture.StubExchange exchange = this.fixture.exchange("/report");
        PaymentAttempt attempt = this.fixture.attempt(this.fixture.attempt().offers(),
                GateFixture.signedPayload("0x" + "9f8e7d6c5b4a3928".repeat(8)), exchange);
        this.refusals.refused(attempt, attempt.offers().get(0), null,
                new FacilitatorRemark("invalid", "not valid: 9f8e 7d6c 5b4a 3928 9f8e", ""));
        assertThat(warnings()).singleElement().asString().doesNotContain("9f8e");
        assertThat(exchange.end().remark())
            .isEqualTo(new FacilitatorRemark("invalid", "[withheld: quotes the payment]", ""));
    }

    @Test
    void toldWhenTheProtocolHasTheReasonThenAsItIsAndElseNone() {
        assertThat(FacilitatorRefusals.disclosed(ReasonCode.EVM_SIGNATURE)).isEqualTo(ReasonCode.EVM_SIGNATURE);
        assertThat(FacilitatorRefusals.disclosed(null)).isNull();
        assertThat(FacilitatorRefusals.disclosed(ReasonCode.UNSPECIFIED)).isNull();
        assertThat(FacilitatorRefusals.disclosed(ReasonCode.of("sanctioned_region"))).isNull();
    }

    private void refused(String endpoint, @Nullable ReasonCode code, FacilitatorRemark remark) {
        PaymentAttempt attempt = this.fixture.attempt();
        PaidEndpointDefinition definition = new PaidEndpointDefinition(endpoint, "", "text/plain", null,
                attempt.endpoint().flow(), false);
        this.refusals.refused(
                new PaymentAttempt(definition, attempt.resource(), attempt.offers(), attempt.payload(),
                        attempt.exchange(), attempt.fingerprintSource(), attempt.track()),
                attempt.offers().get(0), code, remark);
    }

    private FacilitatorRemark recorded(@Nullable ReasonCode code, FacilitatorRemark remark) {
        GateFixture.StubExchange exchange = this.fixture.exchange("/report");
        PaymentAttempt attempt = this.fixture.attemptOf(exchange);
        this.refusals.refused(attempt, attempt.offers().get(0), code, remark);
        return exchange.end().remark();
    }

    private List<String> warnings() {
        return this.log.list.stream()
            .filter((event) -> event.getLevel() == Level.WARN)
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(FacilitatorRefusals.class);
    }

}
