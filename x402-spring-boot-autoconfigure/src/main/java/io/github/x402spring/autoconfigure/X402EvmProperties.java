package io.github.x402spring.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of payments on EVM chains.
 *
 * @param acceptContractSignatures Whether to leave signatures of smart wallets, which
 * only the chain can verify, to the facilitator. Defaults to true for the local one and
 * over HTTP, and to false for others.
 * @param rpcUrls Addresses of the nodes of x402.network; the next is called when one
 * fails. May carry credentials.
 * @param relayerKeys Private keys that pay for gas, used in turn. Come from the
 * environment or a secret import, never from application.yml.
 * @param keystore Encrypted file with a private key that pays for gas.
 * @param confirmations Number of blocks, the transfer's own included, after which a
 * transfer counts as settled.
 * @param maxFeeGwei Highest price of a unit of gas, in gwei. When it costs more, payments
 * are refused with status 503.
 * @param priorityFeeGwei Share of the block's producer in the price of a unit of gas, in
 * gwei. Read from the node if it is not set.
 * @param maxGas Amount of gas that one settlement may take at most.
 * @param pollInterval Time between two looks at the chain while a settlement is in
 * flight.
 * @param lookbackBlocks Number of blocks that are searched for a transfer that others
 * submitted.
 * @param reorganizationDepth Number of blocks after which a settlement is looked at once
 * more; 0 to leave that out.
 * @param warnBelowTransfers Number of settlements that a relayer can still pay for below
 * which a warning is logged.
 * @param revertedGas Gas that payers may burn by transactions that are reverted.
 * @param walletFactories Addresses of the factories whose smart wallets may be deployed
 * with their first payment (ERC-6492).
 * @param networks Settings of networks by alias or CAIP-2 name.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.evm")
public record X402EvmProperties(@Nullable Boolean acceptContractSignatures, @DefaultValue List<String> rpcUrls,
        @DefaultValue List<String> relayerKeys, @DefaultValue Keystore keystore, @DefaultValue("1") int confirmations,
        @DefaultValue("100") BigDecimal maxFeeGwei, @Nullable BigDecimal priorityFeeGwei,
        @DefaultValue("300000") long maxGas, @DefaultValue("500ms") Duration pollInterval,
        @DefaultValue("2000") int lookbackBlocks, @DefaultValue("12") int reorganizationDepth,
        @DefaultValue("100") int warnBelowTransfers, @DefaultValue RevertedGas revertedGas,
        @DefaultValue List<String> walletFactories, @DefaultValue Map<String, EvmNetwork> networks) {

    /**
     * Returns neither keys nor addresses of nodes.
     */
    @Override
    public String toString() {
        return "X402EvmProperties[networks=" + this.networks.keySet() + "]";
    }

    /**
     * Encrypted file with a private key.
     *
     * @param location Location of the file, such as file:/etc/x402/relayer.json.
     * @param password Password of the file. Comes from the environment or a secret
     * import.
     */
    public record Keystore(@Nullable String location, @Nullable String password) {

        /**
         * Returns the location only.
         */
        @Override
        public String toString() {
            return "Keystore[location=" + this.location + "]";
        }

    }

    /**
     * Gas that payers may burn on one network by transactions that are reverted.
     *
     * @param perWallet Units of gas that a payer may burn within an hour before it is
     * refused.
     * @param perHour Units of gas that contract wallets may burn together within an hour
     * before all of them are refused.
     */
    public record RevertedGas(@DefaultValue("1000000") long perWallet, @DefaultValue("5000000") long perHour) {
    }

    /**
     * Settings of one EVM network; what is not set is taken from x402.evm.
     *
     * @param rpcUrls Addresses of its nodes; the next is called when one fails. May carry
     * credentials.
     * @param confirmations Number of blocks after which a transfer counts as settled.
     * @param maxFeeGwei Highest price of a unit of gas, in gwei.
     */
    public record EvmNetwork(@DefaultValue List<String> rpcUrls, @Nullable Integer confirmations,
            @Nullable BigDecimal maxFeeGwei) {

        /**
         * Returns no address: it may carry credentials.
         */
        @Override
        public String toString() {
            return "EvmNetwork[rpcUrls=" + this.rpcUrls.size() + "]";
        }

    }

}
