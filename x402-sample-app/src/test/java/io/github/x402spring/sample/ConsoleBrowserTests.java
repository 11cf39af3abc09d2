package io.github.x402spring.sample;

import java.time.Clock;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.operator.RefusalLog;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.test.MockFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks at the console in a real browser: on a phone, a tablet and a desktop, in both
 * themes. Screenshots go to the build folder, or to the documentation with
 * {@code -Dscreenshots=docs}.
 */
class ConsoleBrowserTests {

    private static RunningShop shop;

    private static RunningShop simulated;

    private static JsonNode report;

    @BeforeAll
    static void look() throws Exception {
        Chromium.assumeInstalled();
        shop = RunningShop.openWith(SettlingFacilitator.class, "spring.datasource.url=jdbc:h2:mem:console",
                "x402.ledger.reconcile-interval=1h");
        simulated = RunningShop.open("spring.datasource.url=jdbc:h2:mem:console-simulated");
        ShopDay day = new ShopDay(shop.bean(DataSource.class));
        day.sell();
        ShopDay.refusals().forEach(shop.bean(RefusalLog.class)::add);
        report = Chromium.run("console.mjs", shop.origin(), Chromium.pictures().toString(),
                "/x402/console/payments/" + day.delivered().reference(), simulated.origin());
    }

    @AfterAll
    static void close() {
        if (shop != null) {
            shop.close();
        }
        if (simulated != null) {
            simulated.close();
        }
    }

    @Test
    void pagesWhenShownThenHaveTitlesAndNoScripts() {
        assertThat(report.path("pages").valueStream()).hasSize(2 * 3 * 9).allSatisfy((page) -> {
            assertThat(page.path("title").asString()).endsWith("x402 console");
            assertThat(page.path("scripts").asInt()).isZero();
            assertThat(page.path("simulated").asInt())
                .isEqualTo("simulated".equals(page.path("name").asString()) ? 1 : 0);
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
        assertThat(texts("control")).contains("image-alt", "csp")
            .anySatisfy((found) -> assertThat(found).startsWith("the page scrolls by 1"))
            .contains("small: p. wide and small");
    }

    @Test
    void chartWhenShownThenHasBarsAndLabels() {
        assertThat(report.path("bars").asInt()).isGreaterThan(20);
        assertThat(report.path("labels").asInt()).isGreaterThan(3);
    }

    @Test
    void pagesWhenTheWindowIsOfAnyWidthThenFitAndAreLegible() {
        assertThat(texts("layout")).isEmpty();
    }

    @Test
    void refusalsWhenShownThenArePagesWithAStyle() {
        assertThat(report.path("refusals").valueStream()).hasSize(2 * 3 * 4).allSatisfy((refusal) -> {
            assertThat(refusal.path("actual").asString()).isEqualTo(refusal.path("status").asString());
            assertThat(refusal.path("heading").asString()).isNotEmpty();
            assertThat(refusal.path("styled").asInt()).isOne();
        });
    }

    @Test
    void timelineWhenThereIsAnExplorerThenLeadsToItWithoutSayingFromWhere() {
        assertThat(texts("links")).hasSize(5)
            .allSatisfy((link) -> assertThat(link).startsWith("noopener noreferrer https://sepolia.basescan.org/"));
    }

    @Test
    void keyboardWhenUsedThenReachesEverythingInOrderAndIsSeen() {
        assertThat(texts("tabs")).containsExactly("a Skip to content", "a Overview", "a Payments", "a Unknown",
                "a Refusals", "a Endpoints", "select endpoint", "select state", "input payer", "input caller",
                "input from", "input from", "input from", "input from");
        assertThat(report.path("skipped").asString()).isEqualTo("main");
    }

    @Test
    void filterWhenAppliedThenShowsThosePaymentsOnly() {
        assertThat(texts("filtered")).isNotEmpty().containsOnly("Unknown");
    }

    private static List<String> texts(String name) {
        return report.path(name).valueStream().map(JsonNode::asString).toList();
    }

    static class SettlingFacilitator {

        @Bean
        Facilitator settlingFacilitator(List<PaymentScheme> schemes, AssetRegistry assets) {
            return new MockFacilitator(schemes, assets, Clock.systemUTC());
        }

    }

}
