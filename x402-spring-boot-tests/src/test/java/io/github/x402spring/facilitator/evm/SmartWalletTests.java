package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.abi.DefaultFunctionEncoder;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for payers whose address holds code, now or after their first payment.
 */
@LocalChain
class SmartWalletTests {

    private static final String MAGIC = "6492".repeat(16);

    private static final BigInteger FUNDS = ChainFixture.PRICE.multiply(BigInteger.TEN);

    private static ChainFixture fixture;

    private static LocalEvmFacilitator facilitator;

    private static LocalEvmFacilitator deploying;

    private static EvmAddress factory;

    @BeforeAll
    static void start() {
        fixture = new ChainFixture();
        factory = fixture.chain().deploy("TestWalletFactory");
        facilitator = fixture.facilitator();
        deploying = fixture.facilitator(fixture.networkSettings(), Duration.ofSeconds(10), Set.of(factory),
                fixture.relayer(3));
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void settleWhenContractAcceptsTheSignatureThenPays() throws Exception {
        TestWallet owner = TestWallet.create();
        EvmAddress wallet = funded(fixture.chain().deploy("TestWallet", EvmAddress.parse(owner.address())));
        assertPays(facilitator, paidBy(wallet, owner).payload());
    }

    @Test
    void settleWhenContractAcceptsALongSignatureThenPays() throws Exception {
        TestWallet owner = TestWallet.create();
        EvmAddress wallet = funded(fixture.chain().deploy("TestWallet", EvmAddress.parse(owner.address())));
        assertPays(facilitator, paidBy(wallet, owner).reworkSignature((bytes) -> Arrays.copyOf(bytes, 97)).payload());
    }

    @Test
    void verifyWhenContractRefusesTheSignatureThenIsInvalid() throws Exception {
        EvmAddress wallet = funded(
                fixture.chain().deploy("TestWallet", EvmAddress.parse(TestWallet.create().address())));
        assertRefused(facilitator, paidBy(wallet, TestWallet.create()).payload(), ReasonCode.EVM_SIGNATURE);
    }

    @Test
    void settleWhenAccountHasADelegateThenItDecides() throws Exception {
        TestWallet account = TestWallet.create();
        EvmAddress delegate = fixture.chain().deploy("TestWallet", new EvmAddress("0x" + "0".repeat(40)));
        delegate(account, delegate);
        assertPays(facilitator, paidBy(funded(ChainFixture.address(account)), account).payload());
    }

    @Test
    void verifyWhenDelegateRefusesThenTheKeyOfTheAccountIsNotEnough() throws Exception {
        TestWallet account = TestWallet.create();
        delegate(account, fixture.chain().token());
        assertRefused(facilitator, paidBy(funded(ChainFixture.address(account)), account).payload(),
                ReasonCode.EVM_SIGNATURE);
    }

    @Test
    void settleWhenWalletIsDeployedWithItsPaymentThenPays() throws Exception {
        TestWallet owner = TestWallet.create();
        EvmAddress wallet = funded(addressOf(owner));
        assertPays(deploying, wrapped(wallet, owner).payload());
        assertPays(facilitator, paidBy(wallet, owner).payload());
    }

    @Test
    void settleWhenWalletWasDeployedBySomebodyElseThenPays() throws Exception {
        TestWallet owner = TestWallet.create();
        EvmAddress wallet = funded(addressOf(owner));
        PaymentPayload payment = wrapped(wallet, owner).payload();
        fixture.chain().invoke(factory, "deploy(address)", EvmAddress.parse(owner.address()));
        assertPays(facilitator, payment);
    }

    @Test
    void verifyWhenFactoryIsNotAllowedThenIsInvalid() throws Exception {
        TestWallet owner = TestWallet.create();
        assertRefused(facilitator, wrapped(funded(addressOf(owner)), owner).payload(), EvmNetwork.FACTORY_NOT_ALLOWED);
    }

    @Test
    void verifyWhenWrappedSignatureIsOfSomebodyElseThenIsInvalid() throws Exception {
        TestWallet owner = TestWallet.create();
        EvmAddress wallet = funded(addressOf(owner));
        PaymentPayload payment = wrapped(wallet, owner).signedBy(TestWallet.create()).payload();
        assertRefused(deploying, payment, EvmNetwork.SIMULATION_FAILED);
    }

    static Stream<Named<String>> brokenWrappings() {
        String word = "0".repeat(64);
        return Stream.of(Named.of("nothing", ""), Named.of("one word", word), Named.of("two words", word + word),
                Named.of("offset behind the end", word + "f".repeat(64) + word),
                Named.of("offset near the end", word + "0".repeat(62) + "60" + "0".repeat(62) + "60"),
                Named.of("length behind the end",
                        word + "0".repeat(62) + "60" + "0".repeat(62) + "60" + "7".repeat(64)));
    }

    @ParameterizedTest
    @MethodSource("brokenWrappings")
    void verifyWhenWrappingIsBrokenThenPayloadIsInvalid(String wrapping) throws Exception {
        TestWallet owner = TestWallet.create();
        PaymentPayload payment = paidBy(addressOf(owner), owner)
            .reworkSignature((bytes) -> HexFormat.of().parseHex(wrapping + MAGIC))
            .payload();
        assertRefused(deploying, payment, ReasonCode.INVALID_PAYLOAD);
    }

    @Test
    void settleWhenTokenMovesNothingThenIsNotPaid() throws Exception {
        EvmAddress careless = fixture.chain().deploy("CarelessToken");
        PaymentPayload payment = TestWallet.create()
            .pay(fixture.terms(careless, "USDC", "2"), fixture.chain().time())
            .payload();
        SettleResponse answer = facilitator.settle(payment, fixture.terms(careless, "USDC", "2"),
                ChainFixture.RESOURCE);
        assertThat(answer.errorReason()).isEqualTo(EvmNetwork.TRANSFER_EVENT_MISMATCH);
        assertThat(answer.transaction()).isNotEmpty();
    }

    @Test
    void settleWhenSignatureEndsInZeroOrOneThenPays() throws Exception {
        assertPays(facilitator, fixture.pay(fixture.wallet(), PaymentDraft::zeroBasedV).payload());
    }

    private static void assertPays(LocalEvmFacilitator facilitator, PaymentPayload payment)
            throws FacilitatorException {
        BigInteger before = fixture.chain().balanceOf(ChainFixture.SHOP);
        VerifyResponse verified = facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE);
        SettleResponse settled = facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE);
        assertThat(verified.invalidReason()).isNull();
        assertThat(settled.errorReason()).isNull();
        assertThat(fixture.chain().balanceOf(ChainFixture.SHOP)).isEqualTo(before.add(ChainFixture.PRICE));
    }

    private static void assertRefused(LocalEvmFacilitator facilitator, PaymentPayload payment, ReasonCode reason)
            throws FacilitatorException {
        assertThat(facilitator.verify(payment, fixture.terms(), ChainFixture.RESOURCE).invalidReason())
            .isEqualTo(reason);
        assertThat(facilitator.settle(payment, fixture.terms(), ChainFixture.RESOURCE).errorReason()).isEqualTo(reason);
    }

    private static PaymentDraft paidBy(EvmAddress wallet, TestWallet owner) {
        return fixture.pay(owner, (payment) -> payment.with("from", wallet.value()));
    }

    private static PaymentDraft wrapped(EvmAddress wallet, TestWallet owner) {
        byte[] data = HexFormat.of().parseHex(deployment(owner).substring(2));
        return paidBy(wallet, owner).reworkSignature((bytes) -> {
            String body = new DefaultFunctionEncoder().encodeParameters(
                    List.of(new Address(factory.value()), new DynamicBytes(data), new DynamicBytes(bytes)));
            return HexFormat.of().parseHex(body + MAGIC);
        });
    }

    private static String deployment(TestWallet owner) {
        return FunctionEncoder.encode(new Function("deploy", List.of(new Address(owner.address())), List.of()));
    }

    private static EvmAddress addressOf(TestWallet owner) {
        String answer = fixture.chain()
            .call(factory, FunctionEncoder
                .encode(new Function("addressOf", List.of(new Address(owner.address())), List.of())));
        return new EvmAddress("0x" + answer.substring(26));
    }

    private static EvmAddress funded(EvmAddress wallet) {
        fixture.chain().mint(wallet, FUNDS);
        return wallet;
    }

    private static void delegate(TestWallet account, EvmAddress delegate) {
        fixture.chain().setCode(ChainFixture.address(account), "0xef0100" + delegate.value().substring(2));
    }

}
