package io.github.x402spring.sample;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class OfficialClientsTests {

    private static final String FETCH = "fetch-client.mjs";

    private static final String AXIOS = "axios-client.mjs";

    private static RunningShop shop;

    private final Credentials wallet = Buyer.wallet();

    @BeforeAll
    static void openShop() {
        NodeScript.assumeInstalled();
        shop = RunningShop.open();
    }

    @AfterAll
    static void closeShop() {
        if (shop != null) {
            shop.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { FETCH, AXIOS })
    void officialClientWhenPriceIsFixedThenBuys(String client) throws Exception {
        JsonNode purchase = buy(client, "/quote");
        assertThat(purchase.path("status").asInt()).isEqualTo(200);
        assertThat(purchase.path("body").asString()).contains(this.wallet.getAddress());
        assertReceipt(purchase);
    }

    @ParameterizedTest
    @ValueSource(strings = { FETCH, AXIOS })
    void officialClientWhenPriceIsComputedThenBuys(String client) throws Exception {
        JsonNode purchase = buy(client, "/archive?pages=2");
        assertThat(purchase.path("body").asString()).isEqualTo("[\"page 1\",\"page 2\"]");
        assertReceipt(purchase);
    }

    @ParameterizedTest
    @ValueSource(strings = { FETCH, AXIOS })
    void officialClientWhenOffersAreSeveralThenPaysWhereItCan(String client) throws Exception {
        JsonNode purchase = buy(client, "/map");
        assertThat(purchase.path("status").asInt()).isEqualTo(200);
        assertReceipt(purchase);
    }

    @ParameterizedTest
    @ValueSource(strings = { FETCH, AXIOS })
    void officialClientWhenPostingThenBuys(String client) throws Exception {
        JsonNode purchase = buy(client, "/word-count", "POST", "{\"text\":\"pay per word\"}");
        assertThat(purchase.path("body").asString()).isEqualTo("{\"words\":3}");
        assertReceipt(purchase);
    }

    @ParameterizedTest
    @ValueSource(strings = { FETCH, AXIOS })
    void officialClientWhenAnswerStreamsThenBuys(String client) throws Exception {
        JsonNode purchase = buy(client, "/ticks");
        assertThat(purchase.path("body").asString()).startsWith("data:2391.40");
        assertReceipt(purchase);
    }

    @ParameterizedTest
    @ValueSource(strings = { FETCH, AXIOS })
    void officialClientWhenPolicyDeniesThenIsNotCharged(String client) throws Exception {
        JsonNode purchase = buy(client, "/wholesale");
        assertThat(purchase.path("status").asInt()).isEqualTo(401);
        assertThat(purchase.path("body").asString()).contains("\"charged\":\"no\"");
        assertThat(purchase.path("paymentResponse").isNull()).isTrue();
    }

    private JsonNode buy(String client, String path, String... more) throws Exception {
        String[] arguments = new String[more.length + 2];
        arguments[0] = shop.origin() + path;
        arguments[1] = Numeric.toHexStringWithPrefixZeroPadded(this.wallet.getEcKeyPair().getPrivateKey(), 64);
        System.arraycopy(more, 0, arguments, 2, more.length);
        return NodeScript.run(client, arguments);
    }

    private void assertReceipt(JsonNode purchase) {
        JsonNode receipt = purchase.path("paymentResponse");
        assertThat(receipt.path("success").asBoolean()).isTrue();
        assertThat(receipt.path("network").asString()).isEqualTo("eip155:84532");
        assertThat(receipt.path("payer").asString()).isEqualToIgnoringCase(this.wallet.getAddress());
        assertThat(receipt.path("transaction").asString()).matches("0x[0-9a-f]{64}");
    }

}
