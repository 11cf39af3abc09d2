package io.github.x402spring.facilitator.evm;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.x402spring.Corpus;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.evm.NodeProxy.Answer;
import io.github.x402spring.facilitator.evm.NodeProxy.Behaviour;
import io.github.x402spring.protocol.ForeignText;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a failed simulation is diagnosed by what the chain says about payer and
 * token, in whatever words the node says that it failed.
 */
@LocalChain
@Tag("locale")
class SimulationErrorTests {

    private static final String TRANSFER = "e3ee160e";

    private static final String NAME = "06fdde03";

    private static final String IS_VALID_SIGNATURE = "1626ba7e";

    private static ChainFixture fixture;

    private NodeProxy node;

    private LocalEvmFacilitator facilitator;

    @BeforeAll
    static void startChain() {
        fixture = new ChainFixture();
    }

    @AfterAll
    static void stopChain() {
        fixture.close();
    }

    @BeforeEach
    void start() {
        this.node = new NodeProxy(fixture.chain().rpcUrl());
        EvmNetworkSettings present = fixture.networkSettings();
        this.facilitator = fixture.facilitator(
                new EvmNetworkSettings(present.network(), List.of(this.node.url()), 1, present.maxFeePerGas(), null,
                        present.maxGas(), present.pollInterval(), 2000, 5),
                Duration.ofSeconds(10), Set.of(), fixture.relayer(2));
    }

    @AfterEach
    void stop() {
        this.facilitator.close();
        this.node.close();
    }

