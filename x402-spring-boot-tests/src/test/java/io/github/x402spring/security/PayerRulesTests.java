package io.github.x402spring.security;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

import io.github.x402spring.MutableClock;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.security.RevocationRegistry.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class PayerRulesTests {

    private static final Authentication ANN = PaidRequests.caller("ann");

    private final MutableClock clock = new MutableClock(PaidRequests.NOW);

    private final InMemoryRevocationRegistry revocations = new InMemoryRevocationRegistry();

    private final List<Delegation> delegations = new ArrayList<>();

    private final Map<String, PayerBinding> bindings = new HashMap<>();

    private final PaidRequest request = PaidRequests.request();

    @Test
    void authorizeWhenTheEndpointBindsNobodyThenAnybodyMayPay() {
        this.bindings.put("another", PayerBinding.SAME_WALLET);
        assertThat(granted(ANN)).isTrue();
        assertThat(granted(null)).isTrue();
        assertThat(granted(PaidRequests.anonymous())).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void authorizeWhenThePayerIsRevokedThenRefusedHoweverSpelt(PayerBinding binding) {
        bind(binding);
        this.revocations.revoke(Kind.PAYER, PaidRequests.PAYER);
        assertRefused(authorize(wallet(), PaidRequests.paidBy(PaidRequests.PAYER.toUpperCase(Locale.ROOT))),
                Reason.FORBIDDEN, "payer revoked");
    }

    @Test
    void authorizeWhenThePayersRegistryIsAskedThenInLowerCase() {
        List<String> asked = new ArrayList<>();
        PayerRules rules = new PayerRules(Map.of(), DelegatedPayerPolicy.of(List.of()), (kind, id) -> {
            asked.add(kind + " " + id);
            return false;
        }, this.clock);
        rules.authorize(() -> ANN, PaidRequests.paidBy("0xAB"));
        assertThat(asked).containsExactly("PAYER 0xab", "IDENTITY ann");
    }

    @ParameterizedTest
    @EnumSource
    void authorizeWhenTheCallerIsRevokedThenRefused(PayerBinding binding) {
        bind(binding);
        this.revocations.revoke(Kind.IDENTITY, PaidRequests.PAYER);
        assertRefused(authorize(wallet(), this.request), Reason.FORBIDDEN, "identity revoked");
    }

    @Test
    void authorizeWhenTheRegistryFailsThenNothingIsGranted() {
        PayerRules rules = new PayerRules(Map.of(), DelegatedPayerPolicy.of(List.of()), (kind, id) -> {
            throw new IllegalStateException("out of reach");
        }, this.clock);
        assertThatIllegalStateException().isThrownBy(() -> rules.authorize(() -> ANN, this.request));
    }

    @ParameterizedTest
    @EnumSource(names = { "SAME_WALLET", "DELEGATED" })
    void authorizeWhenTheCallerPaysItselfThenGranted(PayerBinding binding) {
        bind(binding);
        assertThat(granted(wallet())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "ann", "0x0101010101010101010101010101010101010101",
            "eip155:1:0xabababababababababababababababababababab" })
    void authorizeWhenAnotherWalletHasToPayThenNotBound(String caller) {
        bind(PayerBinding.SAME_WALLET);
        assertRefused(authorize(PaidRequests.caller(caller), this.request), Reason.PAYER_NOT_BOUND, "another wallet");
    }

    @Test
    void authorizeWhenNobodyCallsThenNoWalletIsTheCallers() {
        bind(PayerBinding.SAME_WALLET);
        assertRefused(authorize(null, this.request), Reason.PAYER_NOT_BOUND, "another wallet");
        assertRefused(authorize(namedLikeThePayer(), this.request), Reason.PAYER_NOT_BOUND, "another wallet");
    }

    @Test
    void authorizeWhenNobodyCallsThenNobodyPaysForThem() {
        bind(PayerBinding.DELEGATED);
        delegate("d", PaidRequests.PAYER, null);
        assertRefused(authorize(null, this.request), Reason.PAYER_NOT_BOUND, "no caller to pay for");
        assertRefused(authorize(namedLikeThePayer(), this.request), Reason.PAYER_NOT_BOUND, "no caller to pay for");
    }

    @Test
    void authorizeWhenTheWalletMayPayForTheCallerThenGrantedUntilItEnds() {
        bind(PayerBinding.DELEGATED);
        delegate("d", "ann", null);
        assertThat(granted(ANN)).isTrue();
        this.clock.advance(Duration.ofSeconds(60));
        assertNoDelegation();
    }

    @ParameterizedTest
    @CsvSource({ "10000, true", "9999, false" })
    void authorizeWhenTheDelegationHasAMostThenNoMoreThanThat(long most, boolean granted) {
        bind(PayerBinding.DELEGATED);
        delegate("d", "ann", most);
        assertThat(granted(ANN)).isEqualTo(granted);
    }

    @Test
    void authorizeWhenTheDelegationIsForAnotherThenNotBound() {
        bind(PayerBinding.DELEGATED);
        delegate("d", "bob", null);
        assertNoDelegation();
    }

    @Test
    void authorizeWhenThePolicyFindsWhatItWasNotAskedForThenNotBound() {
        bind(PayerBinding.DELEGATED);
        Delegation other = new Delegation("d", "bob", PaidRequests.PAYER, null, PaidRequests.NOW.plusSeconds(60));
        Delegation wallet = new Delegation("d", "ann", "0x01", null, PaidRequests.NOW.plusSeconds(60));
        PayerRules rules = new PayerRules(this.bindings, (caller, payer) -> List.of(other, wallet), this.revocations,
                this.clock);
        assertRefused(rules.authorize(() -> ANN, this.request), Reason.PAYER_NOT_BOUND, "no delegation that holds");
    }

    @Test
    void authorizeWhenADelegationIsRevokedThenAnotherMayHold() {
        bind(PayerBinding.DELEGATED);
        delegate("first", "ann", null);
        this.revocations.revoke(Kind.DELEGATION, "first");
        assertNoDelegation();
        delegate("second", "ann", null);
        assertThat(granted(ANN)).isTrue();
    }

    @Test
    void bindingsWhenChangedLaterThenTheRulesStay() {
        bind(PayerBinding.SAME_WALLET);
        PayerRules rules = rules();
        this.bindings.clear();
        assertThat(rules.authorize(() -> ANN, this.request).isGranted()).isFalse();
    }

    private void bind(PayerBinding binding) {
        this.bindings.put("weather", binding);
    }

    private void delegate(String id, String caller, @Nullable Long most) {
        this.delegations.add(new Delegation(id, caller, PaidRequests.PAYER,
                (most != null) ? TokenAmount.of(most) : null, PaidRequests.NOW.plusSeconds(60)));
    }

    private PayerRules rules() {
        return new PayerRules(this.bindings, DelegatedPayerPolicy.of(this.delegations), this.revocations, this.clock);
    }

    private boolean granted(@Nullable Authentication caller) {
        return authorize(caller, this.request).isGranted();
    }

    private AuthorizationResult authorize(@Nullable Authentication caller, PaidRequest request) {
        return rules().authorize(() -> caller, request);
    }

    private void assertNoDelegation() {
        assertRefused(authorize(ANN, this.request), Reason.PAYER_NOT_BOUND, "no delegation that holds");
    }

    private static void assertRefused(AuthorizationResult result, Reason reason, String cause) {
        assertThat(result).isInstanceOfSatisfying(X402AuthorizationDecision.class, (decision) -> {
            assertThat(decision.isGranted()).isFalse();
            assertThat(decision.reason()).isEqualTo(reason);
            assertThat(decision.cause()).isEqualTo(cause);
        });
    }

    private static Authentication wallet() {
        return PaidRequests.caller(PaidRequests.PAYER);
    }

    private static Authentication namedLikeThePayer() {
        return new AnonymousAuthenticationToken("key", PaidRequests.PAYER,
                AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));
    }

}
