package io.github.x402spring.ledger;

import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class TaskKeyTests {

    @Test
    void ofWhenOwnerKindOrIdDiffersThenAnotherTask() {
        assertThat(Stream.of(TaskKey.ofCaller("0xbb", "trip"), TaskKey.ofPayer("0xbb", "trip"),
                TaskKey.ofCaller("0xBB", "trip"), TaskKey.ofCaller("0xbc", "trip"), TaskKey.ofPayer("0xbc", "trip"),
                TaskKey.ofCaller("0xbb", "Trip"), TaskKey.ofCaller("0xb", "btrip"), TaskKey.ofCaller("", "0xbbtrip"),
                TaskKey.ofCaller("0xbbtrip", "")))
            .doesNotHaveDuplicates();
    }

    @Test
    void ofPayerWhenTheAddressIsSpelledInCapitalsThenTheSameTask() {
        assertThat(TaskKey.ofPayer("0xAbC", "trip")).isEqualTo(TaskKey.ofPayer("0xaBc", "trip"));
    }

    @Test
    void valueWhenMadeThenNamesNeitherOwnerNorTask() {
        assertThat(TaskKey.ofCaller("alice", "trip").value()).matches("[0-9a-f]{64}");
    }

}
