package io.github.x402spring.webmvc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

/**
 * Has one handler of every kind. All of them leave canaries in headers, cookies and body,
 * and fail at the last moment when they are asked to.
 */
abstract class ShopHandlers {

    static final String LARGE = "CANARY-large ".repeat(8 * 1024);

    private final ShopJournal journal;

    private final ExecutorService threads;

    ShopHandlers(ShopJournal journal, ExecutorService threads) {
        this.journal = journal;
        this.threads = threads;
    }

    static void failIfAsked(HttpServletRequest request) {
        if (request.getParameter("fail") != null) {
            throw new BrokenShopException();
        }
    }

    /** Jetty ends what fails after it went asynchronous when its time is over. */
    private static void failIfAsked(HttpServletRequest request, AsyncContext context) {
        if (request.getParameter("fail") != null) {
            context.setTimeout(50);
        }
        failIfAsked(request);
    }

    private ShopVisit enter(HttpServletResponse response) {
        ShopVisit visit = this.journal.visit();
        visit.handlerRuns();
        response.setHeader("X-Canary", "CANARY-header");
        response.addCookie(new Cookie("canary", "CANARY-cookie"));
        return visit;
    }

    private void inBackground(ShopVisit visit, Task task) {
        this.threads.execute(() -> {
            try {
                task.run();
            }
            catch (IOException | IllegalStateException ex) {
                visit.writeFailed(ex);
            }
            finally {
                visit.taskEnds();
            }
        });
    }

    @GetMapping("/string")
    @ResponseBody
    String string(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return "CANARY-string äöü";
    }

    @GetMapping("/object")
    @ResponseBody
    Map<String, Object> object(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return Map.of("canary", "CANARY-object");
    }

    @GetMapping("/entity")
    ResponseEntity<String> entity(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return ResponseEntity.status(HttpStatus.CREATED)
            .header("X-Canary-Entity", "CANARY-entity", "CANARY-entity-2")
            .header(HttpHeaders.SET_COOKIE, "entity=CANARY-cookie; Path=/")
            .eTag("\"CANARY-etag\"")
            .lastModified(0)
            .body("CANARY-entity");
    }

    @GetMapping("/not-modified")
    ResponseEntity<String> notModified(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return ResponseEntity.ok().eTag("\"CANARY-etag\"").lastModified(1_000_000_000_000L).body("CANARY-entity");
    }

    @GetMapping("/not-modified-ever")
    ResponseEntity<String> notModifiedEver(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag("\"CANARY-etag\"").build();
    }

