package io.github.x402spring.autoconfigure.security;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.security.autoconfigure.web.servlet.ConditionalOnDefaultWebSecurity;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.MappedInterceptor;

import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.webmvc.PaidEndpointRegistry;

import static io.github.x402spring.security.web.X402HttpConfigurer.x402;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for Spring Security in an
 * application that does not configure it: paid endpoints reach the gate, which asks for
 * an identity itself where one is needed; the facilitator as a service asks for one; the
 * documents of what is sold are open; everything else keeps Spring Boot's defaults, open
 * health endpoint included. Backs off completely when the application declares a
 * {@link SecurityFilterChain}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = ServletWebSecurityAutoConfiguration.class,
        beforeName = "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
        afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration")
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnPaymentGate
@ConditionalOnDefaultWebSecurity
public final class X402DefaultWebSecurityAutoConfiguration {

    /** The name of the chain through which paid endpoints are reached. */
    public static final String PAID_ENDPOINTS_CHAIN = "x402PaidEndpointsSecurityFilterChain";

    @Bean(PAID_ENDPOINTS_CHAIN)
    @Order(SecurityFilterProperties.BASIC_AUTH_ORDER - 10)
    SecurityFilterChain x402PaidEndpointsSecurityFilterChain(HttpSecurity http) {
        http.securityMatcher(PaidEndpointRequest.toAnyPaidEndpoint());
        http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
        http.csrf(AbstractHttpConfigurer::disable);
        http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
        http.requestCache(AbstractHttpConfigurer::disable);
        http.cors(withDefaults());
        http.httpBasic(withDefaults());
        http.with(x402(), withDefaults());
        return http.build();
    }

    @Bean
    MappedInterceptor x402MisdirectedRequestInterceptor(ObjectProvider<PaidEndpointRegistry> registry) {
        return new MappedInterceptor(null, new MisdirectedRequestInterceptor(registry));
    }

    /**
     * For machines: every request brings its credentials, and only JSON is read, so that
     * no token has to protect against forged ones.
     */
    @Bean
    @Order(SecurityFilterProperties.BASIC_AUTH_ORDER - 20)
    @ConditionalOnBooleanProperty("x402.facilitator.server.enabled")
    SecurityFilterChain x402FacilitatorServerSecurityFilterChain(HttpSecurity http, X402Properties properties) {
        http.securityMatcher(properties.facilitator().server().paths().toArray(String[]::new));
        http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
        http.csrf(AbstractHttpConfigurer::disable);
        http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
        http.requestCache(AbstractHttpConfigurer::disable);
        // Not as an error: its page would ask a person to log in.
        http.httpBasic((basic) -> basic.authenticationEntryPoint((request, response, failure) -> {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Realm\"");
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        }));
        return http.build();
    }

    @Bean
    @Order(SecurityFilterProperties.BASIC_AUTH_ORDER)
    SecurityFilterChain x402DefaultSecurityFilterChain(HttpSecurity http) {
        http.authorizeHttpRequests((requests) -> {
            if (healthIsPresent(http.getSharedObject(ApplicationContext.class).getClassLoader())) {
                requests.requestMatchers(HealthMatchers.all()).permitAll();
            }
            requests.requestMatchers(PaidEndpointRequest.toDiscoveryDocuments()).permitAll();
            requests.anyRequest().authenticated();
        });
        http.cors(withDefaults());
        http.formLogin(withDefaults());
        http.httpBasic(withDefaults());
        return http.build();
    }

    private static boolean healthIsPresent(@Nullable ClassLoader classLoader) {
        return ClassUtils.isPresent("org.springframework.boot.health.actuate.endpoint.HealthEndpoint", classLoader)
                && ClassUtils.isPresent(
                        "org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration",
                        classLoader);
    }

}
