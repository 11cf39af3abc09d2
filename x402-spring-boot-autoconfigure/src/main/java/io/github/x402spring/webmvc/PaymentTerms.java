package io.github.x402spring.webmvc;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.gate.Offer;
import io.github.x402spring.http.HeaderField;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.PaymentRequired;

/**
 * Is what one request would cost.
 */
final class PaymentTerms {

    private final String endpoint;

    private final String handler;

    private final PaymentRequired required;

    private final List<Offer> offers;

    private final List<HeaderField> challenge;

    private final boolean recurring;

    private volatile @Nullable PaymentChallengeWriter prepared;

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
    PaymentTerms(String endpoint, String handler, PaymentRequired required, List<Offer> offers,
            List<HeaderField> challenge, boolean recurring) {
        this.endpoint = endpoint;
        this.handler = handler;
        this.required = required;
        this.offers = List.copyOf(offers);
        this.challenge = List.copyOf(challenge);
        this.recurring = recurring;
    }

    String endpoint() {
        return this.endpoint;
    }

    String handler() {
        return this.handler;
    }

    PaymentRequired required() {
        return this.required;
    }

    List<Offer> offers() {
        return this.offers;
    }

    List<HeaderField> challenge() {
        return this.challenge;
    }

    boolean recurring() {
        return this.recurring;
    }

    /** Returns what a GET without query and body is bound to, computed once. */
    RequestFingerprint plainGet(byte[] digestOfNoBody) {
        RequestFingerprint fingerprint = this.plainGet;
        if (fingerprint == null) {
            fingerprint = RequestFingerprint.of(this.handler, "GET", this.required.resource().url(), "",
                    digestOfNoBody);
            this.plainGet = fingerprint;
        }
        return fingerprint;
    }

    /** Returns the writer of the challenge, prepared when it is first asked for. */
    PaymentChallengeWriter prepared(PaymentChallengeWriter writer, PaymentRefusal challenge) {
        PaymentChallengeWriter prepared = this.prepared;
        if (prepared == null) {
            prepared = writer.prepare(challenge);
            this.prepared = prepared;
        }
        return prepared;
    }

}
