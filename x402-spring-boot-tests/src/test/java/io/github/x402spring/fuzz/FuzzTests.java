package io.github.x402spring.fuzz;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes for a minute in all, from what is known already.
 */
@Tag("waiting")
class FuzzTests {

    @Test
    void runWhenJazzerMakesInputsThenNoFaultIsFound(@TempDir Path work) throws Exception {
        assertThat(new FuzzRun(work).run((target) -> "-max_total_time=20"))
            .allSatisfy((result) -> assertThat(result.fault()).as("%s", result.target()).isNull())
            .allSatisfy((result) -> assertThat(result.inputs()).isPositive());
    }

}
