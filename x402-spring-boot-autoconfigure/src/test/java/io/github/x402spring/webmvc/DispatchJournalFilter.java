package io.github.x402spring.webmvc;

import java.io.IOException;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Notes when the thread of a request has left the payment gate.
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
