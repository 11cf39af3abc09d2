package io.github.x402spring.client;

import java.util.HexFormat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class CredentialsPaymentSignerTests {

    private static final String KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private final CredentialsPaymentSigner signer = new CredentialsPaymentSigner(Credentials.create(KEY));

    @Test
    void addressWhenCreatedThenIsChecksummed() {
        assertThat(this.signer.address()).isEqualTo("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    }

    @Test
    void signWhenDigestOfOfficialClientThenSameSignature() {
        byte[] digest = HexFormat.of().parseHex("df256a12d1f4a964a555b5ad7c2472389ca3f6c1c80b695baeed82e6fdba4fbd");
        assertThat(HexFormat.of().formatHex(this.signer.sign(digest)))
            .isEqualTo("ac1eaff9461ee30b1a1fd0be4a95edee0c8fce2575e542521a9208339cc9f78a"
                    + "7837351aa0bfcd2c4d814d09dbd6586acef61f90fbb72c3fa0f36b34690256861b");
    }

    @Test
    void signWhenNotADigestThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.signer.sign(new byte[31]));
    }

    @Test
    void toStringWhenPrintedThenShowsAddressOnly() {
        assertThat(this.signer).hasToString("CredentialsPaymentSigner[0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266]");
    }

}
