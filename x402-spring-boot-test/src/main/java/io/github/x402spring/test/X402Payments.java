package io.github.x402spring.test;

/**
 * Entry point to payments in tests, for static import:
 *
 * <pre class="code">
 * assertThat(mvc.get().uri("/weather").with(paid("$0.01"))).hasStatusOk();
 * </pre>
 *
 * @since 0.1.0
 * @see TestPayment
 */
public final class X402Payments {

    private X402Payments() {
    }

    /**
     * Pays whatever the terms ask for.
     * @return a payment by the wallet named {@code buyer}
     */
    public static TestPayment paid() {
        return TestPayment.standard();
    }

    /**
     * Pays a price, and fails the test when the terms ask for anything else.
     * @param price the price that the terms are expected to ask for: {@code "$0.01"},
     * {@code "0.01"} or {@code "1.50 USDC"}, or the number of atomic units and the
     * address of a token
     * @return a payment by the wallet named {@code buyer}
     * @throws IllegalArgumentException if that is no price
     */
    public static TestPayment paid(String price) {
        Prices.parse(price, PaymentContext.current().assets());
        return TestPayment.standard().withPrice(price);
    }

}
