package io.github.x402spring.discovery;

import java.util.List;

/**
 * Text for language models at {@code /llms.txt}: what is sold, for how much, and how to
 * pay.
 *
 * @see <a href="https://llmstxt.org">llms.txt</a>
 */
final class LlmsText {

    private LlmsText() {
    }

    static String of(DiscoveryCatalog.Service service, List<PaidOperation> operations) {
        StringBuilder text = new StringBuilder();
        text.append("# ").append(line(service.title())).append("\n\n");
        if (!service.description().isEmpty()) {
            text.append("> ").append(line(service.description())).append("\n\n");
        }
        text.append(service.guidance()).append("\n\n## Paid operations\n\n");
        for (PaidOperation operation : operations) {
            text.append("- `").append(operation.method()).append(' ').append(operation.path()).append("`: ");
            text.append(line(operation.title())).append(", for ").append(new PaymentInfo(operation).text());
            text.append(operation.identityRequired() ? ", for known callers\n" : "\n");
        }
        text.append("\n## Documents\n\n");
        service.docs()
            .forEach((name, address) -> text.append("- [").append(name).append("](").append(address).append(")\n"));
        return text.toString();
    }

    private static String line(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

}
