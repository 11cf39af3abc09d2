package io.github.x402spring.sample;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads what Prometheus reads from a shop that has just been busy.
 */
class PrometheusHelpTests {

    private static final String PREFIX = "# HELP x402_";

    @Test
    void scrapeWhenTheShopWasBusyThenEveryMetricSaysWhatItIs() throws Exception {
        try (ObservedShop shop = ObservedShop.open(); HttpClient client = HttpClient.newHttpClient()) {
            shop.trade();
            String credentials = Base64.getEncoder().encodeToString("reader:reader".getBytes(StandardCharsets.UTF_8));
            String metrics = client
                .send(HttpRequest.newBuilder(shop.metrics()).header("Authorization", "Basic " + credentials).build(),
                        BodyHandlers.ofString())
                .body();
            List<String> help = metrics.lines().filter((line) -> line.startsWith(PREFIX)).toList();
            assertThat(help).hasSizeGreaterThan(10)
                .allSatisfy((line) -> assertThat(line.substring(PREFIX.length())).matches("\\w+ \\p{Upper}.+"))
                .anyMatch((line) -> line.startsWith(PREFIX + "exchange_seconds "))
                .anyMatch((line) -> line.startsWith(PREFIX + "replays_total "));
            assertThat(metrics.lines().filter((line) -> line.startsWith("# TYPE x402_"))).hasSameSizeAs(help);
        }
    }

}
