package io.github.x402spring.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class OfferCorpusTests {

    private final ScriptedServer server = new ScriptedServer();

    private final PayingClient client = new PayingClient(this.server);

    @AfterEach
    void stopServer() {
        this.server.close();
    }

    static Stream<Arguments> offers() {
        return Corpus.rows("offers");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("offers")
    void interceptWhenTermsAreThoseOfOthersThenPaidOrRefusedByTheirOwnWords(String name, JsonNode row) {
        String terms = row.required("terms").asString();
        String header = "raw".equals(row.required("encoding").asString()) ? terms
                : Base64.getEncoder().encodeToString(terms.getBytes(StandardCharsets.UTF_8));
        this.server.then(ScriptedServer.status(402, "PAYMENT-REQUIRED", header)).then(ScriptedServer.status(200));
        String outcome = outcome();
        assertThat(outcome).isEqualTo(row.required("outcome").asString());
        assertThat(this.server.payments()).hasSize("paid".equals(outcome) ? 1 : 0)
            .allSatisfy((payment) -> assertThat(PayingClient.authorization(payment)).containsEntry("value", "2500")
                .containsEntry("to", Terms.PAY_TO));
    }

    private String outcome() {
        try {
            return (this.client.get(this.server.origin() + "/r").status() == 200) ? "paid" : "returned";
        }
        catch (PaymentRefusedException ex) {
            return ex.reasons().stream().map(Enum::name).collect(Collectors.joining(" "));
        }
    }

}
