package io.github.x402spring.sample;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

final class RunningShop implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningShop(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningShop open(String... properties) {
        return start(List.of(), "sample.walkthrough=false", properties);
    }

    static RunningShop openWith(Class<?> configuration, String... properties) {
        return start(List.of(configuration), "sample.walkthrough=false", properties);
    }

    static RunningShop openWithWalkThrough() {
        return start(List.of(), "sample.walkthrough=true");
    }

    private static RunningShop start(List<Class<?>> configurations, String walkThrough, String... properties) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--" + walkThrough));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new RunningShop(
                new SpringApplicationBuilder(SampleApplication.class).sources(configurations.toArray(Class<?>[]::new))
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
