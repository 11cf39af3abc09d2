package io.github.x402spring.codec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;
import io.github.x402spring.Vectors;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Target of fuzzing: any bytes as the headers of the protocol, and as what is in them.
 * Nothing is thrown, what is readable is read again as the same, and problems are of a
 * few kinds, so that none quotes its input.
 */
public final class PaymentHeaderFuzzer {

    private static final int MAX_LENGTH = 16 * 1024;

    /**
     * By the second and third bit of an input; the first one says that it is no base64
     * yet.
     */
    private static final List<String> HEADERS = List.of("PAYMENT-SIGNATURE", "X-PAYMENT", "PAYMENT-REQUIRED",
            "PAYMENT-RESPONSE");

    private static final int MAX_PROBLEMS = 100;

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(MAX_LENGTH);

    private static final PaymentHeaderCodec AGAIN = new PaymentHeaderCodec(8 * MAX_LENGTH);

    private static final ExactEvmScheme SCHEME = new ExactEvmScheme(SignatureRecovery.nativeLibrary().orElseThrow(),
            true);

    private static final Instant NOW = Instant.ofEpochSecond(1_899_999_900);

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("eip155:84532"),
            new TokenAmount(BigInteger.valueOf(10_000)), "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, Map.of("name", "USDC", "version", "2"));

    private static final Set<String> PROBLEMS = ConcurrentHashMap.newKeySet();

    private PaymentHeaderFuzzer() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] text = Arrays.copyOfRange(input, 1, input.length);
        String header = ((input[0] & 1) == 0) ? Base64.getEncoder().encodeToString(text)
                : new String(text, StandardCharsets.ISO_8859_1);
        switch (input[0] >> 1 & 3) {
            case 0 -> read(CODEC.decodePayment(header), 2);
            case 1 -> read(CODEC.decodeXPayment(header), 1);
            case 2 -> CODEC.decodeTerms(header).ifPresent((terms) -> terms.offers().forEach((offer) -> {
                if (offer instanceof DecodedTerms.Offer.Unreadable(String problem)) {
                    check(problem);
                }
            }));
            default -> CODEC.decodeSettleResponse(header).ifPresent((response) -> AGAIN.encode(response.toMap()));
        }
    }

    /** Headers and JSON of the recorded vectors and the corpus. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (JsonNode row : Vectors.rows("headers.json", "encode")) {
            int kind = HEADERS.indexOf(row.required("header").asString());
            seeds.add(seed(kind << 1, row.required("json").asString()));
            seeds.add(seed(kind << 1 | 1, row.required("encoded").asString()));
        }
        Vectors.rows("headers.json", "decode").forEach((row) -> seeds.add(seed(1, row.required("input").asString())));
        rows("payloads", "json").forEach((json) -> seeds.addAll(List.of(seed(0, json), seed(2, json))));
        rows("offers", "terms").forEach((json) -> seeds.add(seed(4, json)));
        rows("settle-replies", "body").forEach((json) -> seeds.add(seed(6, json)));
        return seeds;
    }

    private static byte[] seed(int choice, String text) {
        return ((char) choice + text).getBytes(StandardCharsets.UTF_8);
    }

    private static Stream<String> rows(String kind, String member) {
        return Corpus.rows(kind).map((row) -> ((JsonNode) row.get()[1]).required(member).asString());
    }

    private static void read(DecodedPayment decoded, int version) {
        switch (decoded) {
            case DecodedPayment.Unreadable(String problem) -> check(problem);
            case DecodedPayment.Readable(PaymentPayload payload) -> {
                String encoded = AGAIN.encode(payload.tree());
                DecodedPayment again = (version == 2) ? AGAIN.decodePayment(encoded) : AGAIN.decodeXPayment(encoded);
                if (!(again instanceof DecodedPayment.Readable(PaymentPayload same))
                        || !AGAIN.encode(same.tree()).equals(encoded) || same.x402Version() != payload.x402Version()) {
                    throw new AssertionError("Read as something else the second time: " + again.getClass());
                }
                judge(payload);
            }
        }
    }

    private static void judge(PaymentPayload payload) {
        SCHEME.screen(payload, TERMS, NOW);
        SCHEME.screenTerms(payload, TERMS, NOW);
        SCHEME.identify(payload, TERMS, NOW);
        SCHEME.signature(payload);
        AGAIN.encode(SCHEME.normalize(payload, TERMS).tree());
    }

    private static void check(String problem) {
        if (PROBLEMS.add(problem) && PROBLEMS.size() > MAX_PROBLEMS) {
            throw new AssertionError("Problems are not of a few kinds: " + problem);
        }
    }

}
