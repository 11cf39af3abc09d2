package io.github.x402spring.console;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.x402spring.gate.Refusal;
import io.github.x402spring.gate.Refusal.Worth;
import io.github.x402spring.protocol.Network;

/**
 * Lists requests that were refused, with the rule that spoke and what it would have
 * earned.
 */
final class RefusalsPage {

    private static final int LIMIT = 200;

    private final ConsoleSources sources;

    RefusalsPage(ConsoleSources sources) {
        this.sources = sources;
    }

    String render(Links links) {
        Page page = new Page(links, "refusals", "Refusals");
        page.notice(
                "No ledger knows of refusals: these are the last ones of this instance since it started. Nobody was "
                        + "charged for them.");
        List<Refusal> refusals = this.sources.refusals().latest(LIMIT);
        if (refusals.isEmpty()) {
            page.html().element("p", "Nobody was refused.", "class", "empty");
            return page.end(this.sources.clock().instant());
        }
        lost(page, refusals);
        page.table("refusals", "The last refusals",
                List.of("Refused", "Endpoint", "Reason", "Rule", "#Would have earned", "Payer", "Caller"));
        refusals.forEach((refusal) -> row(page, refusal));
        page.endTable();
        return page.end(this.sources.clock().instant());
    }

    private void lost(Page page, List<Refusal> refusals) {
        Map<Token, BigInteger> sums = new LinkedHashMap<>();
        for (Refusal refusal : refusals) {
            Worth worth = refusal.worth();
            if (worth != null) {
                sums.merge(new Token(worth.network(), worth.asset()), worth.amount(), BigInteger::add);
            }
        }
        Html html = page.html().open("dl", "class", "cards");
        sums.forEach((token, amount) -> html.open("div", "class", "card plain")
            .element("dt", "Not earned, " + token.network())
            .element("dd", this.sources.format().text(token.network(), token.asset(), amount))
            .close());
        html.close().line();
    }

    private void row(Page page, Refusal refusal) {
        Html html = page.html().open("tr").open("td");
        page.time(refusal.at());
        html.close().element("td", refusal.endpoint()).element("td", refusal.reason().code());
        html.open("td").element("code", refusal.rule()).close();
        Worth worth = refusal.worth();
        html.element("td",
                (worth != null) ? this.sources.format().text(worth.network(), worth.asset(), worth.amount()) : "–",
                "class", "number");
        html.open("td");
        page.code(refusal.payer());
        html.close().element("td", (refusal.caller() != null) ? refusal.caller() : "nobody known").close().line();
    }

    private record Token(Network network, String asset) {
    }

}
