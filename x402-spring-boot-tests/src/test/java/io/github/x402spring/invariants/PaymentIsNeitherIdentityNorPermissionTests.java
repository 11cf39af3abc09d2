package io.github.x402spring.invariants;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.ObservedShop;
import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Invariant 7: no {@code Authentication}, no {@code GrantedAuthority} and no change of
 * the security context comes from a payment.
 */
class PaymentIsNeitherIdentityNorPermissionTests {

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(ObservedShop.class, PermissiveFacilitatorConfiguration.class, Mirror.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.facilitator().reset();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/mirror", "/mirror-later", "/mirror-upfront" })
    void payWhenAnonymousThenTheHandlerSeesAnonymous(String target) {
        Answer answer = app.http().get(target, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("anonymousUser [ROLE_ANONYMOUS]");
        assertThat(answer.all("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/mirror", "/mirror-later", "/mirror-upfront" })
    void payWhenAuthenticatedThenTheHandlerSeesTheCallerWithoutMore(String target) {
        Answer answer = app.http().get(target, ObservedShop.CREDENTIALS, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("caller [FACTOR_PASSWORD, ROLE_USER]");
        assertThat(answer.text()).isEqualTo(app.http().get("/mirror-free", ObservedShop.CREDENTIALS).text());
    }

    @Test
    void payWhenTheEndpointWantsAnIdentityThenAPaymentIsNone() {
        Answer answer = app.http().get("/good", PaidApp.signature(app.pay("/good")));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/gold", "/mirror-guarded" })
    void payWhenTheCallerLacksAnAuthorityThenAPaymentIsNone(String target) {
        Answer answer = app.http().get(target, ObservedShop.CREDENTIALS, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void payWhenTheMethodIsGuardedThenAPaymentOpensNothing() {
        Answer answer = app.http().get("/mirror-members", PaidApp.signature(app.pay("/mirror-members")));
        assertThat(answer.status()).isIn(401, 403);
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.http()
            .get("/mirror-members", ObservedShop.CREDENTIALS, PaidApp.signature(app.pay("/mirror-members")))
            .status()).isEqualTo(200);
    }

    /**
     * Shows the caller who it is.
     */
    @Configuration(proxyBeanMethods = false)
    @RestController
    static class Mirror {

        @GetMapping("/mirror-free")
        String free() {
            return caller();
        }

        @GetMapping("/mirror")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String mirror() {
            return caller();
        }

        @GetMapping("/mirror-later")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        Callable<String> later() {
            return Mirror::caller;
        }

        @GetMapping("/mirror-upfront")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
        String upfront() {
            return caller();
        }

        @GetMapping("/mirror-guarded")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        @PreAuthorize("hasAuthority('gold')")
        public String guarded() {
            return caller();
        }

        @GetMapping("/mirror-members")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        @PreAuthorize("isAuthenticated()")
        public String members() {
            return caller();
        }

        private static String caller() {
            Authentication caller = SecurityContextHolder.getContext().getAuthentication();
            return (caller != null)
                    ? caller.getName() + " " + new TreeSet<>(AuthorityUtils.authorityListToSet(caller.getAuthorities()))
                    : "nobody";
        }

    }

}
