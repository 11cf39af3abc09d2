package io.github.x402spring.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.FingerprintSource;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.gate.ExchangeTrack;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.gate.PaymentAttempt;
import io.github.x402spring.gate.PaymentDecision;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.gate.RedeliveryLimits;
import io.github.x402spring.gate.SettlementEvidence;
import io.github.x402spring.gate.SettlementOutcome;
import io.github.x402spring.gate.Verification;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Benchmark of the whole gate, from a decoded payment to its receipt, with a facilitator that replies at once. Every payment is another one with a real signature.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GateBenchmark {

    private static final int PAYMENTS = 8192;

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/weather", "", "");

    private static final PaidEndpointDefinition ENDPOINT = new PaidEndpointDefinition("weather", "", "", "permitAll",
            PaymentFlow.AUTHORIZATION, false);

    private final Clock clock = Clock.fixed(SignedPayment.NOW, ZoneOffset.UTC);

    private final List<PaymentAttempt> attempts = LongStream.range(0, PAYMENTS)
        .parallel()
        .mapToObj(GateBenchmark::attempt)
        .toList();

    /** The implementation that recovers signers. */
    @Param({ "native", "web3j" })
    public String recovery = "native";

    private ExactEvmScheme scheme = new ExactEvmScheme(SignatureRecovery.web3j(), false);

    private PaymentGate gate = gate();

    private int next;

    /** Chooses the implementation. */
    @Setup
    public void choose() {
        SignatureRecovery chosen = this.recovery.equals("native") ? SignatureRecovery.nativeLibrary().orElseThrow()
                : SignatureRecovery.web3j();
        this.scheme = new ExactEvmScheme(chosen, false);
        this.gate = gate();
    }

    /**
     * Admits and settles one payment.
     * @return the receipt
     */
    @Benchmark
    public SettlementOutcome admitAndSettle() {
        if (this.next == PAYMENTS) {
            this.next = 0;
            this.gate = gate();
        }
        PaymentDecision decision = this.gate.admit(this.attempts.get(this.next++));
        if (decision instanceof PaymentDecision.Admitted(var admitted)
                && this.gate.settle(admitted) instanceof SettlementOutcome.Settled settled) {
            return settled;
        }
        throw new IllegalStateException("The benchmark's payment was not settled");
    }

    private PaymentGate gate() {
        return new PaymentGate(new InProcessFacilitator(), new InMemoryLedgers(this.clock, PAYMENTS).payments(),
                new Everybody(), List.of(this.scheme), this.clock, Verification.BOTH,
                new PaymentIntake(true, FailureLimits.failed(20, 100, Duration.ofMinutes(1)), this.clock),
                ExposureGuard.none(), null, SettlementEvidence.standard(), RedeliveryLimits.DEFAULT,
                () -> ExchangeListener.of(List.of()));
    }

    private static PaymentAttempt attempt(long number) {
        SignedPayment payment = new SignedPayment(number);
        Exchange exchange = new Exchange();
        return new PaymentAttempt(ENDPOINT, RESOURCE, List.of(Offer.of(payment.requirements)), payment.payload,
                exchange, exchange, ExchangeTrack.UNHEARD);
    }

    private static final class Exchange implements PaidExchange, FingerprintSource {

        @Override
        public RequestFingerprint fingerprint() {
            return RequestFingerprint.of("report", "GET", RESOURCE.url(), "", new byte[0]);
        }

        @Override
        public @Nullable String caller() {
            return null;
        }

        @Override
        public @Nullable String remoteAddress() {
            return null;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String resource() {
            return RESOURCE.url();
        }

    }

    private static final class Everybody implements PaymentAuthorizer {

        @Override
        public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
            return false;
        }

        @Override
        public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment) {
            return new Permission.Granted(null);
        }

    }

}
