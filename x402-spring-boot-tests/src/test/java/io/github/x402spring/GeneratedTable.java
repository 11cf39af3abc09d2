package io.github.x402spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Is a reference table in a page, which is compared with the code that it is generated
 * from, and written when the system property {@value #WRITE} is set.
 */
public final class GeneratedTable {

    private static final String WRITE = "x402.docs.write";

    private final Path page;

    private final String name;

    /**
     * Names a table.
     * @param page the name of the page
     * @param name the name that stands in the page around the table
     */
    public GeneratedTable(String page, String name) {
        this.page = Path.of("../docs").resolve(page);
        this.name = name;
    }

    /**
     * Compares the table, or writes it.
     * @param head the first row
     * @param rows the other rows
     * @throws IOException if the page cannot be read
     */
    public void assertRows(String head, List<String> rows) throws IOException {
        String separator = head.replaceAll("[^|]+", "---");
        String table = head + "\n" + separator + "\n" + String.join("\n", rows) + "\n";
        String begin = "<!-- generated: " + this.name + " -->\n";
        String end = "<!-- end: " + this.name + " -->\n";
        String text = Files.readString(this.page, StandardCharsets.UTF_8);
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        assertThat(text).contains(begin, end);
        if (System.getProperty(WRITE) != null) {
            Files.writeString(this.page, text.substring(0, from) + table + text.substring(to), StandardCharsets.UTF_8);
            return;
        }
        assertThat(text.substring(from, to))
            .as("%s differs from the code; run the tests of documentation with -D%s=true to write the table anew",
                    this.page, WRITE)
            .isEqualTo(table);
    }

    /**
     * Lays out a row.
     * @param cells the cells
     * @return the row
     */
    public static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

}
