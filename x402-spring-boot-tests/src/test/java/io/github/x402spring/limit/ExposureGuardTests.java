package io.github.x402spring.limit;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.MutableClock;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.TaskExchange;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.ExposureGuard.Share;
import io.github.x402spring.limit.ExposureRule.Per;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class ExposureGuardTests {

    private static final Asset DOLLAR = new Asset(Payments.NETWORK, "USDX", Payments.TERMS.asset(), "USDX", "1", 6,
            null);

    private static final AssetRegistry ASSETS = new AssetRegistry(List.of(DOLLAR), Set.of(DOLLAR));

    private static final ExposureLimit COUNT = new ExposureLimit("count", null, 5L, Duration.ofHours(1));

    private static final UnknownPayment UNKNOWN = new UnknownPayment(Payments.KEY, Rail.X402, "token",
            StoredTerms.of(Payments.TERMS), Payments.VALID_BEFORE, Payments.NOW, null);

    private static final PaidExchange EXCHANGE = new TaskExchange("alice", "trip");

    private static final PaymentClaim CLAIM = Payments.claim(Payments.KEY, "alice");

    private static final TaskKey TASK = TaskKey.ofCaller("alice", "trip");

    private final StubExposureLedger ledger = new StubExposureLedger();

    private final TaskRegistry tasks = new InMemoryLedgers(new MutableClock(Payments.NOW), 10)
        .tasks(Duration.ofDays(1));

    private Share.Taken share = Share.Taken.NOTHING;

    @Test
    void reserveWhenNoLimitCoversItThenAsksNobody() {
        ExposureRule other = new ExposureRule(COUNT, Per.ENDPOINT, Set.of("other"), Set.of());
        assertThat(reserve(guard(other))).isNull();
        assertThat(this.ledger.reserved).isEmpty();
    }

    @Test
    void reserveWhenLimitsCoverItThenTakesDollarsWhereTheyCountAndNothingElsewhere() {
        ExposureRule dollars = rule(10_000);
        assertThat(reserve(guard(dollars, new ExposureRule(COUNT, Per.ENDPOINT, Set.of(), Set.of())))).isNull();
        assertThat(this.ledger.reserved).singleElement().satisfies((exposures) -> {
            assertThat(exposures).extracting(Exposure::limit).containsExactly(dollars.limit(), COUNT);
            assertThat(exposures).extracting(Exposure::amount)
                .containsExactly(BigInteger.valueOf(10_000), BigInteger.ZERO);
        });
        assertThat(this.share.reservation().exposures()).hasSize(2);
    }

    @Test
    void reserveWhenResumedThenWasCountedBefore() {
        assertThat(reserve(guard(rule(1)), true)).isNull();
        assertThat(this.ledger.reserved).isEmpty();
    }

    @Test
    void reserveWhenItsTaskWasEndedThenRefusedAlsoIfItIsResumed() throws Exception {
        this.tasks.end(TASK);
        ExposureGuard guard = guard(rule(10_000));
        assertThat(reserve(guard)).isEqualTo(Denial.of(Reason.TASK_ENDED));
        assertThat(reserve(guard, true)).isEqualTo(Denial.of(Reason.TASK_ENDED));
        assertThat(this.ledger.reserved).isEmpty();
    }

    @Test
    void reserveWhenThePriceAloneIsMoreThanALimitThenForbiddenAndNothingIsTaken() {
        assertThat(reserve(guard(new ExposureRule(COUNT, Per.ENDPOINT, Set.of(), Set.of()), rule(9_999))))
            .isEqualTo(Denial.of(Reason.FORBIDDEN));
        assertThat(this.ledger.reserved).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "PT0S, 1", "PT0.001S, 1", "PT0.999S, 1", "PT1S, 2", "PT59.999S, 60", "PT23H59M58S, 86399",
            "PT23H59M59S, 86400", "P1D, 86400", "P365D, 86400" })
    void reserveWhenALimitIsReachedThenSaysWhenToComeBack(Duration wait, int seconds) {
        this.ledger.wait = wait;
        assertThat(reserve(guard(rule(10_000)))).satisfies((denial) -> {
            assertThat(denial.reason()).isEqualTo(Reason.LIMIT_REACHED);
            assertThat(denial.retryAfterSeconds()).isEqualTo(seconds);
        });
        assertThat(this.share.reservation()).isNull();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void reserveWhenLimitsCannotBeLookedAtThenUnavailable(Exception failure) {
        this.ledger.failure = failure;
        assertThat(reserve(guard(rule(10_000)))).isEqualTo(Denial.of(Reason.TEMPORARILY_UNAVAILABLE));
        assertThat(this.share.reservation()).isNull();
    }

    @Test
    void reserveAndCommitWhenNobodyKnowsWhetherTheTaskWasEndedThenUnavailable() {
        ExposureGuard guard = new ExposureGuard(List.of(), this.ledger, new BrokenRegistry(), ASSETS);
        assertThat(reserve(guard)).isEqualTo(Denial.of(Reason.TEMPORARILY_UNAVAILABLE));
        assertThat(reserve(guard())).isNull();
        assertThat(guard.commit(this.share, "report")).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
    }

    @Test
    void reserveWhenNobodySaysWhatTheTokenIsWorthThenRefusesWhereDollarsCountOnly() {
        AssetRegistry noDollars = new AssetRegistry(List.of(DOLLAR));
        assertThat(reserve(new ExposureGuard(List.of(rule(10_000)), this.ledger, this.tasks, noDollars)))
            .isEqualTo(Denial.of(Reason.TEMPORARILY_UNAVAILABLE));
        assertThat(reserve(new ExposureGuard(List.of(new ExposureRule(COUNT, Per.ENDPOINT, Set.of(), Set.of())),
                this.ledger, this.tasks, noDollars)))
            .isNull();
    }

    @Test
    void commitWhenTheShareIsStillHeldThenItIsCommittedFromNowOn() {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        ExposureResult.Reserved share = this.share.reservation();
        assertThat(guard.commit(this.share, "report")).isNull();
        assertThat(this.ledger.committed).containsExactly(share);
        assertThat(this.share.reservation()).isEqualTo(share.commit());
    }

    @Test
    void commitWhenTheCallerIsNoLongerKnownThenTheTaskIsThatOfTheClaim() throws Exception {
        AtomicReference<@Nullable String> caller = new AtomicReference<>("alice");
        PaidExchange forgetful = mock();
        given(forgetful.caller()).willAnswer((invocation) -> caller.get());
        given(forgetful.task()).willReturn("trip");
        ExposureGuard guard = guard(rule(10_000));
        Share taken = guard.reserve(Payments.endpoint(), forgetful, CLAIM, false);
        caller.set(null);
        this.tasks.end(TASK);
        assertThat(guard.commit((Share.Taken) taken, "report")).isEqualTo(Reason.TASK_ENDED);
    }

    @Test
    void commitWhenTheShareHasLapsedThenIsNotSent() {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        this.ledger.lapsed = true;
        assertThat(guard.commit(this.share, "report")).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        assertThat(this.share.reservation().committed()).isFalse();
    }

    @Test
    void commitWhenTheTaskWasEndedMeanwhileThenIsNotSentAndNotCommitted() throws Exception {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        this.tasks.end(TASK);
        assertThat(guard.commit(this.share, "report")).isEqualTo(Reason.TASK_ENDED);
        assertThat(this.ledger.committed).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void commitWhenTheLedgerFailsThenIsNotSent(Exception failure) {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        this.ledger.failure = failure;
        assertThat(guard.commit(this.share, "report")).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
    }

    @Test
    void commitAndGiveBackWhenNothingWasTakenThenAskNobody() {
        ExposureGuard guard = guard(rule(10_000));
        assertThat(guard.commit(this.share, "report")).isNull();
        guard.giveBack(this.share);
        assertThat(this.ledger.committed).isEmpty();
        assertThat(this.ledger.givenBack).isEmpty();
    }

    @Test
    void giveBackWhenCalledTwiceThenGivesBackOnce() {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        ExposureResult.Reserved share = this.share.reservation();
        guard.giveBack(this.share);
        guard.giveBack(this.share);
        assertThat(this.ledger.givenBack).containsExactly(share);
    }

    @Test
    void rulesWhenAskedThenAllOfThem() {
        ExposureRule rule = rule(10_000);
        assertThat(guard(rule).rules()).containsExactly(rule);
        assertThat(ExposureGuard.none().rules()).isEmpty();
    }

    @Test
    void countWhenAHandlerRunsAgainThenCountedWhereRunsCountAndForNoMoney() {
        ExposureRule both = new ExposureRule(
                new ExposureLimit("both", BigInteger.valueOf(9_999), 7L, Duration.ofHours(1)), Per.ENDPOINT, Set.of(),
                Set.of());
        ExposureRule elsewhere = new ExposureRule(COUNT, Per.ENDPOINT, Set.of("other"), Set.of());
        guard(rule(10_000), both, elsewhere).count(Payments.endpoint(), EXCHANGE, CLAIM);
        assertThat(this.ledger.reserved).singleElement()
            .satisfies((exposures) -> assertThat(exposures).singleElement().satisfies((exposure) -> {
                assertThat(exposure.limit()).isEqualTo(both.limit().countOnly());
                assertThat(exposure.amount()).isZero();
            }));
        assertThat(this.ledger.committed).hasSize(1);
        assertThat(this.share.reservation()).isNull();
    }

    @Test
    void countWhenNoLimitCountsRunsThenAsksNobody() {
        guard().count(Payments.endpoint(), EXCHANGE, CLAIM);
        guard(rule(10_000)).count(Payments.endpoint(), EXCHANGE, CLAIM);
        ExposureGuard.none().count(Payments.endpoint(), EXCHANGE, CLAIM);
        assertThat(this.ledger.reserved).isEmpty();
        assertThat(this.ledger.committed).isEmpty();
    }

    @Test
    void countWhenALimitIsReachedThenNothingIsCommitted() {
        this.ledger.wait = Duration.ofHours(1);
        guard(new ExposureRule(COUNT, Per.ENDPOINT, Set.of(), Set.of())).count(Payments.endpoint(), EXCHANGE, CLAIM);
        assertThat(this.ledger.reserved).hasSize(1);
        assertThat(this.ledger.committed).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void countWhenTheLedgerFailsThenTheRunGoesOn(Exception failure) {
        this.ledger.failure = failure;
        guard(new ExposureRule(COUNT, Per.ENDPOINT, Set.of(), Set.of())).count(Payments.endpoint(), EXCHANGE, CLAIM);
        assertThat(this.ledger.committed).isEmpty();
    }

    @Test
    void holdWhenTheOutcomeIsUnknownThenLeftToWhoeverLearnsItAndNotGivenBackOtherwise() {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        ExposureResult.Reserved share = this.share.reservation();
        guard.hold(this.share, Payments.KEY);
        guard.hold(this.share, Payments.KEY);
        guard.giveBack(this.share);
        assertThat(this.ledger.held).containsExactly(entry(Payments.KEY, share));
        assertThat(this.ledger.givenBack).isEmpty();
    }

    @Test
    void holdWhenNothingWasTakenThenAsksNobody() {
        guard(rule(10_000)).hold(this.share, Payments.KEY);
        ExposureGuard.none().hold(this.share, Payments.KEY);
        assertThat(this.ledger.held).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void holdWhenTheLedgerFailsThenThePaymentGoesOn(Exception failure) {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        this.ledger.failure = failure;
        guard.hold(this.share, Payments.KEY);
        assertThat(this.share.reservation()).isNull();
    }

    @ParameterizedTest
    @MethodSource
    void endedWhenAnUnknownPaymentEndsThenGivenBackUnlessItMayHaveBeenPaid(Conclusion conclusion, boolean unpaid) {
        guard(rule(10_000)).ended(UNKNOWN, conclusion);
        assertThat(this.ledger.keysGivenBack).containsExactlyElementsOf(unpaid ? List.of(Payments.KEY) : List.of());
    }

    static Stream<Arguments> endedWhenAnUnknownPaymentEndsThenGivenBackUnlessItMayHaveBeenPaid() {
        return Stream.of(Arguments.of(new Conclusion.Unsettled(), true),
                Arguments.of(new Conclusion.UsedElsewhere("0xab"), true),
                Arguments.of(new Conclusion.Settled("0xab"), false), Arguments.of(new Conclusion.Unresolved(), false));
    }

    @Test
    void endedWhenThereAreNoLimitsOrTheLedgerFailsThenNothingIsThrown() {
        ExposureGuard.none().ended(UNKNOWN, new Conclusion.Unsettled());
        this.ledger.failure = new LedgerException("down", null);
        guard(rule(10_000)).ended(UNKNOWN, new Conclusion.Unsettled());
        assertThat(this.ledger.keysGivenBack).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void giveBackWhenTheLedgerFailsThenThePaymentGoesOnWithoutAShare(Exception failure) {
        ExposureGuard guard = guard(rule(10_000));
        reserve(guard);
        this.ledger.failure = failure;
        guard.giveBack(this.share);
        assertThat(this.share.reservation()).isNull();
    }

    @Test
    void noneWhenAskedThenLimitsNothing() {
        assertThat(ExposureGuard.none().rules()).isEmpty();
        assertThat(reserve(ExposureGuard.none())).isNull();
        assertThat(ExposureGuard.none().commit(this.share, "report")).isNull();
    }

    static Stream<Exception> failures() {
        return Stream.of(new LedgerException("down", null), new IllegalStateException("down"));
    }

    private ExposureGuard guard(ExposureRule... rules) {
        return new ExposureGuard(List.of(rules), this.ledger, this.tasks, ASSETS);
    }

    private static ExposureRule rule(long maxAmount) {
        ExposureLimit limit = new ExposureLimit("dollars", BigInteger.valueOf(maxAmount), null, Duration.ofHours(1));
        return new ExposureRule(limit, Per.ENDPOINT, Set.of("report"), Set.of());
    }

    /** Returns why the payment is refused, or {@code null}; it has its share then. */
    private @Nullable Denial reserve(ExposureGuard guard) {
        return reserve(guard, false);
    }

    private @Nullable Denial reserve(ExposureGuard guard, boolean resumed) {
        return switch (guard.reserve(Payments.endpoint(), EXCHANGE, CLAIM, resumed)) {
            case Share.None(Denial denial) -> denial;
            case Share.Taken taken -> {
                this.share = taken;
                yield null;
            }
        };
    }

    private static final class BrokenRegistry implements TaskRegistry {

        @Override
        public void end(TaskKey task) {
            throw new LedgerException("down", null);
        }

        @Override
        public boolean ended(TaskKey task) {
            throw new LedgerException("down", null);
        }

    }

}
