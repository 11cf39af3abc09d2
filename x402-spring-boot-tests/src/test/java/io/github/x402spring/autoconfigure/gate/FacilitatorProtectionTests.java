package io.github.x402spring.autoconfigure.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.resilience.ResilientFacilitator;
import io.github.x402spring.facilitator.simulated.SimulatedFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class FacilitatorProtectionTests {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @Test
    void aroundWhenNobodyIsAskedThenIsNotProtected() {
        Facilitator none = Facilitator.none();
        Facilitator simulated = new SimulatedFacilitator(List.of(), CLOCK);
        assertThat(around(none, 1, 0, 0, Duration.ZERO)).isSameAs(none);
        assertThat(around(simulated, 1, 0, 0, Duration.ZERO)).isSameAs(simulated);
    }

    @Test
    void aroundWhenTheApplicationsOwnOnlySimulatesThenIsProtected() {
        Facilitator sandbox = mock();
        given(sandbox.simulated()).willReturn(true);
        assertThat(around(sandbox, 1, 100, 2, TEN_SECONDS)).isInstanceOf(ResilientFacilitator.class);
    }

    @Test
    void aroundWhenTheApplicationsOwnFailsTooOftenThenIsNotAskedAnyMore() {
        FakeFacilitator own = new FakeFacilitator();
        Facilitator facilitator = around(own, 1, 100, 2, TEN_SECONDS);
        for (int i = 0; i < 2; i++) {
            own.onVerify(FakeFacilitator
                .failure(new FacilitatorException("down", null, Failure.UNREACHABLE, Duration.ZERO)));
            assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> verify(facilitator));
        }
        assertThat(((ResilientFacilitator) facilitator).verify()).isEqualTo(State.OPEN);
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> verify(facilitator));
        assertThat(own.verifications()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({ "1,1,1,PT0.001S", "64,100,20,PT10S" })
    void aroundWhenSettingsAreAtTheirBoundsThenIsProtected(int calls, int rate, int window, Duration openTime) {
        assertThat(around(new FakeFacilitator(), calls, rate, window, openTime))
            .isInstanceOf(ResilientFacilitator.class);
    }

    @ParameterizedTest
    @CsvSource({ "0,50,20,PT10S,max-concurrent-calls", "-1,50,20,PT10S,max-concurrent-calls",
            "1,0,20,PT10S,circuit-breaker.failure-rate", "1,101,20,PT10S,circuit-breaker.failure-rate",
            "1,50,0,PT10S,circuit-breaker.window", "1,50,20,PT0S,circuit-breaker.open-time",
            "1,50,20,PT0.000999S,circuit-breaker.open-time", "1,50,20,PT-1S,circuit-breaker.open-time" })
    void aroundWhenASettingIsOutOfRangeThenNamesIt(int calls, int rate, int window, Duration openTime,
            String property) {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> around(new FakeFacilitator(), calls, rate, window, openTime));
        assertThat(failure).hasMessage("x402.facilitator." + property + " is out of range");
        assertThat(failure.action()).startsWith("Set x402.facilitator." + property + " to ");
    }

    private static Facilitator around(Facilitator facilitator, int calls, int rate, int window, Duration openTime) {
        X402Properties properties = new Binder(
                new MapConfigurationPropertySource(Map.of("x402.facilitator.max-concurrent-calls",
                        Integer.toString(calls), "x402.facilitator.circuit-breaker.failure-rate",
                        Integer.toString(rate), "x402.facilitator.circuit-breaker.window", Integer.toString(window),
                        "x402.facilitator.circuit-breaker.open-time", openTime.toString())))
            .bindOrCreate("x402", X402Properties.class);
        return ProtectedFacilitator.around(facilitator, properties.facilitator(), CLOCK, new MockEnvironment())
            .facilitator();
    }

    private static void verify(Facilitator facilitator) throws FacilitatorException {
        facilitator.verify(new PaymentPayload(2, Map.of("payload", Map.of())),
                new PaymentRequirements("exact", Network.parse("base"), TokenAmount.of(1), "0xa", "0xb", 60, Map.of()),
                new ResourceInfo("https://api.example.com", "", ""));
    }

}
