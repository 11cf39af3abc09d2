package io.github.x402spring.codec;

import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class JsonFieldsTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a          | {"a":1,"b":2}                         | {"a":1}
            a.b        | {"a":{"b":1,"c":2},"b":3}             | {"a":{"b":1}}
            a          | {"a":{"b":1,"c":[1,2]}}               | {"a":{"b":1,"c":[1,2]}}
            a.b        | {"a":[{"b":1,"c":2},{"c":3}],"d":4}   | {"a":[{"b":1},{}]}
            a.b        | {"a":[1,[{"b":2,"c":3}]]}             | {"a":[[{"b":2}]]}
            a.b        | {"a":"text"}                          | {}
            a          | [{"a":1,"b":2},{"b":3},4]             | [{"a":1},{}]
            a;b.c      | {"a":1,"b":{"c":2,"d":3},"e":{}}      | {"a":1,"b":{"c":2}}
            ab         | {"a":{"b":1},"abc":2,"ab":3}          | {"ab":3}
            nothing    | {"a":1}                               | {}
            a          | {"a":1.10}                            | {"a":1.10}
            a          | {"a":123456789012345678901234567890}  | {"a":123456789012345678901234567890}
            a          | {"a":"ü\\u0000"}                      | {"a":"ü\\u0000"}
            """)
    void keepWhenMembersAreNamedThenNothingElseIsLeft(String fields, String document, String kept) throws Exception {
        assertThat(keep(fields, document)).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "1", "\"text\"", "null", "{", "{\"a\":1", "{\"a\":1}{}", "{\"a\":1}x",
            "{\"a\":1,\"a\":2}", "<a/>" })
    void keepWhenItIsNotOneDocumentWithMembersThenFailsWithoutQuoting(String document) {
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> keep("b", document))
            .withNoCause()
            .withMessageMatching("(The document|Something stands).*");
    }

    private static String keep(String fields, String document) throws MalformedJsonException {
        return new String(new JsonFields(Set.of(fields.split(";"))).keep(document.getBytes(StandardCharsets.UTF_8)),
                StandardCharsets.UTF_8);
    }

}
