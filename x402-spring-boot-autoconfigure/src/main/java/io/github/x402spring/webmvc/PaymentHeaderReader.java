package io.github.x402spring.webmvc;

import java.util.ArrayList;
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

    PresentedPayment read(HttpServletRequest request) {
        String payment = null;
        int count = 0;
        Enumeration<String> signatures = request.getHeaders(PaymentHttpHeaders.PAYMENT_SIGNATURE);
        while (signatures.hasMoreElements()) {
            payment = signatures.nextElement();
            count++;
        }
        String v1Payment = null;
        Enumeration<String> v1Payments = request.getHeaders(PaymentHttpHeaders.X_PAYMENT);
        while (v1Payments.hasMoreElements()) {
            v1Payment = v1Payments.nextElement();
            count++;
        }
        if (count > 1) {
            return new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS);
        }
        if (payment != null) {
            return presented(this.codec.decodePayment(payment));
        }
        if (v1Payment != null && this.v1) {
            return presented(this.codec.decodeV1Payment(v1Payment));
        }
        return new PresentedPayment.Absent();
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
        Enumeration<String> v1Payments = request.getHeaders(PaymentHttpHeaders.X_PAYMENT);
        while (v1Payments.hasMoreElements() && decoded.size() <= MAX_READ) {
            decoded.add(this.codec.decodeV1Payment(v1Payments.nextElement()));
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
