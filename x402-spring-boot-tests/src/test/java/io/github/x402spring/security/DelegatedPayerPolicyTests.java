package io.github.x402spring.security;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DelegatedPayerPolicyTests {

    private static final Delegation FIRST = delegation("first", "ann", "0x01");

    private static final Delegation SECOND = delegation("second", "ann", "0x01");

    @ParameterizedTest
    @CsvSource({ "ann, 0x02", "bob, 0x01", "ANN, 0x01", "0x01, ann" })
    void findWhenEitherIsAnotherThenNone(String caller, String payer) {
        assertThat(DelegatedPayerPolicy.of(List.of(FIRST)).find(caller, payer)).isEmpty();
    }

    @Test
    void findWhenBothAreNamedThenEveryDelegationBetweenThem() {
        DelegatedPayerPolicy policy = DelegatedPayerPolicy
            .of(List.of(FIRST, delegation("other", "bob", "0x01"), SECOND));
        assertThat(policy.find("ann", "0x01")).containsExactly(FIRST, SECOND);
    }

    @Test
    void findWhenTheListGrewLaterThenNothingIsAdded() {
        List<Delegation> delegations = new ArrayList<>(List.of(FIRST));
        DelegatedPayerPolicy policy = DelegatedPayerPolicy.of(delegations);
        delegations.add(SECOND);
        assertThat(policy.find("ann", "0x01")).containsExactly(FIRST);
    }

    private static Delegation delegation(String id, String caller, String payer) {
        return new Delegation(id, caller, payer, null, PaidRequests.NOW);
    }

}
