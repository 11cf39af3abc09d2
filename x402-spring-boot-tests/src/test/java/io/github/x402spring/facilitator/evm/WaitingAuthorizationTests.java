package io.github.x402spring.facilitator.evm;

import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.evm.NodeProxy.Answer;
import io.github.x402spring.facilitator.evm.NodeProxy.Behaviour;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a simulation that fails is not taken for a refusal while the same
 * authorization waits for a block.
 */
@LocalChain
class WaitingAuthorizationTests {

    private ChainFixture fixture;

    private NodeProxy node;

    @BeforeEach
    void start() {
        this.fixture = new ChainFixture();
        this.node = new NodeProxy(this.fixture.chain().rpcUrl());
    }

    @AfterEach
    void stop() {
        this.fixture.close();
        this.node.close();
    }

    @ParameterizedTest
    @EnumSource
    void askWhenTheAuthorizationWaitsThenPending(Operation operation) throws Exception {
        LocalEvmFacilitator facilitator = facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        this.fixture.chain().pauseMining();
        this.fixture.chain().submit(this.fixture.chain().token(), transfer(payment));
        this.node.behave(failingSimulations());
        assertThat(operation.ask(facilitator, this.fixture, payment)).isEqualTo(ReasonCode.SETTLEMENT_PENDING);
        this.fixture.chain().mine(1);
        assertThat(operation.ask(facilitator, this.fixture, payment)).isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
    }

    @ParameterizedTest
    @EnumSource
    void askWhenTheAuthorizationWaitsAndTheWalletIsEmptyOtherwiseThenPending(Operation operation) throws Exception {
        LocalEvmFacilitator facilitator = facilitator();
        TestWallet wallet = TestWallet.create();
        this.fixture.chain().mint(ChainFixture.address(wallet), ChainFixture.PRICE);
        PaymentPayload payment = this.fixture.pay(wallet).payload();
        this.fixture.chain().pauseMining();
        this.fixture.chain().submit(this.fixture.chain().token(), transfer(payment));
        this.node.behave(failingSimulations());
        assertThat(operation.ask(facilitator, this.fixture, payment)).isEqualTo(ReasonCode.SETTLEMENT_PENDING);
    }

    @ParameterizedTest
    @EnumSource
    void askWhenTheNodeDoesNotTellWhatWaitsThenPending(Operation operation) throws Exception {
        LocalEvmFacilitator facilitator = facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        Behaviour failing = failingSimulations();
        this.node.behave((proxy, request) -> {
            String answer = failing.act(proxy, request).body();
            return new Answer(200, request.contains("\"pending\"") && request.contains("eth_call")
                    ? WaitingAuthorizationTests.withErrors(request, answer) : answer);
        });
        assertThat(operation.ask(facilitator, this.fixture, payment)).isEqualTo(ReasonCode.SETTLEMENT_PENDING);
    }

    @ParameterizedTest
    @EnumSource
    void askWhenNothingWaitsAndTheWalletIsEmptyThenRefused(Operation operation) throws Exception {
        PaymentPayload payment = this.fixture.pay(TestWallet.create()).payload();
        assertThat(operation.ask(facilitator(), this.fixture, payment)).isEqualTo(EvmNetwork.INSUFFICIENT_BALANCE);
    }

    @Test
    void verifyWhenOurOwnTransferIsInFlightThenPendingAndUsedOnceItIsDone() throws Exception {
        LocalEvmFacilitator facilitator = facilitator();
        PaymentPayload payment = this.fixture.pay(this.fixture.wallet()).payload();
        this.fixture.chain().pauseMining();
        facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        assertThat(Operation.VERIFY.ask(facilitator, this.fixture, payment)).isEqualTo(ReasonCode.SETTLEMENT_PENDING);
        this.fixture.chain().resumeMining();
        this.fixture.await(() -> this.fixture.chain().transfers().size() == 1);
        facilitator.settle(payment, this.fixture.terms(), ChainFixture.RESOURCE);
        assertThat(Operation.VERIFY.ask(facilitator, this.fixture, payment))
            .isEqualTo(ReasonCode.EVM_NONCE_ALREADY_USED);
    }

    private LocalEvmFacilitator facilitator() {
        EvmNetworkSettings present = this.fixture.networkSettings();
        return this.fixture.facilitator(
                new EvmNetworkSettings(present.network(), java.util.List.of(this.node.url()), 1, present.maxFeePerGas(),
                        null, present.maxGas(), present.pollInterval(), 2000, 5),
                Duration.ofMillis(500), Set.of(), this.fixture.relayer(2));
    }

    /** A node that simulates on top of what waits. */
    private static NodeProxy.Behaviour failingSimulations() {
        return (proxy,
                request) -> new Answer(200, proxy
                    .ask(request.replace("\"eth_estimateGas\"", "\"eth_none\"").replace("0xe3ee160e", "0xffffffff"))
                    .replace("-32601,\"message\":\"", "3,\"message\":\"execution reverted "));
    }

    private static String withErrors(String request, String answer) {
        var calls = JsonMapper.shared().readTree(request);
        var answers = JsonMapper.shared().readTree(answer);
        calls.forEach((call) -> {
            if ("pending".equals(call.path("params").path(1).asString(""))
                    && "eth_call".equals(call.path("method").asString())) {
                answers.forEach((each) -> {
                    if (each.path("id").asLong() == call.path("id").asLong()) {
                        ((tools.jackson.databind.node.ObjectNode) each).remove("result");
                        ((tools.jackson.databind.node.ObjectNode) each).putObject("error")
                            .put("code", -32000)
                            .put("message", "pending block is not available");
                    }
                });
            }
        });
        return answers.toString();
    }

    private String transfer(PaymentPayload payment) {
        PresentedTransfer presented = PresentedTransfer
            .tryParse(payment, this.fixture.terms(), SignatureRecovery.web3j())
            .orElseThrow();
        return TokenCalls.transfer(presented.authorization(), presented.signature());
    }

    enum Operation {

        VERIFY {

            @Override
            ReasonCode ask(LocalEvmFacilitator facilitator, ChainFixture fixture, PaymentPayload payment)
                    throws FacilitatorException {
                return facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE).invalidReason();
            }

        },

        SETTLE {

            @Override
            ReasonCode ask(LocalEvmFacilitator facilitator, ChainFixture fixture, PaymentPayload payment)
                    throws FacilitatorException {
                return facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).errorReason();
            }

        };

        abstract ReasonCode ask(LocalEvmFacilitator facilitator, ChainFixture fixture, PaymentPayload payment)
                throws FacilitatorException;

    }

}
