package io.github.x402spring.limit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ClientNetworkTests {

    @ParameterizedTest
    @CsvSource({ "203.0.113.7, 203.0.113.7", "203.0.113.7, ::ffff:203.0.113.7",
            "2001:db8:1:2::3, 2001:0DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8::1, 2001:db8::2%eth0" })
    void ofWhenOneClientHasBothThenIsTheSame(String one, String other) {
        assertThat(ClientNetwork.of(one)).isNotNull().isEqualTo(ClientNetwork.of(other));
    }

    @ParameterizedTest
    @CsvSource({ "203.0.113.7, 203.0.113.8", "2001:db8:1:2::3, 2001:db8:1:3::3", "1.2.3.4, 102:304::" })
    void ofWhenNetworksDifferThenDiffers(String one, String other) {
        assertThat(ClientNetwork.of(one)).isNotNull().isNotEqualTo(ClientNetwork.of(other));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "", "unknown", "_hidden", "example.org", "999.1.1.1", "1.2.3", "1.2.3.4.", "1.2.3.4.5",
            "12:34", ":::", "cafe", "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1",
            "0.0.0.0", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1" })
    void ofWhenManyMayBeBehindItThenNobody(String address) {
        assertThat(ClientNetwork.of(address)).isNull();
    }

    @Test
    void ofWhenSharedRangeOfCarriersEndsThenSomebody() {
        assertThat(ClientNetwork.of("100.128.0.1")).isNotNull();
        assertThat(ClientNetwork.of("100.63.255.255")).isNotNull();
    }

}
