package io.github.x402spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * Documents the meters beside the timers of {@link X402Observation}.
 *
 * @since 0.1.0
 */
public enum X402Meter implements MeterDocumentation {

    /** What was earned by requests, in whole tokens. */
    SETTLED_AMOUNT("x402.payments.settled.amount", "What was earned by requests, in whole tokens.", Type.COUNTER, null,
            PaymentKeyName.ENDPOINT, PaymentKeyName.NETWORK, PaymentKeyName.ASSET, PaymentKeyName.FACILITATOR),

    /**
     * Payments that were presented although they were used, in use or another request's.
     */
    REPLAYS("x402.replays", "Payments that were presented although they were used, in use or another request's.",
            Type.COUNTER, null, PaymentKeyName.ENDPOINT, PaymentKeyName.REASON),

    /**
     * Responses that were longer than what is held, and settled before they were
     * complete.
     */
    HELD_OVERFLOW("x402.held.overflow",
            "Responses that were longer than what is held, and settled before they were complete.", Type.COUNTER, null,
            PaymentKeyName.ENDPOINT),

    /** Records of the audit that some sink did not write. */
    AUDIT_FAILURES("x402.audit.failures", "Records of the audit that some sink did not write.", Type.COUNTER, null),

    /** Payments whose settlement is unknown; `NaN` where the ledger does not say. */
    UNKNOWN_SETTLEMENTS("x402.settlements.unknown",
            "Payments whose settlement is unknown; `NaN` where the ledger does not say.", Type.GAUGE, null),

    /** Age of the oldest payment whose settlement is unknown. */
    UNKNOWN_SETTLEMENTS_AGE("x402.settlements.unknown.age", "Age of the oldest payment whose settlement is unknown.",
            Type.GAUGE, "seconds"),

    /** Payments that the ledger in memory remembers. */
    LEDGER_ENTRIES("x402.ledger.entries", "Payments that the ledger in memory remembers.", Type.GAUGE, null),

    /** Payments that the ledger in memory has room for. */
    LEDGER_CAPACITY("x402.ledger.capacity", "Payments that the ledger in memory has room for.", Type.GAUGE, null),

    /** Whether calls to the facilitator are withheld: 0 no, 0.5 most of them, 1 all. */
    FACILITATOR_CIRCUIT("x402.facilitator.circuit",
            "Whether calls to the facilitator are withheld: 0 no, 0.5 most of them, 1 all.", Type.GAUGE, null,
            PaymentKeyName.OPERATION),

    /** Whether new payments are taken: 1 or 0. */
    ACCEPTING("x402.payments.accepting", "Whether new payments are taken: 1 or 0.", Type.GAUGE, null),

    /** Connections that calls to a kind of peer use. */
    CONNECTIONS_LEASED("x402.connections.leased", "Connections that calls to a kind of peer use.", Type.GAUGE, null,
            PaymentKeyName.PEER),

    /** Open connections to a kind of peer that no call uses. */
    CONNECTIONS_IDLE("x402.connections.idle", "Open connections to a kind of peer that no call uses.", Type.GAUGE, null,
            PaymentKeyName.PEER),

    /** Calls to a kind of peer that wait for a connection. */
    CONNECTIONS_WAITING("x402.connections.waiting", "Calls to a kind of peer that wait for a connection.", Type.GAUGE,
            null, PaymentKeyName.PEER),

    /** Connections to a kind of peer that calls may use at once. */
    CONNECTIONS_MAX("x402.connections.max", "Connections to a kind of peer that calls may use at once.", Type.GAUGE,
            null, PaymentKeyName.PEER),

    /** What a relayer has for gas. */
    RELAYER_BALANCE("x402.relayer.balance", "What a relayer has for gas.", Type.GAUGE, "wei", PaymentKeyName.NETWORK,
            PaymentKeyName.RELAYER),

    /** Transactions of a relayer that wait to be mined. */
    RELAYER_TRANSACTIONS("x402.relayer.transactions", "Transactions of a relayer that wait to be mined.", Type.GAUGE,
            null, PaymentKeyName.NETWORK, PaymentKeyName.RELAYER),

    /** Numbers that the chain waits for and that no transaction of a relayer has. */
    RELAYER_GAPS("x402.relayer.gaps", "Numbers that the chain waits for and that no transaction of a relayer has.",
            Type.GAUGE, null, PaymentKeyName.NETWORK, PaymentKeyName.RELAYER),

    /** Numbers without a transaction that a relayer gave to one. */
    RELAYER_FILLED("x402.relayer.filled", "Numbers without a transaction that a relayer gave to one.", Type.COUNTER,
            null, PaymentKeyName.NETWORK, PaymentKeyName.RELAYER),

    /** Gas that payers burnt by transactions that were reverted. */
    REVERTED_GAS("x402.reverted.gas", "Gas that payers burnt by transactions that were reverted.", Type.COUNTER, null,
            PaymentKeyName.NETWORK),

    /** Payments that were refused because reverted transactions burnt too much gas. */
    REVERTED_REFUSALS("x402.reverted.refusals",
            "Payments that were refused because reverted transactions burnt too much gas.", Type.COUNTER, null,
            PaymentKeyName.NETWORK);

    private final String meter;

    private final String description;

    private final Type type;

    private final @Nullable String baseUnit;

    private final KeyName[] keys;

    X402Meter(String meter, String description, Type type, @Nullable String baseUnit, KeyName... keys) {
        this.meter = meter;
        this.description = description;
        this.type = type;
        this.baseUnit = baseUnit;
        this.keys = keys;
    }

    @Override
    public String getName() {
        return this.meter;
    }

    /**
     * Returns what the meter measures, in one sentence.
     * @return the sentence
     */
    public String getDescription() {
        return this.description;
    }

    @Override
    public Type getType() {
        return this.type;
    }

    @Override
    public @Nullable String getBaseUnit() {
        return this.baseUnit;
    }

    @Override
    public KeyName[] getKeyNames() {
        return this.keys.clone();
    }

}
