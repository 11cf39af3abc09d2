package io.github.x402spring.security;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.security.RevocationRegistry.Kind;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class InMemoryRevocationRegistryTests {

    private final InMemoryRevocationRegistry registry = new InMemoryRevocationRegistry();

    @ParameterizedTest
    @EnumSource
    void revokeWhenOfOneKindThenOfNoOther(Kind kind) {
        this.registry.revoke(kind, "0x01");
        for (Kind other : Kind.values()) {
            assertThat(this.registry.isRevoked(other, "0x01")).isEqualTo(other == kind);
        }
    }

    @ParameterizedTest
    @EnumSource
    void restoreWhenRevokedTwiceThenHeldToNoMore(Kind kind) {
        this.registry.revoke(kind, "0xAB");
        this.registry.revoke(kind, "0xAB");
        this.registry.restore(kind, "0xAB");
        assertThat(this.registry.isRevoked(kind, "0xAB")).isFalse();
    }

    @Test
    void restoreWhenItIsAnotherThenTheRevocationStands() {
        this.registry.revoke(Kind.IDENTITY, "ann");
        this.registry.restore(Kind.IDENTITY, "bob");
        this.registry.restore(Kind.DELEGATION, "ann");
        assertThat(this.registry.isRevoked(Kind.IDENTITY, "ann")).isTrue();
    }

    @Test
    void isRevokedWhenThePayerIsSpeltOtherwiseThenTheSameWallet() {
        this.registry.revoke(Kind.PAYER, "0xAbCd");
        assertThat(this.registry.isRevoked(Kind.PAYER, "0xabcd")).isTrue();
        assertThat(this.registry.isRevoked(Kind.PAYER, "0xABCD")).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = { "IDENTITY", "DELEGATION" })
    void isRevokedWhenANameIsSpeltOtherwiseThenAnother(Kind kind) {
        this.registry.revoke(kind, "Ann");
        assertThat(this.registry.isRevoked(kind, "ann")).isFalse();
    }

    @Test
    void revokeWhenManyAtOnceThenNoneIsLost() {
        IntStream.range(0, 10_000).parallel().forEach((i) -> this.registry.revoke(Kind.PAYER, "0x" + i));
        assertThat(IntStream.range(0, 10_000)).allMatch((i) -> this.registry.isRevoked(Kind.PAYER, "0x" + i));
    }

}
