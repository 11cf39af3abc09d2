package io.github.x402spring.autoconfigure.actuate;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.autoconfigure.actuate.X402Endpoint.PausedEndpoint;
import io.github.x402spring.operator.OperatorAction;

import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.assertInvalid;
import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.logged;
import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402EndpointTests {

    private final SellerFixture seller = new SellerFixture();

    private final OperatorFixture operator = new OperatorFixture(this.seller.clock);

    private final X402Endpoint endpoint = new X402Endpoint(this.seller.sellerSources(), this.operator.journal);

    @Test
    void accessWhenNothingIsConfiguredThenOnlyToRead() {
        Endpoint annotation = X402Endpoint.class.getAnnotation(Endpoint.class);
        assertThat(annotation.id()).isEqualTo("x402");
        assertThat(annotation.defaultAccess()).isEqualTo(Access.READ_ONLY);
    }

    @Test
    void sellerWhenReadThenDescribesThisOne() {
        this.seller.intake.accept(false);
        assertThat(this.endpoint.seller().accepting()).isFalse();
    }

    @Test
    void acceptWhenSwitchedThenTheIntakeIs() {
        assertThat(this.endpoint.accept(false).accepting()).isFalse();
        assertThat(this.seller.intake.accepting()).isFalse();
        assertThat(this.endpoint.accept(true).accepting()).isTrue();
        assertThat(this.seller.intake.accepting()).isTrue();
    }

    @Test
    void pauseWhenTheEndpointIsKnownThenTakesNoPaymentsUntilItIsResumed() {
        assertThat(this.endpoint.pause("report", true)).isEqualTo(new PausedEndpoint("report", true));
        assertThat(this.seller.intake.accepting("report")).isFalse();
        assertThat(this.seller.intake.accepting("forecast")).isTrue();
        assertThat(this.endpoint.pause("report", false)).isEqualTo(new PausedEndpoint("report", false));
        assertThat(this.seller.intake.accepting("report")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "reports", "Report", "", "<b>" })
    void pauseWhenThereIsNoSuchEndpointThenInvalidAndNothingChanges(String name) {
        assertInvalid(() -> this.endpoint.pause(name, true), "no paid endpoint");
        assertThat(this.seller.intake.paused(name)).isFalse();
        assertThat(this.operator.actions).isEmpty();
    }

    @Test
    void operationWhenItIsDoneThenTheJournalHasWhoAndWhat() {
        List<String> lines = logged(() -> {
            this.endpoint.accept(false);
            this.endpoint.accept(true);
            this.endpoint.pause("report", true);
            this.endpoint.pause("report", false);
        });
        assertThat(lines).containsExactly("Operator 'root' has all payments refused",
                "Operator 'root' has payments taken", "Operator 'root' paused endpoint report",
                "Operator 'root' resumed endpoint report");
        assertThat(this.operator.actions).extracting(OperatorAction::action)
            .containsExactly("payments_refused", "payments_accepted", "endpoint_paused", "endpoint_resumed");
        assertThat(this.operator.actions).extracting(OperatorAction::operator).containsOnly("root");
    }

    @Test
    void operationWhenTheOperatorIsUnknownOrOddThenTheLineIsOneLine() {
        this.operator.operator = null;
        assertThat(logged(() -> this.endpoint.accept(false)))
            .containsExactly("Operator 'unknown' has all payments refused");
        this.operator.operator = "a\r\nb'" + "c ".repeat(1000);
        assertThat(logged(() -> this.endpoint.accept(true))).singleElement()
            .asString()
            .startsWith("Operator 'a\\u000d\\u000ab\\u0027c")
            .hasSizeLessThan(200);
        assertThat(this.operator.actions.get(1).operator()).isEqualTo(this.operator.operator);
    }

}
