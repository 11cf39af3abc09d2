package io.github.x402spring.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Draws the dashboard with what a real Prometheus answers after an eventful day, and
 * looks at it in a real browser. The picture goes to the build folder, or to the
 * documentation with {@code -Dscreenshots=docs}, for which the day is longer.
 */
@PrometheusTest
@LocalChain
class DashboardPictureTests {

    private static final Path DASHBOARD = Path.of("../docs/observability/grafana/dashboards/x402-payments.json");

    private static final int STEPS = Chromium.documents() ? 240 : 6;

    @TempDir
    private static Path folder;

    private static GrafanaDashboard dashboard;

    private static JsonNode figures;

    private static JsonNode report;

    @BeforeAll
    static void draw() throws Exception {
        Chromium.assumeInstalled();
        dashboard = GrafanaDashboard.read(DASHBOARD);
        figures = figures();
        Path file = Files.writeString(folder.resolve("figures.json"), figures.toString());
        report = Chromium.run("dashboard.mjs", file.toString(),
                Chromium.pictures().resolve("dashboard.png").toString());
    }

    private static JsonNode figures() throws Exception {
        try (EventfulDay day = EventfulDay.begin(STEPS);
                PrometheusServer prometheus = PrometheusServer.start(folder, day.metrics(), "reader", "reader")) {
            day.open();
            prometheus.await("x402_payments_accepting");
            Instant from = Instant.now();
            for (int step = 0; step < STEPS; step++) {
                day.go(step);
                prometheus.awaitScrape();
            }
            prometheus.await("rate(x402_ledger_seconds_count{outcome=\"full\"}[4s])");
            return new DashboardFigures(prometheus, from, Instant.now()).of(dashboard);
        }
    }

    @Test
    void panelsWhenDrawnThenAreThoseOfTheDashboard() {
        assertThat(texts(report.path("panels"), "title"))
            .containsExactlyElementsOf(texts(dashboard.json().path("panels"), "title"));
        assertThat(texts(report.path("panels"), "type"))
            .containsExactlyElementsOf(texts(dashboard.json().path("panels"), "type"));
    }

    @Test
    void panelsWhenTheDayWasEventfulThenAllShowSomething() {
        assertThat(report.path("panels").valueStream()).filteredOn((panel) -> !is(panel, "row")).allSatisfy((panel) -> {
            assertThat(panel.path("empty").asBoolean()).as(panel.toString()).isFalse();
            assertThat(panel.path("values")).as(panel.toString()).isNotEmpty();
        });
        assertThat(report.path("panels").valueStream()).filteredOn((panel) -> is(panel, "timeseries"))
            .hasSizeGreaterThan(10)
            .allSatisfy((panel) -> assertThat(panel.path("series").asInt()).as(panel.toString()).isPositive());
    }

    @Test
    void panelsWhenDrawnThenFitAndLieApart() {
        assertThat(report.path("spilled")).isEmpty();
        assertThat(report.path("overlapping")).isEmpty();
        assertThat(report.path("wide").asBoolean()).isFalse();
    }

    @Test
    void panelsWhenTheyShowANumberThenItIsThatOfPrometheus() {
        JsonNode paid = panel(dashboard.json(), "Paid requests");
        JsonNode answer = figures.path("answers").path(paid.path("id").asString()).path("A");
        double number = Double.parseDouble(answer.path(0).path("value").path(1).asString());
        assertThat(number).isGreaterThan(1);
        assertThat(panel(report, "Paid requests").path("values").path(0).asString())
            .isEqualTo(String.format(Locale.ROOT, "%,d", Math.round(number)));
    }

    @Test
    void seriesWhenTheDayWasEventfulThenRiseAndFall() {
        JsonNode decisions = panel(dashboard.json(), "Requests for paid endpoints by decision");
        assertThat(figures.path("answers").path(decisions.path("id").asString()).path("A").valueStream())
            .hasSizeGreaterThan(3)
            .anySatisfy((series) -> assertThat(
                    series.path("values").valueStream().map((point) -> point.path(1).asString()).distinct())
                .hasSizeGreaterThan(2));
    }

    @Test
    void pageWhenShownThenTheBrowserComplainsOfNothingAndFetchesNothing() {
        assertThat(report.path("problems")).isEmpty();
    }

    @Test
    void pageWhenItIsWrongThenIsFoundOut() {
        JsonNode control = report.path("control");
        assertThat(control.path("spilled")).isNotEmpty();
        assertThat(control.path("overlapping")).isNotEmpty();
        assertThat(control.path("panels").valueStream()).filteredOn((panel) -> panel.path("empty").asBoolean())
            .hasSize(1);
    }

    @Test
    void textsFromOutsideWhenTheyAreMarkupThenAreShownAsTheyAre() {
        JsonNode control = report.path("control");
        assertThat(texts(control.path("panels"), "title")).anyMatch((title) -> title.startsWith("<script>"));
        assertThat(control.path("elements").valueStream().map(JsonNode::asString)).contains("svg")
            .doesNotContain("script", "img");
    }

    private static JsonNode panel(JsonNode panels, String title) {
        return panels.path("panels")
            .valueStream()
            .filter((panel) -> title.equals(panel.path("title").asString()))
            .findFirst()
            .orElseThrow();
    }

    private static boolean is(JsonNode panel, String type) {
        return type.equals(panel.path("type").asString());
    }

    private static List<String> texts(JsonNode all, String name) {
        return all.valueStream().map((each) -> each.path(name).asString()).toList();
    }

}
