package io.github.x402spring.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the memory of used payments.
 *
 * @param type Where used payments are remembered: in the memory of this instance, in the
 * application's database, or in Redis. The database if there is one.
 * @param maxEntries Number of payments that the memory of an instance holds at most; more
 * are refused.
 * @param recoverAfter Time after which a payment that nobody touched counts as left by an
 * instance that died.
 * @param reconcileInterval Time between two questions about a payment whose settlement is
 * unknown.
 * @param jdbc Settings of the ledger in a database.
 * @param redis Settings of the ledger in Redis.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.ledger")
public record X402LedgerProperties(@Nullable Type type, @DefaultValue("100000") int maxEntries,
        @DefaultValue("2m") Duration recoverAfter, @DefaultValue("30s") Duration reconcileInterval,
        @DefaultValue Jdbc jdbc, @DefaultValue Redis redis) {

    /**
     * Is a place where used payments are remembered.
     */
    public enum Type {

        /** In the memory of this instance. */
        MEMORY,

        /** In the application's database. */
        JDBC,

        /** In Redis. */
        REDIS

    }

    /**
     * Settings of the ledger in a database.
     *
     * @param initializeSchema When to make the tables, and to upgrade older ones.
     * @param tablePrefix What the names of the tables begin with.
     * @param queryTimeout Time that a statement may take, in whole seconds.
     * @param retention Time for which records of settled and ended payments are kept
     * after the payer's authorization expired.
     */
    public record Jdbc(@DefaultValue("embedded") SchemaInitialization initializeSchema,
            @DefaultValue("x402_") String tablePrefix, @DefaultValue("3s") Duration queryTimeout,
            @DefaultValue("90d") Duration retention) {
    }

    /**
     * Settings of the ledger in Redis.
     *
     * @param keyPrefix What the names of the keys begin with. In a cluster it has a hash
     * tag.
     * @param retention Time for which payments are remembered after the payer's
     * authorization expired.
     */
    public record Redis(@DefaultValue("{x402}:") String keyPrefix, @DefaultValue("24h") Duration retention) {
    }

    /**
     * Says when to make tables. Has the words of Spring Boot, which may not be there.
     */
    public enum SchemaInitialization {

        /** In an embedded database only. */
        EMBEDDED,

        /** In every database, at each start. */
        ALWAYS,

        /** Not at all. */
        NEVER

    }

}
