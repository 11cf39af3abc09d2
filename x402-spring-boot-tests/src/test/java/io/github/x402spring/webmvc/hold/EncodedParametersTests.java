package io.github.x402spring.webmvc.hold;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.exchange.UnreadableRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class EncodedParametersTests {

    private final EncodedParameters parameters = new EncodedParameters();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pages=1                | {pages=[1]}
            pages=1&%70ages=1000   | {pages=[1, 1000]}
            a=1&b=2&a=3            | {a=[1, 3], b=[2]}
            a                      | {a=[]}
            a=&b                   | {a=[], b=[]}
            a=b=c                  | {a=[b=c]}
            a+b=c%2Bd+e            | {a b=[c+d e]}
            A=1&a=2                | {A=[1], a=[2]}
            %C3%A9=%e2%82%ac       | {é=[€]}
            &a=1&&b=2&             | {a=[1], b=[2]}
            """)
    void addQueryWhenReadInOneWayThenEveryValueInOrder(String query, String expected) {
        this.parameters.addQuery(query);
        assertThat(this.parameters.values()).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = { "=1", "a=%", "a=%4", "a=%4g", "%zz=1", "a=%C3", "a=%ff", "a=1 ", "é=1", "a=\u0000",
            "a=\u007f" })
    void addQueryWhenReadInSeveralWaysThenRejected(String query) {
        assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> this.parameters.addQuery(query));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a=1&&b=2", "&a=1", "=", "a=%C3" })
    void addFormWhenReadInSeveralWaysThenRejected(String form) {
        assertThatExceptionOfType(UnreadableRequestException.class)
            .isThrownBy(() -> this.parameters.addForm(form.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    @Test
    void addFormWhenThereIsAQueryThenItsValuesComeFirst() {
        this.parameters.addQuery("a=1");
        this.parameters.addForm("a=2&b=%E9".getBytes(StandardCharsets.US_ASCII), StandardCharsets.ISO_8859_1);
        assertThat(this.parameters.values()).isEqualTo(Map.of("a", List.of("1", "2"), "b", List.of("é")));
    }

    @Test
    void addWhenThereAreMoreThanContainersTakeThenRejected() {
        this.parameters.addQuery("a&".repeat(EncodedParameters.MAX_PARAMETERS));
        assertThat(this.parameters.values().get("a")).hasSize(EncodedParameters.MAX_PARAMETERS);
        assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> this.parameters.addQuery("b"));
    }

    @Test
    void addWhenThereIsNothingThenNothing() {
        this.parameters.addQuery(null);
        this.parameters.addQuery("");
        this.parameters.addForm(new byte[0], StandardCharsets.UTF_8);
        assertThat(this.parameters.values()).isEmpty();
    }

}
