package io.github.x402spring.webmvc;

import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

import io.github.x402spring.VerifiedPayment;

/**
 * Resolver of {@link VerifiedPayment} parameters of controller methods. A nullable or
 * optional parameter is {@code null} where the request carries no payment.
 */
final class VerifiedPaymentArgumentResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.nestedIfOptional().getNestedParameterType() == VerifiedPayment.class;
    }

    @Override
    public @Nullable Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
            NativeWebRequest request, @Nullable WebDataBinderFactory binderFactory) {
        HttpServletRequest servletRequest = request.getNativeRequest(HttpServletRequest.class);
        AdmittedRequest admitted = (servletRequest != null) ? AdmittedRequest.of(servletRequest) : null;
        VerifiedPayment payment = (admitted != null) ? admitted.payment() : null;
        if (parameter.getParameterType() == Optional.class) {
            return Optional.ofNullable(payment);
        }
        if (payment == null && !parameter.isOptional()) {
            throw new IllegalStateException(
                    "The handler asks for a VerifiedPayment and is not a paid endpoint; declare the parameter nullable");
        }
        return payment;
    }

}
