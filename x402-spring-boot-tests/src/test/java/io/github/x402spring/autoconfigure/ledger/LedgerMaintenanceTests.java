package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.x402spring.Eventually;
import io.github.x402spring.ledger.LedgerException;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class LedgerMaintenanceTests {

    private static final Duration OFTEN = Duration.ofMillis(1);

    @Test
    void choreWhenItFailsThenToldOfOnceAndTriedAgain(CapturedOutput output) throws Exception {
        CountDownLatch tries = new CountDownLatch(20);
        run(tries, new LedgerChore("sweep", OFTEN, () -> {
            tries.countDown();
            throw new LedgerException("down", null);
        }));
        assertThat(output).containsOnlyOnce("Ledger task 'sweep' failed");
    }

    @Test
    void choresWhenOneHasABugThenTheOthersAreDone() throws Exception {
        CountDownLatch runs = new CountDownLatch(5);
        run(runs, new LedgerChore("sweep", OFTEN, () -> {
            throw new IllegalStateException("bug");
        }), new LedgerChore("sweep", OFTEN, runs::countDown));
        assertThat(runs.getCount()).isZero();
    }

    @Test
    void choreWhenItWorkedInBetweenThenToldOfAgain(CapturedOutput output) throws Exception {
        CountDownLatch runs = new CountDownLatch(4);
        AtomicBoolean works = new AtomicBoolean();
        run(runs, new LedgerChore("sweep", OFTEN, () -> {
            runs.countDown();
            if (!works.getAndSet(!works.get())) {
                throw new LedgerException("down", null);
            }
        }));
        assertThat(output.toString().split("Ledger task 'sweep' failed", -1)).hasSizeGreaterThan(2);
    }

    private static void run(CountDownLatch runs, LedgerChore... chores) throws InterruptedException {
        LedgerMaintenance maintenance = new LedgerMaintenance(List.of(chores));
        maintenance.start();
        assertThat(maintenance.isRunning()).isTrue();
        assertThat(runs.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        maintenance.stop();
        assertThat(maintenance.isRunning()).isFalse();
    }

}
