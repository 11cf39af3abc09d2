package io.github.x402spring.autoconfigure.ledger;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.operator.Refusal;
import io.github.x402spring.operator.RefusalLog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

class X402OperationsAutoConfigurationTests {

    private final ApplicationContextRunner empty = new ApplicationContextRunner()
        .withPropertyValues("x402.gate.enabled=true")
        .withConfiguration(AutoConfigurations.of(X402OperationsAutoConfiguration.class));

    private final ApplicationContextRunner runner = this.empty
        .withBean(AssetRegistry.class, () -> new AssetRegistry(List.of()))
        .withBean(PaymentLedger.class, () -> mock(PaymentLedger.class));

    @Test
    void whenNothingIsSoldThenThereIsNoBean() {
        this.empty.run((context) -> assertThat(context).doesNotHaveBean(AmountFormat.class)
            .doesNotHaveBean(RefusalLog.class)
            .doesNotHaveBean(HourlyTotals.class));
    }

    @Test
    void whenTheLedgerTellsNothingThenThereIsNoBeanThatAddsUp() {
        this.runner.run((context) -> assertThat(context).hasSingleBean(RefusalLog.class)
            .hasSingleBean(AmountFormat.class)
            .doesNotHaveBean(HourlyTotals.class));
    }

    @Test
    void whenNobodyLooksThenTheBeanCountsNothing() {
        PaymentHistory history = mock(PaymentHistory.class);
        this.runner.withBean(PaymentHistory.class, () -> history).run((context) -> {
            assertThat(context).hasSingleBean(HourlyTotals.class);
            then(history).shouldHaveNoInteractions();
        });
    }

    @Test
    void whenManyAreRefusedThenTheBeanRemembersTheLastFiveHundred() {
        this.runner.run((context) -> {
            RefusalLog refusals = context.getBean(RefusalLog.class);
            for (int i = 0; i < 501; i++) {
                refusals.add(new Refusal(Instant.EPOCH, "report", Reason.FORBIDDEN, "rule", null, "caller-" + i, null));
            }
            assertThat(refusals.latest(1000)).hasSize(500).noneMatch((each) -> "caller-0".equals(each.caller()));
        });
    }

    @Test
    void whenTheApplicationRemembersRefusalsThenOurBeanBacksOff() {
        RefusalLog own = new RefusalLog(1);
        this.runner.withBean(RefusalLog.class, () -> own)
            .run((context) -> assertThat(context.getBean(RefusalLog.class)).isSameAs(own));
    }

}
