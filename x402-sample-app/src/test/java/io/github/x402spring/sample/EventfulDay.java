package io.github.x402spring.sample;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalNode;

import static io.github.x402spring.test.X402Payments.paid;

/**
 * Is a day of a shop that settles by itself on a chain of its own: calm and rush, people
 * who only look, an attack, a chain that stands still for a while, and a ledger that gets
 * full. Told in as many steps as there is time for.
 */
final class EventfulDay implements AutoCloseable {

    private static final BigInteger PURSE = BigInteger.valueOf(100_000_000);

    private static final List<Integer> RELAYERS = List.of(2, 3);

    private static final int BUYERS = 5;

    private static final int RUSH = 8;

    private static final BigInteger GAS = BigInteger.valueOf(400_000_000_000_000_000L);

    private static final String[] PROPERTIES = { "x402.facilitator.type=local",
            "x402.facilitator.settle-timeout=1500ms", "x402.facilitator.circuit-breaker.open-time=3s",
            "x402.evm.poll-interval=50ms", "x402.evm.priority-fee-gwei=5", "x402.evm.warn-below-transfers=0",
            "x402.endpoints.map.accepts[0].price=$0.03", "x402.endpoints.map.accepts[0].network=base-sepolia",
            "x402.ledger.type=memory", "x402.ledger.reconcile-interval=2s", "x402.payments.failed.per-payer=0",
            "x402.payments.failed.per-address=0", "x402.payments.released.per-payer=0",
            "x402.web.max-held-response=256B", "management.endpoints.web.exposure.include=health,prometheus",
            "management.metrics.distribution.percentiles-histogram.x402.settle=true" };

    private final Random random = new Random(402);

    private final HttpClient plain = HttpClient.newHttpClient();

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private final int steps;

    private final LocalNode chain;

    private final RunningShop shop;

    private final List<Buyer> buyers;

    private boolean standstill;

    private EventfulDay(int steps, LocalNode chain) {
        this.steps = steps;
        this.chain = chain;
        RELAYERS.forEach((relayer) -> chain.setGas(EvmAddress.parse(chain.account(relayer).address()), GAS));
        this.shop = RunningShop.openWith(Newspaper.class,
                Map.of("x402.evm.relayer-keys",
                        RELAYERS.stream().map(chain::privateKey).collect(Collectors.joining(","))),
                Stream
                    .concat(Stream.of(PROPERTIES),
                            Stream.of("x402.evm.rpc-urls=" + chain.rpcUrl(), "x402.ledger.max-entries=" + room()))
                    .toArray(String[]::new));
        this.buyers = IntStream.range(0, BUYERS).mapToObj((number) -> Buyer.of(this.shop.origin())).toList();
        this.buyers.forEach((buyer) -> chain.mint(EvmAddress.parse(buyer.address()), PURSE));
    }

    static EventfulDay begin(int steps) {
        return new EventfulDay(steps, LocalNode.start());
    }

    URI metrics() {
        return URI.create(this.shop.origin() + "/actuator/prometheus");
    }

    /** Lets everything happen once that customers do. */
    void open() throws Exception {
        for (Visit visit : Visit.values()) {
            act(visit, this.buyers.get(0)).call();
        }
    }

    /** Lets a step of the day happen, and does not wait for its end. */
    void go(int step) {
        double time = (double) step / this.steps;
        stall(time > 0.42 && time < 0.57);
        int sales = (step < rush()) ? sales(step) : rush(step);
        for (int i = 0; i < sales; i++) {
            send(Visit.sale(this.random));
        }
        for (int i = 0; i < ((time > 0.22 && time < 0.34) ? 6 : 1); i++) {
            send(Visit.trouble(this.random));
        }
    }

    private void send(Visit visit) {
        Buyer buyer = this.buyers.get(this.random.nextInt(BUYERS));
        this.executor.submit(() -> act(visit, buyer).call());
    }

    /** Two waves, and the beginning of a third. */
    private int sales(int step) {
        double time = (double) step / this.steps;
        double wave = Math.sin(time * 2.5 * Math.PI);
        return (int) Math.round(2 + (4 + 3 * time) * wave * wave);
    }

