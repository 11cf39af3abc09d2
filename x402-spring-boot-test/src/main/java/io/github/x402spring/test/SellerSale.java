package io.github.x402spring.test;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * Offer of a {@link SellerServer} at one path. Network, token and recipient apply to the
 * prices that follow, so several prices are several ways to pay:
 *
 * <pre class="code">
 * seller.sells("/report").on("base").forPrice("$0.01").on("polygon").forPrice("$0.02");
 * </pre>
 *
 * @since 0.1.0
 */
public final class SellerSale {

    private final List<PaymentRequirements> offers = new CopyOnWriteArrayList<>();

    private final List<PaymentRequirements> asked = new CopyOnWriteArrayList<>();

    private final Map<String, Object> extensions = new LinkedHashMap<>();

    private final String url;

    private final Supplier<AssetRegistry> assets;

    private final Consumer<Asset> tokens;

    private Network network = Network.parse("base-sepolia");

    private @Nullable Asset asset;

    private String payTo = TestWallet.named("seller").address();

    private long maxTimeoutSeconds = 300;

    private volatile String contentType = "text/plain";

    private volatile byte[] content;

    /**
     * Creates an offer at a path.
     * @param assets returns the known tokens
     * @param tokens is notified of another one
     */
    SellerSale(String url, Supplier<AssetRegistry> assets, Consumer<Asset> tokens) {
        this.url = url;
        this.assets = assets;
        this.tokens = tokens;
        this.content = ("Delivered: " + url).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Sets the network of the prices that follow. It is {@code base-sepolia} unless it is
     * set.
     * @param network an alias or a CAIP-2 name
     * @return this sale
     */
    public SellerSale on(String network) {
        this.network = Network.parse(network);
        this.asset = null;
        return this;
    }

    /**
     * Sets the token, and with it the network, of the prices that follow. A price names
     * one of the preset tokens unless it is set.
     * @param asset the token
     * @return this sale
     */
    public SellerSale in(Asset asset) {
        this.tokens.accept(asset);
        this.network = asset.network();
        this.asset = asset;
        return this;
    }

    /**
     * Sets the recipient of the prices that follow. It is the wallet that is named
     * {@code seller} unless it is set.
     * @param address the address
     * @return this sale
     */
    public SellerSale payTo(String address) {
        this.payTo = address;
        return this;
    }

    /**
     * Sets for how long payments of the prices that follow may be valid. It is five
     * minutes unless it is set.
     * @param seconds the time in seconds
     * @return this sale
     */
    public SellerSale within(long seconds) {
        this.maxTimeoutSeconds = seconds;
        return this;
    }

    /**
     * Adds a way to pay.
     * @param price the price, such as {@code "$0.01"} or {@code "1.50 USDC"}
     * @return this sale
     * @throws IllegalArgumentException if the network has no such token, or the price is
     * not a whole number of its atomic units
     */
    public SellerSale forPrice(String price) {
        Price parsed = Price.parse(price);
        Asset token = (this.asset != null) ? this.asset
                : this.assets.get()
                    .find(this.network, parsed.symbol())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "No token is known for " + price + " on " + this.network + "; name it with in(asset)"));
        return forTerms(new PaymentRequirements("exact", this.network, parsed.in(token), token.address(), this.payTo,
                this.maxTimeoutSeconds, token.extra()));
    }

    /**
     * Adds a way to pay, whatever it is.
     * @param terms the entry of {@code accepts}
     * @return this sale
     */
    public SellerSale forTerms(PaymentRequirements terms) {
        this.offers.add(terms);
        return this;
    }

    /**
     * Sets what a paid response has. It is a line of text unless it is set.
     * @param contentType the media type
     * @param content the content
     * @return this sale
     */
    public SellerSale delivers(String contentType, String content) {
        this.contentType = contentType;
        this.content = content.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /**
     * Declares an extension in the terms, such as {@code payment-identifier}.
     * @param name the extension's key
     * @param declaration what is declared, as a tree of JSON
     * @return this sale
     */
    public SellerSale declares(String name, Object declaration) {
        synchronized (this.extensions) {
            this.extensions.put(name, declaration);
        }
        return this;
    }

    String contentType() {
        return this.contentType;
    }

    byte[] content() {
        return this.content;
    }

    List<PaymentRequirements> offers() {
        return this.offers;
    }

    /** Lays out the terms, each way to pay changed. A payment of any of them counts. */
    PaymentRequired terms(String error, UnaryOperator<PaymentRequirements> change) {
        List<PaymentRequirements> accepts = this.offers.stream().map(change).toList();
        accepts.stream().filter((terms) -> !this.asked.contains(terms)).forEach(this.asked::add);
        synchronized (this.extensions) {
            return new PaymentRequired(error, new ResourceInfo(this.url, "", this.contentType), accepts,
                    this.extensions);
        }
    }

    /** Finds the terms that a client accepted among all that it was ever asked for. */
    @Nullable PaymentRequirements accepted(@Nullable Object accepted) {
        for (List<PaymentRequirements> known : List.of(this.offers, this.asked)) {
            for (PaymentRequirements terms : known) {
                if (terms.matches(accepted)) {
                    return terms;
                }
            }
        }
        return null;
    }

}
