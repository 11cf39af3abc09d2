package io.github.x402spring.scheme.exact.evm;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

import io.github.x402spring.scheme.exact.evm.Eip3009Vectors.Case;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class Web3jDependenciesTests {

    private final Case vector = Eip3009Vectors.cases().findFirst().orElseThrow();

    @ParameterizedTest
    @ValueSource(strings = { "org.apache.tuweni.bytes.Bytes", "org.apache.tuweni.units.bigints.UInt256",
            "ethereum.ckzg4844.CKZG4844JNI", "okhttp3.OkHttpClient", "okio.Buffer" })
    void classPathWhenExcludedThenAbsent(String name) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = { "org.web3j.crypto.Sign", "org.web3j.crypto.Blob", "org.web3j.utils.Numeric",
            "org.bouncycastle.jcajce.provider.digest.Keccak" })
    void classPathWhenNotExcludedThenPresent(String name) throws ClassNotFoundException {
        assertThat(Class.forName(name, false, getClass().getClassLoader())).isNotNull();
    }

    @Test
    void keccakWhenEmptyThenKnownHash() {
        assertThat(HexFormat.of().formatHex(Hash.sha3("".getBytes(StandardCharsets.US_ASCII))))
            .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    }

    @Test
    void structuredDataEncoderWhenRunThenKnownDigest() {
        byte[] digest = Eip3009Vectors.digest(this.vector.domain("name"), this.vector.domain("version"),
                this.vector.network().chainId(), this.vector.domain("verifyingContract"), Map.copyOf(authorization()));
        assertThat("0x" + HexFormat.of().formatHex(digest)).isEqualTo(this.vector.text("digest"));
    }

    @Test
    void signAndRecoverWhenRunThenKnownSignatureAndSigner() throws Exception {
        String digest = this.vector.text("digest");
        byte[] hash = HexFormat.of().parseHex(digest, 2, digest.length());
        TestWallet wallet = TestWallet.ofPrivateKey(this.vector.text("privateKey"));
        byte[] signature = wallet.sign(hash);
        assertThat("0x" + HexFormat.of().formatHex(signature)).isEqualTo(this.vector.text("signature"));
        Sign.SignatureData data = Sign.signatureDataFromHex(this.vector.text("signature"));
        String signer = "0x" + Keys.getAddress(Sign.signedMessageHashToKey(hash, data));
        assertThat(signer).isEqualToIgnoringCase(this.vector.authorization("from"));
    }

    @Test
    void createKeysWhenRunThenTheySign() throws Exception {
        ECKeyPair keys = Keys.createEcKeyPair();
        byte[] hash = Hash.sha3(new byte[32]);
        Sign.SignatureData signature = Sign.signMessage(hash, keys, false);
        assertThat(Sign.signedMessageHashToKey(hash, signature)).isEqualTo(keys.getPublicKey());
    }

    @SuppressWarnings("unchecked")
    private Map<String, String> authorization() {
        return (Map<String, String>) this.vector.authorization();
    }

}
