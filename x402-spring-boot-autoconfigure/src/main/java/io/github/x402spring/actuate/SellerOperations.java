package io.github.x402spring.actuate;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.github.x402spring.gate.PaidEndpointCatalog;
import io.github.x402spring.gate.PaymentIntake;
import io.github.x402spring.gate.SettlementReview;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * Does what an operator may do while the application runs. Names of callers and wallets
 * are not logged.
 *
 * @param intake is switched
 * @param catalog knows which endpoints can be paused
 * @param tasks remembers which tasks were ended
 * @param review asks what became of payments, or {@code null} if nothing does
 * @param revocations takes away what callers may buy
 * @since 0.1.0
 */
public record SellerOperations(PaymentIntake intake, PaidEndpointCatalog catalog, TaskRegistry tasks,
        @Nullable SettlementReview review, Revocations revocations) {

    private static final Logger logger = LoggerFactory.getLogger(SellerOperations.class);

    public SellerOperations {
        Objects.requireNonNull(intake, "'intake' must not be null");
        Objects.requireNonNull(catalog, "'catalog' must not be null");
        Objects.requireNonNull(tasks, "'tasks' must not be null");
        Objects.requireNonNull(revocations, "'revocations' must not be null");
    }

    void pause(String endpoint, @Nullable Boolean paused) {
        boolean known = this.catalog.endpoints()
            .stream()
            .anyMatch((listing) -> listing.definition().name().equals(endpoint));
        if (!known || paused == null) {
            throw invalid("Name a paid endpoint, and say whether it is 'paused'");
        }
        this.intake.pause(endpoint, paused);
    }

    void revoke(String kind, @Nullable String value, @Nullable Boolean revoked) {
        if (value == null || value.isBlank() || revoked == null) {
            throw invalid("Say in 'value' what is revoked, and whether it is 'revoked'");
        }
        try {
            this.revocations.change(kind, value, revoked);
        }
        catch (IllegalArgumentException ex) {
            throw invalid("What can be revoked is identity, payer or delegation");
        }
        catch (UnsupportedOperationException ex) {
            throw invalid("The application's own registry takes no revocations from here");
        }
        logger.warn(revoked ? "Something was revoked: {}" : "A revocation was taken back: {}", kind);
    }

    boolean reconcile() {
        return this.review != null && this.review.begin();
    }

    void end(String id, @Nullable String caller, @Nullable String payer) {
        try {
            this.tasks.end(key(id, caller, payer));
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The task could not be ended", ex);
        }
        logger.info("A task was ended");
    }

    private static TaskKey key(String id, @Nullable String caller, @Nullable String payer) {
        if (caller != null && payer == null) {
            return TaskKey.ofCaller(caller, id);
        }
        if (payer != null && caller == null) {
            return TaskKey.ofPayer(payer, id);
        }
        throw invalid("Say whose task it is: either 'caller' or 'payer'");
    }

    static InvalidEndpointRequestException invalid(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

}
