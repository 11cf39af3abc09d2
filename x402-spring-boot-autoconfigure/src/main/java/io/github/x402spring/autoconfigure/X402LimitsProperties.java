package io.github.x402spring.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.x402spring.gate.ExposureRule.Per;

/**
 * Settings of how much may be spent.
 *
 * @param limits Limits on what is spent, and on how often.
 * @param tasks Settings of tasks, which tie paid calls together.
 * @since 0.1.0
 */
@ConfigurationProperties("x402")
public record X402LimitsProperties(@DefaultValue List<Limit> limits, @DefaultValue Tasks tasks) {

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

}
