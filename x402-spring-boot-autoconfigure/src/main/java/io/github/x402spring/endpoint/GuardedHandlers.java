package io.github.x402spring.endpoint;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Look-up of handlers that method security guards. It decides when the handler is called,
 * so that what is settled upfront has to wait for it.
 */
final class GuardedHandlers {

    private static final List<String> GUARDS = List.of("org.springframework.security.access.prepost.PreAuthorize",
            "org.springframework.security.access.annotation.Secured", "jakarta.annotation.security.RolesAllowed",
            "jakarta.annotation.security.DenyAll");

    private GuardedHandlers() {
    }

    static boolean guards(Class<?> type, Method method) {
        return GUARDS.stream().anyMatch((guard) -> has(guard, type, method));
    }

    static boolean has(String annotation, Class<?> type, Method method) {
        Class<? extends Annotation> present = annotation(annotation);
        return AnnotatedElementUtils.hasAnnotation(method, present)
                || AnnotatedElementUtils.hasAnnotation(type, present);
    }

    @SuppressWarnings("unchecked")
    private static Class<? extends Annotation> annotation(String name) {
        Class<?> annotation = find(name);
        return (annotation != null) ? (Class<? extends Annotation>) annotation : Override.class;
    }

    private static @Nullable Class<?> find(String name) {
        try {
            return Class.forName(name, false, GuardedHandlers.class.getClassLoader());
        }
        catch (ClassNotFoundException ex) {
            return null;
        }
    }

}
