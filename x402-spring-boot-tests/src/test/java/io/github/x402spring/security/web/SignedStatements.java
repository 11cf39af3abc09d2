package io.github.x402spring.security.web;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.test.TestWallet;

/**
 * Answers a declared sign-in as a wallet does.
 */
public final class SignedStatements {

    private SignedStatements() {
    }

    public static Map<String, @Nullable Object> proof(Map<String, Object> declared, TestWallet wallet) {
        Map<String, @Nullable Object> proof = new LinkedHashMap<>();
        ((Map<?, ?>) declared.get("info")).forEach((name, value) -> proof.put(String.valueOf(name), value));
        proof.put("address", wallet.address());
        proof.put("chainId", "eip155:84532");
        proof.put("type", "eip191");
        byte[] digest = SignInMessage.tryParse(proof).orElseThrow().digest();
        proof.put("signature", "0x" + HexFormat.of().formatHex(wallet.sign(digest)));
        return proof;
    }

}
