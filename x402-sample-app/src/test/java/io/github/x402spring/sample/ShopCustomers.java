package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Endurance;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

/**
 * Are customers who buy one thing after the other. Each presents its payment to two
 * instances at a time, and again to any until it is served or told that it expired. Every
 * tenth is not that patient.
 */
final class ShopCustomers implements AutoCloseable {

    private static final int CUSTOMERS = 8;

    private static final int IMPATIENT = 10;

    /**
     * Between two purchases of a customer: in the ordinary build instances that start are
     * to get the processor.
     */
    private static final Duration PAUSE = Duration.ofMillis(Endurance.size(200, 0));

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newHttpClient();

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private final List<ShopProcess> shops;

    private final Queue<Purchase> purchases = new ConcurrentLinkedQueue<>();

    private final AtomicInteger begun = new AtomicInteger();

    private final List<Future<?>> customers = new ArrayList<>();

    private final PaymentRequirements terms;

    private volatile boolean closing;

    ShopCustomers(List<ShopProcess> shops) throws IOException, InterruptedException {
        this.shops = new CopyOnWriteArrayList<>(shops);
        this.terms = Terms.of(shops.get(0));
    }

    void open() {
        for (int i = 0; i < CUSTOMERS; i++) {
            this.customers.add(this.executor.submit(this::shop));
        }
    }

    /** Waits until so many more purchases were begun. */
    void awaitPurchases(int more) throws InterruptedException {
        int goal = this.begun.get() + more;
        synchronized (this.begun) {
            while (this.begun.get() < goal) {
                this.begun.wait();
            }
        }
    }

    void replace(int index, ShopProcess shop) {
        this.shops.set(index, shop);
    }

    List<Purchase> finish() throws Exception {
        this.closing = true;
        for (Future<?> customer : this.customers) {
            customer.get();
        }
        return List.copyOf(this.purchases);
    }

    private Void shop() throws Exception {
        TestWallet wallet = TestWallet.create();
        for (int i = 0; !this.closing; i++) {
            PaymentDraft payment = wallet.pay(this.terms, Instant.now());
            Purchase purchase = new Purchase(nonce(payment), i % IMPATIENT != 0, new ConcurrentLinkedQueue<>());
            this.purchases.add(purchase);
            synchronized (this.begun) {
                this.begun.incrementAndGet();
                this.begun.notifyAll();
            }
            Instant deadline = Instant.now().plus(PATIENCE);
            boolean over = buy(payment, purchase);
            while (!over && purchase.persistent() && Instant.now().isBefore(deadline)) {
                Thread.sleep(Duration.ofMillis(100));
                over = buy(payment, purchase);
            }
            Thread.sleep(PAUSE);
        }
        return null;
    }

    /** Returns whether there is nothing more to wait for. */
    private boolean buy(PaymentDraft payment, Purchase purchase) throws Exception {
        int first = ThreadLocalRandom.current().nextInt(this.shops.size());
        Future<Integer> other = this.executor
            .submit(() -> present(this.shops.get((first + 1) % this.shops.size()), payment, purchase));
        int status = present(this.shops.get(first), payment, purchase);
        int otherStatus = other.get();
        return purchase.served() || status == 402 || otherStatus == 402;
    }

    private int present(ShopProcess shop, PaymentDraft payment, Purchase purchase) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(shop.origin() + "/quote"))
            .header("PAYMENT-SIGNATURE", payment.header())
            .timeout(Duration.ofSeconds(20))
            .build();
        try {
            HttpResponse<Void> answer = this.client.send(request, HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() == 200) {
                purchase.transactions().add(transaction(answer));
            }
            return answer.statusCode();
        }
        catch (IOException ex) {
            return -1;
        }
    }

    private static String transaction(HttpResponse<?> answer) {
        String receipt = answer.headers().firstValue("PAYMENT-RESPONSE").orElseThrow();
        return JsonMapper.shared()
            .readTree(new String(Base64.getDecoder().decode(receipt), StandardCharsets.UTF_8))
            .at("/transaction")
            .asString();
    }

    private static String nonce(PaymentDraft payment) {
        return String.valueOf(((Map<?, ?>) payment.schemePayload().get("authorization")).get("nonce"));
    }

    @Override
    public void close() {
        this.executor.shutdownNow();
        this.client.close();
    }

    /**
     * Is a payment and what became of it.
     *
     * @param nonce the nonce of its authorization
     * @param persistent whether it is presented until it is served
     * @param transactions what the receipts name, one for each time that it was served
     */
    record Purchase(String nonce, boolean persistent, Queue<String> transactions) {

        boolean served() {
            return !this.transactions.isEmpty();
        }

    }

}
