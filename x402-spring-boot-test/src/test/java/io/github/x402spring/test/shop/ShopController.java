package io.github.x402spring.test.shop;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;

@RestController
class ShopController {

    static final AtomicInteger RUNS = new AtomicInteger();

    @GetMapping("/weather")
    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    String weather() {
        RUNS.incrementAndGet();
        return "sunny";
    }

    @GetMapping("/mine")
    @PaidEndpoint(price = "$0.02")
    String mine() {
        return "yours";
    }

    @GetMapping("/members")
    @PaidEndpoint(price = "$0.02", authorize = "!hasRole('BANNED')")
    String members() {
        return "for members";
    }

    @GetMapping("/report")
    @PaidEndpoint(price = "$0.03", authorize = "hasAuthority('SCOPE_report')")
    String report(VerifiedPayment payment) {
        return "report for " + payment.payer();
    }

    @GetMapping("/search")
    @PaidEndpoint(price = "#{usd('0.01') * number(param('pages'), '1')}", authorize = "permitAll")
    String search(@RequestParam(defaultValue = "1") int pages) {
        return pages + " pages";
    }

    @PostMapping("/orders")
    @PaidEndpoint(price = "$0.04", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
    String order(@RequestBody String order) {
        RUNS.incrementAndGet();
        return "ordered " + order;
    }

    @GetMapping("/stream")
    @PaidEndpoint(price = "$0.05", authorize = "permitAll")
    SseEmitter stream() {
        SseEmitter emitter = new SseEmitter();
        Thread.ofVirtual().start(() -> {
            try {
                emitter.send("one");
                emitter.send("two");
                emitter.complete();
            }
            catch (IOException ex) {
                emitter.completeWithError(ex);
            }
        });
        return emitter;
    }

    @GetMapping("/broken")
    @PaidEndpoint(price = "$0.06", authorize = "permitAll")
    String broken() {
        throw new ResponseStatusException(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    @PostMapping(path = "/contact", produces = "text/plain;charset=UTF-8")
    @PaidEndpoint(price = "$0.08", authorize = "permitAll")
    String contact(@RequestParam String name) {
        return name;
    }

    @PostMapping("/photos")
    @PaidEndpoint(price = "$0.07", authorize = "permitAll")
    String photo(@RequestParam MultipartFile photo) {
        return String.valueOf(photo.getSize());
    }

    @GetMapping("/free")
    String free() {
        RUNS.incrementAndGet();
        return "free";
    }

}
