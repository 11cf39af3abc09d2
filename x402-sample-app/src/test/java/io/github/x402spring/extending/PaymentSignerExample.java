package io.github.x402spring.extending;

import java.util.function.UnaryOperator;

import io.github.x402spring.client.PaymentSigner;

class PaymentSignerExample {

    record KeyServiceSigner(String address, UnaryOperator<byte[]> keyService) implements PaymentSigner {

        @Override
        public byte[] sign(byte[] digest) {
            return this.keyService.apply(digest);
        }

    }

}
