package io.github.x402spring.autoconfigure.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402AuditAutoConfigurationTests {

    @TempDir
    private Path folder;

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @Test
    void whenNothingIsSaidThenRecordsAreEvents() {
        this.runner.run((context) -> assertThat(context).hasSingleBean(AuditTrail.class)
            .hasSingleBean(AuditSink.class)
            .hasSingleBean(EventAuditSink.class));
    }

    @Test
    void whenDisabledThenNoTrail() {
        this.runner.withPropertyValues("x402.audit.enabled=false")
            .run((context) -> assertThat(context).doesNotHaveBean(AuditTrail.class).doesNotHaveBean(AuditSink.class));
    }

    @Test
    void whenSpringBootKeepsAuditEventsThenItIsTold() {
        this.runner.withBean(AuditEventRepository.class, InMemoryAuditEventRepository::new)
            .run((context) -> assertThat(context).hasSingleBean(RepositoryAuditSink.class));
    }

    @Test
    void whenActuatorIsMissingThenStarts() {
        this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
            .run((context) -> assertThat(context).hasNotFailed().hasSingleBean(AuditTrail.class));
    }

    @Test
    void whenLogThenLines() {
        this.runner.withPropertyValues("x402.audit.log=true")
            .run((context) -> assertThat(context).hasSingleBean(LogAuditSink.class));
    }

    @Test
    void whenThereIsAFileThenItIsOpened() {
        Path file = this.folder.resolve("logs/audit.jsonl");
        this.runner.withPropertyValues("x402.audit.file=" + file, "x402.audit.strict=true").run((context) -> {
            assertThat(context).hasSingleBean(FileAuditSink.class);
            assertThat(file).exists();
        });
    }

    @Test
    void whenThereAreMetersThenLostRecordsAreCounted() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        this.runner.withBean(MeterRegistry.class, () -> meters).withBean("broken", AuditSink.class, () -> (record) -> {
            throw new IOException("disk full");
        }).run((context) -> {
            context.getBean("x402AuditMeters", MeterBinder.class).bindTo(meters);
            PaidEndpointDefinition endpoint = new PaidEndpointDefinition("good", "", "", null,
                    PaymentFlow.AUTHORIZATION, false);
            context.getBean(AuditTrail.class)
                .started(new ExchangeStart(endpoint, ExchangeStart.X402, "id", null, null, null))
                .decided(new Permission.Failed());
            assertThat(meters.get("x402.audit.failures").functionCounter().count()).isOne();
        });
    }

    @Test
    void whenASinkSaysWhetherItWroteThenStrictStarts() {
        this.runner.withPropertyValues("x402.audit.strict=true").withBean("own", AuditSink.class, () -> (record) -> {
        }).run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({ "x402.audit.strict=true, x402.audit.log=true, x402.audit.file",
            "x402.audit.hash-chain.key=short, x402.audit.log=true, x402.audit.hash-chain.key",
            "x402.audit.log=false, x402.audit.file=, x402.audit.file" })
    void whenItCannotBeThenSaysWhatToSet(String first, String second, String remedy) {
        this.runner.withPropertyValues(first, second).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class,
                        (failure) -> assertThat(failure.action()).contains(remedy));
        });
    }

    @Test
    void whenTheFileCannotBeWrittenThenSaysWhatToSet() throws Exception {
        Path taken = Files.createDirectory(this.folder.resolve("taken"));
        this.runner.withPropertyValues("x402.audit.file=" + taken).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class,
                        (failure) -> assertThat(failure.action()).contains("x402.audit.file"));
        });
    }

}
