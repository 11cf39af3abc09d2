package io.github.x402spring.autoconfigure.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

import io.github.x402spring.Eventually;
import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.evm.SettlementEvent;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.shared.JdbcLedgers;
import io.github.x402spring.ledger.shared.RedisLedgers;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class X402SharedLedgerAutoConfigurationTests {

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc");

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
        .withPropertyValues("spring.datasource.generate-unique-name=true");

    @Test
    void ledgerWhenThereIsADatabaseThenIsKeptThereInTablesOfItsOwn() {
        this.runner.run((context) -> {
            assertThat(context.getBean(PaymentLedger.class).kind()).isEqualTo("jdbc");
            assertThat(context.getBean(PaymentLedger.class).find(KEY)).isEmpty();
            assertThat(context.getBean(LedgerMaintenance.class).isRunning()).isTrue();
        });
    }

    @Test
    void maintenanceWhenTheApplicationStopsThenStopsAfterTheWebServer() {
        int webServer = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE;
        this.runner
            .run((context) -> assertThat(context.getBean(LedgerMaintenance.class).getPhase()).isLessThan(webServer)
                .isGreaterThan(0));
    }

    @Test
    void ledgerWhenTablesAreNamedThenHasThoseNames() {
        this.runner.withPropertyValues("x402.ledger.jdbc.table-prefix=shop_").run((context) -> {
            assertThat(context.getBean(PaymentLedger.class).find(KEY)).isEmpty();
            JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
            assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM shop_payment", Long.class)).isZero();
            assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM shop_payment_event", Long.class)).isZero();
        });
    }

    @Test
    void ledgerWhenMemoryIsChosenThenIsKeptThere() {
        this.runner.withPropertyValues("x402.ledger.type=memory")
            .run((context) -> assertThat(context.getBean(PaymentLedger.class).kind()).isEqualTo("memory"));
    }

    @Test
    void ledgerWhenThereAreTwoDatabasesThenIsKeptInMemoryWithAWarning(CapturedOutput output) {
        this.runner.withUserConfiguration(TwoDatabases.class)
            .run((context) -> assertThat(context.getBean(PaymentLedger.class).kind()).isEqualTo("memory"));
        assertThat(output).containsOnlyOnce("several DataSource beans (first, second)");
    }

    @Test
    void startWhenThereAreTwoDatabasesInProductionThenNamesRemedy() {
        InvalidX402ConfigurationException failure = failure(this.runner.withUserConfiguration(TwoDatabases.class)
            .withPropertyValues("spring.profiles.active=prod", "x402.facilitator.type=none"));
        assertThat(failure).hasMessageContaining("several DataSource beans (first, second)");
        assertThat(failure.action()).contains("@Primary", "x402.ledger.type");
    }

    @Test
    void ledgerWhenThereAreTwoDatabasesAndMemoryIsChosenThenSilent(CapturedOutput output) {
        this.runner.withUserConfiguration(TwoDatabases.class)
            .withPropertyValues("spring.profiles.active=prod", "x402.facilitator.type=none", "x402.ledger.type=memory")
            .run((context) -> assertThat(context).hasNotFailed());
        assertThat(output).doesNotContain("several DataSource beans");
    }

    @Test
    void ledgerWhenTheApplicationHasItsOwnThenThatIsUsed() {
        this.runner.withUserConfiguration(OwnLedger.class)
            .run((context) -> assertThat(context.getBean(PaymentLedger.class)).isInstanceOf(FakeLedger.class));
    }

    @Test
    void startWhenADatabaseIsChosenAndThereIsNoneThenNamesRemedy() {
        InvalidX402ConfigurationException failure = failure(
                PaidApplication.runner().withPropertyValues("x402.ledger.type=jdbc"));
        assertThat(failure.getMessage()).contains("x402.ledger.type is jdbc");
        assertThat(failure.action()).contains("spring.datasource.url", "memory");
    }

    @Test
    void ledgerWhenRedisIsChosenThenIsKeptThere() {
        this.runner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
            .withPropertyValues("x402.ledger.type=redis")
            .run((context) -> assertThat(context.getBean(PaymentLedger.class).kind()).isEqualTo("redis"));
    }

    @Test
    void ledgerWhenThereIsRedisAndItIsNotChosenThenIsKeptInTheDatabase() {
        this.runner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
            .run((context) -> assertThat(context.getBean(PaymentLedger.class).kind()).isEqualTo("jdbc"));
    }

    @Test
    void startWhenRedisIsChosenAndThereIsNoneThenNamesRemedy() {
        InvalidX402ConfigurationException failure = failure(this.runner.withPropertyValues("x402.ledger.type=redis"));
        assertThat(failure.getMessage()).contains("x402.ledger.type is redis");
        assertThat(failure.action()).contains("spring.data.redis.url");
    }

    @Test
    void startWhenRedisWouldForgetTooEarlyThenNamesRemedy() {
        InvalidX402ConfigurationException failure = failure(
                this.runner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
                    .withPropertyValues("x402.ledger.type=redis", "x402.ledger.redis.retention=59m"));
        assertThat(failure.action()).contains("x402.ledger.redis.retention");
    }

    @Test
    void startWhenRedisWouldTakeLivePaymentsForAbandonedThenNamesRemedy() {
        WebApplicationContextRunner redis = this.runner
            .withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
            .withPropertyValues("x402.ledger.type=redis", "x402.facilitator.settle-timeout=10s");
        assertThat(failure(redis.withPropertyValues("x402.ledger.recover-after=29s")).action())
            .contains("x402.ledger.recover-after");
        redis.withPropertyValues("x402.ledger.recover-after=30s")
            .run((context) -> assertThat(context.getBean(PaymentLedger.class).kind()).isEqualTo("redis"));
    }

    @Test
    void maintenanceWhenSettlementsBecameKnownThenEndsThem() {
        this.runner.withUserConfiguration(AllSettled.class)
            .withPropertyValues("x402.ledger.reconcile-interval=200ms")
            .run((context) -> {
                PaymentLedger ledger = context.getBean(PaymentLedger.class);
                Reservation reservation = ((ReserveResult.Reserved) ledger.reserve(TestClaims.claim(KEY,
                        RequestFingerprint.of("report", "GET", "/", "", new byte[0]), Instant.now().plusSeconds(60),
                        "report", "https://api.example.com/report", BigInteger.ONE, "0xd", null)))
                    .reservation();
                ledger.settling(reservation);
                ledger.unknown(reservation, "");
                Eventually.await("the payment is reconciled",
                        () -> ledger.find(KEY).orElseThrow().state() != PaymentState.UNKNOWN);
                assertThat(ledger.find(KEY)).map(StoredPayment::state).contains(PaymentState.SETTLED);
            });
    }

    @Test
    void settlementWhenTheChainTakesItBackThenIsOnRecord() {
        this.runner.run((context) -> {
            context.publishEvent(new SettlementEvent(SettlementEvent.Kind.REORGANIZED, KEY.network(), KEY.asset(),
                    KEY.payer(), KEY.nonce(), "0xlost"));
            JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
            assertThat(jdbc.queryForList(
                    "SELECT nonce || ' ' || type || ' ' || transaction_hash FROM x402_payment_event", String.class))
                .containsExactly(KEY.nonce() + " REORGANIZED 0xlost");
        });
    }

    @Test
    void maintenanceWhenTheLedgerIsTheApplicationsOwnThenNothingIsDeleted() {
        this.runner.withUserConfiguration(OwnLedger.class)
            .run((context) -> assertThat(context.getBean(LedgerMaintenance.class).chores())
                .extracting(LedgerChore::name)
                .containsExactly("recover", "reconcile"));
    }

    @Test
    void startWhenThereAreNoTablesThenNamesRemedy() {
        InvalidX402ConfigurationException failure = failure(
                this.runner.withPropertyValues("x402.ledger.jdbc.initialize-schema=never"));
        assertThat(failure.getMessage()).contains("no table x402_payment");
        assertThat(failure.action()).contains("x402.ledger.jdbc.initialize-schema", "schema-<platform>.sql",
                "x402.ledger.type");
    }

    @Test
    void startWhenTablesAreOfVersion1AndMayNotBeUpgradedThenNamesVersionsAndScript() {
        InvalidX402ConfigurationException failure = failure(this.runner.withUserConfiguration(Version1.class)
            .withPropertyValues("x402.ledger.jdbc.initialize-schema=never"));
        assertThat(failure.getMessage()).contains("version 1", "version 2", "x402_payment");
        assertThat(failure.action()).contains("V2__x402_ledger.sql", "io/github/x402spring/ledger/jdbc/migration",
                "x402.ledger.jdbc.initialize-schema");
    }

    @ParameterizedTest
    @ValueSource(strings = { "embedded", "always" })
    void startWhenTablesAreOfVersion1ThenUpgraded(String mode) {
        this.runner.withUserConfiguration(Version1.class)
            .withPropertyValues("x402.ledger.jdbc.initialize-schema=" + mode)
            .run((context) -> assertThat(context.getBean(JdbcLedgers.class).schemaVersion()).isEqualTo(2));
    }

    @ParameterizedTest
    @ValueSource(strings = { "never", "always" })
    void startWhenTablesAreNewerThenNamesVersions(String mode) {
        InvalidX402ConfigurationException failure = failure(this.runner.withUserConfiguration(Version3.class)
            .withPropertyValues("x402.ledger.jdbc.initialize-schema=" + mode));
        assertThat(failure.getMessage()).contains("version 3", "version 2");
        assertThat(failure.action()).contains("version 3", "x402.ledger.jdbc.table-prefix");
    }

    @Test
    void startWhenEntriesInRedisAreNewerThenNamesVersions() throws Exception {
        RedisLedgers ledger = mock(RedisLedgers.class);
        given(ledger.upgrade()).willReturn(3);
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(new RedisLedgerConfiguration().x402LedgerCheck(ledger)::afterSingletonsInstantiated)
            .withMessageContainingAll("version 3", "version 2")
            .satisfies((failure) -> assertThat(failure.action()).contains("x402.ledger.redis.key-prefix"));
    }

    @Test
    void startWhenRedisIsDownThenStarts() throws Exception {
        RedisLedgers ledger = mock(RedisLedgers.class);
        given(ledger.upgrade()).willThrow(new LedgerException("down", null));
        assertThatNoException()
            .isThrownBy(new RedisLedgerConfiguration().x402LedgerCheck(ledger)::afterSingletonsInstantiated);
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.ledger.jdbc.table-prefix=a;b", "x402.ledger.jdbc.table-prefix=a b",
            "x402.ledger.jdbc.query-timeout=0s", "x402.ledger.jdbc.retention=59m", "x402.ledger.recover-after=89s",
            "x402.ledger.reconcile-interval=99ms" })
    void startWhenASettingCannotBeThenNamesRemedy(String property) {
        InvalidX402ConfigurationException failure = failure(this.runner.withPropertyValues(property));
        assertThat(failure.action()).contains(property.substring(0, property.indexOf('=')));
    }

    @Test
    void startWhenTheDatabaseIsDownThenStartsAndTheLedgerCannotSay() {
        this.runner.withUserConfiguration(Unreachable.class)
            .withPropertyValues("x402.ledger.jdbc.initialize-schema=never")
            .run((context) -> {
                assertThat(context).hasNotFailed();
                assertThatExceptionOfType(LedgerException.class)
                    .isThrownBy(() -> context.getBean(PaymentLedger.class).find(KEY));
            });
    }

    private static InvalidX402ConfigurationException failure(WebApplicationContextRunner runner) {
        AtomicReference<Throwable> cause = new AtomicReference<>();
        runner.run((context) -> {
            assertThat(context).hasFailed();
            cause.set(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()));
        });
        assertThat(cause.get()).isInstanceOf(InvalidX402ConfigurationException.class);
        return (InvalidX402ConfigurationException) cause.get();
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {

        @Bean
        DataSource first() {
            return mock(DataSource.class);
        }

        @Bean
        DataSource second() {
            return mock(DataSource.class);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class AllSettled {

        @Bean
        SettlementInquiry settlementInquiry() {
            return (payment) -> new SettlementInquiry.Finding.Settled("0xab");
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnLedger {

        @Bean
        FakeLedger ledger() {
            return new FakeLedger(mock(PaymentLedger.class));
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Version1 {

        @Bean
        DataSource database() {
            return database("version-1-postgresql");
        }

        static EmbeddedDatabase database(String script) {
            return new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2)
                .generateUniqueName(true)
                .addScript("io/github/x402spring/ledger/jdbc/" + script + ".sql")
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Version3 {

        @Bean
        DataSource database() {
            DataSource database = Version1.database("schema-postgresql");
            new JdbcTemplate(database).update("UPDATE x402_schema_version SET version = 3");
            return database;
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Unreachable {

        @Bean
        DataSource database() {
            return new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none");
        }

    }

}
