package io.github.x402spring.security;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagerFactory;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ExpressionAuthorizationDecision;
import org.springframework.security.core.Authentication;

import io.github.x402spring.exchange.PaidEndpointDefinition;

/**
 * Authorization manager for the {@code authorize} expressions of the paid endpoints. They
 * see {@code payment}, {@code authentication}, {@code request} and each variable of the
 * path ({@code #city}), all of Spring Security's words, and three that narrow a rule by
 * the payment: {@code payerIsCaller()}, {@code payerAllowed('0x…', …)} and
 * {@code maxAmount('10000')} in atomic units. An expression may give an
 * {@link AuthorizationResult} in place of yes and no; one that only names a bean,
 * {@code @weatherPolicy}, leaves the decision to that {@link AuthorizationManager}.
 *
 * @since 0.1.0
 */
public final class PaidRequestExpressions implements AuthorizationManager<PaidRequest> {

    /** Configuration files spell words with dashes. */
    private static final Map<String, String> RULES = Map.of("permit-all", "permitAll", "deny-all", "denyAll");

    private static final Pattern PERMIT_ALL = Pattern.compile("\\bpermitAll\\b");

    private static final AuthorizationResult GRANTED = new AuthorizationDecision(true);

    private final SpelExpressionParser parser = new SpelExpressionParser();

    /** As many entries as endpoints have different expressions. */
    private final ConcurrentMap<String, Rule> rules = new ConcurrentHashMap<>();

    /** Shared, because accessors cache what they find by reflection. */
    private final List<PropertyAccessor> propertyAccessors = List.of(new ReflectivePropertyAccessor());

    private final String defaultExpression;

    private final ExpressionChecks checks;

    private final BeanResolver beanResolver;

    private final AuthorizationManagerFactory<PaidRequest> factory;

    /**
     * Creates an authorization manager.
     * @param defaultExpression the expression for endpoints that have none
     * @param beanFactory the source of the beans that expressions name
     * @param factory the factory of rules on roles and authorities
     */
    public PaidRequestExpressions(String defaultExpression, BeanFactory beanFactory,
            AuthorizationManagerFactory<PaidRequest> factory) {
        this.defaultExpression = defaultExpression;
        this.checks = new ExpressionChecks(beanFactory, factory);
        this.beanResolver = new BeanFactoryResolver(beanFactory);
        this.factory = factory;
        parse(null);
    }

    /**
     * Parses an expression, so that a mistake in it is found at start-up: in its form, in
     * the names of beans, words and properties, and in arguments that are constants.
     * @param authorize the expression, {@code permit-all} or {@code deny-all}, or
     * {@code null} for the default
     * @throws ParseException if it is not one
     * @throws IllegalArgumentException if it is blank, lets a payment grant by itself, or
     * names what does not exist
     */
    public void parse(@Nullable String authorize) {
        rule(authorize);
    }

    /**
     * Returns whether an endpoint admits anonymous callers. Only the word {@code
     * permitAll} does.
     * @param endpoint the endpoint
     * @return whether it does
     */
    public boolean admitsAnonymous(PaidEndpointDefinition endpoint) {
        return rule(endpoint.authorize()).admitsAnonymous();
    }

    @Override
    public @Nullable AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
            PaidRequest request) {
        Rule rule = rule(request.endpoint().authorize());
        if (rule.permitsAll()) {
            return GRANTED;
        }
        PaidRequestExpressionRoot root = new PaidRequestExpressionRoot(authentication, request);
        RefusalRecorder refusals = new RefusalRecorder(this.factory);
        root.setAuthorizationManagerFactory(refusals);
        StandardEvaluationContext context = new StandardEvaluationContext(root);
        context.setPropertyAccessors(this.propertyAccessors);
        context.setBeanResolver(this.beanResolver);
        request.request().pathVariables().forEach(context::setVariable);
        return switch (rule.expression().getValue(context)) {
            case Boolean granted when granted -> GRANTED;
            case Boolean refused -> refusal(refusals.onlyRefusal(), rule);
            case AuthorizationResult result -> result;
            case AuthorizationManager<?> manager -> delegate(manager, authentication, request);
            case null, default -> throw new IllegalStateException("The expression evaluates to no decision");
        };
    }

    private static AuthorizationResult refusal(@Nullable AuthorizationResult only, Rule rule) {
        return (only != null) ? only : new ExpressionAuthorizationDecision(false, rule.expression());
    }

    @SuppressWarnings("unchecked")
    private static @Nullable AuthorizationResult delegate(AuthorizationManager<?> manager,
            Supplier<? extends @Nullable Authentication> authentication, PaidRequest request) {
        return ((AuthorizationManager<PaidRequest>) manager).authorize(authentication, request);
    }

    private Rule rule(@Nullable String authorize) {
        String text = (authorize != null) ? authorize : this.defaultExpression;
        Rule rule = this.rules.get(text);
        if (rule == null) {
            String expression = RULES.getOrDefault(text, text);
            Expression parsed = this.parser.parseExpression(expression);
            PaymentWords.check(parsed);
            this.checks.check(parsed);
            rule = new Rule(parsed, PERMIT_ALL.matcher(expression).find(), expression.equals("permitAll"));
            this.rules.put(text, rule);
        }
        return rule;
    }

    private record Rule(Expression expression, boolean admitsAnonymous, boolean permitsAll) {
    }

}
