package io.github.x402spring.security;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.security.RevocationRegistry.Kind;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class RevocationRegistryTests {

    private final RevocationRegistry elsewhere = (kind, id) -> false;

    @ParameterizedTest
    @EnumSource
    void revokeWhenRevocationsAreMadeElsewhereThenItSaysSo(Kind kind) {
        assertThatExceptionOfType(UnsupportedOperationException.class)
            .isThrownBy(() -> this.elsewhere.revoke(kind, "0x01"));
    }

    @ParameterizedTest
    @EnumSource
    void restoreWhenRevocationsAreMadeElsewhereThenItSaysSo(Kind kind) {
        assertThatExceptionOfType(UnsupportedOperationException.class)
            .isThrownBy(() -> this.elsewhere.restore(kind, "0x01"));
    }

}
