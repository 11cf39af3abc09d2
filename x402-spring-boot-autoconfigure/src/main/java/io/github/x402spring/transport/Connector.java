package io.github.x402spring.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Opener of connections: directly or through the proxy of {@link ProxySelector}, and for
 * https with TLS that verifies the host's name. Thread-safe.
 */
final class Connector {

    private static final String[] PROTOCOLS = { "http/1.1" };

    private final Addresses addresses = new Addresses();

    private final @Nullable SSLContext tls;

    /**
     * Creates a connector.
     * @param tls the context for TLS; {@code null} for the JDK's default
     */
    Connector(@Nullable SSLContext tls) {
        this.tls = tls;
    }

    /**
     * Opens a connection.
     * @param route the origin to connect to
     * @param guard the deadline, at which the socket is closed
     * @param nanos the longest time that it may take
     * @throws NotSentException if there is no connection
     */
    Connection open(Route route, Guard guard, long nanos) throws NotSentException {
        long end = System.nanoTime() + nanos;
        Socket socket = null;
        try {
            Proxy proxy = proxy(route);
            socket = connect(route, proxy, guard, end);
            boolean forwarded = proxy.type() == Proxy.Type.HTTP;
            if (route.secure() && forwarded) {
                tunnel(socket, route, end);
            }
            Socket spoken = route.secure() ? secure(socket, route, end) : socket;
            return new Connection(socket, spoken, forwarded && !route.secure());
        }
        catch (IOException | HttpException | GeneralSecurityException | RuntimeException ex) {
            Guard.close(socket);
            throw failure(ex, guard);
        }
    }

    private static Proxy proxy(Route route) {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = (selector != null) ? selector.select(route.uri()) : List.of();
        return proxies.isEmpty() ? Proxy.NO_PROXY : proxies.get(0);
    }

    private Socket connect(Route route, Proxy proxy, Guard guard, long end) throws IOException {
        if (proxy.type() == Proxy.Type.SOCKS) {
            Socket socket = new Socket(proxy);
            guard.attach(socket);
            socket.setTcpNoDelay(true);
            socket.connect(InetSocketAddress.createUnresolved(route.host(), route.port()), millis(end));
            return socket;
        }
        String host = route.host();
        int port = route.port();
        if (proxy.type() == Proxy.Type.HTTP) {
            SocketAddress address = proxy.address();
            if (!(address instanceof InetSocketAddress internet)) {
                throw new UnknownHostException("The proxy has no internet address");
            }
            host = internet.getHostString();
            port = internet.getPort();
        }
        return connect(addresses(host, end), port, guard, end);
    }

    /**
     * Connects to one address after the other, each within a part of the time.
     */
    private static Socket connect(InetAddress[] addresses, int port, Guard guard, long end) throws IOException {
        IOException failure = new UnknownHostException("There is no address");
        for (int i = 0; i < addresses.length; i++) {
            SocketChannel channel = SocketChannel.open();
            try {
                Socket socket = channel.socket();
                guard.attach(socket);
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.connect(new InetSocketAddress(addresses[i], port),
                        Math.max(1, millis(end) / (addresses.length - i)));
                return socket;
            }
            catch (IOException ex) {
                channel.close();
                failure = ex;
            }
            catch (RuntimeException ex) {
                channel.close();
                throw ex;
            }
            if (guard.expired() || Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        throw failure;
    }

    private InetAddress[] addresses(String host, long end) throws IOException {
        try {
            return this.addresses.find(host, end - System.nanoTime());
        }
        catch (TimeoutException ex) {
            throw new SocketTimeoutException("The host was not looked up in time");
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", ex);
        }
    }

    private static void tunnel(Socket socket, Route route, long end) throws IOException, HttpException {
        String authority = route.authority();
        Connection proxy = new Connection(socket, socket, true);
        socket.setSoTimeout(millis(end));
        proxy.send(("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
        int status = proxy.receiveStatus();
        if (status < 200 || status >= 300) {
            throw new ProxyRefusedException(status);
        }
        if (proxy.hasMore()) {
            throw new ProtocolException("The proxy sent more than its reply");
        }
        socket.setSoTimeout(0);
    }

    private Socket secure(Socket socket, Route route, long end) throws IOException, GeneralSecurityException {
        SSLContext context = (this.tls != null) ? this.tls : SSLContext.getDefault();
        SSLSocket secured = (SSLSocket) context.getSocketFactory()
            .createSocket(socket, route.host(), route.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(PROTOCOLS);
        secured.setSSLParameters(parameters);
        secured.setSoTimeout(millis(end));
        secured.startHandshake();
        secured.setSoTimeout(0);
        return secured;
    }

    /**
     * Describes a failure, without foreign text.
     */
    private static NotSentException failure(Exception exception, Guard guard) {
        if (Thread.currentThread().isInterrupted()) {
            return new NotSentException("interrupted");
        }
        if (guard.expired()) {
            return new NotSentException("no connection in time");
        }
        return new NotSentException(switch (exception) {
            case ProxyRefusedException refused -> "the proxy refused with status " + refused.status;
            case UnknownHostException unknown -> "unknown host";
            case SocketTimeoutException timeout -> "no connection in time";
            case SSLException tls -> "TLS failed";
            case GeneralSecurityException tls -> "TLS failed";
            case HttpException http -> "the proxy does not reply in HTTP";
            default -> "no connection (" + exception.getClass().getSimpleName() + ")";
        });
    }

    private static int millis(long end) throws SocketTimeoutException {
        long nanos = end - System.nanoTime();
        if (nanos <= 0) {
            throw new SocketTimeoutException("No time is left");
        }
        return (int) Math.clamp(TimeUnit.NANOSECONDS.toMillis(nanos), 1, Integer.MAX_VALUE);
    }

    private static final class ProxyRefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final int status;

        private ProxyRefusedException(int status) {
            super("The proxy refused with status " + status);
            this.status = status;
        }

    }

}
