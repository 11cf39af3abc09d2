package io.github.x402spring.discovery;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.discovery.PaidOperation.WayToPay;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Price of an operation, as {@code x-payment-info} states it in the shape of MPP and in
 * that of x402scan. A price in dollars is stated only if every way to pay is worth
 * dollars.
 */
final class PaymentInfo {

    private final List<WayToPay> ways;

    PaymentInfo(PaidOperation operation) {
        this.ways = operation.ways();
    }

    Map<String, Object> toMap() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("price", price());
        info.put("protocols", List.of(Map.of("x402", Map.of())));
        info.put("offers", this.ways.stream().map(PaymentInfo::offer).toList());
        return info;
    }

    private Map<String, Object> price() {
        BigDecimal minimum = minimum();
        BigDecimal maximum = maximum();
        Map<String, Object> price = new LinkedHashMap<>();
        boolean fixed = isFixed();
        price.put("mode", fixed ? "fixed" : "dynamic");
        if (isDollar()) {
            price.put("currency", "USD");
        }
        if (fixed && minimum != null) {
            price.put("amount", minimum.toPlainString());
            return price;
        }
        if (minimum != null) {
            price.put("min", minimum.toPlainString());
        }
        if (maximum != null) {
            price.put("max", maximum.toPlainString());
        }
        return price;
    }

    boolean isDollar() {
        return this.ways.stream().allMatch(WayToPay::dollar);
    }

    boolean isFixed() {
        BigDecimal minimum = minimum();
        BigDecimal maximum = maximum();
        return this.ways.stream().allMatch(WayToPay::fixed) && minimum != null && maximum != null
                && minimum.compareTo(maximum) == 0;
    }

    @Nullable BigDecimal minimum() {
        return bound(WayToPay::minimum, BigDecimal::min);
    }

    @Nullable BigDecimal maximum() {
        return bound(WayToPay::maximum, BigDecimal::max);
    }

    private @Nullable BigDecimal bound(Function<WayToPay, @Nullable BigDecimal> bound,
            BinaryOperator<BigDecimal> choice) {
        BigDecimal found = null;
        for (WayToPay way : this.ways) {
            BigDecimal next = way.dollar() ? bound.apply(way) : null;
            if (next == null) {
                return null;
            }
            found = (found != null) ? choice.apply(found, next) : next;
        }
        return found;
    }

    String text() {
        BigDecimal minimum = minimum();
        BigDecimal maximum = maximum();
        if (isFixed() && minimum != null) {
            return "$" + minimum.toPlainString();
        }
        if (maximum == null) {
            return (minimum != null) ? "$" + minimum.toPlainString() + " or more" : "a price that the terms state";
        }
        return (minimum != null) ? "$" + minimum.toPlainString() + " to $" + maximum.toPlainString()
                : "at most $" + maximum.toPlainString();
    }

    private static Map<String, Object> offer(WayToPay way) {
        PaymentRequirements terms = way.terms();
        Map<String, Object> offer = new LinkedHashMap<>();
        offer.put("intent", "charge");
        offer.put("method", "x402");
        offer.put("amount", way.fixed() ? terms.amount().value().toString() : null);
        offer.put("currency", terms.asset());
        offer.put("description", terms.scheme() + " on " + terms.network());
        return offer;
    }

}
