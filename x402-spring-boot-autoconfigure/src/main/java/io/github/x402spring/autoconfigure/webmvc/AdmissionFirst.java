package io.github.x402spring.autoconfigure.webmvc;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.handler.MappedInterceptor;

import io.github.x402spring.webmvc.PaymentInterceptor;

/**
 * Post-processor that has payments admitted before any other interceptor that is a bean
 * responds. Handler mappings find such beans in an order that nothing controls; all other
 * interceptors come after them.
 */
final class AdmissionFirst implements BeanPostProcessor {

    private final SingletonSupplier<PaymentInterceptor> admission;

    AdmissionFirst(ObjectProvider<PaymentInterceptor> admission) {
        this.admission = SingletonSupplier.of(admission::getObject);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        return (bean instanceof MappedInterceptor mapped && !(mapped.getInterceptor() instanceof PaymentInterceptor))
                ? new MappedInterceptor((String[]) null, new AfterAdmission(mapped)) : bean;
    }

    /**
     * Interceptor that admits a request before another one looks at it.
     */
    private final class AfterAdmission implements AsyncHandlerInterceptor {

        private final MappedInterceptor mapped;

        AfterAdmission(MappedInterceptor mapped) {
            this.mapped = mapped;
        }

        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
                throws Exception {
            return AdmissionFirst.this.admission.obtain().preHandle(request, response, handler)
                    && (!this.mapped.matches(request)
                            || this.mapped.getInterceptor().preHandle(request, response, handler));
        }

        @Override
        public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
                @Nullable ModelAndView modelAndView) throws Exception {
            if (this.mapped.matches(request)) {
                this.mapped.getInterceptor().postHandle(request, response, handler, modelAndView);
            }
        }

        @Override
        public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
                @Nullable Exception ex) throws Exception {
            if (this.mapped.matches(request)) {
                this.mapped.getInterceptor().afterCompletion(request, response, handler, ex);
            }
        }

        @Override
        public void afterConcurrentHandlingStarted(HttpServletRequest request, HttpServletResponse response,
                Object handler) throws Exception {
            HandlerInterceptor interceptor = this.mapped.getInterceptor();
            if (interceptor instanceof AsyncHandlerInterceptor async && this.mapped.matches(request)) {
                async.afterConcurrentHandlingStarted(request, response, handler);
            }
        }

    }

}
