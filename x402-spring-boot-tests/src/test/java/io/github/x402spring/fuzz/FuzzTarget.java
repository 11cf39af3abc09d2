package io.github.x402spring.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.x402spring.codec.PaymentHeaderFuzzer;
import io.github.x402spring.e2e.PaymentFuzzer;
import io.github.x402spring.facilitator.http.FacilitatorReplyFuzzer;

/**
 * What is fuzzed, with its share of all inputs in percent: the whole application takes
 * much longer for one than the others do.
 */
enum FuzzTarget {

    PAYMENT_HEADER(PaymentHeaderFuzzer.class, 48, PaymentHeaderFuzzer::seeds, PaymentHeaderFuzzer::fuzzerTestOneInput),

    PAYMENT(PaymentFuzzer.class, 4, PaymentFuzzer::seeds, PaymentFuzzer::fuzzerTestOneInput),

    FACILITATOR_REPLY(FacilitatorReplyFuzzer.class, 48, FacilitatorReplyFuzzer::seeds,
            FacilitatorReplyFuzzer::fuzzerTestOneInput);

    private final Class<?> type;

    private final int share;

    private final Supplier<List<byte[]>> seeds;

    private final Consumer<byte[]> test;

    FuzzTarget(Class<?> type, int share, Supplier<List<byte[]>> seeds, Consumer<byte[]> test) {
        this.type = type;
        this.share = share;
        this.seeds = seeds;
        this.test = test;
    }

    Class<?> type() {
        return this.type;
    }

    int share() {
        return this.share;
    }

    void test(byte[] input) {
        this.test.accept(input);
    }

    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns inputs to start from: those of the recorded vectors, and those that were
     * found before, each a line in base64.
     */
    List<byte[]> corpus() {
        List<byte[]> corpus = new ArrayList<>(this.seeds.get());
        String file = "/fuzz/" + fileName() + ".txt";
        try (InputStream found = Objects.requireNonNull(FuzzTarget.class.getResourceAsStream(file), file)) {
            new String(found.readAllBytes(), StandardCharsets.US_ASCII).lines()
                .forEach((line) -> corpus.add(Base64.getDecoder().decode(line)));
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return corpus;
    }

}
