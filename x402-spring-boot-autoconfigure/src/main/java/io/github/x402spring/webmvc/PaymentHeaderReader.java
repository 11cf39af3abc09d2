package io.github.x402spring.webmvc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentPayload;

/**
 * Finds the one payment of a request.
 */
final class PaymentHeaderReader {

    private static final Logger logger = LoggerFactory.getLogger(PaymentHeaderReader.class);

    /** More than one is a mistake, and every one may cost a look-up. */
    private static final int MAX_READ = 4;

    private final PaymentHeaderCodec codec;

    private final boolean v1;

    PaymentHeaderReader(PaymentHeaderCodec codec, boolean v1) {
        this.codec = codec;
        this.v1 = v1;
    }

    /** Takes no value: Spring Security's firewall examines every character of each. */
    static boolean presentsPayment(HttpServletRequest request) {
        return request.getHeaders(PaymentHttpHeaders.PAYMENT_SIGNATURE).hasMoreElements()
                || request.getHeaders(PaymentHttpHeaders.X_PAYMENT).hasMoreElements();
    }

    /**
     * Reads the payment. One payment in both headers counts once; two are never chosen
     * from.
     */
    PresentedPayment read(HttpServletRequest request) {
        List<String> signatures = values(request, PaymentHttpHeaders.PAYMENT_SIGNATURE);
        List<String> others = values(request, PaymentHttpHeaders.X_PAYMENT);
        if (signatures.size() > 1 || others.size() > 1) {
            return new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS);
        }
        if (signatures.isEmpty()) {
            return others.isEmpty() ? new PresentedPayment.Absent()
                    : readable(this.codec.decodeXPayment(others.get(0)));
        }
        DecodedPayment payment = this.codec.decodePayment(signatures.get(0));
        if (!others.isEmpty() && !same(payment, this.codec.decodeXPayment(others.get(0)))) {
            return new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS);
        }
        return presented(payment);
    }

    private static List<String> values(HttpServletRequest request, String name) {
        Enumeration<String> values = request.getHeaders(name);
        return values.hasMoreElements() ? Collections.list(values) : List.of();
    }

    /**
     * Version 1 states neither terms nor resource, so that what was signed is compared.
     */
    private static boolean same(DecodedPayment payment, DecodedPayment other) {
        if (!(payment instanceof DecodedPayment.Readable(PaymentPayload first))
                || !(other instanceof DecodedPayment.Readable(PaymentPayload second))) {
            return false;
        }
        return (second.x402Version() == 1) ? first.payload().equals(second.payload())
                : first.tree().equals(second.tree());
    }

    private PresentedPayment readable(DecodedPayment decoded) {
        boolean read = this.v1
                || (decoded instanceof DecodedPayment.Readable(PaymentPayload payload) && payload.x402Version() == 2);
        return read ? presented(decoded) : new PresentedPayment.NotRead();
    }

    /**
     * Reads every payment of a request that is refused, whatever their number.
     * @return the readable ones; {@code null} if there are too many headers to read them
     */
    @Nullable List<PaymentPayload> readAll(HttpServletRequest request) {
        List<DecodedPayment> decoded = new ArrayList<>();
        Enumeration<String> signatures = request.getHeaders(PaymentHttpHeaders.PAYMENT_SIGNATURE);
        while (signatures.hasMoreElements() && decoded.size() <= MAX_READ) {
            decoded.add(this.codec.decodePayment(signatures.nextElement()));
        }
        Enumeration<String> others = request.getHeaders(PaymentHttpHeaders.X_PAYMENT);
        while (others.hasMoreElements() && decoded.size() <= MAX_READ) {
            decoded.add(this.codec.decodeXPayment(others.nextElement()));
        }
        if (decoded.size() > MAX_READ) {
            return null;
        }
        List<PaymentPayload> payments = new ArrayList<>(decoded.size());
        for (DecodedPayment payment : decoded) {
            if (payment instanceof DecodedPayment.Readable(var payload)) {
                payments.add(payload);
            }
        }
        return payments;
    }

    private static PresentedPayment presented(DecodedPayment decoded) {
        return switch (decoded) {
            case DecodedPayment.Readable(var payload) -> new PresentedPayment.Present(payload);
            case DecodedPayment.Unreadable(String problem) -> {
                logger.debug("A payment header was not readable: {}", problem);
                yield new PresentedPayment.Unusable(Reason.PAYMENT_MALFORMED);
            }
        };
    }

}
