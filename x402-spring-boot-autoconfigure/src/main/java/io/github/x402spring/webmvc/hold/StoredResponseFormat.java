package io.github.x402spring.webmvc.hold;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Format of stored responses: status, type, headers and body as bytes. What belongs to
 * one connection or to the moment is left out.
 */
final class StoredResponseFormat {

    private static final int FORMAT = 1;

    private static final Set<String> LEFT_OUT = PaymentHttpHeaders.ignoringCase("connection", "keep-alive",
            "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
            "content-length", "date");

    private StoredResponseFormat() {
    }

    /**
     * Returns the bytes, or {@code null} if the response has more to it than is stored:
     * cookies, trailers, a redirect or an error page, or a body beyond the bound; or if
     * it is a stream.
     */
    static byte @Nullable [] of(HeldResponse held, int maxSize, boolean stream) throws IOException {
        if (stream || maxSize < 0) {
            return null;
        }
        byte[] body = held.body().peek();
        if (!held.plain() || body.length > maxSize) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 512);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        out.writeShort(held.getStatus());
        text(out, held.getContentType());
        text(out, held.language());
        for (HeldHeaders.Line line : held.lines()) {
            if (!LEFT_OUT.contains(line.name()) && !PaymentHttpHeaders.isReceipt(line.name())) {
                out.writeByte(line.replaces() ? 2 : 1);
                text(out, line.name());
                text(out, line.value());
            }
        }
        out.writeByte(0);
        out.writeInt(body.length);
        out.write(body);
        return bytes.toByteArray();
    }

    static void write(byte[] bytes, HttpServletResponse response) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readByte() != FORMAT) {
            throw new IOException("A stored response has another format");
        }
        response.setStatus(in.readShort());
        String type = text(in);
        if (type != null) {
            response.setContentType(type);
        }
        String language = text(in);
        if (language != null) {
            response.setHeader("Content-Language", language);
        }
        for (int kind = in.readByte(); kind != 0; kind = in.readByte()) {
            String name = String.valueOf(text(in));
            String value = text(in);
            if (kind == 2) {
                response.setHeader(name, value);
            }
            else {
                response.addHeader(name, value);
            }
        }
        response.getOutputStream().write(in.readNBytes(in.readInt()));
    }

    private static void text(DataOutputStream out, @Nullable String text) throws IOException {
        byte[] bytes = (text != null) ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
        out.writeInt((text != null) ? bytes.length : -1);
        out.write(bytes);
    }

    private static @Nullable String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        return (length < 0) ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

}
