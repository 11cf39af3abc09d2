package io.github.x402spring.autoconfigure.actuate;

import java.security.Principal;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.ledger.PaymentKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class X402PaymentsEndpointWebExtensionTests {

    private final SellerFixture seller = new SellerFixture();

    private final PaymentKey key = this.seller.settle(1, "ann").key();

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            ALWAYS,          -,    -,     -,     true
            ALWAYS,          -,    -,     AUDIT, true
            NEVER,           root, AUDIT, -,     false
            NEVER,           root, AUDIT, AUDIT, false
            WHEN_AUTHORIZED, -,    -,     -,     false
            WHEN_AUTHORIZED, root, -,     -,     false
            WHEN_AUTHORIZED, root, AUDIT, -,     false
            WHEN_AUTHORIZED, -,    -,     AUDIT, false
            WHEN_AUTHORIZED, root, -,     AUDIT, false
            WHEN_AUTHORIZED, root, SALES, AUDIT, false
            WHEN_AUTHORIZED, root, AUDIT, AUDIT, true
            """)
    void readWhenSomebodyAsksThenValuesAreShownToThoseOnlyWhoMaySeeThem(Show show, @Nullable String user,
            @Nullable String role, @Nullable String required, boolean shown) {
        X402PaymentsEndpointWebExtension extension = extension(show, (required != null) ? Set.of(required) : Set.of());
        Object list = list(extension, context(user, role), null);
        assertThat(list.toString().contains(this.key.payer())).isEqualTo(shown);
        assertThat(list.toString()).contains("amount=0.01");
        assertThat(extension.show(context(user, role), this.key.reference()) != null).isEqualTo(shown);
    }

    @Test
    void listWhenTheCallerMayNotSeeValuesThenMayNotSearchForThem() {
        X402PaymentsEndpointWebExtension extension = extension(Show.WHEN_AUTHORIZED, Set.of("AUDIT"));
        assertThatExceptionOfType(InvalidEndpointRequestException.class)
            .isThrownBy(() -> list(extension, SecurityContext.NONE, this.key.payer()));
        assertThat(list(extension, context("root", "AUDIT"), this.key.payer())).asString().contains(this.key.payer());
    }

    private X402PaymentsEndpointWebExtension extension(Show show, Set<String> roles) {
        PaymentsView payments = new PaymentsView(this.seller.history, this.seller.format);
        X402PaymentsEndpoint endpoint = new X402PaymentsEndpoint(payments, null,
                new OperatorJournal(() -> null, List.of(), this.seller.clock), show);
        return new X402PaymentsEndpointWebExtension(endpoint, show, roles);
    }

    private static Object list(X402PaymentsEndpointWebExtension extension, SecurityContext context,
            @Nullable String payer) {
        return extension.list(context, null, null, payer, null, null, null, null, null);
    }

    private static SecurityContext context(@Nullable String user, @Nullable String role) {
        return new SecurityContext() {

            @Override
            public @Nullable Principal getPrincipal() {
                return (user != null) ? () -> user : null;
            }

            @Override
            public boolean isUserInRole(String asked) {
                return asked.equals(role);
            }

        };
    }

}
