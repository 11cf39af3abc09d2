package io.github.x402spring.e2e;

import java.time.Instant;
import java.util.Arrays;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.authorization.AuthorizationDecision;

import io.github.x402spring.e2e.PolicyShop.Policy;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.security.RevocationRegistry;
import io.github.x402spring.security.RevocationRegistry.Kind;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class PayerBindingTests {

    private static final TestWallet ENDED = TestWallet.named("501");

    private static final TestWallet TOO_SMALL = TestWallet.named("502");

    private static final TestWallet STRANGER = TestWallet.named("503");

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(PolicyShop.class, "x402.endpoints.counter-forecast.payer-binding=delegated",
                "x402.endpoints.counter-text.payer-binding=same-wallet", "x402.delegations[0].id=alices-wallet",
                "x402.delegations[0].caller=alice", "x402.delegations[0].payer=" + PaidApp.WALLET.address(),
                "x402.delegations[0].max-amount=10000", "x402.delegations[0].expires-at=2999-01-01T00:00:00Z",
                "x402.delegations[1].caller=alice", "x402.delegations[1].payer=" + ENDED.address(),
                "x402.delegations[1].expires-at=2026-01-01T00:00:00Z", "x402.delegations[2].caller=alice",
                "x402.delegations[2].payer=" + TOO_SMALL.address(), "x402.delegations[2].max-amount=9999",
                "x402.delegations[2].expires-at=2999-01-01T00:00:00Z");
        app.bean(Policy.class).says(new AuthorizationDecision(true));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.facilitator().reset();
    }

    @AfterEach
    void restore() {
        RevocationRegistry revocations = app.bean(RevocationRegistry.class);
        revocations.restore(Kind.IDENTITY, "alice");
        revocations.restore(Kind.PAYER, PaidApp.WALLET.address());
        revocations.restore(Kind.DELEGATION, "alices-wallet");
    }

    @Test
    void payWhenDelegatedThenServed() {
        assertThat(pay("/forecast", PaidApp.WALLET, PolicyShop.ALICE).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void payWhenDelegatedToSomebodyElseThenForbiddenAndUncharged() {
        assertNotBound(pay("/forecast", PaidApp.WALLET, PolicyShop.BOB));
    }

    @Test
    void payWhenTheDelegationHasEndedThenForbiddenAndUncharged() {
        assertNotBound(pay("/forecast", ENDED, PolicyShop.ALICE));
    }

    @Test
    void payWhenTheDelegationIsTooSmallThenForbiddenAndUncharged() {
        assertNotBound(pay("/forecast", TOO_SMALL, PolicyShop.ALICE));
    }

    @Test
    void payWhenNobodyDelegatedThenForbiddenAndUncharged() {
        assertNotBound(pay("/forecast", STRANGER, PolicyShop.ALICE));
    }

    @Test
    void payWhenTheWalletHasToBeTheCallersThenADelegationDoesNotHelp() {
        assertNotBound(pay("/text", PaidApp.WALLET, PolicyShop.ALICE));
    }

    @Test
    void payWhenNobodyCallsThenUnauthorizedAndUncharged() {
        assertThat(pay("/forecast", PaidApp.WALLET).status()).isEqualTo(401);
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void payWhenTheEndpointBindsNobodyThenAnyWalletPays() {
        assertThat(pay("/scoped", STRANGER, PolicyShop.ALICE).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({ "IDENTITY, alice", "PAYER, ''", "DELEGATION, alices-wallet" })
    void payWhenRevokedThenRefusedOnTheNextRequestUntilRestored(Kind kind, String id) {
        RevocationRegistry revocations = app.bean(RevocationRegistry.class);
        String revoked = id.isEmpty() ? PaidApp.WALLET.address() : id;
        assertThat(pay("/forecast", PaidApp.WALLET, PolicyShop.ALICE).status()).isEqualTo(200);
        revocations.revoke(kind, revoked);
        Answer refused = pay("/forecast", PaidApp.WALLET, PolicyShop.ALICE);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.everything()).doesNotContain("revo");
        assertThat(app.facilitator().settlements()).hasSize(1);
        revocations.restore(kind, revoked);
        assertThat(pay("/forecast", PaidApp.WALLET, PolicyShop.ALICE).status()).isEqualTo(200);
    }

    @Test
    void payWhenRevokedThenAlsoWhereNothingIsBound() {
        app.bean(RevocationRegistry.class).revoke(Kind.IDENTITY, "alice");
        assertThat(pay("/scoped", STRANGER, PolicyShop.ALICE).status()).isEqualTo(403);
    }

    private static void assertNotBound(Answer answer) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.reason()).isEqualTo("forbidden");
        assertThat(answer.json().at("/obligations/0/type").asString()).isEqualTo("bind_payer");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(answer.everything()).doesNotContain("delegation", "alices-wallet");
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    private static Answer pay(String path, TestWallet wallet, String... headers) {
        String payment = PaidApp.signature(wallet.pay(app.terms(path), Instant.now()));
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = payment;
        return app.http().get(path, all);
    }

}
