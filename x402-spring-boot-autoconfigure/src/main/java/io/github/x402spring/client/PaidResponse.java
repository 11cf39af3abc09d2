package io.github.x402spring.client;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.gate.RefusalReasons;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Response to a request with a payment, and what it proves about the payment.
 * <ul>
 * <li>Content that arrives whole, or a receipt of a settlement, is a final yes.</li>
 * <li>A refusal is a final no if its receipt or its decision envelope states it, or if it
 * is the first response to the payment and its status precedes every settlement.</li>
 * <li>Everything else leaves the outcome open.</li>
 * </ul>
 */
final class PaidResponse implements ClientHttpResponse {

    /** Proxies send them as well, and they may come after the payment was begun. */
    private static final Set<Integer> OPEN_CLIENT_ERRORS = Set.of(408, 409, 425, 429);

    private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205, 304);

    private final ClientHttpResponse response;

    private final PreparedPayment payment;

    private final PaymentListener listener;

    private final byte @Nullable [] begun;

    private final Meaning meaning;

    private final @Nullable Charged charged;

    private @Nullable InputStream body;

    private PaidResponse(ClientHttpResponse response, PreparedPayment payment, PaymentListener listener,
            byte @Nullable [] begun, Meaning meaning, @Nullable Charged charged) {
        this.response = response;
        this.payment = payment;
        this.listener = listener;
        this.begun = begun;
        this.meaning = meaning;
        this.charged = charged;
    }

    /**
     * Judges a response.
     * @param first whether all earlier responses to the payment prove that it was not
     * settled
     */
    static PaidResponse of(ClientHttpResponse response, PreparedPayment payment, PaymentListener listener,
            boolean first) throws IOException {
        int status = response.getStatusCode().value();
        if (status < 400) {
            return new PaidResponse(response, payment, listener, null, Meaning.DELIVERED, null);
        }
        byte[] begun = DecisionEnvelopeErrorHandler.isJson(response.getHeaders().getContentType())
                ? response.getBody().readNBytes(DecisionEnvelopeErrorHandler.MAX_LENGTH + 1) : null;
        Charged charged = (begun != null) ? DecisionEnvelopeErrorHandler.charged(begun) : null;
        Meaning meaning = meaning(status, response.getHeaders(), charged, first);
        return new PaidResponse(response, payment, listener, begun, meaning, charged);
    }

    private static Meaning meaning(int status, HttpHeaders headers, @Nullable Charged charged, boolean first) {
        List<String> receipts = headers.getOrEmpty("PAYMENT-RESPONSE");
        if (!receipts.isEmpty()) {
            SettleResponse receipt = (receipts.size() == 1)
                    ? PaymentTerms.CODEC.decodeSettleResponse(receipts.get(0)).orElse(null) : null;
            if (receipt != null && receipt.success()) {
                return Meaning.DELIVERED;
            }
            boolean proof = receipt != null && (charged == Charged.NO || (charged == null && first))
                    && RefusalReasons.standard().proveNothingSettled(receipt);
            return proof ? Meaning.REFUSED : Meaning.OPEN;
        }
        if (status == 502 || status == 503 || status == 504
                || (status == 409 && headers.containsHeader(HttpHeaders.RETRY_AFTER))) {
            return Meaning.PRESENT_AGAIN;
        }
        if (charged != null) {
            return (charged == Charged.UNKNOWN) ? Meaning.OPEN : Meaning.REFUSED;
        }
        return (first && status < 500 && !OPEN_CLIENT_ERRORS.contains(status)) ? Meaning.REFUSED : Meaning.OPEN;
    }

    Meaning meaning() {
        return this.meaning;
    }

    /** Returns whether the payment was settled, for this response or before. */
    boolean settled() {
        return this.meaning == Meaning.DELIVERED || this.charged == Charged.YES;
    }

    /** Returns whether the server states that the payment was not charged. */
    boolean uncharged() {
        return this.charged == Charged.NO;
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
        return this.response.getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
        return this.response.getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
        return this.response.getHeaders();
    }

    @Override
    public InputStream getBody() throws IOException {
        InputStream body = this.body;
        if (body == null) {
            InputStream rest = this.response.getBody();
            body = (this.begun != null) ? new SequenceInputStream(new ByteArrayInputStream(this.begun), rest) : rest;
            body = (this.meaning == Meaning.DELIVERED) ? new WholeBody(body, expectedLength()) : body;
            this.body = body;
        }
        return body;
    }

    /** Returns the length, or -1 if it is not known or is that of an encoded body. */
    private long expectedLength() throws IOException {
        HttpHeaders headers = this.response.getHeaders();
        boolean plain = !headers.containsHeader(HttpHeaders.CONTENT_ENCODING)
                && !WITHOUT_BODY.contains(getStatusCode().value());
        return plain ? headers.getContentLength() : -1;
    }

    @Override
    public void close() {
        this.response.close();
    }

    /**
     * Proof that a response gives.
     */
    enum Meaning {

        /** The payment bought this response. */
        DELIVERED,

        /** The payment was not used for this response, and will not be. */
        REFUSED,

        /** The payment may be presented again, and its outcome is open until then. */
        PRESENT_AGAIN,

        /** The payment may have been settled. */
        OPEN

    }

    /**
     * Body that ends in {@link PaymentOutcomeUnknownException} when it breaks off.
     */
    private final class WholeBody extends InputStream {

        private final InputStream body;

        private final long expected;

        private long count;

        private boolean broken;

        private WholeBody(InputStream body, long expected) {
            this.body = body;
            this.expected = expected;
        }

        @Override
        public int read() {
            byte[] single = new byte[1];
            return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            try {
                int read = this.body.read(bytes, offset, length);
                if (read < 0 && this.count < this.expected) {
                    throw new EOFException("The body ended before its length");
                }
                this.count += Math.max(read, 0);
                return read;
            }
            catch (IOException ex) {
                if (!this.broken) {
                    this.broken = true;
                    PaidResponse.this.listener.unknown(PaidResponse.this.payment.signed());
                }
                throw new PaymentOutcomeUnknownException(PaidResponse.this.payment, null, ex);
            }
        }

        @Override
        public int available() throws IOException {
            return this.body.available();
        }

        @Override
        public void close() throws IOException {
            this.body.close();
        }

    }

}
