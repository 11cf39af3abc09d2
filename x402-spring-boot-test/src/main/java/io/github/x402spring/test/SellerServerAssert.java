package io.github.x402spring.test;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.assertj.core.api.AbstractAssert;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.Price;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.SellerServer.Charge;
import io.github.x402spring.test.SellerServer.Request;

/**
 * Assertions on what a {@link SellerServer} received and charged. Messages list the
 * charges in whole tokens.
 *
 * @since 0.1.0
 */
public final class SellerServerAssert extends AbstractAssert<SellerServerAssert, SellerServer> {

    SellerServerAssert(SellerServer actual) {
        super(actual, SellerServerAssert.class);
    }

    /**
     * Checks that nothing was charged.
     * @return these assertions
     */
    public SellerServerAssert chargedNothing() {
        return charged(0);
    }

    /**
     * Checks that exactly one charge was made.
     * @return these assertions
     */
    public SellerServerAssert chargedOnce() {
        return charged(1);
    }

    /**
     * Checks that exactly one charge was made, of a price.
     * @param price the price, such as {@code "$0.01"}
     * @return these assertions
     */
    public SellerServerAssert chargedOnce(String price) {
        chargedOnce();
        Charge charge = charges().get(0);
        TokenAmount expected = amount(charge, price);
        if (!charge.terms().amount().equals(expected)) {
            failWithMessage("%nExpected the seller to charge%n  %s%nbut it charged%n%s", text(charge, expected),
                    list());
        }
        return this;
    }

    /**
     * Checks how many charges were made.
     * @param times how many
     * @return these assertions
     */
    public SellerServerAssert charged(int times) {
        if (charges().size() != times) {
            failWithMessage("%nExpected the seller to charge %s%nbut it charged%n%s", times(times), list());
        }
        return this;
    }

    /**
     * Checks what a wallet was charged in total, and that it was all in one token.
     * @param wallet the wallet
     * @param price the total, such as {@code "$0.03"}
     * @return these assertions
     */
    public SellerServerAssert chargedInTotal(TestWallet wallet, String price) {
        List<Charge> charges = this.actual.chargesTo(wallet);
        List<String> tokens = charges.stream()
            .map((charge) -> charge.terms().network() + " " + charge.terms().asset())
            .distinct()
            .toList();
        if (tokens.size() != 1) {
            failWithMessage("%nExpected the seller to charge %s %s in total%nbut it charged it in %s tokens%n%s",
                    wallet.address(), price, tokens.size(), list());
        }
        Charge first = charges.get(0);
        TokenAmount total = new TokenAmount(charges.stream()
            .map((charge) -> charge.terms().amount().value())
            .reduce(BigInteger.ZERO, BigInteger::add));
        TokenAmount expected = amount(first, price);
        if (!total.equals(expected)) {
            failWithMessage("%nExpected the seller to charge %s in total%n  %s%nbut it charged%n  %s%nnamely%n%s",
                    wallet.address(), text(first, expected), text(first, total), list());
        }
        return this;
    }

    /**
     * Checks that every charge, and at least one, was paid by a wallet.
     * @param wallet the wallet
     * @return these assertions
     */
    public SellerServerAssert from(TestWallet wallet) {
        return each("from " + wallet.address(), (charge) -> charge.payer().equalsIgnoreCase(wallet.address()));
    }

    /**
     * Checks that every charge, and at least one, was paid to an address.
     * @param payTo the recipient's address
     * @return these assertions
     */
    public SellerServerAssert to(String payTo) {
        return each("to " + payTo, (charge) -> charge.terms().payTo().equalsIgnoreCase(payTo));
    }

    /**
     * Checks that every charge, and at least one, was made on a network.
     * @param network an alias or a CAIP-2 name
     * @return these assertions
     */
    public SellerServerAssert on(String network) {
        Network parsed = Network.parse(network);
        return each("on " + parsed, (charge) -> charge.terms().network().equals(parsed));
    }

    /**
     * Checks how many requests arrived with a payment.
     * @param times how many
     * @return these assertions
     */
    public SellerServerAssert receivedPayments(int times) {
        List<Request> presentations = this.actual.presentations();
        if (presentations.size() != times) {
            failWithMessage("%nExpected the seller to receive %s payments%nbut it received %s, in these requests%n%s",
                    times, presentations.size(), requests());
        }
        return this;
    }

    /**
     * Checks how many different payments arrived: one that is presented again is not
     * another one, and one that is signed again is, also with the same nonce.
     * @param number how many
     * @return these assertions
     */
    public SellerServerAssert receivedSignatures(int number) {
        long signatures = this.actual.presentations().stream().map(Request::signature).distinct().count();
        if (signatures != number) {
            failWithMessage("%nExpected the seller to receive %s different payments%nbut it received %s,"
                    + " in these requests%n%s", number, signatures, requests());
        }
        return this;
    }

    private SellerServerAssert each(String what, Predicate<Charge> condition) {
        if (charges().isEmpty() || !charges().stream().allMatch(condition)) {
            failWithMessage("%nExpected each charge to be %s%nbut the seller charged%n%s", what, list());
        }
        return this;
    }

    private List<Charge> charges() {
        isNotNull();
        return this.actual.charges();
    }

    private TokenAmount amount(Charge charge, String price) {
        Asset asset = this.actual.assets()
            .find(charge.terms().network(), charge.terms().asset())
            .orElseThrow(() -> new IllegalArgumentException(
                    "The token " + charge.terms().asset() + " is not known; look at charges()"));
        return Price.parse(price).in(asset);
    }

    private String text(Charge charge, TokenAmount amount) {
        return format().text(charge.terms().network(), charge.terms().asset(), amount.value());
    }

    private static String times(int times) {
        return switch (times) {
            case 0 -> "nothing";
            case 1 -> "once";
            default -> times + " times";
        };
    }

    private AmountFormat format() {
        return new AmountFormat(this.actual.assets());
    }

    private String list() {
        AmountFormat format = format();
        return lines(charges().stream().map((charge) -> charge.text(format)).toList(), "nothing");
    }

    private String requests() {
        return lines(this.actual.requests(), "none");
    }

    private static String lines(List<?> all, String none) {
        return all.isEmpty() ? "  " + none
                : all.stream().map((each) -> "  " + each).collect(Collectors.joining(System.lineSeparator()));
    }

}
