package io.github.x402spring.http;

import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;

/**
 * All dialects of a server, and the only place where the payment of a request is found.
 * <ul>
 * <li>A credential is parsed by its own dialect, once.</li>
 * <li>One payment in several dialects counts once; two are never chosen from.</li>
 * <li>A credential that is doubled is refused, although both may be equal.</li>
 * </ul>
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class PaymentDialects {

    /** Names of the headers in which clients present payments. */
    public static final List<String> CREDENTIAL_HEADERS = List.of(X402V2Dialect.CREDENTIAL, X402V1Dialect.CREDENTIAL);

    /** Names of the headers that state terms. */
    public static final List<String> CHALLENGE_HEADERS = List.of(X402V2Dialect.CHALLENGE);

    /** Names of the headers that state the outcome of a settlement. */
    public static final List<String> RECEIPT_HEADERS = List.of(X402V2Dialect.RECEIPT, X402V1Dialect.RECEIPT);

    private static final Logger logger = LoggerFactory.getLogger(PaymentDialects.class);

    /** More than one is a mistake, and every one may cost a look-up. */
    private static final int MAX_READ = 4;

    private final List<PaymentDialect> dialects;

    private final PaymentDialect readable;

    /**
     * Creates the dialects of x402.
     * @param codec reads and writes their headers
     * @param v1 whether payments of version 1 are taken, and so the readable terms
     * written for its clients
     * @return the dialects
     */
    public static PaymentDialects x402(PaymentHeaderCodec codec, boolean v1) {
        PaymentDialect second = new X402V2Dialect(codec);
        PaymentDialect first = new X402V1Dialect(codec, second, v1);
        return new PaymentDialects(List.of(second, first), v1 ? first : second);
    }

    /**
     * Creates dialects.
     * @param dialects the dialects, the preferred one first
     * @param readable the one in which a body states the terms
     */
    PaymentDialects(List<PaymentDialect> dialects, PaymentDialect readable) {
        this.dialects = List.copyOf(dialects);
        this.readable = readable;
    }

    /**
     * Returns the dialect for clients that presented no payment.
     * @return the dialect
     */
    public PaymentDialect preferred() {
        return this.dialects.get(0);
    }

    /**
     * Tells whether a request presents a payment, taken here or not.
     * @param headers access to its headers
     * @return whether it does
     */
    public boolean presented(Function<String, Enumeration<String>> headers) {
        for (int i = 0; i < this.dialects.size(); i++) {
            if (this.dialects.get(i).credentials(headers).hasMoreElements()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Finds the one payment of a request.
     * @param headers access to its headers
     * @return the payment, or why there is none
     */
    public PresentedPayment read(Function<String, Enumeration<String>> headers) {
        List<Credential> credentials = List.of();
        boolean doubled = false;
        for (int i = 0; i < this.dialects.size(); i++) {
            PaymentDialect dialect = this.dialects.get(i);
            Enumeration<String> values = dialect.credentials(headers);
            for (int number = 0; values.hasMoreElements(); number++) {
                doubled |= number > 0;
                credentials = credentials.isEmpty() ? new ArrayList<>(2) : credentials;
                credentials.add(new Credential(dialect, values.nextElement()));
            }
        }
        if (credentials.isEmpty()) {
            return PresentedPayment.Absent.INSTANCE;
        }
        return doubled ? new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS) : read(credentials);
    }

    private static PresentedPayment read(List<Credential> credentials) {
        Credential first = credentials.get(0);
        DecodedPayment payment = first.decode();
        for (int i = 1; i < credentials.size(); i++) {
            if (!same(payment, credentials.get(i).decode())) {
                return new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS);
            }
        }
        return presented(first.dialect(), payment);
    }

    /**
     * Dialects differ in what they state beside it, so that what was signed is compared.
     */
    private static boolean same(DecodedPayment payment, DecodedPayment other) {
        if (!(payment instanceof DecodedPayment.Readable(PaymentPayload first))
                || !(other instanceof DecodedPayment.Readable(PaymentPayload second))) {
            return false;
        }
        return (first.x402Version() == second.x402Version()) ? first.tree().equals(second.tree())
                : first.payload().equals(second.payload());
    }

    private static PresentedPayment presented(PaymentDialect dialect, DecodedPayment decoded) {
        return switch (decoded) {
            case DecodedPayment.Readable(PaymentPayload payload) -> {
                PaymentDialect speaker = dialect.speaker(payload);
                yield speaker.taken() ? new PresentedPayment.Present(payload, speaker) : new PresentedPayment.NotRead();
            }
            case DecodedPayment.Unreadable unreadable when !dialect.taken() -> new PresentedPayment.NotRead();
            case DecodedPayment.Unreadable(String problem) -> {
                logger.debug("A payment header was not readable: {}", problem);
                yield new PresentedPayment.Unusable(Reason.PAYMENT_MALFORMED);
            }
        };
    }

    /**
     * Reads every payment of a request that is refused, whatever their number.
     * @param headers access to its headers
     * @return the readable ones; {@code null} if there are too many credentials to read
     * them
     */
    public @Nullable List<PaymentPayload> readAll(Function<String, Enumeration<String>> headers) {
        List<PaymentPayload> payments = new ArrayList<>();
        int read = 0;
        for (PaymentDialect dialect : this.dialects) {
            Enumeration<String> credentials = dialect.credentials(headers);
            while (credentials.hasMoreElements()) {
                if (++read > MAX_READ) {
                    return null;
                }
                if (dialect.decode(credentials.nextElement()) instanceof DecodedPayment.Readable(var payload)) {
                    payments.add(payload);
                }
            }
        }
        return payments;
    }

    /**
     * States terms in the headers of all dialects.
     * @param terms the terms
     * @return the fields
     */
    public List<HeaderField> challenge(PaymentRequired terms) {
        List<HeaderField> fields = new ArrayList<>(2);
        for (PaymentDialect dialect : this.dialects) {
            fields.addAll(dialect.challenge(terms));
        }
        return fields;
    }

    /**
     * Lays terms out for the body of a challenge, in the dialect whose clients read it.
     * @param terms the terms
     * @return the members
     */
    public Map<String, Object> readable(PaymentRequired terms) {
        return this.readable.readable(terms);
    }

    private record Credential(PaymentDialect dialect, String text) {

        DecodedPayment decode() {
            return this.dialect.decode(this.text);
        }

        /** Shows nothing that could be settled. */
        @Override
        public String toString() {
            return "Credential[" + this.dialect + "]";
        }

    }

}
