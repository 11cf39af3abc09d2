package io.github.x402spring.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.codec.DecodedTerms;
import io.github.x402spring.codec.DecodedTerms.Offer.Readable;
import io.github.x402spring.codec.DecodedTerms.Offer.Unreadable;
import io.github.x402spring.codec.PaymentHeaderCodec;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentTermsTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final String MORE = """
            {"x402Version":2,"resource":{"url":"https://api.example.test/r","lang":"en"},"accepts":[{"scheme":"exact",\
            "network":"eip155:84532","amount":"1","asset":"0xA","payTo":"0xB","maxTimeoutSeconds":60,"memo":"keep me"}],\
            "hint":{"a":1}}""";

    private final HttpHeaders headers = new HttpHeaders();

    @Test
    void fromWhenReadableThenRecordOfTheSameTerms() {
        this.headers.add("payment-required", CODEC.encode(Terms.of(Terms.usdc(1), Terms.usdc(2)).toMap()));
        assertThat(PaymentTerms.from(this.headers)).hasValueSatisfying(
                (terms) -> assertThat(terms.required()).isEqualTo(Terms.of(Terms.usdc(1), Terms.usdc(2))));
    }

    @Test
    void fromWhenTermsHaveMembersOfTheirOwnThenTreeKeepsThem() {
        this.headers.add("PAYMENT-REQUIRED", base64(MORE));
        DecodedTerms terms = PaymentTerms.from(this.headers).orElseThrow();
        assertThat(terms.tree()).containsKey("hint");
        assertThat(terms.offers()).singleElement()
            .isInstanceOfSatisfying(Readable.class,
                    (offer) -> assertThat(offer.tree()).containsEntry("memo", "keep me"));
    }

    @Test
    void fromWhenAWayIsNotReadableThenTheOthersKeepTheirPlaces() {
        this.headers.add("PAYMENT-REQUIRED", base64(MORE.replace("[{", "[7,{")));
        DecodedTerms terms = PaymentTerms.from(this.headers).orElseThrow();
        assertThat(terms.offers()).satisfiesExactly(
                (odd) -> assertThat(odd).isEqualTo(new Unreadable("the entry is not an object")),
                (good) -> assertThat(good).isInstanceOf(Readable.class));
        assertThat(terms.required().accepts()).hasSize(1);
    }

    @Test
    void fromWhenThereIsNoWayToPayThenEmpty() {
        this.headers.add("PAYMENT-REQUIRED", CODEC.encode(Terms.of().toMap()));
        assertThat(PaymentTerms.from(this.headers)).isEmpty();
    }

    @Test
    void fromWhenSentTwiceThenEmpty() {
        String value = CODEC.encode(Terms.of(Terms.usdc(1)).toMap());
        this.headers.add("PAYMENT-REQUIRED", value);
        this.headers.add("PAYMENT-REQUIRED", value);
        assertThat(PaymentTerms.from(this.headers)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "!", "e30=", "bnVsbA==" })
    void fromWhenUnreadableThenEmpty(String value) {
        this.headers.add("PAYMENT-REQUIRED", value);
        assertThat(PaymentTerms.from(this.headers)).isEmpty();
    }

    @Test
    void fromWhenAbsentThenEmpty() {
        assertThat(PaymentTerms.from(this.headers)).isEmpty();
    }

    @Test
    void fromWhenLongerThanTheBoundThenEmpty() {
        String padding = "x".repeat(48 * 1024);
        this.headers.add("PAYMENT-REQUIRED", base64(MORE.replace("keep me", padding)));
        assertThat(this.headers.getFirst("PAYMENT-REQUIRED")).hasSizeGreaterThan(PaymentTerms.MAX_HEADER_LENGTH);
        assertThat(PaymentTerms.from(this.headers)).isEmpty();
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

}
