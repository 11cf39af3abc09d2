package io.github.x402spring.autoconfigure;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.service.annotation.HttpExchange;

import io.github.x402spring.PaidEndpoint;

/**
 * Types of beans, with what {@link PaidEndpoint} annotates. Creates no bean, and no
 * factory of one.
 */
final class PaidBeanTypes {

    private static final Logger logger = LoggerFactory.getLogger(PaidBeanTypes.class);

    private PaidBeanTypes() {
    }

    /** Returns the classes of all beans, also of those in parents of the context. */
    static Set<Class<?>> of(ConfigurableListableBeanFactory beanFactory) {
        Set<Class<?>> types = new LinkedHashSet<>();
        BeanFactory factory = beanFactory;
        while (factory instanceof ConfigurableListableBeanFactory beans) {
            for (Iterator<String> names = beans.getBeanNamesIterator(); names.hasNext();) {
                add(types, beans, names.next());
            }
            factory = beans.getParentBeanFactory();
        }
        return types;
    }

    private static void add(Set<Class<?>> types, ConfigurableListableBeanFactory beans, String name) {
        try {
            add(types, type(beans, name));
            if (beans.containsBeanDefinition(name) && beans.isFactoryBean(name)) {
                add(types, beans.getType(BeanFactory.FACTORY_BEAN_PREFIX + name, false));
            }
        }
        catch (BeansException | IllegalStateException | TypeNotPresentException | LinkageError ex) {
            logger.debug("The class of bean '{}' cannot be looked at", name, ex);
        }
    }

    private static void add(Set<Class<?>> types, @Nullable Class<?> type) {
        if (type != null) {
            types.add(ClassUtils.getUserClass(type));
        }
    }

    private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String name) {
        Object bean = beans.containsSingleton(name) ? beans.getSingleton(name) : null;
        if (bean != null && !(bean instanceof FactoryBean)) {
            return AopProxyUtils.ultimateTargetClass(bean);
        }
        Object target = beans.containsBeanDefinition(name)
                ? beans.getMergedBeanDefinition(name).getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
                : null;
        return (target instanceof Class<?> type) ? type : beans.getType(name, false);
    }

    /** Whether a type, or a method of it, has a price and code of its own. */
    static boolean isPriced(Class<?> type) {
        return isPricedAsAWhole(type) || methods(type).stream().anyMatch((method) -> !isClientMethod(type, method));
    }

    static boolean isPricedAsAWhole(Class<?> type) {
        return isAnnotated(type) && Stream.of(type.getMethods()).noneMatch((method) -> isClientMethod(type, method));
    }

    /** Returns the annotated methods of a type. */
    static Set<Method> methods(Class<?> type) {
        Set<Method> methods = new LinkedHashSet<>();
        if (!AnnotationUtils.isCandidateClass(type, PaidEndpoint.class)) {
            return methods;
        }
        MetadataLookup<Boolean> lookup = (method) -> isAnnotated(method) ? Boolean.TRUE : null;
        try {
            for (Method method : MethodIntrospector.selectMethods(type, lookup).keySet()) {
                methods.add(AopUtils.getMostSpecificMethod(method, type));
            }
        }
        catch (IllegalStateException | LinkageError ex) {
            logger.warn("Methods of {} cannot be looked at, since a class that they name is missing; @PaidEndpoint has "
                    + "no effect on them", type.getName());
        }
        return methods;
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        return AnnotatedElementUtils.hasAnnotation(element, PaidEndpoint.class);
    }

    /**
     * A client of another server may share an interface with that server's controller,
     * and has no code of its own.
     */
    static boolean isClientMethod(Class<?> type, Method method) {
        return (type.isInterface() || Proxy.isProxyClass(type))
                && (AnnotatedElementUtils.hasAnnotation(method, HttpExchange.class)
                        || AnnotatedElementUtils.hasAnnotation(method, RequestMapping.class));
    }

}
