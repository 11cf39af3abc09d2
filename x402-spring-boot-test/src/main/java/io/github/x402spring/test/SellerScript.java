package io.github.x402spring.test;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.SellerServer.Charge;

/**
 * Script of the misbehavior of a {@link SellerServer}. Each line is used once, for the
 * next request that it is about: lines on terms for a request without payment, all others
 * for a payment that was accepted. When no line is left, the server behaves.
 *
 * <pre class="code">
 * given(seller).isUnavailable().times(2).settlesUnknown();
 * given(seller).asksFor("$5.00").always();
 * </pre>
 *
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class SellerScript {

    private static final String GARBAGE = "%%% no base64 %%%";

    private final Deque<Line> challenges = new ArrayDeque<>();

    private final Deque<Line> payments = new ArrayDeque<>();

    private final Supplier<AssetRegistry> assets;

    private @Nullable Line last;

    SellerScript(Supplier<AssetRegistry> assets) {
        this.assets = assets;
    }

    /**
     * Charges the payment and responds with 503, as if it did not know the outcome. When
     * the same payment is presented again, the content is delivered.
     * @return this script
     */
    public SellerScript settlesUnknown() {
        return payment((purchase) -> {
            purchase.charge();
            unavailable(purchase);
        });
    }

    /**
     * Charges the payment and responds with 402 and a receipt that says
     * {@code settlement_pending} and names the transaction.
     * @return this script
     */
    public SellerScript settlesPending() {
        return payment((purchase) -> purchase.refuse(ReasonCode.SETTLEMENT_PENDING, purchase.charge().transaction()));
    }

    /**
     * Charges the payment and asks for payment again, with status 402 and no receipt. A
     * client that signs again is charged again.
     * @return this script
     */
    public SellerScript asksAgainAfterCharging() {
        return payment((purchase) -> {
            purchase.charge();
            purchase.challenge("Payment required", UnaryOperator.identity());
        });
    }

    /**
     * Charges the payment, responds with 503 and forgets the payment. When the same
     * payment is presented again, it is charged again.
     * @return this script
     */
    public SellerScript chargesTwice() {
        return payment((purchase) -> {
            purchase.charge();
            purchase.forget();
            unavailable(purchase);
        });
    }

    /**
     * Charges the payment and closes the connection without a response.
     * @return this script
     */
    public SellerScript closesConnectionAfterCharging() {
        return payment(SellerExchange::charge);
    }

    /**
     * Charges the payment and closes the connection in the middle of the content.
     * @return this script
     */
    public SellerScript breaksOffContent() {
        return payment((purchase) -> {
            purchase.receipt(SellerExchange.receiptOf(purchase.charge()));
            purchase.deliver(1);
        });
    }

    /**
     * Charges the payment and delivers the content after a while. Closing the server ends
     * the wait.
     * @param duration how long it takes
     * @return this script
     */
    public SellerScript takes(Duration duration) {
        return payment((purchase) -> {
            Charge charge = purchase.charge();
            try {
                Thread.sleep(duration);
            }
            catch (InterruptedException ex) {
                return;
            }
            deliver(purchase, charge);
        });
    }

    /**
     * Charges nothing and responds with 503.
     * @return this script
     */
    public SellerScript isUnavailable() {
        return payment(SellerScript::unavailable);
    }

    /**
     * Charges nothing and responds with 402 and a receipt that gives a reason.
     * @param reason the reason
     * @return this script
     */
    public SellerScript refuses(ReasonCode reason) {
        return payment((purchase) -> purchase.refuse(reason, ""));
    }

    /**
     * Charges nothing and sends a request with a payment elsewhere, with status 307.
     * @param url the address
     * @return this script
     */
    public SellerScript redirectsPayment(String url) {
        return payment((purchase) -> redirect(purchase, url));
    }

    /**
     * Charges the payment and delivers the content without a receipt.
     * @return this script
     */
    public SellerScript omitsReceipt() {
        return payment((purchase) -> {
            purchase.charge();
            purchase.deliver();
        });
    }

    /**
     * Charges the payment and delivers the content with a receipt of another payment: of
     * another payer, on another network, with another amount and transaction.
     * @return this script
     */
    public SellerScript sendsForeignReceipt() {
        return changesReceipt((receipt) -> new SettleResponse(true, null, TestWallet.named("stranger").address(),
                "0x" + "f".repeat(64), "eip155:1", BigInteger.ONE, receipt.remark()));
    }

    /**
     * Charges the payment and delivers the content with a receipt that says it was not
     * settled.
     * @return this script
     */
    public SellerScript deniesSettlement() {
        return changesReceipt((receipt) -> new SettleResponse(false, ReasonCode.UNEXPECTED_SETTLE_ERROR,
                receipt.payer(), "", receipt.network()));
    }

    /**
     * Charges the payment and delivers the content with a changed receipt.
     * @param change makes the receipt from the true one
     * @return this script
     */
    public SellerScript changesReceipt(UnaryOperator<SettleResponse> change) {
        return payment((purchase) -> {
            purchase.receipt(change.apply(SellerExchange.receiptOf(purchase.charge())));
            purchase.deliver();
        });
    }

    /**
     * Charges the payment and delivers the content with a receipt that is not readable.
     * @return this script
     */
    public SellerScript sendsUnreadableReceipt() {
        return payment((purchase) -> {
            purchase.charge();
            purchase.header("PAYMENT-RESPONSE", GARBAGE);
            purchase.deliver();
        });
    }

    /**
     * Sends a request without payment elsewhere, with status 307.
     * @param url the address
     * @return this script
     */
    public SellerScript redirects(String url) {
        return challenge((purchase) -> redirect(purchase, url));
    }

    /**
     * Asks for another price, in the same tokens. A symbol in it does not count.
     * @param price the price, such as {@code "$5.00"}
     * @return this script
     */
    public SellerScript asksFor(String price) {
        Price parsed = Price.parse(price);
        return asks((terms) -> new PaymentRequirements(terms.scheme(), terms.network(), amount(parsed, terms),
                terms.asset(), terms.payTo(), terms.maxTimeoutSeconds(), terms.extra()));
    }

    /**
     * Asks for payment to another recipient.
     * @param address the recipient's address
     * @return this script
     */
    public SellerScript asksForPaymentTo(String address) {
        return asks((terms) -> new PaymentRequirements(terms.scheme(), terms.network(), terms.amount(), terms.asset(),
                address, terms.maxTimeoutSeconds(), terms.extra()));
    }

    /**
     * Asks for payment in another token, which claims the name and version of the right
     * one.
     * @param address the address of the token's contract
     * @return this script
     */
    public SellerScript asksForToken(String address) {
        return asks((terms) -> new PaymentRequirements(terms.scheme(), terms.network(), terms.amount(), address,
                terms.payTo(), terms.maxTimeoutSeconds(), terms.extra()));
    }

    /**
     * Asks for payment on another network, in a token at the same address.
     * @param network an alias or a CAIP-2 name
     * @return this script
     */
    public SellerScript asksOn(String network) {
        Network parsed = Network.parse(network);
        return asks((terms) -> new PaymentRequirements(terms.scheme(), parsed, terms.amount(), terms.asset(),
                terms.payTo(), terms.maxTimeoutSeconds(), terms.extra()));
    }

    /**
     * Asks for payment under changed terms. A payer that accepts them is charged.
     * @param change makes each entry of {@code accepts} from the right one
     * @return this script
     */
    public SellerScript asks(UnaryOperator<PaymentRequirements> change) {
        return challenge((purchase) -> purchase.challenge("Payment required", change));
    }

    /**
     * Responds to a request without payment with status 402 and terms that are not
     * readable.
     * @return this script
     */
    public SellerScript sendsUnreadableTerms() {
        return challenge((purchase) -> {
            purchase.header("PAYMENT-REQUIRED", GARBAGE);
            purchase.reply(402, "Payment required");
        });
    }

    /**
     * Responds to a request without payment with status 402 and no terms.
     * @return this script
     */
    public SellerScript omitsTerms() {
        return challenge((purchase) -> purchase.reply(402, "Payment required"));
    }

    /**
     * Uses the last line several times.
     * @param times how many times
     * @return this script
     * @throws IllegalStateException if there is no line
     */
    public synchronized SellerScript times(int times) {
        if (times < 1) {
            throw new IllegalArgumentException("'times' must be positive");
        }
        if (this.last == null) {
            throw new IllegalStateException("The script has no line to be repeated");
        }
        this.last.left = times;
        return this;
    }

    /**
     * Uses the last line for every further request that it is about.
     * @return this script
     * @throws IllegalStateException if there is no line
     */
    public SellerScript always() {
        return times(Integer.MAX_VALUE);
    }

    Step nextChallenge() {
        return next(this.challenges, (purchase) -> purchase.challenge("Payment required", UnaryOperator.identity()));
    }

    Step nextPayment() {
        return next(this.payments, (purchase) -> deliver(purchase, purchase.charge()));
    }

    synchronized void clear() {
        this.challenges.clear();
        this.payments.clear();
        this.last = null;
    }

    private synchronized Step next(Deque<Line> lines, Step otherwise) {
        Line line = lines.peek();
        if (line == null) {
            return otherwise;
        }
        if (line.left < Integer.MAX_VALUE && --line.left == 0) {
            lines.remove();
        }
        return line.step;
    }

    private SellerScript challenge(Step step) {
        return add(this.challenges, step);
    }

    private SellerScript payment(Step step) {
        return add(this.payments, step);
    }

    private synchronized SellerScript add(Deque<Line> lines, Step step) {
        this.last = new Line(step);
        lines.add(this.last);
        return this;
    }

    private static void deliver(SellerExchange purchase, Charge charge) throws IOException {
        purchase.receipt(SellerExchange.receiptOf(charge));
        purchase.deliver();
    }

    private static void unavailable(SellerExchange purchase) throws IOException {
        purchase.header("Retry-After", "0");
        purchase.reply(503, "Not available");
    }

    private static void redirect(SellerExchange purchase, String url) throws IOException {
        purchase.header("Location", url);
        purchase.reply(307, "");
    }

    private TokenAmount amount(Price price, PaymentRequirements terms) {
        Asset asset = this.assets.get()
            .find(terms.network(), terms.asset())
            .orElseThrow(() -> new IllegalArgumentException("The token " + terms.asset() + " is not known"));
        return price.in(asset);
    }

    /**
     * Response to one request.
     */
    @FunctionalInterface
    interface Step {

        void respond(SellerExchange purchase) throws IOException;

    }

    private static final class Line {

        private final Step step;

        private int left = 1;

        private Line(Step step) {
            this.step = step;
        }

    }

}
