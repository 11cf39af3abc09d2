package io.github.x402spring.test;

import java.time.Clock;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

import io.github.x402spring.asset.AssetRegistry;

/**
 * Clock and tokens of the application under test, for the payments of a test. Bound to
 * the thread of the test while a test method runs.
 *
 * @param clock the source of time
 * @param assets the tokens
 */
record PaymentContext(Clock clock, AssetRegistry assets) {

    private static final ThreadLocal<@Nullable PaymentContext> CURRENT = new ThreadLocal<>();

    private static final PaymentContext STANDARD = new PaymentContext(Clock.systemUTC(), new AssetRegistry(List.of()));

    /** The system's clock and the presets where no application is under test. */
    static PaymentContext current() {
        PaymentContext current = bound();
        return (current != null) ? current : STANDARD;
    }

    /** What is bound to this thread; {@code null} in other threads than the test's. */
    static @Nullable PaymentContext bound() {
        return CURRENT.get();
    }

    static PaymentContext of(ApplicationContext application) {
        return new PaymentContext(application.getBeanProvider(Clock.class).getIfUnique(Clock::systemUTC),
                application.getBeanProvider(AssetRegistry.class).getIfUnique(STANDARD::assets));
    }

    static void bind(ApplicationContext application) {
        CURRENT.set(of(application));
    }

    static void unbind() {
        CURRENT.remove();
    }

}
