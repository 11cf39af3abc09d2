package io.github.x402spring.test.contract;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.SignedPayment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Contract of a {@link PaymentScheme}: what it has to find out so that a payment counts
 * once, for its payer, and for what the terms ask. Extend it once for each scheme; all of
 * its tests have to pass.
 *
 * @since 0.1.0
 */
public abstract class PaymentSchemeContract {

    /** The time at which payments are made. */
    protected static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private static final List<@Nullable Object> ODD = Collections
        .unmodifiableList(Arrays.asList(null, "", "x", "0x", "-1", "1e1000000000", "é\u0000\uffff",
                "0x" + "0".repeat(64), "9".repeat(100_000), true, BigInteger.ZERO, BigInteger.TWO.pow(300).negate(),
                new BigDecimal("0.5"), List.of(), List.of(List.of(Map.of())), Map.of(), Map.of("from", "x")));

    private static final Object REMOVED = new Object();

    /**
     * Creates a scheme. Called once a test.
     * @return the scheme
     * @throws Exception if it cannot be created
     */
    protected abstract PaymentScheme createScheme() throws Exception;

    /**
     * Returns terms of the scheme, the same for each call.
     * @return the terms
     */
    protected abstract PaymentRequirements terms();

    /**
     * Returns the recipient of the terms as it is configured.
     * @return that of the terms by default
     */
    protected String recipient() {
        return terms().payTo();
    }

    /**
     * Makes a new payment, of the same payer, that is valid at {@link #NOW} and for
     * {@code maxTimeoutSeconds} of the terms from then on.
     * @param terms the terms
     * @return the payment
     * @throws Exception if it cannot be made
     */
    protected abstract PaymentPayload pay(PaymentRequirements terms) throws Exception;

    /**
     * Tells whether a member of the payload may be changed without changing the payment.
     * @param path the names of the member and of those above it, such as
     * {@code authorization.nonce}
     * @return {@code false} by default: each member is signed, or the signature
     */
    protected boolean isFree(String path) {
        return false;
    }

