package io.github.x402spring.sample;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.client.PaymentReceipt;
import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Prints what goes over the wire in a purchase, in plain words. Sits behind the paying
 * interceptor, so it sees signed payments; it prints what was agreed to and never the
 * signature, with which others could have the payment settled.
 */
final class PurchaseLog implements ClientHttpRequestInterceptor {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final int MAX_ANSWER = 90;

    private final AssetRegistry assets;

    private final PrintStream out;

    PurchaseLog(AssetRegistry assets, PrintStream out) {
        this.assets = assets;
        this.out = out;
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        String payment = request.getHeaders().getFirst("PAYMENT-SIGNATURE");
        if (payment != null && CODEC.decodePayment(payment) instanceof DecodedPayment.Readable(var payload)) {
            payment(payload.payload().get("authorization"), payload.accepted());
        }
        ClientHttpResponse response = execution.execute(request, body);
        String terms = response.getHeaders().getFirst("PAYMENT-REQUIRED");
        if (terms != null) {
            boolean identity = response.getHeaders().containsHeader("WWW-Authenticate");
            CODEC.decodePaymentRequired(terms)
                .ifPresent((required) -> required.accepts().forEach((accepted) -> challenge(accepted, identity)));
        }
        return response;
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
     * Prints what became of a purchase.
     * @param answer the last answer
     */
    void outcome(ResponseEntity<JsonNode> answer) {
        JsonNode body = answer.getBody();
        boolean refused = answer.getStatusCode().isError();
        if (refused && body != null && body.has("decision")) {
            step("decision", body.path("decision").asString() + ": " + body.path("context").path("reason").asString()
                    + ", charged=" + body.path("payment").path("charged").asString());
        }
        else {
            step("decision", refused ? "deny" : "allow: paid, and permitted by the policy of the endpoint");
        }
        step("settlement",
                PaymentReceipt.from(answer.getHeaders())
                    .map(PurchaseLog::settlement)
                    .orElse("none: nothing was charged"));
        String text = (refused && body != null) ? body.path("title").asString() : String.valueOf(body);
        step("answer", answer.getStatusCode().value() + " " + abbreviate(text));
    }

    private void challenge(PaymentRequirements terms, boolean identity) {
        step("challenge", "402: " + money(terms.network(), terms.asset(), terms.amount().value()) + " to "
                + shorten(terms.payTo()) + (identity ? ", and credentials" : ""));
    }

    private void payment(@Nullable Object signed, @Nullable Object accepted) {
        if (signed instanceof Map<?, ?> authorization && accepted instanceof Map<?, ?> terms) {
            Instant validBefore = Instant.ofEpochSecond(Long.parseLong(text(authorization, "validBefore")));
            step("payment",
                    "signed by "
                            + shorten(text(authorization, "from")) + ": " + money(Network.parse(text(terms, "network")),
                                    text(terms, "asset"), new BigInteger(text(authorization, "value")))
                            + ", valid until " + validBefore);
        }
    }

    private static String text(Map<?, ?> tree, String name) {
        return String.valueOf(tree.get(name));
    }

    private static String settlement(SettleResponse receipt) {
        return receipt.success() ? "settled in transaction " + shorten(receipt.transaction())
                : "not settled: " + receipt.errorReason();
    }

    private String money(Network network, String address, BigInteger units) {
        Asset asset = this.assets.find(network, address).orElseThrow();
        return new BigDecimal(units, asset.decimals()).stripTrailingZeros().toPlainString() + " " + asset.symbol()
                + " on " + network.v1Name().orElse(network.toString());
    }

    private static String shorten(String hex) {
        return (hex.length() > 14) ? hex.substring(0, 8) + "..." + hex.substring(hex.length() - 4) : hex;
    }

    private static String abbreviate(String text) {
        return (text.length() > MAX_ANSWER) ? text.substring(0, MAX_ANSWER) + "..." : text;
    }

}
