package io.github.x402spring.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Rules of the registries that list paid operations, as far as they can be applied at
 * start-up.
 */
final class ListingRules {

    private static final int MAX_GUIDANCE_LENGTH = 4_000;

    private static final int MAX_OPERATIONS = 40;

    private static final Pattern LOOPBACK = Pattern
        .compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1]|0\\.0\\.0\\.0|[^/:]+\\.local)([:/].*)?");

    private static final Pattern PLACEHOLDER = Pattern.compile("0x0{39}[01]|.*1{24}.*");

    private ListingRules() {
    }

    static List<ListingFinding> examine(DiscoveryCatalog.Service service, List<PaidOperation> operations) {
        List<ListingFinding> findings = new ArrayList<>();
        for (PaidOperation operation : operations) {
            Examination examination = new Examination();
            examine(operation, examination);
            examination.addTo(findings, operation.method() + " " + operation.path());
        }
        Examination whole = new Examination();
        examine(service, operations.size(), whole);
        whole.addTo(findings, "all operations");
        return findings;
    }

    private static void examine(PaidOperation operation, Examination examination) {
        String name = operation.endpoint().name();
        String settings = "x402.discovery.endpoints." + name;
        PaymentInfo price = new PaymentInfo(operation);
        if (operation.response().schema().isEmpty()) {
            examination.add("no output schema",
                    "declare what the handler returns, or set " + settings + ".output-schema");
        }
        if (operation.takesBody() && operation.body() == null) {
            examination.add("no input schema", "declare the body, or set " + settings + ".input-schema");
        }
        if (operation.endpoint().description().isEmpty()) {
            examination.add("no description", "set x402.endpoints." + name + ".description");
        }
        if (!price.isDollar()) {
            examination.add("a price that is not in dollars",
                    "set x402.assets.<symbol>.dollar if the token is worth a dollar");
        }
        else if (price.minimum() == null || price.maximum() == null) {
            examination.add("a computed price without bounds", "set " + settings + ".min-price and .max-price");
        }
        if (operation.ways().stream().anyMatch((way) -> PLACEHOLDER.matcher(way.terms().payTo()).matches())) {
            examination.add("a recipient that looks like a placeholder", "correct x402.pay-to");
        }
        operation.obstacles()
            .forEach((obstacle) -> examination.add(obstacle, "relax the mapping, so that terms come first"));
    }

    private static void examine(DiscoveryCatalog.Service service, int operations, Examination examination) {
        String origin = service.origin();
        if (origin == null || LOOPBACK.matcher(origin).matches() || !origin.startsWith("https://")) {
            examination.add("no public https address", "set x402.resource-base-url");
        }
        if (!service.contact().containsKey("email") && !service.contact().containsKey("url")) {
            examination.add("no contact", "set x402.discovery.contact.email or .url");
        }
        if (service.guidance().length() > MAX_GUIDANCE_LENGTH) {
            examination.add("guidance of more than 4,000 characters", "shorten x402.discovery.guidance");
        }
        if (operations > MAX_OPERATIONS) {
            examination.add("more than 40 operations", "sell them by several services");
        }
    }

    private static final class Examination {

        private final StringJoiner problems = new StringJoiner(", ");

        private final StringJoiner remedies = new StringJoiner("; ");

        void add(String problem, String remedy) {
            this.problems.add(problem);
            this.remedies.add(remedy);
        }

        void addTo(List<ListingFinding> findings, String subject) {
            if (this.problems.length() > 0) {
                findings.add(new ListingFinding(subject, this.problems.toString(), this.remedies.toString()));
            }
        }

    }

}
