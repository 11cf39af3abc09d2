package io.github.x402spring.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the ledger of used payments.
 *
 * @param type Where used payments are stored: in the memory of this instance, in the
 * application's database, or in Redis. The database if there is one.
 * @param maxEntries Number of payments that the memory of an instance holds at most; more
 * are refused.
 * @param recoverAfter Time after which a payment without progress counts as abandoned by
 * an instance that died.
 * @param reconcileInterval Time between two questions about a payment whose settlement is
 * unknown.
 * @param jdbc Settings of the ledger in a database.
 * @param redis Settings of the ledger in Redis.
 * @param keepResponse Settings of storing responses that were paid for.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.ledger")
public record X402LedgerProperties(@Nullable Type type, @DefaultValue("100000") int maxEntries,
        @DefaultValue("2m") Duration recoverAfter, @DefaultValue("30s") Duration reconcileInterval,
        @DefaultValue Jdbc jdbc, @DefaultValue Redis redis, @DefaultValue KeepResponse keepResponse) {

    /**
     * Place where used payments are stored.
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
     * @param initializeSchema When to create the tables, and to upgrade older ones.
     * @param tablePrefix What the names of the tables begin with.
     * @param queryTimeout Time that a statement may take, in whole seconds.
     * @param retention Time for which records of settled and ended payments are stored
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
     * Time at which tables are created. Has the values of Spring Boot's type, which may
     * be absent.
     */
    public enum SchemaInitialization {

        /** In an embedded database only. */
        EMBEDDED,

        /** In every database, at each start. */
        ALWAYS,

        /** Not at all. */
        NEVER

    }

    /**
     * Settings of storing responses that were paid for. The text form hides the key.
     *
     * @param enabled Whether to store responses that were paid for, so that one that got
     * lost can be delivered again without running the handler.
     * @param maxSize Size of the largest response that is stored.
     * @param maxMemory Size that stored responses have at most in the memory of an
     * instance, where the ledger is in memory; the oldest are removed first.
     * @param timeToLive Time for which a response is stored.
     * @param key Base64 of the 32 bytes that encrypt stored responses, the same for all
     * instances. Required where the ledger is in a database or in Redis; from the
     * environment, not from a file.
     */
    public record KeepResponse(@DefaultValue("false") boolean enabled, @DefaultValue("64KB") DataSize maxSize,
            @DefaultValue("16MB") DataSize maxMemory, @DefaultValue("10m") Duration timeToLive, @Nullable String key) {

        @Override
        public String toString() {
            return "KeepResponse[enabled=" + this.enabled + ", maxSize=" + this.maxSize + ", maxMemory="
                    + this.maxMemory + ", timeToLive=" + this.timeToLive + "]";
        }

    }

}
