package io.github.x402spring.facilitator.evm;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.Eip712Domain;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;
import io.github.x402spring.scheme.exact.evm.WalletSignature;

/**
 * Payment in the form that goes to the chain.
 *
 * @param key the key of the authorization
 * @param domain the token
 * @param authorization the authorization that the payer signed
 * @param digest the hash that the payer signed
 * @param signature the signature that the payer or its wallet made, {@code v} in the form
 * that tokens accept
 * @param deployment how to deploy the payer's wallet, or {@code null} if the payment does
 * not say
 * @param proved whether the signature was made with the payer's own key
 */
record PresentedTransfer(PaymentKey key, Eip712Domain domain, TransferAuthorization authorization, byte[] digest,
        byte[] signature, @Nullable WalletDeployment deployment, boolean proved) {

    /** The same on every chain. */
    static final EvmAddress MULTICALL = new EvmAddress("0xca11bde05977b3631167028862be2a173976ca11");

    static Optional<PresentedTransfer> tryParse(PaymentPayload payload, PaymentRequirements requirements,
            SignatureRecovery recovery) {
        Map<String, @Nullable Object> tree = payload.payload();
        Eip712Domain domain = Eip712Domain.of(requirements).orElse(null);
        TransferAuthorization authorization = (tree.get("authorization") instanceof Map<?, ?> map)
                ? TransferAuthorization.tryParse(map).orElse(null) : null;
        WalletDeployment.Unwrapped unwrapped = WalletSignature.tryParse(tree.get("signature"))
            .map(WalletSignature::bytes)
            .flatMap(WalletDeployment::unwrap)
            .orElse(null);
        if (domain == null || authorization == null || unwrapped == null) {
            return Optional.empty();
        }
        byte[] digest = authorization.digest(domain);
        byte[] signature = WalletSignature.of(unwrapped.signature())
            .madeBy(authorization.from(), digest, recovery)
            .map(WalletSignature::bytes)
            .orElse(null);
        PaymentKey key = new PaymentKey(requirements.network(), requirements.asset(), authorization.from().value(),
                authorization.nonce());
        return Optional.of(new PresentedTransfer(key, domain, authorization, digest,
                (signature != null) ? signature : unwrapped.signature(), unwrapped.deployment(), signature != null));
    }

    EvmAddress token() {
        return this.domain.verifyingContract();
    }

    boolean needsDeployment(boolean deployed) {
        return this.deployment != null && !deployed;
    }

    boolean factoryAllowed(Set<EvmAddress> factories) {
        return this.deployment != null && factories.contains(this.deployment.factory());
    }

    /**
     * Builds the transaction that moves the money.
     * @param deployed whether the payer's wallet has code
     */
    Call call(boolean deployed) {
        String transfer = TokenCalls.transfer(this.authorization, this.signature);
        return (this.deployment != null && !deployed)
                ? new Call(MULTICALL, TokenCalls.deployAndTransfer(this.deployment, token(), transfer))
                : new Call(token(), transfer);
    }

    /**
     * Returns no part of the payment.
     */
    @Override
    public String toString() {
        return "PresentedTransfer[" + this.key.network() + "]";
    }

    /**
     * Call to a contract.
     *
     * @param to the contract
     * @param data the data of the call, in hex
     */
    record Call(EvmAddress to, String data) {
    }

}
