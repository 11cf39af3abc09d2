package io.github.x402spring.sample;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.observation.PaymentKeyName;
import io.github.x402spring.observation.X402Meter;
import io.github.x402spring.observation.X402Observation;

/**
 * Says what the library measures, in Prometheus' words.
 */
final class MeterReference {

    private static final Pattern VALUE = Pattern.compile("`([a-z_0-9]+)`");

    private MeterReference() {
    }

    static Set<String> metrics() {
        Stream<String> timers = Arrays.stream(X402Observation.values())
            .map((each) -> name(each.getName()))
            .flatMap((name) -> Stream.of("_seconds", "_active_seconds")
                .flatMap((unit) -> Stream.of("_count", "_sum", "_max", "_bucket", "_gcount", "_gsum")
                    .map((suffix) -> name + unit + suffix)));
        return Stream.concat(timers, Arrays.stream(X402Meter.values()).map(MeterReference::metric))
            .collect(Collectors.toSet());
    }

    private static String metric(X402Meter meter) {
        String name = name(meter.getName());
        return switch (meter.getType()) {
            case COUNTER -> name + "_total";
            default -> (meter.getBaseUnit() != null) ? name + "_" + meter.getBaseUnit() : name;
        };
    }

    static Set<String> labels() {
        return Stream
            .concat(Arrays.stream(X402Observation.values())
                .flatMap((each) -> Arrays.stream(each.getLowCardinalityKeyNames())),
                    Arrays.stream(X402Meter.values()).flatMap((each) -> Arrays.stream(each.getKeyNames())))
            .map(KeyName::asString)
            .collect(Collectors.toSet());
    }

    static Set<String> values(String label) {
        Set<String> values = new HashSet<>();
        Arrays.stream(PaymentKeyName.values()).filter((key) -> key.asString().equals(label)).forEach((key) -> {
            Matcher value = VALUE.matcher(key.documentation());
            while (value.find()) {
                values.add(value.group(1));
            }
        });
        if (PaymentKeyName.REASON.asString().equals(label)) {
            Arrays.stream(Reason.values()).map((reason) -> reason.name().toLowerCase(Locale.ROOT)).forEach(values::add);
        }
        return values;
    }

    private static String name(String name) {
        return name.replace('.', '_');
    }

}
