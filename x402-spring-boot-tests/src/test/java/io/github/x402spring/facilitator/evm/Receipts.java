package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

/**
 * Receipts and logs of one payment, as a chain would report them.
 */
final class Receipts {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    static final Instant VALID_BEFORE = NOW.plusSeconds(300);

    static final EvmAddress TOKEN = new EvmAddress("0x036cbd53842c5426634e7929541ec2318f3dcf7e");

    static final EvmAddress STRANGER = new EvmAddress("0x" + "57".repeat(20));

    static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), TOKEN.value(), "0x" + "bb".repeat(20), 300, Map.of("name", "USDC", "version", "2"));

    static final String BLOCK_HASH = "0x" + "b1".repeat(32);

    private static final String HASH = "0x" + "ab".repeat(32);

    private Receipts() {
    }

    static PresentedTransfer presented() {
        return presented(TestWallet.named("7").pay(TERMS, NOW).nonce("0x" + "1f".repeat(32)));
    }

    static PresentedTransfer presented(PaymentDraft payment) {
        return PresentedTransfer.tryParse(payment.payload(), TERMS, SignatureRecovery.web3j()).orElseThrow();
    }

    static TransactionReceipt ok(BigInteger block, Log... logs) {
        return receipt("0x1", block, logs);
    }

    static TransactionReceipt reverted(BigInteger block, Log... logs) {
        return receipt("0x0", block, logs);
    }

    private static TransactionReceipt receipt(String status, BigInteger block, Log... logs) {
        TransactionReceipt receipt = new TransactionReceipt();
        receipt.setStatus(status);
        receipt.setTransactionHash(HASH);
        receipt.setBlockHash(BLOCK_HASH);
        receipt.setBlockNumber("0x" + block.toString(16));
        receipt.setFrom(STRANGER.value());
        receipt.setLogs(Arrays.asList(logs));
        return receipt;
    }

    static Log use(TransferAuthorization authorization) {
        return log(TOKEN.value(), "0x", TransferEvidence.AUTHORIZATION_USED,
                TransferEvidence.addressTopic(authorization.from()), authorization.nonce());
    }

    static Log transfer(TransferAuthorization authorization) {
        return transfer(authorization, authorization.value());
    }

    static Log transfer(TransferAuthorization authorization, BigInteger value) {
        return log(TOKEN.value(), String.format("0x%064x", value), TransferEvidence.TRANSFER,
                TransferEvidence.addressTopic(authorization.from()), TransferEvidence.addressTopic(authorization.to()));
    }

    static Log log(String address, String data, String... topics) {
        Log log = new Log();
        log.setAddress(address);
        log.setData(data);
        log.setTopics(List.of(topics));
        return log;
    }

}
