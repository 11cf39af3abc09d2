package io.github.x402spring.endpoint;

import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.expression.Expression;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

import io.github.x402spring.asset.Price;

/**
 * Price computed by an expression that the application's developer wrote. Values of the
 * request are data to it and are never evaluated.
 */
final class PriceExpression {

    private static final SpelExpressionParser PARSER = new SpelExpressionParser();

    private final Expression expression;

    private PriceExpression(Expression expression) {
        this.expression = expression;
    }

    static boolean isExpression(String text) {
        return text.contains("#{");
    }

    static PriceExpression parse(String text) {
        return new PriceExpression(PARSER.parseExpression(text, new TemplateParserContext()));
    }

    String text() {
        return this.expression.getExpressionString();
    }

    Price evaluate(Variables variables) {
        SimpleEvaluationContext context = SimpleEvaluationContext.forReadOnlyDataBinding()
            .withInstanceMethods()
            .build();
        Object value = this.expression.getValue(context, variables);
        return switch (value) {
            case String text -> Price.parse(text);
            case BigDecimal amount -> new Price(amount, null);
            case Integer amount -> new Price(BigDecimal.valueOf(amount), null);
            case Long amount -> new Price(BigDecimal.valueOf(amount), null);
            case null -> throw new IllegalArgumentException("The expression gives no price");
            default -> throw new InexactPriceException();
        };
    }

    /**
     * Thrown where an expression gave something else than text or an exact number. Its
     * message is safe to log: it holds nothing of the request.
     */
    static final class InexactPriceException extends RuntimeException {

        InexactPriceException() {
            super("a price expression gives text or an exact number; write usd('0.01') for a decimal");
        }

    }

    /**
     * Root of an expression. Records whether the expression read values of the request,
     * which only the caller can correct.
     */
    static final class Variables {

        private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");

        private final Map<String, String> path;

        private final Function<String, @Nullable String> parameters;

        private boolean pathAsked;

        private boolean paramAsked;

        Variables(Map<String, String> path, Function<String, @Nullable String> parameters) {
            this.path = path;
            this.parameters = parameters;
        }

        boolean pathWasAsked() {
            return this.pathAsked;
        }

        boolean callerWasAsked() {
            return this.pathAsked || this.paramAsked;
        }

        public @Nullable String path(String name) {
            this.pathAsked = true;
            return this.path.get(name);
        }

        public @Nullable String param(String name) {
            this.paramAsked = true;
            return this.parameters.apply(name);
        }

        public BigDecimal usd(String amount) {
            return new BigDecimal(amount);
        }

        public BigDecimal number(@Nullable String text, String otherwise) {
            String number = (text != null) ? text : otherwise;
            if (!NUMBER.matcher(number).matches()) {
                throw new IllegalArgumentException("A number in a price is written in decimal digits");
            }
            return new BigDecimal(number);
        }

    }

}
