package io.github.x402spring.autoconfigure.actuate;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Hides the secrets among the properties, however they are spelled, even where Actuator
 * shows values: keys, passwords, and addresses of nodes, which often carry an account's
 * key.
 */
final class SecretSanitizer implements SanitizingFunction {

    /** As they are left when everything but letters and digits is taken out. */
    static final Set<String> SECRETS = Set.of("x402evm.*relayerkey", "x402evm.*keystorepassword", "x402evm.*rpcurl",
            "x402ledgerkeepresponsekey", "x402audithashchainkey", "x402observationspayerkey", "x402signinnoncekey");

    private static final Pattern SECRET = Pattern.compile(".*(" + String.join("|", SECRETS) + ").*");

    @Override
    public SanitizableData apply(SanitizableData data) {
        String key = data.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return SECRET.matcher(key).matches() ? data.withSanitizedValue() : data;
    }

}
