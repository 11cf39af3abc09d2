package io.github.x402spring.autoconfigure.actuate;

import java.util.Locale;
import java.util.Map;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that revokes the right of callers, wallets and delegations
 * to buy, and restores it.
 */
@Endpoint(id = "x402revocations", defaultAccess = Access.NONE)
final class X402RevocationsEndpoint {

    private final Registry registry;

    private final OperatorJournal journal;

    X402RevocationsEndpoint(Registry registry, OperatorJournal journal) {
        this.registry = registry;
        this.journal = journal;
    }

    /** The value is in the body, because names of callers may not fit into a path. */
    @WriteOperation
    Revocation change(@Selector String kind, String value, boolean revoked) {
        if (value.isBlank()) {
            throw X402Endpoint.invalid("Say in 'value' what is revoked");
        }
        try {
            this.registry.change(kind, value, revoked);
        }
        catch (IllegalArgumentException ex) {
            throw X402Endpoint.invalid("What can be revoked is identity, payer or delegation");
        }
        catch (UnsupportedOperationException ex) {
            throw X402Endpoint.invalid("The application's own registry takes no revocations from here");
        }
        String name = kind.toLowerCase(Locale.ROOT);
        this.journal.record(revoked ? "revoked" : "revocation_taken_back",
                (revoked ? "revoked a right to buy: " : "took back a revocation: ") + name,
                Map.of("kind", name, "value", value));
        return new Revocation(kind, revoked);
    }

    /** Right that was revoked or restored. */
    record Revocation(String kind, boolean revoked) {
    }

    /** Registry that the application's security asks. */
    @FunctionalInterface
    interface Registry {

        /**
         * Revokes or restores.
         * @throws IllegalArgumentException if there is no such kind
         * @throws UnsupportedOperationException if revocations are made elsewhere
         */
        void change(String kind, String value, boolean revoked);

    }

}
