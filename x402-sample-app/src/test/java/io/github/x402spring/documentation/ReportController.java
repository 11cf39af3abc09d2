package io.github.x402spring.documentation;

import java.io.IOException;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

@RestController
class ReportController {

    @GetMapping("/reports/{day}")
    @PaidEndpoint(value = "reports", price = "$0.03", authorize = "hasAuthority('SCOPE_reports')")
    String report(@PathVariable String day) {
        return existing(day) + ": up 3 %";
    }

    @GetMapping("/pages")
    @PaidEndpoint(value = "pages", price = "#{usd('0.01') * number(param('n'), '1')}",
            authorize = "hasAuthority('SCOPE_reports')")
    String pages(@RequestParam int n) {
        return n + " of " + existing((n < 100) ? "100 pages" : "none");
    }

    @GetMapping("/ticks/{day}")
    @PaidEndpoint(value = "ticks", price = "$0.05", authorize = "hasAuthority('SCOPE_reports')")
    SseEmitter ticks(@PathVariable String day) throws IOException {
        SseEmitter events = new SseEmitter();
        events.send(existing(day));
        events.complete();
        return events;
    }

    @PostMapping("/orders/{day}")
    @PaidEndpoint(value = "orders", price = "$0.04", authorize = "hasAuthority('SCOPE_reports')",
            flow = PaymentFlow.UPFRONT)
    String order(@PathVariable String day) {
        return "Ordered for " + existing(day);
    }

    private static String existing(String day) {
        if (day.equals("none")) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return day;
    }

}
