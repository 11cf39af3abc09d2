package io.github.x402spring.autoconfigure.security;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.access.hierarchicalroles.RoleHierarchyImpl;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PaidAuthorizationTests {

    private PaidServer server;

    private FakeFacilitator facilitator;

    @BeforeAll
    void start() {
        this.server = PaidServer.start(List.of(Shop.class, Users.class, OwnChain.class, MethodSecurity.class));
        this.facilitator = this.server.facilitator();
    }

    @AfterAll
    void stop() {
        this.server.close();
    }

    @BeforeEach
    void reset() {
        this.facilitator.reset();
        this.server.bean(Door.class).open = false;
        this.server.bean(Door.class).seen = "";
    }

    @Test
    void defaultWhenAnonymousWithoutPaymentThenChallengedForBoth() throws Exception {
        HttpResponse<String> response = this.server.get("/default");

        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }

    @Test
    void defaultWhenAnonymousWithPaymentThenUnauthorizedAndNothingVerified() throws Exception {
        HttpResponse<String> response = this.server.get("/default", "PAYMENT-SIGNATURE",
                this.server.payment("/default"));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(response.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
        assertThat(response.body()).contains("\"reason\":\"unauthenticated\"");
        assertThat(this.facilitator.verifications()).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void defaultWhenAuthenticatedWithoutPaymentThenChallengedForPaymentOnly() throws Exception {
        HttpResponse<String> response = this.server.get("/default", "Authorization", PaidServer.basic("alice"));

        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    @Test
    void defaultWhenAuthenticatedWithPaymentThenDelivered() throws Exception {
        HttpResponse<String> response = pay("/default", "alice");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(this.facilitator.verifications()).hasSize(1);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @Test
    void defaultWhenPaymentIsUnreadableThenNotAskedForIdentityFirst() throws Exception {
        assertThat(this.server.get("/default", "PAYMENT-SIGNATURE", "nonsense!").statusCode()).isEqualTo(400);
    }

    @Test
    void permitAllWhenAnonymousWithPaymentThenDelivered() throws Exception {
        HttpResponse<String> challenge = this.server.get("/open");
        HttpResponse<String> response = this.server.get("/open", "PAYMENT-SIGNATURE", this.server.payment(challenge));

        assertThat(challenge.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void expressionWhenRefusedThenForbiddenUnchargedAndPaymentIsGoodOnceAllowed() throws Exception {
        String payment = this.server.payment("/door");
        HttpResponse<String> refused = this.server.get("/door", "PAYMENT-SIGNATURE", payment, "Authorization",
                PaidServer.basic("alice"));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("\"reason\":\"forbidden\"");
        assertThat(refused.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
        assertThat(this.facilitator.verifications()).hasSize(1);
        assertThat(this.facilitator.settlements()).isEmpty();

        this.server.bean(Door.class).open = true;
        HttpResponse<String> allowed = this.server.get("/door", "PAYMENT-SIGNATURE", payment, "Authorization",
                PaidServer.basic("alice"));

        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "/role,alice,200", "/role,eve,403", "/scope,alice,403", "/scope,scott,200", "/payment,alice,200",
            "/dear,alice,403", "/authentication,alice,200", "/authentication,eve,403", "/request,alice,200",
            "/deny,alice,403", "/senior,alice,403", "/role,boss,200", "/senior,boss,200" })
    void expressionWhenEvaluatedThenItDecides(String path, String user, int status) throws Exception {
        HttpResponse<String> response = pay(path, user);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(this.facilitator.settlements()).hasSize((status == 200) ? 1 : 0);
    }

    @Test
    void expressionWhenItFailsThenUnavailableAndUncharged() throws Exception {
        String payment = this.server.payment("/broken");
        HttpResponse<String> response = this.server.get("/broken", "PAYMENT-SIGNATURE", payment, "Authorization",
                PaidServer.basic("alice"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void methodSecurityWhenItRefusesThenForbiddenUnchargedAndPaymentReleased() throws Exception {
        String payment = this.server.payment("/guarded");
        HttpResponse<String> refused = this.server.get("/guarded", "PAYMENT-SIGNATURE", payment, "Authorization",
                PaidServer.basic("alice"));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
        assertThat(this.facilitator.verifications()).hasSize(1);
        assertThat(this.facilitator.settlements()).isEmpty();

        this.server.bean(Door.class).open = true;
        HttpResponse<String> allowed = this.server.get("/guarded", "PAYMENT-SIGNATURE", payment, "Authorization",
                PaidServer.basic("alice"));

        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "alice", "" })
    void urlRuleWhenItRefusesThenNothingIsCalled(String user) throws Exception {
        String payment = this.server.payment(this.server.get("/ruled", "Authorization", PaidServer.basic("boss")));
        HttpResponse<String> refused = user.isEmpty() ? this.server.get("/ruled", "PAYMENT-SIGNATURE", payment)
                : this.server.get("/ruled", "PAYMENT-SIGNATURE", payment, "Authorization", PaidServer.basic(user));

        assertThat(refused.statusCode()).isEqualTo(user.isEmpty() ? 401 : 403);
        assertThat(refused.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
        assertThat(this.facilitator.verifications()).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
        assertThat(this.server.get("/ruled", "PAYMENT-SIGNATURE", payment, "Authorization", PaidServer.basic("boss"))
            .statusCode()).isEqualTo(200);
    }

    @Test
    void paymentWhenAnonymousThenSecurityContextStaysAsItWas() throws Exception {
        HttpResponse<String> response = this.server.get("/open", "PAYMENT-SIGNATURE", this.server.payment("/open"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(this.server.bean(Door.class).seen).isEqualTo("anonymousUser [ROLE_ANONYMOUS]");
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(this.server.get("/whoami").body()).isEqualTo("anonymousUser [ROLE_ANONYMOUS]");
    }

    @Test
    void paymentWhenAuthenticatedThenAuthoritiesStayAsTheyWere() throws Exception {
        String without = this.server.get("/whoami", "Authorization", PaidServer.basic("alice")).body();

        assertThat(pay("/open", "alice").statusCode()).isEqualTo(200);
        assertThat(this.server.bean(Door.class).seen).isEqualTo(without).startsWith("alice [");
        assertThat(without).contains("ROLE_USER");
    }

    @Test
    void headWhenAnonymousThenChallengedForBothWithoutBody() throws Exception {
        HttpResponse<String> response = this.server
            .send(this.server.request("/default").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(response.body()).isEmpty();
    }

    private HttpResponse<String> pay(String path, String user) throws Exception {
        return this.server.get(path, "PAYMENT-SIGNATURE", this.server.payment(path), "Authorization",
                PaidServer.basic(user));
    }

    static class Door {

        private volatile boolean open;

        private volatile String seen = "";

        public boolean isOpen() {
            return this.open;
        }

    }

    @RestController
    static class Shop {

        private final Door door;

        Shop(Door door) {
            this.door = door;
        }

        @GetMapping("/whoami")
        String whoami() {
            Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
            return authentication.getName() + " "
                    + new TreeSet<>(AuthorityUtils.authorityListToSet(authentication.getAuthorities()));
        }

        @GetMapping("/default")
        @PaidEndpoint(price = "$0.01")
        String byDefault() {
            return "default";
        }

        @GetMapping("/open")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String open(VerifiedPayment payment) {
            this.door.seen = whoami();
            return "open";
        }

        @GetMapping("/door")
        @PaidEndpoint(price = "$0.01", authorize = "isAuthenticated() and @door.open")
        String door() {
            return "door";
        }

        @GetMapping("/role")
        @PaidEndpoint(price = "$0.01", authorize = "hasRole('USER')")
        String role() {
            return "role";
        }

        @GetMapping("/scope")
        @PaidEndpoint(price = "$0.01", authorize = "hasAuthority('SCOPE_weather')")
        String scope() {
            return "scope";
        }

        @GetMapping("/senior")
        @PaidEndpoint(price = "$0.01", authorize = "hasRole('MANAGER')")
        String senior() {
            return "senior";
        }

        @GetMapping("/payment")
        @PaidEndpoint(price = "$0.01",
                authorize = "payment.amount.value.intValueExact() == 10000 and payment.payer.startsWith('0x')")
        String payment() {
            return "payment";
        }

        @GetMapping("/dear")
        @PaidEndpoint(price = "$0.01", authorize = "payment.amount.value.intValueExact() > 10000")
        String dear() {
            return "dear";
        }

        @GetMapping("/authentication")
        @PaidEndpoint(price = "$0.01", authorize = "authentication.name == 'alice'")
        String authentication() {
            return "authentication";
        }

        @GetMapping("/request")
        @PaidEndpoint(price = "$0.01", authorize = "request.method == 'GET'")
        String request() {
            return "request";
        }

        @GetMapping("/deny")
        @PaidEndpoint(price = "$0.01", authorize = "deny-all")
        String deny() {
            return "deny";
        }

        @GetMapping("/broken")
        @PaidEndpoint(price = "$0.01", authorize = "#nobody.knows")
        String broken() {
            return "broken";
        }

        @GetMapping("/guarded")
        @PaidEndpoint(price = "$0.01")
        @PreAuthorize("@door.open")
        public String guarded() {
            return "guarded";
        }

        @GetMapping("/ruled")
        @PaidEndpoint(price = "$0.01")
        String ruled() {
            return "ruled";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Users {

        @Bean
        Door door() {
            return new Door();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("alice").password("{noop}secret").roles("USER").build(),
                    User.withUsername("eve").password("{noop}secret").roles("GUEST").build(),
                    User.withUsername("boss").password("{noop}secret").roles("MANAGER").build(),
                    User.withUsername("scott")
                        .password("{noop}secret")
                        .authorities("SCOPE_weather")
                        .build())::loadUserByUsername;
        }

        @Bean
        RoleHierarchy roleHierarchy() {
            return RoleHierarchyImpl.withDefaultRolePrefix().role("MANAGER").implies("USER").build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    static class MethodSecurity {

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnChain {

        @Bean
        SecurityFilterChain ownChain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.requestMatchers("/ruled")
                .hasRole("MANAGER")
                .requestMatchers(PaidEndpointRequest.toAnyPaidEndpoint())
                .permitAll()
                .requestMatchers("/whoami")
                .permitAll()
                .anyRequest()
                .denyAll());
            http.csrf((csrf) -> csrf.ignoringRequestMatchers(PaidEndpointRequest.toAnyPaidEndpoint()));
            http.httpBasic(withDefaults());
            return http.build();
        }

    }

}
