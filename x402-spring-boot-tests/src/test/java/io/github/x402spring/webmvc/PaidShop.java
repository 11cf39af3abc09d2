package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.facilitator.FakeFacilitator;

/**
 * Is an application that sells everything it has, several times over: paid for
 * afterwards, paid for beforehand, denied by the endpoint, denied by its method, and once
 * for free.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableMethodSecurity
@Import({ ShopHandlers.Paid.class, ShopHandlers.Upfront.class, ShopHandlers.Denied.class, ShopHandlers.Guarded.class,
        ShopHandlers.Free.class, TrapHandlers.class, DenialHandlers.class, ShopInterceptors.class, ShopFunctions.class,
        TrapFunctions.class })
class PaidShop {

    static final String PROPERTIES = """
            x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8
            x402.web.max-held-response=16KB
            x402.payments.failed.per-payer=0
            x402.payments.released.per-payer=0
            server.shutdown=immediate
            """;

    static final String BASIC_CREDENTIALS = "Basic Y2FsbGVyOnNlY3JldA==";

    private static final int BETWEEN_SECURITY_AND_GATE = -95;

    @Bean
    FakeFacilitator facilitator() {
        return new FakeFacilitator();
    }

    @Bean
    ObservedLedger ledger() {
        return new ObservedLedger();
    }

    @Bean
    HeardExchanges heardExchanges() {
        return new HeardExchanges();
    }

    @Bean
    ShopFile shopFile() throws IOException {
        return new ShopFile();
    }

    @Bean
    ShopJournal journal(ShopFile shopFile) {
        return new ShopJournal(shopFile);
    }

    @Bean(destroyMethod = "shutdownNow")
    ExecutorService shopThreads() {
        return Executors.newCachedThreadPool();
    }

    @Bean
    WebSecurityCustomizer twinsAreOpen() {
        return (web) -> web.ignoring().requestMatchers("/twin/**");
    }

    @Bean
    UserDetailsService callers() {
        return (name) -> User.withUsername(name).password("{noop}secret").authorities("caller").build();
    }

    @Bean
    BareMapping bareMapping(ShopHandlers.Paid shop) {
        return new BareMapping(shop);
    }

    @Bean
    RouterFunction<ServerResponse> canaryRoute() {
        return RouterFunctions.route(RequestPredicates.path("/twin/route"),
                (request) -> ServerResponse.ok().body("CANARY-route"));
    }

    @Bean("/twin/page")
    HttpRequestHandler canaryPage() {
        return (request, response) -> response.getOutputStream().print("CANARY-page");
    }

    @Bean
    ViewResolver canaryViews() {
        return (name, locale) -> "canary".equals(name) ? new CanaryView() : null;
    }

    @Bean
    FilterRegistrationBean<DispatchJournalFilter> dispatchJournalFilter(ShopJournal journal) {
        FilterRegistrationBean<DispatchJournalFilter> registration = new FilterRegistrationBean<>(
                new DispatchJournalFilter(journal));
        registration.setOrder(BETWEEN_SECURITY_AND_GATE);
        return registration;
    }

    /**
     * Mapping that knows no interceptors.
     */
    record BareMapping(ShopHandlers.Paid shop) implements HandlerMapping, Ordered {

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }

        @Override
        public @Nullable HandlerExecutionChain getHandler(HttpServletRequest request) throws Exception {
            return request.getRequestURI().equals("/twin/bare")
                    ? new HandlerExecutionChain(new HandlerMethod(this.shop, ShopHandlers.class
                        .getDeclaredMethod("string", HttpServletRequest.class, HttpServletResponse.class)))
                    : null;
        }

    }

}
