package io.github.x402spring.discovery;

import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.x402spring.discovery.PaidOperation.WayToPay;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentInfoTests {

    @Test
    void priceWhenAllWaysCostTheSameThenFixed() {
        assertThat(price(TestOperations.fixed(10_000), TestOperations.fixed(10_000)))
            .isEqualTo(Map.of("mode", "fixed", "currency", "USD", "amount", "0.01"));
    }

    @Test
    void priceWhenWaysDifferThenDynamicBetweenThem() {
        assertThat(price(TestOperations.fixed(20_000), TestOperations.fixed(10_000)))
            .isEqualTo(Map.of("mode", "dynamic", "currency", "USD", "min", "0.01", "max", "0.02"));
    }

    @Test
    void priceWhenOneWayIsUnboundedThenNoBound() {
        assertThat(price(TestOperations.fixed(20_000), TestOperations.computed("0.001", null)))
            .isEqualTo(Map.of("mode", "dynamic", "currency", "USD", "min", "0.001"));
    }

    @Test
    void priceWhenBoundsAreEqualAndPriceIsComputedThenDynamic() {
        assertThat(price(TestOperations.computed("0.01", "0.01")))
            .hasToString("{mode=dynamic, currency=USD, min=0.01, max=0.01}");
    }

    @Test
    void priceWhenTokenIsNoDollarThenNotInDollars() {
        WayToPay other = new WayToPay(TestOperations.terms(5), true, null, null, false, 18);
        assertThat(price(TestOperations.fixed(20_000), other)).isEqualTo(Map.of("mode", "dynamic"));
    }

    @Test
    void textWhenBoundsAreKnownThenNamesThem() {
        assertThat(text(TestOperations.fixed(20_000))).isEqualTo("$0.02");
        assertThat(text(TestOperations.computed("0.01", "2"))).isEqualTo("$0.01 to $2");
        assertThat(text(TestOperations.computed("0.01", null))).isEqualTo("$0.01 or more");
        assertThat(text(TestOperations.computed(null, "2"))).isEqualTo("at most $2");
        assertThat(text(TestOperations.computed(null, null))).isEqualTo("a price that the terms state");
    }

    private static String text(WayToPay... ways) {
        return new PaymentInfo(TestOperations.operation("GET", "/a", ways)).text();
    }

    private static Object price(WayToPay... ways) {
        return new PaymentInfo(TestOperations.operation("GET", "/a", ways)).toMap().get("price");
    }

}
