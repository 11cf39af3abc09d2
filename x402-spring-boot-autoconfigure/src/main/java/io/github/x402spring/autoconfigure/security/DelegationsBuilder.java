package io.github.x402spring.autoconfigure.security;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.security.DelegatedPayerPolicy;
import io.github.x402spring.security.Delegation;

/**
 * Reader of delegations from the configuration.
 */
final class DelegationsBuilder {

    private DelegationsBuilder() {
    }

    static DelegatedPayerPolicy build(X402Properties properties) {
        List<Delegation> delegations = new ArrayList<>();
        for (int i = 0; i < properties.delegations().size(); i++) {
            delegations.add(delegation("x402.delegations[" + i + "]", properties.delegations().get(i)));
        }
        return DelegatedPayerPolicy.of(delegations);
    }

    private static Delegation delegation(String property, X402Properties.Delegate settings) {
        String caller = settings.caller();
        Instant expiresAt = settings.expiresAt();
        if (caller == null || caller.isBlank() || expiresAt == null) {
            throw new InvalidX402ConfigurationException(property + " has no caller or no end",
                    "Set " + property + ".caller and " + property + ".expires-at, such as 2027-01-01T00:00:00Z.");
        }
        try {
            String payer = EvmAddress.parse(String.valueOf(settings.payer())).value();
            String id = settings.id();
            return new Delegation((id != null) ? id : property, caller, payer, amount(settings.maxAmount()), expiresAt);
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException(property + " cannot be used: " + ex.getMessage(),
                    "Set " + property + ".payer to an address, in quotes, and " + property
                            + ".max-amount to atomic units, in quotes.");
        }
    }

    private static @Nullable TokenAmount amount(@Nullable String atomicUnits) {
        return (atomicUnits == null) ? null : TokenAmount.tryParse(atomicUnits)
            .orElseThrow(() -> new IllegalArgumentException("an amount is a whole number of atomic units"));
    }

}
