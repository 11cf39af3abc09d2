package io.github.x402spring.autoconfigure.console;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.SellerFixture;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RefusalPageTests {

    private final RefusalPage page = new RefusalPage(new SellerFixture().sellerSources(), "SCOPE_<a>");

    @Test
    void renderWhenTheAuthorityIsMissingThenNamesItAsText() {
        assertThat(render(403, true)).contains("SCOPE_&lt;a&gt;", "Status 403").doesNotContain("<nav", "SCOPE_<a>");
    }

    @Test
    void renderWhenAChangeIsRefusedThenNamesNoAuthority() {
        assertThat(render(403, false)).contains("This request is refused").doesNotContain("SCOPE_");
    }

    private String render(int status, boolean reads) {
        return this.page.render(new Links("/console", Explorers.NONE), status, reads, List.of());
    }

}
