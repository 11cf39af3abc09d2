package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.facilitator.evm.EvmChain.Inspection;
import io.github.x402spring.facilitator.evm.EvmChain.Usage;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Parts that serve one network together, and judge of payments that are not sent yet.
 *
 * @param name the network
 * @param rpc client of its nodes
 * @param chain the calls to them
 * @param settler the thread that settles
 * @param relayer the address that simulations are sent from
 * @param inquiry reader of outcomes
 * @param budget the gas that payers may burn
 */
record EvmNetwork(Network name, RpcService rpc, EvmChain chain, Settler settler, EvmAddress relayer,
        ChainInquiry inquiry, RevertBudget budget) {

    static final ReasonCode FACTORY_NOT_ALLOWED = new ReasonCode("eip6492_factory_not_allowed");

    static final ReasonCode ASSET_NOT_DEPLOYED = new ReasonCode("asset_not_deployed_contract");

    static final ReasonCode EIP3009_NOT_SUPPORTED = new ReasonCode("invalid_exact_evm_eip3009_not_supported");

    static final ReasonCode TOKEN_NAME_MISMATCH = new ReasonCode("invalid_exact_evm_token_name_mismatch");

    static final ReasonCode TOKEN_VERSION_MISMATCH = new ReasonCode("invalid_exact_evm_token_version_mismatch");

    static final ReasonCode INSUFFICIENT_BALANCE = new ReasonCode("invalid_exact_evm_insufficient_balance");

    static final ReasonCode SIMULATION_FAILED = new ReasonCode("invalid_exact_evm_transaction_simulation_failed");

    static final ReasonCode TRANSACTION_FAILED = new ReasonCode("invalid_exact_evm_transaction_failed");

    static final ReasonCode TRANSFER_EVENT_MISMATCH = new ReasonCode("invalid_exact_evm_transfer_event_mismatch");

    static final ReasonCode REVERT_BUDGET_BURNT = new ReasonCode("reverted_gas_budget_burnt");

    static EvmNetwork create(EvmNetworkSettings network, LocalEvmSettings settings, Consumer<SettlementEvent> events,
            Clock clock, RpcObserver observer) {
        List<Relayer> relayers = settings.relayers()
            .stream()
            .map((key) -> new Relayer(network.network(), key, settings.warnBelowTransfers()))
            .toList();
        Set<EvmAddress> addresses = relayers.stream().map(Relayer::address).collect(Collectors.toSet());
        RpcService rpc = new RpcService(network, settings.rpcTimeout(), observer);
        EvmChain chain = new EvmChain(rpc, network.maxGas());
        SettlementWatch watch = new SettlementWatch(chain, network, events, clock);
        TransferJudge judge = new TransferJudge(chain, network, addresses, watch);
        RevertBudget budget = new RevertBudget(network.network(), settings.revertedGasPerWallet(),
                settings.revertedGasPerHour(), clock);
        Settler settler = new Settler(chain, network, new Sender(chain, network, relayers, clock), judge, watch, budget,
                clock);
        return new EvmNetwork(network.network(), rpc, chain, settler, relayers.get(0).address(),
                new ChainInquiry(chain, network), budget);
    }

    /**
     * Decides about a payment that was not sent, from the state of the chain.
     * @return the reason for which it would fail, or is not sent; {@code null} if it
     * would succeed
     */
    @Nullable ReasonCode judge(PresentedTransfer presented, Inspection inspection, Set<EvmAddress> factories) throws IOException {
        ReasonCode reason = fault(presented, inspection, factories);
        boolean contract = inspection.payerDeployed() || presented.needsDeployment(false);
        return (reason == null && this.budget.refuses(presented.authorization().from(), contract)) ? REVERT_BUDGET_BURNT
                : reason;
    }

    private @Nullable ReasonCode fault(PresentedTransfer presented, Inspection inspection, Set<EvmAddress> factories)
            throws IOException {
        if (!inspection.tokenDeployed()) {
            return ASSET_NOT_DEPLOYED;
        }
        boolean counterfactual = presented.needsDeployment(inspection.payerDeployed());
        if (counterfactual && !presented.factoryAllowed(factories)) {
            return FACTORY_NOT_ALLOWED;
        }
        boolean signed = inspection.payerDeployed() ? inspection.signatureAccepted() : presented.proved();
        if (!signed && !counterfactual) {
            return ReasonCode.EVM_SIGNATURE;
        }
        if (inspection.used() == null) {
            return EIP3009_NOT_SUPPORTED;
        }
        if (inspection.used()) {
            return ReasonCode.EVM_NONCE_ALREADY_USED;
        }
        BigInteger balance = inspection.balance();
        if (balance == null) {
            return EIP3009_NOT_SUPPORTED;
        }
        boolean funded = balance.compareTo(presented.authorization().value()) >= 0;
        return (inspection.gas() != null && funded) ? null : failure(presented, funded, inspection);
    }

    /**
     * Finds the reason of a failed simulation in the state of payer and token, because
     * the texts of nodes differ. The same authorization may wait to be settled, or may
     * just have been: then the payment is not refused. A payer with too low a balance is
     * refused also where the node has no pending state.
     */
    private ReasonCode failure(PresentedTransfer presented, boolean funded, Inspection inspection) throws IOException {
        Usage usage = this.chain.usage(presented.token(), presented.authorization());
        if (usage == Usage.USED) {
            return ReasonCode.EVM_NONCE_ALREADY_USED;
        }
        if (usage == Usage.WAITING || (usage == Usage.UNKNOWN && funded)) {
            return ReasonCode.SETTLEMENT_PENDING;
        }
        List<@Nullable String> token = this.chain.nameAndVersion(presented.token());
        String tokenName = token.get(0);
        String tokenVersion = token.get(1);
        if (tokenName != null && !tokenName.equals(presented.domain().name())) {
            return TOKEN_NAME_MISMATCH;
        }
        if (tokenVersion != null && !tokenVersion.equals(presented.domain().version())) {
            return TOKEN_VERSION_MISMATCH;
        }
        if (!funded) {
            return INSUFFICIENT_BALANCE;
        }
        if (this.chain.head().isAt(presented.authorization().validBefore())) {
            return ReasonCode.EVM_VALID_BEFORE;
        }
        if (inspection.doubtful()) {
            throw new RpcReplies.NodeError(
                    "The node's reply to a simulation is an error that nothing on the chain " + "explains",
                    inspection.refusal());
        }
        return SIMULATION_FAILED;
    }

}
