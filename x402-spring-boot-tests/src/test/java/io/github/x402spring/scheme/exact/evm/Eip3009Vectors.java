package io.github.x402spring.scheme.exact.evm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

/**
 * Reads what was recorded from the official SDK.
 */
final class Eip3009Vectors {

    private Eip3009Vectors() {
    }

    static Stream<Case> cases() {
        return ((List<?>) vectors().get("cases")).stream().map((item) -> (Map<?, ?>) item).map(Case::new);
    }

    private static Map<?, ?> vectors() {
        try (InputStream stream = Eip3009Vectors.class.getResourceAsStream("/vectors/eip3009.json")) {
            return JsonMapper.builder().build().readValue(stream, Map.class);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Digest by web3j's encoder, which shares no code with the library. */
    static byte[] digest(String name, String version, BigInteger chainId, String contract,
            Map<String, ?> authorization) {
        PaymentDraft draft = TestWallet.named("any")
            .pay(cases().findFirst().orElseThrow().requirements(), Instant.EPOCH)
            .domain(name, version)
            .chainId(chainId)
            .verifyingContract(contract);
        authorization.forEach((member, value) -> draft.with(member, value.toString()));
        return draft.digest();
    }

    record Case(Map<?, ?> tree) {

        String text(String name) {
            return (String) this.tree.get(name);
        }

        Map<?, ?> authorization() {
            return (Map<?, ?>) this.tree.get("authorization");
        }

        String authorization(String name) {
            return (String) authorization().get(name);
        }

        Network network() {
            return Network.parse(text("network"));
        }

        String domain(String name) {
            return (String) ((Map<?, ?>) this.tree.get("domain")).get(name);
        }

        Eip712Domain domain() {
            return new Eip712Domain(domain("name"), domain("version"), network().chainId(),
                    EvmAddress.parse(domain("verifyingContract")));
        }

        PaymentRequirements requirements() {
            return new PaymentRequirements("exact", network(), new TokenAmount(new BigInteger(authorization("value"))),
                    domain("verifyingContract"), authorization("to"), 300,
                    Map.of("name", domain("name"), "version", domain("version")));
        }

        @Override
        public String toString() {
            return text("network") + " " + domain("name") + " " + authorization("value");
        }

    }

}
