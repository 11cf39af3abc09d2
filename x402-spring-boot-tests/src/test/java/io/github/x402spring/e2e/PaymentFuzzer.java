package io.github.x402spring.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;
import io.github.x402spring.MutableClock;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Target of fuzzing: any text around the parts of a valid payment, presented to a running
 * application. No status is a 5xx, nothing of the payment is in a response or in the log,
 * and what is delivered was settled once.
 */
public final class PaymentFuzzer {

    /** In each seed, and so in most of what becomes of it. */
    private static final String CANARY = "canary";

    private static final String[] HEADERS = { "PAYMENT-SIGNATURE", "X-PAYMENT" };

    private static final String[] TARGETS = { "GET /a", "POST /json", "GET /upfront", "GET /items/7?a=b" };

    private static final Duration STEP = Duration.ofSeconds(10);

    private static @Nullable PaymentFuzzer instance;

    private final PaidApp app = PaidApp.start(List.of(Shop.class, MovableTime.class, Willing.class), "x402.web.v1=true",
            "x402.payments.failed.per-address=0", "x402.payments.released.per-authorization=0",
            "x402.payments.released.per-address=0", "server.tomcat.max-keep-alive-requests=-1",
            "logging.level.root=warn");

    private final Connection connection = new Connection(this.app.port());

    private final EchoWatch log = EchoWatch.begin();

    private final AtomicInteger settlements = this.app.bean(Willing.class).settlements;

    private final PaymentRequirements terms = this.app.terms("/a");

    private final Map<String, Object> resource = PaidApp.challenge(this.app.http().get("/a")).resource().toMap();

    private PaymentTemplate payment = payment();