    @PostMapping("/precondition")
    @ResponseBody
    @Nullable String precondition(ServletWebRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request.getRequest());
        return request.checkNotModified("\"CANARY-etag\"") ? null : "CANARY-entity";
    }

    @GetMapping("/range")
    ResponseEntity<Resource> range(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return ResponseEntity.ok()
            .eTag("\"CANARY-etag\"")
            .contentType(MediaType.TEXT_PLAIN)
            .body(new ByteArrayResource("CANARY-range".getBytes(StandardCharsets.US_ASCII)));
    }

    @GetMapping("/no-content")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void noContent(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
    }

    @GetMapping("/stream")
    void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        response.getOutputStream().write("CANARY-stream \0ÿ\r\n".getBytes(StandardCharsets.ISO_8859_1));
        response.getOutputStream().write(255);
        response.getOutputStream().print("CANARY-print");
        failIfAsked(request);
    }

    @GetMapping("/writer")
    void writer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        response.setContentType("text/plain;charset=UTF-16BE");
        response.getWriter().print("CANARY-writer žluťoučký 漢字 \uD83D");
        response.getWriter().print("\uDE00");
        failIfAsked(request);
    }

    @GetMapping("/view")
    String view(HttpServletResponse response, Model model) {
        enter(response);
        model.addAttribute("price", "CANARY-price");
        return "canary";
    }

    @GetMapping("/redirect-view")
    String redirectView(HttpServletRequest request, HttpServletResponse response, Model model) {
        enter(response);
        failIfAsked(request);
        model.addAttribute("ticket", "CANARY-ticket");
        return "redirect:/CANARY-view";
    }

    @GetMapping("/redirect")
    void redirect(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        failIfAsked(request);
        response.sendRedirect("/CANARY-redirect?q=1");
    }

    @GetMapping("/callable")
    @ResponseBody
    Callable<String> callable(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        return () -> {
            failIfAsked(request);
            return "CANARY-callable";
        };
    }

    @GetMapping("/deferred")
    @ResponseBody
    DeferredResult<String> deferred(HttpServletRequest request, HttpServletResponse response) {
        ShopVisit visit = enter(response);
        boolean failing = request.getParameter("fail") != null;
        DeferredResult<String> result = new DeferredResult<>();
        inBackground(visit, () -> {
            visit.awaitDispatchEnd();
            if (failing) {
                result.setErrorResult(new BrokenShopException());
            }
            else {
                result.setResult("CANARY-deferred");
            }
        });
        return result;
    }

    @GetMapping("/future")
    @ResponseBody
    CompletableFuture<Map<String, String>> future(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        boolean failing = request.getParameter("fail") != null;
        return CompletableFuture.supplyAsync(() -> {
            if (failing) {
                throw new BrokenShopException();
            }
            return Map.of("canary", "CANARY-future");
        }, this.threads);
    }

    @GetMapping("/streaming-body")
    StreamingResponseBody streamingBody(HttpServletRequest request, HttpServletResponse response) {
        ShopVisit visit = enter(response);
        return (stream) -> {
            try {
                failIfAsked(request);
                for (int chunk = 0; chunk < 3; chunk++) {
                    stream.write(("CANARY-chunk-" + chunk).getBytes(StandardCharsets.UTF_8));
                    stream.flush();
                }
            }
            finally {
                visit.taskEnds();
            }
        };
    }

    @GetMapping("/sse")
    SseEmitter events(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ShopVisit visit = enter(response);
        SseEmitter emitter = new SseEmitter();
        if (request.getParameter("fail") != null) {
            emitter.completeWithError(new BrokenShopException());
            return emitter;
        }
        emitter.send(SseEmitter.event().name("CANARY-first").data("CANARY-before"));
        inBackground(visit, () -> {
            visit.awaitDispatchEnd();
            emitter.send("CANARY-after");
            emitter.complete();
        });
        return emitter;
    }

    @GetMapping("/sse-late")
    SseEmitter lateEvents(HttpServletRequest request, HttpServletResponse response) {
        ShopVisit visit = enter(response);
        boolean failing = request.getParameter("fail") != null;
        SseEmitter emitter = new SseEmitter();
        inBackground(visit, () -> {
            visit.awaitDispatchEnd();
            if (failing) {
                emitter.completeWithError(new BrokenShopException());
                return;
            }
            emitter.send("CANARY-late-1");
            emitter.send("CANARY-late-2");
            emitter.complete();
        });
        return emitter;
    }

    @GetMapping("/emitter")
    ResponseBodyEmitter emitter(HttpServletRequest request, HttpServletResponse response) {
        ShopVisit visit = enter(response);
        boolean failing = request.getParameter("fail") != null;
        ResponseBodyEmitter emitter = new ResponseBodyEmitter();
        inBackground(visit, () -> {
            if (failing) {
                emitter.completeWithError(new BrokenShopException());
                return;
            }
            emitter.send("CANARY-emitted-1 ", MediaType.TEXT_PLAIN);
            emitter.send(Map.of("canary", "CANARY-emitted-2"), MediaType.APPLICATION_JSON);
            emitter.complete();
        });
        return emitter;
    }

    @GetMapping("/conflict")
    @ResponseBody
    String conflict(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        throw new SoldOutException(HttpStatus.CONFLICT, false);
    }

    @GetMapping("/apology")
    @ResponseBody
    String apology(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        throw new SoldOutException(HttpStatus.OK, false);
    }

    @GetMapping("/free-apology")
    @ResponseBody
    String freeApology(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        throw new SoldOutException(HttpStatus.OK, true);
    }

    @GetMapping("/paid-apology")
    @ResponseBody
    String paidApology(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        BillableResponse.declare(request);
        throw new SoldOutException(HttpStatus.OK, false);
    }

    @GetMapping({ "/veto-redirect", "/veto-empty", "/veto-body", "/veto-large-body", "/veto-mapped" })
    @ResponseBody
    String neverReached(HttpServletResponse response) {
        enter(response);
        return "CANARY-never-reached";
    }

    @GetMapping("/veto-async")
    @ResponseBody
    Callable<String> neverReturned(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return () -> "CANARY-never-returned";
    }

    @ExceptionHandler
    ResponseEntity<String> soldOut(SoldOutException ex, HttpServletRequest request) {
        if (ex.free) {
            PaymentCancellation.cancel(request);
        }
        return ResponseEntity.status(ex.status).header("X-Canary-Error", "CANARY-error").body("CANARY-apology");
    }

    @GetMapping("/send-error")
    void sendError(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        failIfAsked(request);
        response.sendError(410, "CANARY-message");
    }

    @GetMapping("/large-stream")
    void largeStream(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        failIfAsked(request);
        byte[] bytes = LARGE.getBytes(StandardCharsets.US_ASCII);
        OutputStream stream = response.getOutputStream();
        for (int offset = 0; offset < bytes.length; offset += 1000) {
            stream.write(bytes, offset, Math.min(1000, bytes.length - offset));
        }
    }

    @GetMapping("/large-writer")
    void largeWriter(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        failIfAsked(request);
        response.setCharacterEncoding("UTF-8");
        PrintWriter writer = response.getWriter();
        for (int offset = 0; offset < LARGE.length(); offset += 1000) {
            writer.write(LARGE, offset, Math.min(1000, LARGE.length() - offset));
        }
        writer.write("CANARY-end");
    }

    @GetMapping("/large-string")
    @ResponseBody
    String largeString(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return LARGE;
    }

    @GetMapping("/early-flush")
    void earlyFlush(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        response.flushBuffer();
        response.getOutputStream().print("CANARY-flushed ");
        response.getOutputStream().flush();
        response.flushBuffer();
        failIfAsked(request);
        response.getOutputStream().print("CANARY-rest");
        response.getOutputStream().close();
    }

    @GetMapping("/own-headers")
    void ownHeaders(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        byte[] body = "CANARY-own".getBytes(StandardCharsets.US_ASCII);
        response.setContentLength(body.length);
        response.setHeader("Content-Length", Integer.toString(body.length));
        response.setIntHeader("content-length", body.length);
        response.setHeader("Cache-Control", "public, max-age=60, s-maxage=600");
        response.setHeader("PAYMENT-RESPONSE", "CANARY-forged");
        response.addHeader("PAYMENT-RESPONSE", "CANARY-forged-2");
        response.setDateHeader("X-Canary-Date", 0);
        failIfAsked(request);
        response.getOutputStream().write(body);
    }

    @GetMapping("/reset")
    void reset(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        response.setStatus(299);
        response.setContentType("text/html;charset=UTF-8");
        response.getWriter().print("CANARY-reset");
        response.reset();
        response.setHeader("X-Canary", "CANARY-second");
        response.getOutputStream().print("CANARY-forgotten");
        response.resetBuffer();
        response.getOutputStream().print("CANARY-kept");
        failIfAsked(request);
    }

    @GetMapping("/session")
    @ResponseBody
    String session(HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        request.getSession().setAttribute("cart", "CANARY-cart");
        failIfAsked(request);
        return "CANARY-session";
    }

    @GetMapping("/sendfile")
    void sendfile(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        failIfAsked(request);
        response.setContentType(MediaType.TEXT_PLAIN_VALUE);
        if (Boolean.TRUE.equals(request.getAttribute("org.apache.tomcat.sendfile.support"))) {
            this.journal.file().sendWith(request);
            response.setContentLengthLong(ShopFile.CONTENT.length());
        }
        else {
            response.getOutputStream().print(ShopFile.CONTENT);
        }
    }

    @GetMapping("/raw-async")
    void rawAsync(HttpServletRequest request, HttpServletResponse response) {
        ShopVisit visit = enter(response);
        AsyncContext context = request.startAsync();
        failIfAsked(request, context);
        inBackground(visit, () -> {
            visit.awaitDispatchEnd();
            rawWrite(context);
        });
    }

    @GetMapping("/raw-async-arguments")
    void rawAsyncWithArguments(HttpServletRequest request, HttpServletResponse response) {
        ShopVisit visit = enter(response);
        AsyncContext context = request.startAsync(request, response);
        failIfAsked(request, context);
        inBackground(visit, () -> {
            visit.awaitDispatchEnd();
            rawWrite(context);
        });
    }

    @GetMapping("/raw-async-quick")
    void quickRawAsync(HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        AsyncContext context = request.startAsync();
        failIfAsked(request, context);
        rawWrite(context);
    }

    private static void rawWrite(AsyncContext context) throws IOException {
        try {
            PrintWriter writer = context.getResponse().getWriter();
            writer.write("CANARY-raw-1 ");
            writer.flush();
            writer.write("CANARY-raw-2");
        }
        finally {
            context.complete();
        }
    }

    @PostMapping(path = "/json", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    Map<String, Object> json(@RequestBody Map<String, Object> body, HttpServletRequest request,
            HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return new TreeMap<>(Map.of("canary", "CANARY-json", "body", body));
    }

    @PostMapping(path = "/bytes")
    @ResponseBody
    byte[] bytes(@RequestBody byte[] body, HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return body;
    }

    @PostMapping(path = "/form", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @ResponseBody
    String form(@RequestParam MultiValueMap<String, String> form, HttpServletRequest request,
            HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        return "CANARY-form " + new TreeMap<>(form);
    }

    @PostMapping(path = "/form-stream", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @ResponseBody
    String formStream(InputStream body, HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        String read = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        failIfAsked(request);
        return "CANARY-form-stream " + read;
    }

    @PostMapping(path = "/form-reader", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    @ResponseBody
    String formReader(Reader body, HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter(response);
        StringWriter read = new StringWriter();
        body.transferTo(read);
        failIfAsked(request);
        return "CANARY-form-reader " + read;
    }

    @PostMapping(path = "/multipart", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<byte[]> multipart(@RequestPart("file") MultipartFile file, @RequestParam("note") String note,
            HttpServletRequest request, HttpServletResponse response) {
        enter(response);
        failIfAsked(request);
        try {
            return ResponseEntity.ok()
                .header("X-Canary-Name", "CANARY-" + file.getOriginalFilename() + "-" + note.length())
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(file.getBytes());
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @FunctionalInterface
    private interface Task {

        void run() throws IOException;

    }

    static final class BrokenShopException extends RuntimeException {

        BrokenShopException() {
            super("CANARY-exception");
        }

    }

    static final class SoldOutException extends RuntimeException {

        private final HttpStatus status;

        private final boolean free;

        SoldOutException(HttpStatus status, boolean free) {
            this.status = status;
            this.free = free;
        }

    }

    @Controller
    @RequestMapping("/paid")
    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    static class Paid extends ShopHandlers {

        Paid(ShopJournal journal, ExecutorService shopThreads) {
            super(journal, shopThreads);
        }

    }

    @Controller
    @RequestMapping("/upfront")
    @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
    static class Upfront extends ShopHandlers {

        Upfront(ShopJournal journal, ExecutorService shopThreads) {
            super(journal, shopThreads);
        }

    }

    @Controller
    @RequestMapping("/denied")
    @PaidEndpoint(price = "$0.01", authorize = "payment.payer() == 'nobody'")
    static class Denied extends ShopHandlers {

        Denied(ShopJournal journal, ExecutorService shopThreads) {
            super(journal, shopThreads);
        }

    }

    @Controller
    @RequestMapping("/guarded")
    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    static class Guarded extends ShopHandlers {

        Guarded(ShopJournal journal, ExecutorService shopThreads) {
            super(journal, shopThreads);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        String string(HttpServletRequest request, HttpServletResponse response) {
            return super.string(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        String view(HttpServletResponse response, Model model) {
            return super.view(response, model);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
            super.stream(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        Callable<String> callable(HttpServletRequest request, HttpServletResponse response) {
            return super.callable(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        DeferredResult<String> deferred(HttpServletRequest request, HttpServletResponse response) {
            return super.deferred(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        StreamingResponseBody streamingBody(HttpServletRequest request, HttpServletResponse response) {
            return super.streamingBody(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        SseEmitter events(HttpServletRequest request, HttpServletResponse response) throws IOException {
            return super.events(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        ResponseBodyEmitter emitter(HttpServletRequest request, HttpServletResponse response) {
            return super.emitter(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        void largeStream(HttpServletRequest request, HttpServletResponse response) throws IOException {
            super.largeStream(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        void rawAsync(HttpServletRequest request, HttpServletResponse response) {
            super.rawAsync(request, response);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        Map<String, Object> json(Map<String, Object> body, HttpServletRequest request, HttpServletResponse response) {
            return super.json(body, request, response);
        }

    }

    @Controller
    @RequestMapping("/twin")
    static class Free extends ShopHandlers {

        Free(ShopJournal journal, ExecutorService shopThreads) {
            super(journal, shopThreads);
        }

    }

}
