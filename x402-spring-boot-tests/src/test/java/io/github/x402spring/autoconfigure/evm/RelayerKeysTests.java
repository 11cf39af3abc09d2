package io.github.x402spring.autoconfigure.evm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.WalletUtils;
import org.web3j.utils.Numeric;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402EvmProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RelayerKeys}.
 */
@Tag("locale")
class RelayerKeysTests {

    private static final String KEY = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private static final String ADDRESS = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

    private static final String OTHER_KEY = "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = { KEY, "0x" + KEY, " " + KEY + " " })
    void loadWhenKeyComesFromTheEnvironmentThenIsTaken(String key) {
        PropertySource<?> environment = new SystemEnvironmentPropertySource("systemEnvironment",
                Map.of("X402_EVM_RELAYERKEYS", key));
        assertThat(load(environment)).extracting(Credentials::getAddress).containsExactly(ADDRESS);
    }

    @Test
    void loadWhenKeyComesFromAConfigTreeThenIsTaken() throws IOException {
        Files.writeString(this.folder.resolve("x402.evm.relayer-keys"), KEY);
        assertThat(run("--spring.config.import=configtree:" + this.folder + "/")).containsExactly(ADDRESS);
    }

    @Test
    void loadWhenKeyComesFromASecretFileThenIsTaken() throws IOException {
        Path secrets = Files.writeString(this.folder.resolve("secrets.properties"), "x402.evm.relayer-keys=" + KEY);
        assertThat(run("--spring.config.import=file:" + secrets)).containsExactly(ADDRESS);
    }

    @Test
    void loadWhenConfigurationFileNamesAPlaceholderThenIsTaken() throws IOException {
        PropertySource<?> file = properties(file("application.properties", "x402.evm.relayer-keys=${RELAYER_KEY}"));
        StandardEnvironment environment = environment(file);
        environment.getPropertySources()
            .addFirst(new SystemEnvironmentPropertySource("variables", Map.of("RELAYER_KEY", KEY)));
        assertThat(new RelayerKeys(environment, new DefaultResourceLoader()).load(evm(environment)))
            .extracting(Credentials::getAddress)
            .containsExactly(ADDRESS);
    }

    static Stream<Named<List<String>>> secrets() {
        return Stream.of(Named.of("key", List.of("relayer-keys", KEY)),
                Named.of("camel case", List.of("relayerKeys", KEY)),
                Named.of("default of a placeholder", List.of("relayer-keys", "${RELAYER_KEY:" + KEY + "}")),
                Named.of("list", List.of("relayer-keys[0]", KEY)),
                Named.of("password", List.of("keystore.password", "secret")));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void loadWhenSecretStandsInAConfigurationFileThenFails(List<String> secret) throws IOException {
        assertRefused(properties(file("application.properties", "x402.evm." + secret.get(0) + "=" + secret.get(1))),
                "is in the application's configuration files");
    }

    @Test
    void loadWhenKeyStandsInYamlOfAProfileThenFails() throws IOException {
        Resource file = file("application-prod.yml", "x402:\n  evm:\n    relayer-keys: \"" + KEY + "\"\n");
        assertRefused(new YamlPropertySourceLoader().load("file", file).get(0),
                "is in the application's configuration files");
    }

    @Test
    void loadWhenKeyStandsOnTheClassPathThenFails() throws IOException {
        Resource packaged = new ByteArrayResource(("x402.evm.relayer-keys=" + KEY).getBytes(StandardCharsets.UTF_8)) {

            @Override
            public String getDescription() {
                return "class path resource [secrets.properties]";
            }

            @Override
            public String getFilename() {
                return "secrets.properties";
            }

        };
        assertRefused(properties(packaged), "is in the application's configuration files");
    }

    @Test
    void loadWhenKeyIsOnTheCommandLineThenFails() {
        assertRefused(new SimpleCommandLinePropertySource("--x402.evm.relayer-keys=" + KEY), "on the command line");
    }

    @Test
    void loadWhenKeyIsASystemPropertyThenFails() {
        assertRefused(new MapPropertySource("systemProperties", Map.of("x402.evm.relayer-keys", KEY)),
                "on the command line");
    }

    @ParameterizedTest
    @ValueSource(strings = { "0x", "1234", ADDRESS, "0000000000000000000000000000000000000000000000000000000000000000",
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", KEY + "00",
            "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b7869zz" })
    void loadWhenKeyIsNoneThenFails(String key) {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> load(source(Map.of("x402.evm.relayer-keys", key))))
            .withMessageContaining("x402.evm.relayer-keys is not a private key")
            .satisfies((ex) -> assertThat(ex.getMessage() + ex.action()).doesNotContain("59c6995e", "zz"));
    }

