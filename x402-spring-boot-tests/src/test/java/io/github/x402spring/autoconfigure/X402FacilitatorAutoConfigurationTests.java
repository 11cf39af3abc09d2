package io.github.x402spring.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitatorCustomizer;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class X402FacilitatorAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
        .withPropertyValues("x402.gate.enabled=true")
        .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class, X402FacilitatorAutoConfiguration.class,
                RestClientAutoConfiguration.class));

    @Test
    void whenNothingIsConfiguredThenSimulatedAndSilentUntilSomethingIsSold(CapturedOutput output) {
        this.runner
            .run((context) -> assertThat(context).getBean(Facilitator.class).isInstanceOf(SimulatedFacilitator.class));

        assertThat(output).doesNotContain("NO MONEY MOVES");
    }

    @Test
    void whenUrlIsSetThenHttpWithoutWarning(CapturedOutput output) {
        this.runner.withPropertyValues("x402.facilitator.url=https://f.example.com")
            .run((context) -> assertThat(context).getBean(Facilitator.class).isInstanceOf(HttpFacilitator.class));

        assertThat(output).doesNotContain("NO MONEY MOVES");
    }

    @Test
    void whenUrlIsSetInEnvironmentThenHttp() {
        this.runner
            .withInitializer((context) -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
                        Map.of("X402_FACILITATOR_URL", "https://f.example.com"))))
            .run((context) -> assertThat(context).getBean(Facilitator.class).isInstanceOf(HttpFacilitator.class));
    }

    @Test
    void whenUrlIsSetInCamelCaseThenHttp() {
        this.runner
            .withInitializer((context) -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("camel", Map.of("x402.facilitator.URL", "https://f.example.com"))))
            .run((context) -> assertThat(context).getBean(Facilitator.class).isInstanceOf(HttpFacilitator.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "simulated", "SIMULATED", "Simulated" })
    void whenTypeIsSimulatedThenSimulatedInSpiteOfUrl(String type) {
        this.runner.withPropertyValues("x402.facilitator.type=" + type, "x402.facilitator.url=https://f.example.com")
            .run((context) -> assertThat(context).getBean(Facilitator.class).isInstanceOf(SimulatedFacilitator.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "http", "HTTP", "Http" })
    void whenTypeIsHttpThenHttp(String type) {
        this.runner.withPropertyValues("x402.facilitator.type=" + type, "x402.facilitator.url=https://f.example.com")
            .run((context) -> assertThat(context).getBean(Facilitator.class).isInstanceOf(HttpFacilitator.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "none", "NONE" })
    void whenTypeIsNoneThenNone(String type) {
        this.runner.withPropertyValues("x402.facilitator.type=" + type)
            .run((context) -> assertThat(context).getBean(Facilitator.class).isSameAs(Facilitator.none()));
    }

    @Test
    void whenTypeIsUnknownThenFails() {
        this.runner.withPropertyValues("x402.facilitator.type=magic").run((context) -> assertThat(context).hasFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = { "simulated", "http", "none" })
    void whenUserFacilitatorThenOursBacksOff(String type) {
        this.runner.withUserConfiguration(OwnFacilitator.class)
            .withPropertyValues("x402.facilitator.type=" + type)
            .run((context) -> assertThat(context).getBean(Facilitator.class).isInstanceOf(FakeFacilitator.class));
    }

    @Test
    void whenCustomizersThenTheyReachClientInOrder() throws IOException {
        List<String> keys = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/x402/supported", (exchange) -> {
            keys.addAll(exchange.getRequestHeaders().get("X-API-Key"));
            byte[] body = "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:84532\"}]}"
                .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            this.runner.withUserConfiguration(Customizers.class)
                .withPropertyValues("x402.facilitator.url=http://localhost:" + server.getAddress().getPort() + "/x402/")
                .run((context) -> assertThat(context.getBean(Facilitator.class).supported()).hasSize(1));
        }
        finally {
            server.stop(0);
        }
        assertThat(keys).containsExactly("first", "second");
    }

    @Test
    void whenNoRestClientBuilderThenHttpAllTheSame() {
        new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(X402AutoConfiguration.class, X402FacilitatorAutoConfiguration.class))
            .withPropertyValues("x402.gate.enabled=true", "x402.facilitator.url=https://f.example.com")
            .run((context) -> assertThat(context).hasSingleBean(HttpFacilitator.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFacilitator {

        @Bean
        FakeFacilitator ownFacilitator() {
            return new FakeFacilitator();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Order(2)
        HttpFacilitatorCustomizer second() {
            return (builder) -> builder.defaultHeaders((headers) -> headers.add("X-API-Key", "second"));
        }

        @Bean
        @Order(1)
        HttpFacilitatorCustomizer first() {
            return (builder) -> builder.defaultHeaders((headers) -> headers.add("X-API-Key", "first"));
        }

    }

}
