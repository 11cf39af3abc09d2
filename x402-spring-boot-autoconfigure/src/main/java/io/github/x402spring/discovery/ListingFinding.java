package io.github.x402spring.discovery;

/**
 * Reason for which a registry would not list an operation, or not list it well.
 *
 * @param subject the operation, such as {@code GET /weather}, or the whole service
 * @param problem the problem, in words
 * @param remedy the setting to change
 * @since 0.1.0
 */
public record ListingFinding(String subject, String problem, String remedy) {

}
