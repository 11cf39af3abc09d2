package io.github.x402spring.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Comparison of the terms that a client states as accepted with the server's own.
 * <ul>
 * <li>Every member but {@code extra} is equal to the letter, and there are no
 * others.</li>
 * <li>What the specification defines within {@code extra} is there and agrees, unless it
 * has its default value.</li>
 * <li>What it does not define there may be left out: clients build their echo from a
 * fixed set of members. What is there and differs is no match.</li>
 * </ul>
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * PaymentRequirements</a>
 */
final class RequirementMatcher {

    private static final String EXTRA = "extra";

    private static final Set<String> DEFINED = Set.of("name", "version", "assetTransferMethod", "paymentFlow",
            "feePayer", "memo", "facilitatorAddress", "receiverAuthorizer", "withdrawDelay", "minDeposit");

    private static final Map<String, String> DEFAULTS = Map.of("assetTransferMethod", "eip3009", "paymentFlow",
            "authorization");

    private RequirementMatcher() {
    }

    /**
     * Returns whether the client accepted the given terms.
     * @param required the server's terms, laid out by {@link PaymentRequirements#toMap()}
     * @param accepted what the client sent, or {@code null} if it sent nothing
     * @return whether they match
     */
    static boolean matches(Map<String, ?> required, @Nullable Object accepted) {
        if (!(accepted instanceof Map<?, ?> map)) {
            return false;
        }
        Object extra = required.get(EXTRA);
        int core = required.containsKey(EXTRA) ? required.size() - 1 : required.size();
        int theirs = map.containsKey(EXTRA) ? map.size() - 1 : map.size();
        if (core != theirs) {
            return false;
        }
        for (Map.Entry<String, ?> entry : required.entrySet()) {
            String name = entry.getKey();
            if (!EXTRA.equals(name) && !holds(map, name, entry.getValue())) {
                return false;
            }
        }
        return extra == null || echoes(extra, map.get(EXTRA));
    }

    private static boolean echoes(Object extra, @Nullable Object echo) {
        if (!(extra instanceof Map<?, ?> ours) || !(echo instanceof Map<?, ?> theirs)) {
            return false;
        }
        for (Map.Entry<?, ?> member : ours.entrySet()) {
            Object name = Objects.requireNonNull(member.getKey());
            Object value = member.getValue();
            if (value != null && theirs.get(name) == null && !isOptional(name, value)) {
                return false;
            }
        }
        return agrees(ours, theirs);
    }

    private static boolean isOptional(Object name, Object value) {
        return !DEFINED.contains(name) || value.equals(DEFAULTS.get(name));
    }

    /** Objects agree in the members that both have; {@code null} is absence. */
    private static boolean agrees(@Nullable Object ours, @Nullable Object theirs) {
        if (ours == null || theirs == null) {
            return true;
        }
        if (!(ours instanceof Map<?, ?> members) || !(theirs instanceof Map<?, ?> map)) {
            return same(ours, theirs);
        }
        for (Map.Entry<?, ?> member : members.entrySet()) {
            if (!agrees(member.getValue(), map.get(member.getKey()))) {
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
