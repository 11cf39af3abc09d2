package io.github.x402spring.test.contract;

import java.math.BigInteger;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

/**
 * Facilitator that does what the contract asks for and nothing else, and the faults that
 * the contract has to find in it.
 */
final class SmallFacilitator implements Facilitator, SettlementInquiry {

    private static final ReasonCode INSUFFICIENT_FUNDS = new ReasonCode("insufficient_funds");

    private final PaymentScheme scheme = new ExactEvmScheme(SignatureRecovery.web3j(), false);

    private final Map<String, BigInteger> balances = new HashMap<>();

    private final Map<String, String> settled = new HashMap<>();

    private final Clock clock;

    private final @Nullable Fault fault;

    private int transactions;

    SmallFacilitator(Clock clock, @Nullable Fault fault) {
        this.clock = clock;
        this.fault = fault;
    }

    private boolean has(Fault fault) {
        return this.fault == fault;
    }

    synchronized void mint(String address, BigInteger amount) {
        this.balances.merge(account(address), amount, BigInteger::add);
    }

    synchronized BigInteger balanceOf(String address) {
        return this.balances.getOrDefault(account(address), BigInteger.ZERO);
    }

    private static String account(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource) {
        return switch (screen(payload, requirements)) {
            case Screening.Passed(Authorization authorization, boolean proved) -> verify(authorization, requirements);
            case Screening.Expired expired -> VerifyResponse.invalid(expired.reason());
            case Screening.Failed failed -> VerifyResponse.invalid(failed.reason());
            case Screening.Malformed malformed -> malformed();
        };
    }

    private VerifyResponse malformed() {
        if (has(Fault.THROWS_AT_GARBAGE)) {
            throw new IllegalStateException("Garbage");
        }
        return VerifyResponse.invalid(ReasonCode.INVALID_PAYLOAD);
    }

