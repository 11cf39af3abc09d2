package io.github.x402spring.scheme.exact.evm;

class NativeSignatureRecoveryTests extends SignatureRecoveryContractTests {

    @Override
    SignatureRecovery recovery() {
        return NativeSignatureRecovery.load().orElseThrow();
    }

}
