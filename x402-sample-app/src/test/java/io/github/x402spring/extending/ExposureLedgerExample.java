package io.github.x402spring.extending;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureResult;

class ExposureLedgerExample {

    record CompanyBudgets(BudgetService budgets, Clock clock) implements ExposureLedger {

        @Override
        public ExposureResult reserve(List<Exposure> exposures) {
            String token = UUID.randomUUID().toString();
            Optional<Exposure> exceeded = this.budgets.take(token, exposures);
            return exceeded
                .<ExposureResult>map(
                        (exposure) -> new ExposureResult.Exceeded(exposure.limit().name(), exposure.limit().window()))
                .orElseGet(() -> new ExposureResult.Reserved(token, exposures, this.clock.instant(), false));
        }

        @Override
        public Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation) {
            return this.budgets.confirm(reservation.token()) ? Optional.of(reservation.commit()) : Optional.empty();
        }

        @Override
        public void giveBack(ExposureResult.Reserved reservation) {
            this.budgets.giveBack(reservation.token());
        }

        interface BudgetService {

            Optional<Exposure> take(String token, List<Exposure> exposures);

            boolean confirm(String token);

            void giveBack(String token);

        }

    }

}
