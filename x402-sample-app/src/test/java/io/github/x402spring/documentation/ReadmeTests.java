package io.github.x402spring.documentation;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;

import io.github.x402spring.client.CredentialsPaymentSigner;
import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ReadmeTests {

    private static final String README = DocumentationTests.read(Path.of("../README.md"));

    private static final List<String> ANSWERS = DocumentationTests.snippets(README,
            Pattern.compile("```http\\n(.*?)```", Pattern.DOTALL));

    private static ConfigurableApplicationContext application;

    private static String origin;

    @BeforeAll
    static void startWithConfigurationOfReadme(@TempDir Path directory) throws IOException {
        String yaml = DocumentationTests.snippets(README, Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL)).get(0);
        Path file = Files.writeString(directory.resolve("application.yml"), yaml);
        application = new SpringApplicationBuilder(ReadmeApplication.class).run("--server.port=0",
                "--spring.config.location=" + file.toUri());
        origin = "http://localhost:" + application.getEnvironment().getRequiredProperty("local.server.port");
    }

    @AfterAll
    static void stop() {
        if (application != null) {
            application.close();
        }
    }

    @Test
    void challengeWhenShownThenIsWhatServerAnswers() throws Exception {
        HttpResponse<String> answer;
        try (HttpClient client = HttpClient.newHttpClient()) {
            answer = client.send(HttpRequest.newBuilder(URI.create(origin + "/weather")).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
        String headers = answer.headers()
            .map()
            .entrySet()
            .stream()
            .map((header) -> header.getKey() + ": " + String.join(", ", header.getValue()))
            .collect(Collectors.joining("\n"));
        assertShown(ANSWERS.get(0), answer.statusCode(), headers, answer.body());
    }

    @Test
    void paidAnswerWhenShownThenIsWhatServerAnswers() throws Exception {
        PaymentPolicy policy = PaymentPolicy.builder()
            .allowOrigin(origin)
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.01 USDC")
            .build();
        CredentialsPaymentSigner signer = new CredentialsPaymentSigner(Credentials.create(Keys.createEcKeyPair()));
        ResponseEntity<String> answer = RestClient.builder()
            .requestInterceptor(PayingClientHttpRequestInterceptor.builder(signer, policy).build())
            .build()
            .get()
            .uri(origin + "/weather")
            .retrieve()
            .toEntity(String.class);
        String headers = answer.getHeaders()
            .headerSet()
            .stream()
            .map((header) -> header.getKey() + ": " + String.join(", ", header.getValue()))
            .collect(Collectors.joining("\n"));
        assertShown(ANSWERS.get(1), answer.getStatusCode().value(), headers, String.valueOf(answer.getBody()));
    }

    private static void assertShown(String shown, int status, String headers, String body) {
        List<String> lines = shown.lines().toList();
        int blank = lines.indexOf("");
        assertThat(lines.get(0)).isEqualTo("HTTP/1.1 " + status);
        assertThat(lines.subList(1, blank))
            .allSatisfy((line) -> assertThat(headers.lines()).anySatisfy((header) -> assertMatches(header, line)));
        assertMatches(body,
                lines.subList(blank + 1, lines.size()).stream().map(String::strip).collect(Collectors.joining()));
    }

    private static void assertMatches(String actual, String shown) {
        StringBuilder pattern = new StringBuilder();
        for (String part : shown.split("…", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        assertThat(actual).matches(Pattern.compile(pattern.toString(), Pattern.CASE_INSENSITIVE));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(WeatherController.class)
    static class ReadmeApplication {

    }

}
