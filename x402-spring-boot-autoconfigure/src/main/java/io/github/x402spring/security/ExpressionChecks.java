package io.github.x402spring.security;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.AccessException;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Operator;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.util.StringUtils;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.PaidExchange;

/**
 * Start-up check of {@code authorize} expressions for mistakes that SpEL reports only
 * when it evaluates a request: beans, words and properties that do not exist, and
 * arguments that a word does not take. A word with constant arguments is called once,
 * without a request and without evaluating authorities. No message quotes a value.
 */
final class ExpressionChecks {

    private static final Authentication ANONYMOUS = new AnonymousAuthenticationToken("x402", "anonymous",
            AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

    private static final Map<String, Class<?>> TYPES = Map.of("payment", VerifiedPayment.class, "request",
            PaidExchange.class);

    private final BeanFactory beanFactory;

    private final StandardEvaluationContext context;

    private final ReflectivePropertyAccessor properties = new ReflectivePropertyAccessor();

    ExpressionChecks(BeanFactory beanFactory, AuthorizationManagerFactory<PaidRequest> factory) {
        this.beanFactory = beanFactory;
        PaidRequestExpressionRoot root = new PaidRequestExpressionRoot(() -> ANONYMOUS, null);
        root.setAuthorizationManagerFactory(new UnevaluatedRules(factory));
        this.context = new StandardEvaluationContext(root);
        // SpEL parses the spelling of a bean's name; this resolver returns the name
        // itself.
        this.context.setBeanResolver((unused, name) -> name);
    }

    /**
     * Checks an expression.
     * @throws IllegalArgumentException if it cannot decide about any request
     */
    void check(Expression expression) {
        if (expression instanceof SpelExpression spel) {
            SpelNode root = spel.getAST();
            if (root instanceof BeanReference bean) {
                checkPolicy(name(bean));
            }
            check(root, true);
        }
    }

    /** A bean that is the whole expression has to be a policy. */
    private void checkPolicy(String name) {
        if (!this.beanFactory.containsBean(name) || !this.beanFactory.isTypeMatch(name, AuthorizationManager.class)) {
            throw new IllegalArgumentException("there is no AuthorizationManager with the name " + name);
        }
    }

    /**
     * Checks a part of an expression. What follows a dot belongs to another object, and
     * so do the elements of a list; arguments belong to the root object again.
     * @param onRoot whether the part begins with a name of the root object
     */
    private void check(SpelNode node, boolean onRoot) {
        switch (node) {
            case BeanReference bean -> checkBean(name(bean));
            case MethodReference method when onRoot -> checkWord(method);
            case PropertyOrFieldReference property when onRoot -> checkProperty(property.getName());
            default -> {
            }
        }
        if (node instanceof Projection || node instanceof Selection) {
            return;
        }
        String object = (onRoot && node instanceof CompoundExpression && node.getChildCount() > 1)
                ? object(node.getChild(0)) : null;
        if (object != null) {
            checkMember(object, node.getChild(1));
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            boolean chained = node instanceof CompoundExpression && i > 0;
            check(node.getChild(i), !chained);
        }
    }

    /** Returns the name of an object whose members are known. */
    private static @Nullable String object(SpelNode node) {
        String name = switch (node) {
            case PropertyOrFieldReference property -> property.getName();
            case MethodReference getter when getter.getName().startsWith("get") ->
                StringUtils.uncapitalize(getter.getName().substring(3));
            default -> null;
        };
        return (name != null && TYPES.containsKey(name)) ? name : null;
    }

    /** Of the other words, the type depends on the caller. */
    private static void checkMember(String object, SpelNode member) {
        Stream<Method> methods = Stream.of(Objects.requireNonNull(TYPES.get(object)).getMethods());
        boolean known = switch (member) {
            case PropertyOrFieldReference property -> methods.filter((method) -> method.getParameterCount() == 0)
                .map(Method::getName)
                .anyMatch(getters(property.getName())::contains);
            case MethodReference call ->
                methods.anyMatch((method) -> takes(method, call.getName(), call.getChildCount()));
            default -> true;
        };
        if (!known) {
            throw new IllegalArgumentException(object + " has no " + ((member instanceof MethodReference call)
                    ? call.getName() + " with that number of arguments" : member.toStringAST()));
        }
    }

    private static Set<String> getters(String property) {
        String capitalized = StringUtils.capitalize(property);
        return Set.of(property, "get" + capitalized, "is" + capitalized);
    }

    private void checkBean(String name) {
        if (!this.beanFactory.containsBean(name)) {
            throw new IllegalArgumentException("there is no bean with the name " + name);
        }
    }

    private void checkWord(MethodReference word) {
        int arguments = word.getChildCount();
        if (List.of(PaidRequestExpressionRoot.class.getMethods())
            .stream()
            .noneMatch((method) -> takes(method, word.getName(), arguments))) {
            throw new IllegalArgumentException("there is no word " + word.getName() + " with that number of arguments");
        }
        if (arguments > 0 && children(word).stream().allMatch(ExpressionChecks::isConstant)) {
            try {
                word.getValue(new ExpressionState(this.context));
            }
            catch (RuntimeException ex) {
                // Its message may quote an argument.
                throw new IllegalArgumentException(word.getName() + " does not take the given arguments");
            }
        }
    }

    private static boolean takes(Method method, String name, int arguments) {
        return method.getName().equals(name) && (method.isVarArgs() || method.getParameterCount() == arguments);
    }

    private void checkProperty(String name) {
        try {
            if (this.properties.canRead(this.context, this.context.getRootObject().getValue(), name)) {
                return;
            }
        }
        catch (AccessException ex) {
            // Treated like a property that does not exist.
        }
        throw new IllegalArgumentException("there is no word " + name);
    }

    private String name(BeanReference bean) {
        return String.valueOf(bean.getValue(new ExpressionState(this.context)));
    }

    private static boolean isConstant(SpelNode node) {
        boolean composed = node instanceof Operator || node instanceof InlineList || node instanceof Ternary
                || node instanceof Elvis;
        return node instanceof Literal || (composed && children(node).stream().allMatch(ExpressionChecks::isConstant));
    }

    private static List<SpelNode> children(SpelNode node) {
        return IntStream.range(0, node.getChildCount()).mapToObj(node::getChild).toList();
    }

    /** Factory that creates rules, which checks their arguments, and evaluates none. */
    private static final class UnevaluatedRules extends RefusalRecorder {

        UnevaluatedRules(AuthorizationManagerFactory<PaidRequest> factory) {
            super(factory);
        }

        @Override
        AuthorizationManager<PaidRequest> recording(AuthorizationManager<PaidRequest> manager) {
            return (authentication, request) -> null;
        }

    }

}
