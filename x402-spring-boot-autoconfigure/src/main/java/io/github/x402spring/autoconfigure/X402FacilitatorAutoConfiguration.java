package io.github.x402spring.autoconfigure;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.endpoint.ListedExtras;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitatorCustomizer;
import io.github.x402spring.facilitator.http.HttpFacilitatorSettings;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.scheme.PaymentScheme;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link Facilitator}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class,
        afterName = { "io.github.x402spring.autoconfigure.evm.X402EvmAutoConfiguration",
                "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration" })
@ConditionalOnPaymentGate
public final class X402FacilitatorAutoConfiguration {

    @Bean
    ListedExtras x402ListedExtras(ObjectProvider<Facilitator> facilitator, ObjectProvider<Clock> clock) {
        return new ListedExtras(facilitator::getObject, clock.getIfAvailable(Clock::systemUTC));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.HTTP)
    @ConditionalOnMissingBean(Facilitator.class)
    static class HttpConfiguration {

        @Bean
        HttpFacilitator x402Facilitator(ObjectProvider<RestClient.Builder> builder, X402Properties properties,
                ObjectProvider<HttpFacilitatorCustomizer> customizers) {
            return new HttpFacilitator(builder.getIfAvailable(RestClient::builder), settings(properties),
                    customizers.orderedStream().toList());
        }

        private static HttpFacilitatorSettings settings(X402Properties properties) {
            X402Properties.Facilitator facilitator = properties.facilitator();
            String url = facilitator.url();
            if (url == null || url.isBlank()) {
                throw new InvalidX402ConfigurationException("The facilitator has no address",
                        "Set x402.facilitator.url to its address, or x402.facilitator.type to simulated or none.");
            }
            checkTimeout("connect-timeout", facilitator.connectTimeout());
            checkTimeout("verify-timeout", facilitator.verifyTimeout());
            checkTimeout("settle-timeout", facilitator.settleTimeout());
            if (facilitator.finalStatuses().stream().anyMatch(String::isBlank)) {
                throw new InvalidX402ConfigurationException("x402.facilitator.final-statuses has an empty entry",
                        "Remove it from x402.facilitator.final-statuses: a reply without a status is final anyway.");
            }
            try {
                return new HttpFacilitatorSettings(URI.create(url), facilitator.connectTimeout(),
                        facilitator.verifyTimeout(), facilitator.settleTimeout(), facilitator.finalStatuses());
            }
            catch (IllegalArgumentException ex) {
                // The address may hold credentials, and the exception of URI quotes it.
                throw new InvalidX402ConfigurationException("The address of the facilitator cannot be used",
                        "Set x402.facilitator.url to an http or https address without credentials, query or fragment. "
                                + "Credentials belong in an HttpFacilitatorCustomizer bean.");
            }
        }

        private static void checkTimeout(String name, Duration timeout) {
            if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
                throw new InvalidX402ConfigurationException("x402.facilitator." + name + " leaves no time at all",
                        "Set x402.facilitator." + name + " to a positive duration such as 3s.");
            }
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.SIMULATED)
    @ConditionalOnMissingBean(Facilitator.class)
    static class SimulatedConfiguration {

        @Bean
        SimulatedFacilitator x402Facilitator(List<PaymentScheme> schemes, ObjectProvider<Clock> clock) {
            return new SimulatedFacilitator(schemes, clock.getIfAvailable(Clock::systemUTC));
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.LOCAL)
    @ConditionalOnMissingBean(Facilitator.class)
    @ConditionalOnMissingClass("org.web3j.protocol.Service")
    static class MissingWeb3jConfiguration {

        @Bean
        Facilitator x402Facilitator() {
            throw new InvalidX402ConfigurationException(
                    "x402.facilitator.type is 'local', and the library that speaks with chains is missing",
                    "Add org.web3j:core as docs/chains.md shows.");
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnFacilitatorType(FacilitatorType.NONE)
    @ConditionalOnMissingBean(Facilitator.class)
    static class NoneConfiguration {

        @Bean
        Facilitator x402Facilitator() {
            return Facilitator.none();
        }

    }

}
