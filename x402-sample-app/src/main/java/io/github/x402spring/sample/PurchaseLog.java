package io.github.x402spring.sample;

import java.io.PrintStream;
import java.math.BigDecimal;

import org.springframework.http.ResponseEntity;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.client.PaymentListener;
import io.github.x402spring.client.PaymentReceipt;
import io.github.x402spring.client.SignedPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Listener that prints the purchases of a client, step by step.
 */
final class PurchaseLog implements PaymentListener {

    private static final int MAX_RESPONSE = 90;

    private final AssetRegistry assets;

    private final PrintStream out;

    PurchaseLog(AssetRegistry assets, PrintStream out) {
        this.assets = assets;
        this.out = out;
    }

    @Override
    public void signed(SignedPayment payment) {
        PaymentRequirements terms = payment.terms();
        step("challenge", "402: " + money(terms) + " to " + shorten(terms.payTo()));
        step("payment",
                "signed by " + shorten(payment.payer()) + ": " + money(terms) + ", valid until " + payment.expiresAt());
    }

    void title(String text) {
        this.out.printf("%n %s%n", text);
    }

    void note(String text) {
        this.out.printf("   %s%n", text);
    }

    void step(String name, String text) {
        this.out.printf("   %-11s %s%n", name, text);
    }

    /**
     * Prints the outcome of a purchase.
     * @param response the last response
     */
    void outcome(ResponseEntity<JsonNode> response) {
        JsonNode body = response.getBody();
        boolean refused = response.getStatusCode().isError();
        if (refused && body != null && body.has("decision")) {
            step("decision", body.path("decision").asString() + ": " + body.path("context").path("reason").asString()
                    + ", charged=" + body.path("payment").path("charged").asString());
        }
        else {
            step("decision", refused ? "deny" : "allow: paid, and permitted by the policy of the endpoint");
        }
        step("settlement",
                PaymentReceipt.from(response.getHeaders())
                    .map(PurchaseLog::settlement)
                    .orElse("none: nothing was charged"));
        String text = (refused && body != null) ? body.path("title").asString() : String.valueOf(body);
        step("response", response.getStatusCode().value() + " " + abbreviate(text));
    }

    private static String settlement(SettleResponse receipt) {
        return receipt.success() ? "settled in transaction " + shorten(receipt.transaction())
                : "not settled: " + receipt.errorReason();
    }

    private String money(PaymentRequirements terms) {
        Network network = terms.network();
        Asset asset = this.assets.find(network, terms.asset()).orElseThrow();
        return new BigDecimal(terms.amount().value(), asset.decimals()).stripTrailingZeros().toPlainString() + " "
                + asset.symbol() + " on " + network.v1Name().orElse(network.toString());
    }

    private static String shorten(String hex) {
        return (hex.length() > 14) ? hex.substring(0, 8) + "..." + hex.substring(hex.length() - 4) : hex;
    }

    private static String abbreviate(String text) {
        return (text.length() > MAX_RESPONSE) ? text.substring(0, MAX_RESPONSE) + "..." : text;
    }

}
