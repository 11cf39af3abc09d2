package io.github.x402spring.security;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

import io.github.x402spring.codec.WireJson;
import io.github.x402spring.decision.PolicyObligation;

/**
 * Obligation handler that counts the requests of a caller for an endpoint in windows of
 * fixed length, in the memory of this instance: {@code {"limit": 10, "window_seconds":
 * 60}}. Callers are distinguished by name, and by payer where they have none. The number
 * of counters is bounded; at the bound, a caller without a counter is refused, because
 * dropping a counter would lift its limit.
 */
final class RateLimitObligationHandler implements ObligationHandler {

    private static final int MAX_COUNTERS = 10_000;

    private static final long MAX_WINDOW_SECONDS = Duration.ofDays(1).toSeconds();

    private final SecurityContextHolderStrategy contextHolder = SecurityContextHolder.getContextHolderStrategy();

    private final AuthenticationTrustResolver trustResolver = new AuthenticationTrustResolverImpl();

    private final Clock clock;

    /** Guards the counters; never held across I/O. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Key, Counter> counters = new HashMap<>();

    RateLimitObligationHandler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String type() {
        return PolicyObligation.RATE_LIMIT;
    }

    @Override
    public AuthorizationResult carryOut(PolicyObligation obligation, PaidRequest request) {
        long limit = number(obligation.attributes().get("limit"));
        long window = number(obligation.attributes().get("window_seconds"));
        if (limit < 0 || window < 1 || window > MAX_WINDOW_SECONDS) {
            return new AuthorizationDecision(false);
        }
        long now = this.clock.instant().getEpochSecond();
        long begin = now - now % window;
        if (count(new Key(caller(request), request.endpoint().name(), window), begin, now) <= limit) {
            return new AuthorizationDecision(true);
        }
        return X402AuthorizationDecision.denied()
            .limitReached(Duration.ofSeconds(begin + window - now))
            .policy(PolicyObligation.RATE_LIMIT)
            .build();
    }

    private long count(Key key, long begin, long now) {
        this.lock.lock();
        try {
            Counter counter = this.counters.get(key);
            if (counter == null && this.counters.size() >= MAX_COUNTERS) {
                this.counters.entrySet().removeIf((entry) -> entry.getValue().begin() + entry.getKey().window() <= now);
                if (this.counters.size() >= MAX_COUNTERS) {
                    return Long.MAX_VALUE;
                }
            }
            long count = (counter != null && counter.begin() == begin) ? counter.count() + 1 : 1;
            this.counters.put(key, new Counter(begin, count));
            return count;
        }
        finally {
            this.lock.unlock();
        }
    }

    private String caller(PaidRequest request) {
        Authentication authentication = this.contextHolder.getContext().getAuthentication();
        return (authentication != null && this.trustResolver.isAuthenticated(authentication))
                ? "name:" + authentication.getName() : "payer:" + request.payment().payer();
    }

    /** Returns -1 for anything but a whole number that fits. */
    private static long number(@Nullable Object value) {
        return WireJson.wholeNumber(value)
            .filter((number) -> number.bitLength() < Long.SIZE)
            .map(BigInteger::longValue)
            .orElse(-1L);
    }

    private record Key(String caller, String endpoint, long window) {
    }

    private record Counter(long begin, long count) {
    }

}
