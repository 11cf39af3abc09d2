package io.github.x402spring.autoconfigure.observation;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RecentValuesTests {

    private final AtomicInteger worked = new AtomicInteger();

    @Test
    void ofWhenAskedAgainThenWorksOnce() {
        RecentValues<String, String> values = RecentValues.byEquality(this::work);
        assertThat(values.of("a")).isEqualTo("a!");
        assertThat(values.of(new String("a"))).isEqualTo("a!");
        assertThat(this.worked).hasValue(1);
    }

    @Test
    void ofWhenByIdentityThenEqualIsNotTheSame() {
        RecentValues<String, String> values = RecentValues.byIdentity(this::work);
        String one = new String("a");
        assertThat(values.of(one)).isEqualTo(values.of(new String("a"))).isEqualTo(values.of(one));
        assertThat(this.worked.get()).isBetween(2, 3);
    }

    @Test
    void ofWhenTwoHashAlikeThenEachGetsItsOwn() {
        RecentValues<String, String> values = RecentValues.byEquality(this::work);
        assertThat(values.of("Aa")).isEqualTo("Aa!");
        assertThat(values.of("BB")).isEqualTo("BB!");
        assertThat(values.of("Aa")).isEqualTo("Aa!");
        assertThat(this.worked).hasValue(3);
    }

    private String work(String key) {
        this.worked.incrementAndGet();
        return key + "!";
    }

}
