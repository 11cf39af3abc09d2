package io.github.x402spring.sample;

import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.gate.RefusalLog;
import io.github.x402spring.ledger.PaymentReference;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks at the operator's page in a real browser. Screenshots go to the build folder, or
 * to the documentation with {@code -Dscreenshots=docs}.
 */
class ConsoleBrowserTests {

    private static RunningShop shop;

    private static JsonNode report;

    @BeforeAll
    static void look() throws Exception {
        Chromium.assumeInstalled();
        shop = RunningShop.open("spring.datasource.url=jdbc:h2:mem:console", "x402.ledger.reconcile-interval=1h");
        ShopDay day = new ShopDay(shop.bean(DataSource.class));
        day.sell();
        ShopDay.refusals().forEach(shop.bean(RefusalLog.class)::add);
        report = Chromium.run("console.mjs", shop.origin(), Chromium.pictures().toString(),
                "/x402/console/payments/" + PaymentReference.of(day.delivered()));
    }

    @AfterAll
    static void close() {
        if (shop != null) {
            shop.close();
        }
    }

    @Test
    void pagesWhenShownThenHaveTitlesAndNoScripts() {
        assertThat(report.path("pages").valueStream()).hasSize(14).allSatisfy((page) -> {
            assertThat(page.path("title").asString()).endsWith("x402 console");
            assertThat(page.path("scripts").asInt()).isZero();
        });
    }

    @Test
    void pagesWhenShownThenTheBrowserComplainsOfNothing() {
        assertThat(texts("problems")).isEmpty();
    }

    @Test
    void pagesWhenCheckedForAccessibilityThenNothingIsFound() {
        assertThat(texts("violations")).isEmpty();
    }

    @Test
    void checksWhenThereIsSomethingToFindThenFindIt() {
        assertThat(texts("control")).contains("image-alt", "csp");
    }

    @Test
    void chartWhenShownThenHasBarsAndLabels() {
        assertThat(report.path("bars").asInt()).isGreaterThan(20);
        assertThat(report.path("labels").asInt()).isGreaterThan(10);
    }

    @Test
    void pagesWhenTheWindowIsNarrowThenFit() {
        assertThat(texts("narrow")).isEmpty();
    }

    @Test
    void keyboardWhenUsedThenReachesEverythingInOrderAndIsSeen() {
        assertThat(texts("tabs")).containsExactly("a Skip to content", "a Overview", "a Payments",
                "a Unknown settlements", "a Refusals", "a Endpoints", "select endpoint", "select state", "input payer",
                "input caller", "input from", "input from", "input from", "input from");
        assertThat(report.path("skipped").asString()).isEqualTo("main");
    }

    @Test
    void filterWhenAppliedThenShowsThosePaymentsOnly() {
        assertThat(texts("filtered")).isNotEmpty().containsOnly("Unknown");
    }

    private static List<String> texts(String name) {
        return report.path(name).valueStream().map(JsonNode::asString).toList();
    }

}
