package io.github.x402spring.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.actuate.X402Endpoint.Begun;
import io.github.x402spring.actuate.X402Endpoint.EndedTask;
import io.github.x402spring.actuate.X402Endpoint.PausedEndpoint;
import io.github.x402spring.actuate.X402Endpoint.Revocation;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.operator.OperatorJournal;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.reconcile.Reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class X402EndpointTests {

    private final Reconciler reconciler = mock(Reconciler.class);

    private final SellerFixture seller = new SellerFixture();

    private final TaskRegistry tasks = new InMemoryLedgers(this.seller.clock, 10).tasks(Duration.ofDays(1));

    private final List<String> revoked = new ArrayList<>();

    private final X402Endpoint endpoint = endpoint(Show.WHEN_AUTHORIZED);

    @Test
    void accessWhenNothingIsConfiguredThenOnlyToRead() {
        assertThat(X402Endpoint.class.getAnnotation(Endpoint.class).defaultAccess()).isEqualTo(Access.READ_ONLY);
    }

    @Test
    void sellerWhenReadThenDescribesThisOne() {
        this.seller.intake.accept(false);
        assertThat(this.endpoint.seller()).isInstanceOfSatisfying(SellerView.Seller.class,
                (seller) -> assertThat(seller.accepting()).isFalse());
    }

    @ParameterizedTest
    @EnumSource(value = Show.class, names = { "NEVER", "WHEN_AUTHORIZED" })
    void listWhenNobodyKnowsWhoAsksThenValuesAreHidden(Show show) {
        this.seller.settle(1, "ann");
        assertThat(list(endpoint(show), "payments")).asString()
            .contains("amount=0.01")
            .doesNotContain("ann", SellerFixture.key(1).payer());
    }

    @Test
    void listWhenValuesAreAlwaysShownThenAreShown() {
        this.seller.settle(1, "ann");
        assertThat(list(endpoint(Show.ALWAYS), "payments")).asString().contains("ann", SellerFixture.key(1).payer());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "payment", "Payments", "endpoints", ".." })
    void listWhenThereIsNoSuchSectionThenNothing(String section) {
        assertThat(list(this.endpoint, section)).isNull();
    }

    @Test
    void listWhenTheLedgerTellsNothingThenNothing() {
        this.seller.history = null;
        assertThat(list(endpoint(Show.ALWAYS), "payments")).isNull();
        assertThat(endpoint(Show.ALWAYS).show("payments", "x")).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "ALWAYS,payments,true", "WHEN_AUTHORIZED,payments,false", "NEVER,payments,false",
            "ALWAYS,payment,false" })
    void showWhenValuesAreShownThenOnlyThen(Show show, String section, boolean shown) {
        String id = this.seller.settle(1, "ann").key().reference();
        assertThat(endpoint(show).show(section, id) != null).isEqualTo(shown);
    }

    @Test
    void acceptWhenSwitchedThenTheIntakeIs() {
        assertThat(this.endpoint.accept(false).accepting()).isFalse();
        assertThat(this.seller.intake.accepting()).isFalse();
        assertThat(this.endpoint.accept(true).accepting()).isTrue();
        assertThat(this.seller.intake.accepting()).isTrue();
    }

    @Test
    void beginWhenReconciliationThenAsksAtOnce() {
        given(this.reconciler.begin()).willReturn(true);
        assertThat(this.endpoint.begin("reconciliation")).isEqualTo(new Begun(true, null));
    }

    @Test
    void beginWhenNothingCanTellTheOutcomeThenSaysWhatToAdd() {
        Begun begun = this.endpoint.begin("reconciliation");
        assertThat(begun.begun()).isFalse();
        assertThat(begun.reason()).contains("org.web3j:core", "x402.evm.rpc-urls", "SettlementInquiry");
    }

    @ParameterizedTest
    @ValueSource(strings = { "reconciliations", "", "payments" })
    void beginWhenThereIsNothingOfThisKindThenInvalid(String section) {
        assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(() -> this.endpoint.begin(section));
    }

    @Test
    void changeWhenATaskThenIsEnded() {
        assertThat(this.endpoint.change("tasks", "t1", "ann", null, null, null, null, null, null))
            .isEqualTo(new EndedTask("t1", true));
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "t1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void changeWhenAnEndpointThenIsPausedOrNot(boolean paused) {
        this.seller.intake.pause("report", !paused);
        assertThat(this.endpoint.change("endpoints", "report", null, null, paused, null, null, null, null))
            .isEqualTo(new PausedEndpoint("report", paused));
        assertThat(this.seller.intake.paused("report")).isEqualTo(paused);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void changeWhenARevocationThenIsMadeOrTakenBackAndTheValueIsNotRepeated(boolean revoked) {
        assertThat(this.endpoint.change("revocations", "payer", null, null, null, "0xab", revoked, null, null))
            .isEqualTo(new Revocation("payer", revoked));
        assertThat(this.revoked).containsExactly("payer 0xab " + revoked);
    }

    @Test
    void changeWhenAPaymentAndTheLedgerEndsNoneThenInvalid() {
        String id = SellerFixture.key(1).reference();
        assertThatExceptionOfType(InvalidEndpointRequestException.class)
            .isThrownBy(() -> endpoint(Show.WHEN_AUTHORIZED, null).change("payments", id, null, null, null, null, null,
                    false, null))
            .withMessageContaining("own ledger");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "task", "TASKS", "reconciliation" })
    void changeWhenThereIsNothingOfThisKindThenInvalidAndNothingChanges(String section) {
        assertThatExceptionOfType(InvalidEndpointRequestException.class)
            .isThrownBy(() -> this.endpoint.change(section, "report", "ann", null, true, "0xab", true, null, null));
        assertThat(this.revoked).isEmpty();
        assertThat(this.seller.intake.paused("report")).isFalse();
        assertThat(this.tasks.ended(TaskKey.ofCaller("ann", "report"))).isFalse();
    }

    private X402Endpoint endpoint(Show show) {
        return endpoint(show, this.reconciler);
    }

    private X402Endpoint endpoint(Show show, @Nullable Reconciler reconciler) {
        SellerSources sources = this.seller.sellerSources();
        return new X402Endpoint(sources,
                new SellerOperations(sources.intake(), sources.catalog(), this.tasks, reconciler,
                        (kind, id, revoked) -> this.revoked.add(kind + " " + id + " " + revoked),
                        new OperatorJournal(() -> "root", List.of(), this.seller.clock)),
                show);
    }

    private static Object list(X402Endpoint endpoint, String section) {
        return endpoint.list(section, null, null, null, null, null, null, null, null);
    }

}
