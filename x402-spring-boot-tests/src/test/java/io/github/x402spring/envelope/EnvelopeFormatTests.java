package io.github.x402spring.envelope;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class EnvelopeFormatTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            */*                                                                   | PROBLEM_JSON
            application/problem+json                                              | PROBLEM_JSON
            application/json                                                      | JSON
            application/json, application/problem+json                            | PROBLEM_JSON
            application/json, application/problem+json;q=0.5                      | JSON
            application/*                                                         | PROBLEM_JSON
            application/*+json                                                    | PROBLEM_JSON
            text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8       | HTML
            text/html;q=0.1, application/json                                     | JSON
            text/*                                                                | HTML
            text/plain                                                            | TEXT
            text/plain;q=0.9, text/html;q=0.2                                     | TEXT
            text/html;q=0, */*                                                    | PROBLEM_JSON
            image/png                                                             | PROBLEM_JSON
            application/json;q=0                                                  | PROBLEM_JSON
            no media type                                                         | PROBLEM_JSON
            text/html;q=nonsense                                                  | PROBLEM_JSON
            """)
    void ofWhenCallerAcceptsThenWhatItLikesBest(String accept, EnvelopeFormat format) {
        assertThat(EnvelopeFormat.of(accept)).isEqualTo(format);
    }

    @Test
    void ofWhenNothingIsAskedForThenProblemDetails() {
        assertThat(EnvelopeFormat.of(null)).isEqualTo(EnvelopeFormat.PROBLEM_JSON);
    }

    @Test
    void ofWhenTooMuchIsAskedForThenProblemDetails() {
        assertThat(EnvelopeFormat.of("text/html,".repeat(40) + "text/html")).isEqualTo(EnvelopeFormat.PROBLEM_JSON);
    }

}
