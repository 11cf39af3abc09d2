package io.github.x402spring.webmvc.hold;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.x402spring.gate.AdmittedPayment;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveryReportTests {

    private final AdmittingGate gate = new AdmittingGate();

    private final AdmittedPayment payment = this.gate.admit();

    private final DeliveryReport report = new DeliveryReport(this.gate.gate());

    @Test
    void endWhenNothingWasOnItsWayThenNobodyIsTold() {
        this.report.whole();
        this.report.end(this.payment);
        assertThat(this.gate.journal()).isEmpty();
        assertThat(this.report.delivered()).isNull();
    }

    @Test
    void endWhenWholeThenDeliveredAndToldOnce() {
        this.report.begin();
        this.report.whole();
        this.report.end(this.payment);
        this.report.end(this.payment);
        assertThat(this.gate.journal()).containsExactly("ledger.delivered");
        assertThat(this.report.delivered()).isTrue();
    }

    @Test
    void endWhenNobodySaidThatItIsWholeThenBroken() {
        this.report.begin();
        this.report.end(this.payment);
        assertThat(this.gate.journal()).containsExactly("ledger.undelivered");
        assertThat(this.report.delivered()).isFalse();
    }

    @Test
    void endWhenItBrokeAfterItWasWholeThenBroken() {
        this.report.begin();
        this.report.whole();
        this.report.broke();
        this.report.end(this.payment);
        assertThat(this.gate.journal()).containsExactly("ledger.undelivered");
    }

    @Test
    void brokeWhenToldAlreadyThenWhatWasToldStays() {
        this.report.begin();
        this.report.whole();
        this.report.end(this.payment);
        this.report.broke();
        this.report.end(this.payment);
        assertThat(this.report.delivered()).isTrue();
    }

    @Test
    void endWhenManyThreadsEndItThenToldOnce() throws Exception {
        this.report.begin();
        this.report.whole();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            CyclicBarrier start = new CyclicBarrier(4);
            List<Future<Object>> ends = IntStream.range(0, 4).mapToObj((i) -> threads.submit(() -> {
                start.await();
                this.report.end(this.payment);
                return new Object();
            })).toList();
            for (Future<Object> end : ends) {
                end.get();
            }
        }
        assertThat(this.gate.journal()).containsExactly("ledger.delivered");
    }

}
