package io.github.x402spring.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.SignedPayment;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentGateTableTests {

    private static final ReasonCode EXPIRED = ReasonCode.EVM_VALID_BEFORE;

    private final GateFixture fixture = new GateFixture();

    @ParameterizedTest
    @EnumSource
    void admitAndSettleWhenThisIsKnownThenAnsweredAsTheTableSays(Known known) throws Exception {
        assertThat(known.present(this.fixture)).isEqualTo(known.told);
        assertThat(this.fixture.state()).isEqualTo(known.state);
    }

    @ParameterizedTest
    @MethodSource("knownPaymentsAndWays")
    void admitWhenTheLedgerKnowsThePaymentThenTheWayItIsPresentedChangesNothing(PaymentState state, boolean sameRequest,
            Way way) throws Exception {
        this.fixture.leave(state);
        PaymentDecision decision = this.fixture.gate.admit(way.attempt(this.fixture, sameRequest));
        Told told = switch (state) {
            case RESERVED, SETTLING -> Told.of(409, Charged.UNKNOWN, RetryWith.SAME_PAYMENT);
            case SETTLED -> Told.of(409, Charged.YES, RetryWith.NEVER);
            case UNRESOLVED, USED_ELSEWHERE -> Told.of(409, Charged.UNKNOWN, RetryWith.NEVER);
            case UNKNOWN -> sameRequest ? Told.RESUMED : Told.of(409, Charged.UNKNOWN, RetryWith.NEVER);
            case RELEASED -> throw new IllegalArgumentException();
        };
        assertThat(Told.of(decision)).isEqualTo(told);
        assertThat(this.fixture.journal).filteredOn("exchange.fingerprint"::equals).hasSizeLessThan(2);
        if (decision instanceof Admitted(AdmittedPayment admitted)) {
            assertThat(admitted.payment().amount()).isEqualTo(GateFixture.TERMS.amount());
            assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(SettlementOutcome.Settled.class);
            assertThat(this.fixture.facilitator.settlements()).extracting(FakeFacilitator.Call::requirements)
                .containsExactly(GateFixture.TERMS);
            assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLED);
        }
        else {
            assertThat(this.fixture.facilitator.settlements()).isEmpty();
            assertThat(this.fixture.state()).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenTheLedgerDoesNotKnowThePaymentThenTheWayCounts(Way way) {
        PaymentDecision decision = this.fixture.gate.admit(way.attempt(this.fixture, true));
        assertThat(Told.of(decision)).isEqualTo(way.unknown);
        assertThat(this.fixture.state()).isEqualTo((way == Way.FITS) ? PaymentState.RESERVED : PaymentState.RELEASED);
    }

    @ParameterizedTest
    @EnumSource(names = { "PRICE_CHANGED", "ACCEPTS_THE_NEW_PRICE", "TOKEN_CHANGED", "NETWORK_CHANGED" })
    void admitWhenTheSignatureIsNotThePayersThenTheLedgerIsNotAsked(Way way) throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        PaymentAttempt attempt = way.attempt(this.fixture, true);
        this.fixture.scheme.identified = null;
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        assertThat(Told.of(this.fixture.gate.admit(attempt)).status()).isEqualTo(402);
        assertThat(this.fixture.journal).doesNotContain("ledger.find", "ledger.reserve");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FITS")
    void admitWhenTheLedgerIsDownThenSamePaymentLaterAndNothingCharged(Way way) {
        this.fixture.ledger.failOn(Operation.FIND, new LedgerException("down", null));
        this.fixture.ledger.failOn(Operation.RESERVE, new LedgerException("down", null));
        assertThat(Told.of(this.fixture.gate.admit(way.attempt(this.fixture, true))))
            .isEqualTo(Told.of(503, Charged.NO, RetryWith.SAME_PAYMENT));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FITS")
    void admitWhenTheSchemeFailsToTellWhichPaymentItIsThenNothingIsSaidToBeUncharged(Way way) throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        PaymentAttempt attempt = way.attempt(this.fixture, true);
        this.fixture.scheme.failsToIdentify = true;
        Told told = Told.of(this.fixture.gate.admit(attempt));
        assertThat(told.status()).isIn(409, 503);
        assertThat(told.charged()).isNotEqualTo(Charged.NO);
    }

    @ParameterizedTest
    @EnumSource(PaymentState.class)
    void admitWhenOnlyTermsOfTheClientsProveThePaymentThenItsPayerIsNotServed(PaymentState state) throws Exception {
        this.fixture.leave(state);
        PaymentAttempt attempt = Way.PRICE_CHANGED.attempt(this.fixture, true);
        this.fixture.scheme.failsUnder = GateFixture.TERMS;
        PaymentDecision decision = this.fixture.gate.admit(attempt);
        assertThat(decision).isInstanceOf(Refused.class);
        assertThat(this.fixture.journal).doesNotContain("facilitator.settle");
        assertThat(this.fixture.state()).isEqualTo(state);
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenUnknownAndOnlyAContractCanConfirmItThenStaysUnknown(Way way) throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        PaymentAttempt attempt = way.attempt(this.fixture, true);
        this.fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, false);
        this.fixture.scheme.screening = switch (this.fixture.scheme.screening) {
            case Screening.Passed passed -> new Screening.Passed(passed.authorization(), false);
            case Screening.Expired expired -> new Screening.Expired(expired.authorization(), expired.reason(), false);
            case Screening.Failed failed -> failed;
            case Screening.Malformed malformed -> malformed;
        };
        assertThat(Told.of(this.fixture.gate.admit(attempt)))
            .isEqualTo(Told.of(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT));
        assertThat(this.fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({ "0, 0, 402", "-1, 0, 402", "1, 0, 409", "0, -1, 409" })
    void admitWhenExpiredThenTheLedgersSilenceCountsOnlyIfItCanKnow(int younger, int longer, int status) {
        this.fixture.ledger.completeSince(GateFixture.VALID_BEFORE.minus(Duration.ofMinutes(15)).plusMillis(younger));
        this.fixture.ledger.retention(Duration.between(GateFixture.VALID_BEFORE, GateFixture.NOW).plusMillis(longer));
        assertThat(Told.of(this.fixture.gate.admit(Way.EXPIRED.attempt(this.fixture, true))).status())
            .isEqualTo(status);
    }

    @Test
    void admitWhenExpiredAndTermsLastForEverThenNoneVouches() {
        PaymentRequirements endless = new PaymentRequirements("exact", GateFixture.NETWORK, GateFixture.TERMS.amount(),
                GateFixture.TERMS.asset(), GateFixture.TERMS.payTo(), Long.MAX_VALUE, GateFixture.TERMS.extra());
        this.fixture.ledger.completeSince(GateFixture.NOW);
        this.fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, EXPIRED, true);
        assertThat(
                Told.of(this.fixture.gate.admit(this.fixture.attempt(GateFixture.payload(endless), endless))).status())
            .isEqualTo(409);
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenTheLedgerKnowsThePaymentThenItsTermsAreOnRecord(Way way) throws Exception {
        this.fixture.leave(PaymentState.UNRESOLVED);
        PaymentAttempt attempt = way.attempt(this.fixture, true);
        this.fixture.gate.admit(attempt);
        assertThat(((StubExchange) attempt.exchange()).end().payment())
            .satisfies((payment) -> assertThat(payment.terms()).isEqualTo(GateFixture.TERMS));
    }

    @ParameterizedTest
    @CsvSource({ "UNKNOWN, 400, UNKNOWN", "SETTLED, 400, YES", "RESERVED, 409, UNKNOWN", "UNRESOLVED, 409, UNKNOWN",
            "RELEASED, 400, NO" })
    void admitWhenItsIdentifierCannotBeReadThenToldWhatIsKnown(PaymentState state, int status, Charged charged)
            throws Exception {
        this.fixture.leave(state);
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.idempotencyKeys = List.of("a", "b");
        PaymentDecision decision = this.fixture.gate.admit(this.fixture.attemptOf(exchange));
        assertThat(Told.of(decision).status()).isEqualTo(status);
        assertThat(Told.of(decision).charged()).isEqualTo(charged);
        assertThat(this.fixture.state()).isEqualTo(state);
    }

    @Test
    void verdictWhenANewPaymentIsAskedForThenTheEntryIsReleasedAndNothingWasCharged() {
        List<Known> challenged = new ArrayList<>();
        for (Known known : Known.values()) {
            if (known.told.status() == 402) {
                challenged.add(known);
                assertThat(known.told.charged()).isEqualTo(Charged.NO);
                assertThat(known.state).isEqualTo(PaymentState.RELEASED);
            }
        }
        assertThat(challenged).hasSize(9);
    }

    @Test
    void settleWhenTheReservationWasTakenOverThenWithheldAsUnknown() throws Exception {
        AdmittedPayment admitted = this.fixture.admit();
        this.fixture.facilitator.onSettle((call) -> {
            this.fixture.ledger.refuseSettled();
            return SettleResponse.settled(GateFixture.PAYER, GateFixture.TRANSACTION, GateFixture.NETWORK);
        });
        assertThat(this.fixture.gate.settle(admitted)).isInstanceOf(SettlementOutcome.Unknown.class);
    }

    private static List<Object[]> knownPaymentsAndWays() {
        List<Object[]> rows = new ArrayList<>();
        for (PaymentState state : EnumSet.complementOf(EnumSet.of(PaymentState.RELEASED))) {
            for (Way way : Way.values()) {
                for (boolean sameRequest : Set.of(true, false)) {
                    rows.add(new Object[] { state, sameRequest, way });
                }
            }
        }
        return rows;
    }

    record Told(int status, Charged charged, RetryWith retryWith) {

        static final Told RESUMED = of(200, Charged.UNKNOWN, RetryWith.SAME_PAYMENT);

        static final Told SERVED = of(200, Charged.NO, RetryWith.SAME_PAYMENT);

        static Told of(int status, Charged charged, RetryWith retryWith) {
            return new Told(status, charged, retryWith);
        }

        static Told of(Denial denial) {
            return of(denial.reason().status(), denial.charged(), denial.reason().retryWith());
        }

        static Told of(PaymentDecision decision) {
            return switch (decision) {
                case Refused refused -> of(refused.denial());
                case Admitted(AdmittedPayment admitted) -> admitted.uncharged() ? SERVED : RESUMED;
                case PaymentDecision.Unsettled unsettled -> of(unsettled.outcome().denial());
            };
        }

    }

    enum Way {

        FITS(Told.SERVED) {
        },

        PRICE_CHANGED(Told.of(402, Charged.NO, RetryWith.NEW_PAYMENT)) {

            @Override
            PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
                fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, true);
                return fixture.attempt(List.of(Offer.of(GateFixture.terms(20_000))),
                        GateFixture.payload(GateFixture.TERMS), exchange(fixture, sameRequest));
            }
        },

        ACCEPTS_THE_NEW_PRICE(Told.of(402, Charged.NO, RetryWith.NEW_PAYMENT)) {

            @Override
            PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
                fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, true);
                fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_VALUE_MISMATCH);
                return fixture.attempt(List.of(Offer.of(GateFixture.terms(20_000))),
                        GateFixture.payload(GateFixture.terms(20_000)), exchange(fixture, sameRequest));
            }
        },

        TOKEN_CHANGED(Told.of(402, Charged.NO, RetryWith.NEW_PAYMENT)) {

            @Override
            PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
                fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, true);
                PaymentRequirements other = new PaymentRequirements("exact", GateFixture.NETWORK,
                        GateFixture.TERMS.amount(), "0x" + "ee".repeat(20), GateFixture.TERMS.payTo(), 300, Map.of());
                return fixture.attempt(List.of(Offer.of(other)), GateFixture.payload(GateFixture.TERMS),
                        exchange(fixture, sameRequest));
            }
        },

        NETWORK_CHANGED(Told.of(402, Charged.NO, RetryWith.NEW_PAYMENT)) {

            @Override
            PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
                fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, true);
                PaymentRequirements other = new PaymentRequirements("exact", Network.parse("base"),
                        GateFixture.TERMS.amount(), GateFixture.TERMS.asset(), GateFixture.TERMS.payTo(), 300,
                        GateFixture.TERMS.extra());
                return fixture.attempt(List.of(Offer.of(other)), GateFixture.payload(GateFixture.TERMS),
                        exchange(fixture, sameRequest));
            }
        },

        NAMES_ANOTHER_SCHEME(Told.of(402, Charged.NO, RetryWith.NEW_PAYMENT)) {

            @Override
            PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
                fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, true);
                PaymentRequirements other = new PaymentRequirements("Exact", GateFixture.NETWORK,
                        GateFixture.TERMS.amount(), GateFixture.TERMS.asset(), GateFixture.TERMS.payTo(), 300,
                        GateFixture.TERMS.extra());
                return fixture.attempt(List.of(Offer.of(GateFixture.TERMS)), GateFixture.payload(other),
                        exchange(fixture, sameRequest));
            }
        },

        EXPIRED(Told.of(402, Charged.NO, RetryWith.NEW_PAYMENT)) {

            @Override
            PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
                fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION,
                        PaymentGateTableTests.EXPIRED, true);
                return super.attempt(fixture, sameRequest);
            }
        },

        NOT_TAKEN(Told.of(503, Charged.NO, RetryWith.SAME_PAYMENT)) {

            @Override
            PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
                fixture.intake.accept(false);
                return super.attempt(fixture, sameRequest);
            }
        };

        private final Told unknown;

        Way(Told unknown) {
            this.unknown = unknown;
        }

        PaymentAttempt attempt(GateFixture fixture, boolean sameRequest) {
            return fixture.attemptOf(exchange(fixture, sameRequest));
        }

        private static StubExchange exchange(GateFixture fixture, boolean sameRequest) {
            return fixture.exchange(sameRequest ? "/report" : "/other");
        }

    }

    enum Known {

        LEDGER_IS_DOWN(503, Charged.NO, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                (fixture) -> fixture.ledger.failOn(Operation.RESERVE, new LedgerException("down", null))),

        LEDGER_IS_DOWN_BEFORE_SENDING(503, Charged.NO, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                (fixture) -> fixture.ledger.failOn(Operation.SETTLING, new LedgerException("down", null))),

        PAYER_HAS_THREE_UNKNOWN(429, Charged.NO, RetryWith.LATER, PaymentState.RELEASED,
                (fixture) -> fixture.ledger.answerReserve(new ReserveResult.TooManyUnknown())),

        AMOUNT_DOES_NOT_FIT(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED,
                (fixture) -> fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_VALUE_MISMATCH)),

        SIGNATURE_DOES_NOT_FIT(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED,
                (fixture) -> fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE)),

        HAS_EXPIRED(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED,
                (fixture) -> fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, EXPIRED,
                        true)),

        HAS_EXPIRED_AND_INSTANCE_IS_YOUNG(409, Charged.UNKNOWN, RetryWith.NEVER, PaymentState.RELEASED,
                expiredAndForgotten(Standing.UNREADABLE)),

        HAS_EXPIRED_AND_INSTANCE_IS_YOUNG_AND_IS_USED(409, Charged.UNKNOWN, RetryWith.NEVER, PaymentState.RELEASED,
                expiredAndForgotten(Standing.USED)),

        HAS_EXPIRED_AND_INSTANCE_IS_YOUNG_AND_IS_UNUSED_SO_FAR(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT,
                PaymentState.RELEASED, expiredAndForgotten(Standing.UNUSED)),

        HAS_EXPIRED_AND_INSTANCE_IS_YOUNG_AND_IS_UNUSED_FOR_GOOD(402, Charged.NO, RetryWith.NEW_PAYMENT,
                PaymentState.RELEASED, expiredAndForgotten(Standing.LAPSED)),

        VERIFY_SAYS_POOR(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED, invalid("insufficient_funds")),

        VERIFY_SAYS_ITS_OWN_REASON(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED,
                invalid("kyc_required")),

        VERIFY_SAYS_USED(409, Charged.UNKNOWN, RetryWith.NEVER, PaymentState.RELEASED, used(Standing.UNREADABLE)),

        VERIFY_SAYS_USED_AND_CHAIN_SAYS_SO_TOO(409, Charged.UNKNOWN, RetryWith.NEVER, PaymentState.USED_ELSEWHERE,
                used(Standing.USED)),

        VERIFY_SAYS_USED_AND_CHAIN_SAYS_SO_TOO_AND_THE_SIGNATURE_IS_NOT_PROVED(409, Charged.UNKNOWN, RetryWith.NEVER,
                PaymentState.RELEASED, (fixture) -> {
                    used(Standing.USED).arrange(fixture);
                    fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
                }),

        VERIFY_SAYS_USED_AND_CHAIN_SAYS_UNUSED(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                used(Standing.UNUSED)),

        VERIFY_SAYS_USED_AND_NODE_IS_DOWN(409, Charged.UNKNOWN, RetryWith.NEVER, PaymentState.RELEASED, (fixture) -> {
            used(Standing.UNUSED).arrange(fixture);
            fixture.inquiry.failure = new FacilitatorException("down", null);
        }),

        VERIFY_SAYS_USED_AND_INQUIRY_IS_BROKEN(409, Charged.UNKNOWN, RetryWith.NEVER, PaymentState.RELEASED,
                (fixture) -> {
                    used(Standing.UNUSED).arrange(fixture);
                    fixture.inquiry.failure = new IllegalStateException("bug");
                }),

        VERIFY_SAYS_SIMULATION_FAILED(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                invalid("invalid_exact_evm_transaction_simulation_failed")),

        VERIFY_SAYS_PENDING(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                invalid("settlement_pending")),

        VERIFY_SAYS_DUPLICATE(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                invalid("duplicate_settlement")),

        VERIFY_SAYS_UNEXPECTED(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                invalid("unexpected_verify_error")),

        VERIFY_SAYS_NO_CODE(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                invalid("something went wrong")),

        VERIFY_IS_NOT_REACHED(503, Charged.NO, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                (fixture) -> fixture.facilitator
                    .onVerify(FakeFacilitator.failure(new FacilitatorNotReachedException("down", null)))),

        NOTHING_WAS_SENT(503, Charged.NO, RetryWith.SAME_PAYMENT, PaymentState.RELEASED,
                (fixture) -> fixture.facilitator
                    .onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("down", null)))),

        NOTHING_WAS_SENT_AND_RESUMED(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.UNKNOWN, (fixture) -> {
            fixture.leave(PaymentState.UNKNOWN);
            NOTHING_WAS_SENT.arrangement.arrange(fixture);
        }),

        REFUSED_BEFORE_SENDING(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED,
                refused("insufficient_funds", "")),

        NOT_SENT_SAYS_THE_FACILITATOR(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED,
                refused("settlement_not_sent", "")),

        REVERTED_AND_UNUSED(402, Charged.NO, RetryWith.NEW_PAYMENT, PaymentState.RELEASED,
                refused("settlement_reverted", "")),

        REFUSED_BEFORE_SENDING_AND_TRANSACTION_NAMED(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.UNKNOWN,
                refused("insufficient_funds", GateFixture.TRANSACTION)),

        REFUSED_BEFORE_SENDING_AND_RESUMED(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.UNKNOWN,
                (fixture) -> {
                    fixture.leave(PaymentState.UNKNOWN);
                    refused("insufficient_funds", "").arrange(fixture);
                }),

        REFUSED_FOR_ANOTHER_REASON(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.UNKNOWN,
                refused("transaction_failed", "")),

        REPLY_WAS_LOST(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.UNKNOWN,
                (fixture) -> fixture.facilitator
                    .onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)))),

        SETTLED_FOR_ANOTHER_PAYER(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.UNKNOWN,
                (fixture) -> fixture.facilitator.onSettle(
                        SettleResponse.settled("0x" + "00".repeat(20), GateFixture.TRANSACTION, GateFixture.NETWORK))),

        RESUMED_AND_POLICY_SAYS_NO(503, Charged.UNKNOWN, RetryWith.SAME_PAYMENT, PaymentState.UNKNOWN, (fixture) -> {
            fixture.leave(PaymentState.UNKNOWN);
            fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.FORBIDDEN));
        });

        private final Told told;

        private final PaymentState state;

        private final Arrangement arrangement;

        Known(int status, Charged charged, RetryWith retryWith, PaymentState state, Arrangement arrangement) {
            this.told = Told.of(status, charged, retryWith);
            this.state = state;
            this.arrangement = arrangement;
        }

        Told present(GateFixture fixture) throws Exception {
            this.arrangement.arrange(fixture);
            PaymentDecision decision = fixture.gate.admit(fixture.attempt());
            return (decision instanceof Admitted(AdmittedPayment admitted))
                    ? Told.of(fixture.gate.settle(admitted).denial()) : Told.of(decision);
        }

        private static Arrangement invalid(@Nullable String reason) {
            return (fixture) -> fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of(reason)));
        }

        private static Arrangement used(Standing standing) {
            return (fixture) -> {
                fixture.inquiry.standing = standing;
                invalid(ReasonCode.EVM_NONCE_ALREADY_USED.value()).arrange(fixture);
            };
        }

        private static Arrangement expiredAndForgotten(Standing standing) {
            return (fixture) -> {
                fixture.inquiry.standing = standing;
                fixture.ledger.completeSince(GateFixture.NOW);
                fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, EXPIRED, true);
            };
        }

        private static Arrangement refused(String reason, String transaction) {
            return (fixture) -> fixture.facilitator.onSettle(GateFixture.failed(reason, transaction));
        }

    }

    @FunctionalInterface
    interface Arrangement {

        void arrange(GateFixture fixture) throws Exception;

    }

}
