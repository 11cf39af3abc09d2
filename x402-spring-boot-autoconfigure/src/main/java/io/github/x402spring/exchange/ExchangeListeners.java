package io.github.x402spring.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.exchange.PaymentAuthorizer.Permission;

/**
 * Several listeners that are notified of each exchange. One that fails changes nothing
 * for the payment and for the others.
 */
final class ExchangeListeners implements ExchangeListener {

    private static final Logger logger = LoggerFactory.getLogger(ExchangeListener.class);

    private final List<ExchangeListener> listeners;

    ExchangeListeners(List<ExchangeListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public boolean listens() {
        return any(ExchangeListener::listens);
    }

    @Override
    public boolean digests() {
        return any(ExchangeListener::digests);
    }

    /** A listener that fails to reply is notified, so that nothing is missed. */
    private boolean any(Predicate<ExchangeListener> question) {
        for (ExchangeListener listener : this.listeners) {
            try {
                if (question.test(listener)) {
                    return true;
                }
            }
            catch (RuntimeException ex) {
                failed(ex);
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable Exchange started(ExchangeStart start) {
        List<Exchange> exchanges = new ArrayList<>(this.listeners.size());
        for (ExchangeListener listener : this.listeners) {
            try {
                Exchange exchange = listener.started(start);
                if (exchange != null) {
                    exchanges.add(exchange);
                }
            }
            catch (RuntimeException ex) {
                failed(ex);
            }
        }
        return exchanges.isEmpty() ? null : new Exchanges(exchanges);
    }

    private static void failed(RuntimeException ex) {
        logger.error("A listener of paid exchanges failed", ex);
    }

    private record Exchanges(List<Exchange> exchanges) implements Exchange {

        @Override
        public @Nullable Scope enter() {
            Scope all = null;
            for (Exchange exchange : this.exchanges) {
                try {
                    Scope scope = exchange.enter();
                    Scope outer = all;
                    all = (scope == null || outer == null) ? ((scope != null) ? scope : outer) : () -> {
                        close(scope);
                        outer.close();
                    };
                }
                catch (RuntimeException ex) {
                    failed(ex);
                }
            }
            Scope entered = all;
            return (entered != null) ? () -> close(entered) : null;
        }

        private static void close(Scope scope) {
            try {
                scope.close();
            }
            catch (RuntimeException ex) {
                failed(ex);
            }
        }

        @Override
        public void decided(Permission permission) {
            each((exchange) -> exchange.decided(permission));
        }

        @Override
        public boolean settling(ClaimedPayment payment) {
            boolean all = true;
            for (Exchange exchange : this.exchanges) {
                try {
                    all &= exchange.settling(payment);
                }
                catch (RuntimeException ex) {
                    failed(ex);
                }
            }
            return all;
        }

        @Override
        public void ended(ExchangeEnd end) {
            each((exchange) -> exchange.ended(end));
        }

        private void each(Consumer<Exchange> action) {
            for (Exchange exchange : this.exchanges) {
                try {
                    action.accept(exchange);
                }
                catch (RuntimeException ex) {
                    failed(ex);
                }
            }
        }

    }

}
