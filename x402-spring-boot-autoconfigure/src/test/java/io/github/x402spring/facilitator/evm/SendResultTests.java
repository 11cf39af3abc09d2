package io.github.x402spring.facilitator.evm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.protocol.core.Response;

import static org.assertj.core.api.Assertions.assertThat;

class SendResultTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            already known | ACCEPTED
            Known transaction: 0xab | ACCEPTED
            Transaction with the same hash was already imported. | ACCEPTED
            AlreadyKnown: AlreadyExists | ACCEPTED
            nonce too low: next nonce 7, tx nonce 6 | NONCE_MINED
            Nonce is too low | NONCE_MINED
            OldNonce | NONCE_MINED
            invalid nonce; got 6, expected 7 | NONCE_MINED
            nonce has already been used | NONCE_MINED
            replacement transaction underpriced | NONCE_TAKEN
            ReplacementNotAllowed | NONCE_TAKEN
            nonce too high | NONCE_AHEAD
            Nonce is too distant | NONCE_AHEAD
            NonceGap | NONCE_AHEAD
            insufficient funds for gas * price + value: balance 0 | NO_FUNDS
            InsufficientFunds, Account balance: 0 | NO_FUNDS
            sender doesn't have enough funds to send tx | NO_FUNDS
            transaction underpriced | REJECTED
            intrinsic gas too low | REJECTED
            exceeds block gas limit | REJECTED
            internal error | REJECTED
            """)
    void ofWhenNodeRefusesThenWhatItMeans(String message, SendResult result) {
        assertThat(SendResult.of(new Response.Error(-32000, message))).isEqualTo(result);
    }

    @Test
    void ofWhenNodeSaysNothingThenRejected() {
        assertThat(SendResult.of(new Response.Error(-32000, null))).isEqualTo(SendResult.REJECTED);
        assertThat(SendResult.of(new Response.Error(-32000, ""))).isEqualTo(SendResult.REJECTED);
    }

}
