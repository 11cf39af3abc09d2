package io.github.x402spring.benchmarks;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Benchmark of the operations that a paid request adds to a ledger: reserved, about to be settled, settled. Every payment is another one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
public class LedgerBenchmark {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final String USDC = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", NETWORK, TokenAmount.of(10_000),
            USDC, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 60, Map.of("name", "USDC", "version", "2"));

    private static final String TRANSACTION = "0x" + "c".repeat(64);

    private static final RequestFingerprint REQUEST = RequestFingerprint.of("report", "GET",
            "https://api.example.com/weather", "", new byte[0]);

    /** Ledgers to measure, separated by spaces; several take turns. */
    @Param({ "memory", "h2", "postgresql", "postgresql-durable", "redis" })
    public String store = "memory";

    private final List<LedgerStore> opened = new ArrayList<>();

    private PaymentLedger ledger = new InMemoryLedgers(Clock.systemUTC(), 1).payments();

    private int turn;

    /**
     * Starts the ledgers.
     * @throws IOException if it does not start
     */
    @Setup(Level.Trial)
    public void open() throws IOException {
        for (String name : this.store.split(" ")) {
            this.opened.add(new LedgerStore(name));
        }
    }

    /** Chooses the next ledger, and empties the one in memory. */
    @Setup(Level.Iteration)
    public void choose() {
        LedgerStore next = this.opened.get(this.turn++ % this.opened.size());
        next.clear();
        this.ledger = next.ledger();
    }

    /**
     * Stops the ledgers.
     * @throws IOException if it does not stop
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        for (LedgerStore each : this.opened) {
            each.close();
        }
    }

    /**
     * Takes one payment after the other.
     * @return whether it was taken
     */
    @Benchmark
    @Threads(1)
    public boolean one() {
        return take();
    }

    /**
     * Takes eight payments at a time.
     * @return whether it was taken
     */
    @Benchmark
    @Threads(8)
    public boolean eight() {
        return take();
    }

    private boolean take() {
        if (this.ledger.reserve(claim()) instanceof ReserveResult.Reserved(var reservation, var resumed)
                && this.ledger.settling(reservation)) {
            this.ledger.settled(reservation, TRANSACTION, null);
            return true;
        }
        throw new IllegalStateException("The benchmark's payment was not reserved");
    }

    private static PaymentClaim claim() {
        byte[] random = new byte[32];
        ThreadLocalRandom.current().nextBytes(random);
        String nonce = "0x" + HexFormat.of().formatHex(random);
        return new PaymentClaim(new PaymentKey(NETWORK, USDC, "0x" + nonce.substring(2, 42), nonce), Rail.X402, REQUEST,
                Instant.now().plusSeconds(300), "weather", "https://api.example.com/weather", TERMS, null, null, null);
    }

}
