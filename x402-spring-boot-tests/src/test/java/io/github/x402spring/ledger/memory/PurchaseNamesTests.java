package io.github.x402spring.ledger.memory;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.e2e.Together;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.TestClaims;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PurchaseNamesTests {

    private static final int SWEEP = 1024;

    private final Set<PaymentKey> dead = ConcurrentHashMap.newKeySet();

    private final PurchaseNames names = new PurchaseNames((key) -> !this.dead.contains(key));

    @Test
    void takeWhenTheNameIsFreeThenItIsThePayments() {
        assertThat(take("a", 1)).isNull();
        assertThat(take("b", 2)).isNull();
    }

    @Test
    void takeWhenThePaymentHasItThenItKeepsIt() {
        take("a", 1);
        assertThat(take("a", 1)).isNull();
        assertThat(take("a", 2)).isEqualTo(key(1));
    }

    @Test
    void takeWhenThePaymentThatHasItIsGoneThenItIsFree() {
        take("a", 1);
        this.dead.add(key(1));
        assertThat(take("a", 2)).isNull();
        assertThat(take("a", 3)).isEqualTo(key(2));
    }

    @Test
    void sameTermsWhenThePurchaseIsTheSameThenOnlyForItsHolder() {
        take("a", 1);
        assertThat(this.names.sameTerms(identifier("a", "terms"), key(1))).isTrue();
        assertThat(this.names.sameTerms(identifier("a", "others"), key(1))).isFalse();
        assertThat(this.names.sameTerms(identifier("a", "terms"), key(2))).isFalse();
        assertThat(this.names.sameTerms(identifier("b", "terms"), key(1))).isFalse();
    }

    @Test
    void takeWhenRefusedThenTheTermsStayThoseOfTheHolder() {
        take("a", 1);
        this.names.take(identifier("a", "others"), key(2));
        assertThat(this.names.sameTerms(identifier("a", "terms"), key(1))).isTrue();
    }

    @Test
    void takeWhenThereAreManyNamesThenThoseOfPaymentsThatAreGoneLeave() {
        for (int i = 0; i < SWEEP; i++) {
            take("name " + i, i);
        }
        this.dead.add(key(0));
        assertThat(knows(0)).isTrue();
        take("one more", SWEEP);
        assertThat(knows(0)).isFalse();
        assertThat(knows(1)).isTrue();
    }

    @Test
    void takeWhenThereAreFewNamesThenNobodyLooksWhichPaymentsAreGone() {
        for (int i = 0; i < SWEEP - 1; i++) {
            take("name " + i, i);
        }
        this.dead.add(key(0));
        take("one more", SWEEP);
        assertThat(knows(0)).isTrue();
    }

    @Test
    void takeWhenMostPaymentsStayThenLooksAgainOnlyWhenThereAreTwiceAsMany() {
        for (int i = 0; i <= SWEEP; i++) {
            take("name " + i, i);
        }
        this.dead.add(key(0));
        for (int i = SWEEP + 1; i < 2 * SWEEP; i++) {
            take("name " + i, i);
        }
        assertThat(knows(0)).isTrue();
        take("one more", 2 * SWEEP);
        assertThat(knows(0)).isFalse();
    }

    @Test
    void takeWhenManyWantANameThenExactlyOneHasIt() throws Exception {
        List<Boolean> taken = simultaneously((number) -> take("a", number) == null);
        assertThat(taken).containsOnlyOnce(true);
    }

    private boolean knows(int number) {
        return this.names.sameTerms(identifier("name " + number, "terms"), key(number));
    }

    private @Nullable PaymentKey take(String name, int number) {
        return this.names.take(identifier(name, "terms"), key(number));
    }

    private static PaymentIdentifier identifier(String name, String terms) {
        return PaymentIdentifier.of(null, "0xbb", "kind", name, new FieldDigest().add(terms));
    }

    private static PaymentKey key(int number) {
        return TestClaims.key(number);
    }

    private static <T> List<T> simultaneously(IntFunction<T> task) throws Exception {
        return Together.run(IntStream.range(0, 8).<Callable<T>>mapToObj((number) -> () -> task.apply(number)).toList());
    }

}
