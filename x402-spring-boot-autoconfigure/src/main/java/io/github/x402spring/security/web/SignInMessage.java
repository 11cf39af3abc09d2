package io.github.x402spring.security.web;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Statement that a wallet signs to sign in. Lines and times are stored as they were sent,
 * because they were signed so.
 *
 * @param domain the host that is signed in to
 * @param address the wallet
 * @param statement a sentence for the wallet's owner, or {@code null} if there was none
 * @param uri what is signed in for
 * @param network the chain on which the wallet lives
 * @param nonce the nonce, which makes the statement valid once
 * @param issuedAt the time of issue, ISO 8601
 * @param expirationTime the time at which it expires, ISO 8601, or {@code null} if it is
 * absent
 * @param notBefore the time from which it is valid, ISO 8601, or {@code null} if it is
 * absent
 * @param requestId the client's own id, or {@code null} if there was none
 * @param resources what else it is for; {@code null} if that is absent
 * @see <a href="https://eips.ethereum.org/EIPS/eip-4361">EIP-4361</a>
 */
record SignInMessage(String domain, EvmAddress address, @Nullable String statement, String uri, Network network,
        String nonce, String issuedAt, @Nullable String expirationTime, @Nullable String notBefore,
        @Nullable String requestId, @Nullable List<String> resources) {

    private static final String VERSION = "1";

    private static final int MAX_RESOURCES = 16;

    /**
     * Reads the wire form. Text with a line break is rejected: it could be read as
     * another line of the statement.
     * @return the message; empty if it has another form
     */
    static Optional<SignInMessage> tryParse(Map<String, @Nullable Object> tree) {
        EvmAddress address = EvmAddress.tryParse(line(tree, "address")).orElse(null);
        Network network = Network.tryParse(line(tree, "chainId")).filter(Network::isEvm).orElse(null);
        String domain = line(tree, "domain");
        String uri = line(tree, "uri");
        String nonce = line(tree, "nonce");
        String issuedAt = line(tree, "issuedAt");
        List<String> resources = lines(tree.get("resources"));
        if (address == null || network == null || domain == null || uri == null || nonce == null || issuedAt == null
                || !VERSION.equals(tree.get("version")) || !optionalLines(tree)
                || (tree.get("resources") != null && resources == null)) {
            return Optional.empty();
        }
        return Optional.of(new SignInMessage(domain, address, line(tree, "statement"), uri, network, nonce, issuedAt,
                line(tree, "expirationTime"), line(tree, "notBefore"), line(tree, "requestId"), resources));
    }

    private static boolean optionalLines(Map<String, @Nullable Object> tree) {
        for (String name : List.of("statement", "expirationTime", "notBefore", "requestId")) {
            if (tree.get(name) != null && line(tree, name) == null) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String line(Map<String, @Nullable Object> tree, String name) {
        return isLine(tree.get(name)) ? (String) tree.get(name) : null;
    }

    private static boolean isLine(@Nullable Object value) {
        return value instanceof String text && text.chars().noneMatch(Character::isISOControl);
    }

    private static @Nullable List<String> lines(@Nullable Object value) {
        if (!(value instanceof List<?> list) || list.size() > MAX_RESOURCES) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        for (Object item : list) {
            if (!isLine(item)) {
                return null;
            }
            lines.add((String) item);
        }
        return lines;
    }

    /** Returns the text that a wallet shows and signs. */
    String text() {
        StringBuilder text = new StringBuilder(512);
        text.append(this.domain).append(" wants you to sign in with your Ethereum account:\n");
        text.append(this.address.checksummed()).append("\n\n");
        if (this.statement != null) {
            text.append(this.statement).append('\n');
        }
        BigInteger chainId = this.network.chainId();
        text.append("\nURI: ").append(this.uri).append("\nVersion: ").append(VERSION);
        text.append("\nChain ID: ").append(chainId).append("\nNonce: ").append(this.nonce);
        text.append("\nIssued At: ").append(this.issuedAt);
        append(text, "Expiration Time", this.expirationTime);
        append(text, "Not Before", this.notBefore);
        append(text, "Request ID", this.requestId);
        if (this.resources != null) {
            text.append("\nResources:");
            this.resources.forEach((resource) -> text.append("\n- ").append(resource));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            text.append('\n').append(name).append(": ").append(value);
        }
    }

    /**
     * Computes what is signed.
     * @return 32 bytes
     * @see <a href="https://eips.ethereum.org/EIPS/eip-191">EIP-191</a>
     */
    byte[] digest() {
        byte[] text = text().getBytes(StandardCharsets.UTF_8);
        byte[] prefix = ("\u0019Ethereum Signed Message:\n" + text.length).getBytes(StandardCharsets.US_ASCII);
        byte[] signed = new byte[prefix.length + text.length];
        System.arraycopy(prefix, 0, signed, 0, prefix.length);
        System.arraycopy(text, 0, signed, prefix.length, text.length);
        return Hash.sha3(signed);
    }

}
