package io.github.x402spring.autoconfigure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import fr.acinq.secp256k1.Secp256k1;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what the payment gate works
 * with: tokens, schemes and the header codec.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@EnableConfigurationProperties({ X402Properties.class, X402EvmProperties.class, X402LedgerProperties.class })
public final class X402AutoConfiguration {

    private static final long MAX_HEADER_BOUND = 1024 * 1024;

    /** What a ledger has room for. */
    private static final Pattern ADDRESS = Pattern.compile("[!-~]{1,128}");

    private static final Logger logger = LoggerFactory.getLogger(X402AutoConfiguration.class);

    /** Before anything fails for want of what was misspelled. */
    @Bean
    static BeanFactoryPostProcessor x402UnknownPropertyCheck(Environment environment) {
        return (beanFactory) -> UnknownPropertyCheck.check(environment);
    }

    @Bean
    @ConditionalOnMissingBean
    AssetRegistry x402AssetRegistry(X402Properties properties) {
        List<Asset> assets = new ArrayList<>();
        Set<Asset> dollars = new HashSet<>();
        properties.assets().forEach((symbol, token) -> {
            Asset asset = asset(symbol, token);
            assets.add(asset);
            if (token.dollar()) {
                dollars.add(asset);
            }
        });
        return new AssetRegistry(assets, dollars);
    }

    private static Asset asset(String symbol, X402Properties.Token token) {
        try {
            Network network = Network.parse(required(symbol, "network", token.network()));
            String address = required(symbol, "address", token.address());
            return new Asset(network, symbol,
                    network.isEvm() ? EvmAddress.parse(address).checksummed() : plain(address),
                    network.isEvm() ? required(symbol, "name", token.name())
                            : Objects.requireNonNullElse(token.name(), ""),
                    token.version(), required(symbol, "decimals", token.decimals()), null);
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("The token '" + symbol + "' cannot be used: " + ex.getMessage(),
                    "Correct x402.assets." + symbol + ".network, .address (0x and 40 hexadecimal digits, in quotes, on "
                            + "EVM chains) or .decimals.");
        }
    }

    /**
     * Which addresses there are outside of EVM chains, the scheme knows that sells there.
     */
    private static String plain(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("An address has one to 128 visible characters of ASCII");
        }
        return address;
    }

    private static <T> T required(String symbol, String name, @Nullable T value) {
        if (value == null || (value instanceof String text && text.isBlank())) {
            throw new InvalidX402ConfigurationException("The token '" + symbol + "' is not fully described",
                    "Set x402.assets." + symbol + "." + name + ".");
        }
        return value;
    }

    @Bean
    @ConditionalOnMissingBean
    PaymentHeaderCodec x402PaymentHeaderCodec(X402Properties properties) {
        long size = properties.web().maxPaymentHeader().toBytes();
        if (size < 1 || size > MAX_HEADER_BOUND) {
            throw new InvalidX402ConfigurationException("x402.web.max-payment-header is out of range",
                    "Set x402.web.max-payment-header to a size such as 16KB, 1MB at most.");
        }
        return new PaymentHeaderCodec((int) size);
    }

    @Bean
    @ConditionalOnMissingBean(SignatureRecovery.class)
    SignatureRecovery x402SignatureRecovery() {
        return SignatureRecovery.web3j();
    }

    @Bean
    @ConditionalOnMissingBean
    ExactEvmScheme x402ExactEvmScheme(SignatureRecovery recovery, X402Properties properties, X402EvmProperties evm) {
        Boolean accept = evm.acceptContractSignatures();
        return new ExactEvmScheme(recovery, (accept != null) ? accept : asksChain(properties.facilitator()));
    }

    /** Others than these know no chain, and would take every signature. */
    private static boolean asksChain(X402Properties.Facilitator facilitator) {
        FacilitatorType type = facilitator.type();
        return type == FacilitatorType.LOCAL || type == FacilitatorType.HTTP
                || (type == null && facilitator.url() != null);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Secp256k1.class)
    @ConditionalOnMissingBean(SignatureRecovery.class)
    static class NativeSignatureConfiguration {

        @Bean
        SignatureRecovery x402SignatureRecovery() {
            Optional<SignatureRecovery> loaded = SignatureRecovery.nativeLibrary();
            if (loaded.isEmpty()) {
                logger.info("libsecp256k1 is on the class path and cannot be loaded here");
            }
            return loaded.orElseGet(SignatureRecovery::web3j);
        }

    }

}
