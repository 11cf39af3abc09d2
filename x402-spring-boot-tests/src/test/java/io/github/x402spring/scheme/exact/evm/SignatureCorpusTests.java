package io.github.x402spring.scheme.exact.evm;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SignatureCorpusTests {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, Map.of("name", "USDC", "version", "2"));

    static Stream<Arguments> signatures() {
        return Corpus.rows("signatures");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("signatures")
    void screenWhenSignatureIsThatOfOthersThenProvedLeftToTheChainOrRefused(String name, JsonNode row) {
        PaymentPayload payload = payment(row.required("signature").asString());
        assertThat(screened(payload, false)).isEqualTo(row.required("key").asString());
        assertThat(screened(payload, true)).isEqualTo(row.required("contract").asString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("signatures")
    void normalizeWhenSignatureIsThatOfOthersThenOnlyThatOfTheKeyIsRewritten(String name, JsonNode row) {
        PaymentPayload payload = payment(row.required("signature").asString());
        Object read = new ExactEvmScheme(SignatureRecovery.web3j(), true).normalize(payload, TERMS)
            .payload()
            .get("signature");
        boolean rewritten = row.required("signature").asString().contains("{v0}");
        assertThat(read).isEqualTo(rewritten ? filled("0x{r}{s}{v}") : payload.payload().get("signature"));
    }

    private static String screened(PaymentPayload payload, boolean contracts) {
        return switch (new ExactEvmScheme(SignatureRecovery.web3j(), contracts).screen(payload, TERMS, NOW)) {
            case Screening.Passed(var authorization, boolean proved) -> proved ? "proved" : "chain";
            case Screening.Expired expired -> "expired";
            case Screening.Failed failed -> "refused";
            case Screening.Malformed malformed -> "malformed";
        };
    }

    private static PaymentPayload payment(String signature) {
        return pay().tamper("signature", filled(signature)).payload();
    }

    private static PaymentDraft pay() {
        return TestWallet.named("42").pay(TERMS, NOW).nonce("0x" + "ab".repeat(32));
    }

    private static String filled(String template) {
        byte[] bytes = HexFormat.of().parseHex(((String) pay().schemePayload().get("signature")).substring(2));
        String hex = HexFormat.of().formatHex(bytes);
        String high = HexFormat.of().formatHex(SignatureForms.highS(bytes));
        String other = (String) pay().signedBy(TestWallet.named("43")).schemePayload().get("signature");
        return template.replace("{r}", hex.substring(0, 64))
            .replace("{s}", hex.substring(64, 128))
            .replace("{v}", hex.substring(128))
            .replace("{R}", hex.substring(0, 64).toUpperCase(Locale.ROOT))
            .replace("{S}", hex.substring(64, 128).toUpperCase(Locale.ROOT))
            .replace("{V}", hex.substring(128).toUpperCase(Locale.ROOT))
            .replace("{v0}", HexFormat.of().toHexDigits((byte) (bytes[64] - 27)))
            .replace("{flipped}", HexFormat.of().toHexDigits((byte) (27 + 28 - bytes[64])))
            .replace("{high}", high.substring(64, 128))
            .replace("{other}", other.substring(2));
    }

}
