package io.github.x402spring.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.SellerServer.Charge;

/**
 * One request to a {@link SellerServer} and its response.
 */
final class SellerExchange {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final PaymentScheme SCHEME = new ExactEvmScheme(SignatureRecovery.web3j(), false);

    private final HttpExchange exchange;

    private final @Nullable SellerSale sale;

    private final SellerBooks books;

    private final Clock clock;

    private final byte[] body;

    private final @Nullable PaymentPayload payment;

    private @Nullable PaymentRequirements terms;

    private @Nullable Authorization authorization;

    SellerExchange(HttpExchange exchange, @Nullable SellerSale sale, SellerBooks books, Clock clock)
            throws IOException {
        this.exchange = exchange;
        this.sale = sale;
        this.books = books;
        this.clock = clock;
        this.body = exchange.getRequestBody().readAllBytes();
        List<String> headers = payments();
        this.payment = (headers.size() == 1
                && CODEC.decodePayment(headers.get(0)) instanceof DecodedPayment.Readable(PaymentPayload payload))
                        ? payload : null;
    }

    private List<String> payments() {
        return this.exchange.getRequestHeaders().getOrDefault("PAYMENT-SIGNATURE", List.of());
    }

    SellerServer.Request request() {
        return new SellerServer.Request(this.exchange.getRequestMethod(), this.exchange.getRequestURI(),
                !payments().isEmpty(), signed("from"), signed("nonce"), signature());
    }

    /** Payments that cannot be read are compared by their text. */
    private @Nullable String signature() {
        if (payments().isEmpty()) {
            return null;
        }
        String text = (this.payment != null && this.payment.payload().get("signature") instanceof String signature)
                ? signature : String.join(" ", payments());
        return digest(text.getBytes(StandardCharsets.UTF_8), 32);
    }

    private @Nullable String signed(String name) {
        return (this.payment != null && this.payment.payload().get("authorization") instanceof Map<?, ?> message
                && message.get(name) instanceof String text) ? text : null;
    }

    /**
     * Judges the payment, and refuses it if it is none of the terms that were asked for.
     */
    boolean accept() throws IOException {
        PaymentPayload payment = this.payment;
        if (payment == null) {
            reply(400, "The payment header is not readable");
            return false;
        }
        PaymentRequirements terms = sale().accepted(payment.accepted());
        if (terms == null) {
            challenge("The payment is for other terms", UnaryOperator.identity());
            return false;
        }
        Screening screening = SCHEME.screen(payment, terms, this.clock.instant());
        Authorization authorization = switch (screening) {
            case Screening.Passed passed -> passed.authorization();
            case Screening.Expired expired when this.books.charged(expired.authorization(), terms) ->
                expired.authorization();
            case Screening.Expired expired -> refused(terms, expired.reason());
            case Screening.Failed failed -> refused(terms, failed.reason());
            case Screening.Malformed malformed -> refused(terms, ReasonCode.INVALID_PAYLOAD);
        };
        if (authorization == null) {
            return false;
        }
        if (this.books.boundElsewhere(bought(), authorization, terms)) {
            reply(409, "The payment was used for another request");
            return false;
        }
        this.terms = terms;
        this.authorization = authorization;
        return true;
    }

    private @Nullable Authorization refused(PaymentRequirements terms, ReasonCode reason) throws IOException {
        this.terms = terms;
        refuse(reason, "");
        return null;
    }

    /** Charges the payment, unless it was charged before. */
    Charge charge() {
        return this.books.charge(bought(), authorization(), terms());
    }

    void forget() {
        this.books.forget(authorization(), terms());
    }

    void challenge(String error, UnaryOperator<PaymentRequirements> change) throws IOException {
        PaymentRequired terms = sale().terms(error, change);
        header("PAYMENT-REQUIRED", CODEC.encode(terms.toMap()));
        reply(402, error);
    }

    void refuse(ReasonCode reason, String transaction) throws IOException {
        receipt(SettleResponse.failed(reason, transaction, terms().network()));
        challenge(reason.value(), UnaryOperator.identity());
    }

    void receipt(SettleResponse receipt) {
        header("PAYMENT-RESPONSE", CODEC.encode(receipt.toMap()));
    }

    static SettleResponse receiptOf(Charge charge) {
        return SettleResponse.settled(charge.payer(), charge.transaction(), charge.terms().network());
    }

    void deliver() throws IOException {
        deliver(sale().content().length);
    }

    /** Sends the content as far as a length, and breaks off if that is not all of it. */
    void deliver(int length) throws IOException {
        byte[] content = sale().content();
        header("Content-Type", sale().contentType());
        send(200, content, length);
    }

    void reply(int status, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        header("Content-Type", "text/plain;charset=utf-8");
        send(status, content, content.length);
    }

    private void send(int status, byte[] content, int length) throws IOException {
        header("Cache-Control", "no-store");
        // A client that keeps connections may send a request again when one is closed.
        header("Connection", "close");
        boolean bodiless = "HEAD".equals(this.exchange.getRequestMethod()) || content.length == 0;
        this.exchange.sendResponseHeaders(status, bodiless ? -1 : content.length);
        if (!bodiless) {
            this.exchange.getResponseBody().write(content, 0, length);
            this.exchange.getResponseBody().flush();
        }
    }

    void header(String name, String value) {
        this.exchange.getResponseHeaders().set(name, value);
    }

    private SellerSale sale() {
        return Objects.requireNonNull(this.sale, "Nothing is sold here");
    }

    private PaymentRequirements terms() {
        return Objects.requireNonNull(this.terms, "The payment was not accepted");
    }

    private Authorization authorization() {
        return Objects.requireNonNull(this.authorization, "The payment was not accepted");
    }

    private String bought() {
        String request = this.exchange.getRequestMethod() + " " + this.exchange.getRequestURI();
        return (this.body.length == 0) ? request : request + " with body " + digest(this.body, 4);
    }

    private static String digest(byte[] body, int length) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(digest, 0, length);
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException(ex);
        }
    }

}
