package io.github.x402spring.security.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SignInWithXFilterTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(16_384);

    private static final TestWallet WALLET = TestWallet.named("1");

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    private final SignInWithX signIn = new SignInWithX("https://club.example", null, Duration.ofMinutes(5),
            new SealedSignInNonces(new byte[32], Duration.ofMinutes(5), this.clock), SignatureRecovery.web3j(), null,
            this.clock);

    private final SignInWithXFilter filter = new SignInWithXFilter(this.signIn, CODEC, new EnvelopeRenderer(null),
            "Bearer realm=\"club\"", (request) -> request.getRequestURI().startsWith("/room"), () -> null);

    private final List<@Nullable Authentication> callers = new ArrayList<>();

    private MockHttpServletRequest request = new MockHttpServletRequest("GET", "/room");

    private MockHttpServletResponse response = new MockHttpServletResponse();

    @AfterEach
    void logout() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void filterWhenTheProofIsGoodThenTheWalletCallsForThisRequest() throws Exception {
        filter(proof());
        assertThat(this.callers).singleElement()
            .isInstanceOfSatisfying(WalletAuthentication.class,
                    (wallet) -> assertThat(wallet.getName()).isEqualTo(WALLET.address().toLowerCase(Locale.ROOT)));
        assertThat(new RequestAttributeSecurityContextRepository().loadDeferredContext(this.request)
            .get()
            .getAuthentication()).isSameAs(this.callers.get(0));
        assertThat(this.request.getSession(false)).isNull();
    }

    @Test
    void filterWhenTheProofIsGoodThenNoOtherRequestsContextChanges() throws Exception {
        SecurityContext shared = login(new AnonymousAuthenticationToken("key", "anonymous",
                AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));
        Authentication before = shared.getAuthentication();
        filter(proof());
        assertThat(this.callers).hasOnlyElementsOfType(WalletAuthentication.class);
        assertThat(shared.getAuthentication()).isSameAs(before);
    }

    @Test
    void filterWhenThereIsNoProofThenTheRequestGoesOnAsItWas() throws Exception {
        filter();
        assertThat(this.callers).containsExactly((Authentication) null);
    }

    @Test
    void filterWhenTheProofComesAgainThenRefused() throws Exception {
        String proof = proof();
        filter(proof);
        this.request = new MockHttpServletRequest("GET", "/room");
        SecurityContextHolder.clearContext();
        filter(proof);
        assertRefused();
        assertThat(this.callers).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "nonsense!", "e30=", "W10=", "bnVsbA==" })
    void filterWhenTheHeaderIsNoProofThenRefusedBeforeAnythingElse(String header) throws Exception {
        filter(header);
        assertRefused();
        assertThat(this.callers).isEmpty();
    }

    @Test
    void filterWhenTheHeaderIsTooLongThenRefused() throws Exception {
        filter(Base64.getEncoder().encodeToString(new byte[16_384]));
        assertRefused();
        assertThat(this.callers).isEmpty();
    }

    @Test
    void filterWhenThereAreTwoProofsThenRefusedAndNeitherIsUsed() throws Exception {
        String first = proof();
        filter(first, proof());
        assertRefused();
        assertThat(this.callers).isEmpty();
        this.request = new MockHttpServletRequest("GET", "/room");
        this.response = new MockHttpServletResponse();
        filter(first);
        assertThat(this.callers).hasOnlyElementsOfType(WalletAuthentication.class);
    }

    @Test
    void filterWhenWalletsMayNotSignInThereThenNobodyIsKnown() throws Exception {
        this.request = new MockHttpServletRequest("GET", "/admin");
        filter(proof());
        assertThat(this.callers).containsExactly((Authentication) null);
    }

    @Test
    void filterWhenTheCallerIsKnownAlreadyThenItsIdentityStaysAndTheProofIsUnused() throws Exception {
        Authentication alice = new TestingAuthenticationToken("alice", "secret", "ROLE_USER");
        login(alice);
        String proof = proof();
        filter(proof);
        assertThat(this.callers).containsExactly(alice);
        SecurityContextHolder.clearContext();
        this.request = new MockHttpServletRequest("GET", "/room");
        filter(proof);
        assertThat(this.callers).last().isInstanceOf(WalletAuthentication.class);
    }

    @Test
    void refusalWhenGivenThenItSaysHowToAuthenticateAndNothingOfTheProof() throws Exception {
        this.request.addHeader("Origin", "https://club.example");
        filter("nonsense!");
        assertThat(this.response.getHeader("WWW-Authenticate")).isEqualTo("Bearer realm=\"club\"");
        assertThat(this.response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(this.response.getHeader("Vary")).isEqualTo("Accept, SIGN-IN-WITH-X");
        assertThat(this.response.getContentAsString()).contains("\"reason\":\"unauthenticated\"")
            .doesNotContain("siwx", "nonsense");
    }

    private SecurityContext login(Authentication authentication) {
        SecurityContext context = new SecurityContextImpl(authentication);
        SecurityContextHolder.setContext(context);
        return context;
    }

    private String proof() {
        return CODEC
            .encode(SignedStatements.proof(this.signIn.declare("https://club.example/room", List.of()), WALLET));
    }

    private void filter(String... proofs) throws Exception {
        for (String proof : proofs) {
            this.request.addHeader("SIGN-IN-WITH-X", proof);
        }
        this.filter.doFilter(this.request, this.response,
                (request, response) -> this.callers.add(SecurityContextHolder.getContext().getAuthentication()));
    }

    private void assertRefused() {
        assertThat(this.response.getStatus()).isEqualTo(401);
        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
    }

}
