package io.github.x402spring.e2e;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

/**
 * Sells a handful of things at one price and gives one away.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Shop {

    @Bean
    Deliveries deliveries() {
        return new Deliveries();
    }

    @Bean
    SecurityFilterChain openChain(HttpSecurity http) {
        http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
        http.csrf(AbstractHttpConfigurer::disable);
        return http.build();
    }

    @RestController
    static class Counter {

        private final Deliveries deliveries;

        Counter(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @GetMapping("/a")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String a() {
            return this.deliveries.run("a");
        }

        @GetMapping("/b")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String b() {
            return this.deliveries.run("b");
        }

        @PostMapping("/a")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String postA() {
            return this.deliveries.run("post-a");
        }

        @GetMapping("/items/{id}")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String item(@PathVariable String id) {
            return this.deliveries.run("item " + id);
        }

        @GetMapping("/files/{*path}")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String file(@PathVariable String path) {
            return this.deliveries.run("file " + path);
        }

        @PostMapping("/json")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String json(@RequestBody String body) {
            return this.deliveries.run("json " + body);
        }

        @PostMapping("/form")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String form(@RequestParam String name) {
            return this.deliveries.run("form " + name);
        }

        @PostMapping("/upload")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String upload(@RequestParam MultipartFile file) {
            return this.deliveries.run("upload " + file.getSize());
        }

        @GetMapping("/upfront")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
        String upfront() {
            return this.deliveries.run("upfront");
        }

        @GetMapping("/free")
        String free() {
            return this.deliveries.run("free");
        }

    }

}
