package io.github.x402spring.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Comparison of a PostgreSQL ledger with many payments and an empty one, in turns. Prints ratios, and fails if the many cost more than allowed.
 */
public final class LedgerSize {

    private static final double MOST = 1.2;

    /** Even, so that the empty one begins the measured rounds. */
    private static final int WARM_UP = 20;

    private static final int ROWS_AT_ONCE = 100_000;

    private static final String FILL_PAYMENTS = """
            INSERT INTO x402_payment (network, asset, payer, nonce, state, token, resumed, fingerprint, endpoint,
                resource, scheme, amount, pay_to, transaction_hash, valid_before)
            SELECT 'eip155:84532', '0x036cbd53842c5426634e7929541ec2318f3dcf7e', '0x' || md5(i::text) || 'abcdef01',
                '0x' || md5(i::text) || md5('n' || i), 'SETTLED', md5('t' || i), FALSE, repeat('f', 64), 'weather',
                'https://api.example.com/weather', 'exact', 10000, '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
                '0x' || repeat('c', 64), EXTRACT(EPOCH FROM now())::bigint + i % 300
            FROM generate_series(?, ?) i
            """;

    private static final String FILL_EVENTS = """
            INSERT INTO x402_payment_event (network, asset, payer, nonce, type, transaction_hash)
            SELECT network, asset, payer, nonce, type, CASE WHEN type = 'SETTLED' THEN transaction_hash END
            FROM x402_payment, unnest(ARRAY['RESERVED', 'SETTLING', 'SETTLED']) type
            """;

    private LedgerSize() {
    }

    /**
     * Measures.
     * @param args how many payments (1000000), how many rounds (15), and whether to wait
     * for the disk (true)
     * @throws IOException if the database does not start
     * @throws RunnerException if the benchmark fails
     */
    public static void main(String[] args) throws IOException, RunnerException {
        int payments = (args.length > 0) ? Integer.parseInt(args[0]) : 1_000_000;
        int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 15;
        boolean durable = args.length < 3 || Boolean.parseBoolean(args[2]);
        EmbeddedPostgres.Builder builder = durable ? LedgerStore.durable() : EmbeddedPostgres.builder();
        try (EmbeddedPostgres server = builder.start()) {
            String empty = create(server, "empty");
            String full = create(server, "full");
            fill(jdbc(full), payments);
            boolean missed = false;
            for (String threads : List.of("one", "eight")) {
                missed |= compare(threads, empty, full, rounds) > MOST;
            }
            if (missed) {
                throw new IllegalStateException("The ledger gets slower when it grows");
            }
        }
    }

    private static String create(EmbeddedPostgres server, String name) {
        jdbc(server.getJdbcUrl("postgres", "postgres")).execute("CREATE DATABASE ledger_" + name);
        String url = server.getJdbcUrl("postgres", "ledger_" + name);
        new ResourceDatabasePopulator(new ClassPathResource("io/github/x402spring/ledger/jdbc/schema-postgresql.sql"))
            .execute(new DriverManagerDataSource(url));
        return url;
    }

    private static JdbcTemplate jdbc(String url) {
        return new JdbcTemplate(new DriverManagerDataSource(url));
    }

    private static void fill(JdbcTemplate jdbc, int payments) {
        for (int from = 1; from <= payments; from += ROWS_AT_ONCE) {
            jdbc.update(FILL_PAYMENTS, from, Math.min(from + ROWS_AT_ONCE - 1, payments));
        }
        jdbc.update(FILL_EVENTS);
        jdbc.execute("VACUUM ANALYZE");
        String size = "SELECT pg_size_pretty(pg_database_size(current_database()))";
        print("%,d payments with three events each, %s with indexes", payments,
                jdbc.queryForList(size, String.class).get(0));
    }

    /** Returns the median of the ratios. */
    private static double compare(String threads, String empty, String full, int rounds) throws RunnerException {
        jdbc(empty).execute("TRUNCATE x402_payment, x402_payment_event");
        jdbc(empty).execute("CHECKPOINT");
        List<Double> times = measure(threads, empty + " " + full, rounds);
        List<Double> emptyTimes = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < times.size(); i += 2) {
            emptyTimes.add(times.get(i));
            ratios.add(times.get(i + 1) / times.get(i));
        }
        emptyTimes.sort(null);
        ratios.sort(null);
        double median = ratios.get(rounds / 2);
        print("%s at a time: empty %.0f µs; full against empty %.3f (%.3f to %.3f)", threads,
                emptyTimes.get(rounds / 2), median, ratios.get(0), ratios.get(rounds - 1));
        return median;
    }

    /** Returns the times of the databases in turn. */
    private static List<Double> measure(String threads, String urls, int rounds) throws RunnerException {
        Options options = new OptionsBuilder().include("LedgerBenchmark\\." + threads + "$")
            .param("store", urls)
            .warmupIterations(WARM_UP)
            .measurementIterations(2 * rounds)
            .measurementTime(TimeValue.seconds(2))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
        RunResult result = new Runner(options).run().iterator().next();
        List<Double> times = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                times.add(iteration.getPrimaryResult().getScore());
            }
        }
        return times;
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }

}
