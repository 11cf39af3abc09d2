package io.github.x402spring.autoconfigure.console;

import java.io.IOException;
import java.io.Writer;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.util.Assert;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.HandlerMapping;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.operator.SellerSources;

/**
 * Serves the console's pages to callers with an authority of its own. Changes nothing,
 * and runs no script in the browser.
 */
final class ConsoleHandler implements HttpRequestHandler {

    private static final Logger logger = LoggerFactory.getLogger(ConsoleHandler.class);

    private final SellerSources sources;

    private final Explorers explorers;

    private final ConsoleAccess access;

    private final String path;

    ConsoleHandler(SellerSources sources, Explorers explorers, AuthorizationManager<Object> rule, String path) {
        Assert.notNull(sources, "'sources' must not be null");
        Assert.notNull(explorers, "'explorers' must not be null");
        Assert.hasText(path, "'path' must not be empty");
        this.sources = sources;
        this.explorers = explorers;
        this.access = new ConsoleAccess(rule);
        this.path = path;
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ConsoleWriter.protect(response);
        if (!this.access.grants(response)) {
            return;
        }
        if (!"GET".equals(request.getMethod()) && !"HEAD".equals(request.getMethod())) {
            response.setHeader("Allow", "GET, HEAD");
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        try {
            serve(page(request), links(request), request, response);
        }
        catch (IllegalArgumentException ex) {
            problem(request, response, HttpServletResponse.SC_BAD_REQUEST, "This search is not understood");
        }
        catch (LedgerException ex) {
            logger.warn("Payment ledger unavailable; the console has nothing to show", ex);
            problem(request, response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "The ledger gives no reply");
        }
    }

    private Links links(HttpServletRequest request) {
        return new Links(request.getContextPath() + this.path, this.explorers);
    }

    /** Where a mapping has no pattern, all of the path is within it. */
    private static String page(HttpServletRequest request) {
        Object within = request.getAttribute(HandlerMapping.PATH_WITHIN_HANDLER_MAPPING_ATTRIBUTE);
        String page = (within != null) ? within.toString() : "";
        return page.startsWith("/") ? "" : page;
    }

    private void serve(String page, Links links, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (page) {
            case "" -> {
                String window = request.getParameter("window");
                ConsoleWriter.page(response,
                        new OverviewPage(this.sources).render(links, (window != null) ? window : ""));
            }
            case "payments" -> ConsoleWriter.page(response,
                    new PaymentsPage(this.sources).render(links, PaymentSearch.of(request.getParameterMap())));
            case "payments.csv" -> csv(PaymentSearch.of(request.getParameterMap()), request, response);
            case "unknown" -> ConsoleWriter.page(response, new UnknownPage(this.sources).render(links));
            case "refusals" -> ConsoleWriter.page(response, new RefusalsPage(this.sources).render(links));
            case "endpoints" -> ConsoleWriter.page(response, new EndpointsPage(this.sources).render(links));
            default -> {
                String found = page.startsWith("payments/")
                        ? new TimelinePage(this.sources).render(links, page.substring("payments/".length())) : null;
                if (found != null) {
                    ConsoleWriter.page(response, found);
                }
                else {
                    problem(request, response, HttpServletResponse.SC_NOT_FOUND, "There is no such page");
                }
            }
        }
    }

    private void csv(PaymentSearch search, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        PaymentHistory history = this.sources.history();
        if (history == null) {
            problem(request, response, HttpServletResponse.SC_NOT_FOUND, "There is no such page");
            return;
        }
        PaymentPage first = history.payments(search.filter(), search.after(), PaymentHistory.MAX_PAGE);
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\""
                + (this.sources.simulated() ? "payments-simulated.csv" : "payments.csv") + "\"");
        Writer writer = response.getWriter();
        new PaymentsCsv(history, this.sources.format(), PaymentsCsv.MAX_ROWS).write(search, first, writer);
        writer.flush();
    }

    private void problem(HttpServletRequest request, HttpServletResponse response, int status, String text)
            throws IOException {
        if (response.isCommitted()) {
            throw new IOException("The list ends here: the ledger gives no reply");
        }
        response.reset();
        ConsoleWriter.protect(response);
        response.setStatus(status);
        Page page = new Page(this.sources, links(request), "none", text);
        ConsoleWriter.page(response, page.end());
    }

}
