package io.github.x402spring.security.web;

import java.io.IOException;
import java.util.Enumeration;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.EnvelopeRenderer;

/**
 * Servlet filter that authenticates callers who prove in {@code SIGN-IN-WITH-X} which
 * wallet they are. A proof that is not valid is refused with 401, before any other check.
 * Callers who are authenticated by other means retain their identity.
 */
final class SignInWithXFilter extends OncePerRequestFilter {

    private final SecurityContextHolderStrategy contextHolder = SecurityContextHolder.getContextHolderStrategy();

    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    private final AuthenticationTrustResolver trustResolver = new AuthenticationTrustResolverImpl();

    private final DenialWriter denials;

    private final SignInWithX signIn;

    private final PaymentHeaderCodec codec;

    private final String challenge;

    private final RequestMatcher requests;

    /**
     * Creates a filter.
     * @param signIn the verifier of proofs
     * @param codec the decoder of proofs
     * @param envelopes the renderer of refusals
     * @param challenge the value of {@code WWW-Authenticate} beside a 401
     * @param requests the requests with which wallets may sign in: everyone can create a
     * wallet, and elsewhere being authenticated may mean more
     * @param charges the source of what is known of payments, if there is one; called at
     * refusals only, because filter chains are built before it
     */
    SignInWithXFilter(SignInWithX signIn, PaymentHeaderCodec codec, EnvelopeRenderer envelopes, String challenge,
            RequestMatcher requests, Supplier<@Nullable ChargeResolver> charges) {
        this.denials = new DenialWriter(envelopes, charges);
        this.requests = requests;
        this.signIn = signIn;
        this.codec = codec;
        this.challenge = challenge;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Enumeration<String> proofs = request.getHeaders(SignInWithX.HEADER);
        if (proofs == null || !proofs.hasMoreElements() || !this.requests.matches(request)
                || this.trustResolver.isAuthenticated(this.contextHolder.getContext().getAuthentication())) {
            chain.doFilter(request, response);
            return;
        }
        WalletAuthentication wallet = authenticate(proofs);
        if (wallet == null) {
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, this.challenge);
            this.denials.write(request, response, Reason.UNAUTHENTICATED, Map.of(), SignInWithX.HEADER);
            return;
        }
        SecurityContext context = this.contextHolder.createEmptyContext();
        context.setAuthentication(wallet);
        this.contextHolder.setContext(context);
        this.contexts.saveContext(context, request, response);
        chain.doFilter(request, response);
    }

    private @Nullable WalletAuthentication authenticate(Enumeration<String> proofs) {
        String header = proofs.nextElement();
        Map<String, @Nullable Object> proof = proofs.hasMoreElements() ? null
                : this.codec.decodeExtension(header).orElse(null);
        if (proof == null) {
            this.logger.debug("Sign-in with a wallet refused: header SIGN-IN-WITH-X is doubled or unreadable");
            return null;
        }
        return this.signIn.authenticate(proof);
    }

}
