package io.github.x402spring.endpoint;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.expression.ExpressionException;

import io.github.x402spring.asset.Price;
import io.github.x402spring.endpoint.PriceExpression.InexactPriceException;
import io.github.x402spring.endpoint.PriceExpression.Variables;
import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.exchange.PaidExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;

@Tag("locale")
class PriceExpressionTests {

    private static final Map<String, String> PATH = Map.of("city", "Bern", "pages", "12");

    private static final Map<String, List<String>> PARAMS = Map.of("days", List.of("3"), "twice", List.of("1", "1"),
            "none", List.of(), "evil", List.of("#{T(java.lang.Runtime).getRuntime()}"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            #{'$0.01'} | $0.01
            #{'1.50 EURC'} | 1.50 EURC
            $#{path('pages')} | $12
            #{usd('0.01')} | 0.01
            #{usd('0.01') * number(param('days'), '1')} | 0.03
            #{number(param('absent'), '2')} | 2
            #{number(param('none'), '2')} | 2
            #{7} | 7
            #{7L} | 7
            #{path('city') == 'Bern' ? '$2' : '$1'} | $2
            #{param('days') != null and path('absent') == null ? '$3' : '$1'} | $3
            """)
    void evaluateWhenTextOrExactNumberThenPrice(String expression, String price) {
        assertThat(evaluate(expression)).usingRecursiveComparison().isEqualTo(Price.parse(price));
    }

    @ParameterizedTest
    @ValueSource(strings = { "#{null}", "#{path('absent')}", "#{param('absent')}" })
    void evaluateWhenNothingIsGivenThenFails(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> evaluate(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = { "#{0.1}", "#{1.0f}", "#{1e2}", "#{true}", "#{{1, 2}}" })
    void evaluateWhenNeitherTextNorExactNumberThenFails(String expression) {
        assertThatExceptionOfType(InexactPriceException.class).isThrownBy(() -> evaluate(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = { "#{T(java.lang.Runtime).getRuntime()}", "#{new java.io.File('/')}", "#{@bean}",
            "#{path('city').getClass()}", "#{''.class.forName('x')}", "#{path}", "#{params}", "#{unknown()}" })
    void evaluateWhenReachingForMoreThanTheRequestThenFails(String expression) {
        assertThatExceptionOfType(ExpressionException.class).isThrownBy(() -> evaluate(expression));
    }

    @Test
    void evaluateWhenRequestHoldsAnExpressionThenNotEvaluated() {
        assertThatIllegalArgumentException().isThrownBy(() -> evaluate("#{param('evil')}"));
        assertThatIllegalArgumentException().isThrownBy(() -> evaluate("$#{param('evil')}"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "-1", "+1", "1e9", "0x10", "1,5", "", " 1", ".5", "1.", "\u0661", "NaN",
            "1234567890123456789", "0.1234567890123456789" })
    void numberWhenNotPlainDecimalsThenFails(String text) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> PriceExpression.parse("#{number(param('n'), '1')}")
                .evaluate(variables(Map.of(), Map.of("n", List.of(text)))))
            .withMessageNotContaining("param");
    }

    @ParameterizedTest
    @ValueSource(strings = { "#{param('twice')}", "#{usd('1') * number(param('twice'), '1')}",
            "#{param('twice') == null ? '$1' : '$2'}" })
    void evaluateWhenAParameterOccursTwiceThenTheCallersFault(String expression) {
        assertThatExceptionOfType(InvalidPriceRequestException.class).isThrownBy(() -> evaluate(expression));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            #{usd('1')} | false | false
            #{path('city') == 'Bern' ? '$1' : '$2'} | true | true
            #{number(param('absent'), '1')} | true | false
            $#{param('days')} | true | false
            """)
    void evaluateWhenItAsksForWhatTheCallerSentThenNoted(String expression, boolean caller, boolean path) {
        Variables variables = variables(PATH, PARAMS);
        PriceExpression.parse(expression).evaluate(variables);
        assertThat(variables.callerWasAsked()).isEqualTo(caller);
        assertThat(variables.pathWasAsked()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({ "#{usd('1')}, true", "$#{path('a')}, true", "$0.01, false", "${price}, false", "#, false" })
    void isExpressionWhenItHasOneThenTrue(String text, boolean expression) {
        assertThat(PriceExpression.isExpression(text)).isEqualTo(expression);
    }

    @ParameterizedTest
    @ValueSource(strings = { "#{", "#{'", "#{usd(}", "#{}" })
    void parseWhenMalformedThenFails(String text) {
        assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> PriceExpression.parse(text));
    }

    private static Price evaluate(String expression) {
        return PriceExpression.parse(expression).evaluate(variables(PATH, PARAMS));
    }

    private static Variables variables(Map<String, String> path, Map<String, List<String>> params) {
        return new Variables(path, new PriceRequest("report", mock(PaidExchange.class), params)::parameter);
    }

}
