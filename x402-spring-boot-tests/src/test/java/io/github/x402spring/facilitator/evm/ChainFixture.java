package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import org.web3j.crypto.Credentials;

import io.github.x402spring.Eventually;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalNode;

/**
 * Is a facilitator on a development chain, and what it takes to pay there.
 */
final class ChainFixture implements AutoCloseable {

    static final EvmAddress SHOP = new EvmAddress("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");

    static final BigInteger PRICE = BigInteger.valueOf(10_000);

    static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/report", "", "");

    /** For what is to succeed. */
    static final Duration LONG = Duration.ofSeconds(60);

    static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);

    /**
     * In seconds. Longer than all blocks of a test take, and each takes a second at
     * least.
     */
    private static final long VALIDITY = 86_400;

    private final LocalNode chain;

    private final List<SettlementEvent> events = new CopyOnWriteArrayList<>();

    private final List<LocalEvmFacilitator> opened = new ArrayList<>();

    private final HastyClock clock = new HastyClock();

    ChainFixture() {
        this(LocalNode.start());
    }

    ChainFixture(LocalNode chain) {
        this.chain = chain;
    }

    LocalNode chain() {
        return this.chain;
    }

    List<SettlementEvent> events() {
        return this.events;
    }

    Network network() {
        return this.chain.network();
    }

    /** Goes ahead by {@link #mineSlowly()}. */
    Clock clock() {
        return this.clock;
    }

    LocalEvmFacilitator facilitator() {
        return facilitator(networkSettings(), LONG, Set.of(), relayer(2));
    }

    LocalEvmFacilitator facilitator(EvmNetworkSettings network, Duration settleTimeout, Set<EvmAddress> factories,
            Credentials... relayers) {
        return facilitator(network, settleTimeout, factories, 1_000_000, 5_000_000, relayers);
    }

    LocalEvmFacilitator facilitator(EvmNetworkSettings network, Duration settleTimeout, Set<EvmAddress> factories,
            long revertedGasPerWallet, long revertedGasPerHour, Credentials... relayers) {
        LocalEvmSettings settings = new LocalEvmSettings(List.of(network), List.of(relayers), LONG, settleTimeout, 256,
                factories, 100, revertedGasPerWallet, revertedGasPerHour);
        LocalEvmFacilitator facilitator = new LocalEvmFacilitator(settings, SignatureRecovery.web3j(), this.events::add,
                this.clock, RpcObserver.none());
        facilitator.start();
        this.opened.add(facilitator);
        return facilitator;
    }

    Credentials relayer(int index) {
        return Credentials.create(this.chain.privateKey(index));
    }

    EvmNetworkSettings networkSettings() {
        return networkSettings(1, GWEI.multiply(BigInteger.valueOf(100)));
    }

    EvmNetworkSettings networkSettings(int confirmations, BigInteger maxFee) {
        return new EvmNetworkSettings(network(), List.of(this.chain.rpcUrl()), confirmations, maxFee, null,
                BigInteger.valueOf(500_000), Duration.ofMillis(20), 2000, 5);
    }

    PaymentRequirements terms() {
        return terms(this.chain.token(), "USDC", "2");
    }

    PaymentRequirements terms(EvmAddress token, String name, String version) {
        return new PaymentRequirements("exact", network(), new TokenAmount(PRICE), token.value(), SHOP.value(),
                VALIDITY, Map.of("name", name, "version", version));
    }

    /** Opens a wallet that can pay a hundred times. */
    TestWallet wallet() {
        TestWallet wallet = TestWallet.create();
        this.chain.mint(address(wallet), PRICE.multiply(BigInteger.valueOf(100)));
        return wallet;
    }

    PaymentDraft pay(TestWallet wallet) {
        return pay(wallet, UnaryOperator.identity());
    }

    PaymentDraft pay(TestWallet wallet, UnaryOperator<PaymentDraft> change) {
        return change.apply(wallet.pay(terms(), this.chain.time()));
    }

    List<SettlementEvent.Kind> kinds() {
        return this.events.stream().map(SettlementEvent::kind).toList();
    }

    /**
     * Mines a block, and lets the facilitators' clock go as far ahead as a block takes.
     */
    void mineSlowly() {
        this.clock.hurry(Duration.ofSeconds(2));
        this.chain.mine(1);
    }

    /** Makes the chain forget, and go on as if another block had been the next. */
    void takeBackTo(String snapshot) {
        this.chain.revert(snapshot);
        this.chain.waiting().forEach(this.chain::drop);
        this.chain.mine(3);
    }

    void keepMiningUntil(Eventually.Condition condition) {
        await(() -> {
            mineSlowly();
            return condition.holds();
        });
    }

    void await(Eventually.Condition condition) {
        Eventually.await("what the chain or the facilitator does", condition);
    }

    SettleResponse settle(LocalEvmFacilitator facilitator, PaymentPayload payment) throws FacilitatorException {
        return facilitator.settle(payment, terms(), RESOURCE);
    }

    /**
     * Settles a payment that is not mined, by a facilitator that waits for it only
     * briefly: presents it until it was sent, however long that takes.
     */
    SettleResponse settleUntilSent(LocalEvmFacilitator facilitator, PaymentPayload payment) {
        AtomicReference<SettleResponse> last = new AtomicReference<>();
        await(() -> {
            try {
                last.set(settle(facilitator, payment));
                return !last.get().pending() || !last.get().transaction().isEmpty();
            }
            catch (FacilitatorNotReachedException ex) {
                return false;
            }
        });
        return last.get();
    }

    /** Presents a payment until it is no longer pending. */
    SettleResponse settleUntilDecided(LocalEvmFacilitator facilitator, PaymentPayload payment) {
        AtomicReference<SettleResponse> last = new AtomicReference<>();
        await(() -> {
            last.set(settle(facilitator, payment));
            return !last.get().pending();
        });
        return last.get();
    }

    static EvmAddress address(TestWallet wallet) {
        return EvmAddress.parse(wallet.address());
    }

    @Override
    public void close() {
        this.opened.forEach(LocalEvmFacilitator::close);
        this.chain.close();
    }

    /** The system's clock, some time ahead. */
    private static final class HastyClock extends Clock {

        private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

        void hurry(Duration by) {
            this.ahead.updateAndGet((present) -> present.plus(by));
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(this.ahead.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

    }

}
