package io.github.x402spring.envelope;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class EnvelopeRendererTests {

    private static final Denial DENIAL = new Denial(Reason.SETTLEMENT_PENDING,
            Map.of("scopes", "<script>alert('&')</script>"), 5);

    private static final RequestIds IDS = new RequestIds("6f1c0f0e2f0b4c609d0e3a6f2b8b9c11", null,
            "4bf92f3577b34da6a3ce929d0e0e4736");

    private final EnvelopeRenderer renderer = new EnvelopeRenderer(null);

    @ParameterizedTest
    @EnumSource(names = { "HTML", "TEXT" })
    void renderWhenForAPersonThenSaysTheSame(EnvelopeFormat format) {
        assertThat(render(format)).contains("Payment outcome not yet known", "Do not sign a new one",
                "settlement_pending", "indeterminate", "same_payment", "5 seconds", "unknown",
                "6f1c0f0e2f0b4c609d0e3a6f2b8b9c11", "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void renderWhenHtmlThenTextIsEscapedAndNothingIsLoaded() {
        assertThat(render(EnvelopeFormat.HTML)).doesNotContain("<script")
            .contains("&lt;script&gt;")
            .doesNotContain("src=", "href=");
    }

    @Test
    void renderWhenJsonThenFurtherMembersStandBesideTheEnvelopes() {
        Map<?, ?> members = JsonMapper.shared().readValue(render(EnvelopeFormat.JSON), Map.class);
        assertThat(members.get("more")).isEqualTo("member");
        assertThat(members.get("instance")).isEqualTo("urn:uuid:6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11");
    }

    @ParameterizedTest
    @EnumSource
    void renderWhenThereIsAContactThenIsNamed(EnvelopeFormat format) {
        byte[] body = new EnvelopeRenderer(URI.create("https://shop.example.com/help?a=%3C")).render(format, DENIAL,
                IDS, "unknown", "", Map.of());
        assertThat(new String(body, StandardCharsets.UTF_8)).contains("https://shop.example.com/help?a=%3C");
    }

    private String render(EnvelopeFormat format) {
        return new String(this.renderer.render(format, DENIAL, IDS, "unknown", "", Map.of("more", "member")),
                StandardCharsets.UTF_8);
    }

}
