package io.github.x402spring.extending;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Optional;

import org.springframework.jdbc.core.JdbcTemplate;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.ResponseStore;

class ResponseStoreExample {

    record TableOfResponses(JdbcTemplate jdbc, Clock clock) implements ResponseStore {

        @Override
        public void keep(PaymentKey key, byte[] sealed) {
            forget(key);
            this.jdbc.update("insert into response (payment, sealed, expires_at) values (?, ?, ?)", key.toString(),
                    sealed, Timestamp.from(this.clock.instant().plusSeconds(600)));
        }

        @Override
        public Optional<byte[]> find(PaymentKey key) {
            return this.jdbc
                .queryForList("select sealed from response where payment = ? and expires_at > ?", byte[].class,
                        key.toString(), Timestamp.from(this.clock.instant()))
                .stream()
                .findFirst();
        }

        @Override
        public void forget(PaymentKey key) {
            this.jdbc.update("delete from response where payment = ?", key.toString());
        }

        @Override
        public void forgetExpired() {
            this.jdbc.update("delete from response where expires_at <= ?", Timestamp.from(this.clock.instant()));
        }

    }

}
