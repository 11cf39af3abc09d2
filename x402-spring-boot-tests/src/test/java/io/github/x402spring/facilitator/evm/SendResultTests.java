package io.github.x402spring.facilitator.evm;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.protocol.core.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests which errors of a node prove that it does not have a transaction.
 */
@Tag("locale")
class SendResultTests {

    @ParameterizedTest
    @ValueSource(strings = { "insufficient funds for gas * price + value: address 0xAb have 1 want 2",
            "insufficient funds for gas * price + value: balance 0", "InsufficientFunds, Account balance: 0",
            "sender doesn't have enough funds to send tx", "INTERNAL_ERROR: insufficient funds",
            "InsufficientFunds, Balance is 1 less than sending value", "Insufficient funds for gas * price + value",
            "Sender doesn't have enough funds to send tx. The max upfront cost is: 1",
            "Upfront cost exceeds account balance", "invalid transaction: insufficient funds for gas * price + value" })
    void ofWhenTheRelayerHasTooLittleThenNoFunds(String message) {
        assertThat(result(-32000, message)).isEqualTo(SendResult.NO_FUNDS);
    }

    @ParameterizedTest
    @ValueSource(strings = { "intrinsic gas too low: gas 20000, minimum needed 21000", "intrinsic gas too low",
            "IntrinsicGasTooLow", "Intrinsic gas exceeds gas limit", "rlp: expected input list for types.LegacyTx",
            "typed transaction too short", "failed to decode signed transaction", "Failed to decode transaction",
            "transaction type not supported", "invalid sender", "Invalid signature",
            "invalid argument 0: json: cannot unmarshal hex string without 0x prefix",
            "max priority fee per gas higher than max fee per gas: address 0xAb",
            "invalid chain id for signer: have 1 want 2", "Wrong chainId", "InvalidTxChainId",
            "transaction underpriced", "transaction underpriced: gas tip cap 0, minimum needed 1",
            "Gas price below configured minimum gas price",
            "max fee per gas less than block base fee: address 0xAb, maxFeePerGas: 1, baseFee: 2",
            "FeeTooLow, MaxFeePerGas too low", "INTERNAL_ERROR: fee too low",
            "err: max fee per gas less than block base fee" })
    void ofWhenTheNodeNeverTookItThenRejected(String message) {
        assertThat(result(-32000, message)).isEqualTo(SendResult.REJECTED);
        assertThat(result(-32010, message.toUpperCase(Locale.ROOT))).isEqualTo(SendResult.REJECTED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "Internal error", "internal error", "context deadline exceeded", "context canceled",
            "request timed out", "timeout", "upstream timeout", "EOF", "read tcp: connection reset by peer",
            "service unavailable", "header not found", "txpool is full", "tx pool overflow", "exceeds block gas limit",
            "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)", "execution reverted", "gapped-nonce tx",
            "future transaction tries to replace pending", "could not replace existing tx", "sender is contract",
            "account limit exceeded", "too many requests", "rate limited", "invalid", "rejected", "unknown", "", " ",
            "failed to forward tx to sequencer", "internal: insufficient funds",
            "context deadline exceeded: insufficient funds", "Post https://node: transaction underpriced",
            "insufficient funds (request timed out)", "rlp: deadline exceeded",
            "I took it, and transaction underpriced", "not an intrinsic gas error", "\u0131nsufficient funds",
            "insufficient\u00a0funds" })
    void ofWhenTheErrorIsAnyOtherThenDoubtful(String message) {
        for (int code : List.of(-32000, -32603, -32010, -32005, 3, 0)) {
            assertThat(result(code, message)).isEqualTo(SendResult.DOUBTFUL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "insufficient funds for gas * price + value", "intrinsic gas too low",
            "transaction underpriced", "invalid sender", "rlp: too few elements" })
    void ofWhenTheErrorIsInternalThenDoubtfulWhateverItsText(String message) {
        assertThat(result(-32603, message)).isEqualTo(SendResult.DOUBTFUL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            already known | ACCEPTED
            ALREADY_EXISTS: already known | ACCEPTED
            Known transaction: 0xab | ACCEPTED
            transaction already imported | ACCEPTED
            Transaction with the same hash was already imported. | ACCEPTED
            AlreadyKnown: AlreadyExists | ACCEPTED
            insufficient funds: already known | ACCEPTED
            nonce too low | NONCE_MINED
            nonce too low: next nonce 7, tx nonce 6 | NONCE_MINED
            nonce too low: next nonce 5 tx nonce 4 | NONCE_MINED
            Nonce is too low | NONCE_MINED
            OldNonce | NONCE_MINED
            invalid nonce; got 6, expected 7 | NONCE_MINED
            nonce has already been used | NONCE_MINED
            replacement transaction underpriced | NONCE_TAKEN
            ReplacementNotAllowed | NONCE_TAKEN
            nonce too high | NONCE_AHEAD
            Nonce is too distant | NONCE_AHEAD
            NonceGap | NONCE_AHEAD
            """)
    void ofWhenItIsAboutTheNumberOrKnownThenNoProof(String message, SendResult expected) {
        assertThat(result(-32000, message)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = { -32000, -32603, 3 })
    void ofWhenThereIsNoMessageThenDoubtful(int code) {
        assertThat(result(code, null)).isEqualTo(SendResult.DOUBTFUL);
    }

    private static SendResult result(int code, String message) {
        return SendResult.of(new Response.Error(code, message));
    }

}
