package io.github.x402spring.autoconfigure.webmvc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

class PaidHandlerDiscoveryTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @ParameterizedTest
    @ValueSource(classes = { OnMethod.class, OnClass.class, OnInterfaceMethod.class, OnInterface.class,
            OnGenericInterface.class, OnSuperclass.class, OnMethodOfSuperclass.class, OnOverriddenMethod.class,
            Composed.class, ComposedOnClass.class, PrototypeScoped.class, RequestScoped.class,
            RequestScopedBehindProxy.class })
    void annotationWhenAnywhereThenHandlerIsPaid(Class<?> controller) {
        this.runner.withUserConfiguration(controller)
            .run((context) -> assertThat(amount(context, "/weather")).isEqualTo("10000"));
    }

    @Test
    void annotationWhenNowhereThenHandlerIsFree() {
        this.runner.withUserConfiguration(Free.class)
            .run((context) -> assertThat(get(context, "/weather")).hasStatusOk().bodyText().isEqualTo("sunny"));
    }

    @ParameterizedTest
    @CsvSource({ "OnMethod,true", "OnMethod,false", "JdkProxied,true", "JdkProxied,false", "OnInterfaceMethod,true",
            "OnClass,true" })
    void annotationWhenControllerIsProxiedByPostProcessorThenHandlerIsPaid(String controller, boolean targetClass)
            throws ClassNotFoundException {
        this.runner.withUserConfiguration(Class.forName(getClass().getName() + "$" + controller))
            .withBean(Proxying.class, () -> new Proxying(targetClass || !"JdkProxied".equals(controller)))
            .run((context) -> {
                assertThat(amount(context, "/weather")).isEqualTo("10000");
                assertThat(amount(context, "/weather")).isEqualTo("10000");
            });
    }

    @Test
    void annotationWhenControllerIsBehindJdkProxyThenItIsOne() {
        this.runner.withUserConfiguration(JdkProxied.class)
            .withBean(Proxying.class, () -> new Proxying(false))
            .run((context) -> assertThat(Proxy.isProxyClass(context.getBean(Forecast.class).getClass())).isTrue());
    }

    @Test
    void annotationWhenJdkProxiesShareClassThenEachControllerHasItsOwn() {
        this.runner.withUserConfiguration(SharedProxyClass.class).run((context) -> {
            RequestMappingHandlerMapping mapping = context.getBean("requestMappingHandlerMapping",
                    RequestMappingHandlerMapping.class);
            Object free = new Proxying(false).postProcessAfterInitialization(new FreeForecast(), "free");
            Object paid = new Proxying(false).postProcessAfterInitialization(new JdkProxied(), "paid");
            assertThat(free.getClass()).isSameAs(paid.getClass());
            Method weather = Forecast.class.getMethod("weather");
            mapping.registerMapping(
                    RequestMappingInfo.paths("/free").options(mapping.getBuilderConfiguration()).build(), free,
                    weather);
            mapping.registerMapping(
                    RequestMappingInfo.paths("/paid").options(mapping.getBuilderConfiguration()).build(), paid,
                    weather);

            assertThat(get(context, "/free")).hasStatusOk();
            assertThat(amount(context, "/paid")).isEqualTo("10000");
        });
    }

    @Test
    void annotationWhenPrototypeIsProxiedByPostProcessorThenHandlerIsPaid() {
        this.runner.withUserConfiguration(PrototypeJdkProxied.class)
            .withBean(Proxying.class, () -> new Proxying(false))
            .run((context) -> assertThat(amount(context, "/weather")).isEqualTo("10000"));
    }

    @Test
    void annotationWhenLazyControllerIsProxiedByPostProcessorThenHandlerIsPaid() {
        this.runner.withUserConfiguration(LazyJdkProxied.class)
            .withBean(Proxying.class, () -> new Proxying(false))
            .run((context) -> assertThat(amount(context, "/weather")).isEqualTo("10000"));
    }

    @Test
    void annotationWhenMethodSecurityProxiesClassThenHandlerIsPaid() {
        this.runner.withUserConfiguration(SecuredOnMethod.class, ClassProxies.class)
            .run((context) -> assertThat(amount(context, "/weather")).isEqualTo("10000"));
    }

    @Test
    void annotationWhenMethodSecurityProxiesInterfaceThenHandlerIsPaid() {
        this.runner.withUserConfiguration(SecuredJdkProxied.class, InterfaceProxies.class).run((context) -> {
            assertThat(Proxy.isProxyClass(context.getBean(Forecast.class).getClass())).isTrue();
            assertThat(amount(context, "/weather")).isEqualTo("10000");
        });
    }

    @Test
    void annotationWhenOnMethodAndClassThenMethodWins() {
        this.runner.withUserConfiguration(MethodOverClass.class).run((context) -> {
            assertThat(amount(context, "/own")).isEqualTo("20000");
            assertThat(amount(context, "/inherited")).isEqualTo("10000");
        });
    }

    @Test
    void annotationWhenOnInterfaceMethodAndClassThenMethodWins() {
        this.runner.withUserConfiguration(InterfaceMethodOverClass.class)
            .run((context) -> assertThat(amount(context, "/weather")).isEqualTo("10000"));
    }

    @Test
    void annotationWhenMethodIsOverloadedThenEachHasItsOwn() {
        this.runner.withUserConfiguration(Overloaded.class).run((context) -> {
            assertThat(amount(context, "/weather")).isEqualTo("10000");
            assertThat(amount(context, "/weather/oslo")).isEqualTo("20000");
            assertThat(get(context, "/weather/oslo/today")).hasStatusOk();
        });
    }

    @Test
    void mappingWhenRegisteredAtRuntimeThenHandlerIsPaid() {
        this.runner.run((context) -> {
            RequestMappingHandlerMapping mapping = context.getBean("requestMappingHandlerMapping",
                    RequestMappingHandlerMapping.class);
            mapping.registerMapping(
                    RequestMappingInfo.paths("/later").options(mapping.getBuilderConfiguration()).build(),
                    new RuntimeMapping(), RuntimeMapping.class.getDeclaredMethod("later"));

            assertThat(amount(context, "/later")).isEqualTo("10000");
        });
    }

    @Test
    void mappingWhenRegisteredAtRuntimeAndBrokenThenNothingIsDelivered() {
        this.runner.run((context) -> {
            RequestMappingHandlerMapping mapping = context.getBean("requestMappingHandlerMapping",
                    RequestMappingHandlerMapping.class);
            mapping.registerMapping(
                    RequestMappingInfo.paths("/broken").options(mapping.getBuilderConfiguration()).build(),
                    new RuntimeMapping(), RuntimeMapping.class.getDeclaredMethod("broken"));

            assertThat(get(context, "/broken")).hasFailed();
            assertThat(get(context, "/broken")).hasFailed();
        });
    }

    @Test
    void mappingWhenOfApplicationsOwnHandlerMappingThenHandlerIsPaid() {
        this.runner.withUserConfiguration(OwnHandlerMapping.class, UnannotatedController.class)
            .run((context) -> assertThat(amount(context, "/own-mapping")).isEqualTo("10000"));
    }

    @ParameterizedTest
    @CsvSource({ "Unnamed,unnamed-current-weather", "Named,forecast", "OnInterfaceMethod,on-interface-method-weather",
            "JdkProxied,jdk-proxied-weather", "Composed,composed-weather", "NamedByComposed,composed-name" })
    void nameWhenConfiguredThenConfigurationWins(String controller, String name) throws ClassNotFoundException {
        this.runner.withUserConfiguration(Class.forName(getClass().getName() + "$" + controller))
            .withBean(Proxying.class, () -> new Proxying(!"JdkProxied".equals(controller)))
            .withPropertyValues("x402.endpoints." + name + ".price=$3")
            .run((context) -> assertThat(amount(context, "/weather")).isEqualTo("3000000"));
    }

    private static String amount(ApplicationContext context, String path) {
        MvcTestResult result = get(context, path);
        assertThat(result).hasStatus(402);
        return result.getResponse().getHeader("PAYMENT-REQUIRED") != null
                ? Challenges.terms(result.getResponse()).accepts().get(0).amount().toString() : "";
    }

    private static MvcTestResult get(ApplicationContext context, String path) {
        return MockMvcTester.from((WebApplicationContext) context).get().uri(path).exchange();
    }

    static final class Proxying implements BeanPostProcessor {

        private final boolean targetClass;

        Proxying(boolean targetClass) {
            this.targetClass = targetClass;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (!bean.getClass().getName().startsWith(PaidHandlerDiscoveryTests.class.getName())
                    || bean instanceof Proxying) {
                return bean;
            }
            ProxyFactory factory = new ProxyFactory(bean);
            factory.setProxyTargetClass(this.targetClass);
            return factory.getProxy();
        }

    }

    @Target({ ElementType.METHOD, ElementType.TYPE })
    @Retention(RetentionPolicy.RUNTIME)
    @PaidEndpoint(price = "$5")
    @interface Cheap {

        @AliasFor(annotation = PaidEndpoint.class, attribute = "price")
        String costs() default "$0.01";

        @AliasFor(annotation = PaidEndpoint.class, attribute = "value")
        String name() default "";

    }

    @RestController
    static class Free {

        @GetMapping("/weather")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class OnMethod {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        public String weather() {
            return "sunny";
        }

    }

    @RestController
    @PaidEndpoint(price = "$0.01")
    static class OnClass {

        @GetMapping("/weather")
        public String weather() {
            return "sunny";
        }

    }

    interface PricedForecast {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        String weather();

    }

    @RestController
    static class OnInterfaceMethod implements PricedForecast {

        @Override
        public String weather() {
            return "sunny";
        }

    }

    @PaidEndpoint(price = "$0.01")
    interface PricedController {

    }

    @RestController
    static class OnInterface implements PricedController {

        @GetMapping("/weather")
        public String weather() {
            return "sunny";
        }

    }

    interface Reporting<T> {

        @PaidEndpoint(price = "$0.01")
        T report();

    }

    @RestController
    static class OnGenericInterface implements Reporting<String> {

        @Override
        @GetMapping("/weather")
        public String report() {
            return "sunny";
        }

    }

    @PaidEndpoint(price = "$0.01")
    abstract static class PaidBase {

    }

    @RestController
    static class OnSuperclass extends PaidBase {

        @GetMapping("/weather")
        String weather() {
            return "sunny";
        }

    }

    abstract static class BaseWithHandler {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class OnMethodOfSuperclass extends BaseWithHandler {

    }

    @RestController
    static class OnOverriddenMethod extends BaseWithHandler {

        @Override
        String weather() {
            return "rainy";
        }

    }

    @RestController
    static class Composed {

        @GetMapping("/weather")
        @Cheap
        public String weather() {
            return "sunny";
        }

    }

    @RestController
    @Cheap
    static class ComposedOnClass {

        @GetMapping("/weather")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    static class NamedByComposed {

        @GetMapping("/weather")
        @Cheap(name = "composed-name")
        public String weather() {
            return "sunny";
        }

    }

    @RestController
    @Scope("prototype")
    static class PrototypeScoped {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    @Scope("request")
    static class RequestScoped {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    @Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
    static class RequestScopedBehindProxy {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        String weather() {
            return "sunny";
        }

    }

    @RestController
    interface Forecast {

        @GetMapping("/weather")
        String weather();

    }

    static class JdkProxied implements Forecast {

        @Override
        @PaidEndpoint(price = "$0.01")
        public String weather() {
            return "sunny";
        }

    }

    static class FreeForecast implements Forecast {

        @Override
        public String weather() {
            return "sunny";
        }

    }

    @Scope("prototype")
    static class PrototypeJdkProxied extends JdkProxied {

    }

    @Lazy
    static class LazyJdkProxied extends JdkProxied {

    }

    @Configuration(proxyBeanMethods = false)
    static class SharedProxyClass {

    }

    static class SecuredJdkProxied implements Forecast {

        @Override
        @PaidEndpoint(price = "$0.01")
        @PreAuthorize("permitAll")
        public String weather() {
            return "sunny";
        }

    }

    @RestController
    static class SecuredOnMethod {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        @PreAuthorize("permitAll")
        public String weather() {
            return "sunny";
        }

    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity(proxyTargetClass = true)
    static class ClassProxies {

    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity(proxyTargetClass = false)
    static class InterfaceProxies {

    }

    @RestController
    @PaidEndpoint(price = "$0.01")
    static class MethodOverClass {

        @GetMapping("/own")
        @PaidEndpoint(price = "$0.02")
        String own() {
            return "own";
        }

        @GetMapping("/inherited")
        String inherited() {
            return "inherited";
        }

    }

    @RestController
    @PaidEndpoint(price = "$0.02")
    static class InterfaceMethodOverClass implements PricedForecast {

        @Override
        public String weather() {
            return "sunny";
        }

    }

    @RestController
    static class Overloaded {

        @GetMapping("/weather")
        @PaidEndpoint(value = "here", price = "$0.01")
        String weather() {
            return "sunny";
        }

        @GetMapping("/weather/{city}")
        @PaidEndpoint(value = "there", price = "$0.02")
        String weather(@PathVariable String city) {
            return "sunny in " + city;
        }

        @GetMapping("/weather/{city}/{day}")
        String weather(@PathVariable String city, @PathVariable String day) {
            return "sunny in " + city + " on " + day;
        }

    }

    @RestController
    static class RuntimeMapping {

        @PaidEndpoint(price = "$0.01")
        String later() {
            return "later";
        }

        @PaidEndpoint(price = "nothing")
        String broken() {
            return "broken";
        }

    }

    static class UnannotatedController {

        @RequestMapping("/own-mapping")
        @PaidEndpoint(price = "$0.01")
        String ownMapping() {
            return "own";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnHandlerMapping {

        @Bean
        RequestMappingHandlerMapping ownHandlerMapping() {
            RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping() {

                @Override
                protected boolean isHandler(Class<?> beanType) {
                    return UnannotatedController.class.isAssignableFrom(beanType);
                }

            };
            mapping.setOrder(-1);
            return mapping;
        }

    }

    @RestController
    static class Unnamed {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        public String currentWeather() {
            return "sunny";
        }

    }

    @RestController
    static class Named {

        @GetMapping("/weather")
        @PaidEndpoint(value = "forecast", price = "$0.01")
        public String weather() {
            return "sunny";
        }

    }

}
