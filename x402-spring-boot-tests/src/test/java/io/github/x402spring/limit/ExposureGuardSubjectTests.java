package io.github.x402spring.limit;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.exchange.TaskExchange;
import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.ExposureRule.Per;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whom a limit counts together, and whom it keeps apart.
 */
class ExposureGuardSubjectTests {

    private static final ExposureLimit LIMIT = new ExposureLimit("daily", null, 5L, Duration.ofDays(1));

    private static final String PAYER = Payments.PAYER;

    private static final String OTHER_PAYER = "0x" + "0e".repeat(20);

    private final StubExposureLedger ledger = new StubExposureLedger();

    @Test
    void identityWhenTheCallerIsKnownThenItsWalletsCountTogether() {
        assertThat(subjects(Per.IDENTITY, "alice", PAYER)).hasSize(1)
            .isEqualTo(subjects(Per.IDENTITY, "alice", OTHER_PAYER));
        assertThat(subjects(Per.IDENTITY, "bob", PAYER)).isNotEqualTo(subjects(Per.IDENTITY, "alice", PAYER));
    }

    @Test
    void identityWhenNobodyKnowsTheCallerThenItsWalletCounts() {
        assertThat(subjects(Per.IDENTITY, null, PAYER)).isEqualTo(subjects(Per.PAYER, null, PAYER))
            .isNotEqualTo(subjects(Per.IDENTITY, null, OTHER_PAYER));
    }

    @Test
    void identityWhenACallerIsNamedLikeAWalletThenItIsNotThatWallet() {
        assertThat(subjects(Per.IDENTITY, PAYER, OTHER_PAYER)).isNotEqualTo(subjects(Per.IDENTITY, null, PAYER));
    }

    @Test
    void payerWhenCallersShareAWalletThenCountsTogether() {
        assertThat(subjects(Per.PAYER, "alice", PAYER)).isEqualTo(subjects(Per.PAYER, "bob", PAYER))
            .isNotEqualTo(subjects(Per.PAYER, "alice", OTHER_PAYER));
    }

    @Test
    void endpointWhenAnybodyPaysThenCountsTogether() {
        assertThat(subjects(Per.ENDPOINT, "alice", PAYER)).hasSize(1)
            .isEqualTo(subjects(Per.ENDPOINT, null, OTHER_PAYER));
    }

    @Test
    void tagWhenTheRuleNamesSomeThenThoseCountOnly() {
        List<String> weather = tags(Set.of("weather"), "weather", "premium");
        List<String> premium = tags(Set.of("premium"), "weather", "premium");
        assertThat(weather).hasSize(1).isNotEqualTo(premium);
        assertThat(tags(Set.of("weather", "premium", "basic"), "weather", "premium"))
            .containsExactlyInAnyOrder(weather.get(0), premium.get(0));
    }

    @Test
    void tagWhenTheRuleNamesNoneThenEachCounts() {
        assertThat(tags(Set.of(), "weather", "premium")).hasSize(2);
        assertThat(tags(Set.of())).isEmpty();
    }

    @Test
    void taskWhenTheRequestNamesNoneThenNothingCounts() {
        assertThat(subjects(Per.TASK, "alice", PAYER)).isEmpty();
        assertThat(this.ledger.reserved).isEmpty();
    }

    @Test
    void taskWhenTheCallerIsKnownThenItIsItsOwn() {
        assertThat(taskSubjects("alice", PAYER)).containsExactly(TaskKey.ofCaller("alice", "trip").value())
            .isEqualTo(taskSubjects("alice", OTHER_PAYER))
            .isNotEqualTo(taskSubjects("bob", PAYER));
    }

    @Test
    void taskWhenNobodyKnowsTheCallerThenItIsTheWallets() {
        assertThat(taskSubjects(null, PAYER)).containsExactly(TaskKey.ofPayer(PAYER, "trip").value())
            .isNotEqualTo(taskSubjects(null, OTHER_PAYER));
    }

    private List<String> subjects(Per per, @Nullable String caller, String payer) {
        return subjects(new ExposureRule(LIMIT, per, Set.of(), Set.of()), new TaskExchange(caller, null), payer);
    }

    private List<String> taskSubjects(@Nullable String caller, String payer) {
        return subjects(new ExposureRule(LIMIT, Per.TASK, Set.of(), Set.of()), new TaskExchange(caller, "trip"), payer);
    }

    private List<String> tags(Set<String> rule, String... tags) {
        return subjects(new ExposureRule(LIMIT, Per.TAG, Set.of(), rule), new TaskExchange(null, null), PAYER, tags);
    }

    private List<String> subjects(ExposureRule rule, TaskExchange exchange, String payer, String... tags) {
        this.ledger.reserved.clear();
        PaymentClaim claim = Payments.claim(Payments.key(payer, Payments.KEY.nonce()), exchange.caller());
        assertThat(guard(rule).reserve(Payments.endpoint(tags), exchange, claim, false))
            .isInstanceOf(ExposureGuard.Share.Taken.class);
        return this.ledger.reserved.stream().flatMap(List::stream).map(Exposure::subject).toList();
    }

    private ExposureGuard guard(ExposureRule rule) {
        return new ExposureGuard(List.of(rule), this.ledger,
                new InMemoryLedgers(new MutableClock(Payments.NOW), 10).tasks(Duration.ofDays(1)),
                new AssetRegistry(List.of()));
    }

}
