package io.github.x402spring.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.audit.AuditVerifier;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows one request through all that the audit writes to.
 */
class AuditTests {

    @TempDir
    private static Path folder;

    private static Path file;

    private static PaidApp app;

    private final String id = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        file = folder.resolve("audit.jsonl");
        app = PaidApp.start(List.of(ObservedShop.class, CircuitTests.OwnFacilitator.class, Auditors.class),
                "x402.audit.strict=true", "x402.audit.file=" + file, "x402.audit.log=true",
                "x402.audit.hash-chain.enabled=true", "x402.audit.hash-chain.key=" + "k".repeat(16));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.facilitator().reset();
        auditors().broken.set(false);
    }

    @Test
    void payWhenTheAuditCannotBeWrittenThenNothingIsCharged() {
        String payment = PaidApp.signature(app.pay("/good"));
        auditors().broken.set(true);
        Answer refused = get("/good", payment);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.reason()).isEqualTo("temporarily_unavailable");
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(app.facilitator().settlements()).isEmpty();

        auditors().broken.set(false);
        assertThat(get("/good", payment).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void payWhenSettledThenTheFileTellsWhoPaidWhatAndWhatWasReturned() throws Exception {
        String payment = PaidApp.signature(app.pay("/good"));
        Answer answer = get("/good", payment);
        List<JsonNode> lines = lines();
        assertThat(lines).extracting((line) -> line.path("type").asString())
            .containsExactly("identity_established", "policy_decided", "payment_event", "payment_event",
                    "resource_returned");
        assertThat(lines).allSatisfy((line) -> assertThat(line.path("caller").asString()).isEqualTo("caller"));
        assertThat(lines).extracting((line) -> line.path("request_id").asString())
            .doesNotContain(this.id)
            .containsOnly(lines.get(0).path("request_id").asString());
        assertThat(lines.get(3).path("payer").asString()).isEqualToIgnoringCase(PaidApp.WALLET.address());
        assertThat(lines.get(3).path("transaction").asString()).isEqualTo(FakeFacilitator.TRANSACTION);
        assertThat(lines.get(4).path("bytes").asInt()).isEqualTo(answer.body().length);
        assertNoSecret(Files.readString(file), payment);
        assertThat(AuditVerifier.run(new String[] { file.toString() }, "k".repeat(16), System.out)).isZero();
        Files.writeString(file, Files.readString(file).replaceFirst("\"status\":200", "\"status\":500"));
        assertThat(AuditVerifier.run(new String[] { file.toString() }, "k".repeat(16), System.out)).isOne();
    }

    @Test
    void payWhenTwoRequestsClaimOneIdThenTheirRecordsStayApart() throws Exception {
        get("/good", PaidApp.signature(app.pay("/good")));
        get("/good", PaidApp.signature(app.pay("/good")));
        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(10);
        assertThat(lines.stream().collect(Collectors.groupingBy((line) -> line.path("request_id").asString())).values())
            .hasSize(2)
            .allSatisfy((records) -> assertThat(records).hasSize(5));
    }

    @Test
    void payWhenSettledThenTheLoggerAndSpringBootAreTold() {
        String payment = PaidApp.signature(app.pay("/good"));
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.x402spring.audit");
        logger.addAppender(appender);
        try {
            assertThat(get("/good", payment).status()).isEqualTo(200);
        }
        finally {
            logger.detachAppender(appender);
        }
        assertThat(appender.list).hasSize(5)
            .allSatisfy((line) -> assertThat(
                    JsonMapper.shared().readTree(line.getFormattedMessage()).path("client_request_id").asString())
                .isEqualTo(this.id));
        List<AuditEvent> events = app.bean(AuditEventRepository.class)
            .find("caller", null, null)
            .stream()
            .filter((event) -> this.id.equals(event.getData().get("client_request_id")))
            .toList();
        assertThat(events).extracting(AuditEvent::getType)
            .containsExactly("X402_IDENTITY_ESTABLISHED", "X402_POLICY_DECIDED", "X402_PAYMENT_EVENT",
                    "X402_PAYMENT_EVENT", "X402_RESOURCE_RETURNED");
        assertThat(events.get(4).getData()).containsEntry("status", 200).doesNotContainKeys("type", "at", "caller");
    }

    @Test
    void payWhenSettledThenListenersHearTheTypesTheyAskFor() {
        get("/good", PaidApp.signature(app.pay("/good")));
        assertThat(auditors().returned).filteredOn((record) -> this.id.equals(record.context().clientRequestId()))
            .singleElement()
            .satisfies((record) -> assertThat(record.status()).isEqualTo(200));
    }

    private Answer get(String target, String payment) {
        return app.http().get(target, ObservedShop.CREDENTIALS, "X-Request-Id: " + this.id, payment);
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode node = JsonMapper.shared().readTree(line);
            if (node.path("client_request_id").asString().equals(this.id)) {
                lines.add(node);
            }
        }
        return lines;
    }

    private static void assertNoSecret(String text, String payment) {
        String header = payment.substring(payment.indexOf(':') + 2);
        for (int at = 0; at + 24 <= header.length(); at += 24) {
            assertThat(text).doesNotContain(header.substring(at, at + 24));
        }
        assertThat(text).doesNotContainIgnoringCase("signature\":").doesNotContain("k".repeat(16));
    }

    private static Auditors auditors() {
        return app.bean(Auditors.class);
    }

    static class Auditors {

        private final AtomicBoolean broken = new AtomicBoolean();

        private final List<AuditRecord.ResourceReturned> returned = new CopyOnWriteArrayList<>();

        @Bean
        AuditEventRepository auditEventRepository() {
            return new InMemoryAuditEventRepository();
        }

        @Bean
        AuditSink unreliable() {
            return (record) -> {
                if (this.broken.get()) {
                    throw new IOException("disk full");
                }
            };
        }

        @EventListener
        void on(AuditRecord.ResourceReturned record) {
            this.returned.add(record);
        }

    }

}
