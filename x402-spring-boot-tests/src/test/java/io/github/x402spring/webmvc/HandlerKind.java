package io.github.x402spring.webmvc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

import io.github.x402spring.webmvc.RawHttpClient.RawRequest;

/**
 * Lists the kinds of handlers: how each is called, what it answers when all is well, and
 * whether that is a sale. What is not a sale goes out as it is and is never charged.
 */
enum HandlerKind {

    STRING("/string"),

    OBJECT("/object"),

    RESPONSE_ENTITY("/entity", 201),

    NOT_MODIFIED("/not-modified", 200, true, (request) -> request.header("If-None-Match", "\"CANARY-etag\"")),

    NOT_MODIFIED_SINCE("/not-modified", 200, true,
            (request) -> request.header("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT")),

    NOT_MODIFIED_ALL_THE_SAME("/not-modified-ever", 304),

    PRECONDITION_OF_GET("/not-modified", 200, true,
            (request) -> request.header("If-Match", "\"other\"")
                .header("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")),

    PRECONDITION_OF_POST("/precondition", 412, false,
            (request) -> request.method("POST").header("If-Match", "\"other\"")),

    RANGE("/range", 200, true, (request) -> request.header("Range", "bytes=0-1").header("If-Range", "\"CANARY-etag\"")),

    NO_CONTENT("/no-content", 204),

    STREAM("/stream"),

    WRITER("/writer"),

    VIEW("/view"),

    REDIRECT_VIEW("/redirect-view", 302),

    SEND_REDIRECT("/redirect", 302),

    CALLABLE("/callable"),

    DEFERRED_RESULT("/deferred"),

    COMPLETABLE_FUTURE("/future"),

    STREAMING_RESPONSE_BODY("/streaming-body"),

    SSE_FROM_THE_START("/sse"),

    SSE_LATE("/sse-late"),

    RESPONSE_BODY_EMITTER("/emitter"),

    EXCEPTION_HANDLER_CONFLICT("/conflict", 409, false, UnaryOperator.identity()),

    EXCEPTION_HANDLER_OK("/apology", 200, false, UnaryOperator.identity()),

    EXCEPTION_HANDLER_OK_DECLARED("/paid-apology"),

    VETO_REDIRECT("/veto-redirect", 302, 0),

    VETO_EMPTY("/veto-empty", 200, 0),

    VETO_BODY("/veto-body", 200, 0),

    VETO_LARGE_BODY("/veto-large-body", 200, 0),

    VETO_MAPPED("/veto-mapped", 200, 0),

    VETO_OF_ASYNC_DISPATCH("/veto-async", 302, false, UnaryOperator.identity()),

    DENIED_AS_VALUE("/denied-value", 200, 0),

    DENIED_AS_VALUE_AFTERWARDS("/denied-value-afterwards", 200, false, UnaryOperator.identity()),

    EXCEPTION_HANDLER_OK_CANCELLED("/free-apology", 200, false, UnaryOperator.identity()),

    SEND_ERROR("/send-error", 410, false, UnaryOperator.identity()),

    LARGE_STREAM("/large-stream"),

    LARGE_WRITER("/large-writer"),

    LARGE_STRING("/large-string"),

    EARLY_FLUSH("/early-flush"),

    OWN_HEADERS("/own-headers"),

    RESET("/reset"),

    SESSION("/session"),

    SENDFILE("/sendfile"),

    RAW_ASYNC("/raw-async"),

    RAW_ASYNC_WITH_ARGUMENTS("/raw-async-arguments"),

    RAW_ASYNC_QUICK("/raw-async-quick"),

    JSON_BODY("/json", 200, true,
            (request) -> request.body("application/json", utf8("{\"text\": \"CANARY äöü 漢\", \"n\": [1, 2.50]}"))),

    BYTES_BODY("/bytes", 200, true,
            (request) -> request.body("application/octet-stream", latin1("CANARY\0\u0001\u00ff\r\n\r\n"))),

    FORM_BODY("/form", 200, true,
            (request) -> request.body("application/x-www-form-urlencoded", utf8(HandlerKind.FORM))),

    FORM_BODY_AS_STREAM("/form-stream", 200, true,
            (request) -> request.body("application/x-www-form-urlencoded", utf8(HandlerKind.FORM))),

    FORM_BODY_AS_READER("/form-reader", 200, true,
            (request) -> request.body("application/x-www-form-urlencoded", utf8(HandlerKind.FORM))),

    MULTIPART_BODY("/multipart", 200, true,
            (request) -> request.body("multipart/form-data; boundary=edge", multipart())),

    FUNCTION("/function"),

    FUNCTION_BEAN("/function-bean"),

    FUNCTION_BEAN_BEHIND_A_FILTER("/function-bean-filtered", 200, true, HandlerKind::identified),

    FUNCTION_NESTED("/nested/a/b"),

    FUNCTION_RESOURCE("/resources/book.txt"),

    FUNCTION_BEHIND_A_FILTER("/function-behind", 200, true, HandlerKind::identified),

