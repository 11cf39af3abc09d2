package io.github.x402spring.sample;

import java.time.Duration;
import java.time.Instant;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has Prometheus answer what the panels of a dashboard ask for, with steps and windows as
 * Grafana chooses them.
 */
final class DashboardFigures {

    private static final int SCRAPE = 1;

    private static final int POINTS = 120;

    private final PrometheusServer prometheus;

    private final long from;

    private final long to;

    DashboardFigures(PrometheusServer prometheus, Instant from, Instant to) {
        this.prometheus = prometheus;
        this.from = from.getEpochSecond();
        this.to = to.getEpochSecond();
    }

    /** Returns the dashboard together with the answers, by panel and target. */
    JsonNode of(GrafanaDashboard dashboard) {
        ObjectNode figures = JsonMapper.shared().createObjectNode();
        figures.put("from", this.from).put("to", this.to).set("dashboard", dashboard.json());
        ObjectNode answers = figures.putObject("answers");
        for (JsonNode panel : dashboard.json().path("panels")) {
            ObjectNode ofPanel = answers.putObject(panel.path("id").asString());
            panel.path("targets")
                .forEach((target) -> ofPanel.set(target.path("refId").asString(), answer(panel, target)));
        }
        return figures;
    }

    private JsonNode answer(JsonNode panel, JsonNode target) {
        Duration range = Duration.ofSeconds(this.to - this.from);
        Duration step = Duration
            .ofSeconds(Math.max(SCRAPE, Math.ceilDiv(range.toSeconds(), panel.path("maxDataPoints").asInt(POINTS))));
        Duration rate = Duration.ofSeconds(Math.max(step.toSeconds() + SCRAPE, 4 * SCRAPE));
        String expression = GrafanaDashboard.expand(target.path("expr").asString(), rate, range);
        return target.path("instant").asBoolean() ? this.prometheus.query(expression, this.to)
                : this.prometheus.query(expression, this.from, this.to, step.toSeconds());
    }

}
