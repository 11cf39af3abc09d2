package io.github.x402spring.webmvc;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;

/**
 * Has the handlers that a gate may stumble over.
 */
@Controller
class TrapHandlers {

    /**
     * In milliseconds. Jetty loses a time-out that ends before the request has left its
     * thread.
     */
    private static final long TIME_OUT = 200;

    static final long NEVER = 600_000;

    private final ShopJournal journal;

    private final ExecutorService threads;

    TrapHandlers(ShopJournal journal, ExecutorService shopThreads) {
        this.journal = journal;
        this.threads = shopThreads;
    }

    @GetMapping("/twin/forward")
    void forward(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        request.getRequestDispatcher("/paid/string").forward(request, response);
    }

    @GetMapping("/twin/forward-view")
    String forwardView() {
        return "forward:/paid/string";
    }

    @GetMapping("/twin/include")
    void include(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("X-Page", "page");
        response.getOutputStream().print("before ");
        request.getRequestDispatcher("/paid/string").include(request, response);
        response.getOutputStream().print(" after");
    }

    @GetMapping("/twin/include-text")
    void includeText(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("X-Page", "page");
        PrintWriter writer = response.getWriter();
        writer.print("before ");
        request.getRequestDispatcher("/paid/view").include(request, response);
        writer.print(" after");
    }

    @GetMapping("/twin/include-twice")
    void includeTwice(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        response.setHeader("X-Page", "page");
        request.getRequestDispatcher("/paid/stream").include(request, response);
        request.getRequestDispatcher("/paid/string").include(request, response);
    }

    /** Asks a paid handler for a topic, in one of several ways. */
    @RequestMapping("/twin/ask/{way}/{topic}")
    void ask(@PathVariable String way, @PathVariable String topic, HttpServletRequest request,
            HttpServletResponse response) throws ServletException, IOException {
        request.getParameter("q");
        boolean attribute = way.endsWith("-attribute");
        if (attribute) {
            request.setAttribute("topic", topic);
        }
        String target = attribute ? "/trap/topic" : "/trap/topic?topic=" + topic;
        RequestDispatcher dispatcher = request.getRequestDispatcher(target);
        switch (way.replace("-attribute", "")) {
            case "include" -> dispatcher.include(request, response);
            case "forward" -> dispatcher.forward(request, response);
            default -> request.startAsync().dispatch(target);
        }
    }

    @PaidEndpoint(price = "#{param('topic') == 'dear' ? '$0.02' : '$0.01'}", authorize = "permitAll")
    @RequestMapping("/trap/topic")
    @ResponseBody
    String topic(HttpServletRequest request) {
        this.journal.visit().handlerRuns();
        Object topic = request.getAttribute("topic");
        return "CANARY topic " + ((topic != null) ? topic : request.getParameter("topic")) + " q "
                + request.getParameter("q");
    }

    @GetMapping("/twin/dispatch")
    void dispatch(HttpServletRequest request, HttpServletResponse response) {
        request.startAsync().dispatch("/paid/string");
    }

