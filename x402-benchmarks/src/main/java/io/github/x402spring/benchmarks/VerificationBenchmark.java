package io.github.x402spring.benchmarks;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Benchmark of a payment before any I/O: decoding, recovery, screening, and all of it together.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VerificationBenchmark {

    private final SignedPayment payment = new SignedPayment(1);

    private final PaymentHeaderCodec codec = new PaymentHeaderCodec(16_384);

    /** The implementation that recovers signers. */
    @Param({ "native", "web3j" })
    public String recovery = "native";

    private SignatureRecovery signatureRecovery = SignatureRecovery.web3j();

    private ExactEvmScheme scheme = new ExactEvmScheme(this.signatureRecovery, false);

    /** Chooses the implementation. */
    @Setup
    public void choose() {
        this.signatureRecovery = this.recovery.equals("native") ? SignatureRecovery.nativeLibrary().orElseThrow()
                : SignatureRecovery.web3j();
        this.scheme = new ExactEvmScheme(this.signatureRecovery, false);
        if (!(verify() instanceof Screening.Passed)) {
            throw new IllegalStateException("The benchmark's payment is not valid");
        }
    }

    /**
     * Decodes the payment header.
     * @return the payment
     */
    @Benchmark
    public DecodedPayment decode() {
        return this.codec.decodePayment(this.payment.header);
    }

    /**
     * Recovers the signer.
     * @return the signer
     */
    @Benchmark
    public Optional<EvmAddress> recover() {
        return this.signatureRecovery.recover(this.payment.digest, this.payment.signature);
    }

    /**
     * Screens a decoded payment.
     * @return what was found
     */
    @Benchmark
    public Screening screen() {
        return this.scheme.screen(this.payment.payload, this.payment.requirements, SignedPayment.NOW);
    }

    /**
     * Decodes and screens.
     * @return what was found
     */
    @Benchmark
    public Screening verify() {
        return switch (this.codec.decodePayment(this.payment.header)) {
            case DecodedPayment.Readable(var payload) ->
                this.scheme.screen(payload, this.payment.requirements, SignedPayment.NOW);
            case DecodedPayment.Unreadable unreadable -> throw new IllegalStateException(unreadable.problem());
        };
    }

}
