package io.github.x402spring.autoconfigure.security;

import java.util.Collections;
import java.util.List;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

class HttpFirewallTests {

    private static final String PAYMENT = "QUI=";

    private final WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

    @Test
    void whenThereIsNoFirewallThenOursRejectsAsTheDefault() {
        this.runner.run((context) -> {
            assertThat(context).getBean(HttpFirewall.class).isExactlyInstanceOf(StrictHttpFirewall.class);
            assertThat(status(context, "/weather", PAYMENT)).isEqualTo(200);
            assertThat(status(context, "/weather", PAYMENT + "\0")).isEqualTo(400);
            assertThat(status(context, "/weather;v=1", PAYMENT)).isEqualTo(400);
        });
    }

    @Test
    void whenThereIsNoFirewallThenOursIsUsed() {
        this.runner.run((context) -> {
            context.getBean(StrictHttpFirewall.class).setAllowedHeaderValues((value) -> false);
            assertThat(status(context, "/weather", PAYMENT)).isEqualTo(400);
        });
    }

    @Test
    void whenTheApplicationHasAFirewallThenOursIsNotThere() {
        this.runner.withBean("own", HttpFirewall.class, HttpFirewallTests::withoutHeaders).run((context) -> {
            assertThat(context).getBeans(HttpFirewall.class).containsOnlyKeys("own");
            assertThat(status(context, "/weather", PAYMENT)).isEqualTo(400);
        });
    }

    @Test
    void whenAnotherLibraryHasAFirewallThenOursIsNotUsed() {
        this.runner.withConfiguration(AutoConfigurations.of(LaterAutoConfiguration.class)).run((context) -> {
            assertThat(context).getBeans(HttpFirewall.class).containsOnlyKeys("x402HttpFirewall", "later");
            assertThat(status(context, "/weather", PAYMENT)).isEqualTo(400);
        });
    }

    @Test
    void whenACustomizerSetsAFirewallThenOursIsNotUsed() {
        this.runner.withBean(WebSecurityCustomizer.class, () -> (web) -> web.httpFirewall(withoutHeaders()))
            .run((context) -> assertThat(status(context, "/weather", PAYMENT)).isEqualTo(400));
    }

    private static StrictHttpFirewall withoutHeaders() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderValues((value) -> false);
        return firewall;
    }

    private static int status(AssertableWebApplicationContext context, String path, String payment) throws Exception {
        ServletContext application = context.getServletContext();
        application.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context);
        MockHttpServletRequest request = new MockHttpServletRequest(application, "GET", path);
        request.addHeader("PAYMENT-SIGNATURE", payment);
        MockHttpServletResponse response = new MockHttpServletResponse();
        Filter proxy = context.getBeansOfType(Filter.class)
            .values()
            .stream()
            .filter(FilterChainProxy.class::isInstance)
            .findFirst()
            .orElseThrow();
        proxy.doFilter(request, response,
                (firewalled, answer) -> assertThat(payments(firewalled)).containsExactly(payment));
        return response.getStatus();
    }

    private static List<String> payments(ServletRequest request) {
        return Collections.list(((HttpServletRequest) request).getHeaders("PAYMENT-SIGNATURE"));
    }

    @AutoConfiguration(after = X402SecurityAutoConfiguration.class)
    static class LaterAutoConfiguration {

        @Bean
        HttpFirewall later() {
            return withoutHeaders();
        }

    }

    @RestController
    static class Shop {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.01")
        String weather() {
            return "clear";
        }

    }

}
