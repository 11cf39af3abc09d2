package io.github.x402spring.scheme;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

import io.github.x402spring.protocol.ReasonCode;

/**
 * Result of the checks of a payment by a {@link PaymentScheme}, without any I/O.
 *
 * @since 0.1.0
 */
public sealed interface Screening {

    /**
     * Every check passed.
     *
     * @param authorization the authorization that the payer signed
     * @param proved whether the signature was proved to be the payer's, or is left to the
     * facilitator
     */
    record Passed(Authorization authorization, boolean proved) implements Screening {

    }

    /**
     * Every check passed but one: the authorization has expired or is about to. It may
     * have been settled while it was valid.
     *
     * @param authorization the authorization that the payer signed
     * @param reason the protocol's reason
     * @param proved whether the signature was proved to be the payer's
     */
    record Expired(Authorization authorization, ReasonCode reason, boolean proved) implements Screening {

    }

    /**
     * A check failed; another payment may pass.
     *
     * @param reason the protocol's reason
     */
    record Failed(ReasonCode reason) implements Screening {
    }

    /**
     * The payload does not have the form that the scheme prescribes.
     */
    record Malformed() implements Screening {
    }

    /**
     * Authorization that a payer signed, in normal form: two encodings of one
     * authorization are equal. A ledger has room for 128 characters of payer and nonce,
     * and for years of four digits.
     *
     * @param payer the payer's address; stored in lower case
     * @param nonce the authorization's nonce in lower case
     * @param validBefore the time at which it expires
     */
    record Authorization(String payer, String nonce, Instant validBefore) {

        private static final int MAX_LENGTH = 128;

        private static final long MAX_SECONDS = 253_402_300_799L;

        public Authorization {
            payer = payer.toLowerCase(Locale.ROOT);
            Objects.requireNonNull(nonce, "'nonce' must not be null");
            Objects.requireNonNull(validBefore, "'validBefore' must not be null");
            if (payer.length() > MAX_LENGTH || nonce.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("'payer' and 'nonce' must not be longer than 128 characters");
            }
            if (Math.abs(validBefore.getEpochSecond()) > MAX_SECONDS) {
                throw new IllegalArgumentException("'validBefore' must be in a year of four digits");
            }
        }

    }

}
