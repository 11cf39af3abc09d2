package io.github.x402spring.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * HTTP server on the loopback interface that charges for what it sells, so that a paying
 * client is tested without a chain. It asks for payment as x402 version 2 prescribes,
 * proves signatures, charges each payment once, and writes down what it received and
 * charged. By {@link #given} it misbehaves as a test asks for. Thread-safe.
 *
 * <pre class="code">
 * &#064;AutoClose
 * SellerServer seller = SellerServer.start();
 *
 * &#064;Test
 * void reportIsBoughtOnce() {
 *     this.seller.sells("/report").forPrice("$0.01");
 *     given(this.seller).settlesUnknown();
 *     String report = this.client.get().uri(this.seller.url("/report")).retrieve().body(String.class);
 *     assertThat(this.seller).chargedOnce("$0.01");
 * }
 * </pre>
 *
 * <ul>
 * <li>Nothing reaches a chain: a transaction's hash is a number that the server counts
 * up.</li>
 * <li>A payment that is presented again with the same request gets the same content, and
 * is not charged again; with another request it is refused with status 409.</li>
 * <li>Requests and charges are recorded before they are responded to.</li>
 * </ul>
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * HTTP transport</a>
 */
public final class SellerServer implements AutoCloseable, AssertProvider<SellerServerAssert> {

    private static final Logger logger = System.getLogger(SellerServer.class.getName());

    private final Map<String, SellerSale> sales = new ConcurrentHashMap<>();

    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private final SellerBooks books = new SellerBooks();

    private final List<Asset> tokens = new CopyOnWriteArrayList<>();

    private final SellerScript script = new SellerScript(this::assets);

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private final Clock clock;

    private final HttpServer server;

    private SellerServer(Clock clock) {
        this.clock = clock;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        this.server.createContext("/", this::handle);
        this.server.setExecutor(this.executor);
        this.server.start();
    }

    /**
     * Starts a server on a free port. It sells nothing yet.
     * @return the server
     */
    public static SellerServer start() {
        return start(Clock.systemUTC());
    }

    /**
     * Starts a server that judges the validity of payments by another clock.
     * @param clock the clock
     * @return the server
     */
    public static SellerServer start(Clock clock) {
        return new SellerServer(clock);
    }

    /**
     * Returns how a server is to misbehave.
     * @param seller the server
     * @return its script, to be added to
     */
    public static SellerScript given(SellerServer seller) {
        return seller.script;
    }

    /**
     * Sells what is at a path, instead of what was sold there before, by every method but
     * HEAD, which is asked for payment and never charged. Nothing can be bought before
     * {@link SellerSale#forPrice} is called.
     * @param path the path, such as {@code /report}
     * @return the sale, to be completed
     */
    public SellerSale sells(String path) {
        SellerSale sale = new SellerSale(url(path), this::assets, this::know);
        this.sales.put(path, sale);
        return sale;
    }

    /**
     * Returns the address of a path.
     * @param path the path, which starts with a slash, and a query if there is one
     * @return the address
     */
    public String url(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'path' must start with a slash");
        }
        return origin() + path;
    }

    /**
     * Returns scheme, host and port, as a payment policy names them.
     * @return the origin
     */
    public String origin() {
        return "http://localhost:" + this.server.getAddress().getPort();
    }

    /**
     * Returns all requests that arrived, in order.
     * @return the requests
     */
    public List<Request> requests() {
        return List.copyOf(this.requests);
    }

    /**
     * Returns all requests that carried a payment header, in order.
     * @return the requests
     */
    public List<Request> presentations() {
        return requests().stream().filter(Request::carriesPayment).toList();
    }

    /**
     * Returns what was charged, in order.
     * @return the charges
     */
    public List<Charge> charges() {
        return this.books.charges();
    }

    /**
     * Returns what one wallet was charged, in order.
     * @param wallet the wallet
     * @return the charges
     */
    public List<Charge> chargesTo(TestWallet wallet) {
        return charges().stream().filter((charge) -> charge.payer().equalsIgnoreCase(wallet.address())).toList();
    }

    /**
     * Forgets requests, payments and the script. What is sold stays.
     */
    public void reset() {
        this.requests.clear();
        this.books.clear();
        this.script.clear();
    }

    @Override
    public SellerServerAssert assertThat() {
        return new SellerServerAssert(this);
    }

    /**
     * Stops the server. Requests that are being responded to are broken off.
     */
    @Override
    public void close() {
        this.server.stop(0);
        this.executor.shutdownNow();
    }

    /** Returns the preset tokens, and those that something is sold in. */
    AssetRegistry assets() {
        return new AssetRegistry(this.tokens);
    }

    private void know(Asset asset) {
        if (!this.tokens.contains(asset)) {
            this.tokens.add(asset);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            SellerSale sale = this.sales.get(exchange.getRequestURI().getPath());
            SellerExchange purchase = new SellerExchange(exchange, sale, this.books, this.clock);
            this.requests.add(purchase.request());
            if (sale == null) {
                purchase.reply(404, "Nothing is sold here. For sale: " + this.sales.keySet());
            }
            else if (sale.offers().isEmpty()) {
                purchase.reply(500, "No price is set: call sells(\"" + exchange.getRequestURI().getPath()
                        + "\").forPrice(\"$0.01\")");
            }
            else if (!purchase.request().carriesPayment() || "HEAD".equals(exchange.getRequestMethod())) {
                this.script.nextChallenge().respond(purchase);
            }
            else if (purchase.accept()) {
                this.script.nextPayment().respond(purchase);
            }
        }
        catch (RuntimeException ex) {
            logger.log(Level.ERROR, "A response of the seller failed", ex);
            throw ex;
        }
    }

    /**
     * Request that arrived.
     *
     * @param method the HTTP method
     * @param uri the path and the query
     * @param carriesPayment whether it had a payment header, readable or not
     * @param payer the payer's address; {@code null} if there was no readable payment
     * @param nonce the nonce of the payment; {@code null} if there was no readable
     * payment
     * @param signature a digest of the signature, or of the header if it is not readable;
     * {@code null} if there was no payment header
     */
    public record Request(String method, URI uri, boolean carriesPayment, @Nullable String payer,
            @Nullable String nonce, @Nullable String signature) {

        @Override
        public String toString() {
            return this.method + " " + this.uri + (this.carriesPayment ? " with a payment of " + this.payer : "");
        }

    }

    /**
     * Payment that was taken.
     *
     * @param request the method, path and query that were paid for
     * @param payer the payer's address
     * @param terms the terms that were paid
     * @param nonce the nonce of the payment: two charges with the same one are two
     * charges of the same payment
     * @param transaction the hash that the receipt names
     */
    public record Charge(String request, String payer, PaymentRequirements terms, String nonce, String transaction) {

        @Override
        public String toString() {
            return text(new AmountFormat(new AssetRegistry(List.of())));
        }

        String text(AmountFormat format) {
            return format.text(this.terms.network(), this.terms.asset(), this.terms.amount().value()) + " from "
                    + this.payer + " to " + this.terms.payTo() + " on " + this.terms.network() + " for " + this.request;
        }

    }

}
