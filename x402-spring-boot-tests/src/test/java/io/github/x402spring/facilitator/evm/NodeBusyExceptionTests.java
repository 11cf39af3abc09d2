package io.github.x402spring.facilitator.evm;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class NodeBusyExceptionTests {

    /**
     * Of Infura, QuickNode, Alchemy, Ankr, public nodes of Base, Nethermind and others.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"code":-32005,"message":"limit exceeded"}                                                | PT1S
            {"code":-32005,"message":"project ID request rate exceeded","data":{"rate":{"backoff_seconds":30}}} | PT30S
            {"code":-32005,"message":"x","data":{"rate":{"backoff_seconds":0.25}}}                    | PT0.25S
            {"code":-32005,"message":"x","data":{"rate":{"backoff_seconds":1e99}}}                    | PT1M
            {"code":-32005,"message":"x","data":{"rate":{"backoff_seconds":-1}}}                      | PT1S
            {"code":429,"message":"Your app has exceeded its compute units per second capacity."}     | PT1S
            {"code":-32007,"message":"50/second request limit reached - reduce calls per second"}     | PT1S
            {"code":-32016,"message":"over RATE LIMIT"}                                               | PT1S
            {"code":-32029,"message":"Too Many Requests"}                                             | PT1S
            {"code":-32016,"message":"Timeout"}                                                       |
            {"code":-32000,"message":"execution reverted: rate limit"}                                |
            {"code":-32015,"message":"VM execution error: too many requests"}                         |
            {"code":3,"message":"execution reverted: rate limit exceeded"}                            |
            {"code":-32603,"message":"VM Exception while processing transaction: revert rate limit"}  |
            {"code":-32000,"message":"nonce too low"}                                                 |
            {"code":-32602,"message":"too many requests"}                                             |
            {"code":"-32005x","message":"rate limit"}                                                 |
            {"message":"rate limit"}                                                                  |
            []                                                                                        |
            "rate limit"                                                                              |
            null                                                                                      |
            """)
    void ofWhenNodeRepliesThenOnlyItsOwnLimitAsksForAPause(String error, @Nullable Duration pause) {
        String single = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":" + error + "}";
        String batch = "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x\"}," + single + "]";
        for (String reply : new String[] { single, batch }) {
            NodeBusyException busy = of(reply);
            assertThat((busy != null) ? busy.pause() : null).isEqualTo(pause);
        }
    }

    @Test
    void ofWhenAResultQuotesAnErrorThenAsksForNone() {
        assertThat(of("{\"result\":{\"error\":{\"code\":-32005}}}")).isNull();
        assertThat(of("{\"error\"")).isNull();
        assertThat(of("")).isNull();
    }

    private static @Nullable NodeBusyException of(String reply) {
        return NodeBusyException.of(reply.getBytes(StandardCharsets.UTF_8), JsonMapper.shared());
    }

}
