package io.github.x402spring.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Compares the terms that a client says it accepted with the server's own, as the
 * official SDK does: every member but {@code extra} is equal to the letter, and the
 * server's {@code extra} is contained in the client's.
 *
 * @since 0.1.0
 */
public final class RequirementMatcher {

    private RequirementMatcher() {
    }

    /**
     * Tells whether the client accepted the given terms.
     * @param required the server's terms, laid out by {@link PaymentRequirements#toMap()}
     * @param accepted what the client sent, or {@code null} if it sent nothing
     * @return whether they match
     */
    public static boolean matches(Map<String, ?> required, @Nullable Object accepted) {
        if (!(accepted instanceof Map<?, ?> map)) {
            return false;
        }
        Object extra = required.get("extra");
        int core = required.containsKey("extra") ? required.size() - 1 : required.size();
        int theirs = map.containsKey("extra") ? map.size() - 1 : map.size();
        if (core != theirs) {
            return false;
        }
        for (Map.Entry<String, ?> entry : required.entrySet()) {
            String name = entry.getKey();
            if (!"extra".equals(name) && !holds(map, name, entry.getValue())) {
                return false;
            }
        }
        return extra == null || contains(map.get("extra"), extra);
    }

    /**
     * Tells whether one JSON tree holds all that another does: objects member by member,
     * everything else equal.
     * @param whole the tree that may hold more
     * @param part the tree that must be held
     * @return whether it is
     */
    public static boolean contains(@Nullable Object whole, @Nullable Object part) {
        if (!(part instanceof Map<?, ?> members)) {
            return same(part, whole);
        }
        if (!(whole instanceof Map<?, ?> map)) {
            return false;
        }
        for (Map.Entry<?, ?> member : members.entrySet()) {
            Object value = map.get(member.getKey());
            if ((value == null && !map.containsKey(member.getKey())) || !contains(value, member.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Map<?, ?> map, @Nullable Object name, @Nullable Object value) {
        Object present = map.get(name);
        return (present != null || map.containsKey(name)) && same(value, present);
    }

    private static boolean same(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String) {
            return left.equals(right);
        }
        if (left instanceof Number leftNumber && right instanceof Number rightNumber) {
            return decimal(leftNumber).compareTo(decimal(rightNumber)) == 0;
        }
        if (left instanceof List<?> leftList && right instanceof List<?> rightList) {
            return sameItems(leftList, rightList);
        }
        if (left instanceof Map<?, ?> leftMap && right instanceof Map<?, ?> rightMap) {
            return leftMap.size() == rightMap.size() && sameMembers(leftMap, rightMap);
        }
        return Objects.equals(left, right);
    }

    private static boolean sameItems(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!same(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameMembers(Map<?, ?> left, Map<?, ?> right) {
        for (Map.Entry<?, ?> member : left.entrySet()) {
            if (!holds(right, member.getKey(), member.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** JSON has one kind of number: 300 and 300.0 are the same. */
    private static BigDecimal decimal(Number number) {
        return switch (number) {
            case BigDecimal decimal -> decimal;
            case BigInteger integer -> new BigDecimal(integer);
            case Integer integer -> BigDecimal.valueOf(integer);
            case Long integer -> BigDecimal.valueOf(integer);
            default -> new BigDecimal(number.toString());
        };
    }

}
