package io.github.x402spring.autoconfigure;

import java.util.Optional;

import fr.acinq.secp256k1.Secp256k1;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SignatureRecoveryAutoConfigurationTests {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class));

    @Test
    void whenNativeLibraryIsPresentThenBeanIsNative() {
        this.contextRunner.run((context) -> assertThat(context).getBean(SignatureRecovery.class)
            .hasSameClassAs(SignatureRecovery.nativeLibrary().orElseThrow()));
    }

    @Test
    void whenNativeLibraryIsAbsentThenBeanIsWeb3j() {
        this.contextRunner.withClassLoader(new FilteredClassLoader(Secp256k1.class))
            .run((context) -> assertThat(context).getBean(SignatureRecovery.class)
                .hasSameClassAs(SignatureRecovery.web3j()));
    }

    @Test
    void whenUserHasRecoveryThenBeanIsTheUsers() {
        SignatureRecovery recovery = (digest, signature) -> Optional.empty();
        this.contextRunner.withBean(SignatureRecovery.class, () -> recovery)
            .run((context) -> assertThat(context).getBean(SignatureRecovery.class).isSameAs(recovery));
    }

}
