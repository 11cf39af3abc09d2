package io.github.x402spring.security;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Revocation registry in the memory of this instance. Thread-safe.
 */
final class InMemoryRevocationRegistry implements RevocationRegistry {

    private final Set<Entry> revoked = ConcurrentHashMap.newKeySet();

    @Override
    public void revoke(Kind kind, String id) {
        this.revoked.add(new Entry(kind, spelling(kind, id)));
    }

    @Override
    public void restore(Kind kind, String id) {
        this.revoked.remove(new Entry(kind, spelling(kind, id)));
    }

    @Override
    public boolean isRevoked(Kind kind, String id) {
        return !this.revoked.isEmpty() && this.revoked.contains(new Entry(kind, spelling(kind, id)));
    }

    private static String spelling(Kind kind, String id) {
        return (kind == Kind.PAYER) ? id.toLowerCase(Locale.ROOT) : id;
    }

    private record Entry(Kind kind, String id) {
    }

}
