package io.github.x402spring.webmvc;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.http.EncodedParameters;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.webmvc.hold.BindableRequest;

/**
 * Parameters that a price is computed from: of a request that presents a payment those
 * that its handler gets, of any other those of the query alone. Read when they are first
 * asked for, so that a price that does not depend on them reads no body.
 */
final class RequestParameters extends AbstractMap<String, List<String>> {

    private final HttpServletRequest request;

    private final PaymentDialects dialects;

    private @Nullable Map<String, List<String>> values;

    RequestParameters(HttpServletRequest request, PaymentDialects dialects) {
        this.request = request;
        this.dialects = dialects;
    }

    @Override
    public @Nullable List<String> get(Object name) {
        return all().get(name);
    }

    @Override
    public boolean containsKey(Object name) {
        return all().containsKey(name);
    }

    @Override
    public Set<Entry<String, List<String>>> entrySet() {
        return all().entrySet();
    }

    private Map<String, List<String>> all() {
        Map<String, List<String>> values = this.values;
        if (values == null) {
            values = this.dialects.presented(this.request::getHeaders) ? bound() : query();
            this.values = values;
        }
        return values;
    }

    private Map<String, List<String>> bound() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        BindableRequest.parameters(this.request)
            .forEach((name, each) -> values.put(name, Collections.unmodifiableList(Arrays.asList(each))));
        return Collections.unmodifiableMap(values);
    }

    private @Nullable String attribute(String name) {
        return (this.request.getAttribute(name) instanceof String text) ? text : null;
    }

    private Map<String, List<String>> query() {
        EncodedParameters parameters = new EncodedParameters();
        String query = this.request.getQueryString();
        if (this.request.getDispatcherType() == DispatcherType.INCLUDE) {
            parameters.addQuery(attribute(RequestDispatcher.INCLUDE_QUERY_STRING));
        }
        parameters.addQuery(query);
        for (String dispatched : List.of(RequestDispatcher.FORWARD_QUERY_STRING, AsyncContext.ASYNC_QUERY_STRING)) {
            String earlier = attribute(dispatched);
            // A dispatch without a query of its own leaves the request the one it had.
            parameters.addQuery(Objects.equals(earlier, query) ? null : earlier);
        }
        return Collections.unmodifiableMap(parameters.values());
    }

}
