package io.github.x402spring.test.autoconfigure;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402.Payments;

/**
 * Factory of customizers that mark the context of test classes with
 * {@link AutoConfigureX402} and add defaults behind all other properties.
 */
class X402ContextCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
            List<ContextConfigurationAttributes> configAttributes) {
        AutoConfigureX402 annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
                AutoConfigureX402.class);
        return (annotation != null) ? new X402ContextCustomizer(annotation.payments()) : null;
    }

    /**
     * Part of the key by which contexts are shared among test classes.
     */
    private record X402ContextCustomizer(Payments payments) implements ContextCustomizer {

        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
            new X402TestMode(this.payments).registerIn(context);
            context.getEnvironment()
                .getPropertySources()
                .addLast(new MapPropertySource("x402 defaults for tests",
                        Map.of("x402.pay-to", TestWallet.named("seller").address(), "x402.resource-base-url",
                                "http://localhost", "x402.ledger.type", "memory")));
        }

    }

}
