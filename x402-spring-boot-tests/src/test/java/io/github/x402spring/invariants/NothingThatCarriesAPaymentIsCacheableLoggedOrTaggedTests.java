package io.github.x402spring.invariants;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.Eventually;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.CapturedLog;
import io.github.x402spring.e2e.ObservedShop;
import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Invariant 8: nothing that carries a payment is shared-cacheable, logged or a metric
 * tag.
 */
@Tag("locale")
class NothingThatCarriesAPaymentIsCacheableLoggedOrTaggedTests {

    private static final int SLICE = 24;

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(ObservedShop.class, PermissiveFacilitatorConfiguration.class, Careless.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.endUnknown();
        app.facilitator().reset();
    }

    @ParameterizedTest
    @CsvSource({ "'public, max-age=600', max-age=600", "s-maxage=600, private", "max-age=600, max-age=600",
            "no-store, no-store" })
    void payWhenTheHandlerAllowsCachesThenTheResponseIsPrivate(String allowed, String kept) {
        String target = "/careless?cache=" + allowed.replace(" ", "%20").replace(",", "%2C");
        assertThat(app.http().get(target.replace("careless", "free-of-charge")).header("Cache-Control"))
            .isEqualTo(allowed);
        Answer answer = app.http().get(target, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).contains(kept);
        assertNotShared(answer);
    }

    @Test
    void payWhenTheHandlerSaysNothingOfCachesThenTheResponseIsPrivate() {
        assertNotShared(pay("/good"));
        assertNotShared(pay("/stream"));
    }

    static Stream<Arguments> outcomes() {
        return Stream.of(arguments("settled", "/good"), arguments("replayed", "/good"),
                arguments("refused by the facilitator", "/good"), arguments("refused at settlement", "/good"),
                arguments("unknown", "/good"), arguments("facilitator with a bug", "/good"),
                arguments("denied", "/gold"), arguments("failed", "/boom"), arguments("cut", "/good"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outcomes")
    void payWhenWhateverComesOfItThenNotSharedNotLoggedNotATag(String name, String target) {
        String payment = PaidApp.signature(app.pay(target));
        String presented = name.equals("cut") ? payment.substring(0, payment.length() - 40) : payment;
        script(name, target, payment);
        try (CapturedLog log = CapturedLog.begin()) {
            Answer answer = app.http().get(target, ObservedShop.CREDENTIALS, presented);
            assertNotShared(answer);
            assertThat(log.text()).contains(target);
            assertNothingOf(payment, log.text());
            assertThat(log.text()).doesNotContain(signature(payment));
            assertThat(answer.everything()).doesNotContain(payment.substring(payment.indexOf(':') + 2))
                .doesNotContain(signature(payment));
            assertThat(log.text()).doesNotContainIgnoringCase(PaidApp.WALLET.address());
        }
        SimpleMeterRegistry meters = app.bean(SimpleMeterRegistry.class);
        Eventually.await("the exchange is metered", () -> meters.find("x402.exchange").timer() != null);
        assertThat(meters.getMeters()).flatExtracting((meter) -> meter.getId().getTags()).allSatisfy((tag) -> {
            assertThat(tag.getValue()).hasSizeLessThan(SLICE * 2)
                .doesNotContainIgnoringCase(PaidApp.WALLET.address().substring(2).toLowerCase(Locale.ROOT));
            assertNothingOf(payment, tag.getValue());
        });
    }

    private static void script(String name, String target, String payment) {
        FakeFacilitator facilitator = app.facilitator();
        switch (name) {
            case "replayed" ->
                assertThat(app.http().get(target, ObservedShop.CREDENTIALS, payment).status()).isEqualTo(200);
            case "refused by the facilitator" ->
                facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of("insufficient_funds")));
            case "refused at settlement" ->
                facilitator.onSettle(SettleResponse.failed(ReasonCode.of("insufficient_funds"), "", NETWORK));
            case "unknown" -> facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
            case "facilitator with a bug" ->
                facilitator.onVerify(FakeFacilitator.failure(new IllegalStateException("bug")));
            default -> {
            }
        }
    }

    private static Answer pay(String target) {
        Answer answer = app.http().get(target, ObservedShop.CREDENTIALS, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(200);
        return answer;
    }

    private static void assertNotShared(Answer answer) {
        assertThat(String.join(", ", answer.all("Cache-Control"))).containsAnyOf("private", "no-store")
            .doesNotContain("public", "s-maxage");
    }

    private static void assertNothingOf(String payment, String text) {
        String header = payment.substring(payment.indexOf(':') + 2);
        for (int at = 0; at + SLICE <= header.length(); at += SLICE) {
            assertThat(text).doesNotContain(header.substring(at, at + SLICE));
        }
    }

    private static String signature(String payment) {
        String json = new String(Base64.getDecoder().decode(payment.substring(payment.indexOf(':') + 2)),
                StandardCharsets.UTF_8);
        String signature = json.replaceFirst(".*\"signature\":\"0x([0-9a-f]{130})\".*", "$1");
        assertThat(signature).hasSize(130);
        return signature.substring(0, SLICE);
    }

    /**
     * Lets caches have what it gives.
     */
    @Configuration(proxyBeanMethods = false)
    @RestController
    static class Careless {

        @GetMapping("/careless")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<String> careless(@RequestParam String cache) {
            return freeOfCharge(cache);
        }

        @GetMapping("/free-of-charge")
        ResponseEntity<String> freeOfCharge(@RequestParam String cache) {
            return ResponseEntity.ok().header("Cache-Control", cache).body("careless");
        }

    }

}
