package io.github.x402spring.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.gate.Verification;
import io.github.x402spring.limit.ExposureRule.Per;
import io.github.x402spring.protocol.BaseUrl;
import io.github.x402spring.security.PayerBinding;

/**
 * Configuration of paid endpoints.
 *
 * @param enabled Whether to sell. Without it nothing is charged for, and paid endpoints
 * stop the start unless x402.disabled-endpoints says otherwise.
 * @param disabledEndpoints What happens to paid endpoints where x402.enabled is false.
 * @param payTo Address that receives the payments. An application that sets none, nor one
 * for an endpoint, and has no @PaidEndpoint, sells nothing.
 * @param network Network to pay on, by alias or CAIP-2 name.
 * @param asset Token to pay with, by the symbol of a preset or of an entry under
 * x402.assets. Each network has a default.
 * @param resourceBaseUrl Public origin under which clients reach this server, such as
 * https://api.example.com.
 * @param endpoints Settings of paid endpoints by their name; each overrides the
 * annotation.
 * @param assets Tokens besides the presets, by symbol.
 * @param authorization Settings of the rules that decide who may have what is paid for.
 * @param delegations Wallets that may pay for callers, where an endpoint's payer binding
 * is delegated.
 * @param authHints Settings of the hints that agents get about authenticating before they
 * pay.
 * @param signIn Settings of the sign-in with a wallet.
 * @param envelope Settings of decision envelopes.
 * @param facilitator Settings of the facilitator, which verifies and settles payments.
 * @param web Settings of the HTTP adapter.
 * @param unenforcedEndpoints What happens where nothing enforces @PaidEndpoint.
 * @param payments Settings of the payments that are taken.
 * @param limits Limits on what is spent, and on how often.
 * @param tasks Settings of tasks, which tie paid calls together.
 * @param gate Settings of the payment gate.
 * @param observations Settings of observations.
 * @since 0.1.0
 */
