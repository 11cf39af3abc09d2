package io.github.x402spring.e2e;

import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Eventually;
import io.github.x402spring.FreePorts;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.evm.LyingProxy;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalNode;
import io.github.x402spring.test.chain.LocalNode.Transfer;

/**
 * Day of two shops, one with its ledger in memory and one with it in a database, behind a
 * facilitator with a relayer on a chain whose node lies: honest payers, senders of
 * garbage and of payments from empty wallets, and an outage of the facilitator. In a
 * process of its own, whose memory is measured and whose log is counted. Prints its
 * figures.
 */
final class Day implements AutoCloseable {

    static final String FIGURE = "DAY ";

    private static final int HONEST = 16;

    private static final int GARBAGE = 3;

    private static final int EMPTY = 2;

    private static final int ONE_LIE_IN = 50;

    private static final int PRICE = 10_000;

    private static final Duration BLOCK = Duration.ofSeconds(1);

    /** Each application that starts sets logging up anew. */
    private static final String QUIET = "logging.level.io.github.x402spring.decisions=warn";

    /** Garbage comes from there, too. */
    private static final String OFFICE = "203.0.113.1";

    private final LocalNode chain = LocalNode.start();

    private final LyingProxy relayersNode = new LyingProxy(this.chain.rpcUrl(), new Random(402), ONE_LIE_IN);

    private final LyingProxy shopsNode = new LyingProxy(this.chain.rpcUrl(), new Random(403), ONE_LIE_IN);

    private final String facilitatorPort = Integer.toString(FreePorts.next());

    private final List<TestWallet> wallets = new ArrayList<>();

    private final List<PaidApp> shops = new ArrayList<>();

    private final Queue<Purchase> purchases = new ConcurrentLinkedQueue<>();

    private final Map<String, Integer> responses = new ConcurrentSkipListMap<>();

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private final Duration length;

    private final Duration outage;

    private final Duration patience;

    private FacilitatorApp facilitator;

    private volatile boolean ending;

    private volatile boolean ended;

    private volatile long outageBegun = Long.MAX_VALUE;

    private volatile long outageEnded = Long.MAX_VALUE;

    private Day(Duration length, Duration outage, Duration patience, Path database) {
        this.length = length;
        this.outage = outage;
        this.patience = patience;
        for (int i = 0; i < HONEST; i++) {
            this.wallets.add(TestWallet.create());
            this.chain.mint(address(this.wallets.get(i)),
                    BigInteger.valueOf(PRICE).multiply(BigInteger.valueOf(10_000)));
        }
        this.chain.pauseMining();
        this.facilitator = facilitator();
        this.shops.add(shop("x402.ledger.type=memory"));
        this.shops.add(shop("x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=always",
                "spring.datasource.url=jdbc:h2:file:" + database + ";CACHE_SIZE=1024"));
    }

