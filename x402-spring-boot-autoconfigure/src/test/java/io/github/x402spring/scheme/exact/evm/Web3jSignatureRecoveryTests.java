package io.github.x402spring.scheme.exact.evm;

class Web3jSignatureRecoveryTests extends SignatureRecoveryContractTests {

    @Override
    SignatureRecovery recovery() {
        return new Web3jSignatureRecovery();
    }

}
