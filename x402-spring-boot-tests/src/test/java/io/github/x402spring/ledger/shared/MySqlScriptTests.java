package io.github.x402spring.ledger.shared;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

class MySqlScriptTests {

    private static final String FOLDER = "io/github/x402spring/ledger/jdbc/";

    private static final Pattern CHANGE = Pattern.compile("(?:ADD|MODIFY) (?:COLUMN )?([^;]+?)[,;]\\n");

    @Test
    void migrationWhenComparedWithTheFullScriptThenMakesTheSameColumnsAndIndexes() throws IOException {
        String before = read(FOLDER + "version-1-mysql.sql");
        String full = read(FOLDER + "schema-mysql.sql");
        List<String> changes = CHANGE.matcher(read(FOLDER + "migration/mysql/V2__x402_ledger.sql"))
            .results()
            .map((change) -> change.group(1))
            .toList();
        assertThat(changes).hasSize(9);
        assertThat(changes).allSatisfy((change) -> {
            assertThat(full).contains("    " + change + ",\n");
            assertThat(before).doesNotContain(change);
        });
        assertThat(definitions(full)).hasSize(definitions(before).size() + 10);
    }

    /** Columns and indexes, with the one table that is new. */
    private static List<String> definitions(String script) {
        return script.lines().filter((line) -> line.startsWith("    ") && line.endsWith(",")).toList();
    }

    private static String read(String script) throws IOException {
        return new ClassPathResource(script).getContentAsString(StandardCharsets.UTF_8);
    }

}
