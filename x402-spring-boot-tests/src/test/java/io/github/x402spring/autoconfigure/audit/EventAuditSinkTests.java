package io.github.x402spring.autoconfigure.audit;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;

import io.github.x402spring.audit.AuditLinesFixture;
import io.github.x402spring.audit.AuditRecord;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class EventAuditSinkTests {

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    private final EventAuditSink sink = new EventAuditSink(this.context);

    @BeforeEach
    void listenToSomethingElse() {
        this.context.addApplicationListener(new RefreshListener());
        this.context.addApplicationListener(new EveryEventListener());
    }

    @AfterEach
    void close() {
        this.context.close();
    }

    @Test
    void wantedWhenNobodyListensThenNot() {
        this.context.refresh();
        assertThat(this.sink.wanted()).isFalse();
    }

    @Test
    void wantedWhenAMethodListensThenItHears() {
        this.context.register(Auditor.class);
        this.context.refresh();
        assertThat(this.sink.wanted()).isTrue();
        this.sink.write(AuditLinesFixture.record(1));
        assertThat(this.context.getBean(Auditor.class).heard).hasSize(1);
    }

    @Test
    void wantedWhenAListenerComesLaterThenYes() {
        this.context.refresh();
        assertThat(this.sink.wanted()).isFalse();
        this.context.addApplicationListener(new PayloadListener());
        assertThat(this.sink.wanted()).isTrue();
    }

    @Test
    void wantedWhenSomebodyListensFurtherUpThenYes() {
        this.context.register(Auditor.class);
        this.context.refresh();
        try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
            child.setParent(this.context);
            child.refresh();
            assertThat(new EventAuditSink(child).wanted()).isTrue();
        }
    }

    static class Auditor {

        private final List<AuditRecord> heard = new ArrayList<>();

        @EventListener
        void on(AuditRecord.IdentityEstablished record) {
            this.heard.add(record);
        }

    }

    private static final class RefreshListener implements ApplicationListener<ContextRefreshedEvent> {

        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
        }

    }

    private static final class EveryEventListener implements ApplicationListener<ApplicationEvent> {

        @Override
        public void onApplicationEvent(ApplicationEvent event) {
        }

    }

    private static final class PayloadListener
            implements ApplicationListener<PayloadApplicationEvent<AuditRecord.ResourceReturned>> {

        @Override
        public void onApplicationEvent(PayloadApplicationEvent<AuditRecord.ResourceReturned> event) {
        }

    }

}
