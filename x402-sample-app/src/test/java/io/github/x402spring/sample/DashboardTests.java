package io.github.x402spring.sample;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.sample.GrafanaDashboard.Query;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has a real Prometheus evaluate what dashboards and alerts ask for, against a shop that
 * has just been busy.
 */
@PrometheusTest
class DashboardTests {

    private static final Path DOCS = Path.of("..", "docs", "observability");

    /**
     * What nobody can see in a shop without a chain, or in one where nothing goes wrong.
     */
    private static final Set<String> EMPTY_PANELS = Set.of("Gas of relayers", "Transactions that wait to be mined",
            "Steps without an answer", "Paid and not delivered");

    private static final Set<String> OWN_LABELS = Set.of("application", "instance", "le");

    private static final Pattern METRIC = Pattern.compile("x402_[a-z_]+");

    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+).*, (\\w+)\\)");

    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");

    @TempDir
    private static Path folder;

    private static ObservedShop shop;

    private static PrometheusServer prometheus;

    private static GrafanaDashboard dashboard;

    private static Set<String> metrics;

    /** When all that is asked for had been collected. The next collection may fail. */
    private static long time;

    @BeforeAll
    static void openShop() throws Exception {
        dashboard = GrafanaDashboard.read(DOCS.resolve("grafana/dashboards/x402-payments.json"));
        shop = ObservedShop.open();
        shop.trade();
        prometheus = PrometheusServer.start(folder, shop.metrics(), "reader", "reader");
        prometheus.await("x402_payments_accepting");
        shop.trade();
        prometheus.await("sum(x402_exchange_seconds_count{decision=\"settled\"}) == " + shop.sales());
        String settled = "x402_exchange_seconds_count{decision=\"settled\"}";
        time = (long) Math.ceil(Double.parseDouble(prometheus.lastScrape(settled)));
        metrics = names();
    }

    @AfterAll
    static void closeShop() {
        if (prometheus != null) {
            prometheus.close();
        }
        shop.close();
    }

    @Test
    void panelsWhenShopWasBusyThenShowSomething() {
        assertThat(dashboard.queries()).hasSizeGreaterThan(25)
            .filteredOn((query) -> !EMPTY_PANELS.contains(query.panel()))
            .allSatisfy(
                    (query) -> assertThat(prometheus.query(query.expanded(), time)).as(query.toString()).isNotEmpty());
    }

    @Test
    void panelsThatMayBeEmptyThenAskForWhatThereCanBe() {
        assertThat(dashboard.queries()).filteredOn((query) -> EMPTY_PANELS.contains(query.panel()))
            .hasSize(EMPTY_PANELS.size())
            .allSatisfy((query) -> assertThat(prometheus.query(query.expanded(), time)).as(query.toString()).isEmpty());
    }

    @Test
    void revenueWhenThingsWereSoldThenIsWhatTheyCost() {
        JsonNode earned = prometheus.query("sum by (asset) (x402_payments_settled_amount_total)", time);
        assertThat(earned).hasSize(1);
        assertThat(earned.path(0).path("metric").path("asset").asString()).isEqualTo("USDC");
        assertThat(Double.parseDouble(earned.path(0).path("value").path(1).asString())).isEqualTo(shop.earned(),
                Offset.offset(1e-9));
    }

    @Test
    void namesAndLabelsThenAreThoseOfTheReference() throws Exception {
        Set<String> documented = MeterReference.metrics();
        Set<String> labels = new HashSet<>(MeterReference.labels());
        labels.addAll(OWN_LABELS);
        for (String expression : expressions()) {
            assertThat(find(METRIC, expression, 0)).as(expression).isNotEmpty().isSubsetOf(documented);
            assertThat(find(MATCHER, expression, 1)).as(expression).isSubsetOf(labels);
        }
        assertThat(metrics).isNotEmpty().isSubsetOf(documented);
    }

    /** A value that is misspelled matches nothing, and nobody would notice. */
    @Test
    void valuesOfLabelsThenAreThoseOfTheReference() throws Exception {
        for (String expression : expressions()) {
            Matcher matcher = MATCHER.matcher(expression);
            while (matcher.find()) {
                String label = matcher.group(1);
                if (!OWN_LABELS.contains(label) && !"endpoint".equals(label)) {
                    assertThat(List.of(matcher.group(3).split("\\|"))).as(expression)
                        .isSubsetOf(MeterReference.values(label));
                }
            }
        }
    }

    @Test
    void variablesOfTheDashboardThenHaveValues() {
        List<String> queries = Stream.of("application", "instance").toList();
        dashboard.json().path("templating").path("list").forEach((variable) -> {
            if (queries.contains(variable.path("name").asString())) {
                assertThat(prometheus
                    .query("group by (" + variable.path("name").asString() + ") (x402_payments_accepting)", time))
                    .isNotEmpty();
            }
        });
        assertThat(prometheus.query("group by (endpoint) (x402_exchange_seconds_count)", time)).hasSizeGreaterThan(1);
    }

    @Test
    void alertsWhenJudgedByPrometheusThenFireWhereTheyShould() throws Exception {
        Files.copy(DOCS.resolve("prometheus/x402-alerts.yml"), folder.resolve("x402-alerts.yml"));
        Files.copy(Path.of("src", "test", "resources", "observability", "x402-alerts-test.yml"),
                folder.resolve("x402-alerts-test.yml"));
        Files.copy(DOCS.resolve("prometheus/prometheus.yml"), folder.resolve("documented.yml"));
        assertThat(promtool("check", "config", "documented.yml")).contains("11 rules found");
        assertThat(promtool("test", "rules", "x402-alerts-test.yml")).contains("SUCCESS");
    }

    @Test
    void scrapeWhenReadByAPersonThenNamesNoAddress() throws Exception {
        String scrape;
        try (HttpClient client = HttpClient.newHttpClient()) {
            scrape = client
                .send(HttpRequest.newBuilder(shop.metrics())
                    .header("Authorization", "Basic cmVhZGVyOnJlYWRlcg==")
                    .build(), BodyHandlers.ofString())
                .body();
        }
        assertThat(scrape).contains("x402_exchange_seconds_count").doesNotContain("0x");
    }

    private static Collection<String> expressions() throws IOException {
        Set<String> expressions = new TreeSet<>(dashboard.queries().stream().map(Query::expression).toList());
        String rules = Files.readString(DOCS.resolve("prometheus/x402-alerts.yml"));
        Matcher expression = Pattern.compile("expr: (>-)?(.*?)\\n +for:", Pattern.DOTALL).matcher(rules);
        while (expression.find()) {
            expressions.add(expression.group(2));
        }
        return expressions;
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>();
        prometheus.query("group by (__name__) ({__name__=~\"x402_.*\"})", time)
            .forEach((each) -> names.add(each.path("metric").path("__name__").asString()));
        return names;
    }

    private static Set<String> find(Pattern pattern, String text, int group) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(group));
        }
        return found;
    }

    private static String promtool(String... arguments) throws Exception {
        List<String> command = Stream
            .concat(Stream.of(PrometheusServer.find("promtool").orElseThrow().toString()), Stream.of(arguments))
            .toList();
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

}
