package io.github.x402spring.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.MutableClock;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.protocol.SupportedKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

@Tag("locale")
class OfferSupportTests {

    private static final String BASE = "eip155:8453";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final Facilitator facilitator = mock(Facilitator.class);

    private final List<PaidEndpointListing> endpoints = new ArrayList<>(List.of(listing(BASE)));

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final OfferSupport support = new OfferSupport(this.facilitator, () -> this.endpoints, this.clock);

    @BeforeEach
    void listen() {
        this.log.start();
        ((Logger) LoggerFactory.getLogger(OfferSupport.class)).addAppender(this.log);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(OfferSupport.class)).detachAppender(this.log);
    }

    static Stream<Arguments> lists() {
        return Stream.of(Arguments.of(List.of(kind(2, "exact", BASE)), 0),
                Arguments.of(List.of(kind(2, "exact", "eip155:*")), 0),
                Arguments.of(List.of(kind(1, "exact", "base"), kind(2, "exact", BASE)), 0),
                Arguments.of(List.of(kind(2, "exact", "eip155:84532")), 1),
                Arguments.of(List.of(kind(2, "exact", "eip155:845")), 1),
                Arguments.of(List.of(kind(2, "upto", BASE)), 1), Arguments.of(List.of(kind(1, "exact", "base")), 1),
                Arguments.of(List.of(kind(1, "exact", BASE)), 1),
                Arguments.of(List.of(kind(2, "exact", "solana:*")), 1), Arguments.of(List.of(), 1));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void lookWhenAnOfferIsNotListedThenWarnsAndCounts(List<SupportedKind> kinds, long missing) throws Exception {
        given(this.facilitator.supported()).willReturn(kinds);
        this.support.look();
        assertThat(this.support.concerns()).isEqualTo(Map.of("unsupportedOffers", missing));
        assertThat(this.support.missing()).isEqualTo((missing > 0) ? List.of("exact on " + BASE) : List.of());
        assertThat(warnings()).hasSize((int) missing)
            .allMatch((message) -> message.contains("[exact on " + BASE + "]"));
    }

    @Test
    void lookWhenNothingChangesThenAsksOnceAnHourAndWarnsOnce() throws Exception {
        given(this.facilitator.supported()).willReturn(List.of());
        for (int minute = 0; minute < 180; minute++) {
            this.support.look();
            this.clock.advance(Duration.ofMinutes(1));
        }
        then(this.facilitator).should(times(3)).supported();
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void lookWhenTheListIsCompleteAgainThenSaysSo() throws Exception {
        given(this.facilitator.supported()).willReturn(List.of()).willReturn(List.of(kind(2, "exact", BASE)));
        this.support.look();
        this.clock.advance(Duration.ofHours(1));
        this.support.look();
        assertThat(this.support.concerns()).containsEntry("unsupportedOffers", 0L);
        assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);
    }

    @Test
    void lookWhenThereIsNoListThenInfoOnceAndNoConcern() throws Exception {
        given(this.facilitator.supported())
            .willThrow(new FacilitatorException("404", null, FacilitatorException.Failure.NOT_FOUND, Duration.ZERO));
        for (int hour = 0; hour < 3; hour++) {
            this.support.look();
            this.clock.advance(Duration.ofHours(1));
        }
        assertThat(this.support.missing()).isNull();
        assertThat(this.support.concerns()).containsEntry("unsupportedOffers", 0L);
        assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO);
    }

    @Test
    void lookWhenTheFacilitatorIsDownThenWhatWasKnownStaysAndItIsAskedEachMinute() throws Exception {
        given(this.facilitator.supported()).willReturn(List.of()).willThrow(new FacilitatorException("down", null));
        this.support.look();
        this.clock.advance(Duration.ofHours(1));
        for (int minute = 0; minute < 5; minute++) {
            this.support.look();
            this.clock.advance(Duration.ofMinutes(1));
        }
        then(this.facilitator).should(times(6)).supported();
        assertThat(this.support.concerns()).containsEntry("unsupportedOffers", 1L);
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void lookWhenNothingIsOfferedThenDoesNotAsk() throws Exception {
        this.endpoints.clear();
        this.support.look();
        then(this.facilitator).should(never()).supported();
        assertThat(this.support.missing()).isNull();
    }

    private List<String> warnings() {
        return this.log.list.stream()
            .filter((event) -> event.getLevel() == Level.WARN)
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    }

    private static SupportedKind kind(int version, String scheme, String network) {
        return new SupportedKind(version, scheme, network);
    }

    private static PaidEndpointListing listing(String network) {
        return new PaidEndpointListing(
                new PaidEndpointDefinition("report", "", "", null, PaymentFlow.AUTHORIZATION, false), List.of(),
                List.of(new PaidEndpointListing.Terms("0.01 USDC", "exact", network, "0x0a", "0x0b", 300)), "permitAll",
                false);
    }

}
