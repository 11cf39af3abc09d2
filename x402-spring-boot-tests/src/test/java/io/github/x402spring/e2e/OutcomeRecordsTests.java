package io.github.x402spring.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.RecordedSpans.Span;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Says, for each outcome of a paid request, all that is written down of it.
 */
class OutcomeRecordsTests {

    private static final String PAID_FOR = "asset=USDC, decision=%s, delivery=%s, endpoint=%s, error=none, "
            + "facilitator=custom, flow=authorization, network=eip155:84532, rail=x402, reason=%s, scheme=exact";

    private static final String UNPAID = "asset=none, decision=%s, delivery=none, endpoint=%s, error=none, "
            + "facilitator=custom, flow=authorization, network=none, rail=x402, reason=%s, scheme=none";

    private static final String RESERVE = ledger("reserve", "reserved");

    private static final String VERIFY = call("verify", "none", "valid");

    private static final String GRANT = "x402.authorize{endpoint=%s, error=none, outcome=granted, reason=none}";

    private static final String EARNED = "x402.payments.settled.amount{asset=USDC, endpoint=good, facilitator=custom, "
            + "network=eip155:84532}=0.01";

    private static final String REPLAY = "x402.replays{endpoint=good, reason=payment_already_used}=1.0";

    private static final String IDENTITY = "identity_established{authentication=UsernamePasswordAuthenticationToken}";

    private static final String GRANTED = "policy_decided{granted=true, rulings=[{granted=true, policy=the default rule}, "
            + "{granted=true, policy=payer rules}]}";

    private static final String DENIED = "policy_decided{granted=false, reason=forbidden, rulings=[{granted=false, "
            + "policy=hasAuthority('gold')}]}";

    private static final String SETTLING = "payment_event{event=settling, verified=true}";

