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
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.ScriptException;

import io.github.x402spring.autoconfigure.X402LedgerProperties;

/**
 * Makes the ledger's tables, with the names that are configured.
 */
final class LedgerSchemaInitializer extends DataSourceScriptDatabaseInitializer {

    private static final String LOCATION = "optional:classpath:io/github/x402spring/ledger/jdbc/schema-@@platform@@.sql";

    private static final String PREFIX = "x402_";

    /** As many as there are objects to make, and one more. */
    private static final int MAX_TRIES = 16;

    private static final Logger logger = LoggerFactory.getLogger(LedgerSchemaInitializer.class);

    private final String tablePrefix;

    LedgerSchemaInitializer(DataSource dataSource, X402LedgerProperties.Jdbc settings) {
        super(dataSource, settings(dataSource, settings));
        this.tablePrefix = settings.tablePrefix();
    }

    private static DatabaseInitializationSettings settings(DataSource dataSource, X402LedgerProperties.Jdbc settings) {
        DatabaseInitializationSettings initialization = new DatabaseInitializationSettings();
        initialization.setMode(DatabaseInitializationMode.valueOf(settings.initializeSchema().name()));
        initialization.setSchemaLocations(
                new PlatformPlaceholderDatabaseDriverResolver().withDriverPlatform(DatabaseDriver.H2, "postgresql")
                    .withDriverPlatform(DatabaseDriver.MARIADB, "mysql")
                    .resolveAll(dataSource, LOCATION));
        return initialization;
    }

    @Override
    protected void runScripts(Scripts scripts) {
        List<Resource> renamed = new ArrayList<>();
        scripts.forEach((script) -> renamed.add(renamed(script)));
        runUntilDone(new Scripts(renamed).encoding(StandardCharsets.UTF_8));
    }

    /**
     * Where several instances start at once, {@code IF NOT EXISTS} does not keep
     * PostgreSQL from making a table twice at the same moment: one of them fails.
     */
    private void runUntilDone(Scripts scripts) {
        for (int tries = 1; tries < MAX_TRIES; tries++) {
            try {
                super.runScripts(scripts);
                return;
            }
            catch (ScriptException ex) {
                logger.debug("The ledger's tables could not be made, perhaps because another instance was faster", ex);
            }
        }
        super.runScripts(scripts);
    }

    private Resource renamed(Resource script) {
        try {
            String sql = script.getContentAsString(StandardCharsets.UTF_8);
            return new ByteArrayResource(sql.replace(PREFIX, this.tablePrefix).getBytes(StandardCharsets.UTF_8));
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
