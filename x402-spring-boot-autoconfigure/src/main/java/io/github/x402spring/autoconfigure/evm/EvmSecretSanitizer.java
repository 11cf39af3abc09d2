package io.github.x402spring.autoconfigure.evm;

import java.util.Locale;
import java.util.regex.Pattern;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Hides relayers' keys, and addresses of nodes, which often carry an account's key.
 */
final class EvmSecretSanitizer implements SanitizingFunction {

    private static final Pattern SECRET = Pattern.compile("x402evm.*(relayerkey|keystorepassword|rpcurl).*");

    @Override
    public SanitizableData apply(SanitizableData data) {
        String key = data.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return SECRET.matcher(key).matches() ? data.withSanitizedValue() : data;
    }

}