    private PaymentFuzzer() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            running().present(input[0] & 0xff, Arrays.copyOfRange(input, 1, input.length));
        }
    }

    private static synchronized PaymentFuzzer running() {
        PaymentFuzzer running = (instance != null) ? instance : new PaymentFuzzer();
        instance = running;
        return running;
    }

    /** Stops the application. */
    public static synchronized void stop() {
        PaymentFuzzer running = instance;
        instance = null;
        if (running != null) {
            running.connection.close();
            running.log.end();
            running.app.close();
        }
    }

    /** Payments of the corpus, for each target and in each header. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        Corpus.rows("payloads").map((row) -> (JsonNode) row.get()[1]).forEach((row) -> {
            int header = Arrays.asList(HEADERS).indexOf(row.required("header").asString());
            int encoding = List.of("base64", "url", "unpadded", "raw").indexOf(row.required("encoding").asString());
            String json = row.required("json").asString();
            for (int target = 0; target < TARGETS.length; target++) {
                ByteArrayOutputStream seed = new ByteArrayOutputStream();
                seed.write(header | target << 1 | encoding << 3);
                seed.writeBytes(json.replaceFirst("\\{", "{\"" + CANARY + "\":{\"" + CANARY + "\":\"" + CANARY + "\"},")
                    .getBytes(StandardCharsets.UTF_8));
                seeds.add(seed.toByteArray());
            }
        });
        return seeds;
    }

    private void present(int choice, byte[] text) {
        byte[] json = this.payment.fill(new String(text, StandardCharsets.ISO_8859_1))
            .getBytes(StandardCharsets.ISO_8859_1);
        String value = switch (choice >> 3 & 3) {
            case 0 -> Base64.getEncoder().encodeToString(json);
            case 1 -> Base64.getUrlEncoder().encodeToString(json);
            case 2 -> Base64.getEncoder().withoutPadding().encodeToString(json);
            default -> new String(json, StandardCharsets.ISO_8859_1).replaceAll("[\\x00-\\x1f\\x7f]", " ");
        };
        String header = HEADERS[choice & 1] + ": " + value + "\r\n";
        String twice = switch (choice >> 5 & 7) {
            case 1 -> HEADERS[1 - (choice & 1)] + ": " + value + "\r\n";
            case 2 -> header;
            default -> "";
        };
        int before = this.settlements.get();
        Answer answer = this.connection.send(TARGETS[choice >> 1 & 3], header + twice);
        int settled = this.settlements.get() - before;
        if (settled > 0) {
            this.payment = payment();
        }
        check(answer.status() < 500, "status " + answer.status());
        check(settled == (answer.status() == 200 ? 1 : 0), "status " + answer.status() + ", settled " + settled);
        check(!echoes(answer), "a response that echoes");
        check(!this.log.echoed, "a log that echoes");
    }

    /**
     * Each lasts for a step of time less than the one before, so that the ledger forgets.
     */
    private PaymentTemplate payment() {
        this.app.bean(MutableClock.class).advance(STEP);
        this.app.deliveries().reset();
        return new PaymentTemplate(PaidApp.WALLET.pay(this.terms, this.app.bean(MutableClock.class).instant()),
                this.resource);
    }

    private static boolean echoes(Answer answer) {
        if (answer.everything().toLowerCase(Locale.ROOT).contains(CANARY)) {
            return true;
        }
        for (Map.Entry<String, String> header : answer.headers()) {
            if (header.getKey().toUpperCase(Locale.ROOT).startsWith("PAYMENT-")) {
                String text = new String(Base64.getDecoder().decode(header.getValue()), StandardCharsets.UTF_8);
                if (text.toLowerCase(Locale.ROOT).contains(CANARY)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void check(boolean holds, String fault) {
        if (!holds) {
            throw new AssertionError(fault);
        }
    }

    /** Takes every payment for good. */
    @Configuration(proxyBeanMethods = false)
    static class Willing {

        private final AtomicInteger settlements = new AtomicInteger();

        @Bean
        Facilitator facilitator() {
            return new Facilitator() {

                @Override
                public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements,
                        ResourceInfo resource) {
                    return VerifyResponse.valid(null);
                }

                @Override
                public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements,
                        ResourceInfo resource) {
                    Willing.this.settlements.incrementAndGet();
                    return SettleResponse.settled(null, FakeFacilitator.TRANSACTION, requirements.network());
                }

                @Override
                public List<SupportedKind> supported() {
                    return List.of(new SupportedKind(2, "exact", "eip155:*"));
                }

            };
        }

    }

    /** Reads what the library logs, at TRACE, and shows it nowhere. */
    private static final class EchoWatch extends AppenderBase<ILoggingEvent> {

        private final Logger library = (Logger) LoggerFactory.getLogger("io.github.x402spring");

        private volatile boolean echoed;

        private static EchoWatch begin() {
            EchoWatch watch = new EchoWatch();
            watch.setContext(watch.library.getLoggerContext());
            watch.start();
            watch.library.setLevel(Level.TRACE);
            watch.library.setAdditive(false);
            watch.library.addAppender(watch);
            return watch;
        }

        void end() {
            this.library.detachAppender(this);
            this.library.setAdditive(true);
            this.library.setLevel(null);
            stop();
        }

        @Override
        protected void append(ILoggingEvent event) {
            String text = event.getFormattedMessage() + event.getMDCPropertyMap() + event.getKeyValuePairs()
                    + ((event.getThrowableProxy() != null) ? ThrowableProxyUtil.asString(event.getThrowableProxy())
                            : "");
            this.echoed |= text.toLowerCase(Locale.ROOT).contains(CANARY);
        }

    }

    /** One connection as long as the server keeps it. */
    private static final class Connection {

        private static final int SAFETY_NET_MILLIS = 60_000;

        private final int port;

        private @Nullable Socket socket;

        private InputStream in = InputStream.nullInputStream();

        private Connection(int port) {
            this.port = port;
        }

        Answer send(String target, String headers) {
            String body = target.startsWith("POST") ? "{}" : "";
            byte[] request = (target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
                    + body.length() + "\r\n" + headers + "\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
            try {
                Answer answer = exchange(request);
                return (answer != null) ? answer : exchange(request);
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }

        /** {@code null} if the server closed the connection before. */
        private @Nullable Answer exchange(byte[] request) throws IOException {
            Socket open = this.socket;
            boolean kept = open != null;
            if (open == null) {
                open = new Socket(InetAddress.getLoopbackAddress(), this.port);
                open.setSoTimeout(SAFETY_NET_MILLIS);
                open.setTcpNoDelay(true);
                this.in = new BufferedInputStream(open.getInputStream());
                this.socket = open;
            }
            try {
                open.getOutputStream().write(request);
                return read();
            }
            catch (IOException ex) {
                close();
                if (!kept) {
                    throw ex;
                }
                return null;
            }
        }

        private Answer read() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            String head = readUntil(all, "\r\n\r\n");
            String lower = head.toLowerCase(Locale.ROOT);
            int length = lower.indexOf("\r\ncontent-length:");
            if (length >= 0) {
                int end = lower.indexOf("\r\n", length + 2);
                all.writeBytes(this.in.readNBytes(Integer.parseInt(lower.substring(length + 17, end).strip())));
            }
            else if (lower.contains("\r\ntransfer-encoding: chunked")) {
                readUntil(all, "\r\n0\r\n\r\n");
            }
            if (lower.contains("\r\nconnection: close")) {
                close();
            }
            return Answer.parse(all.toByteArray(), false);
        }

        private String readUntil(ByteArrayOutputStream all, String end) throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.length() < end.length() || text.indexOf(end, text.length() - end.length()) < 0) {
                int read = this.in.read();
                if (read < 0) {
                    throw new IOException("The server closed the connection");
                }
                all.write(read);
                text.append((char) read);
            }
            return text.toString();
        }

        void close() {
            try (Socket open = this.socket) {
                this.socket = null;
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }

    }

}
