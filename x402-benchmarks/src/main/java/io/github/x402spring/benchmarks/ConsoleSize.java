package io.github.x402spring.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * Measurement of the console's pages over HTTP with a PostgreSQL ledger of many payments. Prints how long they take, and fails if a first page takes too long.
 */
public final class ConsoleSize {

    private static final double MOST_MILLIS = 300;

    private static final int ROUNDS = 41;

    private static final String FILL_PAYMENTS = """
            INSERT INTO x402_payment (network, asset, payer, nonce, state, token, resumed, fingerprint, endpoint,
                resource, scheme, amount, pay_to, caller, transaction_hash, valid_before, created_at)
            SELECT 'eip155:84532', '0x036cbd53842c5426634e7929541ec2318f3dcf7e',
                '0x' || md5((i % 5000)::text) || 'abcdef01', '0x' || md5(i::text) || md5('n' || i),
                CASE WHEN i % 10000 = 0 THEN 'UNKNOWN' ELSE 'SETTLED' END, md5('t' || i), FALSE, repeat('f', 64),
                'weather' || i % 8, 'https://api.example.com/weather', 'exact', 10000,
                '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', 'caller' || i % 500, '0x' || repeat('c', 64),
                EXTRACT(EPOCH FROM now())::bigint - i * 7, now() - i * INTERVAL '7 seconds'
            FROM generate_series(1, ?) i
            """;

    private static final String FILL_EVENTS = """
            INSERT INTO x402_payment_event (network, asset, payer, nonce, type, transaction_hash)
            SELECT network, asset, payer, nonce, type, CASE WHEN type = 'SETTLED' THEN transaction_hash END
            FROM x402_payment, unnest(ARRAY['RESERVED', 'SETTLING', 'SETTLED']) type
            """;

    private ConsoleSize() {
    }

    /**
     * Measures.
     * @param args how many payments (1000000), seven seconds from one to the next
     * @throws IOException if the database does not start
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int payments = (args.length > 0) ? Integer.parseInt(args[0]) : 1_000_000;
        try (EmbeddedPostgres server = LedgerStore.durable().start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            fill(url, payments);
            try (ConfigurableApplicationContext application = start(url)) {
                String origin = "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
                // Warms up all but the database.
                measure(origin, "/endpoints");
                boolean missed = measure(origin, "") > MOST_MILLIS;
                measure(origin, "?window=30d");
                missed |= measure(origin, "/payments") > MOST_MILLIS;
                measure(origin, "/payments?payer=0xcfcd208495d565ef66e7dff9f98764daabcdef01");
                measure(origin, "/payments?caller=caller7&endpoint=weather7");
                measure(origin, "/unknown");
                if (missed) {
                    throw new IllegalStateException("The console gets slow when the ledger grows");
                }
            }
        }
    }

    private static void fill(String url, int payments) {
        DriverManagerDataSource database = new DriverManagerDataSource(url);
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(database);
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.update(FILL_PAYMENTS, payments);
        jdbc.update(FILL_EVENTS);
        jdbc.execute("VACUUM ANALYZE");
        print("%,d payments", payments);
    }

    private static ConfigurableApplicationContext start(String url) {
        return new SpringApplicationBuilder(Shop.class)
            .properties("server.port=0", "spring.main.banner-mode=off", "spring.datasource.url=" + url,
                    "logging.level.root=error", "x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
                    "x402.console.enabled=true")
            .run();
    }

    /** Prints the first time and the median of the others, and returns the median. */
    private static double measure(String origin, String page) throws IOException, InterruptedException {
        String credentials = Base64.getEncoder()
            .encodeToString("operator:operator".getBytes(StandardCharsets.US_ASCII));
        HttpRequest request = HttpRequest.newBuilder(URI.create(origin + "/x402/console" + page))
            .header("Authorization", "Basic " + credentials)
            .build();
        HttpClient client = HttpClient.newHttpClient();
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            times.add((System.nanoTime() - start) / 1e6);
            if (response.statusCode() != 200) {
                throw new IllegalStateException("The console responds with " + response.statusCode());
            }
        }
        List<Double> others = new ArrayList<>(times.subList(1, ROUNDS));
        others.sort(null);
        print("%-45s first %.0f ms, then %.1f ms (%.1f to %.1f)", "/x402/console" + page, times.get(0),
                others.get(others.size() / 2), others.get(0), others.get(others.size() - 1));
        return others.get(others.size() / 2);
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {

        @Bean
        InMemoryUserDetailsManager operators() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("operator").password("operator").authorities("SCOPE_x402.console").build());
        }

        /** The time to check a password is not to be measured. */
        @Bean
        PasswordEncoder cheapEncoder() {
            return new PasswordEncoder() {

                @Override
                public @Nullable String encode(@Nullable CharSequence password) {
                    return String.valueOf(password);
                }

                @Override
                public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
                    return encoded != null && password != null && encoded.contentEquals(password);
                }

            };
        }

    }

}
