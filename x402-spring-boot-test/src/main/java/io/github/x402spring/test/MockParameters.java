package io.github.x402spring.test;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockMultipartHttpServletRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.util.ObjectUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Writer of the parameters of mock requests. {@code param(…)} and {@code csrf()} put them
 * beside query and body, where no client could send them. A payment is bound to the query
 * and the bytes of the body, and a paid handler gets the parameters in these.
 */
final class MockParameters {

    private MockParameters() {
    }

    /**
     * Writes parameters that are nowhere else into the body if the request is a form
     * without one, and into the query otherwise. Multipart requests stay as they are:
     * those are parsed by the container.
     */
    static void write(MockHttpServletRequest request) {
        if (request instanceof MockMultipartHttpServletRequest) {
            return;
        }
        List<String> written = new ArrayList<>();
        MultiValueMap<String, String> query = UriComponentsBuilder.newInstance()
            .query(Objects.requireNonNullElse(request.getQueryString(), ""))
            .build()
            .getQueryParams();
        for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
            List<String> values = new ArrayList<>(List.of(parameter.getValue()));
            query.forEach((name, sent) -> {
                if (decoded(name).equals(parameter.getKey())) {
                    sent.forEach((value) -> values.remove((value != null) ? decoded(value) : ""));
                }
            });
            values.forEach((value) -> written.add(encoded(parameter.getKey()) + "=" + encoded(value)));
        }
        if (written.isEmpty()) {
            return;
        }
        String text = String.join("&", written);
        if (isForm(request)) {
            if (ObjectUtils.isEmpty(request.getContentAsByteArray())) {
                request.setContentType(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
                request.setContent(text.getBytes(StandardCharsets.US_ASCII));
            }
        }
        else {
            String present = request.getQueryString();
            request.setQueryString(StringUtils.hasLength(present) ? present + "&" + text : text);
        }
    }

    private static boolean isForm(MockHttpServletRequest request) {
        String type = request.getContentType();
        return "POST".equals(request.getMethod())
                && ((type != null) ? MediaType.APPLICATION_FORM_URLENCODED.includes(MediaType.parseMediaType(type))
                        : ObjectUtils.isEmpty(request.getContentAsByteArray()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        try {
            return UriUtils.decode(text.replace('+', ' '), StandardCharsets.UTF_8);
        }
        catch (IllegalArgumentException ex) {
            return text;
        }
    }

}
