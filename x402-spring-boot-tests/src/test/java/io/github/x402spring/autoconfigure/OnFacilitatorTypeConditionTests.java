package io.github.x402spring.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class OnFacilitatorTypeConditionTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withUserConfiguration(Simulated.class, Http.class, Local.class, None.class);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x402.pay-to=0x1                                                           | SIMULATED
            x402.facilitator.url=https://f.example.com                                | HTTP
            x402.facilitator.type=local                                               | LOCAL
            x402.facilitator.type=none                                                | NONE
            x402.facilitator.type=HTTP                                                | HTTP
            x402.facilitator.type=local,x402.facilitator.url=https://f.example.com    | LOCAL
            x402.facilitator.type=simulated,x402.facilitator.url=https://f.example.com | SIMULATED
            """)
    void matchWhenConfiguredThenOnlyThatKind(String properties, FacilitatorType type) {
        this.runner.withPropertyValues(properties.split(","))
            .run((context) -> assertThat(context.getBeansOfType(FacilitatorType.class).values()).containsExactly(type));
    }

    @ParameterizedTest
    @CsvSource({ "X402_FACILITATOR_URL,https://f.example.com,HTTP", "X402_FACILITATOR_TYPE,local,LOCAL" })
    void matchWhenConfiguredByTheEnvironmentThenTheSame(String variable, String value, FacilitatorType type) {
        this.runner
            .withInitializer((context) -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(variable, value))))
            .run((context) -> assertThat(context.getBeansOfType(FacilitatorType.class).values()).containsExactly(type));
    }

    @Test
    void matchWhenTheKindIsUnknownThenFailsRatherThanSimulates() {
        this.runner.withPropertyValues("x402.facilitator.type=htpp").run((context) -> assertThat(context).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.SIMULATED)
    static class Simulated {

        @Bean
        FacilitatorType simulated() {
            return FacilitatorType.SIMULATED;
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.HTTP)
    static class Http {

        @Bean
        FacilitatorType http() {
            return FacilitatorType.HTTP;
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.LOCAL)
    static class Local {

        @Bean
        FacilitatorType local() {
            return FacilitatorType.LOCAL;
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.NONE)
    static class None {

        @Bean
        FacilitatorType none() {
            return FacilitatorType.NONE;
        }

    }

}
