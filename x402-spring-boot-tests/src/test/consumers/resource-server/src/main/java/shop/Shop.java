package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.security.PaidEndpointRequest;

import static org.springframework.security.config.Customizer.withDefaults;

@SpringBootApplication
@RestController
public class Shop {

	@Bean
	SecurityFilterChain securityFilterChain(HttpSecurity http) {
		http.authorizeHttpRequests((requests) -> requests.requestMatchers(PaidEndpointRequest.toAnyPaidEndpoint())
			.permitAll()
			.requestMatchers("/open")
			.permitAll()
			.anyRequest()
			.authenticated());
		http.oauth2ResourceServer((server) -> server.jwt(withDefaults()));
		return http.build();
	}

	@GetMapping("/reports")
	@PaidEndpoint(price = "$0.03", authorize = "hasAuthority('SCOPE_reports')")
	String reports() {
		return "up 3 %";
	}

	@GetMapping("/open")
	String open() {
		return "open";
	}

	public static void main(String[] args) {
		SpringApplication.run(Shop.class, args);
	}

}
