package io.github.x402spring.facilitator.http;

import org.springframework.web.client.RestClient;

/**
 * Customizer of the HTTP client of a facilitator, above all for the credentials of a
 * hosted one. Beans of this type are called once, in order, when the
 * {@link HttpFacilitator} is created.
 * <p>
 * A header that is the same for every operation: <pre class="code">
 * &#64;Bean
 * HttpFacilitatorCustomizer apiKey(&#64;Value("${facilitator.api-key}") String key) {
 *     return (builder) -&gt; builder.defaultHeader("X-API-Key", key);
 * }
 * </pre> A header that depends on the operation, or that expires: <pre class="code">
 * &#64;Bean
 * HttpFacilitatorCustomizer bearer(TokenSource tokens) {
 *     return (builder) -&gt; builder.requestInterceptor((request, body, execution) -&gt; {
 *         request.getHeaders().setBearerAuth(tokens.forRequest(request.getMethod(), request.getURI()));
 *         return execution.execute(request, body);
 *     });
 * }
 * </pre> The request factory is not open to customization: time-outs, redirects and the
 * bound of a reply depend on it. An interceptor that fails before it executes the request
 * counts as a facilitator that was not reached. It must not execute a request for
 * {@code settle} twice.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HttpFacilitatorCustomizer {

    /**
     * Customizes the client.
     * @param builder the builder of the client for all operations, a copy of the
     * application's
     */
    void customize(RestClient.Builder builder);

}
