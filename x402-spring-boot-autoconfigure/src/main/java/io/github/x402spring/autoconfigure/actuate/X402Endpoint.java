package io.github.x402spring.autoconfigure.actuate;

import java.util.Map;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import io.github.x402spring.operator.SellerSources;

/**
 * {@link Endpoint @Endpoint} for what is sold, the totals of the last day, and the state
 * of ledger and facilitator. With unrestricted access it also stops sales.
 */
@Endpoint(id = "x402", defaultAccess = Access.READ_ONLY)
final class X402Endpoint {

    private final SellerSources sources;

    private final OperatorJournal journal;

    X402Endpoint(SellerSources sources, OperatorJournal journal) {
        this.sources = sources;
        this.journal = journal;
    }

    @ReadOperation
    SellerView.Seller seller() {
        return new SellerView(this.sources).describe();
    }

    /** Applies to this instance until its next start. Admitted payments are finished. */
    @WriteOperation
    PaymentStatus accept(boolean accepting) {
        this.sources.intake().accept(accepting);
        this.journal.record(accepting ? "payments_accepted" : "payments_refused",
                accepting ? "has payments taken" : "has all payments refused", Map.of());
        return new PaymentStatus(this.sources.intake().accepting());
    }

    @WriteOperation
    PausedEndpoint pause(@Selector String name, boolean paused) {
        boolean known = this.sources.catalog()
            .endpoints()
            .stream()
            .anyMatch((listing) -> listing.definition().name().equals(name));
        if (!known) {
            throw invalid("There is no paid endpoint of this name");
        }
        this.sources.intake().pause(name, paused);
        this.journal.record(paused ? "endpoint_paused" : "endpoint_resumed",
                (paused ? "paused" : "resumed") + " endpoint " + name, Map.of("endpoint", name));
        return new PausedEndpoint(name, paused);
    }

    static InvalidEndpointRequestException invalid(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

    /** Whether new payments are accepted at the moment. */
    record PaymentStatus(boolean accepting) {
    }

    /** Endpoint that was paused or resumed. */
    record PausedEndpoint(String name, boolean paused) {
    }

}
