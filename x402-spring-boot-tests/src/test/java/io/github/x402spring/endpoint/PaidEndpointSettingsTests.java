package io.github.x402spring.endpoint;

import org.junit.jupiter.api.Test;

import io.github.x402spring.endpoint.PaidEndpointSettings.Offer;

import static org.assertj.core.api.Assertions.assertThat;

class PaidEndpointSettingsTests {

    private static final Offer NEXT = new Offer("$1", "base", "USDC", "0xB", 60L, "exact");

    @Test
    void orElseWhenNothingIsSaidThenTheNext() {
        assertThat(new Offer(null, null, null, null, null, null).orElse(NEXT)).isEqualTo(NEXT);
    }

    @Test
    void orElseWhenEverythingIsSaidThenTheNextIsNotHeard() {
        Offer first = new Offer("$2", "celo", "USDT", "0xC", 30L, "batch");
        assertThat(first.orElse(NEXT)).isEqualTo(first);
    }

    @Test
    void orElseWhenAMemberIsSaidThenOnlyThatOne() {
        assertThat(new Offer("$2", null, null, null, null, null).orElse(NEXT))
            .isEqualTo(new Offer("$2", "base", "USDC", "0xB", 60L, "exact"));
        assertThat(new Offer(null, "celo", null, null, null, null).orElse(NEXT))
            .isEqualTo(new Offer("$1", "celo", "USDC", "0xB", 60L, "exact"));
        assertThat(new Offer(null, null, "USDT", null, null, null).orElse(NEXT))
            .isEqualTo(new Offer("$1", "base", "USDT", "0xB", 60L, "exact"));
        assertThat(new Offer(null, null, null, "0xC", null, null).orElse(NEXT))
            .isEqualTo(new Offer("$1", "base", "USDC", "0xC", 60L, "exact"));
        assertThat(new Offer(null, null, null, null, 0L, null).orElse(NEXT))
            .isEqualTo(new Offer("$1", "base", "USDC", "0xB", 0L, "exact"));
        assertThat(new Offer(null, null, null, null, null, "upto").orElse(NEXT))
            .isEqualTo(new Offer("$1", "base", "USDC", "0xB", 60L, "upto"));
    }

}
