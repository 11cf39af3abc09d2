package io.github.x402spring.sample;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.VerifiedPayment;

/**
 * Controller that sells data. Each method shows one policy or one way to state a price;
 * no body deals with payments.
 */
@RestController
class ShopController {

    private static final int MAX_PAGES = 50;

    /** Open to any payer, without authentication. */
    @GetMapping("/quote")
    @PaidEndpoint(value = "quote", price = "$0.01", authorize = "permitAll", description = "One gold quote")
    Quote quote(VerifiedPayment payment) {
        return new Quote("XAU", "2391.40", payment.payer());
    }

    /** Price and policy are in application.yml. */
    @GetMapping("/forecast/{city}")
    @PaidEndpoint("forecast")
    Forecast forecast(@PathVariable String city) {
        return new Forecast(city, List.of("sun", "sun", "rain"));
    }

    /** For callers with a role; a payment does not replace the role. */
    @GetMapping("/wholesale")
    @PaidEndpoint(value = "wholesale", price = "$0.05", authorize = "hasRole('TRADER')",
            description = "Wholesale prices")
    List<Quote> wholesale() {
        return List.of(new Quote("XAU", "2388.10", null), new Quote("XAG", "28.05", null));
    }

    /**
     * The price depends on a parameter. An error response of the handler is not charged.
     */
    @GetMapping("/archive")
    @PaidEndpoint(value = "archive", price = "#{usd('0.001') * number(param('pages'), '1')}", authorize = "permitAll",
            description = "Pages of the archive")
    List<String> archive(@RequestParam(defaultValue = "1") int pages) {
        if (pages > MAX_PAGES) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
        return IntStream.rangeClosed(1, pages).mapToObj((page) -> "page " + page).toList();
    }

    /** Can be paid in several ways; application.yml lists them. */
    @GetMapping("/map")
    @PaidEndpoint(value = "map", authorize = "permitAll", description = "A street map")
    StreetMap map() {
        return new StreetMap("Lisbon", "16:9");
    }

    /** A payment is bound to the body of its request, too. */
    @PostMapping("/word-count")
    @PaidEndpoint(value = "word-count", price = "$0.002", authorize = "permitAll", description = "A word count")
    WordCount wordCount(@RequestBody Text text) {
        return new WordCount(text.text().strip().split("\\s+").length);
    }

    /** A stream is settled before its first byte leaves. */
    @GetMapping(path = "/ticks", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @PaidEndpoint(value = "ticks", price = "$0.003", authorize = "permitAll", description = "Three price ticks")
    SseEmitter ticks() throws IOException {
        SseEmitter emitter = new SseEmitter();
        for (String price : List.of("2391.40", "2391.55", "2391.35")) {
            emitter.send(price);
        }
        emitter.complete();
        return emitter;
    }

    record Quote(String symbol, String price, @Nullable String soldTo) {
    }

    record Forecast(String city, List<String> days) {
    }

    record StreetMap(String city, String format) {
    }

    record Text(String text) {
    }

    record WordCount(int words) {
    }

}
