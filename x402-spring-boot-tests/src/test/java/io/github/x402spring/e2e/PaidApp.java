package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

/**
 * Runs an application with paid endpoints on a port of its own, and pays it.
 */
public final class PaidApp implements AutoCloseable {

    static final String PAY_TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    public static final TestWallet WALLET = TestWallet.named("402");

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final ConfigurableApplicationContext context;

    private final RawHttp http;

    private PaidApp(ConfigurableApplicationContext context) {
        this.context = context;
        this.http = new RawHttp(port());
    }

    public static PaidApp start(Class<?> source, String... properties) {
        return start(List.of(source), properties);
    }

    public static PaidApp start(List<Class<?>> sources, String... properties) {
        List<String> all = new ArrayList<>(List.of("spring.main.banner-mode=off", "server.port=0",
                "x402.pay-to=" + PAY_TO, "x402.ledger.type=memory", "x402.payments.failed.per-payer=0",
                "x402.payments.released.per-payer=0"));
        all.addAll(List.of(properties));
        return new PaidApp(
                new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.SERVLET)
                    .properties(all.toArray(String[]::new))
                    .registerShutdownHook(false)
                    .run());
    }

    public RawHttp http() {
        return this.http;
    }

    int port() {
        return ((WebServerApplicationContext) this.context).getWebServer().getPort();
    }

    public <T> T bean(Class<T> type) {
        return this.context.getBean(type);
    }

    public double meter(String name, String... tags) {
        return bean(SimpleMeterRegistry.class).get(name).tags(tags).meter().measure().iterator().next().getValue();
    }

    public FakeFacilitator facilitator() {
        return bean(FakeFacilitator.class);
    }

    public Deliveries deliveries() {
        return bean(Deliveries.class);
    }

    /**
     * Makes the facilitator and the handlers forget what they were told and what they
     * did.
     */
    public void reset() {
        facilitator().reset();
        deliveries().reset();
    }

    public void stopMaintenance() {
        this.context.getBean("x402LedgerMaintenance", Lifecycle.class).stop();
    }

    /**
     * Ends payments of unknown outcome that other tests left, so that they do not stand
     * in the way of their payer.
     */
    public void endUnknown() {
        stopMaintenance();
        PaymentLedger ledger = bean(PaymentLedger.class);
        for (UnknownPayment payment : ledger.lease(Duration.ZERO, Integer.MAX_VALUE)) {
            ledger.conclude(payment, new Conclusion.Unresolved());
        }
    }

    public static PaymentRequired challenge(Answer answer) {
        String header = answer.header("PAYMENT-REQUIRED");
        if (answer.status() != 402 || header == null) {
            throw new AssertionError("No challenge but " + answer.status() + " " + answer.everything());
        }
        return CODEC.decodePaymentRequired(header).orElseThrow();
    }

    public static Map<String, Object> receipt(Answer answer) {
        String header = answer.header("PAYMENT-RESPONSE");
        if (header == null) {
            throw new AssertionError("No receipt but " + answer.status() + " " + answer.everything());
        }
        return CODEC.decodeSettleResponse(header).orElseThrow().toMap();
    }

    public PaymentRequirements terms(String target) {
        return terms("GET", target);
    }

    public PaymentRequirements terms(String method, String target) {
        return challenge(this.http.send(method, target, "GET".equals(method) ? null : "")).accepts().get(0);
    }

    /** Starts a payment for what the target costs. */
    public PaymentDraft pay(String target) {
        return WALLET.pay(terms(target), Instant.now());
    }

    public PaymentDraft pay(String method, String target) {
        return WALLET.pay(terms(method, target), Instant.now());
    }

    public static String signature(PaymentDraft payment) {
        return "PAYMENT-SIGNATURE: " + payment.header();
    }

    @Override
    public void close() {
        this.context.close();
    }

}
