package io.github.x402spring.autoconfigure.webmvc;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Customizer that has Tomcat leave a wrapped response open after a forward.
 */
final class HeldForwardTomcatCustomizer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addContextCustomizers((context) -> context.setSuspendWrappedResponseAfterForward(false));
    }

}
