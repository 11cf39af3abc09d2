package io.github.x402spring.e2e;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.observation.PaymentKeyName;
import io.github.x402spring.observation.X402Meter;
import io.github.x402spring.observation.X402Observation;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends what strangers and facilitators make up.
 */
class SeriesFloodTests {

    private static final int KINDS = 7;

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static PaidApp app;

    private static PaymentRequirements terms;

    private final Random random = new Random(402);

    private final FakeFacilitator facilitator = app.facilitator();

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(ObservedShop.class, CircuitTests.OwnFacilitator.class));
        terms = app.terms("/good");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void metersWhenFloodedWithWhatStrangersChooseThenGrowNoSeries() {
        for (int i = 0; i < 2 * KINDS; i++) {
            visit(i);
        }
        SimpleMeterRegistry meters = app.bean(SimpleMeterRegistry.class);
        Set<Meter.Id> before = ids(meters);

        for (int i = 0; i < 500; i++) {
            visit(i);
        }

        assertThat(ids(meters)).isEqualTo(before);
        assertThat(before).hasSizeGreaterThan(10)
            .extracting(Meter.Id::getTags)
            .anySatisfy((tags) -> assertThat(tags).contains(Tag.of("asset", "USDC")));
        assertThat(before).flatExtracting(Meter.Id::getTags)
            .extracting(Tag::getValue)
            .allSatisfy((value) -> assertThat(value).doesNotContainIgnoringCase("0x").hasSizeLessThan(40));
    }

    @Test
    void metersWhenThereThenHaveTheDocumentedKeys() {
        for (int i = 0; i < KINDS; i++) {
            visit(i);
        }
        Map<String, Set<String>> documented = documented();
        assertThat(ids(app.bean(SimpleMeterRegistry.class))).filteredOn((id) -> id.getName().startsWith("x402."))
            .allSatisfy((id) -> {
                Set<String> keys = new HashSet<>(id.getTags().stream().map(Tag::getKey).toList());
                keys.remove("error");
                assertThat(keys).as(id.getName()).isEqualTo(documented.get(id.getName().replaceAll("\\.active$", "")));
            });
    }

    private static Map<String, Set<String>> documented() {
        Map<String, Set<String>> documented = new LinkedHashMap<>();
        for (X402Observation observation : X402Observation.values()) {
            documented.put(observation.getName(), keys(observation.getLowCardinalityKeyNames()));
        }
        for (X402Meter meter : X402Meter.values()) {
            documented.put(meter.getName(), keys(meter.getKeyNames()));
        }
        return documented;
    }

    private static Set<String> keys(KeyName[] names) {
        Set<String> keys = new HashSet<>();
        for (KeyName name : names) {
            assertThat(name).isInstanceOf(PaymentKeyName.class);
            keys.add(name.asString());
        }
        return keys;
    }

    private static Set<Meter.Id> ids(SimpleMeterRegistry meters) {
        Set<Meter.Id> ids = new HashSet<>();
        meters.getMeters().forEach((meter) -> ids.add(meter.getId()));
        return ids;
    }

    private void visit(int i) {
        this.facilitator.reset();
        PaymentDraft payment = TestWallet.create().pay(terms, Instant.now());
        switch (i % KINDS) {
            case 0 -> send("X-Other: " + word());
            case 1 -> send(PaidApp.signature(payment));
            case 2 -> {
                this.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of(word())));
                send(PaidApp.signature(payment));
            }
            case 3 -> {
                this.facilitator
                    .onSettle(SettleResponse.failed(ReasonCode.of(word()), TestWallet.randomNonce(), NETWORK));
                send(PaidApp.signature(payment));
            }
            case 4 -> {
                Map<String, Object> accepted = new LinkedHashMap<>(terms.toMap());
                accepted.put("network", "eip155:" + (1 + this.random.nextInt(100_000)));
                accepted.put("scheme", word());
                accepted.put("asset", TestWallet.create().address());
                send(PaidApp.signature(payment.accepted(accepted)));
            }
            case 5 -> send("PAYMENT-SIGNATURE: " + word());
            case 6 -> send(PaidApp.signature(payment.signedBy(TestWallet.create())));
            default -> throw new IllegalStateException("There is no other kind");
        }
    }

    private void send(String header) {
        String id = this.random.nextBoolean() ? new UUID(this.random.nextLong(), this.random.nextLong()).toString()
                : word();
        app.http()
            .get("/good?" + word(), ObservedShop.CREDENTIALS, "X-Request-Id: " + id, "User-Agent: " + word(), header);
    }

    private String word() {
        return "w" + Long.toHexString(this.random.nextLong());
    }

}