    @Test
    void supportsWhenTheTermsAreOfTheSchemeThenOnlyThose() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentRequirements other = new PaymentRequirements("x402-other-scheme", terms().network(), terms().amount(),
                terms().asset(), terms().payTo(), terms().maxTimeoutSeconds(), terms().extra());
        assertThat(scheme.supports(terms())).isTrue();
        assertThat(scheme.supports(other)).isFalse();
        assertThat(authorization(scheme.screen(pay(terms()), other, NOW))).isEmpty();
    }

    @Test
    void supportsWhenRecipientAndWhatTheFacilitatorStatesAreUnknownThenTheSame() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentRequirements terms = terms();
        Map<String, Object> extra = new LinkedHashMap<>(terms.extra());
        extra.keySet().removeAll(scheme.facilitatorExtra());
        PaymentRequirements unknown = new PaymentRequirements(terms.scheme(), terms.network(), terms.amount(),
                terms.asset(), "", terms.maxTimeoutSeconds(), extra);
        assertThat(scheme.name()).isEqualTo(terms.scheme());
        assertThat(scheme.supports(unknown)).isTrue();
        assertThatNoException().isThrownBy(() -> scheme.identify(pay(terms), unknown, NOW));
    }

    @Test
    void recipientWhenItIsThatOfTheTermsThenOneForm() throws Exception {
        PaymentScheme scheme = createScheme();
        String payTo = scheme.recipient(recipient(), terms().network());
        assertThat(payTo).isEqualTo(terms().payTo()).matches("[!-~]{1,128}");
    }

    @TestFactory
    Stream<DynamicTest> recipientWhenTheTextIsOddThenRejectedWithoutBeingQuoted() {
        return ODD.stream()
            .filter((odd) -> odd instanceof String text && !text.isBlank())
            .map(String::valueOf)
            .map((text) -> DynamicTest.dynamicTest(describe(text), () -> {
                PaymentScheme scheme = createScheme();
                try {
                    assertThat(scheme.recipient(text, terms().network())).matches("[!-~]{1,128}");
                }
                catch (IllegalArgumentException ex) {
                    assertThat((text.length() > 3) ? String.valueOf(ex.getMessage()) : "").doesNotContain(text);
                }
            }));
    }

    @Test
    void screenWhenThePaymentIsValidThenPassedAndTheSameEachTime() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentPayload payment = pay(terms());
        Authorization first = passed(scheme, payment);
        assertThat(first.payer()).isNotBlank();
        assertThat(first.nonce()).isNotBlank();
        assertThat(first.validBefore()).isBetween(NOW.plusSeconds(1),
                NOW.plusSeconds(terms().maxTimeoutSeconds()).plus(PaymentScheme.MAX_CLOCK_SKEW));
        assertThat(passed(scheme, payment)).isEqualTo(first);
        assertThat(passed(createScheme(), payment)).isEqualTo(first);
        assertThat(authorization(scheme.screenTerms(payment, terms(), NOW))).contains(first);
    }

    @Test
    void screenWhenPaymentsDifferThenTheirNoncesDoAndThePayerIsTheSame() throws Exception {
        PaymentScheme scheme = createScheme();
        Authorization first = passed(scheme, pay(terms()));
        Authorization second = passed(scheme, pay(terms()));
        assertThat(second.payer()).isEqualTo(first.payer());
        assertThat(second.nonce()).isNotEqualTo(first.nonce());
    }

    @TestFactory
    Stream<DynamicTest> screenWhenTheTermsAskForSomethingElseThenNotPassed() {
        PaymentRequirements terms = terms();
        Map<String, PaymentRequirements> others = new LinkedHashMap<>();
        others.put("one unit more", with(terms, terms.network(), plus(terms, 1), terms.asset(), terms.payTo()));
        others.put("one unit less", with(terms, terms.network(), plus(terms, -1), terms.asset(), terms.payTo()));
        others.put("another recipient",
                with(terms, terms.network(), terms.amount(), terms.asset(), other(terms.payTo())));
        return others.entrySet().stream().map((other) -> DynamicTest.dynamicTest(other.getKey(), () -> {
            PaymentScheme scheme = createScheme();
            assertThat(authorization(scheme.screen(pay(terms), other.getValue(), NOW))).isEmpty();
            assertThat(authorization(scheme.screenTerms(pay(terms), other.getValue(), NOW))).isEmpty();
        }));
    }

    @TestFactory
    Stream<DynamicTest> screenWhenThePaymentIsForAnotherTokenThenNotProved() {
        PaymentRequirements terms = terms();
        Map<String, PaymentRequirements> others = new LinkedHashMap<>();
        others.put("another token", with(terms, terms.network(), terms.amount(), other(terms.asset()), terms.payTo()));
        others.put("another network",
                with(terms, other(terms.network()), terms.amount(), terms.asset(), terms.payTo()));
        return others.entrySet().stream().map((other) -> DynamicTest.dynamicTest(other.getKey(), () -> {
            PaymentScheme scheme = createScheme();
            assertThat(proved(scheme.screen(pay(terms), other.getValue(), NOW))).isEmpty();
            assertThat(proved(scheme.screenTerms(pay(terms), other.getValue(), NOW))).isEmpty();
        }));
    }

    @Test
    void screenWhenThePaymentHasExpiredThenSaysSoAndWhichItIs() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentPayload payment = pay(terms());
        Authorization authorization = passed(scheme, payment);
        Duration tooLittle = PaymentScheme.MIN_REMAINING.minusSeconds(1);
        for (Instant late : List.of(authorization.validBefore().minus(tooLittle), authorization.validBefore(),
                authorization.validBefore().plus(Duration.ofDays(1)))) {
            assertThat(scheme.screen(payment, terms(), late)).isInstanceOfSatisfying(Screening.Expired.class,
                    (expired) -> assertThat(expired.authorization()).isEqualTo(authorization));
            assertThat(scheme.identify(payment, terms(), late)).map(SignedPayment::authorization)
                .contains(authorization);
        }
        assertThat(scheme.screen(payment, terms(), authorization.validBefore().minus(PaymentScheme.MIN_REMAINING)))
            .isInstanceOf(Screening.Passed.class);
    }

    @TestFactory
    Stream<DynamicTest> screenWhenAMemberIsOddThenNeitherPassedNorThrown() throws Exception {
        return paths().map((path) -> DynamicTest.dynamicTest(path, () -> {
            PaymentScheme scheme = createScheme();
            PaymentPayload payment = pay(terms());
            Authorization authorization = passed(scheme, payment);
            for (Object odd : ODD) {
                assertHarmless(scheme, replaced(payment, path, odd), path, authorization);
            }
            assertHarmless(scheme, replaced(payment, path, REMOVED), path, authorization);
        }));
    }

    @TestFactory
    Stream<DynamicTest> screenWhenACharacterIsChangedThenNotPassed() throws Exception {
        return paths().map((path) -> DynamicTest.dynamicTest(path, () -> {
            PaymentScheme scheme = createScheme();
            PaymentPayload payment = pay(terms());
            Authorization authorization = passed(scheme, payment);
            if (get(payment, path) instanceof String text && !text.isEmpty()) {
                for (int position : new int[] { 0, text.length() / 2, text.length() - 1 }) {
                    char changed = (text.charAt(position) == '1') ? '2' : '1';
                    String other = text.substring(0, position) + changed + text.substring(position + 1);
                    assertHarmless(scheme, replaced(payment, path, other), path, authorization);
                }
            }
        }));
    }

    @Test
    void screenWhenAMemberIsAddedThenTheSamePayment() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentPayload payment = pay(terms());
        Authorization authorization = passed(scheme, payment);
        PaymentPayload more = replaced(payment, "x402-added", "x");
        Optional<Authorization> screened = authorization(scheme.screen(more, terms(), NOW));
        assertThat(screened.orElse(authorization)).isEqualTo(authorization);
        if (screened.isPresent()) {
            assertThat(scheme.normalize(more, terms()).payload()).containsKey("x402-added");
        }
    }

    @Test
    void screenWhenHexIsWrittenInAnotherCaseThenTheSamePaymentOrNone() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentPayload payment = pay(terms());
        Authorization authorization = passed(scheme, payment);
        for (String path : paths().toList()) {
            if (get(payment, path) instanceof String text && text.startsWith("0x")) {
                for (String other : List.of(text.toLowerCase(Locale.ROOT),
                        "0x" + text.substring(2).toUpperCase(Locale.ROOT))) {
                    PaymentPayload reencoded = replaced(payment, path, other);
                    assertThat(authorization(scheme.screen(reencoded, terms(), NOW)).orElse(authorization))
                        .isEqualTo(authorization);
                }
            }
        }
    }

    @Test
    void normalizeWhenThePaymentIsValidThenTheSamePaymentInOneForm() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentPayload payment = pay(terms());
        PaymentPayload normalized = scheme.normalize(payment, terms());
        assertThat(passed(scheme, normalized)).isEqualTo(passed(scheme, payment));
        assertThat(scheme.normalize(payment, terms()).tree()).isEqualTo(normalized.tree());
        assertThat(scheme.normalize(normalized, terms()).tree()).isEqualTo(normalized.tree());
        assertThat(normalized.x402Version()).isEqualTo(payment.x402Version());
        assertThat(normalized.tree().keySet()).containsAll(payment.tree().keySet());
    }

    @Test
    void signatureWhenThereIsOneThenItTellsPaymentsApart() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentPayload payment = pay(terms());
        Optional<byte[]> signature = scheme.signature(payment);
        assertThat(scheme.signature(payment).map(BigInteger::new)).isEqualTo(signature.map(BigInteger::new));
        if (signature.isPresent()) {
            assertThat(scheme.signature(pay(terms())).orElseThrow()).isNotEqualTo(signature.get());
        }
    }

    @Test
    void identifyWhenThePriceHasChangedThenTheSamePaymentOrNone() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentPayload payment = pay(terms());
        Authorization authorization = passed(scheme, payment);
        PaymentRequirements dearer = with(terms(), terms().network(), plus(terms(), 1), terms().asset(),
                terms().payTo());
        assertThat(scheme.identify(payment, terms(), NOW)).map(SignedPayment::authorization).contains(authorization);
        assertThat(scheme.identify(payment, dearer, NOW).map(SignedPayment::authorization).orElse(authorization))
            .isEqualTo(authorization);
    }

    @Test
    void identifyWhenItIsToSomeoneElseThenNone() throws Exception {
        PaymentScheme scheme = createScheme();
        PaymentRequirements terms = terms();
        PaymentPayload payment = pay(terms);
        for (PaymentRequirements others : List.of(
                with(terms, terms.network(), terms.amount(), terms.asset(), other(terms.payTo())),
                with(terms, terms.network(), terms.amount(), other(terms.asset()), terms.payTo()),
                with(terms, other(terms.network()), terms.amount(), terms.asset(), terms.payTo()))) {
            assertThat(scheme.identify(payment, others, NOW).filter(SignedPayment::proved)).isEmpty();
        }
        assertThat(scheme.identify(payment, terms, NOW)).isPresent();
    }

    @Test
    void screenWhenManyCallThenEachGetsItsOwn() throws Exception {
        PaymentScheme scheme = createScheme();
        List<PaymentPayload> payments = new ArrayList<>();
        List<Authorization> expected = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            payments.add(pay(terms()));
            expected.add(passed(scheme, payments.get(i)));
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(16)) {
            List<Callable<Authorization>> calls = new ArrayList<>();
            for (int i = 0; i < 160; i++) {
                PaymentPayload payment = payments.get(i % 16);
                calls.add(() -> passed(scheme, payment));
            }
            List<Future<Authorization>> found = executor.invokeAll(calls);
            for (int i = 0; i < 160; i++) {
                assertThat(found.get(i).get()).isEqualTo(expected.get(i % 16));
            }
        }
    }

    /** Any input of an anonymous client: no exception, and no other valid payment. */
    private void assertHarmless(PaymentScheme scheme, PaymentPayload changed, String path,
            Authorization authorization) {
        String description = path + " = " + describe(get(changed, path));
        assertThatNoException().as(description).isThrownBy(() -> {
            Optional<Authorization> screened = proved(scheme.screen(changed, terms(), NOW));
            if (isFree(path)) {
                assertThat(screened.orElse(authorization)).as(description).isEqualTo(authorization);
            }
            else {
                assertThat(screened).as(description).isEmpty();
                assertThat(scheme.identify(changed, terms(), NOW).filter(SignedPayment::proved)).as(description)
                    .isEmpty();
            }
            scheme.screenTerms(changed, terms(), NOW);
            scheme.normalize(changed, terms());
            scheme.signature(changed);
        });
    }

    private static String describe(@Nullable Object value) {
        String text = String.valueOf(value);
        return (text.length() > 80) ? text.substring(0, 80) + "…" : text;
    }

    private Authorization passed(PaymentScheme scheme, PaymentPayload payment) {
        Screening screening = scheme.screen(payment, terms(), NOW);
        assertThat(screening).isInstanceOf(Screening.Passed.class);
        return ((Screening.Passed) screening).authorization();
    }

    private static Optional<Authorization> authorization(Screening screening) {
        return switch (screening) {
            case Screening.Passed passed -> Optional.of(passed.authorization());
            case Screening.Expired expired -> Optional.of(expired.authorization());
            case Screening.Failed failed -> Optional.empty();
            case Screening.Malformed malformed -> Optional.empty();
        };
    }

    private static Optional<Authorization> proved(Screening screening) {
        boolean proved = switch (screening) {
            case Screening.Passed passed -> passed.proved();
            case Screening.Expired expired -> expired.proved();
            case Screening.Failed failed -> false;
            case Screening.Malformed malformed -> false;
        };
        return proved ? authorization(screening) : Optional.empty();
    }

    private static PaymentRequirements with(PaymentRequirements terms, Network network, TokenAmount amount,
            String asset, String payTo) {
        return new PaymentRequirements(terms.scheme(), network, amount, asset, payTo, terms.maxTimeoutSeconds(),
                terms.extra());
    }

    private static TokenAmount plus(PaymentRequirements terms, long units) {
        return new TokenAmount(terms.amount().value().add(BigInteger.valueOf(units)));
    }

    private static Network other(Network network) {
        String reference = network.isEvm() ? network.chainId().add(BigInteger.ONE).toString() : "x402other";
        return new Network(network.namespace(), reference);
    }

    /** Changes the last character, within digits and letters. */
    private static String other(String text) {
        char last = text.charAt(text.length() - 1);
        return text.substring(0, text.length() - 1) + ((last == '1') ? '2' : '1');
    }

    private Stream<String> paths() throws Exception {
        List<String> paths = new ArrayList<>();
        collect(pay(terms()).payload(), "", paths);
        return paths.stream();
    }

    private static void collect(Map<?, ?> tree, String prefix, List<String> paths) {
        tree.forEach((name, value) -> {
            paths.add(prefix + name);
            if (value instanceof Map<?, ?> map) {
                collect(map, prefix + name + ".", paths);
            }
        });
    }

    private static @Nullable Object get(PaymentPayload payment, String path) {
        Object value = payment.payload();
        for (String name : path.split("\\.")) {
            value = (value instanceof Map<?, ?> map) ? map.get(name) : null;
        }
        return value;
    }

    private static PaymentPayload replaced(PaymentPayload payment, String path, @Nullable Object value) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(payment.tree());
        tree.put("payload", replaced(payment.payload(), List.of(path.split("\\.")), value));
        return new PaymentPayload(payment.x402Version(), tree);
    }

    private static Map<String, @Nullable Object> replaced(Map<?, ?> tree, List<String> path, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        tree.forEach((name, member) -> copy.put(String.valueOf(name), member));
        String name = path.get(0);
        if (path.size() > 1) {
            Map<?, ?> below = Objects.requireNonNull((Map<?, ?>) copy.get(name));
            copy.put(name, replaced(below, path.subList(1, path.size()), value));
        }
        else if (value == REMOVED) {
            copy.remove(name);
        }
        else {
            copy.put(name, value);
        }
        return copy;
    }

}
