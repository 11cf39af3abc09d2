package io.github.x402spring.webmvc;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * Takes failures out of print writers, which keep them to themselves.
 */
final class PrintFailures {

    private PrintFailures() {
    }

    static void flush(PrintWriter writer) throws IOException {
        // It flushes before it looks.
        throwIfFailed(writer);
    }

    /** Closes without a flush, which would commit a response without its length. */
    static void close(PrintWriter writer) throws IOException {
        writer.close();
        throwIfFailed(writer);
    }

    private static void throwIfFailed(PrintWriter writer) throws IOException {
        if (writer.checkError()) {
            throw new IOException("The text could not be written to the client");
        }
    }

}
