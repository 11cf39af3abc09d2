package io.github.x402spring.test.chain;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AnvilSearchTests {

    @TempDir
    private Path root;

    private Path home;

    private Path module;

    @BeforeEach
    void prepare() throws IOException {
        this.home = Files.createDirectories(this.root.resolve("home"));
        this.module = Files.createDirectories(this.root.resolve("work/project/module"));
        Files.createFile(this.root.resolve("work/project/pom.xml"));
        Files.createFile(this.module.resolve("pom.xml"));
    }

    @Test
    void findWhenNowhereThenEmpty() throws IOException {
        anvil("work/elsewhere/src/test/node/node_modules/@foundry-rs/anvil-linux-amd64/bin");
        Path notExecutable = Files.createDirectories(this.home.resolve(".foundry/bin")).resolve("anvil");
        Files.createFile(notExecutable);
        Files.createDirectories(this.home.resolve(".cache/x402/anvil"));
        assertThat(search(Map.of(), Map.of()).find()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "home/.foundry/bin", "home/.cache/x402",
            "work/project/module/node_modules/@foundry-rs/anvil-linux-amd64/bin",
            "work/project/module/src/test/node/node_modules/@foundry-rs/anvil-darwin-arm64/bin",
            "work/project/node_modules/@foundry-rs/anvil-linux-amd64/bin",
            "work/project/sibling/src/test/node/node_modules/@foundry-rs/anvil-linux-amd64/bin" })
    void findWhenItIsInAPlaceThenFound(String place) throws IOException {
        Path sibling = Files.createDirectories(this.root.resolve("work/project/sibling"));
        Files.createFile(sibling.resolve("pom.xml"));
        Path anvil = anvil(place);
        assertThat(search(Map.of(), Map.of()).find()).contains(anvil);
    }

    @Test
    void findWhenInSeveralPlacesThenTheNamedOneGoesFirst() throws IOException {
        Path named = anvil("named");
        Path variable = anvil("variable");
        Path onPath = anvil("path");
        Path cached = anvil("home/.cache/x402");
        Map<String, String> path = Map.of("PATH",
                this.root.resolve("nothing") + File.pathSeparator + onPath.getParent());
        assertThat(search(Map.of(), Map.of()).find()).contains(cached);
        assertThat(search(Map.of(), path).find()).contains(onPath);
        Map<String, String> both = Map.of("PATH", path.get("PATH"), "ANVIL", variable.toString());
        assertThat(search(Map.of(), both).find()).contains(variable);
        assertThat(search(Map.of("x402.anvil", named.toString()), both).find()).contains(named);
    }

    @Test
    void findWhenTheNamedOneIsMissingThenNoOtherIsTaken() throws IOException {
        anvil("home/.cache/x402");
        String wrong = this.root.resolve("wrong").toString();
        assertThatExceptionOfType(LocalNodeException.class)
            .isThrownBy(() -> search(Map.of(), Map.of("ANVIL", wrong)).find())
            .withMessageContaining(wrong);
        assertThatExceptionOfType(LocalNodeException.class)
            .isThrownBy(() -> search(Map.of("x402.anvil", this.root.toString()), Map.of()).find())
            .withMessageContaining("x402.anvil");
    }

    private AnvilSearch search(Map<String, String> properties, Map<String, String> environment) {
        Map<String, String> all = new java.util.HashMap<>(properties);
        all.put("user.home", this.home.toString());
        return new AnvilSearch(all, environment, this.module);
    }

    private Path anvil(String folder) throws IOException {
        Path anvil = Files.createDirectories(this.root.resolve(folder)).resolve("anvil");
        Files.createFile(anvil);
        assertThat(anvil.toFile().setExecutable(true)).isTrue();
        return anvil;
    }

}
