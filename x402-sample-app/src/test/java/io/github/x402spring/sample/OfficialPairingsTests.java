package io.github.x402spring.sample;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;
import io.github.x402spring.test.chain.LocalNode.Transfer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pairs the official clients and ours with the official facilitator and ours, on one
 * chain.
 */
@LocalChain
class OfficialPairingsTests {

    private static final BigInteger PRICE = BigInteger.valueOf(10_000);

    private static final BigInteger PURSE = BigInteger.valueOf(25_000);

    private static final EvmAddress PAY_TO = EvmAddress.parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

    private static LocalNode chain;

    private static NodeScript official;

    private static RunningShop settledByOfficial;

    private static RunningShop settledByOurs;

    @BeforeAll
    static void openShops(@TempDir Path secrets) throws Exception {
        NodeScript.assumeInstalled();
        chain = LocalNode.start();
        official = NodeScript.serve("chain-facilitator.mjs", Map.of("RPC_URL", chain.rpcUrl().toString(), "RELAYER_KEY",
                chain.privateKey(SettledBy.OFFICIAL.relayer)));
        settledByOfficial = open("x402.facilitator.type=http",
                "x402.facilitator.url=http://127.0.0.1:" + official.firstLine().replace("listening ", ""));
        Path secret = Files.writeString(secrets.resolve("relayer.properties"),
                "x402.evm.relayer-keys=" + chain.privateKey(SettledBy.OURS.relayer));
        settledByOurs = open("x402.facilitator.type=local", "x402.evm.rpc-urls=" + chain.rpcUrl(),
                "x402.evm.poll-interval=25ms", "spring.config.import=" + secret.toUri());
    }

    @AfterAll
    static void closeShops() {
        if (settledByOurs != null) {
            settledByOurs.close();
        }
        if (settledByOfficial != null) {
            settledByOfficial.close();
        }
        if (official != null) {
            official.close();
        }
        if (chain != null) {
            chain.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void officialFetchClientWhenItHasFundsThenPaysOnce(SettledBy facilitator) throws Exception {
        assertOfficialClientPaysOnce("fetch-client.mjs", facilitator);
    }

    @ParameterizedTest
    @EnumSource
    void officialAxiosClientWhenItHasFundsThenPaysOnce(SettledBy facilitator) throws Exception {
        assertOfficialClientPaysOnce("axios-client.mjs", facilitator);
    }

    @ParameterizedTest
    @EnumSource
    void javaClientWhenItHasFundsThenPaysOnce(SettledBy facilitator) {
        Buyer buyer = buyer(facilitator);
        chain.mint(EvmAddress.parse(buyer.address()), PURSE);
        BigInteger earned = chain.balanceOf(PAY_TO);
        ResponseEntity<String> answer = buyer.get("/quote");
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(answer.getBody()).contains(buyer.address());
        assertPaidOnce(buyer.address(), earned, Buyer.receipt(answer).map(SettleResponse::transaction).orElseThrow(),
                facilitator);
    }

    @ParameterizedTest
    @EnumSource
    void officialClientWhenItHasNoFundsThenIsRefused(SettledBy facilitator) throws Exception {
        Credentials wallet = Buyer.wallet();
        JsonNode purchase = buy("fetch-client.mjs", wallet, facilitator);
        assertThat(purchase.path("status").asInt()).isEqualTo(402);
        assertUndelivered(purchase.path("body").asString(), wallet.getAddress());
    }

    @ParameterizedTest
    @EnumSource
    void javaClientWhenItHasNoFundsThenIsRefused(SettledBy facilitator) {
        Buyer buyer = buyer(facilitator);
        ResponseEntity<String> answer = buyer.get("/quote");
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.PAYMENT_REQUIRED);
        assertThat(buyer.payments()).isNotEmpty();
        assertUndelivered(String.valueOf(answer.getBody()), buyer.address());
    }

    private static void assertOfficialClientPaysOnce(String client, SettledBy facilitator) throws Exception {
        Credentials wallet = Buyer.wallet();
        chain.mint(EvmAddress.parse(wallet.getAddress()), PURSE);
        BigInteger earned = chain.balanceOf(PAY_TO);
        JsonNode purchase = buy(client, wallet, facilitator);
        assertThat(purchase.path("status").asInt()).isEqualTo(200);
        assertThat(purchase.path("body").asString()).contains(wallet.getAddress());
        assertPaidOnce(wallet.getAddress(), earned, purchase.path("paymentResponse").path("transaction").asString(),
                facilitator);
    }

    private static JsonNode buy(String client, Credentials wallet, SettledBy facilitator) throws Exception {
        return NodeScript.run(client, Map.of("ALLOWED_ASSET", chain.token().value()),
                facilitator.shop().origin() + "/quote", key(wallet));
    }

    private static void assertPaidOnce(String payer, BigInteger earnedBefore, String transaction,
            SettledBy facilitator) {
        EvmAddress wallet = EvmAddress.parse(payer);
        assertThat(transfersOf(wallet)).containsExactly(new Transfer(transaction, wallet, PAY_TO, PRICE));
        assertThat(chain.balanceOf(wallet)).isEqualTo(PURSE.subtract(PRICE));
        assertThat(chain.balanceOf(PAY_TO)).isEqualTo(earnedBefore.add(PRICE));
        assertThat(chain.rpc("eth_getTransactionByHash", transaction).path("from").asString())
            .isEqualToIgnoringCase(chain.account(facilitator.relayer).address());
    }

    private static void assertUndelivered(String body, String payer) {
        assertThat(body).contains("\"error\":\"invalid_exact_evm_insufficient_balance\"")
            .doesNotContainIgnoringCase("\"soldTo\":\"" + payer);
        assertThat(transfersOf(EvmAddress.parse(payer))).isEmpty();
    }

    private static List<Transfer> transfersOf(EvmAddress wallet) {
        return chain.transfers().stream().filter((transfer) -> transfer.from().equals(wallet)).toList();
    }

    private static Buyer buyer(SettledBy facilitator) {
        Asset token = new Asset(Network.parse("base-sepolia"), "USDC", chain.token().value(), "USDC", "2", 6, null);
        return new Buyer(facilitator.shop().origin(), "base-sepolia", new AssetRegistry(List.of(token)));
    }

    private static RunningShop open(String... facilitator) {
        List<String> properties = new ArrayList<>(List.of("x402.assets.USDC.network=base-sepolia",
                "x402.assets.USDC.address=" + chain.token(), "x402.assets.USDC.name=USDC",
                "x402.assets.USDC.decimals=6", "x402.assets.USDC.dollar=true",
                "x402.endpoints.map.accepts[0].price=$0.03", "x402.endpoints.map.accepts[0].network=base-sepolia"));
        properties.addAll(List.of(facilitator));
        return RunningShop.open(properties.toArray(String[]::new));
    }

    private static String key(Credentials account) {
        return Numeric.toHexStringWithPrefixZeroPadded(account.getEcKeyPair().getPrivateKey(), 64);
    }

    private enum SettledBy {

        OFFICIAL(3), OURS(2);

        private final int relayer;

        SettledBy(int relayer) {
            this.relayer = relayer;
        }

        private RunningShop shop() {
            return switch (this) {
                case OFFICIAL -> settledByOfficial;
                case OURS -> settledByOurs;
            };
        }

    }

}
