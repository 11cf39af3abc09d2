package io.github.x402spring.autoconfigure.gate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.ExchangeTrack;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.gate.PaymentAttempt;
import io.github.x402spring.gate.PaymentDecision;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.gate.SettlementOutcome;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Code of an application that sells advice without a web server: questions and replies
 * are values.
 */
final class AdviceDesk {

    static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, Map.of("name", "USDC", "version", "2"));

    private static final PaidEndpointDefinition ADVICE = new PaidEndpointDefinition("advice", "Advice", "text/plain",
            null, PaymentFlow.AUTHORIZATION, false);

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://desk.example.test/advice", "Advice",
            "text/plain");

    private final PaymentGate gate;

    private final PaymentHeaderCodec codec;

    AdviceDesk(PaymentGate gate, PaymentHeaderCodec codec) {
        this.gate = gate;
        this.codec = codec;
    }

    Reply ask(String caller, String question, @Nullable String payment) {
        ExchangeTrack track = this.gate.begin(() -> new ExchangeStart(ADVICE, ExchangeStart.X402,
                UUID.randomUUID().toString(), null, caller, "desk"));
        Reply reply = reply(new Question(caller, question), payment, track);
        Reason reason = reply.reason();
        if (reason != null) {
            track.refused(reason, reason.status());
        }
        else {
            track.responded(200);
        }
        track.end(() -> new DeliveredResponse((reply.transaction() != null) ? Delivery.WHOLE : Delivery.NONE,
                reply.text().length(), null, false));
        return reply;
    }

    private Reply reply(Question asked, @Nullable String payment, ExchangeTrack track) {
        if (payment == null) {
            return new Reply(Reason.PAYMENT_REQUIRED,
                    this.codec.encode(new PaymentRequired(null, RESOURCE, List.of(TERMS), Map.of()).toMap()), null);
        }
        if (!(this.codec.decodePayment(payment) instanceof DecodedPayment.Readable(var payload))) {
            return new Reply(Reason.PAYMENT_MALFORMED, "", null);
        }
        return switch (this.gate
            .admit(new PaymentAttempt(ADVICE, RESOURCE, List.of(Offer.of(TERMS)), payload, asked, asked, track))) {
            case PaymentDecision.Admitted(AdmittedPayment admitted) -> give(asked, admitted);
            case PaymentDecision.Refused refused -> new Reply(refused.reason(), "", null);
            case PaymentDecision.Unsettled unsettled -> new Reply(unsettled.outcome().denial().reason(), "", null);
        };
    }

    private Reply give(Question asked, AdmittedPayment admitted) {
        String advice;
        try {
            advice = advice(asked.text());
        }
        catch (IllegalArgumentException ex) {
            this.gate.release(admitted);
            return new Reply(null, "No advice", null);
        }
        SettlementOutcome outcome = this.gate.settle(admitted);
        if (outcome instanceof SettlementOutcome.Settled(var receipt)) {
            this.gate.deliveryEnded(admitted, true);
            return new Reply(null, advice, receipt.transaction());
        }
        return new Reply(outcome.denial().reason(), "", null);
    }

    private static String advice(String question) {
        if (question.isEmpty()) {
            throw new IllegalArgumentException("There is no question");
        }
        return "Sleep on it: " + question;
    }

    /**
     * What the caller gets.
     *
     * @param reason why there is no advice, or {@code null}
     * @param text the advice or the terms
     * @param transaction what was paid with, or {@code null}
     */
    record Reply(@Nullable Reason reason, String text, @Nullable String transaction) {
    }

    private record Question(String caller, String text) implements PaidExchange, Supplier<RequestFingerprint> {

        @Override
        public RequestFingerprint get() {
            return RequestFingerprint.of("desk", method(), resource(), "", this.text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String method() {
            return "ASK";
        }

        @Override
        public String resource() {
            return RESOURCE.url();
        }

        @Override
        public @Nullable String remoteAddress() {
            return null;
        }

    }

}
