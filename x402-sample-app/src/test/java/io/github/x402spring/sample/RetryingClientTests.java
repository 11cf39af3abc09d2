package io.github.x402spring.sample;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Eventually;
import io.github.x402spring.facilitator.evm.NodeProxy;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;
import io.github.x402spring.test.chain.LocalNode.Transfer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sells on a chain to the official client while things go wrong, and compares transfers,
 * responses and the ledger. The client is used by an application that does not give up:
 * {@code retrying-client.mjs} says how.
 */
@LocalChain
class RetryingClientTests {

    private static final EvmAddress USDC = EvmAddress.parse("0x036CbD53842c5426634e7929541eC2318f3dCF7e");

    private static final EvmAddress PAY_TO = EvmAddress.parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

    private static final String MEMORY = "x402.ledger.type=memory";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private final Credentials wallet = Buyer.wallet();

    private final int port = RunningShop.freePort();

    private LocalNode chain;

    private NodeProxy node;

    private @Nullable RunningShop shop;

    @BeforeAll
    static void checkNode() {
        NodeScript.assumeInstalled();
    }

    @BeforeEach
    void start() {
        this.chain = LocalNode.start();
        this.chain.mint(EvmAddress.parse(this.wallet.getAddress()), BigInteger.TEN.pow(6));
        this.node = new NodeProxy(this.chain.rpcUrl());
    }

    @AfterEach
    void stop() {
        closeShop();
        this.node.close();
        this.chain.close();
    }

