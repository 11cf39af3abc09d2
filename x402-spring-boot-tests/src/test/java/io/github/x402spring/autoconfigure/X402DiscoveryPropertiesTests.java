package io.github.x402spring.autoconfigure;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class X402DiscoveryPropertiesTests {

    @Test
    void bindWhenNothingIsSetThenPublishes() {
        X402DiscoveryProperties properties = bind(new MockEnvironment());
        assertThat(properties.enabled()).isTrue();
        assertThat(properties.bazaar()).isTrue();
        assertThat(properties.wellKnown()).isFalse();
        assertThat(properties.version()).isEqualTo("1");
        assertThat(properties.contact().email()).isNull();
    }

    @Test
    void bindWhenEndpointIsSetThenHasIt() {
        X402DiscoveryProperties properties = bind(
                new MockEnvironment().withProperty("x402.discovery.categories", "a, b")
                    .withProperty("x402.discovery.contact.url", "https://example.com")
                    .withProperty("x402.discovery.endpoints.report.max-price", "$1"));
        assertThat(properties.categories()).containsExactly("a", "b");
        assertThat(properties.contact().url()).isEqualTo("https://example.com");
        assertThat(properties.endpoints().get("report").maxPrice()).isEqualTo("$1");
    }

    private static X402DiscoveryProperties bind(MockEnvironment environment) {
        return Binder.get(environment).bindOrCreate("x402.discovery", X402DiscoveryProperties.class);
    }

}
