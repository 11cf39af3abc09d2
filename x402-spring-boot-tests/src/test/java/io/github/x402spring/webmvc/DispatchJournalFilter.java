package io.github.x402spring.webmvc;

import java.io.IOException;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Notes when the thread of a request has left the payment gate, and leaves a mark on
 * every response from outside of the hold.
 */
final class DispatchJournalFilter implements Filter {

    private final ShopJournal journal;

    DispatchJournalFilter(ShopJournal journal) {
        this.journal = journal;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ShopVisit visit = this.journal.visit();
        if (request.getDispatcherType() == DispatcherType.REQUEST && response instanceof HttpServletResponse http) {
            http.addHeader("X-Outer", "one");
            http.addHeader("X-Outer", "two");
            http.addCookie(new Cookie("outer", "kept"));
        }
        try {
            chain.doFilter(request, response);
        }
        finally {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                visit.dispatchEnds();
            }
        }
    }

}
