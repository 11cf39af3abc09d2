package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.web.client.RestClient;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.security.AuthHints.OAuth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class AuthHintsBuilderTests {

    private static final URI ISSUER = URI.create("https://login.example.test");

    private static final URI TOKEN = URI.create("https://login.example.test/token");

    private static final URI REGISTER = URI.create("https://login.example.test/register");

    private final ObjectProvider<RestClient.Builder> noClient = new StaticListableBeanFactory()
        .getBeanProvider(RestClient.Builder.class);

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    @Test
    void oauth2WhenThereIsNoIssuerThenNothingIsKnown() {
        assertThat(AuthHintsBuilder.oauth2(settings(null, "Bearer", null, null), this.noClient, this.clock).get())
            .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "Bearer", "DPoP" })
    void oauth2WhenEndpointsAreSetThenKnownWithoutAClient(String tokenType) {
        assertThat(
                AuthHintsBuilder.oauth2(settings(ISSUER, tokenType, TOKEN, REGISTER), this.noClient, this.clock).get())
            .isEqualTo(new OAuth2(tokenType, ISSUER, TOKEN, REGISTER));
    }

    @Test
    void oauth2WhenOnlyTheIssuerIsSetThenItsMetadataSays() {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("builder", RestClient.builder());
        assertThat(AuthHintsBuilder.oauth2(settings(ISSUER, "Bearer", null, null),
                beans.getBeanProvider(RestClient.Builder.class), this.clock))
            .isInstanceOf(IssuerMetadata.class);
    }

    @ParameterizedTest
    @CsvSource({ "true, false", "false, true", "true, true" })
    void oauth2WhenEndpointsAreSetWithoutIssuerThenFails(boolean token, boolean register) {
        assertFails(settings(null, "Bearer", token ? TOKEN : null, register ? REGISTER : null),
                "x402.auth-hints.issuer");
    }

    @ParameterizedTest
    @ValueSource(strings = { "bearer", "dpop", "MAC", "", "Bearer\r\nX-Forged: 1" })
    void oauth2WhenNobodyPresentsTokensSoThenFails(String tokenType) {
        assertFails(settings(ISSUER, tokenType, TOKEN, null), "x402.auth-hints.token-type");
    }

    @ParameterizedTest
    @ValueSource(strings = { "login.example.test", "/login", "mailto:ann@example.test", "https:///login",
            "https://login.example.test?tenant=1", "https://login.example.test?", "https://login.example.test#x" })
    void oauth2WhenTheIssuerIsNoneThenFails(String issuer) {
        assertFails(settings(URI.create(issuer), "Bearer", TOKEN, null), "x402.auth-hints.issuer");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/token", "token", "", "login.example.test/token", "//login.example.test/token",
            "https:token", "https:///token", "mailto:ann@example.test", "ftp://login.example.test/token",
            "javascript:alert(1)", "file:///etc/passwd", "https://login.example.test/token#x",
            "https://login.example.test/token#", "https://ann:s3cret@login.example.test/token",
            "https://ann@login.example.test/token", "https://@login.example.test/token",
            "https://%61nn:s3cret@login.example.test/token" })
    void oauth2WhenNobodyMayBeSentToAnAddressThenFailsWithoutQuotingIt(String address) {
        URI uri = URI.create(address);
        assertFails(settings(uri, "Bearer", TOKEN, null), "x402.auth-hints.issuer");
        assertFails(settings(uri, "Bearer", null, null), "x402.auth-hints.issuer");
        assertFails(settings(ISSUER, "Bearer", uri, null), "x402.auth-hints.token-endpoint");
        assertFails(settings(ISSUER, "Bearer", TOKEN, uri), "x402.auth-hints.registration-endpoint");
        assertFails(settings(ISSUER, "Bearer", null, uri), "x402.auth-hints.registration-endpoint");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://login.example.test/token?tenant=1", "http://localhost:9000/token",
            "HTTPS://login.example.test/token", "https://[::1]:8443/token" })
    void oauth2WhenAnAddressCanBeReachedThenPublished(String address) {
        URI uri = URI.create(address);
        assertThat(AuthHintsBuilder.oauth2(settings(ISSUER, "Bearer", uri, uri), this.noClient, this.clock).get())
            .isEqualTo(new OAuth2("Bearer", ISSUER, uri, uri));
    }

    private void assertFails(X402Properties.AuthHints settings, String property) {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> AuthHintsBuilder.oauth2(settings, this.noClient, this.clock))
            .withMessageNotContaining("s3cret")
            .extracting(InvalidX402ConfigurationException::action)
            .asString()
            .contains(property);
    }

    private static X402Properties.AuthHints settings(@Nullable URI issuer, String tokenType, @Nullable URI token,
            @Nullable URI register) {
        return new X402Properties.AuthHints(issuer, tokenType, token, register);
    }

}
