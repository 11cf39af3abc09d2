package io.github.x402spring.autoconfigure.security;

import java.time.Instant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.autoconfigure.webmvc.Challenges;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentPolicyBeanTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

    private final WebApplicationContextRunner accepting = this.runner.withBean(FakeFacilitator.class,
            FakeFacilitator::new);

    @AfterEach
    void logout() {
        SecurityContextHolder.clearContext();
    }

    @ParameterizedTest
    @CsvSource({ "Granting,/silent,200", "Granting,/stated,200", "Granting,/refusing,403", "Denying,/silent,403",
            "Denying,/stated,403", "Denying,/refusing,403", "Throwing,/silent,403", "Throwing,/stated,403",
            "Silent,/silent,403", "Silent,/stated,403", "Failing,/silent,503", "Failing,/stated,503" })
    void authorizationManagerWhenItAnswersThenBothHaveToAgree(String manager, String path, int status)
            throws ClassNotFoundException {
        login();
        this.accepting.withUserConfiguration(Class.forName(getClass().getName() + "$" + manager)).run((context) -> {
            assertThat(pay(context, path)).hasStatus(status);
            assertThat(context.getBean(FakeFacilitator.class).settlements()).hasSize((status == 200) ? 1 : 0);
        });
    }

    @Test
    void authorizationManagerWhenCallerIsAnonymousThenItMayLetThemIn() {
        this.accepting.withUserConfiguration(Granting.class)
            .run((context) -> assertThat(pay(context, "/silent")).hasStatusOk());
    }

    @Test
    void authorizationManagerWhenItRefusesAnonymousThenUnauthorizedAndUncharged() {
        this.accepting.withUserConfiguration(Denying.class).run((context) -> {
            assertThat(pay(context, "/silent")).hasStatus(401).headers().containsHeader("WWW-Authenticate");
            assertThat(context.getBean(FakeFacilitator.class).settlements()).isEmpty();
        });
    }

    @Test
    void authorizationManagerWhenEndpointAdmitsAnonymousThenItStillDecides() {
        this.accepting.withUserConfiguration(Denying.class)
            .run((context) -> assertThat(pay(context, "/open")).hasStatus(401));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            authenticated                                  | 401 | 200
            permit-all                                     | 200 | 200
            permitAll                                      | 200 | 200
            deny-all                                       | 401 | 403
            denyAll                                        | 401 | 403
            hasRole('USER')                                | 401 | 200
            hasRole('ADMIN')                               | 401 | 403
            payment.endpoint == 'silent' and isAuthenticated() | 401 | 200
            """)
    void defaultRuleWhenConfiguredThenItDecides(String rule, int anonymous, int user) {
        WebApplicationContextRunner configured = this.accepting
            .withPropertyValues("x402.authorization.default=" + rule);

        configured.run((context) -> assertThat(pay(context, "/silent")).hasStatus(anonymous));
        login();
        configured.run((context) -> assertThat(pay(context, "/silent")).hasStatus(user));
    }

    @Test
    void defaultRuleWhenEndpointStatesItsOwnThenItDoesNotApply() {
        login();
        this.accepting.withPropertyValues("x402.authorization.default=deny-all")
            .run((context) -> assertThat(pay(context, "/stated")).hasStatusOk());
    }

    @ParameterizedTest
    @CsvSource({ "permit-all,200", "deny-all,401" })
    void authorizeWhenWrittenAsConfigurationWordThenUnderstood(String word, int status) {
        this.accepting.withPropertyValues("x402.endpoints.silent.authorize=" + word)
            .run((context) -> assertThat(pay(context, "/silent")).hasStatus(status));
    }

    @Test
    void challengeWhenConfiguredThenNamed() {
        this.accepting.withPropertyValues("x402.authorization.challenge=DPoP algs=\"ES256\"")
            .run((context) -> assertThat(mvc(context).get().uri("/silent")).hasStatus(402)
                .headers()
                .hasValue("WWW-Authenticate", "DPoP algs=\"ES256\""));
    }

    @Test
    void noFacilitatorWhenAskedThenChallengedAndWhenPaidThenNotImplemented() {
        this.runner.withPropertyValues("x402.facilitator.type=none", "x402.network=base").run((context) -> {
            assertThat(mvc(context).get().uri("/open")).hasStatus(402).headers().containsHeader("PAYMENT-REQUIRED");
            assertThat(pay(context, "/open")).hasStatus(501)
                .headers()
                .doesNotContainHeader("PAYMENT-RESPONSE")
                .doesNotContainHeader("PAYMENT-REQUIRED");
        });
    }

    @Test
    void simulatedWhenPaidThenAnswerSaysSo() {
        this.runner.run((context) -> assertThat(pay(context, "/open")).hasStatusOk()
            .headers()
            .containsHeader("X402-Simulated")
            .containsHeader("PAYMENT-RESPONSE"));
    }

    @Test
    void realFacilitatorWhenPaidThenAnswerIsNotCalledSimulated() {
        this.accepting.run((context) -> assertThat(pay(context, "/open")).hasStatusOk()
            .headers()
            .doesNotContainHeader("X402-Simulated"));
    }

    private static void login() {
        SecurityContextHolder
            .setContext(new SecurityContextImpl(new TestingAuthenticationToken("alice", "secret", "ROLE_USER")));
    }

    private static MvcTestResult pay(ApplicationContext context, String path) {
        MockMvcTester mvc = mvc(context);
        PaymentRequirements requirements = Challenges
            .terms(mvc.get().uri(path).exchange().getResponse().getHeader("PAYMENT-REQUIRED"))
            .accepts()
            .get(0);
        return mvc.get()
            .uri(path)
            .header("PAYMENT-SIGNATURE", TestWallet.create().pay(requirements, Instant.now()).header())
            .exchange();
    }

    private static MockMvcTester mvc(ApplicationContext context) {
        return MockMvcTester.from((WebApplicationContext) context,
                (builder) -> builder
                    .addFilters(context.getBean("x402PaymentRequestFilter", FilterRegistrationBean.class).getFilter(),
                            context.getBean("x402PaymentHoldFilter", FilterRegistrationBean.class).getFilter())
                    .build());
    }

    @RestController
    static class Shop {

        @GetMapping("/silent")
        @PaidEndpoint(value = "silent", price = "$0.01")
        String silent() {
            return "silent";
        }

        @GetMapping("/stated")
        @PaidEndpoint(value = "stated", price = "$0.01", authorize = "hasRole('USER')")
        String stated() {
            return "stated";
        }

        @GetMapping("/refusing")
        @PaidEndpoint(value = "refusing", price = "$0.01", authorize = "hasRole('ADMIN')")
        String refusing() {
            return "refusing";
        }

        @GetMapping("/open")
        @PaidEndpoint(value = "open", price = "$0.01", authorize = "permitAll")
        String open() {
            return "open";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Granting {

        @Bean
        AuthorizationManager<PaidRequest> manager() {
            return (authentication, request) -> new AuthorizationDecision(true);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Denying {

        @Bean
        AuthorizationManager<PaidRequest> manager() {
            return (authentication, request) -> new AuthorizationDecision(false);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Throwing {

        @Bean
        AuthorizationManager<PaidRequest> manager() {
            return (authentication, request) -> {
                throw new AccessDeniedException("on purpose");
            };
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Silent {

        @Bean
        AuthorizationManager<PaidRequest> manager() {
            return (authentication, request) -> null;
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Failing {

        @Bean
        AuthorizationManager<PaidRequest> manager() {
            return (authentication, request) -> {
                throw new IllegalStateException("on purpose");
            };
        }

    }

}
