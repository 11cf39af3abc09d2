package io.github.x402spring.autoconfigure.webmvc;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class FacilitatorServerSettingsTests {

    @ParameterizedTest
    @CsvSource({ "/facilitator, /facilitator/verify", "/facilitator/, /facilitator/verify", "'', /verify", "/, /verify",
            "/a/b-c_d~e.f, /a/b-c_d~e.f/verify" })
    void pathsWhenPathIsLiteralThenOneForEachOperation(String path, String verify) {
        assertThat(settings(path).path(FacilitatorOperation.VERIFY)).isEqualTo(verify);
        assertThat(settings(path).path(FacilitatorOperation.SETTLE)).isEqualTo(verify.replace("verify", "settle"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "facilitator", "/a//b", "//", "/a/../b", "/..", "/.", "/.hidden", "/a b", "/{id}", "/**",
            "/*", "/a?b", "/a#b", "/a%2Fb", "/a;b", "/ü", "/a\n", "https://api.example.com" })
    void createWhenPathIsNotLiteralThenFails(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(path)).withMessageStartingWith("'path' must");
    }

    @ParameterizedTest
    @CsvSource({ "0, 1, 1, maxRequestSize", "1, 0, 1, maxConcurrentRequests", "1, 1, 0, requestsPerMinute",
            "-1, 1, 1, maxRequestSize" })
    void createWhenABoundIsNotPositiveThenFailsAndNamesIt(int size, int concurrent, int perMinute, String name) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new FacilitatorServerSettings("/f", size, concurrent, perMinute, Set.of()))
            .withMessage("'" + name + "' must be positive");
    }

    @Test
    void createWhenRecipientsChangeAfterwardsThenUntouched() {
        Set<EvmAddress> payTo = new HashSet<>();
        FacilitatorServerSettings settings = new FacilitatorServerSettings("/f", 1, 1, 1, payTo);
        payTo.add(new EvmAddress("0x" + "bb".repeat(20)));
        assertThat(settings.payTo()).isEmpty();
    }

    private static FacilitatorServerSettings settings(String path) {
        return new FacilitatorServerSettings(path, 1, 1, 1, Set.of());
    }

}
