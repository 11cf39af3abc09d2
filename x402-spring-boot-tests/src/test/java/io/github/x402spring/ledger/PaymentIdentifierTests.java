package io.github.x402spring.ledger;

import java.util.HexFormat;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentIdentifierTests {

    private static final String DIGEST = "a".repeat(64);

    @Test
    void ofWhenAnyPartDiffersThenItIsAnotherPurchase() {
        assertThat(Stream
            .of(of("alice", "0xbb", "kind", "name"), of("bob", "0xbb", "kind", "name"),
                    of(null, "0xbb", "kind", "name"), of("", "0xbb", "kind", "name"),
                    of("nobody", "0xbb", "kind", "name"), of("alice", "0xcc", "kind", "name"),
                    of("alice", "0xbb", "other", "name"), of("alice", "0xbb", "kind", "Name"),
                    of("alice", "0xbb", "kin", "dname"), of("alice0", "xbb", "kind", "name"))
            .map(PaymentIdentifier::scope)).doesNotHaveDuplicates();
    }

    @Test
    void ofWhenEverythingIsTheSameThenTheSamePurchase() {
        assertThat(of("alice", "0xbb", "kind", "name")).isEqualTo(of("alice", "0xbb", "kind", "name"));
    }

    @Test
    void ofWhenStoredByAnEarlierVersionThenTheSameScope() {
        assertThat(of("alice", "0xbb", "kind", "name").scope()).isEqualTo(scope("caller", "alice"));
        assertThat(of(null, "0xbb", "kind", "name").scope()).isEqualTo(scope("nobody", null));
    }

    private static String scope(String whose, @Nullable String caller) {
        return HexFormat.of()
            .formatHex(new FieldDigest().add(whose).add(caller).add("0xbb").add("kind").add("name").digest());
    }

    @Test
    void ofWhenTermsDifferThenTheScopeIsTheSame() {
        PaymentIdentifier one = PaymentIdentifier.of("alice", "0xbb", "kind", "name", new FieldDigest().add("one"));
        PaymentIdentifier other = PaymentIdentifier.of("alice", "0xbb", "kind", "name", new FieldDigest().add("other"));
        assertThat(one.scope()).isEqualTo(other.scope());
        assertThat(one.terms()).isNotEqualTo(other.terms());
    }

    @Test
    void ofWhenMadeThenHoldsDigestsOnly() {
        assertThat(of("alice", "0xbb", "kind", "name").toString())
            .matches("PaymentIdentifier\\[scope=[0-9a-f]{64}, terms=[0-9a-f]{64}]");
    }

    @ParameterizedTest
    @CsvSource({ "63, 64", "65, 64", "64, 63", "64, 65", "0, 64" })
    void createWhenItIsNoDigestThenRefused(int scope, int terms) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new PaymentIdentifier("a".repeat(scope), "a".repeat(terms)));
    }

    @Test
    void createWhenItIsADigestThenAsGiven() {
        assertThat(new PaymentIdentifier(DIGEST, DIGEST).scope()).isEqualTo(DIGEST);
    }

    private static PaymentIdentifier of(@Nullable String caller, String payer, String kind, String name) {
        return PaymentIdentifier.of(caller, payer, kind, name, new FieldDigest());
    }

}