    @Test
    void loadWhenThereIsNoKeyThenFails() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(() -> load(source(Map.of())))
            .withMessageContaining("no key that pays for gas");
    }

    @Test
    void loadWhenKeyIsNamedTwiceThenFails() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(
                    () -> load(source(Map.of("x402.evm.relayer-keys[0]", KEY, "x402.evm.relayer-keys[1]", "0x" + KEY))))
            .withMessageContaining("named twice");
    }

    @Test
    void loadWhenThereAreSeveralThenAllAreTaken() {
        assertThat(load(source(Map.of("x402.evm.relayer-keys[0]", KEY, "x402.evm.relayer-keys[1]", OTHER_KEY))))
            .hasSize(2);
    }

    @Test
    void loadWhenKeyIsInAKeystoreThenIsOpened() throws Exception {
        String location = keystore("correct horse");
        assertThat(load(
                source(Map.of("x402.evm.keystore.location", location, "x402.evm.keystore.password", "correct horse"))))
            .extracting(Credentials::getAddress)
            .containsExactly(ADDRESS);
    }

    @Test
    void loadWhenPasswordOfKeystoreIsWrongThenFails() throws Exception {
        String location = keystore("correct horse");
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> load(
                    source(Map.of("x402.evm.keystore.location", location, "x402.evm.keystore.password", "battery"))))
            .withMessageContaining("does not open with its password")
            .satisfies((ex) -> assertThat(ex.getMessage() + ex.action()).doesNotContain("battery"));
    }

    @Test
    void loadWhenKeystoreIsMissingThenFails() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> load(source(Map.of("x402.evm.keystore.location", "file:" + this.folder + "/none.json"))))
            .withMessageContaining("cannot be read");
    }

    private String keystore(String password) throws Exception {
        ECKeyPair key = ECKeyPair.create(Numeric.toBigInt(KEY));
        return "file:"
                + this.folder.resolve(WalletUtils.generateWalletFile(password, key, this.folder.toFile(), false));
    }

    private void assertRefused(PropertySource<?> source, String problem) {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(() -> load(source))
            .withMessageContaining(problem)
            .satisfies((ex) -> {
                assertThat(ex.action()).contains("X402_EVM_RELAYERKEYS", "x402.evm.keystore.location");
                assertThat(ex.getMessage() + ex.action()).doesNotContain(KEY);
            });
    }

    private static List<Credentials> load(PropertySource<?> source) {
        StandardEnvironment environment = environment(source);
        return new RelayerKeys(environment, new DefaultResourceLoader()).load(evm(environment));
    }

    private static StandardEnvironment environment(PropertySource<?> source) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().forEach((each) -> environment.getPropertySources().remove(each.getName()));
        environment.getPropertySources().addLast(source);
        return environment;
    }

    private static X402EvmProperties evm(StandardEnvironment environment) {
        return Binder.get(environment).bindOrCreate("x402.evm", X402EvmProperties.class);
    }

    private static PropertySource<?> source(Map<String, Object> properties) {
        return new MapPropertySource("test", properties);
    }

    private static PropertySource<?> properties(Resource resource) throws IOException {
        return new PropertiesPropertySourceLoader().load("file", resource).get(0);
    }

    private Resource file(String name, String content) throws IOException {
        return new FileSystemResource(Files.writeString(this.folder.resolve(name), content));
    }

    private static List<String> run(String... arguments) {
        SpringApplication application = new SpringApplication(Empty.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            return new RelayerKeys(context.getEnvironment(), context).load(context.getBean(X402EvmProperties.class))
                .stream()
                .map(Credentials::getAddress)
                .toList();
        }
    }

    @EnableConfigurationProperties(X402EvmProperties.class)
    static class Empty {

    }

}
