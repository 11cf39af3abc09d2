package io.github.x402spring.webmvc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PostFilter;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;
import org.springframework.security.authorization.method.HandleAuthorizationDenied;
import org.springframework.security.authorization.method.MethodAuthorizationDeniedHandler;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

/**
 * Has handlers whose denial method security turns into a value.
 */
@RestController
@Import({ DenialHandlers.Sorry.class, DenialHandlers.Rules.class })
class DenialHandlers {

    private final ShopJournal journal;

    DenialHandlers(ShopJournal journal) {
        this.journal = journal;
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @PreAuthorize("hasRole('OWNER')")
    @HandleAuthorizationDenied(handlerClass = Sorry.class)
    @GetMapping("/paid/denied-value")
    String denied() {
        return run();
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
    @PreAuthorize("hasRole('OWNER')")
    @HandleAuthorizationDenied(handlerClass = Sorry.class)
    @GetMapping("/upfront/denied-value")
    String deniedUpfront() {
        return run();
    }

    @PaidEndpoint(price = "$0.01", authorize = "payment.payer() == 'nobody'")
    @PreAuthorize("hasRole('OWNER')")
    @HandleAuthorizationDenied(handlerClass = Sorry.class)
    @GetMapping("/denied/denied-value")
    String deniedTwice() {
        return run();
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @PostAuthorize("hasRole('OWNER')")
    @HandleAuthorizationDenied(handlerClass = Sorry.class)
    @GetMapping("/paid/denied-value-afterwards")
    String deniedAfterwards(HttpServletRequest request) {
        String answer = run();
        ShopHandlers.failIfAsked(request);
        return answer;
    }

    @PaidEndpoint(price = "$0.01", authorize = "payment.payer() == 'nobody'")
    @PostAuthorize("hasRole('OWNER')")
    @HandleAuthorizationDenied(handlerClass = Sorry.class)
    @GetMapping("/denied/denied-value-afterwards")
    String deniedTwiceAfterwards() {
        return run();
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @PreAuthorize("hasRole('OWNER') or authentication.name == 'caller'")
    @PostAuthorize("authentication.name == 'caller'")
    @HandleAuthorizationDenied(handlerClass = Sorry.class)
    @GetMapping("/paid/granted-value")
    String granted() {
        return run();
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @PostFilter("filterObject != 'secret'")
    @GetMapping("/paid/filtered-value")
    String[] filtered() {
        run();
        return new String[] { "CANARY", "secret" };
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @OwnRule
    @GetMapping("/paid/own-rule")
    String ruled() {
        return run();
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
    @OwnRule
    @GetMapping("/upfront/own-rule")
    String ruledUpfront() {
        return run();
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
    @Throttled
    @GetMapping("/upfront/throttled")
    String throttledUpfront() {
        return run();
    }

    private String run() {
        this.journal.visit().handlerRuns();
        return "CANARY-value";
    }

    static final class Sorry implements MethodAuthorizationDeniedHandler {

        @Override
        public Object handleDeniedInvocation(MethodInvocation invocation, AuthorizationResult result) {
            return "CANARY-denied";
        }

    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface OwnRule {

    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Throttled {

    }

    /**
     * Rule that no annotation of Spring Security names.
     */
    @Configuration(proxyBeanMethods = false)
    static class Rules {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor ownRule() {
            return new AuthorizationManagerBeforeMethodInterceptor(
                    AnnotationMatchingPointcut.forMethodAnnotation(OwnRule.class), new Owners());
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor throttle() {
            return new DefaultPointcutAdvisor(AnnotationMatchingPointcut.forMethodAnnotation(Throttled.class),
                    (MethodInterceptor) (invocation) -> {
                        throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS);
                    });
        }

    }

    private static final class Owners
            implements AuthorizationManager<MethodInvocation>, MethodAuthorizationDeniedHandler {

        @Override
        public AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
                MethodInvocation invocation) {
            Authentication caller = authentication.get();
            return new AuthorizationDecision(caller != null && "caller".equals(caller.getName()));
        }

        @Override
        public Object handleDeniedInvocation(MethodInvocation invocation, AuthorizationResult result) {
            return "CANARY-denied";
        }

    }

}
