package io.github.x402spring.published;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.GeneratedTable;

import static org.assertj.core.api.Assertions.assertThat;

class DependenciesTests {

    private static final Path PAGE = Path.of("../docs/dependencies.md");

    private static final String SELLER = "x402-spring-boot-starter";

    private static final String BUYER = "x402-spring-boot-client-starter";

    @ParameterizedTest
    @ValueSource(strings = { SELLER, BUYER, "x402-spring-boot-autoconfigure", "x402-spring-boot-test" })
    void jarsWhenOnAClassPathThenOfAnAllowedLicense(String module) throws IOException {
        assertThat(ClassPathJar.of(module)).isNotEmpty()
            .allSatisfy((jar) -> assertThat(License.allowed(jar.licenses())).as("%s: %s", jar.name(), jar.licenses())
                .isPresent());
    }

    @ParameterizedTest
    @CsvSource({ "GPL2 w/ CPE,", "LGPL-2.1-only,", "AGPL-3.0,", "EPL 1.0,", "BSD,", "Limited license,", "SSPL,",
            "Apache License 1.1,", "'Apache License, Version 2.0',APACHE_2", "MIT-0,MIT", "EDL 1.0,BSD",
            "Eclipse Public License v2.0,EPL_2" })
    void licenseWhenStatedThenAllowedOnlyByName(String stated, License expected) {
        assertThat(License.allowed(List.of(stated)).orElse(null)).isEqualTo(expected);
    }

    @Test
    void licenseWhenOneHalfOfTwoIsAllowedThenThatHalf() {
        assertThat(License.allowed(List.of("LGPL-2.1-only", "EPL-2.0"))).contains(License.EPL_2);
    }

    @Test
    void startersWhenCountedThenAsDocumented() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String starter : List.of(SELLER, BUYER)) {
            long bytes = 0;
            for (ClassPathJar jar : ClassPathJar.of(starter)) {
                bytes += jar.size();
            }
            lines.add(GeneratedTable.row("`" + starter + "`", String.valueOf(ClassPathJar.of(starter).size()),
                    Math.round(bytes / 1_000_000.0) + " MB"));
        }
        new GeneratedTable("dependencies.md", "starters").assertRows("| starter | jars | size |", lines);
    }

    @Test
    void jarsWhenStartersBringThemThenExplained() throws IOException {
        Map<String, ClassPathJar> jars = new TreeMap<>();
        List<String> seller = names(SELLER, jars);
        List<String> buyer = names(BUYER, jars);
        Map<String, String> purposes = purposes();
        List<String> lines = new ArrayList<>();
        for (ClassPathJar jar : jars.values()) {
            String name = jar.name();
            lines.add(GeneratedTable.row("`" + name + "`", seller.contains(name) ? "yes" : "no",
                    buyer.contains(name) ? "yes" : "no",
                    License.allowed(jar.licenses()).map((license) -> license.name).orElse("?"),
                    purposes.getOrDefault(name, "?")));
        }
        new GeneratedTable("dependencies.md", "jars").assertRows("| jar | seller | buyer | license | what for |",
                lines);
        assertThat(jars.keySet())
            .allSatisfy((name) -> assertThat(purposes.get(name)).as(name).isNotBlank().isNotEqualTo("?"));
    }

    private static List<String> names(String module, Map<String, ClassPathJar> jars) throws IOException {
        List<String> names = new ArrayList<>();
        for (ClassPathJar jar : ClassPathJar.of(module)) {
            jars.put(jar.name(), jar);
            names.add(jar.name());
        }
        return names;
    }

    private static Map<String, String> purposes() throws IOException {
        Map<String, String> purposes = new HashMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            String[] cells = line.split("\\|");
            if (cells.length == 6 && cells[1].startsWith(" `")) {
                purposes.put(cells[1].strip().replace("`", ""), cells[5].strip());
            }
        }
        return purposes;
    }

}
