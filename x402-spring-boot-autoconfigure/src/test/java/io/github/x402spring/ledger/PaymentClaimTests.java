package io.github.x402spring.ledger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentClaimTests {

    private static final PaymentIdentifier IDENTIFIER = new PaymentIdentifier("a".repeat(64), "b".repeat(64));

    private final PaymentClaim claim = PaymentHistoryContractTests.claim(1, "report", "alice");

    @Test
    void withIdentifierWhenNamedThenEverythingElseStays() {
        assertThat(this.claim.withIdentifier(IDENTIFIER)).isEqualTo(new PaymentClaim(this.claim.key(),
                this.claim.fingerprint(), this.claim.validBefore(), "report", "https://api.example.com/report", "exact",
                this.claim.amount(), this.claim.payTo(), "alice", IDENTIFIER));
    }

}
