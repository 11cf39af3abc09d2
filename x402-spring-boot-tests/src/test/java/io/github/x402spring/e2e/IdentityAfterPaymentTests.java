package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks at who is calling before, during and after payments, in one session and on every
 * thread that works on an answer.
 */
class IdentityAfterPaymentTests {

    private static PaidApp app;

    private static Witness witness;

    @BeforeAll
    static void start() {
        app = PaidApp.start(Sessions.class, "server.tomcat.threads.max=1");
        witness = app.bean(Witness.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        witness.seen.clear();
        app.facilitator().reset();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/plain", "/callable", "/future", "/stream", "/upfront" })
    void sessionWhenItsOwnerPaysThenItKeepsWhoItWasAndWhatItHeld(String path) {
        String session = login();
        String before = app.http().get("/who", session).text();
        Answer paid = app.http().get(path, session, PaidApp.signature(app.pay(path)));
        assertThat(paid.status()).isEqualTo(200);
        assertThat(paid.all("Set-Cookie")).isEmpty();
        assertThat(witness.seen).isNotEmpty().allMatch((caller) -> caller.equals("alice [FACTOR_PASSWORD, ROLE_USER]"));
        assertThat(app.http().get("/who", session).text()).isEqualTo(before);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/plain", "/callable", "/future", "/stream", "/upfront" })
    void sessionWhenItPaidOnceThenPaysAgain(String path) {
        String session = login();
        assertThat(app.http().get(path, session, PaidApp.signature(app.pay(path))).status()).isEqualTo(200);
        assertThat(app.http().get(path, session).status()).isEqualTo(402);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/open", "/open-callable" })
    void strangerWhenItPaysThenStaysAStrangerWithoutASession(String path) {
        Answer paid = app.http().get(path, PaidApp.signature(app.pay(path)));
        assertThat(paid.status()).isEqualTo(200);
        assertThat(paid.all("Set-Cookie")).isEmpty();
        assertThat(witness.seen).isNotEmpty().allMatch((caller) -> caller.equals("anonymousUser [ROLE_ANONYMOUS]"));
        assertThat(app.http().get("/who").status()).isEqualTo(401);
    }

    @Test
    void sessionOfAStrangerWhenItPaysThenItHoldsNoIdentity() {
        String session = "Cookie: " + cookie(app.http().get("/visit"));
        assertThat(app.http().get("/open", session, PaidApp.signature(app.pay("/open"))).status()).isEqualTo(200);
        assertThat(app.http().get("/who", session).status()).isEqualTo(401);
        assertThat(app.http().get("/plain", session, PaidApp.signature(app.pay("/plain"))).status()).isEqualTo(401);
    }

    @Test
    void strangerWhenTheOwnerOfASessionPaidOnTheSameThreadThenStaysAStranger() {
        String session = login();
        assertThat(app.http().get("/plain", session, PaidApp.signature(app.pay("/plain"))).status()).isEqualTo(200);
        assertThat(app.http().get("/plain", PaidApp.signature(app.pay("/plain"))).status()).isEqualTo(401);
        assertThat(app.http().get("/who").status()).isEqualTo(401);
    }

    private static String login() {
        return "Cookie: " + cookie(app.http().get("/who", PolicyShop.ALICE));
    }

    private static String cookie(Answer answer) {
        return answer.all("Set-Cookie").get(0).split(";")[0];
    }

    /** Writes down who is calling where an answer is made. */
    static final class Witness {

        private final List<String> seen = new CopyOnWriteArrayList<>();

        String see(Authentication caller) {
            this.seen.add(
                    caller.getName() + " " + new TreeSet<>(AuthorityUtils.authorityListToSet(caller.getAuthorities())));
            return "seen";
        }

    }

    /**
     * Keeps callers in sessions.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Sessions {

        @Bean
        Witness witness() {
            return new Witness();
        }

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(User.withUsername("alice")
                .password("{noop}secret")
                .authorities("ROLE_USER")
                .build())::loadUserByUsername;
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            http.authorizeHttpRequests(
                    (requests) -> requests.requestMatchers("/who").authenticated().anyRequest().permitAll());
            http.csrf(AbstractHttpConfigurer::disable);
            http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.IF_REQUIRED));
            http.httpBasic((basic) -> basic.securityContextRepository(new HttpSessionSecurityContextRepository()));
            return http.build();
        }

        @RestController
        static class Counter {

            private final Witness witness;

            Counter(Witness witness) {
                this.witness = witness;
            }

            /** All that a session holds, and who it says is calling. */
            @GetMapping("/who")
            String who(HttpServletRequest request, Authentication caller) {
                Map<String, Object> held = new TreeMap<>();
                HttpSession session = request.getSession(false);
                if (session != null) {
                    Collections.list(session.getAttributeNames())
                        .forEach((name) -> held.put(name, session.getAttribute(name)));
                }
                return caller + " " + held;
            }

            @GetMapping("/visit")
            String visit(HttpServletRequest request) {
                return request.getSession().getId();
            }

            @GetMapping("/plain")
            @PaidEndpoint(price = "$0.01")
            String plain() {
                return this.witness.see(caller());
            }

            @GetMapping("/callable")
            @PaidEndpoint(price = "$0.01")
            Callable<String> callable() {
                this.witness.see(caller());
                return () -> this.witness.see(caller());
            }

            @GetMapping("/future")
            @PaidEndpoint(price = "$0.01")
            CompletableFuture<String> future(Authentication caller) {
                return CompletableFuture.supplyAsync(() -> this.witness.see(caller));
            }

            @GetMapping("/stream")
            @PaidEndpoint(price = "$0.01")
            StreamingResponseBody stream() {
                Authentication caller = caller();
                return (out) -> out.write(this.witness.see(caller).getBytes(StandardCharsets.US_ASCII));
            }

            @GetMapping("/upfront")
            @PaidEndpoint(price = "$0.01", flow = PaymentFlow.UPFRONT)
            String upfront() {
                return this.witness.see(caller());
            }

            @GetMapping("/open")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String open() {
                return this.witness.see(caller());
            }

            @GetMapping("/open-callable")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            Callable<String> openCallable() {
                return () -> this.witness.see(caller());
            }

            private static Authentication caller() {
                return SecurityContextHolder.getContext().getAuthentication();
            }

        }

    }

}
