package io.github.x402spring.autoconfigure;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ProductionProfilesTests {

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            prod,             prod
            PROD,             PROD
            'eu,production',  production
            'LIVE,prod',      LIVE
            staging,          none
            preprod,          none
            '',               none
            """)
    void activeWhenProfilesAreActiveThenTheFirstOfProduction(String profiles, String expected) {
        MockEnvironment environment = new MockEnvironment();
        if (!profiles.isEmpty()) {
            environment.setActiveProfiles(profiles.split(","));
        }
        assertThat(ProductionChecks.activeProfile(environment).orElse(null)).isEqualTo(expected);
    }

}