    @GetMapping("/twin/error")
    void error(HttpServletResponse response) throws IOException {
        response.sendError(HttpStatus.I_AM_A_TEAPOT.value());
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/paid-into-paid")
    String paidIntoPaid() {
        return "forward:/paid/string";
    }

    /** Goes on, in one of several ways, to a handler that is not paid. */
    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/onward/{way}/**")
    @Nullable String onward(@PathVariable String way, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            this.journal.visit().handlerRuns();
        }
        String target = request.getRequestURI().substring(("/trap/onward/" + way).length());
        switch (way) {
            case "view" -> {
                return "forward:" + target;
            }
            case "forward" -> request.getRequestDispatcher(target).forward(request, response);
            case "include" -> {
                response.getOutputStream().print("CANARY-page ");
                request.getRequestDispatcher(target).include(request, response);
            }
            default -> request.startAsync().dispatch(target);
        }
        return null;
    }

    /** Leaves one resource of an endpoint to another. */
    @PaidEndpoint(price = "#{path('id') == 'dear' ? '$0.02' : '$0.01'}", authorize = "permitAll")
    @GetMapping("/trap/self/{id}")
    void self(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        RequestDispatcher dear = request.getRequestDispatcher("/trap/self/dear");
        switch (id) {
            case "forward" -> dear.forward(request, response);
            case "include" -> dear.include(request, response);
            case "dispatch" -> request.startAsync().dispatch("/trap/self/dear");
            default -> response.getOutputStream().print("CANARY-self");
        }
    }

    @GetMapping("/twin/onward/**")
    void freeOnward(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        request.getRequestDispatcher(request.getRequestURI().substring("/twin/onward".length()))
            .forward(request, response);
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/never")
    @ResponseBody
    DeferredResult<String> never() {
        this.journal.visit().handlerRuns();
        return new DeferredResult<>(TIME_OUT);
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/raw-never")
    void rawNever(HttpServletRequest request, HttpServletResponse response) {
        this.journal.visit().handlerRuns();
        response.setHeader("X-Canary", "CANARY-header");
        request.startAsync().setTimeout(TIME_OUT);
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/raw-silent")
    void rawSilent(HttpServletRequest request, HttpServletResponse response) {
        ShopVisit visit = this.journal.visit();
        response.setHeader("X-Canary", "CANARY-header");
        AsyncContext context = request.startAsync();
        this.threads.execute(() -> {
            visit.awaitDispatchEnd();
            context.complete();
        });
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/patient-stream")
    ResponseBodyEmitter patientStream() {
        ShopVisit visit = this.journal.visit();
        visit.handlerRuns();
        ResponseBodyEmitter emitter = new ResponseBodyEmitter(NEVER);
        this.threads.execute(() -> {
            visit.awaitGoOn();
            try {
                while (true) {
                    emitter.send("CANARY-late");
                }
            }
            catch (IOException | IllegalStateException ex) {
                visit.writeFailed(ex);
            }
            finally {
                visit.taskEnds();
            }
        });
        return emitter;
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/patient-large")
    ResponseEntity<StreamingResponseBody> patientLarge() {
        ShopVisit visit = this.journal.visit();
        return ResponseEntity.ok((stream) -> {
            stream.write("CANARY-first ".getBytes(StandardCharsets.US_ASCII));
            stream.flush();
            visit.awaitGoOn();
            stream.write("CANARY-last".getBytes(StandardCharsets.US_ASCII));
        });
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/broken-stream")
    StreamingResponseBody brokenStream() {
        return (stream) -> {
            stream.write("CANARY-first ".getBytes(StandardCharsets.US_ASCII));
            stream.flush();
            throw new ShopHandlers.BrokenShopException();
        };
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/race")
    ResponseBodyEmitter race() {
        ShopVisit visit = this.journal.visit();
        visit.handlerRuns();
        ResponseBodyEmitter emitter = new ResponseBodyEmitter(NEVER);
        this.threads.execute(() -> {
            try {
                for (int event = 0; event < 50; event++) {
                    emitter.send("CANARY-" + event + " ");
                }
                emitter.complete();
            }
            catch (IOException | IllegalStateException ex) {
                visit.writeFailed(ex);
            }
            finally {
                visit.taskEnds();
            }
        });
        return emitter;
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/forged-receipt")
    ResponseEntity<String> forgedReceipt() {
        return ResponseEntity.status(HttpStatus.CONFLICT).header("PAYMENT-RESPONSE", "forged").body("sold out");
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/two-headers-late")
    StreamingResponseBody lateHeader(HttpServletResponse response) {
        return (stream) -> {
            stream.write("CANARY-first ".getBytes(StandardCharsets.US_ASCII));
            response.setHeader("X-Late", "late");
            stream.write("CANARY-last".getBytes(StandardCharsets.US_ASCII));
        };
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/past-the-hold")
    @CrossOrigin("https://shop.example.test")
    @ResponseBody
    String pastTheHold(HttpServletRequest request, HttpServletResponse response) throws IOException {
        this.journal.visit().handlerRuns();
        ServletResponse containers = response;
        while (containers instanceof ServletResponseWrapper wrapper) {
            containers = wrapper.getResponse();
        }
        ((HttpServletResponse) containers).setHeader("X-Canary", "CANARY-past");
        ((HttpServletResponse) containers).addCookie(new Cookie("canary", "CANARY-past"));
        ShopHandlers.failIfAsked(request);
        return "CANARY-held";
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @GetMapping("/trap/file-past-the-hold")
    void filePastTheHold(HttpServletRequest request, HttpServletResponse response) throws IOException {
        this.journal.visit().handlerRuns();
        ServletRequest containers = request;
        while (containers instanceof ServletRequestWrapper wrapper) {
            containers = wrapper.getRequest();
        }
        this.journal.file().sendWith(containers);
        ShopHandlers.failIfAsked(request);
        if (request.getParameter("status") != null) {
            response.sendError(404);
        }
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    @RequestMapping("/trap/any-method")
    @ResponseBody
    String anyMethod() {
        this.journal.visit().handlerRuns();
        return "CANARY-any";
    }

}
