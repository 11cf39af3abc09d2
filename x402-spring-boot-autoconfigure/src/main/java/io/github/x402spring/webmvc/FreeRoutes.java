package io.github.x402spring.webmvc;

/**
 * Decision of an application that sells nothing, to serve without payment the routes that
 * {@link X402Functions} prices. Takes effect as a bean where there is no payment gate.
 *
 * @since 0.1.0
 */
public final class FreeRoutes {

}
