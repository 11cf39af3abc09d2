package io.github.x402spring.autoconfigure.console;

import java.util.Collection;

import io.github.x402spring.operator.SellerSources;

/**
 * Page of a request that is refused: says why, and what a person can do about it. Shows
 * nothing of what is sold and paid.
 *
 * @param sources what is shown
 * @param authority the authority that a caller of the console needs
 */
record RefusalPage(SellerSources sources, String authority) {

    /**
     * Renders a refusal.
     * @param links addresses of pages
     * @param status the status of the response
     * @param reads whether the request only reads
     * @param challenges values of {@code WWW-Authenticate}
     */
    String render(Links links, int status, boolean reads, Collection<String> challenges) {
        return switch (status) {
            case 400 -> page(links, status, "This address is not understood",
                    "It holds characters that this server does not take.");
            case 401 -> page(links, status, "You are not logged in", login(challenges));
            case 403 -> reads
                    ? page(links, status, "You may not see the console",
                            "It takes the authority " + this.authority + ", which your login does not have. "
                                    + "Ask for it where your accounts are managed, or log in as another user.")
                    : page(links, status, "This request is refused", "The console shows, and changes nothing.");
            case 404 -> page(links, status, "There is no such page",
                    "The address may be old, or the payment may no longer be on record.");
            case 405 -> page(links, status, "The console changes nothing", "It takes only requests that read.");
            default -> page(links, status, "The console cannot be shown", "Try again in a moment.");
        };
    }

    private static String login(Collection<String> challenges) {
        if (challenges.isEmpty()) {
            return "Nothing on this server asks for a login at this address. \u201COperations\u201D in the documentation of "
                    + "x402-spring-boot-starter shows a filter chain that does.";
        }
        boolean bearer = challenges.stream()
            .allMatch((value) -> value.regionMatches(true, 0, "Bearer", 0, "Bearer".length())
                    || value.regionMatches(true, 0, "DPoP", 0, "DPoP".length()));
        return bearer
                ? "This server takes access tokens, which a browser does not send. \u201COperations\u201D in the "
                        + "documentation of x402-spring-boot-starter shows a filter chain with a login for the console."
                : "Reload this page, and log in.";
    }

    private String page(Links links, int status, String title, String text) {
        Page page = new Page(this.sources, links, null, title);
        page.html().element("p", text, "class", "lead");
        Html html = page.html().open("p", "class", "faint").text("Status " + status + " · ");
        html.element("a", "Overview", "href", links.to("")).close();
        return page.end();
    }

}