    private synchronized VerifyResponse verify(Authorization authorization, PaymentRequirements requirements) {
        if (this.settled.containsKey(authorization.nonce()) && !has(Fault.VERIFIES_WHAT_IS_USED)) {
            return VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED);
        }
        if (balanceOf(authorization.payer()).compareTo(requirements.amount().value()) < 0
                && !has(Fault.VERIFIES_WITHOUT_FUNDS)) {
            return VerifyResponse.invalid(INSUFFICIENT_FUNDS);
        }
        if (has(Fault.MOVES_AT_VERIFICATION)) {
            move(authorization.payer(), requirements);
        }
        return VerifyResponse.valid(has(Fault.NAMES_ANOTHER_PAYER) ? requirements.payTo() : authorization.payer());
    }

    private Screening screen(PaymentPayload payload, PaymentRequirements requirements) {
        Screening screening = this.scheme.screen(payload, requirements, this.clock.instant());
        boolean expired = screening instanceof Screening.Expired && has(Fault.IGNORES_EXPIRY);
        if (expired) {
            return new Screening.Passed(((Screening.Expired) screening).authorization(), true);
        }
        if (screening instanceof Screening.Failed(ReasonCode reason)) {
            if (reason.equals(ReasonCode.EVM_SIGNATURE) && has(Fault.PROVES_NOTHING)) {
                return this.scheme.screenTerms(payload, requirements, this.clock.instant());
            }
            if (reason.equals(ReasonCode.EVM_VALID_AFTER) && has(Fault.IGNORES_BEGINNING)) {
                return this.scheme.screen(payload, requirements, this.clock.instant().plusSeconds(250));
            }
            if (reason.equals(ReasonCode.EVM_VALUE_MISMATCH) && has(Fault.IGNORES_PRICE)) {
                return this.scheme.screen(payload, asked(payload, requirements, "value"), this.clock.instant());
            }
            if (reason.equals(ReasonCode.EVM_RECIPIENT_MISMATCH) && has(Fault.IGNORES_RECIPIENT)) {
                return this.scheme.screen(payload, asked(payload, requirements, "to"), this.clock.instant());
            }
        }
        return screening;
    }

    private static PaymentRequirements asked(PaymentPayload payload, PaymentRequirements terms, String member) {
        String signed = String.valueOf(((Map<?, ?>) payload.payload().get("authorization")).get(member));
        boolean amount = member.equals("value");
        return new PaymentRequirements(terms.scheme(), terms.network(),
                amount ? TokenAmount.tryParse(signed).orElse(terms.amount()) : terms.amount(), terms.asset(),
                amount ? terms.payTo() : signed, terms.maxTimeoutSeconds(), terms.extra());
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource) {
        return switch (screen(payload, requirements)) {
            case Screening.Passed(Authorization authorization, boolean proved) -> settle(authorization, requirements);
            case Screening.Expired expired -> failed(expired.reason(), requirements);
            case Screening.Failed failed -> failed(failed.reason(), requirements);
            case Screening.Malformed malformed -> failed(malformed().invalidReason(), requirements);
        };
    }

    private static SettleResponse failed(@Nullable ReasonCode reason, PaymentRequirements requirements) {
        return SettleResponse.failed((reason != null) ? reason : ReasonCode.UNSPECIFIED, "", requirements.network());
    }

    private SettleResponse settle(Authorization authorization, PaymentRequirements requirements) {
        if (has(Fault.SETTLES_WITHOUT_LOCK)) {
            boolean used;
            synchronized (this) {
                used = this.settled.containsKey(authorization.nonce());
            }
            LockSupport.parkNanos(5_000_000);
            synchronized (this) {
                if (!used) {
                    this.settled.remove(authorization.nonce());
                }
                return settleOnce(authorization, requirements);
            }
        }
        synchronized (this) {
            return settleOnce(authorization, requirements);
        }
    }

    private SettleResponse settleOnce(Authorization authorization, PaymentRequirements requirements) {
        String known = this.settled.get(authorization.nonce());
        if (known != null && !has(Fault.MOVES_TWICE)) {
            return settled(authorization, has(Fault.CHANGES_THE_TRANSACTION) ? next() : known, requirements);
        }
        if (balanceOf(authorization.payer()).compareTo(requirements.amount().value()) < 0 && !has(Fault.LENDS_MONEY)) {
            return failed(INSUFFICIENT_FUNDS, requirements);
        }
        String transaction = has(Fault.NAMES_NO_TRANSACTION) ? "" : next();
        if (!has(Fault.MOVES_NOTHING)) {
            move(authorization.payer(), requirements);
        }
        this.settled.put(authorization.nonce(), transaction);
        return settled(authorization, transaction, requirements);
    }

    private String next() {
        return String.format(Locale.ROOT, "0x%064x", ++this.transactions);
    }

    private SettleResponse settled(Authorization authorization, String transaction, PaymentRequirements terms) {
        String network = has(Fault.NAMES_ANOTHER_NETWORK) ? "eip155:1" : terms.network().toString();
        BigInteger amount = has(Fault.STATES_ANOTHER_AMOUNT) ? BigInteger.ONE : terms.amount().value();
        return new SettleResponse(true, null, authorization.payer(), transaction, network, amount,
                FacilitatorRemark.NONE);
    }

    private void move(String payer, PaymentRequirements requirements) {
        BigInteger amount = requirements.amount().value();
        mint(payer, amount.negate());
        mint(requirements.payTo(), has(Fault.KEEPS_A_FEE) ? amount.subtract(BigInteger.ONE) : amount);
    }

    @Override
    public List<SupportedKind> supported() {
        return List.of(new SupportedKind(2, has(Fault.LISTS_ANOTHER_SCHEME) ? "upto" : "exact", "eip155:*"));
    }

    @Override
    public boolean mayServe(Network network) {
        return !has(Fault.SERVES_NO_NETWORK);
    }

    @Override
    public synchronized Finding inquire(UnknownPayment payment) {
        String transaction = this.settled.get(payment.key().nonce());
        if (transaction == null) {
            return has(Fault.TAKES_UNSENT_FOR_SETTLED) ? new Finding.Settled(next()) : new Finding.Undecided();
        }
        return has(Fault.FINDS_NOTHING) ? new Finding.Failed() : new Finding.Settled(transaction);
    }

    /**
     * Ways to do it wrong.
     */
    enum Fault {

        PROVES_NOTHING, IGNORES_EXPIRY, IGNORES_BEGINNING, IGNORES_PRICE, IGNORES_RECIPIENT, THROWS_AT_GARBAGE,
        VERIFIES_WHAT_IS_USED, VERIFIES_WITHOUT_FUNDS, MOVES_AT_VERIFICATION, NAMES_ANOTHER_PAYER, MOVES_TWICE,
        SETTLES_WITHOUT_LOCK, CHANGES_THE_TRANSACTION, LENDS_MONEY, NAMES_NO_TRANSACTION, MOVES_NOTHING,
        NAMES_ANOTHER_NETWORK, STATES_ANOTHER_AMOUNT, KEEPS_A_FEE, LISTS_ANOTHER_SCHEME, SERVES_NO_NETWORK,
        TAKES_UNSENT_FOR_SETTLED, FINDS_NOTHING

    }

}
