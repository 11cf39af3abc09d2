package io.github.x402spring.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureReservation;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.LedgerException;

/**
 * Has room for everything unless it is told otherwise, and writes down what it is asked.
 */
final class StubExposureLedger implements ExposureLedger {

    final List<List<Exposure>> reserved = new ArrayList<>();

    final List<ExposureReservation> committed = new ArrayList<>();

    final List<ExposureReservation> givenBack = new ArrayList<>();

    @Nullable Duration wait;

    boolean lapsed;

    @Nullable Exception failure;

    @Override
    public ExposureResult reserve(List<Exposure> exposures) throws LedgerException {
        this.reserved.add(List.copyOf(exposures));
        fail();
        return (this.wait != null) ? new ExposureResult.Exceeded("daily", this.wait)
                : new ExposureResult.Reserved(new ExposureReservation("share", exposures, GateFixture.NOW, false));
    }

    @Override
    public Optional<ExposureReservation> commit(ExposureReservation reservation) throws LedgerException {
        this.committed.add(reservation);
        fail();
        return this.lapsed ? Optional.empty() : Optional.of(reservation.commit());
    }

    @Override
    public void giveBack(ExposureReservation reservation) throws LedgerException {
        this.givenBack.add(reservation);
        fail();
    }

    private void fail() throws LedgerException {
        switch (this.failure) {
            case null -> {
            }
            case LedgerException ex -> throw ex;
            case RuntimeException ex -> throw ex;
            case Exception ex -> throw new IllegalStateException(ex);
        }
    }

}
