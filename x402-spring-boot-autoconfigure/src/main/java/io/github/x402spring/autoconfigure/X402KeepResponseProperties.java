package io.github.x402spring.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of keeping answers that were paid for. The text form hides the key.
 *
 * @param enabled Whether to keep answers that were paid for, so that one that got lost
 * can be given again without running the handler.
 * @param maxSize Size of the largest answer that is kept.
 * @param maxMemory Room that kept answers take at most in the memory of an instance,
 * where the ledger is in memory; the oldest go first.
 * @param timeToLive Time for which an answer is kept.
 * @param key Base64 of the 32 bytes that encrypt kept answers, the same for all
 * instances. Required where the ledger is in a database or in Redis; from the
 * environment, not from a file.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.ledger.keep-response")
public record X402KeepResponseProperties(@DefaultValue("false") boolean enabled, @DefaultValue("64KB") DataSize maxSize,
        @DefaultValue("16MB") DataSize maxMemory, @DefaultValue("10m") Duration timeToLive, @Nullable String key) {

    @Override
    public String toString() {
        return "X402KeepResponseProperties[enabled=" + this.enabled + ", maxSize=" + this.maxSize + ", maxMemory="
                + this.maxMemory + ", timeToLive=" + this.timeToLive + "]";
    }

}