    /**
     * Takes its length, that of the outage and the patience of payers, in seconds, and
     * the file of the database.
     */
    public static void main(String[] arguments) {
        try (Day day = new Day(seconds(arguments[0]), seconds(arguments[1]), seconds(arguments[2]),
                Path.of(arguments[3]))) {
            day.pass();
        }
        catch (Exception | Error ex) {
            ex.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private static Duration seconds(String text) {
        return Duration.ofSeconds(Long.parseLong(text));
    }

    private void pass() throws Exception {
        long start = System.nanoTime();
        Future<?> blocks = this.executor.submit(this::mine);
        List<Future<?>> honest = new ArrayList<>();
        List<Future<?>> others = new ArrayList<>();
        for (int i = 0; i < HONEST; i++) {
            int number = i;
            honest.add(this.executor.submit(() -> buy(number)));
        }
        for (int i = 0; i < GARBAGE; i++) {
            int number = i;
            others.add(this.executor.submit(() -> sendGarbage(number)));
        }
        for (int i = 0; i < EMPTY; i++) {
            int number = i;
            others.add(this.executor.submit(() -> payFromEmptyWallets(number)));
        }
        sleepUntil(start, this.length.dividedBy(5));
        print("heapEarly", heap());
        sleepUntil(start, this.length.multipliedBy(9).dividedBy(20));
        this.outageBegun = System.nanoTime();
        this.facilitator.close();
        Thread.sleep(this.outage);
        this.facilitator = facilitator();
        this.outageEnded = System.nanoTime();
        sleepUntil(start, this.length);
        print("heapLate", heap());
        this.ending = true;
        for (Future<?> each : honest) {
            each.get();
        }
        for (Future<?> each : others) {
            each.get();
        }
        for (PaidApp shop : this.shops) {
            Eventually.await("every payment ends", () -> open(shop) == 0);
        }
        this.ended = true;
        blocks.get();
        tell();
    }

    private void tell() {
        List<RecordedPayment> settled = new ArrayList<>();
        for (PaidApp shop : this.shops) {
            settled.addAll(payments(shop, PaymentState.SETTLED));
        }
        List<Transfer> transfers = this.chain.transfers()
            .stream()
            .filter((transfer) -> transfer.to().equals(ChainShop.shop()))
            .toList();
        Set<String> booked = new HashSet<>(settled.stream().map(RecordedPayment::transaction).toList());
        Set<String> moved = new HashSet<>(transfers.stream().map(Transfer::transaction).toList());
        List<String> served = this.purchases.stream()
            .map(Purchase::transaction)
            .filter((each) -> each != null)
            .toList();
        List<Purchase> outside = this.purchases.stream()
            .filter((each) -> !each.during(this.outageBegun, this.outageEnded))
            .toList();
        print("purchases", this.purchases.size());
        print("served", served.size());
        print("servedTransactions", new HashSet<>(served).size());
        print("outside", outside.size());
        print("servedOutside", outside.stream().filter((each) -> each.transaction() != null).count());
        print("longestMillis", this.purchases.stream().mapToLong(Purchase::nanos).max().orElse(0) / 1_000_000);
        print("settled", settled.size());
        print("settledAmount", settled.stream().map(RecordedPayment::amount).reduce(BigInteger.ZERO, BigInteger::add));
        print("transfers", transfers.size());
        print("balance", this.chain.balanceOf(ChainShop.shop()));
        print("booksAgree", booked.equals(moved) && moved.containsAll(served) && booked.size() == settled.size());
        print("lies", this.relayersNode.lies() + " " + this.shopsNode.lies());
        this.responses.forEach((response, count) -> print("response " + response, count));
    }

    private static void print(String name, Object figure) {
        System.out.println(FIGURE + name + "=" + figure);
    }

    private static long heap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void sleepUntil(long start, Duration after) throws InterruptedException {
        Thread.sleep(Duration.ofNanos(Math.max(0, start + after.toNanos() - System.nanoTime())));
    }

    private Void mine() throws Exception {
        while (!this.ended) {
            this.chain.mine(1);
            this.shops.forEach((shop) -> shop.deliveries().reset());
            Thread.sleep(BLOCK);
        }
        return null;
    }

    /** Presents each payment until it is served, refused, or patience ends. */
    private Void buy(int number) throws Exception {
        PaidApp shop = this.shops.get(number % this.shops.size());
        String from = "X-Forwarded-For: " + ((number < HONEST / 2) ? OFFICE : "203.0.113." + (number + 2));
        PaymentRequirements terms = shop.terms("/a");
        while (!this.ending) {
            String payment = PaidApp.signature(this.wallets.get(number).pay(terms, Instant.now()));
            long begun = System.nanoTime();
            String transaction = null;
            boolean over = false;
            while (!over && transaction == null && System.nanoTime() - begun < this.patience.toNanos()) {
                Answer answer = ask(shop, "honest", payment, from);
                if (answer != null && answer.status() == 200) {
                    transaction = ChainShop.transaction(answer);
                }
                else {
                    over = answer != null && answer.status() != 503 && answer.status() != 429;
                    Thread.sleep(500);
                }
            }
            this.purchases.add(new Purchase(begun, System.nanoTime() - begun, transaction));
            Thread.sleep(500);
        }
        return null;
    }

    private Void sendGarbage(int number) throws Exception {
        PaidApp shop = this.shops.get(number % this.shops.size());
        String from = "X-Forwarded-For: " + ((number == 0) ? OFFICE : "198.51.100." + number);
        PaymentRequirements terms = shop.terms("/a");
        PaymentDraft payment = TestWallet.create().pay(terms, Instant.now());
        Map<String, @Nullable Object> tree = payment.tree();
        String json = JsonMapper.shared().writeValueAsString(tree);
        String nonce = (String) ((Map<?, ?>) ((Map<?, ?>) tree.get("payload")).get("authorization")).get("nonce");
        List<String> kinds = List.of(json, json.replace("\"payload\"", "\"resource\":5,\"payload\""),
                json.replace("\"payload\"", "\"extensions\":\"x\",\"payload\""), json.replace("\"10000\"", "\"10001\""),
                json.substring(1), "null");
        for (int i = 0; !this.ending; i++) {
            String text = kinds.get(i % kinds.size()).replace(nonce, TestWallet.randomNonce());
            ask(shop, "garbage",
                    "PAYMENT-SIGNATURE: " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)),
                    from);
            Thread.sleep(100);
        }
        return null;
    }

