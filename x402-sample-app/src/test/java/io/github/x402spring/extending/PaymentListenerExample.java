package io.github.x402spring.extending;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.client.PaymentListener;
import io.github.x402spring.client.SignedPayment;
import io.github.x402spring.protocol.SettleResponse;

class PaymentListenerExample {

    record OpenPurchases(Set<String> nonces) implements PaymentListener {

        @Override
        public void signed(SignedPayment payment) {
            this.nonces.add(payment.nonce());
        }

        @Override
        public void settled(SignedPayment payment, @Nullable SettleResponse receipt) {
            this.nonces.remove(payment.nonce());
        }

    }

}
