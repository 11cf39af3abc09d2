package io.github.x402spring.webmvc;

import java.util.List;

import io.github.x402spring.gate.Offer;
import io.github.x402spring.protocol.PaymentRequired;

/**
 * Is what one request would cost.
 *
 * @param required the terms
 * @param offers the ways to pay, in the order of the terms
 * @param challenge the terms as the header of a request without payment
 */
record PaymentTerms(PaymentRequired required, List<Offer> offers, String challenge) {
}
