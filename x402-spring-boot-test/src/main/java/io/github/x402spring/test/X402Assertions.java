package io.github.x402spring.test;

import org.springframework.http.ResponseEntity;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.client.ExchangeResult;

/**
 * Entry points for assertions on paid endpoints, beside those of AssertJ:
 *
 * <pre class="code">
 * import static io.github.x402spring.test.X402Assertions.assertThat;
 *
 * assertThat(mvc.get().uri("/report").exchange()).isPaymentRequired().forPrice("$0.01");
 * assertThat(mvc.get().uri("/report").with(paid()).exchange()).isSettled();
 * </pre>
 *
 * Failure messages show the decoded terms, receipt and decision.
 *
 * @since 0.1.0
 */
public final class X402Assertions {

    private X402Assertions() {
    }

    /**
     * Starts assertions on what {@code MockMvcTester} received.
     * @param result the result
     * @return the assertions
     */
    public static PaidResponseAssert assertThat(MvcTestResult result) {
        return new PaidResponseAssert(ReceivedResponse.of(result));
    }

    /**
     * Starts assertions on what {@code RestTestClient} received:
     * {@code client.get().uri("/report").exchange().returnResult()}.
     * @param result the result
     * @return the assertions
     */
    public static PaidResponseAssert assertThat(ExchangeResult result) {
        return new PaidResponseAssert(ReceivedResponse.of(result));
    }

    /**
     * Starts assertions on what {@code TestRestTemplate}, {@code RestTemplate} or
     * {@code RestClient} received. The body is text, bytes or what JSON was read into.
     * @param response the response
     * @return the assertions
     */
    public static PaidResponseAssert assertThat(ResponseEntity<?> response) {
        return new PaidResponseAssert(ReceivedResponse.of(response));
    }

}
