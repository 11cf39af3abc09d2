package io.github.x402spring.webmvc.hold;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

/**
 * Parameters of a query and of a form. What servlet containers read in different ways is
 * rejected, so that there is one way to read what is left.
 */
final class EncodedParameters {

    /** Tomcat and Jetty take as many by default. */
    static final int MAX_PARAMETERS = 1000;

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private int count;

    /** Returns the parameters of the query of a request and of its dispatches. */
    static Map<String, List<String>> ofQuery(HttpServletRequest request) {
        EncodedParameters parameters = new EncodedParameters();
        String query = request.getQueryString();
        if (request.getDispatcherType() == DispatcherType.INCLUDE) {
            parameters.addQuery(attribute(request, RequestDispatcher.INCLUDE_QUERY_STRING));
        }
        parameters.addQuery(query);
        for (String dispatched : List.of(RequestDispatcher.FORWARD_QUERY_STRING, AsyncContext.ASYNC_QUERY_STRING)) {
            String earlier = attribute(request, dispatched);
            // A dispatch without a query of its own leaves the request the one it had.
            parameters.addQuery(Objects.equals(earlier, query) ? null : earlier);
        }
        return Collections.unmodifiableMap(parameters.values());
    }

    private static @Nullable String attribute(HttpServletRequest request, String name) {
        return (request.getAttribute(name) instanceof String text) ? text : null;
    }

    /**
     * Returns the parameters that were added.
     * @return the values by name, in the order in which they were sent
     */
    Map<String, List<String>> values() {
        return this.values;
    }

    /**
     * Adds the parameters of a query.
     * @param query the query as sent, or {@code null} if there is none
     * @throws UnreadableRequestException if it can be read in several ways
     */
    void addQuery(@Nullable String query) {
        if (query == null) {
            return;
        }
        for (int i = 0; i < query.length(); i++) {
            char character = query.charAt(i);
            if (character <= ' ' || character >= 0x7f) {
                throw new UnreadableRequestException(Reason.REQUEST_INVALID);
            }
        }
        add(query.getBytes(StandardCharsets.US_ASCII), StandardCharsets.UTF_8, true);
    }

    /**
     * Adds the parameters of a form.
     * @param body in the form of {@code application/x-www-form-urlencoded}
     * @param charset one in which an ASCII character is one byte
     * @throws UnreadableRequestException if it can be read in several ways
     */
    void addForm(byte[] body, Charset charset) {
        add(body, charset, false);
    }

    /** Of {@code a&&b} in a form, Jetty makes three parameters and Tomcat two. */
    private void add(byte[] encoded, Charset charset, boolean gaps) {
        int start = 0;
        while (start < encoded.length) {
            int end = indexOf(encoded, '&', start, encoded.length);
            if (end > start) {
                int equals = indexOf(encoded, '=', start, end);
                String name = decode(encoded, start, equals, charset);
                add(name, (equals < end) ? decode(encoded, equals + 1, end, charset) : "");
            }
            else if (!gaps) {
                throw new UnreadableRequestException(Reason.REQUEST_INVALID);
            }
            start = end + 1;
        }
    }

    private void add(String name, String value) {
        if (name.isEmpty() || ++this.count > MAX_PARAMETERS) {
            throw new UnreadableRequestException(Reason.REQUEST_INVALID);
        }
        this.values.computeIfAbsent(name, (key) -> new ArrayList<>(1)).add(value);
    }

    private static int indexOf(byte[] encoded, char character, int start, int end) {
        int i = start;
        while (i < end && encoded[i] != character) {
            i++;
        }
        return i;
    }

    private static String decode(byte[] encoded, int start, int end, Charset charset) {
        byte[] decoded = new byte[end - start];
        int length = 0;
        for (int i = start; i < end; i++) {
            byte next = encoded[i];
            if (next == '+') {
                next = ' ';
            }
            else if (next == '%') {
                if (end - i < 3) {
                    throw new UnreadableRequestException(Reason.REQUEST_INVALID);
                }
                next = (byte) ((digit(encoded[++i]) << 4) + digit(encoded[++i]));
            }
            decoded[length++] = next;
        }
        try {
            return charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(decoded, 0, length))
                .toString();
        }
        catch (CharacterCodingException ex) {
            throw new UnreadableRequestException(Reason.REQUEST_INVALID);
        }
    }

    private static int digit(byte character) {
        if (!HexFormat.isHexDigit(character)) {
            throw new UnreadableRequestException(Reason.REQUEST_INVALID);
        }
        return HexFormat.fromHexDigit(character);
    }

}
