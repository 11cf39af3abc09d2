package io.github.x402spring.extending;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;

class PaymentSchemeExample {

    record VoucherScheme(Function<String, Optional<Voucher>> issuer) implements PaymentScheme {

        @Override
        public String name() {
            return "voucher";
        }

        @Override
        public boolean supports(PaymentRequirements terms) {
            return terms.network().equals(Network.parse("solana-devnet"));
        }

        @Override
        public String recipient(String payTo, Network network) {
            if (!payTo.matches("[1-9A-HJ-NP-Za-km-z]{32,44}")) {
                throw new IllegalArgumentException("A recipient has 32 to 44 characters of base58");
            }
            return payTo;
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements terms, Instant now) {
            if (!(payload.payload().get("voucher") instanceof String text)) {
                return new Screening.Malformed();
            }
            Optional<Voucher> found = this.issuer.apply(text);
            if (found.isEmpty()) {
                return new Screening.Failed(ReasonCode.INVALID_PAYLOAD);
            }
            Voucher voucher = found.get();
            if (!voucher.amount().equals(terms.amount()) || !voucher.payTo().equals(terms.payTo())) {
                return new Screening.Failed(ReasonCode.INVALID_PAYMENT_REQUIREMENTS);
            }
            Authorization authorization = new Authorization(voucher.owner(), voucher.number(), voucher.expiresAt());
            return now.isBefore(voucher.expiresAt()) ? new Screening.Passed(authorization, true)
                    : new Screening.Expired(authorization, ReasonCode.of("voucher_expired"), true);
        }

        record Voucher(String owner, String number, TokenAmount amount, String payTo, Instant expiresAt) {

        }

    }

}
