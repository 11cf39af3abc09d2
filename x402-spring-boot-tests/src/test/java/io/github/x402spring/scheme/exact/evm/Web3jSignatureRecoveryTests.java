package io.github.x402spring.scheme.exact.evm;

import org.junit.jupiter.api.Tag;

@Tag("locale")
class Web3jSignatureRecoveryTests extends SignatureRecoveryContractTests {

    @Override
    SignatureRecovery recovery() {
        return SignatureRecovery.web3j();
    }

}
