package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.chain.LocalChain;
import io.github.x402spring.test.chain.LocalNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that a payment which the chain would not carry out buys nothing, and that its
 * buyer learns why.
 */
@LocalChain
class ChainRefusalTests {

    private static LocalNode chain;

    private static ChainShop shop;

    @BeforeAll
    static void start() {
        chain = LocalNode.start();
        shop = ChainShop.open(chain, 1, "x402.facilitator.settle-timeout=2s");
    }

    @AfterAll
    static void stop() {
        shop.close();
        chain.close();
    }

    @BeforeEach
    void forgetDeliveries() {
        shop.app().deliveries().reset();
    }

    @Test
    void buyWhenAllIsWellThenIsGranted() {
        Answer answer = shop.buy(payment());
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void startWhenNodeServesAnotherChainThenFails() {
        try (LocalNode other = LocalNode.start("eip155:31337")) {
            assertThatThrownBy(() -> ChainShop.open(other, 1)).rootCause()
                .hasMessageContaining("serves chain 31337 and not chain 84532");
        }
    }

    @Test
    void buyWhenTokenHasAnotherNameThenIsRefused() {
        try (ChainShop misnamed = ChainShop.open(chain, 1, "x402.assets.TEST.name=USD Coin")) {
            assertRefused(misnamed.buy(misnamed.pay(misnamed.wallet(0), misnamed.terms())),
                    "invalid_exact_evm_token_name_mismatch", misnamed);
        }
    }

    @Test
    void buyWhenTokenHasAnotherVersionThenIsRefused() {
        try (ChainShop misnamed = ChainShop.open(chain, 1, "x402.assets.TEST.version=1")) {
            assertRefused(misnamed.buy(misnamed.pay(misnamed.wallet(0), misnamed.terms())),
                    "invalid_exact_evm_token_version_mismatch", misnamed);
        }
    }

    @Test
    void buyWhenFundsAreMissingThenIsRefused() {
        assertRefused(shop.buy(shop.pay(TestWallet.create(), shop.terms())), "invalid_exact_evm_insufficient_balance");
    }

    @Test
    void buyWhenNonceIsUsedThenIsNeverAskedToPayAnew() {
        TestWallet wallet = fundedWallet();
        String nonce = TestWallet.randomNonce();
        chain.send(chain.token(),
                ChainShop.calldata(shop.pay(wallet, shop.terms()).nonce(nonce).with("to", wallet.address())));
        assertFinal(shop.ask(shop.pay(wallet, shop.terms()).nonce(nonce)));
        assertThat(shop.app().deliveries().runs()).isEmpty();
    }

    @Test
    void buyWhenAuthorizationIsCancelledThenIsNeverAskedToPayAnew() {
        TestWallet wallet = fundedWallet();
        PaymentDraft payment = shop.pay(wallet, shop.terms());
        chain.cancel(wallet, (String) ((Map<?, ?>) payment.schemePayload().get("authorization")).get("nonce"));
        assertFinal(shop.ask(payment));
        assertThat(shop.app().deliveries().runs()).isEmpty();
    }

    @Test
    void buyWhenSimulationFailsWithoutAReasonThenTheOutcomeIsOpen() {
        TestWallet wallet = fundedWallet();
        chain.setBlacklisted(ChainShop.address(wallet), true);
        assertOpen(shop.ask(shop.pay(wallet, shop.terms())));
        assertThat(shop.app().deliveries().runs()).isEmpty();
    }

    @Test
    void buyWhenSimulationFailsWithoutAReasonBetweenVerifyAndSettleThenTheOutcomeIsOpen() {
        TestWallet wallet = fundedWallet();
        shop.app().deliveries().onNext(() -> chain.setBlacklisted(ChainShop.address(wallet), true));
        assertOpen(shop.ask(shop.pay(wallet, shop.terms())));
    }

    @Test
    void buyWhenFundsAreSpentBetweenVerifyAndSettleThenIsRefused() {
        TestWallet wallet = TestWallet.create();
        chain.mint(ChainShop.address(wallet), ChainShop.PRICE);
        PaymentDraft other = shop.pay(wallet, shop.terms()).with("to", "0x000000000000000000000000000000000000dEaD");
        shop.app().deliveries().onNext(() -> chain.send(chain.token(), ChainShop.calldata(other)));
        assertUnsettled(shop.buy(shop.pay(wallet, shop.terms())), "invalid_exact_evm_insufficient_balance");
    }

    @Test
    void buyWhenItExpiresBetweenVerifyAndSettleThenIsRefused() {
        try (LocalNode ahead = LocalNode.start(); ChainShop late = ChainShop.open(ahead, 1)) {
            late.app().deliveries().onNext(() -> ahead.advance(Duration.ofHours(1)));
            assertUnsettled(late.buy(late.pay(late.wallet(0), late.terms())),
                    "invalid_exact_evm_payload_authorization_valid_before");
        }
    }

    private static PaymentDraft payment() {
        return shop.pay(fundedWallet(), shop.terms());
    }

    private static TestWallet fundedWallet() {
        TestWallet wallet = TestWallet.create();
        chain.mint(ChainShop.address(wallet), ChainShop.PRICE.multiply(BigInteger.TEN));
        return wallet;
    }

    private static void assertRefused(Answer answer, String code) {
        assertRefused(answer, code, shop);
    }

    private static void assertRefused(Answer answer, String code, ChainShop at) {
        assertUndelivered(answer, code);
        assertThat(at.app().deliveries().runs()).isEmpty();
    }

    private static void assertUnsettled(Answer answer, String code) {
        assertUndelivered(answer, "settlement_failed");
        assertThat(ChainShop.receipt(answer).errorReason()).hasToString(code);
    }

    private static void assertFinal(Answer answer) {
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.reason()).isEqualTo("payment_already_used");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(answer.everything()).doesNotContain("delivered a");
    }

    private static void assertOpen(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("settlement_pending");
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(answer.everything()).doesNotContain("delivered a");
    }

    private static void assertUndelivered(Answer answer, String code) {
        assertThat(answer.status()).isEqualTo(402);
        assertThat(PaidApp.challenge(answer).error()).isEqualTo(code);
        assertThat(answer.everything()).doesNotContain("delivered a");
    }

}
