package io.github.x402spring.autoconfigure.observation;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

import io.github.x402spring.autoconfigure.X402ConsoleProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Kind;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.ForeignText;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Summary, in one line of the log, of what an application starts with: what it sells, who
 * settles, where payments are stored, and what operators can see. It holds no
 * credentials. An application that sells nothing logs none.
 */
final class StartupSummary implements ApplicationListener<ContextRefreshedEvent> {

    private static final Logger logger = LoggerFactory.getLogger(StartupSummary.class);

    private static final String CONSOLE = "x402ConsoleHandler";

    /** Of the endpoints of Actuator: x402, x402payments and so on. */
    private static final List<String> SUBJECTS = List.of("", "Payments", "Tasks", "Revocations");

    private static final int MAX_LENGTH = 200;

    private final ListableBeanFactory beans;

    private final X402Properties properties;

    private final String facilitator;

    StartupSummary(ListableBeanFactory beans, X402Properties properties, String facilitator) {
        this.beans = beans;
        this.properties = properties;
        this.facilitator = facilitator;
    }

    /** A context of its own for the management port tells its parent of its start. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        if (event.getApplicationContext().getAutowireCapableBeanFactory() != this.beans) {
            return;
        }
        List<PaidEndpointListing> endpoints = this.beans.getBeanProvider(PaidEndpointCatalog.class)
            .stream()
            .flatMap((catalog) -> catalog.endpoints().stream())
            .toList();
        if (!endpoints.isEmpty()) {
            logger.info(text(endpoints));
        }
    }

    private String text(List<PaidEndpointListing> endpoints) {
        TreeSet<String> networks = new TreeSet<>();
        endpoints.forEach((endpoint) -> endpoint.terms().forEach((terms) -> networks.add(terms.network())));
        Facilitator facilitator = this.beans.getBean(Facilitator.class);
        return "Paid endpoints: " + endpoints.size() + " on " + String.join(", ", networks) + ". Facilitator: "
                + facilitator() + ". Money: " + money(facilitator, networks) + ". Ledger: "
                + this.beans.getBean(PaymentLedger.class).storage() + ". Signatures: " + signatures() + ". Console: "
                + console() + ". Actuator: " + actuator();
    }

    private String facilitator() {
        String url = this.properties.facilitator().url();
        return (this.facilitator.equals("http") && url != null) ? "http at " + withoutCredentials(url)
                : this.facilitator;
    }

    /** Whatever is not scheme, host, port and path may be a credential. */
    private static String withoutCredentials(String url) {
        try {
            URI address = URI.create(url);
            String port = (address.getPort() >= 0) ? ":" + address.getPort() : "";
            String path = (address.getRawPath() != null) ? address.getRawPath() : "";
            return (address.getHost() != null) ? address.getScheme() + "://" + address.getHost() + port + path
                    : "an address that cannot be shown";
        }
        catch (IllegalArgumentException ex) {
            return "an address that cannot be shown";
        }
    }

    private static String money(Facilitator facilitator, TreeSet<String> networks) {
        if (facilitator.simulated()) {
            return "simulated, none moves";
        }
        if (facilitator.kind() == Kind.NONE) {
            return "none is taken";
        }
        boolean real = networks.stream().anyMatch((network) -> !Network.parse(network).isTestNetwork());
        return real ? "real" : "of test networks";
    }

    private String signatures() {
        SignatureRecovery recovery = this.beans.getBeanProvider(SignatureRecovery.class).getIfAvailable();
        String type = (recovery != null) ? recovery.getClass().getSimpleName() : "";
        return switch (type) {
            case "" -> "not checked here";
            case "NativeSignatureRecovery" -> "native libsecp256k1";
            case "Web3jSignatureRecovery" -> "web3j";
            default -> "custom";
        };
    }

    private String console() {
        X402ConsoleProperties console = this.beans.getBeanProvider(X402ConsoleProperties.class).getIfAvailable();
        return (console == null || !this.beans.containsBean(CONSOLE)) ? "off"
                : shown(console.path()) + " for authority " + shown(console.authority());
    }

    private String actuator() {
        String endpoints = SUBJECTS.stream()
            .filter((subject) -> this.beans.containsBean("x402" + subject + "Endpoint"))
            .map((subject) -> ActuatorAccess.of(this.beans, "x402" + subject.toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining(", "));
        return endpoints.isEmpty() ? "no endpoint of x402 is exposed" : endpoints;
    }

    private static String shown(String text) {
        return ForeignText.shown(text, MAX_LENGTH);
    }

    /** Apart, because Actuator is optional. */
    private static final class ActuatorAccess {

        static String of(ListableBeanFactory beans, String id) {
            EndpointAccessResolver resolver = beans.getBeanProvider(EndpointAccessResolver.class).getIfAvailable();
            Access access = (resolver != null) ? resolver.accessFor(EndpointId.of(id), Access.READ_ONLY)
                    : Access.READ_ONLY;
            return id + " " + access.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

    }

}
