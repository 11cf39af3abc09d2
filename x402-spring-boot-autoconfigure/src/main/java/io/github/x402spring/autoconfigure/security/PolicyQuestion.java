package io.github.x402spring.autoconfigure.security;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.security.PaidRequest;

/**
 * Input of an external policy. Neither tokens nor signatures nor bodies nor queries are
 * sent.
 */
final class PolicyQuestion {

    private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

    private PolicyQuestion() {
    }

    static Map<String, Object> subject(@Nullable Authentication authentication) {
        Map<String, Object> subject = new LinkedHashMap<>();
        if (authentication == null || !TRUST.isAuthenticated(authentication)) {
            subject.put("type", "anonymous");
            subject.put("id", "anonymous");
            return subject;
        }
        subject.put("type", "user");
        subject.put("id", authentication.getName());
        subject.put("properties", Map.of("authorities",
                authentication.getAuthorities().stream().map(GrantedAuthority::getAuthority).toList()));
        return subject;
    }

    static Map<String, Object> resource(PaidRequest request) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("type", "endpoint");
        resource.put("id", request.endpoint().name());
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("url", request.payment().resource());
        properties.put("path_variables", request.request().pathVariables());
        resource.put("properties", properties);
        return resource;
    }

    static Map<String, Object> payment(VerifiedPayment payment) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("scheme", payment.scheme());
        map.put("network", payment.network().toString());
        map.put("asset", payment.asset());
        map.put("amount", payment.amount().toString());
        map.put("payTo", payment.payTo());
        map.put("payer", payment.payer());
        return map;
    }

}
