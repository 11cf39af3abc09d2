package io.github.x402spring.client;

/**
 * Says why one way to pay is not taken; the text quotes nothing but parsed values.
 */
record Refusal(PaymentRefusedException.Reason reason, String text) {
}
