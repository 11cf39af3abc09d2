package io.github.x402spring.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Look-up of the addresses of hosts within a time: that of the operating system cannot be
 * interrupted. At most one look-up a host is in flight. Thread-safe.
 */
final class Addresses {

    private final Map<String, FutureTask<InetAddress[]>> inFlight = new ConcurrentHashMap<>();

    InetAddress[] find(String host, long nanos) throws UnknownHostException, TimeoutException, InterruptedException {
        FutureTask<InetAddress[]> created = new FutureTask<>(() -> InetAddress.getAllByName(host));
        FutureTask<InetAddress[]> lookUp = this.inFlight.putIfAbsent(host, created);
        if (lookUp == null) {
            lookUp = created;
            start(host, created);
        }
        try {
            return lookUp.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
        }
        catch (ExecutionException ex) {
            throw new UnknownHostException(host);
        }
    }

    private void start(String host, FutureTask<InetAddress[]> lookUp) {
        try {
            Thread.ofVirtual().name("x402-look-up").start(() -> {
                lookUp.run();
                this.inFlight.remove(host, lookUp);
            });
        }
        catch (RuntimeException | Error ex) {
            this.inFlight.remove(host, lookUp);
            throw ex;
        }
    }

}
