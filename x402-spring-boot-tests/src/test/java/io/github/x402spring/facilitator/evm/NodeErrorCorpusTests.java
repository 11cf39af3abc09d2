package io.github.x402spring.facilitator.evm;

import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.protocol.core.Response;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class NodeErrorCorpusTests {

    static Stream<Arguments> errors() {
        return Corpus.rows("node-errors");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void ofWhenNodeRepliesThenOnlyWhatProvesItIsTaken(String name, JsonNode row) {
        Response.Error error = new Response.Error(row.required("code").asInt(), row.required("message").asString());
        assertThat(SendResult.of(error)).hasToString(row.required("outcome").asString());
    }

}
