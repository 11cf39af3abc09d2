package io.github.x402spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.annotation.RequestScope;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.x402spring.PaidEndpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

@ExtendWith(OutputCaptureExtension.class)
class UnenforcedEndpointCheckTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class, X402EnforcementAutoConfiguration.class));

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    Routes              | Handlers.report(ServerRequest)    | with X402Functions.paid("name", "$0.01")
                    RoutesByClass       | HandlersByClass:                  | with X402Functions.paid("name", "$0.01")
                    AnnotatedRoutes     | AnnotatedRoutes.weather()         | with X402Functions.paid("name", "$0.01")
                    FunctionWithOthers  | FunctionWithOthers.other(ServerRequest) | with X402Functions.paid("name", "$0.01")
                    RoutesToObject      | Function: an object of it         | with X402Functions.paid("name", "$0.01")
                    RoutesToHiddenObject | Function: an object of it        | with X402Functions.paid("name", "$0.01")
                    RequestHandler      | RequestHandler:                   | handler method of a @Controller
                    HandlerByMethod     | HandlerByMethod.handleRequest(HttpServletRequest, HttpServletResponse) | handler method
                    Reports             | Reports.report()                  | handler method of a @Controller
                    ReportsByClass      | ReportsByClass:                   | handler method of a @Controller
                    ReportsByInterface  | ReportsByInterface.report()       | handler method of a @Controller
                    InheritedReports    | InheritedReports.report()         | handler method of a @Controller
                    OverridingReports   | OverridingReports.report()        | handler method of a @Controller
                    GenericReports      | GenericReports.report(String)     | handler method of a @Controller
                    Proxied             | Proxied.report()                  | handler method of a @Controller
                    JdkProxied          | JdkProxied.report()               | handler method of a @Controller
                    Scoped              | Scoped.report()                   | handler method of a @Controller
                    LazyReports         | LazyReports.report()              | handler method of a @Controller
                    Products            | Reports.report()                  | handler method of a @Controller
                    Manufacturer        | Manufacturer.getObject()          | handler method of a @Controller
                    InterfaceTyped      | ReportsByInterface.report()       | handler method of a @Controller
                    LazyInterfaceTyped  | Report.report()                   | handler method of a @Controller
                    Unmapped            | Unmapped.unmapped()               | map the method to requests
                    PrivateMethod       | PrivateMethod.hidden()            | map the method to requests
                    HiddenByProxy       | HiddenByProxy.report()            | a proxy that shows interfaces only hides it
                    UngatedMapping      | Ungated.report()                  | handler method of a @Controller
                    """)
    void startWhenNoAdapterEnforcesThenNamesMethodAndRemedy(String configuration, String method, String remedy) {
        this.runner.withUserConfiguration(nested(configuration)).run((context) -> {
            FailureAnalysis failure = failure(context.getStartupFailure());
            assertThat(failure.getDescription()).contains("would be served free", getClass().getName() + "$" + method,
                    remedy);
            assertThat(failure.getDescription().lines().filter((line) -> line.contains(" - "))).hasSize(1);
            assertThat(failure.getAction()).contains("x402.unenforced-endpoints=warn");
        });
    }

    @Test
    void startWhenSeveralAreNotEnforcedThenNamesAll() {
        this.runner.withUserConfiguration(Routes.class, Reports.class, ReportsByClass.class, Unmapped.class)
            .run((context) -> assertThat(failure(context.getStartupFailure()).getDescription()).contains(
                    "$Handlers.report(ServerRequest)", "$Reports.report()", "$ReportsByClass:",
                    "$Unmapped.unmapped()"));
    }

    @ParameterizedTest
    @ValueSource(classes = { Mapped.class, MappedByClass.class, MappedByInterface.class, MappedScoped.class,
            MappedPrototype.class, MappedLazily.class, MappedProxied.class, MappedByClassScoped.class,
            PartlyMapped.class, Plain.class, Function.class, FunctionByClass.class, FunctionScoped.class })
    void startWhenHandlersAreEnforcedThenStarts(Class<?> configuration) {
        this.runner.withUserConfiguration(configuration).run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenBeanIsPrototypeOrLazyThenItIsNotCreated() {
        AtomicInteger created = new AtomicInteger();
        this.runner.withBean("counted", Counted.class, () -> {
            created.incrementAndGet();
            return new Counted();
        }, (definition) -> definition.setLazyInit(true)).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(created).hasValue(0);
        });
    }

    @Test
    void startWhenWarningIsChosenThenWarnsAndStarts(CapturedOutput output) {
        this.runner.withUserConfiguration(Reports.class)
            .withPropertyValues("x402.unenforced-endpoints=warn")
            .run((context) -> assertThat(context).hasNotFailed());

        assertThat(output).containsPattern("WARN .*UnenforcedEndpointCheck")
            .contains("$Reports.report(): annotate a handler method");
    }

    @Test
    void startWhenServerCannotListenYetThenItNeverDoes() {
        List<Object> listening = new ArrayList<>();
        new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
            .withConfiguration(AutoConfigurations.of(X402AutoConfiguration.class,
                    X402EnforcementAutoConfiguration.class, TomcatServletWebServerAutoConfiguration.class))
            .withPropertyValues("server.port=0")
            .withInitializer((context) -> context
                .addApplicationListener((ApplicationListener<WebServerInitializedEvent>) listening::add))
            .withUserConfiguration(Reports.class)
            .run((context) -> assertThat(context).hasFailed());

        assertThat(listening).isEmpty();
    }

    @Test
    void startWhenAnotherSingletonMapsHandlersThenTheyCount() {
        this.runner.withUserConfiguration(LateReports.class).run((context) -> {
            assertThat(context).hasNotFailed();
            assertThat(get(context, "/late")).hasStatus(402);
        });
    }

    @Test
    void startWhenInitializationIsLazyThenTheCheckRuns() {
        this.runner
            .withInitializer(
                    (context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
            .withUserConfiguration(Reports.class)
            .run((context) -> assertThat(context).hasFailed());
    }

    @Test
    void startWhenMethodsOfABeanCannotBeReadThenWarns(CapturedOutput output) throws Exception {
        Class<?> incomplete = new WithoutMissing().loadClass(Incomplete.class.getName());
        this.runner
            .withInitializer((context) -> ((GenericApplicationContext) context).registerBeanDefinition("incomplete",
                    BeanDefinitionBuilder.rootBeanDefinition(incomplete).setLazyInit(true).getBeanDefinition()))
            .run((context) -> assertThat(context).hasNotFailed());

        assertThat(output).containsPattern("WARN .*Methods of .*Incomplete cannot be looked at");
    }

    @Test
    void startWhenParentHasTheBeanThenNamed() {
        new ApplicationContextRunner().withUserConfiguration(Reports.class)
            .run((parent) -> this.runner.withParent(parent)
                .run((context) -> assertThat(failure(context.getStartupFailure()).getDescription())
                    .contains("$Reports.report()")));
    }

    @ParameterizedTest
    @ValueSource(classes = { FunctionByClass.class, FunctionPrototype.class, FunctionScoped.class })
    void startWhenParentHasTheFunctionThenNamed(Class<?> function) {
        new ApplicationContextRunner().withUserConfiguration(function)
            .run((parent) -> this.runner.withParent(parent)
                .withBean("routes", RouterFunction.class,
                        () -> RouterFunctions.route()
                            .GET("/weather",
                                    (request) -> ((HandlerFunction<?>) parent.getBean(function)).handle(request))
                            .build())
                .run((context) -> assertThat(failure(context.getStartupFailure()).getDescription())
                    .contains("would be served free", function.getName())));
    }

    @Test
    void startWhenParentHasAFunctionOfAClassThatIsGatedHereThenNamed() {
        new ApplicationContextRunner().withBean("other", FunctionByClass.class)
            .run((parent) -> this.runner.withParent(parent)
                .withUserConfiguration(FunctionByClass.class)
                .run((context) -> assertThat(failure(context.getStartupFailure()).getDescription())
                    .contains("would be served free", FunctionByClass.class.getName())));
    }

    @Test
    void callWhenARouterFunctionMakesThePaidObjectThenNotServed() {
        this.runner
            .withBean("routes", RouterFunction.class,
                    () -> (RouterFunction<ServerResponse>) (request) -> Optional
                        .of("/free".equals(request.path()) ? (any) -> ServerResponse.ok().build() : new Function()))
            .run((context) -> {
                assertThat(context).hasNotFailed();
                assertThat(get(context, "/weather")).hasFailed()
                    .failure()
                    .hasStackTraceContaining(Function.class.getName());
                assertThat(get(context, "/free")).hasStatus(200);
            });
    }

    @Test
    void startWhenThereIsNoDispatcherServletThenNothingIsEnforced() {
        this.runner.withUserConfiguration(Mapped.class)
            .withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
            .run((context) -> assertThat(failure(context.getStartupFailure()).getDescription())
                .contains("$Mapped.report()"));
    }

    @Test
    void startWhenThereIsNoWebServerThenOneLineIsLogged(CapturedOutput output) {
        ApplicationContextRunner worker = new ApplicationContextRunner().withConfiguration(
                AutoConfigurations.of(X402AutoConfiguration.class, X402EnforcementAutoConfiguration.class));
        worker.run((context) -> assertThat(context).hasNotFailed());
        assertThat(output).doesNotContain("@PaidEndpoint has no effect");

        worker.withUserConfiguration(Reports.class, Mapped.class).run((context) -> assertThat(context).hasNotFailed());

        assertThat(output.getAll().lines().filter((line) -> line.contains("@PaidEndpoint has no effect")))
            .singleElement()
            .asString()
            .contains("INFO", "$Reports.report()", "$Mapped.report()");
    }

    @ParameterizedTest
    @ValueSource(classes = { Mapped.class, Reports.class, MappedByClass.class })
    void startWhenApplicationIsReactiveThenNothingIsEnforced(Class<?> configuration) {
        this.reactive.withUserConfiguration(configuration)
            .run((context) -> assertThat(failure(context.getStartupFailure()).getDescription()).contains(
                    configuration.getName(), "reactive application; set spring.main.web-application-type=servlet"));
    }

    @Test
    void startWhenReactiveApplicationSellsNothingThenStarts() {
        this.reactive.withUserConfiguration(Plain.class).run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenReactiveServerCannotListenYetThenItNeverDoes() {
        List<Object> listening = new ArrayList<>();

        Throwable failure = catchThrowable(() -> reactive(listening).run("--server.port=0"));

        assertThat(failure(failure).getDescription()).contains("$Mapped.report()");
        assertThat(listening).isEmpty();
        try (ConfigurableApplicationContext started = reactive(listening).run("--server.port=0",
                "--x402.unenforced-endpoints=warn")) {
            assertThat(started.isActive()).isTrue();
            assertThat(listening).hasSize(1);
        }
    }

    private static SpringApplicationBuilder reactive(List<Object> listening) {
        return new SpringApplicationBuilder(Mapped.class, Flux.class).web(WebApplicationType.REACTIVE)
            .registerShutdownHook(false)
            .listeners((ApplicationListener<WebServerInitializedEvent>) listening::add);
    }

    @ParameterizedTest
    @ValueSource(classes = { HttpInterface.class, LazyHttpInterface.class, MappedClient.class, ClassLevelClient.class,
            ClientProduct.class })
    void startWhenBeanIsAClientOfASharedInterfaceThenStarts(Class<?> configuration) {
        this.runner.withUserConfiguration(configuration).run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenTypeIsNoBeanThenStarts() {
        this.runner.withBean("owner", Object.class, () -> new Object[] { new Reports() })
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void startWhenControllerIsBehindAScopedProxyThenStartsAndCharges() {
        this.runner.withUserConfiguration(MappedByClassScoped.class).run((context) -> {
            assertThat(context).hasNotFailed();
            assertThat(get(context, "/weather")).hasStatus(402);
        });
    }

    @Test
    void startWhenALibraryDelegatesToItsMappingsThenStartsAndCharges() {
        this.runner.withUserConfiguration(Library.class).run((context) -> {
            assertThat(context).hasNotFailed();
            assertThat(get(context, "/library")).hasStatus(402);
        });
    }

    @Test
    void startWhenHandlerIsRegisteredLaterThenGatedAtItsFirstCall() {
        this.runner.withUserConfiguration(Plain.class).run((context) -> {
            assertThat(context).hasNotFailed();
            register(context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class), "/later",
                    new Reports());
            assertThat(get(context, "/later")).hasStatus(402);
            assertThat(get(context, "/later")).hasStatus(402);
        });
    }

    private static void register(RequestMappingHandlerMapping mapping, String path, Object handler) {
        Method method = ReflectionUtils.findMethod(handler.getClass(), "report");
        assertThat(method).isNotNull();
        mapping.registerMapping(RequestMappingInfo.paths(path).options(mapping.getBuilderConfiguration()).build(),
                handler, method);
    }

    private static MvcTestResult get(ApplicationContext context, String path) {
        return MockMvcTester.from((WebApplicationContext) context).get().uri(path).exchange();
    }

    private static Class<?> nested(String name) {
        return ClassUtils.resolveClassName(UnenforcedEndpointCheckTests.class.getName() + "$" + name, null);
    }

    private static FailureAnalysis failure(Throwable failure) {
        assertThat(failure).isNotNull();
        FailureAnalysis analysis = new InvalidX402ConfigurationFailureAnalyzer().analyze(failure);
        assertThat(analysis).isNotNull();
        return analysis;
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ X402AutoConfiguration.class, X402EnforcementAutoConfiguration.class,
            TomcatReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
            WebFluxAutoConfiguration.class })
    static class Flux {

    }

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        Handlers handlers() {
            return new Handlers();
        }

        @Bean
        RouterFunction<ServerResponse> weather(Handlers handlers) {
            return RouterFunctions.route().GET("/weather", handlers::report).build();
        }

    }

    static class Handlers {

        @PaidEndpoint(price = "$0.01")
        ServerResponse report(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class RoutesByClass {

        @Bean
        HandlersByClass handlers() {
            return new HandlersByClass();
        }

        @Bean
        RouterFunction<ServerResponse> weather(HandlersByClass handlers) {
            return RouterFunctions.route().GET("/weather", handlers::report).build();
        }

    }

    @PaidEndpoint(price = "$0.01")
    static class HandlersByClass {

        ServerResponse report(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class RoutesToObject {

        @Bean
        RouterFunction<ServerResponse> weather() {
            return RouterFunctions.route().GET("/weather", new Function()).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class RoutesToHiddenObject {

        @Bean
        RouterFunction<ServerResponse> weather() {
            return RouterFunctions.route()
                .path("/weather", (nested) -> nested.GET("/{city:[0-9]{3}}", new Function()))
                .filter((request, next) -> next.handle(request))
                .build();
        }

    }

    @Component
    static class FunctionWithOthers extends FunctionByMethod {

        @PaidEndpoint(price = "$0.01")
        ServerResponse other(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    static class FunctionByMethod implements HandlerFunction<ServerResponse> {

        @Override
        @PaidEndpoint(price = "$0.01")
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    @Component
    @Scope("prototype")
    @PaidEndpoint(price = "$0.01")
    static class FunctionPrototype extends FunctionByMethod {

    }

    @Component
    @RequestScope
    @PaidEndpoint(price = "$0.01")
    static class FunctionScoped extends FunctionByMethod {

    }

    @Configuration(proxyBeanMethods = false)
    static class AnnotatedRoutes {

        @Bean
        @PaidEndpoint(price = "$0.01")
        RouterFunction<ServerResponse> weather() {
            return RouterFunctions.route().GET("/weather", (request) -> ServerResponse.ok().build()).build();
        }

    }

    @Component
    static class Function implements HandlerFunction<ServerResponse> {

        @Override
        @PaidEndpoint(price = "$0.01")
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    @Component
    @PaidEndpoint(price = "$0.01")
    static class FunctionByClass implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    @Component("/weather")
    @PaidEndpoint(price = "$0.01")
    static class RequestHandler implements HttpRequestHandler {

        @Override
        public void handleRequest(HttpServletRequest request, HttpServletResponse response) {
        }

    }

    @Component("/weather")
    static class HandlerByMethod implements HttpRequestHandler {

        @Override
        @PaidEndpoint(price = "$0.01")
        public void handleRequest(HttpServletRequest request, HttpServletResponse response) {
        }

    }

    interface Report {

        @PaidEndpoint(price = "$0.01")
        String report();

    }

    interface GenericReport<T> {

        @PaidEndpoint(price = "$0.01")
        String report(T subject);

    }

    @Service
    static class Reports {

        @PaidEndpoint(price = "$0.01")
        public String report() {
            return "report";
        }

    }

    @Service
    @PaidEndpoint(price = "$0.01")
    static class ReportsByClass {

        String report() {
            return "report";
        }

    }

    @Service
    static class ReportsByInterface implements Report {

        @Override
        public String report() {
            return "report";
        }

    }

    static class BaseReports {

        @PaidEndpoint(price = "$0.01")
        public String report() {
            return "report";
        }

    }

    @Service
    static class InheritedReports extends BaseReports {

    }

    @Service
    static class OverridingReports extends BaseReports {

        @Override
        public String report() {
            return "better";
        }

    }

    @Service
    static class GenericReports implements GenericReport<String> {

        @Override
        public String report(String subject) {
            return subject;
        }

    }

    @Service
    @EnableAsync(proxyTargetClass = true)
    static class Proxied {

        @Async
        @PaidEndpoint(price = "$0.01")
        public void report() {
        }

    }

    @Service
    @EnableAsync
    static class JdkProxied implements Report {

        @Override
        @Async
        public String report() {
            return "report";
        }

    }

    @Service
    @Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
    static class Scoped {

        @PaidEndpoint(price = "$0.01")
        public void report() {
        }

    }

    @Service
    @Lazy
    static class LazyReports {

        @PaidEndpoint(price = "$0.01")
        public void report() {
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Products {

        @Bean
        FactoryBean<Reports> reports() {
            return new FactoryBean<>() {

                @Override
                public Reports getObject() {
                    return new Reports();
                }

                @Override
                public Class<?> getObjectType() {
                    return Reports.class;
                }

            };
        }

    }

    @Component
    static class Manufacturer implements FactoryBean<String> {

        @Override
        @PaidEndpoint(price = "$0.01")
        public String getObject() {
            return "product";
        }

        @Override
        public Class<?> getObjectType() {
            return String.class;
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class InterfaceTyped {

        @Bean
        Report report() {
            return new ReportsByInterface();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class LazyInterfaceTyped {

        @Bean
        @Lazy
        Report report() {
            return new ReportsByInterface();
        }

    }

    @RestController
    static class Unmapped {

        @GetMapping("/weather")
        String weather() {
            return "sunny";
        }

        @PaidEndpoint(price = "$0.01")
        public String unmapped() {
            return "unmapped";
        }

    }

    @RestController
    static class PrivateMethod {

        @PaidEndpoint(price = "$0.01")
        private String hidden() {
            return "hidden";
        }

    }

    /** Method security makes such a proxy of a class with interfaces. */
    @RestController
    @EnableAsync
    static class HiddenByProxy implements Report {

        @Override
        @Async
        @GetMapping("/weather")
        public String report() {
            return "report";
        }

    }

    static class Ungated {

        @PaidEndpoint(price = "$0.01")
        public String report() {
            return "report";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class UngatedMapping {

        @Bean
        Ungated ungated() {
            return new Ungated();
        }

        @Bean
        RequestMappingHandlerMapping ungatedMapping(Ungated handler) {
            RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping() {

                @Override
                protected boolean isHandler(Class<?> beanType) {
                    return false;
                }

                @Override
                protected void detectMappedInterceptors(List<HandlerInterceptor> interceptors) {
                }

                @Override
                public void afterPropertiesSet() {
                    super.afterPropertiesSet();
                    register(this, "/ungated", handler);
                }

            };
            mapping.setOrder(5);
            return mapping;
        }

    }

    static class Missing {

    }

    static class Incomplete {

        void use(Missing missing) {
        }

    }

    /** As where an optional library is absent. */
    private static final class WithoutMissing extends ClassLoader {

        WithoutMissing() {
            super(Incomplete.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Missing.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            return name.equals(Incomplete.class.getName()) ? define(name) : super.loadClass(name, resolve);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = stream.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            }
            catch (IOException ex) {
                throw new ClassNotFoundException(name, ex);
            }
        }

    }

    static class Counted {

        @PaidEndpoint(price = "$0.01")
        public String report() {
            return "report";
        }

    }

    @RestController
    static class Plain {

        @GetMapping("/free")
        String free() {
            return "free";
        }

    }

    @RestController
    static class Mapped {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        String report() {
            return "report";
        }

    }

    @RestController
    @PaidEndpoint(price = "$0.01")
    static class MappedByClass {

        @GetMapping("/weather")
        String report() {
            return "report";
        }

    }

    @RestController
    static class MappedByInterface implements GenericReport<String> {

        @Override
        @GetMapping("/weather")
        public String report(String subject) {
            return subject;
        }

    }

    @RestController
    @Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
    static class MappedScoped {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        public String report() {
            return "report";
        }

    }

    @RestController
    @Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
    @PaidEndpoint(price = "$0.01")
    static class MappedByClassScoped {

        @GetMapping("/weather")
        public String report() {
            return "report";
        }

    }

    @RestController
    @Scope("prototype")
    static class MappedPrototype {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        public String report() {
            return "report";
        }

    }

    @RestController
    @Lazy
    static class MappedLazily {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        public String report() {
            return "report";
        }

    }

    @RestController
    @EnableAsync(proxyTargetClass = true)
    static class MappedProxied extends BaseReports {

        @Override
        @GetMapping("/weather")
        public String report() {
            return "report";
        }

        @Async
        public void later() {
        }

    }

    @RestController
    @PaidEndpoint(price = "$0.01")
    static class PartlyMapped {

        @GetMapping("/weather")
        String report() {
            return "report";
        }

        public String helper() {
            return "helper";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class LateReports {

        @Bean
        Reports reports() {
            return new Reports();
        }

        @Bean
        SmartInitializingSingleton lateMapping(Reports reports, RequestMappingHandlerMapping mapping) {
            return () -> register(mapping, "/late", reports);
        }

    }

    interface WeatherApi {

        @GetExchange("/weather")
        @PaidEndpoint(price = "$0.01")
        String report();

    }

    interface MappedApi {

        @GetMapping("/weather")
        @PaidEndpoint(price = "$0.01")
        String report();

    }

    @PaidEndpoint(price = "$0.01")
    interface ClassLevelApi {

        @GetExchange("/weather")
        String report();

    }

    private static <T> T client(Class<T> type) {
        return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(RestClient.create()))
            .build()
            .createClient(type);
    }

    @Configuration(proxyBeanMethods = false)
    static class HttpInterface {

        @Bean
        WeatherApi weatherApi() {
            return client(WeatherApi.class);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class LazyHttpInterface {

        @Bean
        @Lazy
        WeatherApi weatherApi() {
            return client(WeatherApi.class);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class ClassLevelClient {

        @Bean
        ClassLevelApi weatherApi() {
            return client(ClassLevelApi.class);
        }

    }

    /** As Feign makes them. */
    @Configuration(proxyBeanMethods = false)
    static class MappedClient {

        @Bean
        MappedApi weatherApi() {
            return (MappedApi) Proxy.newProxyInstance(MappedApi.class.getClassLoader(),
                    new Class<?>[] { MappedApi.class }, (proxy, method, arguments) -> "report");
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class ClientProduct {

        @Bean
        FactoryBean<MappedApi> weatherApi() {
            return new FactoryBean<>() {

                @Override
                public MappedApi getObject() {
                    return new MappedClient().weatherApi();
                }

                @Override
                public Class<?> getObjectType() {
                    return MappedApi.class;
                }

            };
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Library {

        @Bean
        LibraryHandler libraryHandler() {
            return new LibraryHandler();
        }

        @Bean
        Delegating libraryMapping(ApplicationContext context, LibraryHandler handler) {
            RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping() {

                @Override
                protected boolean isHandler(Class<?> beanType) {
                    return beanType == LibraryHandler.class;
                }

            };
            mapping.setApplicationContext(context);
            mapping.afterPropertiesSet();
            return new Delegating(mapping);
        }

    }

    static class LibraryHandler {

        @GetMapping("/library")
        @PaidEndpoint(price = "$0.01")
        @ResponseBody
        String report() {
            return "report";
        }

    }

    /** As that of Spring Data REST. */
    static class Delegating implements HandlerMapping, Iterable<HandlerMapping>, Ordered {

        private final RequestMappingHandlerMapping mapping;

        Delegating(RequestMappingHandlerMapping mapping) {
            this.mapping = mapping;
        }

        @Override
        public HandlerExecutionChain getHandler(HttpServletRequest request) throws Exception {
            return this.mapping.getHandler(request);
        }

        @Override
        public int getOrder() {
            return 0;
        }

        @Override
        public boolean usesPathPatterns() {
            return true;
        }

        @Override
        public Iterator<HandlerMapping> iterator() {
            return Collections.<HandlerMapping>singleton(this.mapping).iterator();
        }

    }

}
