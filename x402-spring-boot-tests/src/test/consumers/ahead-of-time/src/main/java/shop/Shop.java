package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;

@SpringBootApplication
@RestController
public class Shop {

	@GetMapping("/weather")
	@PaidEndpoint(price = "$0.01", authorize = "permitAll")
	Weather weather() {
		return new Weather("Lisbon", 21);
	}

	@GetMapping("/other")
	String other() {
		return "other";
	}

	public static void main(String[] args) {
		SpringApplication.run(Shop.class, args);
	}

	record Weather(String city, int degrees) {

	}

}
