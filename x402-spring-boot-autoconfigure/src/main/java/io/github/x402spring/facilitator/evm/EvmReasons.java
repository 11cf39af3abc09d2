package io.github.x402spring.facilitator.evm;

import io.github.x402spring.protocol.ReasonCode;

/**
 * Reasons of the exact scheme that only somebody who asks the chain can give.
 */
final class EvmReasons {

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

    private EvmReasons() {
    }

}
