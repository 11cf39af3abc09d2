package io.github.x402spring.extending;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;

class PaymentLedgerExample {

    abstract class DocumentLedger implements PaymentLedger {

        private final ConcurrentMap<PaymentKey, StoredPayment> documents = new ConcurrentHashMap<>();

        private final Clock clock;

        DocumentLedger(Clock clock) {
            this.clock = clock;
        }

        @Override
        public ReserveResult reserve(PaymentClaim claim) {
            String token = UUID.randomUUID().toString();
            StoredPayment reserved = StoredPayment.builder(claim, token, this.clock.instant()).build();
            StoredPayment found = this.documents.putIfAbsent(claim.key(), reserved);
            return (found == null) ? new ReserveResult.Reserved(new Reservation(claim.key(), token, false))
                    : ReserveResult.refused(found, claim.key(), found.isFor(claim));
        }

        @Override
        public Optional<StoredPayment> find(PaymentKey key) {
            return Optional.ofNullable(this.documents.get(key));
        }

    }

}
