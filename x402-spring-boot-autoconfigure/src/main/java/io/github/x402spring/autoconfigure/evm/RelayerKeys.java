package io.github.x402spring.autoconfigure.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.WalletUtils;
import org.web3j.crypto.exception.CipherException;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402EvmProperties;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Loader of the keys that pay for gas. Rejects keys that others can read: in files that
 * are packaged or checked in, and on the command line. No message quotes a key.
 */
final class RelayerKeys {

    private static final String REMEDY = "Pass it in the environment variable X402_EVM_RELAYERKEYS, import it as a "
            + "secret (spring.config.import), or name an encrypted file in x402.evm.keystore.location.";

    private static final Set<String> PROPERTIES = Set.of("x402.evm.relayer-keys", "x402.evm.keystore.password");

    private static final BigInteger ORDER = new BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private final ConfigurableEnvironment environment;

    private final ResourceLoader resources;

    RelayerKeys(ConfigurableEnvironment environment, ResourceLoader resources) {
        this.environment = environment;
        this.resources = resources;
    }

    List<Credentials> load(X402EvmProperties properties) {
        this.environment.getPropertySources().forEach(this::refuseExposed);
        List<Credentials> keys = new ArrayList<>();
        List<String> texts = properties.relayerKeys();
        for (int i = 0; i < texts.size(); i++) {
            keys.add(parse((texts.size() == 1) ? "x402.evm.relayer-keys" : "x402.evm.relayer-keys[" + i + "]",
                    texts.get(i)));
        }
        if (properties.keystore().location() != null) {
            keys.add(open(properties.keystore().location(), properties.keystore().password()));
        }
        if (keys.isEmpty()) {
            throw new InvalidX402ConfigurationException("The local facilitator has no key that pays for gas", REMEDY);
        }
        if (keys.stream().map(Credentials::getAddress).distinct().count() < keys.size()) {
            throw new InvalidX402ConfigurationException("A relayer's key is named twice",
                    "Name every key once, in x402.evm.relayer-keys or x402.evm.keystore.");
        }
        return keys;
    }

    private void refuseExposed(PropertySource<?> source) {
        boolean visible = source instanceof CommandLinePropertySource
                || StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME.equals(source.getName());
        boolean file = source instanceof OriginTrackedMapPropertySource;
        if ((!visible && !file) || !(source instanceof EnumerablePropertySource<?> enumerable)) {
            return;
        }
        for (String name : enumerable.getPropertyNames()) {
            if (isSecret(name) && !isPlaceholder(enumerable.getProperty(name))) {
                if (visible) {
                    throw new InvalidX402ConfigurationException(
                            "A relayer's secret is on the command line, where every process can read it", REMEDY);
                }
                if (isPackaged(((OriginTrackedMapPropertySource) source).getOrigin(name))) {
                    throw new InvalidX402ConfigurationException(
                            "A relayer's secret is in the application's configuration files. Treat it as leaked",
                            REMEDY);
                }
            }
        }
    }

    private static boolean isSecret(String name) {
        ConfigurationPropertyName canonical = ConfigurationPropertyName.adapt(name, '.');
        while (canonical.getNumberOfElements() > 0 && canonical.isLastElementIndexed()) {
            canonical = canonical.getParent();
        }
        return PROPERTIES.stream().map(ConfigurationPropertyName::of).anyMatch(canonical::equals);
    }

    private static boolean isPlaceholder(@Nullable Object value) {
        return value == null || value.toString().strip().matches("\\$\\{[^:]*}");
    }

    private static boolean isPackaged(@Nullable Origin origin) {
        Resource resource = (origin instanceof TextResourceOrigin text) ? text.getResource() : null;
        if (resource == null) {
            return false;
        }
        String name = resource.getFilename();
        return resource.getDescription().contains("class path") || (name != null && name.startsWith("application"));
    }

    private static Credentials parse(String property, String text) {
        String hex = text.strip();
        BigInteger key = EvmAddress.looksLikePrivateKey(hex) ? new BigInteger(hex.replaceFirst("^0[xX]", ""), 16)
                : BigInteger.ZERO;
        if (key.signum() == 0 || key.compareTo(ORDER) >= 0) {
            throw new InvalidX402ConfigurationException(property + " is not a private key",
                    "A private key is written as 64 hexadecimal digits, in quotes. " + REMEDY);
        }
        return Credentials.create(ECKeyPair.create(key));
    }

    private Credentials open(String location, @Nullable String password) {
        Resource file = this.resources.getResource(location);
        if (!file.isReadable()) {
            throw new InvalidX402ConfigurationException("The keystore " + location + " cannot be read",
                    "Set x402.evm.keystore.location to an encrypted key file, such as file:/etc/x402/relayer.json.");
        }
        try {
            return WalletUtils.loadCredentials((password != null) ? password : "", file.getFile());
        }
        catch (IOException | CipherException | RuntimeException ex) {
            throw new InvalidX402ConfigurationException("The keystore " + location + " does not open with its password",
                    "Set x402.evm.keystore.password, for example by the environment variable "
                            + "X402_EVM_KEYSTORE_PASSWORD.");
        }
    }

}
