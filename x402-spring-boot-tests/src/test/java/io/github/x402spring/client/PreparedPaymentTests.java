package io.github.x402spring.client;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.mock.http.client.MockClientHttpRequest;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PreparedPaymentTests {

    private static final Instant EXPIRY = Instant.parse("2026-01-01T00:05:00Z");

    private final MockClientHttpRequest request = request("POST", "https://api.example.com/report?city=Bern");

    private final PreparedPayment payment = prepared(this.request, "secret-cheque");

    @Test
    void applyToWhenAppliedThenCopyCarriesThePayment() {
        this.request.getHeaders().set("X-Other", "kept");
        HttpRequest paid = this.payment.applyTo(this.request);
        assertThat(paid.getHeaders().get("PAYMENT-SIGNATURE")).containsExactly("secret-cheque");
        assertThat(paid.getHeaders().getFirst("X-Other")).isEqualTo("kept");
        assertThat(paid.getURI()).isEqualTo(this.request.getURI());
    }

    @Test
    void applyToWhenAppliedThenRequestOfTheCallerDoesNotCarryIt() {
        this.payment.applyTo(this.request);
        assertThat(this.request.getHeaders().containsHeader("PAYMENT-SIGNATURE")).isFalse();
    }

    @Test
    void applyToWhenAnotherPaymentIsThereThenReplaced() {
        this.request.getHeaders().set("payment-signature", "other");
        assertThat(this.payment.applyTo(this.request).getHeaders().get("PAYMENT-SIGNATURE"))
            .containsExactly("secret-cheque");
    }

    @ParameterizedTest
    @CsvSource({ "POST, https://api.example.com/report?city=Bern, true",
            "GET, https://api.example.com/report?city=Bern, false",
            "POST, https://api.example.com/report?city=Basel, false", "POST, https://api.example.com/report, false",
            "POST, https://evil.test/report?city=Bern, false", "POST, http://api.example.com/report?city=Bern, false" })
    void belongsToWhenMethodAndAddressAreTheSameThenTrue(String method, String address, boolean belongs) {
        assertThat(this.payment.belongsTo(request(method, address))).isEqualTo(belongs);
    }

    @Test
    void attachToWhenAttachedThenFoundOnThatRequest() {
        MockClientHttpRequest again = request("POST", "https://api.example.com/report?city=Bern");
        assertThat(PreparedPayment.attachedTo(again)).isNull();
        this.payment.attachTo(again.getAttributes());
        assertThat(PreparedPayment.attachedTo(again)).isSameAs(this.payment);
    }

    @Test
    void attachedToWhenAttributeIsSomethingElseThenNull() {
        this.request.getAttributes().put(PreparedPayment.class.getName(), Map.of("header", "forged"));
        assertThat(PreparedPayment.attachedTo(this.request)).isNull();
    }

    @Test
    void originWhenAddressHasOneThenNamedWithoutPathAndQuery() {
        assertThat(this.payment.origin()).isEqualTo("https://api.example.com");
        assertThat(prepared(request("GET", "/report"), "cheque").origin()).isEqualTo("the server");
    }

    @Test
    void toStringWhenPrintedThenShowsNothingOfThePayment() {
        assertThat(this.payment).hasToString("PreparedPayment[…]");
    }

    @Test
    void messageWhenOutcomeIsUnknownThenNamesOriginAndNeverThePayment() {
        PaymentOutcomeUnknownException unknown = new PaymentOutcomeUnknownException(this.payment, null, null);
        assertThat(unknown.getMessage()).contains("https://api.example.com ")
            .doesNotContain("secret-cheque")
            .doesNotContain("Bern");
    }

    private static PreparedPayment prepared(HttpRequest request, String header) {
        PaymentRequirements terms = new PaymentRequirements("exact", Network.parse("base-sepolia"),
                TokenAmount.of(10_000), "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300, Map.of());
        return new PreparedPayment(new SignedPayment(request.getMethod(), request.getURI(), terms,
                "0x" + "cC".repeat(20), "0x" + "11".repeat(32), EXPIRY), header);
    }

    private static MockClientHttpRequest request(String method, String address) {
        return new MockClientHttpRequest(HttpMethod.valueOf(method), URI.create(address));
    }

}
