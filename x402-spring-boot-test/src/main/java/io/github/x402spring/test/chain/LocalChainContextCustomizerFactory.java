package io.github.x402spring.test.chain;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Factory of customizers that give the contexts of tests with {@link LocalChain} the
 * settings of the chain.
 */
class LocalChainContextCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
            List<ContextConfigurationAttributes> configAttributes) {
        LocalChain annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, LocalChain.class);
        return (annotation != null) ? new LocalChainContextCustomizer(SharedNodes.of(annotation.network())) : null;
    }

    /**
     * Customizer that is equal to another of the same node, so that contexts are shared.
     *
     * @param node the node
     */
    record LocalChainContextCustomizer(LocalNode node) implements ContextCustomizer {

        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
            TestPropertyValues.of(this.node.properties()).applyTo(context);
            context.getBeanFactory().registerSingleton("x402LocalNode", this.node);
        }

    }

}
