package io.github.x402spring.protocol;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

@Tag("locale")
class ResourceInfoTests {

    @Test
    void createWhenAddressIsEmptyThenFails() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ResourceInfo("", "Report", "text/plain"))
            .withMessage("'url' must not be empty");
    }

    @Test
    void toMapWhenLaidOutThenOrderOfTheWireAndEmptyTextStays() {
        assertThat(new ResourceInfo("https://api.example.test/r", "", "text/plain").toMap()).containsExactly(
                entry("url", "https://api.example.test/r"), entry("description", ""), entry("mimeType", "text/plain"));
    }

}
