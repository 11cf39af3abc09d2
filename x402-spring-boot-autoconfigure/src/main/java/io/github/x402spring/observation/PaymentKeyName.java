package io.github.x402spring.observation;

import io.micrometer.common.docs.KeyName;

/**
 * Keys of meters and spans.
 *
 * @since 0.1.0
 */
public enum PaymentKeyName implements KeyName {

    /** The endpoint. */
    ENDPOINT("endpoint", "name of the paid endpoint"),

    /** When the payment is settled. */
    FLOW("flow", "`authorization`, `upfront`"),

    /** The protocol by which it is paid. */
    RAIL("rail", "`x402`"),

    /** Outcome of the request. */
    DECISION("decision",
            "`challenged`, `malformed`, `refused`, `replayed`, `released`, `settled`, `redelivered`, `repeated`, "
                    + "`settlement_refused`, `unknown`; `none` while it is in flight"),

    /** Why. */
    REASON("reason", "a reason of this library in lower case, such as `payment_required`; `none`"),

    /** Whether a paid response was delivered. */
    DELIVERY("delivery", "`none`, `whole`, `broken`"),

    /** The payment scheme. */
    SCHEME("scheme", "scheme of the terms, such as `exact`; `none` without a payment"),

    /** The network. */
    NETWORK("network", "network of the terms in CAIP-2, such as `eip155:8453`; `none` without a payment"),

    /** The token. */
    ASSET("asset", "symbol of the token, such as `USDC`; `other`; `none` without a payment"),

    /** Who is asked to settle. */
    FACILITATOR("facilitator", "`http`, `local`, `simulated`, `none`, `custom`"),

    /** How an operation ended. */
    OUTCOME("outcome",
            "verify: `valid`, `invalid`; settle: `settled`, `refused`, `pending`; authorize: `granted`, `denied`; ledger: "
                    + "`done`, `void`, and of `reserve` `reserved`, `resumed`, `in_flight`, `bound_elsewhere`, "
                    + "`pending`, `settled`, `ended`, `too_many_unknown`, `full`; chain: `done`, `rejected`; without a reply "
                    + "`not_reached`, `failed`"),

    /** What a node is asked. */
    METHOD("method", "JSON-RPC method, such as `eth_call`; `batch` where one round trip asks several"),

    /** What is done. */
    OPERATION("operation",
            "`reserve`, `settling`, `settled`, `redeliver`, `repeat`, `unknown`, `release`, `used_elsewhere`, `find`; "
                    + "`verify`, `settle`"),

    /** Where payments are remembered. */
    LEDGER("ledger", "`memory`, `jdbc`, `redis`, `custom`"),

    /** Kind of service at the other end of outgoing connections. */
    PEER("peer", "`facilitator`, `decision_point`, `node`"),

    /** Who sends transactions. */
    RELAYER("relayer", "number of the relayer's key on the network, from `1`, in the order of the configuration"),

    /** The request. */
    REQUEST_ID("x402.request.id", "the request's id, a UUID"),

    /** The payer. */
    PAYER("x402.payer", "keyed hash of the payer's address; `none`"),

    /** The price. */
    AMOUNT("x402.amount", "price in whole tokens; `none`"),

    /** The transaction. */
    TRANSACTION("x402.transaction", "hash of the transaction that settled the payment; `none`"),

    /** Why the facilitator refused. */
    FACILITATOR_REASON("x402.facilitator.reason", "the reason in the facilitator's words, bounded and escaped; `none`"),

    /** The facilitator's name of the call. */
    FACILITATOR_CORRELATION_ID("x402.facilitator.correlation.id",
            "the id by which the facilitator finds a refusal again; `none`");

    private final String key;

    private final String values;

    PaymentKeyName(String key, String values) {
        this.key = key;
        this.values = values;
    }

    @Override
    public String asString() {
        return this.key;
    }

    /**
     * Returns which values there are, as documentation tells it.
     * @return the values, in Markdown
     */
    public String documentation() {
        return this.values;
    }

}
