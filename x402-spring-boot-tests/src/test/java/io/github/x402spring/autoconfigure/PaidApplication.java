package io.github.x402spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;

import io.github.x402spring.autoconfigure.audit.X402AuditAutoConfiguration;
import io.github.x402spring.autoconfigure.console.X402ConsoleAutoConfiguration;
import io.github.x402spring.autoconfigure.gate.X402GateAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402LedgerAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402OperationsAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402SharedLedgerAutoConfiguration;
import io.github.x402spring.autoconfigure.observation.X402ObservationAutoConfiguration;
import io.github.x402spring.autoconfigure.security.X402DefaultWebSecurityAutoConfiguration;
import io.github.x402spring.autoconfigure.security.X402SecurityAutoConfiguration;
import io.github.x402spring.autoconfigure.security.X402SignInAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402FacilitatorServerAutoConfiguration;
import io.github.x402spring.autoconfigure.webmvc.X402WebMvcAutoConfiguration;

/**
 * Is a web application with the starter and without a server.
 */
public final class PaidApplication {

    public static final String PAY_TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private PaidApplication() {
    }

    public static WebApplicationContextRunner runner() {
        return withoutRecipient().withPropertyValues("x402.pay-to=" + PAY_TO);
    }

    public static WebApplicationContextRunner withoutRecipient() {
        return new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class,
                X402EnforcementAutoConfiguration.class, X402LedgerAutoConfiguration.class,
                X402SharedLedgerAutoConfiguration.class, X402OperationsAutoConfiguration.class,
                X402ConsoleAutoConfiguration.class, X402FacilitatorAutoConfiguration.class,
                X402SecurityAutoConfiguration.class, X402SignInAutoConfiguration.class,
                X402DefaultWebSecurityAutoConfiguration.class, X402GateAutoConfiguration.class,
                X402WebMvcAutoConfiguration.class, X402FacilitatorServerAutoConfiguration.class,
                X402ObservationAutoConfiguration.class, X402AuditAutoConfiguration.class,
                JacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
                DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class,
                RestClientAutoConfiguration.class, SecurityAutoConfiguration.class,
                ServletWebSecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class));
    }

}
