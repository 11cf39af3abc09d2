package io.github.x402spring.documentation;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;

@RestController
class WeatherController {

    @GetMapping("/weather")
    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    Weather weather() {
        return new Weather("Lisbon", 21);
    }

}

record Weather(String city, int degrees) {
}