    private Void payFromEmptyWallets(int number) throws Exception {
        PaidApp shop = this.shops.get(number % this.shops.size());
        PaymentRequirements terms = shop.terms("/a");
        while (!this.ending) {
            ask(shop, "empty", PaidApp.signature(TestWallet.create().pay(terms, Instant.now())),
                    "X-Forwarded-For: 192.0.2." + number);
            Thread.sleep(400);
        }
        return null;
    }

    private @Nullable Answer ask(PaidApp shop, String who, String payment, String from) {
        try {
            Answer answer = shop.http().get("/a", payment, from);
            count(who + " " + answer.status() + ((answer.status() == 200) ? "" : " " + answer.reason()));
            return answer;
        }
        catch (UncheckedIOException ex) {
            count(who + " no response");
            return null;
        }
    }

    private void count(String response) {
        this.responses.merge(response, 1, Integer::sum);
    }

    private static int open(PaidApp shop) {
        return payments(shop, PaymentState.RESERVED).size() + payments(shop, PaymentState.SETTLING).size()
                + payments(shop, PaymentState.UNKNOWN).size();
    }

    private static List<RecordedPayment> payments(PaidApp shop, PaymentState state) {
        PaymentHistory history = shop.bean(PaymentHistory.class);
        List<RecordedPayment> all = new ArrayList<>();
        PaymentCursor after = null;
        do {
            PaymentPage page = history.payments(PaymentFilter.of(state), after, PaymentHistory.MAX_PAGE);
            all.addAll(page.payments());
            after = page.next();
        }
        while (after != null);
        return all;
    }

    private FacilitatorApp facilitator() {
        String key = this.chain.privateKey(2);
        List<String> properties = new ArrayList<>(token());
        properties.addAll(List.of("server.port=" + this.facilitatorPort, "x402.facilitator.type=local",
                "x402.evm.rpc-urls=" + this.relayersNode.url(), "x402.evm.poll-interval=250ms",
                "x402.evm.relayer-keys=" + key, "x402.facilitator.server.pay-to=" + PaidApp.PAY_TO,
                "x402.facilitator.server.requests-per-minute=100000", QUIET));
        return FacilitatorApp.start(List.of(), properties.toArray(String[]::new));
    }

    private PaidApp shop(String... ledger) {
        List<String> properties = new ArrayList<>(token());
        properties.addAll(List.of("x402.facilitator.type=http",
                "x402.facilitator.url=http://localhost:" + this.facilitatorPort + "/facilitator",
                "x402.evm.rpc-urls=" + this.shopsNode.url(), "x402.resource-base-url=https://shop.example",
                "x402.ledger.reconcile-interval=2s", "x402.payments.failed.per-payer=20",
                "x402.payments.released.per-payer=100", "server.forward-headers-strategy=native", QUIET));
        properties.addAll(List.of(ledger));
        return PaidApp.start(List.of(Shop.class, SharedFacilitatorTests.Credentials.class),
                properties.toArray(String[]::new));
    }

    private List<String> token() {
        return List.of("x402.asset=TEST", "x402.assets.TEST.network=base-sepolia",
                "x402.assets.TEST.address=" + this.chain.token(), "x402.assets.TEST.name=USDC",
                "x402.assets.TEST.decimals=6");
    }

    private static EvmAddress address(TestWallet wallet) {
        return EvmAddress.parse(wallet.address());
    }

    @Override
    public void close() {
        this.executor.shutdownNow();
        this.shops.forEach(PaidApp::close);
        this.facilitator.close();
        this.relayersNode.close();
        this.shopsNode.close();
        this.chain.close();
    }

    /**
     * Payment of an honest payer.
     *
     * @param begun when it was presented first
     * @param nanos until when after that it was presented
     * @param transaction what its receipt names; {@code null} if it was not served
     */
    private record Purchase(long begun, long nanos, @Nullable String transaction) {

        boolean during(long begin, long end) {
            return this.begun < end && this.begun + this.nanos > begin;
        }

    }

}
