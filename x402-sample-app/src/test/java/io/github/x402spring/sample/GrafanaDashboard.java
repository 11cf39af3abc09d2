package io.github.x402spring.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what the panels of a dashboard ask for.
 */
final class GrafanaDashboard {

    private final JsonNode json;

    private GrafanaDashboard(JsonNode json) {
        this.json = json;
    }

    static GrafanaDashboard read(Path file) throws IOException {
        return new GrafanaDashboard(JsonMapper.shared().readTree(Files.readString(file)));
    }

    JsonNode json() {
        return this.json;
    }

    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        this.json.path("panels")
            .forEach((panel) -> panel.path("targets")
                .forEach((target) -> queries
                    .add(new Query(panel.path("title").asString(), target.path("expr").asString()))));
        return queries;
    }

    /** Puts values in place of Grafana's variables, as Grafana does. */
    static String expand(String expression, Duration rateInterval, Duration range) {
        return expression.replace("$__rate_interval", rateInterval.toSeconds() + "s")
            .replace("$__range", range.toSeconds() + "s")
            .replaceAll("\\$(application|instance|endpoint)", ".*");
    }

    /**
     * Is a question of a panel.
     *
     * @param panel the panel's title
     * @param expression the expression as Grafana has it, with its variables
     */
    record Query(String panel, String expression) {

        /** Asks for a few minutes. */
        String expanded() {
            return expand(this.expression, Duration.ofSeconds(30), Duration.ofMinutes(5));
        }

        @Override
        public String toString() {
            return this.panel + ": " + this.expression;
        }

    }

}