    private static final String WHOLE = "resource_returned{bytes=4, delivery=whole, sha256="
            + "770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c, status=200}";

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(ObservedShop.class, CircuitTests.OwnFacilitator.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("challenged", "good", 402, (header) -> null,
                        List.of(unpaid("challenged", "good", "payment_required")), List.of(), List.of(), "DEBUG",
                        "challenged", "payment_required"),
                new Row("malformed", "good", 400, (header) -> "PAYMENT-SIGNATURE: e30=x",
                        List.of(unpaid("malformed", "good", "payment_malformed")), List.of(), List.of(), "DEBUG",
                        "malformed", "payment_malformed"),
                new Row("refused by policy", "gold", 403, Function.identity(),
                        List.of(RESERVE, VERIFY,
                                "x402.authorize{endpoint=gold, error=none, outcome=denied, reason=forbidden}",
                                ledger("release", "done"), paid("refused", "none", "gold", "forbidden")),
                        List.of(), List.of(IDENTITY, DENIED, payment("refused", "forbidden"), returned(403)), "INFO",
                        "refused", "forbidden"),
                new Row("handler failed", "boom", 500, Function.identity(),
                        List.of(RESERVE, VERIFY, GRANT.formatted("boom"), ledger("release", "done"),
                                paid("released", "none", "boom", "none")),
                        List.of(),
                        List.of(IDENTITY, GRANTED, "payment_event{event=released, verified=true}", returned(500)),
                        "INFO", "released", "none"),
                new Row("settled", "good", 200, Function.identity(),
                        List.of(RESERVE, VERIFY, GRANT.formatted("good"), ledger("settling", "done"),
                                call("settle", "none", "settled"), ledger("settled", "done"),
                                paid("settled", "whole", "good", "none")),
                        List.of(EARNED),
                        List.of(IDENTITY, GRANTED, SETTLING,
                                "payment_event{event=settled, transaction=" + FakeFacilitator.TRANSACTION
                                        + ", verified=true}",
                                WHOLE),
                        "INFO", "settled", "none"),
                new Row("settle refused", "good", 402, Function.identity(), List.of(RESERVE, VERIFY,
                        GRANT.formatted("good"), ledger("settling", "done"), call("settle", "none", "refused"),
                        ledger("release", "done"), paid("settlement_refused", "none", "good", "settlement_failed")),
                        List.of(),
                        List.of(IDENTITY, GRANTED, SETTLING,
                                "payment_event{event=settlement_refused, facilitator_reason=insufficient_funds, "
                                        + "reason=settlement_failed, verified=true}",
                                returned(402)),
                        "INFO", "settlement_refused", "settlement_failed"),
                new Row("unknown", "good", 503, Function.identity(),
                        List.of(RESERVE, VERIFY, GRANT.formatted("good"), ledger("settling", "done"),
                                call("settle", "FacilitatorException", "failed"), ledger("unknown", "done"),
                                paid("unknown", "none", "good", "settlement_pending")),
                        List.of(),
                        List.of(IDENTITY, GRANTED, SETTLING, payment("unknown", "settlement_pending"), returned(503)),
                        "INFO", "unknown", "settlement_pending"),
                new Row("replay", "good", 409, Function.identity(),
                        List.of(ledger("reserve", "settled"), paid("replayed", "none", "good", "payment_already_used")),
                        List.of(REPLAY),
                        List.of(IDENTITY, "payment_event{event=replayed, reason=payment_already_used, verified=false}",
                                returned(409)),
                        "DEBUG", "replayed", "payment_already_used"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void requestWhenItEndsThenIsRecordedAsDocumented(Row row) {
        String target = "/" + row.endpoint();
        String payment = PaidApp.signature(app.pay(target));
        script(row, target, payment);
        String id = UUID.randomUUID().toString();
        SimpleMeterRegistry meters = app.bean(SimpleMeterRegistry.class);
        meters.clear();
        RecordedSpans spans = app.bean(RecordedSpans.class);
        spans.clear();
        RecordedAudit audit = app.bean(RecordedAudit.class);
        audit.clear();

        String presented = row.presented().apply(payment);
        List<String> headers = new ArrayList<>(List.of(ObservedShop.CREDENTIALS, "X-Request-Id: " + id));
        if (presented != null) {
            headers.add(presented);
        }
        try (CapturedLog everything = CapturedLog.begin()) {
            List<ILoggingEvent> lines = new ArrayList<>();
            Answer answer = capture(lines, () -> app.http().get(target, headers.toArray(String[]::new)));

            assertThat(answer.status()).isEqualTo(row.status());
            List<Span> ended = spans.of("x402.");
            assertThat(ended).extracting(Span::toString).containsExactlyElementsOf(row.spans());
            Span exchange = ended.get(ended.size() - 1);
            assertSpan(exchange, row);
            assertThat(audit.records()).extracting((record) -> record.context().requestId())
                .containsOnly(row.audit().isEmpty() ? new String[0] : new String[] { requestId(exchange) });
            assertThat(audit.told(id, row.endpoint(), "caller")).containsExactlyElementsOf(row.audit());
            assertThat(meters(meters)).containsExactlyInAnyOrderElementsOf(expectedMeters(row));
            assertThat(lines).hasSize(1);
            assertLine(lines.get(0), requestId(exchange), id, row, answer);
            assertNoSecret(everything.text(), payment);
        }
    }

    private static void script(Row row, String target, String payment) {
        FakeFacilitator facilitator = app.facilitator();
        facilitator.reset();
        switch (row.name()) {
            case "settle refused" -> facilitator.onSettle(
                    SettleResponse.failed(ReasonCode.of("insufficient_funds"), "", Network.parse("base-sepolia")));
            case "unknown" ->
                facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("The answer was lost", null)));
            case "replay" ->
                assertThat(app.http().get(target, ObservedShop.CREDENTIALS, payment).status()).isEqualTo(200);
            default -> {
            }
        }
    }

    private static <T> T capture(List<ILoggingEvent> lines, Supplier<T> visit) {
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.x402spring.decisions");
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.list = lines;
        appender.start();
        logger.addAppender(appender);
        try {
            return visit.get();
        }
        finally {
            logger.detachAppender(appender);
        }
    }

    private static String requestId(Span exchange) {
        return exchange.high().get("x402.request.id");
    }

    private static void assertSpan(Span span, Row row) {
        boolean paid = row.spans().size() > 1;
        boolean settled = row.name().equals("settled");
        assertThat(span.high()).containsOnlyKeys("x402.request.id", "x402.payer", "x402.amount", "x402.transaction")
            .containsEntry("x402.amount", paid ? "0.01" : "none")
            .containsEntry("x402.transaction", settled ? FakeFacilitator.TRANSACTION : "none");
        assertThat(span.high().get("x402.payer")).matches(paid ? "[0-9a-f]{32}" : "none");
    }

    private static List<String> expectedMeters(Row row) {
        List<String> meters = new ArrayList<>(row.counters());
        row.spans().forEach((span) -> meters.add(span + "=1"));
        return meters;
    }

