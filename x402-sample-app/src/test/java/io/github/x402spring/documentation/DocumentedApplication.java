package io.github.x402spring.documentation;

import java.math.BigDecimal;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.asset.Price;
import io.github.x402spring.autoconfigure.security.PaidEndpointRequest;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.security.PaidRequest;
import io.github.x402spring.webmvc.PaymentCancellation;
import io.github.x402spring.webmvc.PaymentCors;

import static org.springframework.security.config.Customizer.withDefaults;

@Configuration(proxyBeanMethods = false)
class DocumentedApplication {

    private final Map<String, String> customers = Map.of("ann", "0x1");

    @Bean
    SecurityFilterChain securityFilterChain(HttpSecurity http) {
        RequestMatcher paid = PaidEndpointRequest.toAnyPaidEndpoint();
        http.authorizeHttpRequests(
                (requests) -> requests.requestMatchers(paid).permitAll().anyRequest().authenticated());
        http.csrf((csrf) -> csrf.ignoringRequestMatchers(paid));
        http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
        http.httpBasic(withDefaults());
        return http.build();
    }

    @Bean
    AuthorizationManager<PaidRequest> paidRequestAuthorizationManager() {
        return (authentication, paid) -> {
            String wallet = this.customers.get(authentication.get().getName());
            return new AuthorizationDecision(paid.payment().payer().equals(wallet));
        };
    }

    @Bean
    CorsConfigurationSource corsConfigurationSource() {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.addAllowedOrigin("https://shop.example.com");
        configuration.addAllowedMethod("GET");
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", PaymentCors.permit(configuration));
        return source;
    }

    @Bean
    PriceResolver priceResolver() {
        return (request) -> request.endpoint().equals("report") ? new Price(new BigDecimal("0.02"), null) : null;
    }

    @RestController
    static class ReportController {

        @GetMapping("/archive")
        @PaidEndpoint(value = "archive", price = "#{usd('0.001') * number(param('pages'), '1')}")
        String archive(@RequestParam(defaultValue = "1") int pages, VerifiedPayment payment) {
            return pages + " pages for " + payment.payer();
        }

        @GetMapping("/report")
        @PaidEndpoint("report")
        String report() {
            return "report";
        }

        @PostMapping("/orders")
        @PaidEndpoint(value = "orders", price = "$1", flow = PaymentFlow.UPFRONT)
        String order() {
            return "ordered";
        }

        @GetMapping("/forecast")
        @PaidEndpoint(value = "forecast", price = "$0.01")
        String forecast(@RequestParam String city, HttpServletRequest request) {
            if (city.isBlank()) {
                PaymentCancellation.cancel(request);
                return "Nothing found, nothing charged";
            }
            return "sunny";
        }

    }

}