    /** Fills the ledger just before the end. */
    private int rush(int step) {
        PaymentLedger ledger = this.shop.bean(PaymentLedger.class);
        int left = ledger.capacity() - ledger.size();
        return RUSH + left / Math.max(1, this.steps - step - 3);
    }

    private int rush() {
        return this.steps - Math.max(2, this.steps / 12);
    }

    /** The ledger has room for everything but the rush. */
    private int room() {
        return IntStream.range(0, rush()).map(this::sales).sum();
    }

    private void stall(boolean now) {
        if (now != this.standstill) {
            this.standstill = now;
            if (now) {
                this.chain.pauseMining();
            }
            else {
                this.chain.resumeMining();
            }
        }
    }

    private Callable<?> act(Visit visit, Buyer buyer) {
        return switch (visit) {
            case QUOTE -> () -> buyer.get("/quote");
            case FORECAST -> () -> buyer.getAs("reader", "/forecast/lisbon");
            case MAP -> () -> buyer.get("/map");
            case ARCHIVE -> () -> buyer.get("/archive?pages=7");
            case WHOLE_ARCHIVE -> () -> buyer.get("/archive?pages=50");
            case WORD_COUNT -> () -> buyer.post("/word-count", "{\"text\":\"one two\"}");
            case REPORT -> () -> buyer.get("/report");
            case FORBIDDEN -> () -> buyer.getAs("trader", "/forecast/lisbon");
            case TOO_MUCH -> () -> buyer.get("/archive?pages=51");
            case LOOK -> () -> present("/quote", null);
            case REPLAY -> () -> present("/quote", this.buyers.get(0).payments().get(0));
            case NONSENSE -> () -> present("/map", "not a payment");
            case POOR -> () -> present("/quote", paymentForAQuote());
            case OTHER_PRICE -> () -> present("/archive?pages=2", paymentForAQuote());
        };
    }

    private HttpResponse<String> present(String path, String payment) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.shop.origin() + path));
        if (payment != null) {
            request.header("PAYMENT-SIGNATURE", payment);
        }
        return this.plain.send(request.build(), BodyHandlers.ofString());
    }

    private String paymentForAQuote() throws IOException {
        return paid().by(TestWallet.create())
            .headersFor(URI.create(this.shop.origin() + "/quote"))
            .getFirst("PAYMENT-SIGNATURE");
    }

    @Override
    public void close() {
        this.executor.shutdownNow();
        this.plain.shutdownNow();
        this.shop.close();
        this.chain.close();
    }

    private enum Visit {

        QUOTE, FORECAST, MAP, ARCHIVE, WHOLE_ARCHIVE, WORD_COUNT, REPORT, FORBIDDEN, TOO_MUCH, LOOK, REPLAY, NONSENSE,
        POOR, OTHER_PRICE;

        private static final List<Visit> SALES = List.of(QUOTE, QUOTE, QUOTE, QUOTE, FORECAST, FORECAST, FORECAST, MAP,
                MAP, ARCHIVE, WHOLE_ARCHIVE, WORD_COUNT, REPORT);

        private static final List<Visit> TROUBLE = List.of(LOOK, LOOK, LOOK, FORBIDDEN, TOO_MUCH, REPLAY, REPLAY,
                NONSENSE, NONSENSE, POOR, OTHER_PRICE);

        static Visit sale(Random random) {
            return SALES.get(random.nextInt(SALES.size()));
        }

        static Visit trouble(Random random) {
            return TROUBLE.get(random.nextInt(TROUBLE.size()));
        }

    }

    @RestController
    static class Newspaper {

        private final AtomicInteger printed = new AtomicInteger();

        /** Is paid for first, and then out of print every other time. */
        @GetMapping("/report")
        @PaidEndpoint(value = "report", price = "$0.02", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
        String report() {
            if (this.printed.getAndIncrement() % 2 == 0) {
                throw new ResponseStatusException(HttpStatus.INTERNAL_SERVER_ERROR, "Out of print");
            }
            return "All is well";
        }

    }

}
