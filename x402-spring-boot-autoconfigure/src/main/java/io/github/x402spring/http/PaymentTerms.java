package io.github.x402spring.http;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.gate.Offer;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.PaymentRequired;

/**
 * Terms under which one request is served. Compared by identity.
 *
 * @since 0.1.0
 */
public final class PaymentTerms {

    private final String endpoint;

    private final String handler;

    private final PaymentRequired required;

    private final List<Offer> offers;

    private final List<HeaderField> challenge;

    private final boolean recurring;

    private volatile @Nullable RequestFingerprint plainGet;

    /**
     * Creates terms.
     * @param endpoint the name of the paid endpoint
     * @param handler the name of its handler
     * @param required the terms
     * @param offers the ways to pay, in the order of the terms, and behind them those
     * that were shown before
     * @param challenge the terms as the headers of a response to no payment
     * @param recurring whether other requests cost the same, so that it pays to prepare
     */
    public PaymentTerms(String endpoint, String handler, PaymentRequired required, List<Offer> offers,
            List<HeaderField> challenge, boolean recurring) {
        this.endpoint = endpoint;
        this.handler = handler;
        this.required = required;
        this.offers = List.copyOf(offers);
        this.challenge = List.copyOf(challenge);
        this.recurring = recurring;
    }

    /**
     * Returns the name of the paid endpoint.
     * @return the name
     */
    public String endpoint() {
        return this.endpoint;
    }

    /**
     * Returns the name of the handler, which is the same on every instance.
     * @return the name
     */
    public String handler() {
        return this.handler;
    }

    /**
     * Returns the terms as they are stated.
     * @return the terms
     */
    public PaymentRequired required() {
        return this.required;
    }

    /**
     * Returns the ways to pay.
     * @return those of the terms in their order, and behind them those that were shown
     * before
     */
    public List<Offer> offers() {
        return this.offers;
    }

    /**
     * Returns the headers of a response to no payment.
     * @return the terms in all dialects
     */
    public List<HeaderField> challenge() {
        return this.challenge;
    }

    /**
     * Tells whether other requests cost the same, so that it pays to prepare.
     * @return whether they do
     */
    public boolean recurring() {
        return this.recurring;
    }

    /**
     * Returns what a GET without query and body is bound to, computed once.
     * @param digestOfNoBody what stands for the body
     * @return the fingerprint
     */
    public RequestFingerprint plainGet(byte[] digestOfNoBody) {
        RequestFingerprint fingerprint = this.plainGet;
        if (fingerprint == null) {
            fingerprint = RequestFingerprint.of(this.handler, "GET", this.required.resource().url(), "",
                    digestOfNoBody);
            this.plainGet = fingerprint;
        }
        return fingerprint;
    }

}