@ConfigurationProperties("x402")
public record X402Properties(@DefaultValue("true") boolean enabled,
        @DefaultValue("fail") DisabledEndpoints disabledEndpoints, @Nullable String payTo,
        @DefaultValue("base-sepolia") String network, @Nullable String asset, @Nullable String resourceBaseUrl,
        @DefaultValue Map<String, Endpoint> endpoints, @DefaultValue Map<String, Token> assets,
        @DefaultValue Authorization authorization, @DefaultValue List<Delegate> delegations,
        @DefaultValue AuthHints authHints, @DefaultValue SignIn signIn, @DefaultValue Envelope envelope,
        @DefaultValue Facilitator facilitator, @DefaultValue Web web,
        @DefaultValue("fail") UnenforcedEndpoints unenforcedEndpoints, @DefaultValue Payments payments,
        @DefaultValue List<Limit> limits, @DefaultValue Tasks tasks, @DefaultValue Gate gate,
        @DefaultValue Observations observations) {

    /**
     * Returns the public address of this server in the form that every use of it shares.
     * @return the address, or {@code null} if it is not configured
     * @throws InvalidX402ConfigurationException if it cannot be used
     */
    public @Nullable BaseUrl baseUrl() {
        if (this.resourceBaseUrl == null || this.resourceBaseUrl.isBlank()) {
            return null;
        }
        try {
            return BaseUrl.parse(this.resourceBaseUrl);
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("The public origin of this server cannot be used",
                    "Set x402.resource-base-url to an origin such as https://api.example.com, with the path that a"
                            + " proxy takes off behind it if there is one.");
        }
    }

    /**
     * What happens to paid endpoints of an application that is not to sell.
     */
    public enum DisabledEndpoints {

        /** The start stops. */
        FAIL,

        /** They are served without payment. */
        FREE

    }

    /**
     * What happens where nothing enforces {@code @PaidEndpoint}.
     */
    public enum UnenforcedEndpoints {

        /** The start stops. */
        FAIL,

        /** A warning is logged, and what is annotated is served free. */
        WARN

    }

    /**
     * Settings of one paid endpoint.
     *
     * @param price Price, such as "$0.01", a placeholder or an expression in #{…}.
     * @param network Network to pay on, by alias or CAIP-2 name.
     * @param asset Token to pay with, by symbol.
     * @param payTo Address that receives the payments.
     * @param maxTimeout Life of a payer's authorization.
     * @param scheme Payment scheme, by the name of a PaymentScheme bean. By default
     * exact.
     * @param accepts Several ways to pay, in order of preference.
     * @param description What the buyer gets.
     * @param mimeType Media type of the response.
     * @param authorize Expression that decides who may have the response.
     * @param flow When the payment is settled.
     * @param payerBinding Whose wallet may pay for a caller.
     * @param tags Tags by which limits cover the endpoint, beside its name.
     * @param idempotent Whether to run the handler again for a payment that was settled
     * and whose response got lost. By default that of GET, PUT and DELETE.
     * @param paymentIdentifier Whether clients name their purchases.
     */
    public record Endpoint(@Nullable String price, @Nullable String network, @Nullable String asset,
            @Nullable String payTo, @Nullable Duration maxTimeout, @Nullable String scheme,
            @DefaultValue List<Accept> accepts, @Nullable String description, @Nullable String mimeType,
            @Nullable String authorize, @Nullable PaymentFlow flow, @DefaultValue("none") PayerBinding payerBinding,
            @DefaultValue List<String> tags, @Nullable Boolean idempotent,
            @Nullable PaymentIdentifierMode paymentIdentifier) {

    }

    /**
     * One of several ways to pay.
     *
     * @param price Price, such as "$0.01".
     * @param network Network to pay on, by alias or CAIP-2 name.
     * @param asset Token to pay with, by symbol.
     * @param payTo Address that receives the payments.
     * @param scheme Payment scheme, by the name of a PaymentScheme bean.
     */
    public record Accept(@Nullable String price, @Nullable String network, @Nullable String asset,
            @Nullable String payTo, @Nullable String scheme) {
    }

    /**
     * A token.
     *
     * @param network Network on which the token lives, by alias or CAIP-2 name.
     * @param address Contract address of the token.
     * @param name Name in the token's EIP-712 domain. Has to be set on EVM chains.
     * @param version Version in the token's EIP-712 domain.
     * @param decimals Number of decimal places of one whole token.
     * @param dollar Whether to count one whole token as a dollar in x402.limits.
     */
    public record Token(@Nullable String network, @Nullable String address, @Nullable String name,
            @DefaultValue("2") String version, @Nullable Integer decimals, @DefaultValue("false") boolean dollar) {
    }

    /**
     * Settings of the rules that decide who may have what is paid for.
     *
     * @param defaultRule Rule where an endpoint states none: authenticated, permit-all,
     * deny-all, or an expression.
     * @param challenge Value of WWW-Authenticate where a caller has to authenticate.
     * Suits the security configuration of the starter or, where the application has its
     * own, bearer tokens.
     * @param opa Settings of a decision point that speaks Open Policy Agent's data API.
     * @param authzen Settings of a decision point that speaks OpenID AuthZEN.
     */
    public record Authorization(@Name("default") @DefaultValue("authenticated") String defaultRule,
            @Nullable String challenge, @DefaultValue DecisionPoint opa, @DefaultValue DecisionPoint authzen) {
    }

    /**
     * Settings of an external policy decision point.
     *
     * @param url Address that is asked about each paid request; nothing is asked without.
     * @param timeout Time to wait for a decision.
     * @param maxConcurrentCalls Number of decisions that may be awaited at once; more
     * requests are refused.
     */
    public record DecisionPoint(@Nullable URI url, @DefaultValue("1s") Duration timeout,
            @DefaultValue("64") int maxConcurrentCalls) {
    }

    /**
     * A wallet that may pay for a caller.
     *
     * @param id Name of the delegation, so that it can be revoked.
     * @param caller Name of the caller.
     * @param payer Address of the wallet.
     * @param maxAmount Most that one payment may be, in atomic units.
     * @param expiresAt Time at which it ends, such as 2027-01-01T00:00:00Z.
     */
    public record Delegate(@Nullable String id, @Nullable String caller, @Nullable String payer,
            @Nullable String maxAmount, @Nullable Instant expiresAt) {
    }

    /**
     * Settings of the hints that agents get about authenticating before they pay.
     *
     * @param issuer Identifier of the authorization server, whose metadata says where
     * tokens come from.
     * @param tokenType How a token is presented: Bearer or DPoP.
     * @param tokenEndpoint Address where tokens are fetched; its metadata is not read
     * then.
     * @param registrationEndpoint Address where clients register themselves.
     */
    public record AuthHints(@Nullable URI issuer, @DefaultValue("Bearer") String tokenType, @Nullable URI tokenEndpoint,
            @Nullable URI registrationEndpoint) {
    }

    /**
     * Settings of the sign-in with a wallet.
     *
     * @param enabled Whether to let callers authenticate by signing with a wallet.
     * @param statement Sentence that a wallet shows to its owner.
     * @param nonceLifetime Time for which a nonce is valid, at most five minutes.
     * @param nonceKey Base64 of the key that seals nonces, at least 32 bytes, the same
     * for all instances. A random one if there is none.
     */
    public record SignIn(@DefaultValue("false") boolean enabled, @Nullable String statement,
            @DefaultValue("5m") Duration nonceLifetime, @Nullable String nonceKey) {

        /** Returns the settings without secrets. */
        @Override
        public String toString() {
            return "SignIn[enabled=" + this.enabled + ", nonceLifetime=" + this.nonceLifetime + "]";
        }

    }

    /**
     * Settings of decision envelopes.
     *
     * @param enabled Whether to explain the 401 and 403 responses of every security
     * filter chain, those of endpoints that are not paid, too.
     * @param contact Where callers find help: an address that refusals name.
     */
    public record Envelope(@DefaultValue("false") boolean enabled, @Nullable URI contact) {
    }

    /**
     * Settings of the facilitator, which verifies and settles payments.
     *
     * @param type Kind of facilitator. Defaults to http where a URL is set, and to
     * simulated elsewhere.
     * @param url Address of the facilitator.
     * @param allowInsecure Whether to ask the facilitator over plain http on another host
     * in production, for example through an encrypted tunnel.
     * @param verify Who proves payments before a handler runs: this application, the
     * facilitator, or both. Comparing them with our own terms is never left out.
     * @param connectTimeout Time to wait for a connection.
     * @param verifyTimeout Time to wait for the reply to verify.
     * @param settleTimeout Time to wait for the reply to settle.
     * @param maxConcurrentCalls Number of calls that may be in flight at once; more are
     * refused.
     * @param finalStatuses Values of status beside success with which a settlement is
     * final, in addition to success, confirmed, settled, completed and finalized.
     * @param refusalsBeforeSending Reasons that prove that a refused settlement moved
     * nothing, in addition to those of the protocol.
     * @param server Settings of the facilitator as a service for other resource servers.
     * @param circuitBreaker Settings of when a facilitator that does not reply is left
     * alone.
     */
    public record Facilitator(@Nullable FacilitatorType type, @Nullable String url,
            @DefaultValue("false") boolean allowInsecure, @DefaultValue("both") Verification verify,
            @DefaultValue("2s") Duration connectTimeout, @DefaultValue("3s") Duration verifyTimeout,
            @DefaultValue("30s") Duration settleTimeout, @DefaultValue("64") int maxConcurrentCalls,
            @DefaultValue List<String> finalStatuses, @DefaultValue List<String> refusalsBeforeSending,
            @DefaultValue Server server, @DefaultValue CircuitBreaker circuitBreaker) {

    }

    /**
     * Settings of the facilitator as a service for other resource servers.
     *
     * @param enabled Whether to let other resource servers verify and settle through this
     * application.
     * @param path Path in front of /verify, /settle and /supported.
     * @param payTo Addresses for which payments are settled; for any if there are none.
     * @param maxRequestSize Size of the largest request that is read.
     * @param maxConcurrentRequests Number of payments that may be verified at once, and
     * as many settled; more get status 503.
     * @param requestsPerMinute Number of requests that one caller may send in a minute;
     * more get status 429. Callers are distinguished by name, and by address where they
     * have none.
     */
    public record Server(@DefaultValue("false") boolean enabled, @DefaultValue("/facilitator") String path,
            @DefaultValue List<String> payTo, @DefaultValue("64KB") DataSize maxRequestSize,
            @DefaultValue("64") int maxConcurrentRequests, @DefaultValue("600") int requestsPerMinute) {

        /**
         * Returns the paths that are served, without those of context and servlet.
         * @return one path for each operation
         */
        public List<String> paths() {
            String prefix = this.path.endsWith("/") ? this.path.substring(0, this.path.length() - 1) : this.path;
            return List.of(prefix + "/verify", prefix + "/settle", prefix + "/supported");
        }

    }

    /**
     * Kinds of facilitator.
     */
    public enum FacilitatorType {

        /** Checks everything but the chain; moves no money. */
        SIMULATED,

        /** Reached over HTTP. */
        HTTP,

        /** This application itself, through nodes of the chain. */
        LOCAL,

        /** Terms are shown, payments get status 501. */
        NONE

    }

    /**
     * Settings of the HTTP adapter.
     *
     * @param maxHeldResponse Size up to which a response is held in memory until its
     * payment is settled. A larger one is settled when it outgrows this, and streamed.
     * @param maxHeldMemory Size that all responses which are held in memory, and the
     * bodies of their requests, may have together; a request beyond it gets status 503
     * and is not charged. A quarter of the heap by default.
     * @param maxRequestBody Size of the largest body that a payment is bound to.
     * @param maxPaymentHeader Size of the largest payment header that is decoded.
     * @param v1 Whether to take payments of x402 version 1.
     * @param maxTermsHeader Size of the longest terms in a header, encoded. Longer ones
     * lose their optional parts.
     */
    public record Web(@DefaultValue("2MB") DataSize maxHeldResponse, @Nullable DataSize maxHeldMemory,
            @DefaultValue("1MB") DataSize maxRequestBody, @DefaultValue("16KB") DataSize maxPaymentHeader,
            @DefaultValue("false") boolean v1, @DefaultValue("6KB") DataSize maxTermsHeader) {
    }

    /**
     * Settings of when a facilitator that does not reply is left alone.
     *
     * @param failureRate Share of calls that failed without a payer being able to cause
     * it, in percent, from which on the facilitator is not asked for a while.
     * @param window Number of last calls of which the share is taken.
     * @param openTime Time for which the facilitator is not asked then.
     */
    public record CircuitBreaker(@DefaultValue("50") int failureRate, @DefaultValue("20") int window,
            @DefaultValue("10s") Duration openTime) {

    }

    /**
     * Settings of the payments that are taken.
     *
     * @param accepting Whether to take payments. Paid endpoints respond with 503
     * otherwise.
     * @param maxTimeout Time within which a payment is settled, and so the life of a
     * payer's authorization.
     * @param identifier Whether clients name their purchases, so that a second payment
     * for the same one is not charged.
     * @param failed Settings of who has to wait after too many failed payments.
     * @param released Settings of who has to wait after too many payments that were
     * admitted and not settled.
     * @param redelivery Settings of running a handler again for a payment that was
     * settled.
     */
    public record Payments(@DefaultValue("true") boolean accepting, @DefaultValue("5m") Duration maxTimeout,
            @DefaultValue("optional") PaymentIdentifierMode identifier, @DefaultValue FailedPayments failed,
            @DefaultValue ReleasedPayments released, @DefaultValue Redelivery redelivery) {
    }

    /**
     * Settings of who has to wait after too many failures.
     *
     * @param perPayer Number of payments of one wallet that the facilitator may reject
     * within the window; 0 for any number.
     * @param perAddress Number of payments from one client address that may fail within
     * the window; 0 for any number.
     * @param window Time within which failed payments are counted, and for which no more
     * are taken then.
     */
    public record FailedPayments(@DefaultValue("20") int perPayer, @DefaultValue("100") int perAddress,
            @DefaultValue("1m") Duration window) {
    }

    /**
     * Settings of who has to wait after too many payments that were admitted, or denied
     * by the policy, and were not settled: the handler failed, or responded with an
     * error.
     *
     * @param perAuthorization Number of times that one payment may be released within the
     * window; 0 for any number.
     * @param perPayer Number of released payments of one wallet within the window; 0 for
     * any number.
     * @param perAddress Number of released payments from one client address within the
     * window; 0 for any number.
     * @param window Time within which released payments are counted, and for which no
     * more are taken then.
     */
    public record ReleasedPayments(@DefaultValue("20") int perAuthorization, @DefaultValue("100") int perPayer,
            @DefaultValue("300") int perAddress, @DefaultValue("1m") Duration window) {
    }

    /**
     * A limit.
     *
     * @param name Name that the limit is remembered by.
     * @param per What is counted together.
     * @param endpoints Names of the paid endpoints that it covers.
     * @param tags Tags of the paid endpoints that it covers. It covers all endpoints if
     * it has neither names nor tags.
     * @param maxAmount Most that may be spent, such as "$10".
     * @param maxCount Most payments.
     * @param window Time for which a payment counts.
     */
    public record Limit(@Nullable String name, @Nullable Per per, @DefaultValue List<String> endpoints,
            @DefaultValue List<String> tags, @Nullable String maxAmount, @Nullable Long maxCount,
            @Nullable Duration window) {

    }

    /**
     * Settings of tasks.
     *
     * @param retention Time for which a task is remembered: what was paid for it counts,
     * and it stays ended once it was.
     */
    public record Tasks(@DefaultValue("90d") Duration retention) {
    }

    /**
     * Settings of the payment gate.
     *
     * @param enabled Whether to create the payment gate where nothing serves requests for
     * it, for code that sells by itself. Where Spring MVC serves requests there always is
     * one.
     */
    public record Gate(@DefaultValue("false") boolean enabled) {

    }

    /**
     * Settings of running a handler again for a payment that was settled.
     *
     * @param maxRuns Number of times that a handler runs again after the first delivery
     * of a response was begun, between 0 and 100.
     * @param window Time for which it may, counted from the time at which the
     * authorization expires or the settlement became known, whichever is later.
     */
    public record Redelivery(@DefaultValue("2") int maxRuns, @DefaultValue("10m") Duration window) {

    }

    /**
     * Settings of observations. The text form hides the key.
     *
     * @param payerKey Key under which payers are hashed in spans and logs, 16 characters
     * or more; the same for all instances. A new one with each start if not set.
     */
    public record Observations(@Nullable String payerKey) {

        @Override
        public String toString() {
            return "Observations[payerKey=" + ((this.payerKey != null) ? "******" : "null") + "]";
        }

    }

}
