package io.github.x402spring.sample;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

final class RunningShop implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningShop(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningShop open(String... properties) {
        String[] arguments = new String[properties.length + 2];
        arguments[0] = "--server.port=0";
        arguments[1] = "--sample.walkthrough=false";
        for (int i = 0; i < properties.length; i++) {
            arguments[i + 2] = "--" + properties[i];
        }
        return new RunningShop(new SpringApplicationBuilder(SampleApplication.class).run(arguments));
    }

    String origin() {
        return "http://localhost:" + this.context.getEnvironment().getRequiredProperty("local.server.port");
    }

    @Override
    public void close() {
        this.context.close();
    }

}
