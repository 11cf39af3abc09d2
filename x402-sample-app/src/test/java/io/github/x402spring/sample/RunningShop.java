package io.github.x402spring.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.x402spring.FreePorts;

final class RunningShop implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningShop(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningShop open(String... properties) {
        return start(List.of(), "sample.walkthrough=false", properties);
    }

    /** Starts a shop with properties that are not for the command line. */
    static RunningShop openWith(Class<?> configuration, Map<String, Object> secrets, String... properties) {
        return start(List.of(configuration), secrets, "sample.walkthrough=false", properties);
    }

    static RunningShop openWith(Class<?> configuration, String... properties) {
        return start(List.of(configuration), "sample.walkthrough=false", properties);
    }

    static RunningShop openWithWalkThrough() {
        return start(List.of(), "sample.walkthrough=true");
    }

    static int freePort() {
        return FreePorts.next();
    }

    <T> T bean(Class<T> type) {
        return this.context.getBean(type);
    }

    private static RunningShop start(List<Class<?>> configurations, String walkThrough, String... properties) {
        return start(configurations, Map.of(), walkThrough, properties);
    }

    private static RunningShop start(List<Class<?>> configurations, Map<String, Object> secrets, String walkThrough,
            String... properties) {
        // Nobody runs the Redis that only some tests need.
        List<String> arguments = new ArrayList<>(
                List.of("--" + walkThrough, "--management.health.redis.enabled=false"));
        if (Stream.of(properties).noneMatch((property) -> property.startsWith("server.port="))) {
            arguments.add("--server.port=0");
        }
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new RunningShop(
                new SpringApplicationBuilder(SampleApplication.class).sources(configurations.toArray(Class<?>[]::new))
                    .properties(secrets)
                    .run(arguments.toArray(String[]::new)));
    }

    String origin() {
        return "http://localhost:" + this.context.getEnvironment().getRequiredProperty("local.server.port");
    }

    @Override
    public void close() {
        this.context.close();
    }

}
