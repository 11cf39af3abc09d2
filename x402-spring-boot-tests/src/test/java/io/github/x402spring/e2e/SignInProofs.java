package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.web3j.crypto.Hash;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;

/**
 * Answers sign-in challenges as a wallet does.
 */
final class SignInProofs {

    private SignInProofs() {
    }

    static JsonNode challenge(Answer answer) {
        return JsonMapper.shared()
            .readTree(Base64.getDecoder().decode(String.valueOf(answer.header("PAYMENT-REQUIRED"))));
    }

    /** Asks for a statement to sign. */
    static Map<String, Object> info(PaidApp app) {
        JsonNode extension = challenge(app.http().get("/room")).at("/extensions/sign-in-with-x");
        Map<String, Object> info = new LinkedHashMap<>();
        extension.path("info")
            .properties()
            .forEach((member) -> info.put(member.getKey(), member.getValue().isArray()
                    ? List.of(member.getValue().get(0).asString()) : member.getValue().asString()));
        info.put("chainId", extension.at("/supportedChains/0/chainId").asString());
        info.put("type", extension.at("/supportedChains/0/type").asString());
        return info;
    }

    /** Has a key sign the statement for an address, its own or a contract's. */
    static Map<String, Object> signed(Map<String, Object> info, String wallet, TestWallet signer) {
        Map<String, Object> proof = new LinkedHashMap<>(info);
        String address = EvmAddress.parse(wallet).checksummed();
        proof.put("address", address);
        byte[] text = text(info, address).getBytes(StandardCharsets.UTF_8);
        byte[] prefix = ("\u0019Ethereum Signed Message:\n" + text.length).getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[prefix.length + text.length];
        System.arraycopy(prefix, 0, all, 0, prefix.length);
        System.arraycopy(text, 0, all, prefix.length, text.length);
        proof.put("signature", "0x" + HexFormat.of().formatHex(signer.sign(Hash.sha3(all))));
        return proof;
    }

    /** What EIP-4361 says, written a second time. */
    private static String text(Map<String, Object> info, String address) {
        String text = info.get("domain") + " wants you to sign in with your Ethereum account:\n" + address + "\n\n"
                + (info.containsKey("statement") ? info.get("statement") + "\n" : "") + "\nURI: " + info.get("uri")
                + "\nVersion: " + info.get("version") + "\nChain ID: "
                + info.get("chainId").toString().replace("eip155:", "") + "\nNonce: " + info.get("nonce")
                + "\nIssued At: " + info.get("issuedAt") + "\nExpiration Time: " + info.get("expirationTime");
        if (info.containsKey("notBefore")) {
            text += "\nNot Before: " + info.get("notBefore");
        }
        return text;
    }

    static String header(Map<String, Object> proof) {
        return "SIGN-IN-WITH-X: " + Base64.getEncoder().encodeToString(JsonMapper.shared().writeValueAsBytes(proof));
    }

}
