package io.github.x402spring.webmvc;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.function.ServerRequest;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class X402FunctionsTests {

    @Test
    void paidWhenOnlyNamedThenLeavesTheRestToDefaults() {
        PaidEndpoint declaration = declaration(X402Functions.paid("weather"));
        assertThat(declaration.value()).isEqualTo("weather");
        assertThat(declaration.price()).isEmpty();
        assertThat(declaration.flow()).isEqualTo(PaymentFlow.AUTHORIZATION);
    }

    @Test
    void paidWhenCustomizedThenStatesEachMember() {
        PaidEndpoint declaration = declaration(X402Functions.paid("weather",
                (endpoint) -> endpoint.price("$0.01")
                    .network("base")
                    .asset("EURC")
                    .scheme("upto")
                    .payTo("0xB")
                    .description("Forecast")
                    .mimeType("text/plain")
                    .authorize("permitAll")
                    .flow(PaymentFlow.UPFRONT)
                    .tags("a", "b")
                    .idempotent(true)
                    .maxTimeoutSeconds(60)));
        assertThat(List.of(declaration.price(), declaration.network(), declaration.asset(), declaration.scheme(),
                declaration.payTo(), declaration.description(), declaration.mimeType(), declaration.authorize()))
            .containsExactly("$0.01", "base", "EURC", "upto", "0xB", "Forecast", "text/plain", "permitAll");
        assertThat(declaration.flow()).isEqualTo(PaymentFlow.UPFRONT);
        assertThat(declaration.tags()).containsExactly("a", "b");
        assertThat(declaration.idempotent()).isTrue();
        assertThat(declaration.maxTimeoutSeconds()).isEqualTo(60);
    }

    @Test
    void endpointWhenTheAnnotationHasAMemberThenItHasItToo() {
        assertThat(X402Functions.Endpoint.class.getMethods()).extracting(Method::getName)
            .contains(Stream.of(PaidEndpoint.class.getDeclaredMethods())
                .map(Method::getName)
                .filter((name) -> !name.equals("value"))
                .toArray(String[]::new));
    }

    @Test
    void paidWhenStatedTwiceAlikeThenEqual() {
        assertThat(declaration(X402Functions.paid("weather", "$0.01")))
            .isEqualTo(declaration(X402Functions.paid("weather", "$0.01")))
            .hasSameHashCodeAs(declaration(X402Functions.paid("weather", "$0.01")))
            .isNotEqualTo(declaration(X402Functions.paid("weather", "$0.02")));
    }

    @Test
    void paidWhenNameIsEmptyThenRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> X402Functions.paid(" "));
    }

    @Test
    void paymentWhenNoneThenEmpty() {
        assertThat(X402Functions.payment(ServerRequest.create(new MockHttpServletRequest(), List.of()))).isEmpty();
    }

    private static PaidEndpoint declaration(Object filter) {
        return ((PaidFunctionFilter) filter).declaration();
    }

}
