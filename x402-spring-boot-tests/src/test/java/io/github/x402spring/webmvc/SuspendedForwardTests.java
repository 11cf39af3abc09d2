package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(classes = { PaidShop.class, SuspendedForwardTests.StockTomcat.class },
        webEnvironment = WebEnvironment.RANDOM_PORT, properties = PaidShop.PROPERTIES)
class SuspendedForwardTests {

    @Autowired
    private FakeFacilitator facilitator;

    @Test
    void forwardWhenTomcatClosesTheAnswerBeforehandThenNothingIsCharged(@LocalServerPort int port) throws Exception {
        ShopCustomer customer = new ShopCustomer(port);
        RawRequest payment = customer.paying(RawRequest.get("/twin/forward"));
        RawResponse response = customer.send(payment);
        assertThat(this.facilitator.verifications()).hasSize(1);
        assertThat(this.facilitator.settlements()).isEmpty();
        assertThat(response.leaks("CANARY")).isFalse();
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class StockTomcat {

        @Bean
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> stockTomcat() {
            return (factory) -> factory.addContextCustomizers((context) -> context
                .addLifecycleListener((event) -> context.setSuspendWrappedResponseAfterForward(true)));
        }

    }

}
