package io.github.x402spring.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.util.Assert;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.HandlerMapping;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentHistory;
import io.github.x402spring.ledger.PaymentPage;

/**
 * Serves the operator's page to those who have an authority of its own. Changes nothing,
 * and runs no script in the browser.
 *
 * @since 0.1.0
 */
public final class ConsoleHandler implements HttpRequestHandler {

    private static final String POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'";

    private static final Logger logger = LoggerFactory.getLogger(ConsoleHandler.class);

    private final ConsoleSources sources;

    private final ConsoleAccess access;

    private final String path;

    /**
     * Creates a handler.
     * @param sources what is shown
     * @param rule says who may see it
     * @param path the path of the overview below the context path, without a trailing
     * slash
     */
    public ConsoleHandler(ConsoleSources sources, AuthorizationManager<Object> rule, String path) {
        Assert.notNull(sources, "'sources' must not be null");
        Assert.hasText(path, "'path' must not be empty");
        this.sources = sources;
        this.access = new ConsoleAccess(rule);
        this.path = path;
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        protect(response);
        if (!this.access.grants(response)) {
            return;
        }
        if (!"GET".equals(request.getMethod()) && !"HEAD".equals(request.getMethod())) {
            response.setHeader("Allow", "GET, HEAD");
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        try {
            serve(page(request), new Links(request.getContextPath() + this.path), request, response);
        }
        catch (IllegalArgumentException ex) {
            problem(request, response, HttpServletResponse.SC_BAD_REQUEST, "This search is not understood");
        }
        catch (LedgerException ex) {
            logger.warn("The payment ledger is out of reach; the console has nothing to show", ex);
            problem(request, response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "The ledger gives no answer");
        }
    }

    /** Where a mapping has no pattern, all of the path is within it. */
    private static String page(HttpServletRequest request) {
        Object within = request.getAttribute(HandlerMapping.PATH_WITHIN_HANDLER_MAPPING_ATTRIBUTE);
        String page = (within != null) ? within.toString() : "";
        return page.startsWith("/") ? "" : page;
    }

    private void serve(String page, Links links, HttpServletRequest request, HttpServletResponse response)
            throws IOException, LedgerException {
        switch (page) {
            case "" -> {
                String window = request.getParameter("window");
                html(response, new OverviewPage(this.sources).render(links, (window != null) ? window : ""));
            }
            case "payments" -> html(response,
                    new PaymentsPage(this.sources).render(links, PaymentSearch.of(request.getParameterMap())));
            case "payments.csv" -> csv(PaymentSearch.of(request.getParameterMap()), request, response);
            case "unknown" -> html(response, new UnknownPage(this.sources).render(links));
            case "refusals" -> html(response, new RefusalsPage(this.sources).render(links));
            case "endpoints" -> html(response, new EndpointsPage(this.sources).render(links));
            case "console.css" -> resource(response, "console.css", "text/css;charset=UTF-8");
            case "icon.svg" -> resource(response, "icon.svg", "image/svg+xml");
            default -> {
                String found = page.startsWith("payments/")
                        ? new TimelinePage(this.sources).render(links, page.substring("payments/".length())) : null;
                if (found != null) {
                    html(response, found);
                }
                else {
                    problem(request, response, HttpServletResponse.SC_NOT_FOUND, "There is no such page");
                }
            }
        }
    }

    private void csv(PaymentSearch search, HttpServletRequest request, HttpServletResponse response)
            throws IOException, LedgerException {
        PaymentHistory history = this.sources.history();
        if (history == null) {
            problem(request, response, HttpServletResponse.SC_NOT_FOUND, "There is no such page");
            return;
        }
        PaymentPage first = history.payments(search.filter(), search.after(), PaymentHistory.MAX_PAGE);
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"payments.csv\"");
        Writer writer = response.getWriter();
        new PaymentsCsv(history, this.sources.format(), PaymentsCsv.MAX_ROWS).write(search, first, writer);
        writer.flush();
    }

    private void problem(HttpServletRequest request, HttpServletResponse response, int status, String text)
            throws IOException {
        if (response.isCommitted()) {
            throw new IOException("The list ends here: the ledger gives no answer");
        }
        response.reset();
        protect(response);
        response.setStatus(status);
        Page page = new Page(new Links(request.getContextPath() + this.path), "none", text);
        html(response, page.end(this.sources.clock().instant()));
    }

    private static void html(HttpServletResponse response, String document) throws IOException {
        response.setContentType("text/html;charset=UTF-8");
        bytes(response, document.getBytes(StandardCharsets.UTF_8));
    }

    private static void resource(HttpServletResponse response, String name, String type) throws IOException {
        try (@Nullable
        InputStream stream = ConsoleHandler.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("A resource of the console is missing: " + name);
            }
            response.setContentType(type);
            bytes(response, stream.readAllBytes());
        }
    }

    private static void bytes(HttpServletResponse response, byte[] body) throws IOException {
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static void protect(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
    }

}
