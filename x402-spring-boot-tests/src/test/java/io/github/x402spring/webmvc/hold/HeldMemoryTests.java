package io.github.x402spring.webmvc.hold;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HeldMemoryTests {

    @Test
    void takeWhenThereIsRoomThenUpToTheLastByte() {
        HeldMemory memory = new HeldMemory(10);
        assertThat(memory.take(4)).isTrue();
        assertThat(memory.take(6)).isTrue();
        assertThat(memory.take(1)).isFalse();
        assertThat(memory.taken()).isEqualTo(10);
    }

    @Test
    void takeWhenRefusedThenTakesNothing() {
        HeldMemory memory = new HeldMemory(10);
        assertThat(memory.take(11)).isFalse();
        assertThat(memory.taken()).isZero();
        assertThat(memory.take(10)).isTrue();
    }

    @Test
    void giveBackWhenTakenThenOthersHaveRoom() {
        HeldMemory memory = new HeldMemory(10);
        memory.take(10);
        memory.giveBack(3);
        assertThat(memory.take(4)).isFalse();
        assertThat(memory.take(3)).isTrue();
    }

    @Test
    void takeBodyWhenBodiesTakeTheirShareThenOthersHaveTheRest() {
        HeldMemory memory = new HeldMemory(100);
        assertThat(memory.takeBody(51, false)).isFalse();
        assertThat(memory.takeBody(50, false)).isTrue();
        assertThat(memory.takeBody(1, false)).isFalse();
        assertThat(memory.takeBody(26, true)).isFalse();
        assertThat(memory.takeBody(25, true)).isTrue();
        assertThat(memory.take(26)).isFalse();
        assertThat(memory.take(25)).isTrue();
        assertThat(memory.taken()).isEqualTo(100);
        memory.giveBackBody(50, false);
        memory.giveBackBody(25, true);
        assertThat(memory.take(75)).isTrue();
        assertThat(memory.takeBody(1, true)).isFalse();
        memory.giveBack(100);
        assertThat(memory.taken()).isZero();
        assertThat(memory.takeBody(75, true)).isTrue();
    }

    @Test
    void createWhenNegativeThenRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HeldMemory(-1)).withMessageContaining("limit");
    }

}
