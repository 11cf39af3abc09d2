package io.github.x402spring.webmvc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import jakarta.servlet.ServletRequest;

/**
 * File that the container can send by itself.
 */
final class ShopFile implements AutoCloseable {

    static final String CONTENT = "CANARY-file ".repeat(10_000);

    private final Path path;

    ShopFile() throws IOException {
        this.path = Files.createTempFile("shop", ".txt");
        Files.writeString(this.path, CONTENT, StandardCharsets.US_ASCII);
    }

    void sendWith(ServletRequest request) throws IOException {
        request.setAttribute("org.apache.tomcat.sendfile.filename", this.path.toRealPath().toString());
        request.setAttribute("org.apache.tomcat.sendfile.start", 0L);
        request.setAttribute("org.apache.tomcat.sendfile.end", (long) CONTENT.length());
    }

    @Override
    public void close() throws IOException {
        Files.delete(this.path);
    }

}