    static Stream<Arguments> errors() {
        return Corpus.rows("simulation-errors");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void askWhenTheWalletIsEmptyThenRefusedForThatByEveryNode(String name, JsonNode row) throws Exception {
        this.node.behave(errorsAs(row.required("code").asInt(), text(row)));
        PaymentPayload payment = fixture.pay(TestWallet.create()).payload();
        ReasonCode expected = new ReasonCode(row.required("outcome").asString());
        assertThat(verify(payment)).isEqualTo(expected);
        assertThat(settle(payment)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void askWhenTheNodeHasWordsForARefusalThenTheOperatorReadsThem(String name, JsonNode row) throws Exception {
        this.node.behave(errorsAs(row.required("code").asInt(), text(row)));
        PaymentPayload payment = fixture.pay(TestWallet.create()).payload();
        String shown = ForeignText.shown(text(row), 200);
        assertThat(this.facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE).remark().message())
            .isEqualTo(shown);
        assertThat(this.facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).remark().message())
            .isEqualTo(shown);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void askWhenTheWalletIsEmptyAndTheNodeDoesNotTellWhatWaitsThenRefusedForThat(String name, JsonNode row)
            throws Exception {
        this.node.behave(
                replaced((call) -> call.toString().contains("\"pending\""), row.required("code").asInt(), text(row)));
        PaymentPayload payment = fixture.pay(TestWallet.create()).payload();
        ReasonCode expected = new ReasonCode(row.required("outcome").asString());
        assertThat(verify(payment)).isEqualTo(expected);
        assertThat(settle(payment)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void askWhenAContractRefusesItsSignatureByAnErrorThenRefusedForThat(String name, JsonNode row) throws Exception {
        EvmAddress wallet = fixture.chain().deploy("TestWallet", EvmAddress.parse(TestWallet.create().address()));
        fixture.chain().mint(wallet, ChainFixture.PRICE);
        PaymentPayload payment = fixture.pay(TestWallet.create(), (each) -> each.with("from", wallet.value()))
            .payload();
        this.node.behave(replaced(
                (call) -> isTransfer(call)
                        || (call.toString().contains(IS_VALID_SIGNATURE) && call.toString().contains(wallet.value())),
                row.required("code").asInt(), text(row)));
        assertThat(verify(payment)).isEqualTo(ReasonCode.EVM_SIGNATURE);
        assertThat(settle(payment)).isEqualTo(ReasonCode.EVM_SIGNATURE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void askWhenTheTokenHasNoVersionThenThatIsNoTrouble(String name, JsonNode row) throws Exception {
        this.node.behave(replaced(
                (call) -> isTransfer(call) || call.toString().contains("54fd4d50") || call.toString().contains(NAME),
                row.required("code").asInt(), text(row)));
        PaymentPayload payment = fixture.pay(TestWallet.create()).payload();
        assertThat(verify(payment)).isEqualTo(EvmNetwork.INSUFFICIENT_BALANCE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void askWhenNothingIsWrongWithThePaymentThenItIsNotRefused(String name, JsonNode row) throws Exception {
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        this.node.behave(replaced(SimulationErrorTests::isTransfer, row.required("code").asInt(), text(row)));
        Response response = new Response(this.facilitator, payment);
        assertThat(response.verified).isIn(null, EvmNetwork.SIMULATION_FAILED);
        assertThat(response.settled).isIn(null, EvmNetwork.SIMULATION_FAILED);
        this.node.behave(NodeProxy::forward);
        assertThat(settle(payment)).isNull();
    }

    @Test
    void askWhenTheNodeLimitsTheQuestionThenTheSignatureIsNotRefused() {
        EvmAddress wallet = fixture.chain().deploy("TestWallet", EvmAddress.parse(TestWallet.create().address()));
        PaymentPayload payment = fixture.pay(TestWallet.create(), (each) -> each.with("from", wallet.value()))
            .payload();
        this.node.behave(replaced((call) -> isTransfer(call) || call.toString().contains(IS_VALID_SIGNATURE), -32005,
                "slow down"));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> verify(payment));
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> settle(payment));
    }

    @Test
    void askWhenTheBalanceIsNotToldThenNothingIsSaidOfIt() {
        this.node.behave(replaced((call) -> isTransfer(call) || call.toString().contains("70a08231"), -32000,
                "service is busy"));
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> verify(payment));
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> settle(payment));
    }

    @Test
    void askWhenTheDomainIsWrongThenRefusedForThatWhateverTheWords() throws Exception {
        this.node.behave(errorsAs(-32000, "no"));
        var terms = fixture.terms(fixture.chain().token(), "Other", "2");
        TestWallet wallet = fixture.wallet();
        PaymentPayload payment = wallet.pay(terms, fixture.chain().time()).payload();
        assertThat(this.facilitator.verify(payment, terms, ChainFixture.RESOURCE).invalidReason())
            .isEqualTo(EvmNetwork.TOKEN_NAME_MISMATCH);
    }

    @Test
    void askWhenNothingExplainsTheErrorThenTheOperatorReadsTheWordsOfTheNode() throws Exception {
        this.node.behave(replaced(SimulationErrorTests::isTransfer, -32000, "state is\npruned"));
        PaymentPayload payment = fixture.pay(fixture.wallet()).payload();
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> verify(payment))
            .satisfies((ex) -> assertThat(ex.remark().message()).isEqualTo("state is\\u000apruned"))
            .satisfies((ex) -> assertThat(ex).message().doesNotContain("pruned"));
    }

    private @Nullable ReasonCode verify(PaymentPayload payment) throws FacilitatorException {
        return this.facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE).invalidReason();
    }

    private @Nullable ReasonCode settle(PaymentPayload payment) throws FacilitatorException {
        return this.facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).errorReason();
    }

    private static @Nullable String text(JsonNode row) {
        return row.required("message").isNull() ? null : row.required("message").asString();
    }

    private static boolean isTransfer(JsonNode call) {
        return call.toString().contains(TRANSFER);
    }

    /** A node that names every failure so. */
    private static Behaviour errorsAs(int code, @Nullable String message) {
        return replaced((call) -> false, code, message);
    }

    private static Behaviour replaced(Predicate<JsonNode> failing, int code, @Nullable String message) {
        return (proxy, request) -> {
            JsonNode calls = JsonMapper.shared().readTree(request);
            JsonNode replies = JsonMapper.shared().readTree(proxy.ask(request));
            for (JsonNode call : calls.isArray() ? calls : List.of(calls)) {
                for (JsonNode reply : replies.isArray() ? replies : List.of(replies)) {
                    if (call.path("id").equals(reply.path("id")) && (reply.has("error") || failing.test(call))) {
                        ((ObjectNode) reply).remove("result");
                        ((ObjectNode) reply).putObject("error").put("code", code).put("message", message);
                    }
                }
            }
            return new Answer(200, replies.toString());
        };
    }

    /** Either a reason, or none because the node is in trouble. */
    private static final class Response {

        private @Nullable ReasonCode verified;

        private @Nullable ReasonCode settled;

        private Response(LocalEvmFacilitator facilitator, PaymentPayload payment) throws FacilitatorException {
            try {
                this.verified = facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE).invalidReason();
                assertThat(this.verified).isNotNull();
            }
            catch (FacilitatorException ex) {
                assertThat(ex).hasMessageContaining("no usable reply");
            }
            try {
                this.settled = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).errorReason();
                assertThat(this.settled).isNotNull();
            }
            catch (FacilitatorNotReachedException ex) {
                assertThat(ex).hasMessageContaining("no usable reply");
            }
        }

    }

}