    private static List<String> meters(SimpleMeterRegistry registry) {
        List<String> meters = new ArrayList<>();
        for (Meter meter : registry.getMeters()) {
            Map<String, String> tags = new TreeMap<>();
            for (Tag tag : meter.getId().getTags()) {
                tags.put(tag.getKey(), tag.getValue());
            }
            String name = meter.getId().getName() + tags;
            if (meter.getId().getName().startsWith("x402.")) {
                switch (meter) {
                    case Timer timer -> meters.add(name + "=" + timer.count());
                    case Counter counter -> meters.add(name + "=" + counter.count());
                    default -> assertThat(meter.getId().getName()).endsWith(".active");
                }
            }
        }
        return meters;
    }

    private static void assertLine(ILoggingEvent line, String id, String clientId, Row row, Answer answer) {
        boolean paid = row.spans().size() > 1;
        boolean settled = row.name().equals("settled");
        Map<String, Object> pairs = new TreeMap<>();
        line.getKeyValuePairs().forEach((pair) -> pairs.put(pair.key, pair.value));
        assertThat(line.getLevel()).isEqualTo(Level.toLevel(row.level()));
        assertThat(line.getFormattedMessage())
            .isEqualTo("Request " + id + " for paid endpoint '" + row.endpoint() + "' " + row.decision() + ": reason "
                    + row.reason() + ", status " + row.status() + (paid ? ", 0.01 USDC on eip155:84532" : "")
                    + (settled ? ", transaction " + FakeFacilitator.TRANSACTION : ""));
        assertThat(pairs.remove("x402.payer")).asString().matches(paid ? "[0-9a-f]{32}" : "none");
        assertThat(pairs)
            .isEqualTo(Map.ofEntries(Map.entry("x402.request.id", id), Map.entry("x402.client.request.id", clientId),
                    Map.entry("x402.transaction", settled ? FakeFacilitator.TRANSACTION : "none"),
                    Map.entry("x402.endpoint", row.endpoint()), Map.entry("x402.flow", "authorization"),
                    Map.entry("x402.rail", "x402"), Map.entry("x402.decision", row.decision()),
                    Map.entry("x402.reason", row.reason()), Map.entry("x402.status", row.status()),
                    Map.entry("x402.delivery", settled ? "whole" : "none"),
                    Map.entry("x402.bytes", settled ? (long) answer.body().length : 0L),
                    Map.entry("x402.scheme", paid ? "exact" : "none"),
                    Map.entry("x402.network", paid ? "eip155:84532" : "none"),
                    Map.entry("x402.asset", paid ? "USDC" : "none"), Map.entry("x402.amount", paid ? "0.01" : "none")));
    }

    private static void assertNoSecret(String log, String payment) {
        assertThat(log).contains("for paid endpoint");
        String header = payment.substring(payment.indexOf(':') + 2);
        for (int at = 0; at + 24 <= header.length(); at += 24) {
            assertThat(log).doesNotContain(header.substring(at, at + 24));
        }
        assertThat(log).doesNotContainIgnoringCase(PaidApp.WALLET.address()).doesNotContainIgnoringCase("signature\":");
    }

    private static String unpaid(String decision, String endpoint, String reason) {
        return "x402.exchange{" + UNPAID.formatted(decision, endpoint, reason) + "}";
    }

    private static String paid(String decision, String delivery, String endpoint, String reason) {
        return "x402.exchange{" + PAID_FOR.formatted(decision, delivery, endpoint, reason) + "}";
    }

    private static String payment(String event, String reason) {
        return "payment_event{event=" + event + ", reason=" + reason + ", verified=true}";
    }

    private static String returned(int status) {
        return "resource_returned{bytes=0, delivery=none, status=" + status + "}";
    }

    private static String call(String operation, String error, String outcome) {
        return "x402." + operation + "{asset=USDC, error=" + error + ", facilitator=custom, network=eip155:84532, "
                + "outcome=" + outcome + ", scheme=exact}";
    }

    private static String ledger(String operation, String outcome) {
        return "x402.ledger{error=none, ledger=memory, operation=" + operation + ", outcome=" + outcome + "}";
    }

    /**
     * Is what is written down of one outcome.
     *
     * @param name the outcome
     * @param endpoint the endpoint
     * @param status the status
     * @param presented the payment header, if any, for a good one
     * @param spans the spans in the order in which they end; each is also counted by a
     * timer
     * @param counters the counters beside the timers
     * @param audit the records of the audit, in order
     * @param level the level of the log line
     * @param decision the decision in the log line
     * @param reason the reason in the log line
     */
    record Row(String name, String endpoint, int status, Function<String, @Nullable String> presented,
            List<String> spans, List<String> counters, List<String> audit, String level, String decision,
            String reason) {

        @Override
        public String toString() {
            return this.name;
        }

    }

}
