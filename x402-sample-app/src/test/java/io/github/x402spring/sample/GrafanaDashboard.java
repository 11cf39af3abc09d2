package io.github.x402spring.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /**
     * Is a question of a panel.
     *
     * @param panel the panel's title
     * @param expression the expression as Grafana has it, with its variables
     */
    record Query(String panel, String expression) {

        /** Puts values in place of Grafana's variables, as Grafana does. */
        String expanded() {
            return this.expression.replace("$__rate_interval", "30s")
                .replace("$__range", "5m")
                .replaceAll("\\$(application|instance|endpoint)", ".*");
        }

        @Override
        public String toString() {
            return this.panel + ": " + this.expression;
        }

    }

}
