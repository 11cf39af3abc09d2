package io.github.x402spring.facilitator.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Target of fuzzing: any status, headers and bytes as the reply of a facilitator. What
 * comes of it is an outcome or a {@link FacilitatorException}, whose messages are of a
 * few kinds, so that none quotes the reply; nothing but a 2xx says that a payment is
 * valid or settled.
 */
public final class FacilitatorReplyFuzzer {

    private static final int[] STATUSES = { 200, 202, 204, 301, 400, 401, 402, 404, 408, 429, 500, 502, 503, 999 };

    /**
     * Values of {@code Retry-After} and {@code Content-Type}; those of the body, if it is
     * {@code null}.
     */
    private static final @Nullable String[] RETRY_AFTER = { "", "0", "7", "99999999999",
            "Wed, 21 Oct 2026 07:28:00 GMT", null };

    private static final String[] TYPES = { "application/json", "text/html", "" };

    private static final int MAX_MESSAGES = 150;

    private static final PaymentPayload PAYLOAD = Operation.payload();

    private static final PaymentRequirements TERMS = Operation.requirements();

    private static final Script SCRIPT = new Script();

    private static final HttpFacilitator FACILITATOR = new HttpFacilitator(
            RestClient.builder().requestInterceptor(SCRIPT),
            new HttpFacilitatorSettings(URI.create("http://127.0.0.1:9"), Duration.ofSeconds(1), Duration.ofSeconds(1),
                    Duration.ofSeconds(1), List.of()),
            List.of(), (pause) -> {
            });

    private static final Set<String> MESSAGES = ConcurrentHashMap.newKeySet();

    private FacilitatorReplyFuzzer() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int status = STATUSES[(input[0] & 0xff) % STATUSES.length];
        int operation = (input[1] & 0xff) % 3;
        int headers = (input[1] & 0xff) / 3;
        byte[] body = Arrays.copyOfRange(input, 2, input.length);
        SCRIPT.reply(status, RETRY_AFTER[headers % RETRY_AFTER.length],
                TYPES[headers / RETRY_AFTER.length % TYPES.length], body);
        try {
            switch (operation) {
                case 0 -> {
                    VerifyResponse response = FACILITATOR.verify(PAYLOAD, TERMS, Operation.RESOURCE);
                    check(!response.valid() || status < 300, "valid with status " + status);
                }
                case 1 -> {
                    SettleResponse response = FACILITATOR.settle(PAYLOAD, TERMS, Operation.RESOURCE);
                    check(!response.success() || status < 300, "settled with status " + status);
                }
                default -> {
                    List<SupportedKind> kinds = FACILITATOR.supported();
                    check(status < 300 || kinds.isEmpty(), "kinds with status " + status);
                }
            }
        }
        catch (FacilitatorException ex) {
            check(ex.getCause() == null, "a cause");
            check(!MESSAGES.add(String.valueOf(ex.getMessage())) || MESSAGES.size() <= MAX_MESSAGES,
                    "messages that are not of a few kinds: " + ex.getMessage());
        }
    }

    /** Replies of the corpus, each to its operation. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        add(seeds, "verify-replies", 0);
        add(seeds, "settle-replies", 1);
        seeds.add(seed(200, 2,
                "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:84532\"},"
                        + "{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base-sepolia\",\"extra\":{\"a\":1}}],"
                        + "\"extensions\":[],\"signers\":{}}"));
        return seeds;
    }

    private static void add(List<byte[]> seeds, String kind, int operation) {
        Corpus.rows(kind)
            .map((row) -> (JsonNode) row.get()[1])
            .forEach((row) -> seeds
                .add(seed(row.required("status").asInt(), operation, row.required("body").asString())));
    }

    private static byte[] seed(int status, int operation, String body) {
        ByteArrayOutputStream seed = new ByteArrayOutputStream();
        seed.write(Math.max(0, Arrays.binarySearch(STATUSES, status)));
        seed.write(operation);
        seed.writeBytes(body.getBytes(StandardCharsets.UTF_8));
        return seed.toByteArray();
    }

    private static void check(boolean holds, String fault) {
        if (!holds) {
            throw new AssertionError(fault);
        }
    }

    /** Replies in place of the network. */
    private static final class Script implements ClientHttpRequestInterceptor {

        private volatile MockClientHttpResponse next = new MockClientHttpResponse();

        private void reply(int status, @Nullable String retryAfter, String type, byte[] body) {
            MockClientHttpResponse reply = new MockClientHttpResponse(body, HttpStatusCode.valueOf(status));
            String own = new String(body, 0, Math.min(body.length, 64), StandardCharsets.ISO_8859_1);
            reply.getHeaders().set("Retry-After", (retryAfter != null) ? retryAfter : own);
            reply.getHeaders().set("Content-Type", type);
            this.next = reply;
        }

        @Override
        public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
                throws IOException {
            return this.next;
        }

    }

}
