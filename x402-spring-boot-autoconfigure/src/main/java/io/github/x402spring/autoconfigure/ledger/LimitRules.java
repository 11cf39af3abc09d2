package io.github.x402spring.autoconfigure.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.Price;
import io.github.x402spring.autoconfigure.X402Properties.Limit;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.limit.ExposureRule;
import io.github.x402spring.limit.ExposureRule.Per;

/**
 * Factory of limits from configuration properties.
 */
final class LimitRules {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");

    private static final int MILLIONTHS = 6;

    private LimitRules() {
    }

    static List<ExposureRule> build(List<Limit> limits, Duration retention) {
        if (retention.compareTo(Duration.ofHours(1)) < 0 || retention.compareTo(Duration.ofDays(3660)) > 0) {
            throw new InvalidX402ConfigurationException("Tasks are forgotten too early, or stored for too long",
                    "Set x402.tasks.retention to a duration such as 90d, between an hour and ten years.");
        }
        List<ExposureRule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            String property = "x402.limits[" + i + "]";
            ExposureRule rule = rule(property, limits.get(i), retention);
            if (!names.add(rule.limit().name())) {
                throw new InvalidX402ConfigurationException("Two limits are called '" + rule.limit().name() + "'",
                        "Set " + property + ".name to another name.");
            }
            rules.add(rule);
        }
        return rules;
    }

    private static ExposureRule rule(String property, Limit limit, Duration taskRetention) {
        String name = limit.name();
        if (name == null || !NAME.matcher(name).matches()) {
            throw new InvalidX402ConfigurationException(
                    "A limit has no name, or one with more than letters, digits and dashes, or with more than 64 of them",
                    "Set " + property + ".name to a name such as daily.");
        }
        Per per = limit.per();
        if (per == null) {
            throw new InvalidX402ConfigurationException("Limit '" + name + "' does not say what it counts together",
                    "Set " + property + ".per to identity, payer, endpoint, tag or task.");
        }
        if (per == Per.TAG && (limit.tags().isEmpty() || !limit.endpoints().isEmpty())) {
            throw new InvalidX402ConfigurationException(
                    "Limit '" + name + "' counts by tag and does not cover tags only",
                    "Set " + property + ".tags to the tags to count, and remove " + property + ".endpoints.");
        }
        if (limit.maxAmount() == null && limit.maxCount() == null) {
            throw new InvalidX402ConfigurationException("Limit '" + name + "' limits nothing", "Set " + property
                    + ".max-amount to an amount such as \"$10\", or " + property + ".max-count to a number.");
        }
        try {
            return new ExposureRule(
                    new ExposureLimit(name, amount(limit.maxAmount()), limit.maxCount(),
                            window(property, limit, per, taskRetention)),
                    per, Set.copyOf(limit.endpoints()), Set.copyOf(limit.tags()));
        }
        catch (IllegalArgumentException | ArithmeticException ex) {
            throw new InvalidX402ConfigurationException("Limit '" + name + "' cannot be used: " + ex.getMessage(),
                    "Correct " + property + ".max-amount (an amount such as \"$10\", a billion dollars at most), "
                            + property + ".max-count or " + property + ".window (a second at least).");
        }
    }

    private static Duration window(String property, Limit limit, Per per, Duration taskRetention) {
        Duration window = limit.window();
        if (per == Per.TASK) {
            if (window != null) {
                throw new InvalidX402ConfigurationException(
                        "Limit '" + limit.name() + "' has a window, and it counts for the whole life of a task",
                        "Remove " + property + ".window; x402.tasks.retention says how long a task is remembered.");
            }
            return taskRetention;
        }
        if (window == null) {
            throw new InvalidX402ConfigurationException(
                    "Limit '" + limit.name() + "' does not say for how long a payment counts",
                    "Set " + property + ".window to a duration such as 1h.");
        }
        return window;
    }

    private static @Nullable BigInteger amount(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Price price = Price.parse(text);
        if (price.symbol() != null) {
            throw new IllegalArgumentException("limits count dollars, and the amount names a token");
        }
        return price.amount().movePointRight(MILLIONTHS).toBigIntegerExact();
    }

}
