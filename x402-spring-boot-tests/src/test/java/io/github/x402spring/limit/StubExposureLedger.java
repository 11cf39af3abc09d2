package io.github.x402spring.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;

/**
 * Has room for everything unless it is told otherwise, and writes down what it is asked.
 */
public final class StubExposureLedger implements ExposureLedger {

    public final List<List<Exposure>> reserved = new ArrayList<>();

    public final List<ExposureResult.Reserved> granted = new ArrayList<>();

    public final List<ExposureResult.Reserved> committed = new ArrayList<>();

    public final List<ExposureResult.Reserved> givenBack = new ArrayList<>();

    public final Map<PaymentKey, ExposureResult.Reserved> held = new LinkedHashMap<>();

    public final List<PaymentKey> keysGivenBack = new ArrayList<>();

    public @Nullable Duration wait;

    public boolean lapsed;

    public @Nullable Exception failure;

    @Override
    public ExposureResult reserve(List<Exposure> exposures) {
        this.reserved.add(List.copyOf(exposures));
        fail();
        if (this.wait != null) {
            return new ExposureResult.Exceeded("daily", this.wait);
        }
        ExposureResult.Reserved reservation = new ExposureResult.Reserved("share", exposures, Payments.NOW, false);
        this.granted.add(reservation);
        return reservation;
    }

    @Override
    public Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation) {
        this.committed.add(reservation);
        fail();
        return this.lapsed ? Optional.empty() : Optional.of(reservation.commit());
    }

    @Override
    public void giveBack(ExposureResult.Reserved reservation) {
        this.givenBack.add(reservation);
        fail();
    }

    @Override
    public void hold(PaymentKey payment, ExposureResult.Reserved reservation) {
        this.held.put(payment, reservation);
        fail();
    }

    @Override
    public void giveBack(PaymentKey payment) {
        this.keysGivenBack.add(payment);
        fail();
    }

    private void fail() {
        switch (this.failure) {
            case null -> {
            }
            case LedgerException ex -> throw ex;
            case RuntimeException ex -> throw ex;
            case Exception ex -> throw new IllegalStateException(ex);
        }
    }

}
