package io.github.x402spring.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.springframework.expression.Expression;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpAnd;
import org.springframework.expression.spel.standard.SpelExpression;

/**
 * Check that words on the payment narrow a rule on the caller and never replace it: such
 * a word is one of several conditions that are joined by {@code and}, and at least one of
 * them is on the caller.
 */
final class PaymentWords {

    private static final Set<String> WORDS = Set.of("payerIsCaller", "payerAllowed", "maxAmount");

    private PaymentWords() {
    }

    /**
     * Checks an expression.
     * @throws IllegalArgumentException if a payment could grant by itself
     */
    static void check(Expression expression) {
        if (expression instanceof SpelExpression spel && mentionsPayment(spel.getAST()) && !narrows(spel.getAST())) {
            throw new IllegalArgumentException("payerIsCaller, payerAllowed and maxAmount narrow a rule and cannot "
                    + "grant anything by themselves: join them by 'and' with what the caller has to be");
        }
    }

    private static boolean narrows(SpelNode expression) {
        List<SpelNode> conditions = new ArrayList<>();
        flatten(expression, conditions);
        boolean rule = false;
        for (SpelNode condition : conditions) {
            if (!isWord(condition)) {
                if (mentionsPayment(condition)) {
                    return false;
                }
                rule = true;
            }
        }
        return rule;
    }

    private static void flatten(SpelNode node, List<SpelNode> conditions) {
        if (!(node instanceof OpAnd)) {
            conditions.add(node);
            return;
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            flatten(node.getChild(i), conditions);
        }
    }

    private static boolean isWord(SpelNode node) {
        return node instanceof MethodReference method && WORDS.contains(method.getName());
    }

    private static boolean mentionsPayment(SpelNode node) {
        if (isWord(node)) {
            return true;
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            if (mentionsPayment(node.getChild(i))) {
                return true;
            }
        }
        return false;
    }

}
