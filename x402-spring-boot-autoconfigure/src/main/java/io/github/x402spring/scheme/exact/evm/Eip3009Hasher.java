package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.web3j.crypto.Hash;

/**
 * Hash of EIP-3009 authorizations as EIP-712 prescribes. The words are laid out by hand:
 * the struct is fixed, and a general encoder takes many times as long. Thread-safe.
 *
 * @see <a href="https://eips.ethereum.org/EIPS/eip-712">EIP-712</a>
 */
final class Eip3009Hasher {

    private static final int WORD = 32;

    private static final int MAX_DOMAINS = 256;

    private static final byte[] DOMAIN_TYPE = keccak(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    private static final byte[] TRANSFER_TYPE = keccak("TransferWithAuthorization(address from,address to,"
            + "uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)");

    private final ConcurrentMap<Eip712Domain, byte[]> separators = new ConcurrentHashMap<>();

    byte[] digest(Eip712Domain domain, TransferAuthorization authorization) {
        byte[] message = new byte[2 + 2 * WORD];
        message[0] = 0x19;
        message[1] = 0x01;
        System.arraycopy(domainSeparator(domain), 0, message, 2, WORD);
        System.arraycopy(structHash(authorization), 0, message, 2 + WORD, WORD);
        return Hash.sha3(message);
    }

    byte[] structHash(TransferAuthorization authorization) {
        byte[] words = new byte[7 * WORD];
        putWord(words, 0, TRANSFER_TYPE);
        putWord(words, 1, authorization.from().bytes());
        putWord(words, 2, authorization.to().bytes());
        putWord(words, 3, authorization.value());
        putWord(words, 4, authorization.validAfter());
        putWord(words, 5, authorization.validBefore());
        String nonce = authorization.nonce();
        putWord(words, 6, HexFormat.of().parseHex(nonce, 2, nonce.length()));
        return Hash.sha3(words);
    }

    /** Returns the hash of a domain; shared, and not to be changed. */
    byte[] domainSeparator(Eip712Domain domain) {
        byte[] present = this.separators.get(domain);
        if (present != null) {
            return present;
        }
        byte[] words = new byte[5 * WORD];
        putWord(words, 0, DOMAIN_TYPE);
        putWord(words, 1, keccak(domain.name()));
        putWord(words, 2, keccak(domain.version()));
        putWord(words, 3, domain.chainId());
        putWord(words, 4, domain.verifyingContract().bytes());
        byte[] separator = Hash.sha3(words);
        if (this.separators.size() < MAX_DOMAINS) {
            this.separators.put(domain, separator);
        }
        return separator;
    }

    private static void putWord(byte[] words, int index, BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = (bytes.length > WORD) ? 1 : 0;
        int length = bytes.length - sign;
        System.arraycopy(bytes, sign, words, (index + 1) * WORD - length, length);
    }

    private static void putWord(byte[] words, int index, byte[] bytes) {
        System.arraycopy(bytes, 0, words, (index + 1) * WORD - bytes.length, bytes.length);
    }

    private static byte[] keccak(String text) {
        return Hash.sha3(text.getBytes(StandardCharsets.UTF_8));
    }

}
