package io.github.x402spring.shops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.sample.SampleApplication;

/**
 * Is the shop with a way to be killed at a chosen moment of a request, and with somebody
 * to ask what became of payments. Not part of the sample's own package, which is scanned.
 */
@Configuration(proxyBeanMethods = false)
public class DoomedShop implements WebMvcConfigurer {

    /** Names the moment; see {@link Moment}. */
    public static final String HEADER = "X-Die";

    private static volatile @Nullable Moment moment;

    public static void main(String[] args) {
        SpringApplication.run(new Class<?>[] { SampleApplication.class, DoomedShop.class }, args);
    }

    /** Comes behind the payment's own interceptor. */
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new HandlerInterceptor() {

            @Override
            public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
                String name = request.getHeader(HEADER);
                moment = (name != null) ? Moment.valueOf(name) : null;
                dieAt(Moment.AFTER_VERIFY);
                return true;
            }

            @Override
            public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler,
                    @Nullable ModelAndView view) {
                dieAt(Moment.AFTER_HANDLER);
            }

        });
    }

    @Bean
    static BeanPostProcessor facilitatorThatDies() {
        return new BeanPostProcessor() {

            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return (bean instanceof Facilitator facilitator) ? new DyingFacilitator(facilitator) : bean;
            }

        };
    }

    @Bean
    static FilterRegistrationBean<Filter> answerThatNeverLeaves() {
        FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
            chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response) {

                /** Is asked for when the first byte is about to leave. */
                @Override
                public ServletOutputStream getOutputStream() throws IOException {
                    dieAt(Moment.BEFORE_ANSWER);
                    return super.getOutputStream();
                }

            });
        });
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    @ConditionalOnProperty("shop.inquiry")
    static SettlementInquiry inquiry(@Value("${x402.facilitator.url}") String url) {
        HttpClient client = HttpClient.newHttpClient();
        return (payment) -> {
            HttpRequest question = HttpRequest.newBuilder(URI.create(url + "/settlements/" + payment.key().nonce()))
                .timeout(Duration.ofSeconds(5))
                .build();
            try {
                if (client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return new SettlementInquiry.Finding.Settled(payment.key().nonce());
                }
                return Instant.now().isAfter(payment.validBefore().plusSeconds(1))
                        ? new SettlementInquiry.Finding.Failed() : new SettlementInquiry.Finding.Undecided();
            }
            catch (IOException ex) {
                throw new FacilitatorException("no answer", ex);
            }
            catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
                throw new FacilitatorException("interrupted", ex);
            }
        };
    }

    private static void dieAt(Moment here) {
        if (moment != here) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-KILL", Long.toString(ProcessHandle.current().pid())).start();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        while (true) {
            LockSupport.park();
        }
    }

    /**
     * Is a moment at which to be killed.
     */
    public enum Moment {

        /** Verified and authorized; the handler has not run. */
        AFTER_VERIFY,

        /** The handler has run; nothing was sent to be settled. */
        AFTER_HANDLER,

        /** The facilitator has answered; nobody has written it down. */
        AFTER_SETTLE,

        /** The settlement is on record; the answer has not left. */
        BEFORE_ANSWER

    }

    private record DyingFacilitator(Facilitator delegate) implements Facilitator {

        @Override
        public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
                throws FacilitatorException {
            return this.delegate.verify(payload, requirements, resource);
        }

        @Override
        public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
                throws FacilitatorException {
            SettleResponse answer = this.delegate.settle(payload, requirements, resource);
            dieAt(Moment.AFTER_SETTLE);
            return answer;
        }

        @Override
        public List<SupportedKind> supported() throws FacilitatorException {
            return this.delegate.supported();
        }

    }

}
