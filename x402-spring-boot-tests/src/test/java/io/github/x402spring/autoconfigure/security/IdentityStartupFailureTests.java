package io.github.x402spring.autoconfigure.security;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

class IdentityStartupFailureTests {

    private static final String PAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-",
            textBlock = """
                    x402.sign-in.enabled=true            | -                                     | x402.resource-base-url
                    x402.sign-in.enabled=true            | x402.sign-in.nonce-lifetime=6m        | x402.sign-in.nonce-lifetime
                    x402.sign-in.enabled=true            | x402.sign-in.nonce-key=c2hvcnQ=       | x402.sign-in.nonce-key
                    x402.sign-in.enabled=true            | x402.sign-in.nonce-key=not base64     | x402.sign-in.nonce-key
                    x402.auth-hints.token-endpoint=https://i/t | -                               | x402.auth-hints.issuer
                    x402.auth-hints.issuer=https://i     | x402.auth-hints.token-type=MAC        | x402.auth-hints.token-type
                    x402.auth-hints.issuer=login         | -                                     | x402.auth-hints.issuer
                    x402.auth-hints.issuer=https://i?a=b | -                                     | x402.auth-hints.issuer
                    x402.authorization.opa.url=opa       | -                                     | x402.authorization.opa.url
                    x402.authorization.opa.url=ftp://o/  | -                                     | x402.authorization.opa.url
                    x402.authorization.opa.url=http://u:p@o/ | -                                 | x402.authorization.opa.url
                    x402.authorization.authzen.url=http://o | x402.authorization.authzen.timeout=0s | .timeout
                    x402.authorization.authzen.url=http://o | x402.authorization.authzen.max-concurrent-calls=0 | .max-concurrent-calls
                    """)
    void startWhenContradictoryThenNamesThePropertyToChange(String property, String other, String named) {
        assertFails(named, property, (other != null) ? other : "x402.network=base-sepolia");
    }

    @ParameterizedTest
    @CsvSource({ "caller=, x402.delegations[0].caller", "expires-at=, x402.delegations[0].expires-at",
            "payer=0x12, x402.delegations[0].payer", "payer=, x402.delegations[0].payer",
            "max-amount=-1, x402.delegations[0].max-amount", "max-amount=1.5, x402.delegations[0].max-amount" })
    void startWhenADelegationIsNotWholeThenNamesThePropertyToChange(String change, String named) {
        assertFails(named, "x402.delegations[0].caller=ann", "x402.delegations[0].payer=" + PAYER,
                "x402.delegations[0].expires-at=2027-01-01T00:00:00Z", "x402.delegations[0]." + change);
    }

    private void assertFails(String named, String... properties) {
        this.runner.withPropertyValues(properties).run((context) -> {
            Throwable failure = context.getStartupFailure();
            assertThat(failure).isNotNull();
            Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
            assertThat(cause).isInstanceOf(InvalidX402ConfigurationException.class)
                .hasMessageNotContaining("c2hvcnQ")
                .extracting((thrown) -> ((InvalidX402ConfigurationException) thrown).action())
                .asString()
                .contains(named);
        });
    }

}
