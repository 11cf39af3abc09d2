package io.github.x402spring.security.siwx;

import java.io.IOException;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
import io.github.x402spring.envelope.ChargeResolver;
import io.github.x402spring.envelope.EnvelopeWriter;

/**
 * Authenticates callers who prove in {@code SIGN-IN-WITH-X} which wallet they are. A
 * proof that proves nothing is answered with 401, before anything else is looked at.
 * Callers who are known by other means already keep their identity.
 *
 * @since 0.1.0
 */
public final class SignInWithXFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(SignInWithXFilter.class);

    private final SecurityContextHolderStrategy contextHolder = SecurityContextHolder.getContextHolderStrategy();

    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    private final AuthenticationTrustResolver trustResolver = new AuthenticationTrustResolverImpl();

    private final EnvelopeWriter envelopes;

    private final SignInWithX signIn;

    private final PaymentHeaderCodec codec;

    private final String challenge;

    private final RequestMatcher requests;

    private final Supplier<@Nullable ChargeResolver> charges;

    /**
     * Creates a filter.
     * @param signIn judges proofs
     * @param codec decodes them
     * @param envelopes explains refusals
     * @param challenge the value of {@code WWW-Authenticate} beside a 401
     * @param requests where wallets may sign in: anybody can make one, and elsewhere
     * being authenticated may mean more
     * @param charges gives what knows of payments, if anything does; asked at refusals
     * only, because filter chains are built before it
     */
    public SignInWithXFilter(SignInWithX signIn, PaymentHeaderCodec codec, EnvelopeWriter envelopes, String challenge,
            RequestMatcher requests, Supplier<@Nullable ChargeResolver> charges) {
        this.charges = charges;
        this.envelopes = envelopes;
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
        String proof = proofs.nextElement();
        switch (proofs.hasMoreElements() ? new SignInVerifier.Refused("doubled") : verify(proof)) {
            case SignInVerifier.Verified(var address, var network, boolean contract) -> {
                SecurityContext context = this.contextHolder.createEmptyContext();
                context.setAuthentication(new WalletAuthentication(address, network, contract));
                this.contextHolder.setContext(context);
                this.contexts.saveContext(context, request, response);
                chain.doFilter(request, response);
            }
            case SignInVerifier.Refused(String code) -> {
                log.debug("A sign-in with a wallet was refused: {}", code);
                refuse(request, response);
            }
        }
    }

    private SignInVerifier.Result verify(String header) {
        Optional<Map<String, @Nullable Object>> proof = this.codec.decodeExtension(header);
        return proof.map(this.signIn::verify).orElseGet(() -> new SignInVerifier.Refused("invalid_siwx_header"));
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT + ", " + SignInWithX.HEADER);
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, this.challenge);
        this.envelopes.write(request, response,
                ChargeResolver.explain(this.charges.get(), request, Reason.UNAUTHENTICATED, Map.of()), Map.of());
    }

}
