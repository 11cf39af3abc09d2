package io.github.x402spring.transport;

import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/**
 * Complete reply of a peer.
 *
 * @since 0.1.0
 */
public final class Reply {

    private final int status;

    private final Header[] headers;

    private final byte[] body;

    Reply(int status, Header[] headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Returns the status.
     * @return the status
     */
    public int status() {
        return this.status;
    }

    /**
     * Returns whether the status is a 2xx.
     * @return whether it is
     */
    public boolean successful() {
        return this.status >= 200 && this.status < 300;
    }

    /**
     * Returns the body. One that is longer than the bound of the call is cut to one byte
     * more than the bound, so that its reader notices.
     * @return the body, not a copy
     */
    public byte[] body() {
        return this.body;
    }

    /**
     * Returns the value of a header.
     * @param name the name, in any case
     * @return the first value; {@code null} if there is none
     */
    public @Nullable String header(String name) {
        for (Header header : this.headers) {
            if (header.getName().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    Header[] headers() {
        return this.headers;
    }

    /**
     * Returns the status only: a body may quote a payment.
     */
    @Override
    public String toString() {
        return "Reply[status=" + this.status + "]";
    }

}
