package io.github.x402spring.autoconfigure.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.ScriptException;

import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.shared.JdbcLedgers;

/**
 * Initializer of the ledger's tables, with the names that are configured. Tables of an
 * older version are upgraded; those of a newer one are left alone.
 */
final class LedgerSchemaInitializer extends DataSourceScriptDatabaseInitializer {

    private static final String FOLDER = "io/github/x402spring/ledger/jdbc/";

    private static final String LOCATION = "optional:classpath:" + FOLDER + "schema-@@platform@@.sql";

    private static final String MIGRATION = FOLDER + "migration/@@platform@@/V2__x402_ledger.sql";

    private static final String PREFIX = "x402_";

    /** Number of objects to create, and one more. */
    private static final int MAX_TRIES = 20;

    private static final Logger logger = LoggerFactory.getLogger(LedgerSchemaInitializer.class);

    private final DataSource dataSource;

    private final X402LedgerProperties.Jdbc settings;

    LedgerSchemaInitializer(DataSource dataSource, X402LedgerProperties.Jdbc settings) {
        super(dataSource, settings(dataSource, settings));
        this.dataSource = dataSource;
        this.settings = settings;
    }

    private static DatabaseInitializationSettings settings(DataSource dataSource, X402LedgerProperties.Jdbc settings) {
        DatabaseInitializationSettings initialization = new DatabaseInitializationSettings();
        initialization.setMode(DatabaseInitializationMode.valueOf(settings.initializeSchema().name()));
        initialization.setSchemaLocations(
                platforms().withDriverPlatform(DatabaseDriver.H2, "postgresql").resolveAll(dataSource, LOCATION));
        return initialization;
    }

    private static PlatformPlaceholderDatabaseDriverResolver platforms() {
        return new PlatformPlaceholderDatabaseDriverResolver().withDriverPlatform(DatabaseDriver.MARIADB, "mysql");
    }

    @Override
    protected void runScripts(Scripts scripts) {
        List<Resource> renamed = new ArrayList<>();
        scripts.forEach((script) -> renamed.add(renamed(script)));
        if (!renamed.isEmpty()) {
            runUntilDone(renamed);
        }
    }

    /**
     * Where several instances start at once, {@code IF NOT EXISTS} does not prevent
     * PostgreSQL from creating a table twice at the same moment: one of them fails.
     */
    private void runUntilDone(List<Resource> scripts) {
        for (int tries = 1; tries < MAX_TRIES; tries++) {
            try {
                run(scripts);
                return;
            }
            catch (ScriptException ex) {
                logger.debug("Ledger tables could not be made, perhaps because another instance was faster", ex);
            }
        }
        run(scripts);
    }

    private void run(List<Resource> scripts) {
        int version = version();
        if (version > JdbcLedgers.SCHEMA_VERSION) {
            return;
        }
        List<Resource> all = new ArrayList<>();
        if (version == 1) {
            logger.info("Ledger tables are upgraded from version 1 to version {}", JdbcLedgers.SCHEMA_VERSION);
            all.add(renamed(new ClassPathResource(platforms().resolveAll(this.dataSource, MIGRATION).get(0))));
        }
        all.addAll(scripts);
        super.runScripts(new Scripts(all).encoding(StandardCharsets.UTF_8));
    }

    private int version() {
        try {
            return JdbcLedgers.builder(this.dataSource)
                .tablePrefix(this.settings.tablePrefix())
                .queryTimeout(this.settings.queryTimeout())
                .build()
                .schemaVersion();
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The version of the ledger's tables cannot be read", ex);
        }
    }

    private Resource renamed(Resource script) {
        try {
            String sql = script.getContentAsString(StandardCharsets.UTF_8);
            return new ByteArrayResource(
                    sql.replace(PREFIX, this.settings.tablePrefix()).getBytes(StandardCharsets.UTF_8));
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static final class OnInitialization extends OnDatabaseInitializationCondition {

        OnInitialization() {
            super("x402 ledger", "x402.ledger.jdbc.initialize-schema");
        }

    }

}
