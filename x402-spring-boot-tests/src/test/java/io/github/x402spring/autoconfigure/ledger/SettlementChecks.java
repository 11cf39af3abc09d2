package io.github.x402spring.autoconfigure.ledger;

import io.github.x402spring.reconcile.SettlementListener;

/**
 * Access to the check of reported settlements for tests of other packages.
 */
public final class SettlementChecks {

    private SettlementChecks() {
    }

    public static void look(SettlementListener check) {
        ((SettlementCheck) check).look();
    }

    public static long mismatches(SettlementListener check) {
        return ((SettlementCheck) check).concerns().get("mismatchedSettlements");
    }

    public static long unchecked(SettlementListener check) {
        return ((SettlementCheck) check).unchecked();
    }

}
