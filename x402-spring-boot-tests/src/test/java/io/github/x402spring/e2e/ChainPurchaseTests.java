package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.evm.RelayerStatus;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets many wallets buy at once from a shop that settles on a chain, while things go
 * wrong, and then compares grants with transfers.
 */
@LocalChain
@Tag("waiting")
class ChainPurchaseTests {

    private static final int PURCHASES = 200;

    private static final int WALLETS = 20;

    private static final Duration BLOCK_TIME = Duration.ofMillis(500);

    private LocalNode chain;

    @BeforeEach
    void start() {
        this.chain = LocalNode.start();
    }

    @AfterEach
    void stop() {
        this.chain.close();
    }

    @Test
    void buyWhenManyAtOnceThenEachIsPaidOnce() throws Exception {
        try (ChainShop shop = ChainShop.open(this.chain, WALLETS)) {
            List<Answer> answers = results(start(shop.purchases(PURCHASES)));
            assertThat(answers).extracting(Answer::status).containsOnly(200);
            shop.assertBooksBalance(answers);
            assertThat(shop.app().deliveries().runs()).hasSize(PURCHASES);
            assertThat(shop.facilitator().relayers()).extracting(RelayerStatus::address)
                .allSatisfy((relayer) -> assertThat(sentBy(relayer)).isGreaterThan(BigInteger.valueOf(PURCHASES / 4)));
        }
    }

    @Test
    void buyWhenNodeIsKilledAndRestartedThenEachIsPaidOnce() throws Exception {
        try (ChainShop shop = ChainShop.open(this.chain, WALLETS)) {
            List<Future<Answer>> purchases = start(shop.purchases(PURCHASES));
            ChainShop.await(() -> this.chain.transfers().size() > PURCHASES / 10);
            String state = this.chain.kill();
            this.chain.restart(state);
            this.chain.resumeMining();
            List<Answer> answers = results(purchases);
            assertThat(answers).extracting(Answer::status).containsOnly(200);
            shop.assertBooksBalance(answers);
        }
    }

    @Test
    void buyWhenMiningPausesThenEachIsPaidOnceAfterwards() throws Exception {
        try (ChainShop shop = ChainShop.open(this.chain, WALLETS, "x402.facilitator.settle-timeout=300ms")) {
            this.chain.pauseMining();
            List<Future<Answer>> purchases = start(shop.purchases(PURCHASES));
            ChainShop.await(() -> shop.app().deliveries().runs().size() > PURCHASES);
            assertThat(this.chain.transfers()).isEmpty();
            assertThat(purchases).noneMatch(Future::isDone);
            this.chain.resumeMining();
            List<Answer> answers = results(purchases);
            assertThat(answers).extracting(Answer::status).containsOnly(200);
            shop.assertBooksBalance(answers);
        }
    }

    @Test
    void buyWhenTransactionsAreDroppedThenEachIsPaidOnce() throws Exception {
        try (ChainShop shop = ChainShop.open(this.chain, WALLETS)) {
            this.chain.pauseMining();
            List<Future<Answer>> purchases = start(shop.purchases(PURCHASES));
            ChainShop.await(() -> this.chain.waiting().size() > 10);
            this.chain.waiting().stream().limit(5).forEach(this.chain::drop);
            this.chain.resumeMining();
            List<Answer> answers = results(purchases);
            assertThat(answers).extracting(Answer::status).containsOnly(200);
            shop.assertBooksBalance(answers);
        }
    }

    @Test
    void buyWhenOneRelayerHasNoGasThenTheOtherPays() throws Exception {
        EvmAddress poor = EvmAddress.parse(this.chain.account(2).address());
        this.chain.setGas(poor, BigInteger.ZERO);
        try (ChainShop shop = ChainShop.open(this.chain, WALLETS)) {
            List<Answer> answers = results(start(shop.purchases(PURCHASES)));
            assertThat(answers).extracting(Answer::status).containsOnly(200);
            shop.assertBooksBalance(answers);
            assertThat(sentBy(poor)).isZero();
        }
    }

    @Test
    void buyWhenFrontRunThenEachIsPaidOnceByWhoeverWasFaster() throws Exception {
        try (ChainShop shop = ChainShop.open(this.chain, WALLETS)) {
            this.chain.pauseMining();
            List<Future<Answer>> purchases = start(shop.purchases(WALLETS));
            ChainShop.await(() -> this.chain.waiting().size() == WALLETS);
            List<String> theirs = new ArrayList<>();
            for (String ours : this.chain.waiting()) {
                JsonNode transaction = this.chain.rpc("eth_getTransactionByHash", ours);
                this.chain.drop(ours);
                theirs.add(this.chain.submit(this.chain.token(), transaction.path("input").asString()));
            }
            this.chain.resumeMining();
            List<Answer> answers = results(purchases);
            assertThat(answers).extracting(Answer::status).containsOnly(200);
            assertThat(answers).extracting(ChainShop::transaction).containsAnyElementsOf(theirs);
            shop.assertBooksBalance(answers);
        }
    }

    @Test
    void buyWhenPaidForSomethingElseBeforehandThenIsNotGranted() {
        try (ChainShop shop = ChainShop.open(this.chain, 1)) {
            PaymentDraft payment = shop.pay(shop.wallet(0), shop.terms());
            this.chain.send(this.chain.token(), ChainShop.calldata(payment));
            Answer answer = shop.ask(payment);
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.reason()).isEqualTo("payment_already_used");
            assertThat(shop.app().deliveries().runs()).isEmpty();
        }
    }

    private BigInteger sentBy(EvmAddress account) {
        String count = this.chain.rpc("eth_getTransactionCount", account.value(), "latest").asString();
        return new BigInteger(count.substring(2), 16);
    }

    /** Waits while blocks come, as they do on real chains, needed or not. */
    private List<Answer> results(List<Future<Answer>> purchases) throws Exception {
        while (!purchases.stream().allMatch(Future::isDone)) {
            LockSupport.parkNanos(BLOCK_TIME.toNanos());
            this.chain.mine(1);
        }
        return Together.results(purchases);
    }

    private static List<Future<Answer>> start(List<Callable<Answer>> tasks) {
        List<Future<Answer>> futures = new ArrayList<>();
        tasks.forEach((task) -> futures.add(Together.start(task)));
        return futures;
    }

}
