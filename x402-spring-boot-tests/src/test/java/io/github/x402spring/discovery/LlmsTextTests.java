package io.github.x402spring.discovery;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LlmsTextTests {

    private final DiscoveryCatalog catalog = new DiscoveryCatalog(TestOperations.SERVICE,
            List.of(TestOperations.operation("GET", "/a", TestOperations.fixed(10_000)),
                    TestOperations.operation("POST", "/a", TestOperations.fixed(10_000)),
                    TestOperations.operation("GET", "/b/{c}", TestOperations.fixed(20_000))));

    @Test
    void llmsTextWhenWrittenThenListsOperations() {
        assertThat(new String(this.catalog.llmsText(), StandardCharsets.UTF_8)).isEqualTo("""
                # Shop

                > Sells data

                Pay first.

                ## Paid operations

                - `GET /a`: A report, for $0.01
                - `POST /a`: A report, for $0.01
                - `GET /b/{c}`: A report, for $0.02

                ## Documents

                - [llms](https://api.example.com/llms.txt)
                """);
    }

}
