package io.github.x402spring.autoconfigure.actuate;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.limit.PaymentIntake;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402EndpointAutoConfigurationTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withConfiguration(AutoConfigurations.of(X402EndpointAutoConfiguration.class));

    @Test
    void whenExposedThenBeanSwitchesTheIntake() {
        this.runner.withPropertyValues("management.endpoints.web.exposure.include=x402").run((context) -> {
            X402Endpoint endpoint = context.getBean(X402Endpoint.class);
            assertThat(context.getBean(PaymentIntake.class).accepting()).isTrue();
            assertThat(endpoint.accept(false)).hasToString("PaymentStatus[accepting=false]");
            assertThat(context.getBean(PaymentIntake.class).accepting()).isFalse();
        });
    }

    @Test
    void whenNotExposedThenNoBean() {
        this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(X402Endpoint.class));
    }

    @Test
    void whenActuatorIsMissingThenStartsWithoutBean() {
        this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
            .withPropertyValues("management.endpoints.web.exposure.include=x402")
            .run((context) -> assertThat(context).hasNotFailed()
                .hasSingleBean(PaymentIntake.class)
                .doesNotHaveBean("x402Endpoint"));
    }

    @Test
    void whenNotAcceptingFromTheStartThenIntakeIsOff() {
        this.runner.withPropertyValues("x402.payments.accepting=false")
            .run((context) -> assertThat(context.getBean(PaymentIntake.class).accepting()).isFalse());
    }

    @Test
    void whenAllAreExposedThenOnlyThoseThatReadAreThere() {
        this.runner.withPropertyValues("management.endpoints.web.exposure.include=*")
            .run((context) -> assertThat(context).hasSingleBean(X402Endpoint.class)
                .hasSingleBean(X402PaymentsEndpoint.class)
                .hasSingleBean(X402PaymentsEndpointWebExtension.class)
                .doesNotHaveBean(X402TasksEndpoint.class)
                .doesNotHaveBean(X402RevocationsEndpoint.class));
    }

    @ParameterizedTest
    @CsvSource({ "x402, x402Endpoint", "x402payments, x402PaymentsEndpoint", "x402tasks, x402TasksEndpoint",
            "x402revocations, x402RevocationsEndpoint" })
    void whenOneIsExposedAndUnrestrictedThenOnlyThatOneIsThere(String id, String bean) {
        this.runner
            .withPropertyValues("management.endpoints.web.exposure.include=" + id,
                    "management.endpoint." + id + ".access=UNRESTRICTED")
            .run((context) -> assertThat(context.getBeanNamesForAnnotation(Endpoint.class))
                .filteredOn((name) -> name.startsWith("x402"))
                .containsExactly(bean));
    }

}
