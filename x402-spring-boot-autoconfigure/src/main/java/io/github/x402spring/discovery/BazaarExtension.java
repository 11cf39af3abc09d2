package io.github.x402spring.discovery;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.discovery.PaidOperation.WayToPay;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Extension {@code bazaar}, which tells facilitators how an operation is called. Each
 * declaration is prepared but for the values of path variables.
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * extension bazaar</a>
 */
final class BazaarExtension implements ChallengeExtensions {

    static final String EXTENSION = "bazaar";

    private static final Logger logger = LoggerFactory.getLogger(BazaarExtension.class);

    private final Map<String, List<BazaarDeclaration>> declarations = new HashMap<>();

    private final Set<String> outOfBounds = ConcurrentHashMap.newKeySet();

    BazaarExtension(DiscoveryCatalog.Service service, List<PaidOperation> operations) {
        String path = (service.origin() != null) ? URI.create(service.origin()).getRawPath() : "";
        operations.forEach((operation) -> this.declarations
            .computeIfAbsent(operation.endpoint().name(), (name) -> new ArrayList<>())
            .add(new BazaarDeclaration(operation, path)));
    }

    @Override
    public boolean varies(PaidEndpointDefinition endpoint) {
        return false;
    }

    @Override
    public Map<String, Object> declare(PaidEndpointDefinition endpoint, String uri, List<PaymentRequirements> accepts) {
        BazaarDeclaration found = null;
        for (BazaarDeclaration declaration : this.declarations.getOrDefault(endpoint.name(), List.of())) {
            Map<String, Object> declared = declaration.of(uri);
            if (declared != null) {
                checkBounds(declaration.operation(), accepts);
                return Map.of(EXTENSION, declared);
            }
            found = (found != null) ? found : declaration;
        }
        return withoutPath(found);
    }

    /** An address below a pattern of many segments has no values to state. */
    private static Map<String, Object> withoutPath(@Nullable BazaarDeclaration declaration) {
        return (declaration != null) ? Map.of(EXTENSION, declaration.withoutPath()) : Map.of();
    }

    private void checkBounds(PaidOperation operation, List<PaymentRequirements> accepts) {
        for (int i = 0; i < accepts.size() && i < operation.ways().size(); i++) {
            WayToPay way = operation.ways().get(i);
            if (!way.fixed() && way.dollar() && !way.covers(accepts.get(i).amount())
                    && this.outOfBounds.add(operation.endpoint().name())) {
                logger.warn(
                        "Computed price of endpoint '{}' is outside of the bounds that its documents state. Correct "
                                + "x402.discovery.endpoints.{}.min-price or .max-price",
                        operation.endpoint().name(), operation.endpoint().name());
            }
        }
    }

}
