package io.github.x402spring.test;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Balances of the wallets of a test. A wallet whose balance was not set can pay anything,
 * and is below zero then. Not thread-safe.
 */
final class MockBalances {

    private static final int USUAL_DECIMALS = 6;

    private final AssetRegistry assets;

    private final Map<Account, BigInteger> moved = new HashMap<>();

    /** Whole tokens by address, until they move. */
    private final Map<String, BigDecimal> set = new HashMap<>();

    MockBalances(AssetRegistry assets) {
        this.assets = assets;
    }

    void set(String address, BigDecimal tokens) {
        String owner = address.toLowerCase(Locale.ROOT);
        this.moved.keySet().removeIf((account) -> account.address().equals(owner));
        this.set.put(owner, tokens);
    }

    BigInteger of(String address, Network network, String asset) {
        return of(account(address, network, asset));
    }

    boolean cover(PaymentKey payment, TokenAmount amount) {
        Account payer = account(payment.payer(), payment.network(), payment.asset());
        return !this.set.containsKey(payer.address()) || of(payer).compareTo(amount.value()) >= 0;
    }

    void move(PaymentKey payment, String recipient, TokenAmount amount) {
        add(account(payment.payer(), payment.network(), payment.asset()), amount.value().negate());
        add(account(recipient, payment.network(), payment.asset()), amount.value());
    }

    void clear() {
        this.moved.clear();
        this.set.clear();
    }

    private void add(Account account, BigInteger amount) {
        this.moved.put(account, of(account).add(amount));
    }

    private BigInteger of(Account account) {
        BigInteger balance = this.moved.get(account);
        @Nullable BigDecimal tokens = this.set.get(account.address());
        if (balance != null || tokens == null) {
            return (balance != null) ? balance : BigInteger.ZERO;
        }
        int decimals = this.assets.find(account.network(), account.asset()).map(Asset::decimals).orElse(USUAL_DECIMALS);
        return tokens.movePointRight(decimals).setScale(0, RoundingMode.DOWN).toBigInteger();
    }

    private static Account account(String address, Network network, String asset) {
        return new Account(address.toLowerCase(Locale.ROOT), network, asset.toLowerCase(Locale.ROOT));
    }

    private record Account(String address, Network network, String asset) {
    }

}
