package io.github.x402spring.test.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.SettlementInquiry;

/**
 * Post-processor that removes every facilitator and inquiry that the application
 * declares, so that no test calls a facilitator or a chain. Those that the test declares
 * stay, and a facilitator of the test takes the place of the mock.
 */
final class FacilitatorReplacement implements BeanDefinitionRegistryPostProcessor {

    static final String MOCK = "x402MockFacilitator";

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        List<String> replaced = new ArrayList<>();
        boolean mocked = true;
        for (String name : names(registry, Facilitator.class)) {
            boolean ofTest = declaredByTest(registry.getBeanDefinition(name));
            mocked &= !ofTest;
            if (!ofTest) {
                replaced.add(name);
            }
        }
        for (String name : names(registry, SettlementInquiry.class)) {
            if (!replaced.contains(name) && !declaredByTest(registry.getBeanDefinition(name))) {
                replaced.add(name);
            }
        }
        replaced.forEach(registry::removeBeanDefinition);
        if (!mocked) {
            registry.removeBeanDefinition(MOCK);
        }
    }

    private static List<String> names(BeanDefinitionRegistry registry, Class<?> type) {
        List<String> names = new ArrayList<>();
        if (registry instanceof ListableBeanFactory beans) {
            for (String name : beans.getBeanNamesForType(type, true, false)) {
                if (!name.equals(MOCK) && registry.containsBeanDefinition(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static boolean declaredByTest(BeanDefinition definition) {
        String declaring = declaringClass(definition);
        if (declaring == null) {
            return false;
        }
        Class<?> type = ClassUtils.resolveClassName(declaring, ClassUtils.getDefaultClassLoader());
        return MergedAnnotations.from(type).isPresent(TestConfiguration.class);
    }

    private static @Nullable String declaringClass(BeanDefinition definition) {
        MethodMetadata factory = (definition instanceof AnnotatedBeanDefinition annotated)
                ? annotated.getFactoryMethodMetadata() : null;
        return (factory != null) ? factory.getDeclaringClassName() : null;
    }

}
