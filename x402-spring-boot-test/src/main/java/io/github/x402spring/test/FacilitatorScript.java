package io.github.x402spring.test;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.protocol.ReasonCode;

/**
 * Script of a {@link MockFacilitator}, from the next call on:
 * {@code given(facilitator).from(alice).once().isDown()}.
 * <ul>
 * <li>{@link #from} and {@link #once} say which calls are meant; without them all
 * are.</li>
 * <li>Of several instructions for one call the one that was given last counts;
 * {@link #takes} goes with any other.</li>
 * <li>What no instruction is meant for goes well, as far as signature, nonce and balance
 * allow.</li>
 * </ul>
 * Immutable.
 *
 * @since 0.1.0
 * @see MockFacilitator#given
 */
public final class FacilitatorScript {

    private final MockFacilitator facilitator;

    private final @Nullable String payer;

    private final int times;

    FacilitatorScript(MockFacilitator facilitator, @Nullable String payer, int times) {
        this.facilitator = facilitator;
        this.payer = payer;
        this.times = times;
    }

    /**
     * Limits what follows to payments of one wallet.
     * @param wallet the wallet
     * @return the script to go on with
     */
    public FacilitatorScript from(TestWallet wallet) {
        return from(wallet.address());
    }

    /**
     * Limits what follows to payments of one wallet.
     * @param address the wallet's address, in any case
     * @return the script to go on with
     */
    public FacilitatorScript from(String address) {
        return new FacilitatorScript(this.facilitator, address, this.times);
    }

    /**
     * Limits what follows to the next call that it is meant for.
     * @return the script to go on with
     */
    public FacilitatorScript once() {
        return times(1);
    }

    /**
     * Limits what follows to the next calls that it is meant for.
     * @param times the number of calls
     * @return the script to go on with
     */
    public FacilitatorScript times(int times) {
        Assert.isTrue(times > 0, "'times' must be positive");
        return new FacilitatorScript(this.facilitator, this.payer, times);
    }

    /**
     * Refuses payments: to verify them, and to settle them where verification is skipped.
     * The response is 402 {@code payment-rejected}.
     * @param reason the reason, such as {@link MockFacilitator#INSUFFICIENT_FUNDS}
     */
    public void refuses(ReasonCode reason) {
        add(new Instruction.Refuse(reason, true));
    }

    /**
     * Refuses payments.
     * @param reason the reason as facilitators spell it
     * @see #refuses(ReasonCode)
     */
    public void refuses(String reason) {
        refuses(new ReasonCode(reason));
    }

    /**
     * Verifies payments and then refuses to settle them. The response is 402
     * {@code settlement-failed} if the reason proves that nothing was sent, as
     * {@link MockFacilitator#INSUFFICIENT_FUNDS} does; otherwise the outcome is unknown:
     * 503 {@code settlement-pending}.
     * @param reason the reason
     */
    public void refusesToSettle(ReasonCode reason) {
        add(new Instruction.Refuse(reason, false));
    }

    /**
     * Verifies payments and then refuses to settle them.
     * @param reason the reason as facilitators spell it
     * @see #refusesToSettle(ReasonCode)
     */
    public void refusesToSettle(String reason) {
        refusesToSettle(new ReasonCode(reason));
    }

    /**
     * Settles payments, and loses the reply: the money moves, and the seller does not
     * know. The response is 503 {@code settlement-pending}. With {@link #once} the same
     * payment is delivered for when it is presented again, and nothing moves a second
     * time; an inquiry finds that it was settled.
     */
    public void settlesUnknown() {
        add(new Instruction.Settle(true, List.of(SettlementReply.LOST)));
    }

    /**
     * Gives no reply to settle and moves nothing. The response is the same as with
     * {@link #settlesUnknown}; an inquiry finds nothing decided until the payment has
     * expired, and then that it failed.
     */
    public void staysSilent() {
        add(new Instruction.Silence());
    }

    /**
     * Calls a settlement pending, and gives the given replies, one after the other, when
     * the same payment is presented again. The gate presents it once more by itself; what
     * is pending after that is 503 {@code settlement-pending}.
     * @param replies the replies; after the last one, other instructions count again
     */
    public void settlesPendingThen(SettlementReply... replies) {
        add(new Instruction.Settle(false, List.of(replies)));
    }

    /**
     * Fails all calls before they are sent. The response is 503
     * {@code temporarily-unavailable}, not charged.
     */
    public void isDown() {
        add(new Instruction.Down());
    }

    /**
     * Takes time to reply, after it has decided. A {@link TestClock} is moved by that
     * time, so that nothing is waited for; where the application has another clock, the
     * call waits.
     * @param duration the time that each call takes
     */
    public void takes(Duration duration) {
        Assert.isTrue(!duration.isNegative(), "'duration' must not be negative");
        add(new Instruction.Delay(duration));
    }

    private void add(Instruction instruction) {
        this.facilitator.instruct(this.payer, this.times, instruction);
    }

    /** Action for a call. */
    sealed interface Instruction {

        /** Whether calls to verify are meant, besides those to settle. */
        default boolean verifies() {
            return true;
        }

        record Refuse(ReasonCode reason, boolean verifies) implements Instruction {
        }

        /** Settlement, at once or after it was called pending. */
        record Settle(boolean atOnce, List<SettlementReply> replies) implements Instruction {

            @Override
            public boolean verifies() {
                return false;
            }

        }

        record Silence() implements Instruction {

            @Override
            public boolean verifies() {
                return false;
            }

        }

        record Down() implements Instruction {
        }

        record Delay(Duration duration) implements Instruction {
        }

    }

}
