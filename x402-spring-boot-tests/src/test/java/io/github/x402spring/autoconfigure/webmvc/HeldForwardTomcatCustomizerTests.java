package io.github.x402spring.autoconfigure.webmvc;

import org.apache.catalina.core.StandardContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class HeldForwardTomcatCustomizerTests {

    @Test
    void customizeWhenAHeldResponseIsForwardedThenStaysOpen() {
        StandardContext context = new StandardContext();
        context.setSuspendWrappedResponseAfterForward(true);
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
        new HeldForwardTomcatCustomizer().customize(factory);
        factory.getContextCustomizers().forEach((customizer) -> customizer.customize(context));
        assertThat(context.getSuspendWrappedResponseAfterForward()).isFalse();
    }

}
