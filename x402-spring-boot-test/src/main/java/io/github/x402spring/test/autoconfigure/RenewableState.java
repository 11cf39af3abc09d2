package io.github.x402spring.test.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Stateful collaborators of the gate, each behind an interface and replaced before the
 * next test.
 */
final class RenewableState {

    private final List<Runnable> renewals = new CopyOnWriteArrayList<>();

    /**
     * Returns an object that is replaced, behind its interface, at each {@link #renew}.
     * Objects are replaced in the order in which they were created.
     */
    <T> T renewable(Class<T> type, Supplier<? extends T> factory) {
        AtomicReference<T> current = new AtomicReference<>(factory.get());
        this.renewals.add(() -> current.set(factory.get()));
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> {
                        try {
                            yield method.invoke(current.get(), arguments);
                        }
                        catch (InvocationTargetException ex) {
                            throw ex.getTargetException();
                        }
                    }
                }));
    }

    void renew() {
        this.renewals.forEach(Runnable::run);
    }

}
