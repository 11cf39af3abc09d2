package io.github.x402spring.test.shop;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

@WebMvcTest(controllers = OtherController.class,
        properties = { "x402.endpoints.other.price=$0.09", "x402.endpoints.shop-controller-weather.price=$0.08",
                "x402.limits[0].name=all", "x402.limits[0].endpoints=shop-controller-weather",
                "x402.limits[0].max-count=5", "x402.limits[0].window=1h", "x402.limits[0].per=payer" })
@AutoConfigureX402
class SliceTests {

    @Autowired
    private MockMvcTester mvc;

    @Test
    void otherWhenConfigurationNamesEndpointsOutsideOfTheSliceThenServed() {
        assertThat(this.mvc.get().uri("/other").with(paid("$0.09"))).hasStatusOk();
    }

}
