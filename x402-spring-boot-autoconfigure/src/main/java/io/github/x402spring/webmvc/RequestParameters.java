package io.github.x402spring.webmvc;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

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
            values = this.dialects.presented(this.request::getHeaders) ? bound()
                    : BindableRequest.queryParameters(this.request);
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

}
