package io.github.x402spring.transport;

import java.io.IOException;

import io.github.x402spring.transport.ScriptedServer.Exchange;
import io.github.x402spring.transport.ScriptedServer.Script;

/**
 * Points at which the connection of a call can break, and what is known then.
 */
public enum BreakPoint {

    REFUSED(Outcome.NOT_SENT, (exchange, body) -> {
        throw new AssertionError("Nobody listens");
    }),

    CLOSED_AT_ONCE(Outcome.SENT, (exchange, body) -> exchange.close()),

    CLOSED_IN_THE_HEAD(Outcome.SENT, (exchange, body) -> exchange.read(10).close()),

    CLOSED_AFTER_THE_HEAD(Outcome.SENT, (exchange, body) -> {
        exchange.readHead();
        exchange.close();
    }),

    CLOSED_AFTER_THE_BODY(Outcome.SENT, (exchange, body) -> exchange.readRequest().close()),

    RESET_AT_THE_FIRST_BYTE(Outcome.SENT, (exchange, body) -> exchange.read(1).reset()),

    RESET_AFTER_THE_BODY(Outcome.SENT, (exchange, body) -> exchange.readRequest().reset()),

    HALF_CLOSED_AFTER_THE_BODY(Outcome.SENT, (exchange, body) -> exchange.readRequest().halfClose().awaitRelease()),

    CLOSED_IN_THE_STATUS_LINE(Outcome.SENT, text("HTTP/1.1 2")),

    CLOSED_AFTER_THE_STATUS_LINE(Outcome.SENT, text("HTTP/1.1 200 OK\r\n")),

    CLOSED_IN_A_HEADER(Outcome.SENT, text("HTTP/1.1 200 OK\r\nContent-Length: 1")),

