package io.github.x402spring.webmvc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.WebUtils;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.PaidExchange;
import io.github.x402spring.gate.UnreadableRequestException;
import io.github.x402spring.ledger.RequestFingerprint;

/**
 * Binds a payment to a servlet request. What a container parses by itself, forms and
 * multipart bodies, is taken as parsed: reading it as a stream would leave the handler
 * without it.
 */
final class ServletPaidExchange implements PaidExchange {

    private final HttpServletRequest request;

    private final String resource;

    ServletPaidExchange(HttpServletRequest request, String resource) {
        this.request = request;
        this.resource = resource;
    }

    @Override
    public Object nativeRequest() {
        return this.request;
    }

    @Override
    public RequestFingerprint fingerprint() throws UnreadableRequestException {
        String query = this.request.getQueryString();
        return RequestFingerprint.of(this.request.getMethod(), this.resource, (query != null) ? query : "",
                bodyDigest());
    }

    private byte[] bodyDigest() throws UnreadableRequestException {
        MessageDigest digest = sha256();
        try {
            String type = contentType();
            if (type.startsWith("multipart/form-data") && digestParts(digest)) {
                return digest.digest();
            }
            if (type.startsWith("application/x-www-form-urlencoded")) {
                digestParameters(digest);
            }
            BindableRequest bindable = WebUtils.getNativeRequest(this.request, BindableRequest.class);
            if (bindable == null) {
                throw new IllegalStateException("The payment hold filter did not see this request");
            }
            field(digest, bindable.body());
            return digest.digest();
        }
        catch (IOException ex) {
            throw new UnreadableRequestException(Reason.PAYMENT_MALFORMED);
        }
    }

    private String contentType() {
        String type = this.request.getContentType();
        return (type != null) ? type.toLowerCase(Locale.ROOT) : "";
    }

    /**
     * Returns whether the container has parsed the parts; without a multipart
     * configuration it does not.
     */
    private boolean digestParts(MessageDigest digest) throws IOException, UnreadableRequestException {
        Collection<Part> parts;
        try {
            parts = this.request.getParts();
        }
        catch (ServletException ex) {
            return false;
        }
        catch (IllegalStateException ex) {
            if (ex.getCause() == null) {
                return false;
            }
            throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        }
        for (Part part : parts) {
            field(digest, part.getName());
            field(digest, part.getSubmittedFileName());
            field(digest, part.getContentType());
            MessageDigest content = sha256();
            try (InputStream stream = part.getInputStream()) {
                byte[] chunk = new byte[8192];
                for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                    content.update(chunk, 0, read);
                }
            }
            field(digest, content.digest());
        }
        return true;
    }

    private void digestParameters(MessageDigest digest) throws UnreadableRequestException {
        Map<String, String[]> parameters;
        try {
            parameters = this.request.getParameterMap();
        }
        catch (IllegalStateException | IllegalArgumentException ex) {
            throw new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        }
        for (Map.Entry<String, String[]> parameter : parameters.entrySet()) {
            field(digest, parameter.getKey());
            field(digest, Integer.toString(parameter.getValue().length));
            for (String value : parameter.getValue()) {
                field(digest, value);
            }
        }
    }

    private static void field(MessageDigest digest, @Nullable String text) {
        field(digest, (text != null) ? text.getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }

    private static void field(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

}
