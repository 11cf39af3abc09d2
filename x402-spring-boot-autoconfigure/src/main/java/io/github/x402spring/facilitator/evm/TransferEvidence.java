package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

import org.web3j.crypto.Hash;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Evidence in the logs of a transaction that an authorization was carried out.
 */
final class TransferEvidence {

    static final String TRANSFER = Hash.sha3String("Transfer(address,address,uint256)");

    static final String AUTHORIZATION_USED = Hash.sha3String("AuthorizationUsed(address,bytes32)");

    static final String AUTHORIZATION_CANCELED = Hash.sha3String("AuthorizationCanceled(address,bytes32)");

    private TransferEvidence() {
    }

    /**
     * Checks whether our own transaction, which carries out one authorization and nothing
     * else, moved the money.
     */
    static boolean paid(TransactionReceipt receipt, EvmAddress token, TransferAuthorization authorization) {
        return receipt.isStatusOK() && receipt.getLogs().stream().anyMatch((log) -> isUse(log, token, authorization))
                && receipt.getLogs().stream().anyMatch((log) -> isTransfer(log, token, authorization));
    }

    /**
     * Checks whether a transaction of others moved the money. The transfer must follow
     * directly on the use of the nonce: such a transaction may carry out several
     * authorizations, and the payer may have signed two with one nonce.
     */
    static boolean paidByOthers(TransactionReceipt receipt, EvmAddress token, TransferAuthorization authorization) {
        if (!receipt.isStatusOK()) {
            return false;
        }
        List<Log> logs = receipt.getLogs();
        for (int i = 0; i + 1 < logs.size(); i++) {
            if (isUse(logs.get(i), token, authorization)) {
                return isTransfer(logs.get(i + 1), token, authorization);
            }
        }
        return false;
    }

    static String addressTopic(EvmAddress address) {
        return "0x" + "0".repeat(24) + address.value().substring(2);
    }

    private static boolean isUse(Log log, EvmAddress token, TransferAuthorization authorization) {
        return matches(log, token, AUTHORIZATION_USED, addressTopic(authorization.from()), authorization.nonce());
    }

    private static boolean isTransfer(Log log, EvmAddress token, TransferAuthorization authorization) {
        return matches(log, token, TRANSFER, addressTopic(authorization.from()), addressTopic(authorization.to()))
                && amount(log).equals(authorization.value());
    }

    private static boolean matches(Log log, EvmAddress token, String... topics) {
        return !log.isRemoved() && token.value().equals(log.getAddress().toLowerCase(Locale.ROOT)) && List.of(topics)
            .equals(log.getTopics().stream().map((topic) -> topic.toLowerCase(Locale.ROOT)).toList());
    }

    private static BigInteger amount(Log log) {
        return TokenCalls.number(log.getData());
    }

}
