package io.github.x402spring.benchmarks.load;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Map;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;

/**
 * Controller with the same response at every path that is measured.
 */
@RestController
final class LoadController {

    private static final String RESPONSE = "{\"forecast\":\"sunny\",\"celsius\":21}";

    private final PaymentHeaderCodec codec;

    private final ExactEvmScheme scheme;

    private final PaymentRequirements terms;

    private final Map<String, Object> wireTerms;

    private final LoadLedger ledger;

    private final Clock clock;

    LoadController(PaymentHeaderCodec codec, ExactEvmScheme scheme, LoadLedger ledger, Clock clock) {
        this.codec = codec;
        this.scheme = scheme;
        this.ledger = ledger;
        this.clock = clock;
        this.terms = LoadTerms.PAID;
        this.wireTerms = this.terms.toMap();
    }

    @GetMapping(path = "/plain", produces = "application/json")
    String plain() {
        return RESPONSE;
    }

    @GetMapping(path = "/bare", produces = "application/json")
    String bare() {
        return RESPONSE;
    }

    @GetMapping(path = "/paid", produces = "application/json")
    @PaidEndpoint(value = "paid", price = "$0.01", authorize = "permitAll")
    String paid() {
        return RESPONSE;
    }

    /**
     * Verifies payer and amount, as the gate does where it verifies by itself, and nothing else: no ledger, no settlement, no receipt, no held response. The header's name is not that of x402, so that the response is not even prepared to be held.
     */
    @GetMapping(path = "/verified", produces = "application/json")
    String verified(@RequestHeader("LOAD-PAYMENT") String header) {
        if (this.codec.decodePayment(header) instanceof DecodedPayment.Readable(var payload)
                && payload.accepts(this.wireTerms)
                && this.scheme.screen(payload, this.terms, this.clock.instant()) instanceof Screening.Passed) {
            return RESPONSE;
        }
        throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
    }

    @PostMapping("/reset")
    void reset() {
        this.ledger.reset();
    }

    @GetMapping("/memory")
    Map<String, Object> memory() {
        System.gc();
        System.gc();
        return Map.of("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), "entries",
                this.ledger.stored(), "now", this.clock.instant().toString());
    }

}
