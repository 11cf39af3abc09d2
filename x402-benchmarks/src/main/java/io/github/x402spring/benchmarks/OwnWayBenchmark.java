package io.github.x402spring.benchmarks;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.Sign.SignatureData;
import org.web3j.crypto.StructuredDataEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Comparison of the whole local verification, header to payer, with what an application would write around web3j.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OwnWayBenchmark {

    private final SignedPayment payment = new SignedPayment(1);

    private final PaymentHeaderCodec codec = new PaymentHeaderCodec(16_384);

    private final ExactEvmScheme scheme = new ExactEvmScheme(SignatureRecovery.nativeLibrary().orElseThrow(), false);

    private final JsonMapper mapper = new JsonMapper();

    /**
     * Verifies with this project.
     * @return what was found
     */
    @Benchmark
    public Screening ours() {
        if (this.codec.decodePayment(this.payment.header) instanceof DecodedPayment.Readable(var payload) && this.scheme
            .screen(payload, this.payment.requirements, SignedPayment.NOW) instanceof Screening.Passed passed) {
            return passed;
        }
        throw new IllegalStateException("The benchmark's payment is not valid");
    }

    /**
     * Verifies with Jackson and web3j.
     * @return the payer
     * @throws Exception if the payment is not valid
     */
    @Benchmark
    public String web3j() throws Exception {
        JsonNode tree = this.mapper.readTree(Base64.getDecoder().decode(this.payment.header));
        JsonNode authorization = tree.path("payload").path("authorization");
        byte[] signature = HexFormat.of().parseHex(tree.path("payload").path("signature").asString().substring(2));
        byte[] digest = new StructuredDataEncoder(HashBenchmark.typedData(this.payment.requirements.asset(),
                (name) -> authorization.path(name).asString()))
            .hashStructuredData();
        BigInteger key = Sign.signedMessageHashToKey(digest, new SignatureData(signature[64],
                Arrays.copyOfRange(signature, 0, 32), Arrays.copyOfRange(signature, 32, 64)));
        String payer = "0x" + Keys.getAddress(key);
        if (!payer.equalsIgnoreCase(authorization.path("from").asString())) {
            throw new IllegalStateException("The benchmark's payment is not valid");
        }
        return payer;
    }

}
