package io.github.x402spring.webmvc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

class GuardedHandlersTests {

    @ParameterizedTest
    @CsvSource({ "open, false", "permitted, false", "afterwards, false", "before, true", "secured, true", "roles, true",
            "denied, true", "meta, true" })
    void guardsWhenARuleIsOnTheMethodThenTrue(String method, boolean guarded) throws Exception {
        assertThat(GuardedHandlers.guards(Handlers.class, Handlers.class.getDeclaredMethod(method))).isEqualTo(guarded);
    }

    @Test
    void guardsWhenARuleIsOnTheControllerThenTrue() throws Exception {
        assertThat(GuardedHandlers.guards(GuardedController.class, GuardedController.class.getDeclaredMethod("open")))
            .isTrue();
    }

    @Test
    void hasWhenAnnotationIsNotOnTheClasspathThenFalse() throws Exception {
        assertThat(
                GuardedHandlers.has("org.example.Absent", Handlers.class, Handlers.class.getDeclaredMethod("before")))
            .isFalse();
    }

    @Test
    void settlesBehindGuardsWhenRuleAndSettlementAreAdviceThenTrue() {
        assertThat(GuardedHandlers.settlesBehindGuards(proxy(true, true))).isTrue();
    }

    @Test
    void settlesBehindGuardsWhenOneOfThemIsMissingThenFalse() {
        assertThat(GuardedHandlers.settlesBehindGuards(proxy(true, false))).isFalse();
        assertThat(GuardedHandlers.settlesBehindGuards(proxy(false, true))).isFalse();
        assertThat(GuardedHandlers.settlesBehindGuards(new Handlers())).isFalse();
    }

    private static Object proxy(boolean guarded, boolean settles) {
        ProxyFactory factory = new ProxyFactory(new Handlers());
        factory.setProxyTargetClass(true);
        if (guarded) {
            factory.addAdvisor(AuthorizationManagerBeforeMethodInterceptor.preAuthorize());
        }
        if (settles) {
            factory.addAdvisor(new UpfrontSettlementAdvisor());
        }
        return factory.getProxy();
    }

    static class Handlers {

        void open() {
        }

        @PermitAll
        void permitted() {
        }

        @PostAuthorize("true")
        void afterwards() {
        }

        @PreAuthorize("true")
        void before() {
        }

        @Secured("ROLE_A")
        void secured() {
        }

        @RolesAllowed("A")
        void roles() {
        }

        @DenyAll
        void denied() {
        }

        @ForMembers
        void meta() {
        }

    }

    @PreAuthorize("true")
    static class GuardedController {

        void open() {
        }

    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @PreAuthorize("hasRole('MEMBER')")
    @interface ForMembers {

    }

}
