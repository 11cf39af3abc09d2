package io.github.x402spring.autoconfigure.gate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.ClaimedPayment;
import io.github.x402spring.gate.DeliveredAnswer;
import io.github.x402spring.gate.DeliveredAnswer.Delivery;
import io.github.x402spring.gate.ExchangeDecision;
import io.github.x402spring.gate.ExchangeEnd;
import io.github.x402spring.gate.ExchangeListener;
import io.github.x402spring.gate.ExchangeListener.Exchange;
import io.github.x402spring.gate.ExchangeStart;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.gate.PaidExchange;
import io.github.x402spring.gate.PaymentAttempt;
import io.github.x402spring.gate.PaymentAuthorizer.Permission;
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

    private final ExchangeListener listener;

    AdviceDesk(PaymentGate gate, PaymentHeaderCodec codec, List<ExchangeListener> listeners) {
        this.gate = gate;
        this.codec = codec;
        this.listener = Objects.requireNonNull(ExchangeListener.of(listeners));
    }

    Reply ask(String caller, String question, @Nullable String payment) {
        ExchangeStart start = new ExchangeStart(ADVICE, ExchangeStart.X402, UUID.randomUUID().toString(), null, caller,
                "desk");
        Question asked = new Question(caller, question, this.listener.started(start));
        Reply reply = reply(asked, payment);
        asked.end(start, reply);
        return reply;
    }

    private Reply reply(Question asked, @Nullable String payment) {
        if (payment == null) {
            return new Reply(Reason.PAYMENT_REQUIRED,
                    this.codec.encode(new PaymentRequired(null, RESOURCE, List.of(TERMS), Map.of()).toMap()), null);
        }
        if (!(this.codec.decodePayment(payment) instanceof DecodedPayment.Readable(var payload))) {
            return new Reply(Reason.PAYMENT_MALFORMED, "", null);
        }
        return switch (this.gate
            .admit(new PaymentAttempt(ADVICE, RESOURCE, List.of(Offer.of(TERMS)), payload, asked))) {
            case PaymentDecision.Admitted(AdmittedPayment admitted) -> give(asked, admitted);
            case PaymentDecision.Refused refused -> new Reply(refused.reason(), "", null);
            case PaymentDecision.Unsettled unsettled -> new Reply(unsettled.outcome().denial().reason(), "", null);
        };
    }

    private Reply give(Question asked, AdmittedPayment admitted) {
        String advice;
        try {
            advice = advice(asked.text);
        }
        catch (IllegalArgumentException ex) {
            this.gate.release(admitted);
            return new Reply(null, "No advice", null);
        }
        SettlementOutcome outcome = this.gate.settle(admitted);
        if (outcome instanceof SettlementOutcome.Settled(var receipt)) {
            this.gate.answered(admitted, true);
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

    private static final class Question implements PaidExchange {

        private final String caller;

        private final String text;

        private final @Nullable Exchange exchange;

        private @Nullable ClaimedPayment claimed;

        Question(String caller, String text, @Nullable Exchange exchange) {
            this.caller = caller;
            this.text = text;
            this.exchange = exchange;
        }

        @Override
        public RequestFingerprint fingerprint() {
            return RequestFingerprint.of("desk", "ASK", RESOURCE.url(), "", this.text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String caller() {
            return this.caller;
        }

        @Override
        public @Nullable String remoteAddress() {
            return null;
        }

        @Override
        public String nativeRequest() {
            return this.text;
        }

        @Override
        public void claimed(PaymentRequirements terms, String payer, boolean verified) {
            this.claimed = new ClaimedPayment(terms, payer, verified);
        }

        @Override
        public void decided(@Nullable Permission permission) {
            if (this.exchange != null) {
                this.exchange.decided(permission);
            }
        }

        @Override
        public boolean settling() {
            return this.exchange == null || (this.claimed != null && this.exchange.settling(this.claimed));
        }

        void end(ExchangeStart start, Reply reply) {
            if (this.exchange != null) {
                Reason reason = reply.reason();
                boolean paid = reply.transaction() != null;
                this.exchange.ended(new ExchangeEnd(start,
                        (reason != null) ? ExchangeDecision.of(reason)
                                : paid ? ExchangeDecision.SETTLED : ExchangeDecision.RELEASED,
                        reason, this.claimed, reply.transaction(), (reason != null) ? reason.status() : 200,
                        new DeliveredAnswer(paid ? Delivery.WHOLE : Delivery.NONE, reply.text().length(), null,
                                false)));
            }
        }

    }

}
