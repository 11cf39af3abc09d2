package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class TransferEvidenceTests {

    private static final TransferAuthorization AUTHORIZATION = Receipts.presented().authorization();

    private static final Log USE = Receipts.use(AUTHORIZATION);

    private static final Log TRANSFER = Receipts.transfer(AUTHORIZATION);

    @Test
    void topicsWhenHashedThenThoseOfTheStandards() {
        assertThat(TransferEvidence.TRANSFER)
            .isEqualTo("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
        assertThat(TransferEvidence.AUTHORIZATION_USED)
            .isEqualTo("0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5");
        assertThat(TransferEvidence.AUTHORIZATION_CANCELED)
            .isEqualTo("0x1cdd46ff242716cdaa72d159d339a485b3438398348d68f09d7c8c0a59353d81");
    }

    @Test
    void paidWhenNonceWasUsedAndMoneyMovedThenTrue() {
        assertThat(paid(USE, TRANSFER)).isTrue();
        assertThat(paid(TRANSFER, other(), USE)).isTrue();
        assertThat(paidByOthers(USE, TRANSFER)).isTrue();
    }

    @Test
    void paidWhenTransactionFailedThenFalse() {
        TransactionReceipt reverted = Receipts.reverted(BigInteger.ONE, USE, TRANSFER);
        assertThat(TransferEvidence.paid(reverted, Receipts.TOKEN, AUTHORIZATION)).isFalse();
        assertThat(TransferEvidence.paidByOthers(reverted, Receipts.TOKEN, AUTHORIZATION)).isFalse();
    }

    static Stream<Named<List<Log>>> lacking() {
        Log removed = Receipts.transfer(AUTHORIZATION);
        removed.setRemoved(true);
        Log removedUse = Receipts.use(AUTHORIZATION);
        removedUse.setRemoved(true);
        String payer = TransferEvidence.addressTopic(AUTHORIZATION.from());
        String shop = TransferEvidence.addressTopic(AUTHORIZATION.to());
        String stranger = TransferEvidence.addressTopic(Receipts.STRANGER);
        String token = Receipts.TOKEN.value();
        String value = TRANSFER.getData();
        return Stream.of(Named.of("nothing", List.of()), Named.of("no transfer", List.of(USE)),
                Named.of("no use", List.of(TRANSFER)), Named.of("transfer taken back", List.of(USE, removed)),
                Named.of("use taken back", List.of(removedUse, TRANSFER)),
                Named.of("less money", List.of(USE, Receipts.transfer(AUTHORIZATION, BigInteger.valueOf(9_999)))),
                Named.of("more money", List.of(USE, Receipts.transfer(AUTHORIZATION, BigInteger.valueOf(10_001)))),
                Named.of("no amount", List.of(USE, Receipts.log(token, "0x", TransferEvidence.TRANSFER, payer, shop))),
                Named.of("other recipient",
                        List.of(USE, Receipts.log(token, value, TransferEvidence.TRANSFER, payer, stranger))),
                Named.of("other payer",
                        List.of(USE, Receipts.log(token, value, TransferEvidence.TRANSFER, stranger, shop))),
                Named.of("other token",
                        List.of(USE,
                                Receipts.log(Receipts.STRANGER.value(), value, TransferEvidence.TRANSFER, payer,
                                        shop))),
                Named.of("use of another token",
                        List.of(Receipts.log(Receipts.STRANGER.value(), "0x", TransferEvidence.AUTHORIZATION_USED,
                                payer, AUTHORIZATION.nonce()), TRANSFER)),
                Named.of("other nonce",
                        List.of(Receipts.log(token, "0x", TransferEvidence.AUTHORIZATION_USED, payer,
                                "0x" + "2f".repeat(32)), TRANSFER)),
                Named.of("use by another payer",
                        List.of(Receipts.log(token, "0x", TransferEvidence.AUTHORIZATION_USED, stranger,
                                AUTHORIZATION.nonce()), TRANSFER)),
                Named.of("cancelled",
                        List.of(Receipts.log(token, "0x", TransferEvidence.AUTHORIZATION_CANCELED, payer,
                                AUTHORIZATION.nonce()), TRANSFER)),
                Named.of("one topic more",
                        List.of(USE, Receipts.log(token, value, TransferEvidence.TRANSFER, payer, shop, shop))),
                Named.of("one topic less", List.of(USE, Receipts.log(token, value, TransferEvidence.TRANSFER, payer))));
    }

    @ParameterizedTest
    @MethodSource("lacking")
    void paidWhenEvidenceIsLackingThenFalse(List<Log> logs) {
        assertThat(paid(logs.toArray(Log[]::new))).isFalse();
        assertThat(paidByOthers(logs.toArray(Log[]::new))).isFalse();
    }

    @Test
    void paidByOthersWhenTransferDoesNotFollowAtOnceThenFalse() {
        assertThat(paidByOthers(USE, other(), TRANSFER)).isFalse();
        assertThat(paidByOthers(TRANSFER, USE)).isFalse();
        assertThat(paidByOthers(TRANSFER, USE, other())).isFalse();
    }

    @Test
    void paidByOthersWhenTransactionCarriesOutSeveralThenTheRightOneCounts() {
        TransferAuthorization another = Receipts.presented(TestWallet.named("8").pay(Receipts.TERMS, Receipts.NOW))
            .authorization();
        Log[] both = { Receipts.use(another), Receipts.transfer(another), USE, TRANSFER, other() };
        assertThat(paidByOthers(both)).isTrue();
    }

    @Test
    void paidWhenNodeSpellsInUpperCaseThenTheSame() {
        Log[] logs = Stream.of(USE, TRANSFER)
            .map((log) -> Receipts.log(upper(log.getAddress()), log.getData(),
                    log.getTopics().stream().map(TransferEvidenceTests::upper).toArray(String[]::new)))
            .toArray(Log[]::new);
        assertThat(paid(logs)).isTrue();
        assertThat(paidByOthers(logs)).isTrue();
    }

    @Test
    void addressTopicWhenWrittenThenPaddedToAWord() {
        assertThat(TransferEvidence.addressTopic(new EvmAddress("0x" + "0a".repeat(20))))
            .isEqualTo("0x" + "00".repeat(12) + "0a".repeat(20));
    }

    private static String upper(String hex) {
        return "0x" + hex.substring(2).toUpperCase(Locale.ROOT);
    }

    private static Log other() {
        return Receipts.log(Receipts.TOKEN.value(), "0x", "0x" + "99".repeat(32));
    }

    private static boolean paid(Log... logs) {
        return TransferEvidence.paid(Receipts.ok(BigInteger.ONE, logs), Receipts.TOKEN, AUTHORIZATION);
    }

    private static boolean paidByOthers(Log... logs) {
        return TransferEvidence.paidByOthers(Receipts.ok(BigInteger.ONE, logs), Receipts.TOKEN, AUTHORIZATION);
    }

}
