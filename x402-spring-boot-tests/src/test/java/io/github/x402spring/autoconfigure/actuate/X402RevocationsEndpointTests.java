package io.github.x402spring.autoconfigure.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.autoconfigure.actuate.X402RevocationsEndpoint.Revocation;

import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.assertInvalid;
import static io.github.x402spring.autoconfigure.actuate.OperatorFixture.logged;
import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402RevocationsEndpointTests {

    private final OperatorFixture operator = new OperatorFixture(new SellerFixture().clock);

    private final List<String> revoked = new ArrayList<>();

    private final X402RevocationsEndpoint endpoint = endpoint(
            (kind, value, revoked) -> this.revoked.add(kind + " " + value + " " + revoked));

    @Test
    void accessWhenNothingIsConfiguredThenNone() {
        Endpoint annotation = X402RevocationsEndpoint.class.getAnnotation(Endpoint.class);
        assertThat(annotation.id()).isEqualTo("x402revocations");
        assertThat(annotation.defaultAccess()).isEqualTo(Access.NONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void changeWhenDoneThenTheValueIsNeitherLoggedNorRepeated(boolean revoked) {
        List<String> lines = logged(() -> assertThat(this.endpoint.change("payer", "0xsecret", revoked))
            .isEqualTo(new Revocation("payer", revoked)));
        assertThat(this.revoked).containsExactly("payer 0xsecret " + revoked);
        assertThat(lines).containsExactly(revoked ? "Operator 'root' revoked a right to buy: payer"
                : "Operator 'root' took back a revocation: payer");
        assertThat(this.operator.actions).singleElement().satisfies((action) -> {
            assertThat(action.operator()).isEqualTo("root");
            assertThat(action.action()).isEqualTo(revoked ? "revoked" : "revocation_taken_back");
            assertThat(action.details()).isEqualTo(Map.of("kind", "payer", "value", "0xsecret"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " " })
    void changeWhenNoValueIsNamedThenInvalidAndNothingChanges(String value) {
        assertInvalid(() -> this.endpoint.change("identity", value, true), "what is revoked");
        assertThat(this.revoked).isEmpty();
    }

    @Test
    void changeWhenThereIsNothingOfThisKindThenInvalid() {
        X402RevocationsEndpoint endpoint = endpoint((kind, value, revoked) -> {
            throw new IllegalArgumentException("No enum constant " + kind);
        });
        assertInvalid(() -> endpoint.change("<b>", "ann", true), "identity, payer or delegation");
        assertThat(this.operator.actions).isEmpty();
    }

    @Test
    void changeWhenRevocationsAreMadeElsewhereThenInvalid() {
        X402RevocationsEndpoint endpoint = endpoint((kind, value, revoked) -> {
            throw new UnsupportedOperationException();
        });
        assertInvalid(() -> endpoint.change("identity", "ann", true), "registry takes no revocations");
        assertThat(this.operator.actions).isEmpty();
    }

    private X402RevocationsEndpoint endpoint(X402RevocationsEndpoint.Registry registry) {
        return new X402RevocationsEndpoint(registry, this.operator.journal);
    }

}
