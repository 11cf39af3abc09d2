package io.github.x402spring.sample;

import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.operator.Refusal;
import io.github.x402spring.protocol.Network;

/**
 * Is a week of a shop that sells well, written into its ledger.
 */
final class ShopDay {

    private static final String USDC = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final List<String> ENDPOINTS = List.of("quote", "forecast", "map", "archive");

    private static final int[] PRICES = { 10_000, 20_000, 30_000, 5_000 };

    private static final int PAYMENTS = 900;

    private final JdbcTemplate jdbc;

    /** Always the same, so that pictures differ only where the page does. */
    private final Random random = new Random(402);

    private final Instant now = Instant.now();

    private @Nullable PaymentKey delivered;

    ShopDay(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    void sell() {
        for (int i = 0; i < PAYMENTS; i++) {
            // More in the afternoon than at night.
            double hours = 1 + i * 167.0 / PAYMENTS;
            if (this.random.nextDouble() < 0.55 + 0.45 * Math.sin(hours / 24 * 2 * Math.PI)) {
                sell(i, this.now.minus(Duration.ofSeconds((long) (hours * 3600 / 3))));
            }
        }
    }

    private void sell(int number, Instant at) {
        int endpoint = Math.min(this.random.nextInt(7) / 2, ENDPOINTS.size() - 1);
        boolean unknown = number == 3 || number == 12;
        PaymentKey key = new PaymentKey(NETWORK, USDC, hex(40), hex(64));
        String hash = unknown ? null : hex(64);
        this.jdbc.update("""
                INSERT INTO x402_payment (network, asset, payer, nonce, state, token, resumed, fingerprint, endpoint,
                    resource, scheme, amount, pay_to, caller, transaction_hash, valid_before, created_at, updated_at,
                    delivered_at) VALUES (?, ?, ?, ?, ?, 't', FALSE, 'f', ?, ?, 'exact', ?, ?, ?, ?, ?, ?, ?, ?)
                """, NETWORK.toString(), USDC, key.payer(), key.nonce(), unknown ? "UNKNOWN" : "SETTLED",
                ENDPOINTS.get(endpoint), "http://localhost:8080/" + ENDPOINTS.get(endpoint), PRICES[endpoint],
                "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", (number % 3 == 0) ? null : "reader", hash,
                at.plusSeconds(300).getEpochSecond(), Timestamp.from(at), Timestamp.from(this.now),
                unknown ? null : Timestamp.from(at.plusMillis(470)));
        event(key, "RESERVED", null, at);
        event(key, "SETTLING", null, at.plusMillis(41));
        event(key, unknown ? "UNKNOWN" : "SETTLED", hash, at.plusMillis(455));
        if (!unknown) {
            event(key, "DELIVERED", null, at.plusMillis(470));
            this.delivered = (this.delivered != null) ? this.delivered : key;
        }
    }

    private void event(PaymentKey key, String type, @Nullable String hash, Instant at) {
        this.jdbc.update(
                "INSERT INTO x402_payment_event (network, asset, payer, nonce, type, transaction_hash, occurred_at) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?)",
                NETWORK.toString(), USDC, key.payer(), key.nonce(), type, hash, Timestamp.from(at));
    }

    PaymentKey delivered() {
        if (this.delivered == null) {
            throw new IllegalStateException("Nothing was sold");
        }
        return this.delivered;
    }

    static List<Refusal> refusals() {
        Refusal.Worth worth = new Refusal.Worth(NETWORK, USDC, BigInteger.valueOf(20_000));
        return List.of(
                new Refusal(Instant.now(), "forecast", Reason.INSUFFICIENT_SCOPE, "hasAuthority('SCOPE_forecast')",
                        "0x" + "ab".repeat(20), "trader", worth),
                new Refusal(Instant.now(), "wholesale", Reason.UNAUTHENTICATED, "hasRole('TRADER')",
                        "0x" + "cd".repeat(20), null, worth));
    }

    private String hex(int digits) {
        StringBuilder hex = new StringBuilder("0x");
        for (int i = 0; i < digits; i++) {
            hex.append(Character.forDigit(this.random.nextInt(16), 16));
        }
        return hex.toString();
    }

}
