package io.github.x402spring.facilitator.evm;

import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class PresentedTransferTests {

    private static final EvmAddress FACTORY = new EvmAddress("0x" + "fa".repeat(20));

    private static final String DEPLOYMENT = "00".repeat(12) + "fa".repeat(20) + word(0x60) + word(0x80) + word(0);

    @Test
    void tryParseWhenSignedByThePayerThenProved() {
        PresentedTransfer presented = Receipts.presented(payment());
        assertThat(presented.proved()).isTrue();
        assertThat(presented.deployment()).isNull();
        assertThat(presented.key().payer()).isEqualToIgnoringCase(TestWallet.named("7").address());
        assertThat(presented.token()).isEqualTo(Receipts.TOKEN);
    }

    @Test
    void tryParseWhenSignatureEndsInZeroOrOneThenMadeFitForTheToken() {
        PresentedTransfer presented = Receipts.presented(payment().zeroBasedV());
        assertThat(presented.proved()).isTrue();
        assertThat(presented.signature()[64]).isIn((byte) 27, (byte) 28);
    }

    @Test
    void tryParseWhenSignedByAnotherThenNotProvedAndSignatureUntouched() {
        PresentedTransfer presented = Receipts.presented(payment().signedBy(TestWallet.named("8")).zeroBasedV());
        assertThat(presented.proved()).isFalse();
        assertThat(presented.signature()[64]).isIn((byte) 0, (byte) 1);
    }

    @Test
    void tryParseWhenSignedForAnotherDomainThenNotProved() {
        assertThat(Receipts.presented(payment().chainId(1)).proved()).isFalse();
        assertThat(Receipts.presented(payment().domain("USD Coin", "2")).proved()).isFalse();
        assertThat(Receipts.presented(payment().verifyingContract(FACTORY.value())).proved()).isFalse();
    }

    static Stream<PaymentDraft> unreadable() {
        return Stream.of(payment().tamper("signature", null), payment().tamper("signature", 7),
                payment().tamper("signature", "00"), payment().tamper("signature", "0x0"),
                payment().tamper("signature", "0xzz"), payment().tamper("value", "-1"),
                payment().tamper("nonce", "0x1"), payment().tamper("to", null),
                payment().tamper("signature", "0x" + "6492".repeat(16)));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void tryParseWhenAPartIsUnreadableThenEmpty(PaymentDraft payment) {
        assertThat(PresentedTransfer.tryParse(payment.payload(), Receipts.TERMS, SignatureRecovery.web3j())).isEmpty();
    }

    @Test
    void tryParseWhenTermsLackTheDomainThenEmpty() {
        PaymentRequirements terms = new PaymentRequirements("exact", Receipts.TERMS.network(), Receipts.TERMS.amount(),
                Receipts.TERMS.asset(), Receipts.TERMS.payTo(), 300, Map.of("name", "USDC"));
        assertThat(PresentedTransfer.tryParse(payment().payload(), terms, SignatureRecovery.web3j())).isEmpty();
    }

    @Test
    void callWhenWalletHasCodeThenGoesToTheTokenDirectly() {
        PresentedTransfer presented = Receipts.presented(wrapped());
        assertThat(presented.call(true).to()).isEqualTo(Receipts.TOKEN);
        assertThat(presented.call(true).data())
            .isEqualTo(TokenCalls.transfer(presented.authorization(), presented.signature()));
    }

    @Test
    void callWhenWalletHasNoCodeThenDeployedWithItsPayment() {
        PresentedTransfer presented = Receipts.presented(wrapped());
        assertThat(presented.call(false).to()).isEqualTo(PresentedTransfer.MULTICALL);
        assertThat(presented.call(false).data()).contains("fa".repeat(20))
            .contains(presented.call(true).data().substring(2));
    }

    @Test
    void callWhenNothingIsToBeDeployedThenGoesToTheToken() {
        assertThat(Receipts.presented(payment()).call(false).to()).isEqualTo(Receipts.TOKEN);
    }

    @Test
    void needsDeploymentWhenWalletHasNoCodeAndBringsItThenTrue() {
        assertThat(Receipts.presented(wrapped()).needsDeployment(false)).isTrue();
        assertThat(Receipts.presented(wrapped()).needsDeployment(true)).isFalse();
        assertThat(Receipts.presented(payment()).needsDeployment(false)).isFalse();
    }

    @Test
    void factoryAllowedWhenListedThenTrue() {
        assertThat(Receipts.presented(wrapped()).factoryAllowed(Set.of(FACTORY))).isTrue();
        assertThat(Receipts.presented(wrapped()).factoryAllowed(Set.of(Receipts.STRANGER))).isFalse();
        assertThat(Receipts.presented(wrapped()).factoryAllowed(Set.of())).isFalse();
        assertThat(Receipts.presented(payment()).factoryAllowed(Set.of(FACTORY))).isFalse();
    }

    @Test
    void toStringWhenPrintedThenNamesNoPartOfThePayment() {
        assertThat(Receipts.presented()).hasToString("PresentedTransfer[eip155:84532]");
    }

    private static PaymentDraft payment() {
        return TestWallet.named("7").pay(Receipts.TERMS, Receipts.NOW);
    }

    private static PaymentDraft wrapped() {
        return payment().reworkSignature((signature) -> HexFormat.of()
            .parseHex(
                    DEPLOYMENT + word(65) + HexFormat.of().formatHex(signature) + "00".repeat(31) + "6492".repeat(16)));
    }

    private static String word(int number) {
        return String.format("%064x", number);
    }

}
