package io.github.x402spring.autoconfigure.console;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.x402spring.operator.Refusal;
import io.github.x402spring.operator.Refusal.Worth;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.protocol.Network;

/**
 * Lists requests that were refused, with the rule that spoke and what it would have
 * earned.
 *
 * @param sources what is shown
 */
record RefusalsPage(SellerSources sources) {

    private static final int LIMIT = 200;

    String render(Links links) {
        Page page = new Page(this.sources, links, "refusals", "Refusals");
        page.notice("No ledger stores refusals: these are the last ones of this instance since it started. They were "
                + "not charged.");
        List<Refusal> refusals = this.sources.refusals().latest(LIMIT);
        if (refusals.isEmpty()) {
            page.html().element("p", "No request was refused.", "class", "empty");
            return page.end();
        }
        lost(page, refusals);
        page.table("refusals", "The last refusals",
                List.of("Refused", "Endpoint", "Reason", "Rule", "#Would have earned", "Payer", "Caller"));
        refusals.forEach((refusal) -> row(page, refusal));
        page.endTable();
        return page.end();
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
            .element("dt", "Not earned, " + Page.name(token.network()))
            .element("dd", this.sources.format().text(token.network(), token.asset(), amount))
            .close());
        html.close().line();
    }

    private void row(Page page, Refusal refusal) {
        page.row();
        Html html = page.cell();
        page.time(refusal.at());
        html.close();
        page.cell(refusal.endpoint());
        page.cell(refusal.reason().code());
        page.cell().element("code", refusal.rule()).close();
        Worth worth = refusal.worth();
        page.cell((worth != null) ? this.sources.format().text(worth.network(), worth.asset(), worth.amount()) : "–");
        page.cell();
        page.code(refusal.payer());
        html.close();
        page.cell();
        page.caller(refusal.caller());
        html.close();
        page.endRow();
    }

    private record Token(Network network, String asset) {
    }

}