    @ParameterizedTest
    @EnumSource
    void buyWhenNothingGoesWrongThenOneTransferAndItsResponse(Retry retry) throws Exception {
        openShop(MEMORY);
        Books books = books(start(retry));
        assertThat(books.transfers()).isOne();
        assertThat(books.withoutResponse()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void buyWhenTheNodeFailsAfterItAcceptedThenBooksBalance(Retry retry) throws Exception {
        this.node.behave(NodeProxy.when("\"eth_sendRawTransaction\"", RetryingClientTests::acceptAndFail));
        openShop(MEMORY);
        this.chain.pauseMining();
        FutureTask<JsonNode> purchase = start(retry);
        awaitUnknown(retry);
        this.node.behave(NodeProxy::forward);
        this.chain.resumeMining();
        assertEachSettled(retry, books(purchase));
    }

    @ParameterizedTest
    @EnumSource
    void buyWhenThePriceChangesWhileThePaymentIsUnknownThenBooksBalance(Retry retry) throws Exception {
        String[] database = { "x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=always",
                "spring.datasource.url=jdbc:h2:file:" + this.folder.resolve("ledger") };
        openShop(database);
        this.chain.pauseMining();
        FutureTask<JsonNode> purchase = start(retry);
        awaitUnknown(retry);
        closeShop();
        this.chain.resumeMining();
        openShop(database[0], database[1], database[2], "x402.endpoints.quote.price=$0.02");
        Books books = books(purchase);
        assertEachSettled(retry, books);
        assertThat(books.price()).isEqualTo((retry == Retry.TRANSPORT) ? 10_000 : 20_000);
    }

    @ParameterizedTest
    @EnumSource
    void buyWhenFrontRunThenBooksBalance(Retry retry) throws Exception {
        openShop(MEMORY);
        this.chain.pauseMining();
        FutureTask<JsonNode> purchase = start(retry);
        awaitUnknown(retry);
        for (String ours : this.chain.waiting()) {
            JsonNode transaction = this.chain.rpc("eth_getTransactionByHash", ours);
            this.chain.drop(ours);
            this.chain.submit(this.chain.token(), transaction.path("input").asString());
        }
        this.chain.resumeMining();
        assertEachSettled(retry, books(purchase));
    }

    @Test
    void buyWhenTheLedgerIsLostThenTheTransferIsUsedElsewhereAndBooksBalance() throws Exception {
        Books books = loseLedger("upfront");
        assertThat(books.transfers()).isEqualTo(2);
        assertThat(books.withoutResponse()).singleElement().isIn(PaymentState.USED_ELSEWHERE, PaymentState.UNRESOLVED);
    }

    @Test
    void buyWhenTheLedgerIsLostAndThePaymentIsVerifiedThenTheTransferIsRefusedAndBooksBalance() throws Exception {
        Books books = loseLedger("authorization");
        assertThat(books.transfers()).isEqualTo(2);
        assertThat(books.withoutResponse()).containsExactly(PaymentState.USED_ELSEWHERE);
    }

    /**
     * The payment of the lost entry comes again, and moved its money before the ledger
     * that is asked for it began.
     */
    private Books loseLedger(String flow) throws Exception {
        String[] properties = { MEMORY, "x402.endpoints.quote.flow=" + flow };
        openShop(properties);
        this.chain.pauseMining();
        FutureTask<JsonNode> purchase = start(Retry.TRANSPORT);
        awaitUnknown(Retry.TRANSPORT);
        closeShop();
        this.chain.resumeMining();
        openShop(properties);
        return books(purchase);
    }

    private static NodeProxy.Answer acceptAndFail(NodeProxy proxy, String request)
            throws IOException, InterruptedException {
        proxy.ask(request);
        return new NodeProxy.Answer(200, "{\"jsonrpc\":\"2.0\",\"id\":" + JSON.readTree(request).path("id")
                + ",\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}");
    }

    private void openShop(String... properties) {
        List<String> all = new ArrayList<>(List.of("server.port=" + this.port, "spring.profiles.active=chain",
                "x402.facilitator.settle-timeout=500ms", "x402.ledger.reconcile-interval=200ms"));
        all.addAll(List.of(properties));
        String key = this.chain.privateKey(2);
        this.shop = RunningShop.openWith(Nothing.class,
                Map.of("chain.rpc-url", this.node.url().toString(), "chain.relayer-key", key),
                all.toArray(String[]::new));
    }

    private void closeShop() {
        if (this.shop != null) {
            this.shop.close();
            this.shop = null;
        }
    }

    private FutureTask<JsonNode> start(Retry retry) {
        String key = Numeric.toHexStringWithPrefixZeroPadded(this.wallet.getEcKeyPair().getPrivateKey(), 64);
        FutureTask<JsonNode> purchase = new FutureTask<>(
                () -> NodeScript.run("retrying-client.mjs", Map.of("RETRY", retry.name().toLowerCase(Locale.ROOT)),
                        "http://localhost:" + this.port + "/quote", key));
        Thread.ofVirtual().start(purchase);
        return purchase;
    }

    /** Waits until the client was told so, and has signed anew if it does. */
    private void awaitUnknown(Retry retry) {
        Eventually.await("payments are unknown",
                () -> history().unknown().count() == retry.unknown && this.chain.waiting().size() == retry.unknown);
    }

    private PaymentHistory history() {
        return Objects.requireNonNull(this.shop).bean(PaymentHistory.class);
    }

    private static void assertEachSettled(Retry retry, Books books) {
        assertThat(books.transfers()).isEqualTo((retry == Retry.TRANSPORT) ? 1 : retry.unknown + 1);
        assertThat(books.withoutResponse()).hasSize(books.transfers() - 1).allMatch(PaymentState.SETTLED::equals);
    }

    /**
     * Compares what the chain, the client and the ledger have. The client stops at the
     * first response that it paid for.
     */
    private Books books(FutureTask<JsonNode> purchase) throws Exception {
        JsonNode bought = purchase.get();
        assertThat(bought.path("status").asInt()).as(bought.toString()).isEqualTo(200);
        assertThat(bought.path("body").asString()).contains(this.wallet.getAddress());
        String paid = bought.path("paymentResponse").path("transaction").asString();
        Map<String, Integer> signed = new LinkedHashMap<>();
        bought.path("payments")
            .forEach((payment) -> signed.put(payment.path("nonce").asString(), payment.path("status").asInt(0)));
        List<Transfer> transfers = this.chain.transfers();
        assertThat(transfers).extracting(Transfer::transaction).doesNotHaveDuplicates().contains(paid);
        BigInteger moved = BigInteger.ZERO;
        int price = 0;
        List<PaymentState> withoutResponse = new ArrayList<>();
        for (Transfer transfer : transfers) {
            assertThat(transfer.to()).isEqualTo(PAY_TO);
            moved = moved.add(transfer.value());
            String nonce = nonce(transfer);
            assertThat(signed).containsKey(nonce);
            RecordedPayment recorded = ended(nonce);
            assertThat(recorded.amount()).isEqualTo(transfer.value());
            if (transfer.transaction().equals(paid)) {
                price = transfer.value().intValueExact();
                assertThat(recorded.state()).isEqualTo(PaymentState.SETTLED);
                Eventually.await("the delivery is recorded", () -> ended(nonce).deliveredAt() != null);
            }
            else {
                withoutResponse.add(recorded.state());
                assertThat(recorded.deliveredAt()).isNull();
            }
            if (recorded.state() == PaymentState.SETTLED) {
                assertThat(recorded.transaction()).isEqualTo(transfer.transaction());
            }
            else {
                assertThat(recorded.transaction()).isIn(null, transfer.transaction());
            }
        }
        assertThat(this.chain.balanceOf(PAY_TO)).isEqualTo(moved);
        List<String> spent = transfers.stream().map(this::nonce).toList();
        for (String nonce : signed.keySet()) {
            if (!spent.contains(nonce)) {
                assertThat(find(nonce)).as(nonce).isNull();
            }
        }
        return new Books(transfers.size(), price, withoutResponse);
    }

    /** The token logs which authorization a transfer used. */
    private String nonce(Transfer transfer) {
        JsonNode receipt = this.chain.rpc("eth_getTransactionReceipt", transfer.transaction());
        List<String> nonces = new ArrayList<>();
        for (JsonNode log : receipt.path("logs")) {
            if ("0x".equals(log.path("data").asString())) {
                nonces.add(log.path("topics").path(2).asString());
            }
        }
        assertThat(nonces).hasSize(1);
        return nonces.get(0);
    }

    private RecordedPayment ended(String nonce) {
        Eventually.await("payment " + nonce + " ends", () -> {
            RecordedPayment recorded = find(nonce);
            return recorded != null && switch (recorded.state()) {
                case SETTLED, UNRESOLVED, USED_ELSEWHERE -> true;
                case RESERVED, SETTLING, UNKNOWN, RELEASED -> false;
            };
        });
        return Objects.requireNonNull(find(nonce));
    }

    private @Nullable RecordedPayment find(String nonce) {
        PaymentKey key = new PaymentKey(Network.parse("base-sepolia"), USDC.value(), this.wallet.getAddress(), nonce);
        try {
            return history().find(key).orElse(null);
        }
        catch (LedgerException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /**
     * Who tries again.
     */
    enum Retry {

        /** Calls the official client again, which signs anew. */
        APPLICATION(3),

        /** Sends the same payment again, below the official client. */
        TRANSPORT(1);

        /** How many payments may be and therefore become unknown. */
        private final int unknown;

        Retry(int unknown) {
            this.unknown = unknown;
        }

    }

    /**
     * What the chain, the client and the ledger agree on.
     *
     * @param transfers how many there were
     * @param price what the response cost that the client got
     * @param withoutResponse what the ledger says of each other transfer
     */
    record Books(int transfers, int price, List<PaymentState> withoutResponse) {
    }

    /**
     * Adds nothing to the shop.
     */
    static class Nothing {

    }

}
