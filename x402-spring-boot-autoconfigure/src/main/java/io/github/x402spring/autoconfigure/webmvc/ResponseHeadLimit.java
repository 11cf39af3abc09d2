package io.github.x402spring.autoconfigure.webmvc;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.InvalidX402ConfigurationException;

/**
 * Limit of the embedded server for the head of a response, and what of it the terms may
 * take.
 */
final class ResponseHeadLimit {

    private static final DataSize USUAL = DataSize.ofKilobytes(8);

    /** Of a server that is not embedded. */
    private static final DataSize UNKNOWN = DataSize.ofMegabytes(1);

    /** For the status line and all other headers. */
    private static final DataSize RESERVE = DataSize.ofKilobytes(1);

    private static final DataSize MINIMUM = DataSize.ofKilobytes(1);

    private ResponseHeadLimit() {
    }

    /**
     * Checks the size of the terms.
     * @return the size in bytes
     * @throws InvalidX402ConfigurationException if a response with such terms would
     * exceed the limit of the server
     */
    static int termsHeader(DataSize size, Environment environment) {
        String property = property();
        DataSize configured = (property != null) ? Binder.get(environment).bind(property, DataSize.class).orElse(USUAL)
                : UNKNOWN;
        DataSize limit = (configured != null) ? configured : USUAL;
        long most = limit.toBytes() - RESERVE.toBytes();
        if (size.toBytes() < MINIMUM.toBytes() || size.toBytes() > most) {
            throw new InvalidX402ConfigurationException(
                    "x402.web.max-terms-header is not between " + MINIMUM.toBytes() + " and " + most + " bytes",
                    "Set x402.web.max-terms-header to a size such as 6KB"
                            + ((property != null) ? ", or raise " + property + " to a kilobyte more." : "."));
        }
        return (int) size.toBytes();
    }

    private static @Nullable String property() {
        ClassLoader loader = ResponseHeadLimit.class.getClassLoader();
        if (ClassUtils.isPresent("org.apache.catalina.startup.Tomcat", loader)) {
            return "server.tomcat.max-http-response-header-size";
        }
        return ClassUtils.isPresent("org.eclipse.jetty.server.Server", loader)
                ? "server.jetty.max-http-response-header-size" : null;
    }

}
