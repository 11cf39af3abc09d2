package io.github.x402spring;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that have to know theirs before they start. None is in the range of
 * ports of outgoing connections, and each process of a build searches another range, so
 * that no other program takes a port between its choice and the start of its server.
 * Where a server can choose by itself, port 0 is better.
 */
public final class FreePorts {

    private static final int FIRST = 10_000;

    /** The ports of outgoing connections begin at 32768, or at 49152. */
    private static final int NUMBER = 22_000;

    private static final int OF_A_PROCESS = 200;

    private static final AtomicInteger next = new AtomicInteger(
            (int) (ProcessHandle.current().pid() % (NUMBER / OF_A_PROCESS)) * OF_A_PROCESS);

    private FreePorts() {
    }

    public static int next() {
        for (int tries = 0; tries < NUMBER; tries++) {
            int port = FIRST + Math.floorMod(next.getAndIncrement(), NUMBER);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No port is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        }
        catch (IOException ex) {
            return false;
        }
    }

}
