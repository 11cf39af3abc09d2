package io.github.x402spring.autoconfigure.webmvc;

import java.util.Locale;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class X402FacilitatorServerAutoConfigurationTests {

    private static final String KEY = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    private final WebApplicationContextRunner enabled = this.runner
        .withPropertyValues("x402.facilitator.server.enabled=true");

    @Test
    void whenNotEnabledThenNothingIsServed() {
        this.runner.run((context) -> {
            assertThat(context).doesNotHaveBean(FacilitatorServer.class)
                .doesNotHaveBean("x402FacilitatorServerMapping")
                .doesNotHaveBean("x402FacilitatorServerSecurityFilterChain");
            assertThat(context).getBeans(SecurityFilterChain.class).hasSize(2);
        });
    }

    @Test
    void whenEnabledThenServesEveryOperation() {
        this.enabled.run((context) -> {
            assertThat(context.getBean("x402FacilitatorServerMapping", SimpleUrlHandlerMapping.class).getUrlMap())
                .containsOnlyKeys("/facilitator/verify", "/facilitator/settle", "/facilitator/supported");
            assertThat(context.getBean(FacilitatorServerSettings.class))
                .isEqualTo(new FacilitatorServerSettings("/facilitator", 65_536, 64, 600, Set.of()));
            assertThat(context).hasBean("x402FacilitatorServerSecurityFilterChain");
        });
    }

    @Test
    void whenPropertiesAreSetThenSettingsHaveThem() {
        this.enabled
            .withPropertyValues("x402.facilitator.server.path=/a/b/", "x402.facilitator.server.max-request-size=1KB",
                    "x402.facilitator.server.max-concurrent-requests=2",
                    "x402.facilitator.server.requests-per-minute=3",
                    "x402.facilitator.server.pay-to=" + PaidApplication.PAY_TO)
            .run((context) -> {
                FacilitatorServerSettings settings = context.getBean(FacilitatorServerSettings.class);
                assertThat(settings).isEqualTo(new FacilitatorServerSettings("/a/b", 1024, 2, 3,
                        Set.of(EvmAddress.parse(PaidApplication.PAY_TO))));
                assertThat(context.getBean(X402Properties.class).facilitator().server().paths())
                    .containsExactly("/a/b/verify", "/a/b/settle", "/a/b/supported");
            });
    }

    @Test
    void whenPathIsRootThenServedThere() {
        this.enabled.withPropertyValues("x402.facilitator.server.path=/")
            .run((context) -> assertThat(context.getBean(X402Properties.class).facilitator().server().paths())
                .containsExactly("/verify", "/settle", "/supported"));
    }

    @Test
    void whenEnabledThenLogSaysForWhom(CapturedOutput output) {
        this.enabled.run((context) -> assertThat(output).contains("/facilitator/verify", "Recipients: any;",
                "x402.facilitator.server.pay-to would limit that"));
        this.enabled.withPropertyValues("x402.facilitator.server.pay-to=" + PaidApplication.PAY_TO)
            .run((context) -> assertThat(output)
                .contains("Recipients: [" + PaidApplication.PAY_TO.toLowerCase(Locale.ROOT) + "]"));
    }

    @Test
    void whenNotWebApplicationThenBacksOff() {
        new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class,
                    X402FacilitatorAutoConfiguration.class, X402FacilitatorServerAutoConfiguration.class))
            .withPropertyValues("x402.facilitator.server.enabled=true")
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FacilitatorServer.class));
    }

    @Test
    void whenNoWebMvcThenBacksOff() {
        new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class,
                    X402FacilitatorAutoConfiguration.class, X402FacilitatorServerAutoConfiguration.class))
            .withPropertyValues("x402.facilitator.server.enabled=true")
            .withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
            .run((context) -> assertThat(context).doesNotHaveBean(FacilitatorServer.class));
    }

    @Test
    void startWhenThereIsNoFacilitatorThenNamesProperties() {
        assertFailure("x402.facilitator.type=none", "x402.facilitator.type is none", "x402.facilitator.server.enabled");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            max-request-size=0B           | max-request-size is out of range           | max-request-size
            max-request-size=2MB          | max-request-size is out of range           | max-request-size
            max-concurrent-requests=0     | max-concurrent-requests admits no request  | max-concurrent-requests
            requests-per-minute=0         | requests-per-minute admits no request      | requests-per-minute
            requests-per-minute=-1        | requests-per-minute admits no request      | requests-per-minute
            path=facilitator              | path is not a path                         | path
            path=/a/**                    | path is not a path                         | path
            path=/a/../b                  | path is not a path                         | path
            path=/a//b                    | path is not a path                         | path
            path=/{a}                     | path is not a path                         | path
            pay-to=alice                  | pay-to is not an address                   | 40 hexadecimal digits
            """)
    void startWhenSettingIsImpossibleThenNamesProperty(String property, String problem, String remedy) {
        assertFailure("x402.facilitator.server." + property, problem, remedy);
    }

    @ParameterizedTest
    @CsvSource({ KEY, "0x" + KEY })
    void startWhenPayToIsPrivateKeyThenSaysSoWithoutPrintingIt(String key, CapturedOutput output) {
        assertFailure("x402.facilitator.server.pay-to=" + key, "private key", "x402.facilitator.server.pay-to");
        assertThat(output.getAll()).doesNotContain(KEY);
    }

    private void assertFailure(String property, String problem, String remedy) {
        this.enabled.withPropertyValues(property).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class, (failure) -> {
                    assertThat(failure).hasMessageContaining(problem);
                    assertThat(failure.action()).contains(remedy).doesNotContain(KEY);
                });
        });
    }

}
