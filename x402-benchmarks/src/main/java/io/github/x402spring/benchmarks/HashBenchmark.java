package io.github.x402spring.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.web3j.crypto.StructuredDataEncoder;

import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Comparison of the EIP-712 hash that is laid out by hand with web3j's encoder for any structure.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HashBenchmark {

    private final SignedPayment payment = new SignedPayment(1);

    private final String typedData = typedData(this.payment.requirements.asset(), this::member);

    /**
     * Hashes with this project's hasher, domain cached.
     * @return the digest
     */
    @Benchmark
    public byte[] handLaid() {
        return this.payment.authorization.digest(this.payment.domain);
    }

    /**
     * Hashes with web3j's encoder, which takes JSON.
     * @return the digest
     * @throws Exception if the data is not typed data
     */
    @Benchmark
    public byte[] web3jEncoder() throws Exception {
        return new StructuredDataEncoder(this.typedData).hashStructuredData();
    }

    private String member(String name) {
        TransferAuthorization authorization = this.payment.authorization;
        return switch (name) {
            case "from" -> authorization.from().value();
            case "to" -> authorization.to().value();
            case "value" -> authorization.value().toString();
            case "validAfter" -> authorization.validAfter().toString();
            case "validBefore" -> authorization.validBefore().toString();
            default -> authorization.nonce();
        };
    }

    static String typedData(String token, UnaryOperator<String> authorization) {
        return """
                {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},
                {"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
                "TransferWithAuthorization":[{"name":"from","type":"address"},{"name":"to","type":"address"},
                {"name":"value","type":"uint256"},{"name":"validAfter","type":"uint256"},
                {"name":"validBefore","type":"uint256"},{"name":"nonce","type":"bytes32"}]},
                "primaryType":"TransferWithAuthorization",
                "domain":{"name":"USDC","version":"2","chainId":84532,"verifyingContract":"%s"},
                "message":{"from":"%s","to":"%s","value":"%s","validAfter":"%s","validBefore":"%s","nonce":"%s"}}"""
            .formatted(token, authorization.apply("from"), authorization.apply("to"), authorization.apply("value"),
                    authorization.apply("validAfter"), authorization.apply("validBefore"),
                    authorization.apply("nonce"));
    }

}
