package io.github.x402spring.webmvc.hold;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.webmvc.HeardExchanges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

class ServletExchangeTrackTests {

    private final List<ExchangeStart> starts = new ArrayList<>();

    private final List<ExchangeEnd> ends = new ArrayList<>();

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/report");

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private final CountedResponse counted = new CountedResponse(this.below, true);

    private final AdmittingGate gate = new AdmittingGate((start) -> {
        this.starts.add(start);
        return this.ends::add;
    });

    private final ServletExchangeTrack track = begin(this.gate);

    @Test
    void beginWhenCallerIsKnownThenNamedWithHowItAuthenticated() {
        this.request.setUserPrincipal(new Badge("alice"));
        begin(this.gate);
        assertThat(this.starts.get(1).caller()).isEqualTo("alice");
        assertThat(this.starts.get(1).authentication()).isEqualTo("Badge");
        assertThat(this.starts.get(0).caller()).isNull();
    }

    @Test
    void endWhenCalledTwiceThenToldOnce() {
        this.track.end(null, this.counted);
        this.track.end(true, this.counted);
        assertThat(this.ends).hasSize(1);
    }

    @Test
    void endWhenRefusedThenReasonAndNoAnswer() throws Exception {
        this.counted.getOutputStream().write(new byte[7]);
        this.track.refused(Reason.PAYMENT_IN_FLIGHT, 409);
        this.track.end(null, this.counted);
        assertThat(end().decision()).isEqualTo(ExchangeDecision.REPLAYED);
        assertThat(end().reason()).isEqualTo(Reason.PAYMENT_IN_FLIGHT);
        assertThat(end().status()).isEqualTo(409);
        assertThat(end().response()).isEqualTo(DeliveredResponse.NONE);
    }

    @Test
    void endWhenAdmittedAndNothingFollowsThenReleased() {
        this.gate.admit(PaymentFlow.AUTHORIZATION, this.track.track());
        this.track.end(null, this.counted);
        assertThat(end().decision()).isEqualTo(ExchangeDecision.RELEASED);
        assertThat(end().transaction()).isNull();
        assertThat(end().payment()).isEqualTo(new ClaimedPayment(AdmittingGate.TERMS, AdmittingGate.PAYER, true));
    }

    @Test
    void endWhenSettledBeforehandThenSettled() {
        this.gate.gate().settleUpfront(this.gate.admit(PaymentFlow.UPFRONT, this.track.track()));
        this.track.end(false, this.counted);
        assertThat(end().decision()).isEqualTo(ExchangeDecision.SETTLED);
        assertThat(end().response().delivery()).isEqualTo(Delivery.BROKEN);
    }

    @Test
    void endWhenRefusedAfterItWasSettledThenStaysSettled() {
        this.gate.gate().settle(this.gate.admit(PaymentFlow.AUTHORIZATION, this.track.track()));
        this.track.refused(Reason.ANSWER_UNAVAILABLE, 409);
        this.track.end(false, this.counted);
        assertThat(end().decision()).isEqualTo(ExchangeDecision.SETTLED);
        assertThat(end().transaction()).isEqualTo(FakeFacilitator.TRANSACTION);
        assertThat(end().reason()).isEqualTo(Reason.ANSWER_UNAVAILABLE);
    }

    @Test
    void endWhenTheHandlersAnswerLeftThenCountedAndDigested() throws Exception {
        HoldableResponse holdable = new HoldableResponse(this.counted, 16);
        holdable.hold(() -> {
        });
        holdable.setStatus(201);
        holdable.getOutputStream().write("CANARY".getBytes(StandardCharsets.UTF_8));
        this.track.handlerResponded(Objects.requireNonNull(holdable.held()));
        holdable.release(HeldExtent.WHOLE);
        this.track.end(true, holdable);
        assertThat(end().status()).isEqualTo(201);
        assertThat(end().response()).isEqualTo(new DeliveredResponse(Delivery.WHOLE, 6,
                HeardExchanges.sha256("CANARY".getBytes(StandardCharsets.UTF_8)), false));
    }

    static Stream<Arguments> failures() {
        return Stream.of(Arguments.of(new IllegalStateException("boom"), null, 500),
                Arguments.of(new AccessDeniedException("no"), Reason.UNAUTHENTICATED, 401),
                Arguments.of(new ServletException(new BadCredentialsException("no")), Reason.UNAUTHENTICATED, 401),
                Arguments.of(nested(new AccessDeniedException("no"), 9), Reason.UNAUTHENTICATED, 401),
                Arguments.of(nested(new AccessDeniedException("no"), 10), null, 500));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failedWhenHandlerThrowsThenStatusFollowsFromIt(Throwable thrown, @Nullable Reason reason, int status) {
        this.track.failed(thrown, this.request, this.below);
        this.track.end(null, this.counted);
        assertThat(end().reason()).isEqualTo(reason);
        assertThat(end().status()).isEqualTo(status);
    }

    @Test
    void failedWhenAKnownCallerIsDeniedThenForbidden() {
        this.request.setUserPrincipal(new Badge("alice"));
        this.track.failed(new AccessDeniedException("no"), this.request, this.below);
        this.track.end(null, this.counted);
        assertThat(end().reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(end().status()).isEqualTo(403);
    }

    @Test
    void failedWhenNothingCameThenStatusOfTheAnswer() {
        this.below.setStatus(503);
        this.track.failed(null, this.request, this.below);
        this.track.end(null, this.counted);
        assertThat(end().status()).isEqualTo(503);
    }

    @Test
    void beginWhenThereIsNoListenerThenNothingIsPutTogether() {
        HttpServletRequest untouched = mock();
        for (AdmittingGate unheard : List.of(new AdmittingGate(), new AdmittingGate(new Deaf()))) {
            ServletExchangeTrack.begin(unheard.gate(), AdmittingGate.endpoint(PaymentFlow.AUTHORIZATION), untouched)
                .end(null, this.counted);
        }
        verifyNoInteractions(untouched);
    }

    private ServletExchangeTrack begin(AdmittingGate gate) {
        return ServletExchangeTrack.begin(gate.gate(), AdmittingGate.endpoint(PaymentFlow.AUTHORIZATION), this.request);
    }

    private ExchangeEnd end() {
        assertThat(this.ends).hasSize(1);
        return this.ends.get(0);
    }

    private static Throwable nested(Throwable cause, int depth) {
        Throwable thrown = cause;
        for (int i = 0; i < depth; i++) {
            thrown = new IllegalStateException(thrown);
        }
        return thrown;
    }

    private record Badge(String name) implements Principal {

        @Override
        public String getName() {
            return this.name;
        }

    }

    private static final class Deaf implements ExchangeListener {

        @Override
        public Exchange started(ExchangeStart start) {
            throw new IllegalStateException("It does not listen");
        }

        @Override
        public boolean listens() {
            return false;
        }

    }

}