    FUNCTION_WITHIN_A_FILTER("/function-within"),

    FUNCTION_BEFORE_FILTERS("/function-before"),

    FUNCTION_VETOED_BY_FILTER("/function-vetoed", 200, 0),

    FUNCTION_NOT_MODIFIED("/function-not-modified", 200, true,
            (request) -> request.header("If-None-Match", "\"CANARY-etag\"")),

    FUNCTION_REDIRECT("/function-redirect", 307),

    FUNCTION_WRITTEN("/function-written"),

    FUNCTION_VIEW("/function-view"),

    FUNCTION_LARGE("/function-large"),

    FUNCTION_ASYNC("/function-async"),

    FUNCTION_ASYNC_DONE("/function-async-done"),

    FUNCTION_FUTURE_BODY("/function-future"),

    FUNCTION_PUBLISHER_BODY("/function-publisher"),

    FUNCTION_SSE_FROM_THE_START("/function-sse"),

    FUNCTION_SSE_LATE("/function-sse-late"),

    FUNCTION_STREAM("/function-stream"),

    FUNCTION_JSON_BODY("/function-json", 200, true,
            (request) -> request.body("application/json", utf8("{\"text\": \"CANARY äöü 漢\"}"))),

    FUNCTION_FORM_BODY("/function-form", 200, true,
            (request) -> request.body("application/x-www-form-urlencoded", utf8(HandlerKind.FORM))),

    FUNCTION_ERROR_HANDLER("/function-apology", 200, false, UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_WHILE_WRITING("/function-write-apology", 200, false, UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OF_ASYNC("/function-async-apology", 200, false, UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OF_FUTURE_BODY("/function-future-apology", 200, false, UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OF_UNWRITABLE_FUTURE_BODY("/function-unwritable-apology", 200, false,
            UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OF_UNWRITABLE_PUBLISHER_BODY("/function-unpublishable-apology", 200, false,
            UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OF_FILTER("/function-filter-apology", 200, false, UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OF_FILTER_ASYNC("/function-filter-async-apology", 200, false, UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OUTSIDE_OF_FILTER_ASYNC("/function-filter-async-apology-outside", 200, false,
            UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OUTSIDE_OF_FUTURE_BODY("/function-future-apology-outside", 200, false,
            UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OUTSIDE("/function-apology-outside", 200, false, UnaryOperator.identity()),

    FUNCTION_ERROR_HANDLER_OUTSIDE_WHILE_WRITING("/function-write-apology-outside", 200, false,
            UnaryOperator.identity());

    static final String FORM = "b=CANARY&a=1&a=%C3%A4+%2B&empty=&b=2";

    private final String path;

    private final int status;

    private final boolean sale;

    private final int runs;

    private final UnaryOperator<RawRequest> call;

    HandlerKind(String path, int status, int runs) {
        this(path, status, false, runs, UnaryOperator.identity());
    }

    HandlerKind(String path) {
        this(path, 200);
    }

    HandlerKind(String path, int status) {
        this(path, status, true, UnaryOperator.identity());
    }

    HandlerKind(String path, int status, boolean sale, UnaryOperator<RawRequest> call) {
        this(path, status, sale, 1, call);
    }

    HandlerKind(String path, int status, boolean sale, int runs, UnaryOperator<RawRequest> call) {
        this.path = path;
        this.status = status;
        this.sale = sale;
        this.runs = runs;
        this.call = call;
    }

    /** Whether something takes the place of the handler, which does not run. */
    boolean vetoed() {
        return this.runs == 0;
    }

    int runs() {
        return this.runs;
    }

    /** Whether method security denies the call, so that there is no free twin. */
    boolean denied() {
        return this == DENIED_AS_VALUE || this == DENIED_AS_VALUE_AFTERWARDS;
    }

    /**
     * Whether the handler reads bytes of a form, which where nothing is paid are gone
     * when an interceptor has asked for a parameter.
     */
    boolean readsForm() {
        return this == FORM_BODY_AS_STREAM || this == FORM_BODY_AS_READER;
    }

    int status() {
        return this.status;
    }

    boolean sale() {
        return this.sale;
    }

    /** As it is sent where nothing is paid, to get what is delivered where it is. */
    RawRequest twin() {
        RawRequest request = request("/twin");
        return request.method().equals("GET") ? request.without("If-", "Range:") : request;
    }

    RawRequest request(String shop) {
        return request(shop, "");
    }

    RawRequest request(String shop, String query) {
        return this.call.apply(RawRequest.get(shop + this.path + query));
    }

    /** Spring Security does not see a price that is behind a filter. */
    private static RawRequest identified(RawRequest request) {
        return request.header("Authorization", PaidShop.BASIC_CREDENTIALS);
    }

    private static byte[] multipart() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(utf8("--edge\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"));
        bytes.writeBytes(utf8("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n"));
        bytes.writeBytes(latin1("CANARY\0\u0001\u00ff\r\n--edg\r\n"));
        bytes.writeBytes(utf8("\r\n--edge--\r\n"));
        return bytes.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

}
