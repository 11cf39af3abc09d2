package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.Eventually;
import io.github.x402spring.MutableClock;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.endpoint.ListedExtras;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sells by schemes that the application brings, on EVM chains and elsewhere.
 */
@Tag("locale")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnSchemeTests {

    private static final String SOLANA_ACCOUNT = "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU";

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private PaidApp app;

    private int number;

    @BeforeAll
    void start() {
        this.app = PaidApp.start(
                List.of(Shop.class, VoucherShop.class, PermissiveFacilitatorConfiguration.class, MovableTime.class),
                "x402.assets.SOLUSD.network=solana-devnet",
                "x402.assets.SOLUSD.address=4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU",
                "x402.assets.SOLUSD.decimals=6", "x402.endpoints.both.accepts[0].price=$0.01",
                "x402.endpoints.both.accepts[1].scheme=voucher", "x402.endpoints.both.accepts[1].pay-to=bob",
                "x402.endpoints.named.scheme=voucher");
    }

    @AfterAll
    void stop() {
        this.app.close();
    }

    @BeforeEach
    void list() {
        this.app.reset();
        list(kind("eip155:84532", "Fees1"), kind("solana:*", "Fees1"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/voucher", "/named", "/solana" })
    void challengeWhenTheOfferNamesTheSchemeThenItsTermsWithWhatTheFacilitatorStates(String target) {
        PaymentRequirements terms = this.app.terms(target);
        assertThat(terms.scheme()).isEqualTo("voucher");
        assertThat(terms.payTo()).isEqualTo(target.equals("/solana") ? SOLANA_ACCOUNT : "account:alice");
        assertThat(terms.extra()).containsEntry("feePayer", "Fees1").doesNotContainKey("paymentFlow");
        assertThat(terms.extra().get("name")).isEqualTo(target.equals("/solana") ? null : "USDC");
        assertThat(terms.amount()).hasToString("10000");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/voucher", "/named", "/solana" })
    void payWhenThePaymentIsOfTheSchemeThenScreenedVerifiedAuthorizedSettledAndDelivered(String target) {
        PaymentRequirements terms = this.app.terms(target);
        Answer paid = this.app.http().get(target, header(terms, voucher(terms)));
        assertThat(paid.status()).isEqualTo(200);
        assertThat(paid.text()).isEqualTo("sold " + target);
        assertThat(PaidApp.receipt(paid)).containsEntry("success", true)
            .containsEntry("network", terms.network().toString());
        assertThat(this.app.facilitator().verifications()).hasSize(1);
        assertThat(this.app.facilitator().settlements()).singleElement().satisfies((call) -> {
            assertThat(call.requirements()).isEqualTo(terms);
            assertThat(call.payload().payload()).containsOnlyKeys("voucher");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "/voucher", "/solana" })
    void payWhenThePaymentBoughtSomethingElseThenConflictAndNotChargedAgain(String target) {
        PaymentRequirements terms = this.app.terms(target);
        String header = header(terms, voucher(terms));
        assertThat(this.app.http().get(target, header).status()).isEqualTo(200);
        assertThat(this.app.http().get(target + "?more=1", header).status()).isEqualTo(409);
        assertThat(this.app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource
    void payWhenTheVoucherIsWrongThenTheSchemeSaysHow(String target, UnaryOperator<Map<String, Object>> change,
            int status, String reason) {
        PaymentRequirements terms = this.app.terms(target);
        Map<String, Object> payload = change.apply(voucher(terms));
        Answer refused = this.app.http().get(target, header(terms, payload));
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.everything()).contains(reason);
        assertThat(refused.header("PAYMENT-REQUIRED") != null).isEqualTo(status == 402);
        assertThat(this.app.facilitator().verifications()).isEmpty();
        assertThat(this.app.deliveries().runs()).isEmpty();
    }

    static Stream<Arguments> payWhenTheVoucherIsWrongThenTheSchemeSaysHow() {
        List<Arguments> rows = new ArrayList<>();
        for (String target : List.of("/voucher", "/solana")) {
            rows.add(row(target, (payload) -> Map.of(), 400, "payment_malformed"));
            rows.add(row(target, (payload) -> Map.of("authorization", Map.of(), "signature", "0x"), 400,
                    "payment_malformed"));
            rows.add(row(target, (payload) -> Map.of("voucher", List.of()), 400, "payment_malformed"));
            rows.add(row(target, (payload) -> sealed(payload, "expires", "soon"), 400, "payment_malformed"));
            rows.add(row(target, (payload) -> sealed(payload, "amount", "9999"), 402, "voucher_wrong_amount"));
            rows.add(
                    row(target, (payload) -> sealed(payload, "to", "account:mallory"), 402, "voucher_wrong_recipient"));
            rows.add(row(target, (payload) -> sealed(payload, "feePayer", "Mallory"), 402, "voucher_wrong_fee_payer"));
            rows.add(row(target, (payload) -> changed(payload, "number", "other"), 402, "voucher_wrong_seal"));
        }
        return rows.stream();
    }

    @Test
    void payWhenTheEndpointSellsByTwoSchemesThenEachJudgesItsOwn() {
        List<PaymentRequirements> ways = PaidApp.challenge(this.app.http().get("/both")).accepts();
        assertThat(ways).extracting(PaymentRequirements::scheme).containsExactly("exact", "voucher");
        assertThat(ways).extracting(PaymentRequirements::payTo).containsExactly(PaidApp.PAY_TO, "account:bob");
        assertThat(ways.get(0).extra()).doesNotContainKey("feePayer");
        assertThat(this.app.http().get("/both", header(ways.get(1), voucher(ways.get(1)))).status()).isEqualTo(200);
        assertThat(this.app.http()
            .get("/both", PaidApp.signature(PaidApp.WALLET.pay(ways.get(0), clock().instant())))
            .status()).isEqualTo(200);
        assertThat(this.app.http().get("/both", header(ways.get(0), voucher(ways.get(1)))).status()).isEqualTo(402);
    }

    @Test
    void payWhenTheFacilitatorStatesSomethingElseMeanwhileThenThePayersWhoWereChallengedCanPay() {
        PaymentRequirements before = this.app.terms("/voucher");
        list(kind("eip155:84532", "Fees2"));
        PaymentRequirements after = this.app.terms("/voucher");
        assertThat(after.extra()).containsEntry("feePayer", "Fees2");
        assertThat(this.app.http().get("/voucher", header(before, voucher(before))).status()).isEqualTo(200);
        assertThat(this.app.http().get("/voucher", header(after, voucher(after))).status()).isEqualTo(200);
        assertThat(this.app.facilitator().settlements()).extracting(FakeFacilitator.Call::requirements)
            .containsExactly(before, after);
    }

    @Test
    void payWhenTheOutcomeIsUnknownAndItsTermsAreForgottenThenNeverAskedToPayAgain() {
        PaymentRequirements terms = this.app.terms("/voucher");
        String header = header(terms, voucher(terms));
        this.app.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
        this.app.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
        assertThat(this.app.http().get("/voucher", header).status()).isEqualTo(503);
        clock().advance(Duration.ofHours(2));
        list(kind("eip155:84532", "Fees2"));
        list(kind("eip155:84532", "Fees3"));
        Answer again = this.app.http().get("/voucher", header);
        assertThat(again.status()).isIn(409, 503);
        assertThat(again.text()).contains("\"charged\":\"unknown\"");
        this.app.endUnknown();
    }

    @Test
    void payWhenThePayerNamesWhatWasNeverStatedThenMismatch() {
        PaymentRequirements terms = this.app.terms("/voucher");
        Map<String, Object> extra = new LinkedHashMap<>(terms.extra());
        extra.put("feePayer", "Mallory");
        PaymentRequirements forged = new PaymentRequirements(terms.scheme(), terms.network(), terms.amount(),
                terms.asset(), terms.payTo(), terms.maxTimeoutSeconds(), extra);
        Answer refused = this.app.http().get("/voucher", header(forged, voucher(forged)));
        assertThat(refused.status()).isEqualTo(402);
        assertThat(this.app.facilitator().verifications()).isEmpty();
    }

    @Test
    void payWhenTheFacilitatorListsItNoMoreThenTheTermsStay() {
        list();
        PaymentRequirements terms = this.app.terms("/voucher");
        assertThat(this.app.http().get("/voucher", header(terms, voucher(terms))).status()).isEqualTo(200);
    }

    @Test
    void startWhenTheFacilitatorDoesNotStateItThenUnavailableUntilItDoes() {
        try (PaidApp fresh = PaidApp.start(
                List.of(Shop.class, OneVoucher.class, PermissiveFacilitatorConfiguration.class, MovableTime.class))) {
            Answer unavailable = fresh.http().get("/one");
            assertThat(unavailable.status()).isEqualTo(503);
            assertThat(unavailable.header("PAYMENT-REQUIRED")).isNull();
            assertThat(unavailable.header("Retry-After")).isNotNull();
            assertThat(fresh.http().get("/a").status()).isEqualTo(402);
            fresh.facilitator().onSupported(List.of(kind("eip155:*", "Fees1")));
            fresh.bean(ListedExtras.class).look();
            assertThat(fresh.terms("/one").extra()).containsEntry("feePayer", "Fees1");
        }
    }

    @Test
    void startWhenTheFacilitatorIsAskedThenInTheBackgroundWithoutARequest() {
        try (PaidApp fresh = PaidApp.start(List.of(Shop.class, OneVoucher.class, ListingFacilitator.class))) {
            Eventually.await("the list is read", () -> fresh.http().get("/one").status() == 402);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/voucher", "/solana" })
    void payWhenTheRequestIsRefusedUnjudgedThenAChargedPaymentIsRecognizedAndNoOther(String target) {
        PaymentRequirements terms = this.app.terms(target);
        String charged = header(terms, voucher(terms));
        assertThat(this.app.http().get(target, charged).status()).isEqualTo(200);
        String unreadable = target + "?" + "q".repeat(1025);
        assertThat(this.app.http().get(unreadable, charged).text()).contains("\"charged\":\"yes\"");
        assertThat(this.app.http().get(unreadable, header(terms, voucher(terms))).text())
            .contains("\"charged\":\"no\"");
    }

    @Test
    void payWhenTheSchemeThrowsThenDenied() {
        PaymentRequirements terms = this.app.terms("/failing");
        Answer refused = this.app.http().get("/failing", header(terms, voucher(terms)));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.everything()).doesNotContain("cheque");
        assertThat(this.app.facilitator().verifications()).isEmpty();
        assertThat(this.app.deliveries().runs()).isEmpty();
    }

    private void list(SupportedKind... kinds) {
        this.app.facilitator().onSupported(List.of(kinds));
        clock().advance(Duration.ofMinutes(1));
        this.app.bean(ListedExtras.class).look();
    }

    private MutableClock clock() {
        return this.app.bean(MutableClock.class);
    }

    private Map<String, Object> voucher(PaymentRequirements terms) {
        return Map.of("voucher", VoucherScheme.voucher(terms, "PayerAccount", "number-" + this.number++,
                clock().instant().plusSeconds(60)));
    }

    private static String header(PaymentRequirements accepted, Map<String, Object> payload) {
        return "PAYMENT-SIGNATURE: "
                + CODEC.encode(Map.of("x402Version", 2, "payload", payload, "accepted", accepted.toMap()));
    }

    private static SupportedKind kind(String network, String feePayer) {
        return new SupportedKind(2, "voucher", network, Map.of("feePayer", feePayer, "name", "Mallory Coin", "version",
                "9", "paymentFlow", "upfront", "assetTransferMethod", "permit2", "payTo", "mallory", "more", "more"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> changed(Map<String, Object> payload, String name, Object value) {
        Map<String, Object> voucher = new LinkedHashMap<>(
                (Map<String, Object>) Objects.requireNonNull(payload.get("voucher")));
        voucher.put(name, value);
        return Map.of("voucher", voucher);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> sealed(Map<String, Object> payload, String name, Object value) {
        Map<String, Object> changed = changed(payload, name, value);
        Map<String, Object> voucher = (Map<String, Object>) Objects.requireNonNull(changed.get("voucher"));
        return changed(changed, "seal", VoucherScheme.seal(voucher));
    }

    private static Arguments row(String target, UnaryOperator<Map<String, Object>> change, int status, String reason) {
        return Arguments.of(target, change, status, reason);
    }

    @Configuration(proxyBeanMethods = false)
    static class OneVoucher {

        @Bean
        PaymentScheme vouchers() {
            return VoucherScheme.onEvm();
        }

        @RestController
        static class Counter {

            @GetMapping("/one")
            @PaidEndpoint(value = "one", price = "$0.01", authorize = "permitAll", scheme = "voucher", payTo = "alice")
            String one() {
                return "one";
            }

        }

    }

    @Configuration(proxyBeanMethods = false)
    static class ListingFacilitator {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator().onSupported(List.of(kind("eip155:84532", "Fees1")));
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class VoucherShop {

        /** Supports whatever comes, and comes first. */
        @Bean
        @Order(0)
        PaymentScheme failing() {
            return new FailingScheme();
        }

        @Bean
        PaymentScheme vouchers() {
            return VoucherScheme.onEvm();
        }

        @Bean
        PaymentScheme solanaVouchers() {
            return VoucherScheme.onSolana();
        }

        @RestController
        static class Counter {

            private final Deliveries deliveries;

            Counter(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @GetMapping("/voucher")
            @PaidEndpoint(value = "vouchers", price = "$0.01", authorize = "permitAll", scheme = "voucher",
                    payTo = "alice")
            String voucher() {
                return sold("/voucher");
            }

            @GetMapping("/named")
            @PaidEndpoint(value = "named", price = "$0.01", authorize = "permitAll", payTo = "alice")
            String named() {
                return sold("/named");
            }

            @GetMapping("/solana")
            @PaidEndpoint(value = "solana", price = "$0.01", authorize = "permitAll", scheme = "voucher",
                    network = "solana-devnet", asset = "SOLUSD", payTo = SOLANA_ACCOUNT)
            String solana() {
                return sold("/solana");
            }

            @GetMapping("/both")
            @PaidEndpoint(value = "both", price = "$0.01", authorize = "permitAll")
            String both() {
                return sold("/both");
            }

            @GetMapping("/failing")
            @PaidEndpoint(value = "failing", price = "$0.01", authorize = "permitAll", scheme = "failing",
                    payTo = "anyone")
            String failing() {
                return sold("/failing");
            }

            private String sold(String what) {
                this.deliveries.run(what);
                return "sold " + what;
            }

        }

    }

    private static final class FailingScheme implements PaymentScheme {

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public boolean supports(PaymentRequirements requirements) {
            return true;
        }

        @Override
        public String recipient(String payTo, Network network) {
            return payTo;
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            throw new IllegalStateException("cheque");
        }

    }

}
