package io.github.x402spring.test.shop;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.X402Assertions;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

@WebMvcTest
@AutoConfigureX402
@AutoConfigureRestTestClient
class ShopMockClientTests {

    @Autowired
    private RestTestClient client;

    @Autowired
    private MockMvc mvc;

    @Autowired
    private WebApplicationContext context;

    @Autowired
    private MockFacilitator facilitator;

    @Test
    void restTestClientWhenBoundToMockMvcThenServed() {
        RestTestClient paying = this.client.mutate().requestInterceptor(paid("$0.01")).build();
        paying.get().uri("/weather").exchange().expectStatus().isOk();
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void mockMvcWhenPaidThenServed() throws Exception {
        this.mvc.perform(get("/weather").with(paid())).andExpect(status().isOk()).andExpect(content().string("sunny"));
    }

    @Test
    void mockMvcWhenMultipartThenSameFilesAreSentTwice() throws Exception {
        this.mvc.perform(multipart("/photos").file(new MockMultipartFile("photo", new byte[] { 1, 2, 3 })).with(paid()))
            .andExpect(status().isOk())
            .andExpect(content().string("3"));
    }

    @Test
    void mockMvcWhenNotOfTheContextThenFailsAndSaysWhatToDo() {
        MockMvc standalone = MockMvcBuilders.standaloneSetup(new ShopController()).build();
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> standalone.perform(get("/weather").with(paid())))
            .withMessageContaining("annotate the test class with @AutoConfigureX402");
    }

    @Test
    void assertThatWhenFiltersAreMissingThenFailsAndSaysThatNothingWasPaid() {
        MockMvcTester bare = MockMvcTester.from(this.context);
        MvcTestResult result = bare.get().uri("/weather").with(paid()).exchange();
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> X402Assertions.assertThat(result).isNotCharged())
            .withMessageStartingWith("The payment of the request was not made");
    }

}
