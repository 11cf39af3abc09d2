package io.github.x402spring.endpoint;

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
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;

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