    CLOSED_BETWEEN_HEADERS(Outcome.SENT, text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")),

    CLOSED_BEFORE_THE_REPLYS_BODY(Outcome.SENT, text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")),

    CLOSED_IN_THE_REPLYS_BODY(Outcome.SENT,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 200 OK\r\nContent-Length: " + (body.length() + 1) + "\r\n\r\n" + body)
                .close()),

    RESET_IN_THE_REPLYS_BODY(Outcome.SENT,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 200 OK\r\nContent-Length: " + (body.length() + 1) + "\r\n\r\n" + body)
                .reset()),

    CLOSED_IN_A_CHUNK_LENGTH(Outcome.SENT, text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4")),

    CLOSED_IN_A_CHUNK(Outcome.SENT, text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{\"")),

    CLOSED_BEFORE_THE_LAST_CHUNK(Outcome.SENT,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body))
                .close()),

    CLOSED_IN_THE_TRAILER(Outcome.SENT,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body) + "0\r\n")
                .close()),

    CLOSED_AFTER_AN_INTERIM_REPLY(Outcome.SENT, text("HTTP/1.1 100 Continue\r\n\r\n")),

    SWITCHES_PROTOCOLS(Outcome.SENT, text("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")),

    ENDLESS_INTERIM_REPLIES(Outcome.SENT, (exchange, body) -> {
        exchange.readRequest();
        while (exchange.released().getCount() > 0) {
            exchange.write("HTTP/1.1 103 Early Hints\r\n\r\n");
        }
    }),

    ANOTHER_PROTOCOL(Outcome.SENT, text("SSH-2.0-x\r\n")),

    ANOTHER_VERSION(Outcome.SENT, text("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")),

    A_LINE_TOO_LONG(Outcome.SENT, text("HTTP/1.1 200 OK\r\nX: " + "x".repeat(10_000) + "\r\n\r\n")),

    TOO_MANY_HEADERS(Outcome.SENT, text("HTTP/1.1 200 OK\r\n" + "X: x\r\n".repeat(200) + "\r\n")),

    ENDLESS_EMPTY_LINES(Outcome.SENT, (exchange, body) -> {
        exchange.readRequest();
        while (exchange.released().getCount() > 0) {
            exchange.write("\r\n");
        }
    }),

    TWO_LENGTHS(Outcome.SENT, text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ")),

    NO_LENGTH_AT_ALL(Outcome.SENT, text("HTTP/1.1 200 OK\r\nContent-Length: some\r\n\r\n{}")),

    BROKEN_CHUNKS(Outcome.SENT, text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsome\r\n{}")),

    AN_UNKNOWN_CODING(Outcome.SENT, text("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")),

    SILENT(Outcome.SENT_AND_WAITING, (exchange, body) -> exchange.readRequest().awaitRelease()),

    SILENT_WITHOUT_READING(Outcome.SENT_AND_WAITING, (exchange, body) -> exchange.awaitRelease()),

    SILENT_IN_THE_HEAD(Outcome.SENT_AND_WAITING,
            (exchange, body) -> exchange.readRequest().write("HTTP/1.1 ").awaitRelease()),

    TRICKLES_INTERIM_REPLIES(Outcome.SENT_AND_WAITING,
            (exchange, body) -> exchange.readRequest().trickle("HTTP/1.1 102 Processing\r\n\r\n")),

    TRICKLES_A_HEADER(Outcome.SENT_AND_WAITING,
            (exchange, body) -> exchange.readRequest().write("HTTP/1.1 200 OK\r\nX: ").trickle("x")),

    TRICKLES_THE_BODY(Outcome.SENT_AND_WAITING,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + body)
                .trickle(" ")),

    TRICKLES_CHUNKS(Outcome.SENT_AND_WAITING,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body))
                .trickle("1\r\n \r\n")),

    SWELLING_CHUNKS(Outcome.SENT, (exchange, body) -> {
        exchange.readRequest().write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (exchange.released().getCount() > 0) {
            exchange.write("1;" + "x".repeat(4000) + "\r\n \r\n");
        }
    }),

    TEN_MEGABYTES(Outcome.TOO_LONG, (exchange, body) -> {
        exchange.readRequest().write("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n" + body);
        for (int i = 0; i < 1024; i++) {
            exchange.write(" ".repeat(10 * 1024));
        }
    }),

    TEN_MEGABYTES_IN_CHUNKS(Outcome.TOO_LONG, (exchange, body) -> {
        exchange.readRequest().write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body));
        for (int i = 0; i < 1024; i++) {
            exchange.write(chunk(" ".repeat(10 * 1024)));
        }
    }),

    WHOLE(Outcome.REPLIED, (exchange, body) -> exchange.readRequest().reply(body).close()),

    WHOLE_BEFORE_THE_REQUEST_IS_READ(Outcome.REPLIED, (exchange, body) -> {
        exchange.read(1);
        exchange.reply(body).readRequest();
    }),

    WHOLE_AFTER_INTERIM_REPLIES(Outcome.REPLIED,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                .reply(body)
                .close()),

    WHOLE_IN_CHUNKS(Outcome.REPLIED,
            (exchange, body) -> exchange.readRequest()
                .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body.substring(0, 5))
                        + chunk(body.substring(5)) + "0\r\nX-Trailer: x\r\n\r\n")
                .close()),

    WHOLE_AT_THE_END_OF_THE_CONNECTION(Outcome.REPLIED,
            (exchange, body) -> exchange.readRequest().write("HTTP/1.1 200 OK\r\n\r\n" + body).close()),

    WHOLE_FROM_AN_OLD_SERVER(Outcome.REPLIED,
            (exchange, body) -> exchange.readRequest().write("HTTP/1.0 200 OK\r\n\r\n" + body).close()),

    WHOLE_AND_HALF_CLOSED(Outcome.REPLIED,
            (exchange, body) -> exchange.readRequest().reply(body).halfClose().awaitRelease()),

    WHOLE_AND_MORE(Outcome.REPLIED, (exchange, body) -> exchange.readRequest()
        .write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body + "HTTP/1.1 200 OK\r\n\r\n")
        .close());

    private final Outcome outcome;

    private final Part part;

    BreakPoint(Outcome outcome, Part part) {
        this.outcome = outcome;
        this.part = part;
    }

    public Outcome outcome() {
        return this.outcome;
    }

    /**
     * Has a server play this on its next connection.
     * @param body the body of the reply, where there is one
     */
    public void arrange(ScriptedServer server, String body) {
        if (this == REFUSED) {
            server.refuse();
        }
        else {
            Script script = (exchange) -> this.part.play(exchange, body);
            server.play(script);
        }
    }

    private static Part text(String text) {
        return (exchange, body) -> exchange.readRequest().write(text).close();
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** What is known after a call. */
    public enum Outcome {

        /** Certainly no byte of the request left. */
        NOT_SENT,

        /** The peer may have acted, and there is no complete reply. */
        SENT,

        /** The same, and the peer is still at it. */
        SENT_AND_WAITING,

        /** There is the beginning of a reply that is longer than allowed. */
        TOO_LONG,

        /** There is a complete reply. */
        REPLIED

    }

    @FunctionalInterface
    private interface Part {

        void play(Exchange exchange, String body) throws IOException, InterruptedException;

    }

}
