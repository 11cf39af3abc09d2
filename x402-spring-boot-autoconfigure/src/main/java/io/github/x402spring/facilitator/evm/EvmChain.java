package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.EthGasPrice;
import org.web3j.protocol.core.methods.response.EthGetBalance;
import org.web3j.protocol.core.methods.response.EthGetCode;
import org.web3j.protocol.core.methods.response.EthGetTransactionCount;
import org.web3j.protocol.core.methods.response.EthGetTransactionReceipt;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.EthMaxPriorityFeePerGas;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

import io.github.x402spring.facilitator.evm.PresentedTransfer.Call;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;
import io.github.x402spring.transport.PoolState;

/**
 * Asks the nodes of one network the questions that paying raises. An {@link IOException}
 * says that there was no usable answer; its message quotes nothing of the payment.
 * Thread-safe.
 */
final class EvmChain implements AutoCloseable {

    private static final String VALID_SIGNATURE = "0x1626ba7e";

    private final RpcService rpc;

    private final BigInteger maxGas;

    EvmChain(RpcService rpc, BigInteger maxGas) {
        this.rpc = rpc;
        this.maxGas = maxGas;
    }

    /**
     * Gathers, in one round trip where the node allows it, what decides whether a
     * transfer would succeed now. An error in place of the attempt is no failure of the
     * question: what else was read tells why.
     * @param transfer the transfer
     * @param relayer who would send it
     * @param estimate whether to find out what it takes, which costs the node more than
     * to try it
     */
    Inspection inspect(PresentedTransfer transfer, EvmAddress relayer, boolean estimate) throws IOException {
        TransferAuthorization authorization = transfer.authorization();
        EvmAddress token = transfer.token();
        List<Request<?, ? extends Response<?>>> requests = new ArrayList<>(List.of(code(token),
                code(authorization.from()), call(token, TokenCalls.authorizationState(authorization)),
                call(token, TokenCalls.balanceOf(authorization.from())),
                call(authorization.from(), TokenCalls.isValidSignature(transfer.digest(), transfer.signature())),
                attempt(transfer.call(true), relayer, estimate)));
        if (transfer.deployment() != null) {
            requests.add(attempt(transfer.call(false), relayer, estimate));
        }
        List<Response<?>> answers = batch(requests);
        boolean tokenDeployed = RpcReplies.isCode(answers.get(0));
        boolean payerDeployed = RpcReplies.isCode(answers.get(1));
        Response<?> attempt = payerDeployed ? answers.get(5) : answers.get(answers.size() - 1);
        return new Inspection(tokenDeployed, payerDeployed, RpcReplies.truth(answers.get(2)),
                RpcReplies.amount(answers.get(3)), payerDeployed && accepted(answers.get(4), transfer), gas(attempt),
                attempt.hasError() && !RpcReplies.reverted(attempt), RpcReplies.refusal(attempt));
    }

    private boolean accepted(Response<?> answer, PresentedTransfer transfer) throws IOException {
        return (answer.hasError() && !RpcReplies.reverted(answer))
                ? accepts(transfer.authorization().from(), transfer.digest(), transfer.signature())
                : RpcReplies.word(answer).startsWith(VALID_SIGNATURE);
    }

    /**
     * Reads the token's name and version; {@code null} where it tells none.
     */
    List<@Nullable String> nameAndVersion(EvmAddress token) throws IOException {
        List<Response<?>> answers = batch(call(token, TokenCalls.name()), call(token, TokenCalls.version()));
        return Arrays.asList(answers.get(0).hasError() ? null : RpcReplies.text(answers.get(0)),
                answers.get(1).hasError() ? null : RpcReplies.text(answers.get(1)));
    }

    /**
     * Tells whether a contract holds a signature for its own (ERC-1271). An error counts
     * as a refusal if the node says twice, beside other replies, that the call failed.
     */
    boolean accepts(EvmAddress wallet, byte[] digest, byte[] signature) throws IOException {
        Request<?, EthCall> question = call(wallet, TokenCalls.isValidSignature(digest, signature));
        Response<?> answer = batch(question).get(0);
        if (answer.hasError() && !RpcReplies.reverted(answer)) {
            List<Response<?>> answers = batch(code(wallet),
                    call(wallet, TokenCalls.isValidSignature(digest, signature)));
            answer = answers.get(1);
            if (answer.hasError() && RpcReplies.isCode(answers.get(0)) && !RpcReplies.limited(answer)) {
                return false;
            }
        }
        return RpcReplies.word(answer).startsWith(VALID_SIGNATURE);
    }

    /**
     * Tells whether the token holds the authorization's nonce for used or cancelled.
     */
    boolean used(EvmAddress token, TransferAuthorization authorization) throws IOException {
        return state(batch(call(token, TokenCalls.authorizationState(authorization))).get(0));
    }

    /**
     * Tells the same as of now, transactions included that wait for a block.
     */
    Usage usage(EvmAddress token, TransferAuthorization authorization) throws IOException {
        String data = TokenCalls.authorizationState(authorization);
        List<Response<?>> answers = batch(call(token, data, "latest"), call(token, data, "pending"));
        if (state(answers.get(0))) {
            return Usage.USED;
        }
        // A node that does not tell what waits has not said that nothing does.
        if (answers.get(1).hasError()) {
            return Usage.UNTOLD;
        }
        return state(answers.get(1)) ? Usage.WAITING : Usage.UNUSED;
    }

    /**
     * Asks the same for the latest block, which is asked first: what is unused then was
     * unused at that block.
     */
    Standing standing(EvmAddress token, TransferAuthorization authorization) throws IOException {
        List<Response<?>> answers = batch(latest(), call(token, TokenCalls.authorizationState(authorization)));
        return new Standing(RpcReplies.head(answers.get(0)), state(answers.get(1)));
    }

    private static boolean state(Response<?> answer) throws IOException {
        Boolean state = RpcReplies.truth(answer);
        if (state == null) {
            throw new IOException("The token does not tell the state of an authorization");
        }
        return state;
    }

    /**
     * Looks for the transaction in which the authorization was used or cancelled.
     */
    Optional<Use> findUse(EvmAddress token, TransferAuthorization authorization, int lookback) throws IOException {
        BigInteger from = head().number().subtract(BigInteger.valueOf(lookback)).max(BigInteger.ZERO);
        Map<String, Object> filter = Map.of("fromBlock", Numeric.encodeQuantity(from), "toBlock", "latest", "address",
                token.value(), "topics",
                List.of(List.of(TransferEvidence.AUTHORIZATION_USED, TransferEvidence.AUTHORIZATION_CANCELED),
                        TransferEvidence.addressTopic(authorization.from()), authorization.nonce()));
        EthLog logs = RpcReplies.checked(send(new Request<>("eth_getLogs", List.of(filter), this.rpc, EthLog.class)));
        if (logs.getLogs() == null || logs.getLogs().isEmpty()) {
            return Optional.empty();
        }
        EthLog.LogObject log = (EthLog.LogObject) logs.getLogs().get(0).get();
        if (TransferEvidence.AUTHORIZATION_CANCELED.equals(log.getTopics().get(0).toLowerCase(Locale.ROOT))) {
            return Optional.of(new Use(null));
        }
        TransactionReceipt receipt = receipts(List.of(log.getTransactionHash())).get(0);
        return (receipt != null) ? Optional.of(new Use(receipt)) : Optional.empty();
    }

    Head head() throws IOException {
        return RpcReplies.head(batch(latest()).get(0));
    }

    /**
     * Looks at everything that settlements under way wait for. The head is asked first,
     * so that a receipt which is missing was missing at that head.
     */
    Snapshot look(List<EvmAddress> relayers, List<String> transactions, @Nullable BigInteger known) throws IOException {
        List<Request<?, ? extends Response<?>>> requests = new ArrayList<>();
        requests.add(latest());
        requests.add(new Request<>("eth_maxPriorityFeePerGas", List.of(), this.rpc, EthMaxPriorityFeePerGas.class));
        requests.add(block((known != null) ? known : BigInteger.ZERO));
        for (EvmAddress relayer : relayers) {
            requests.add(count(relayer, "latest"));
            requests.add(count(relayer, "pending"));
            requests.add(
                    new Request<>("eth_getBalance", List.of(relayer.value(), "latest"), this.rpc, EthGetBalance.class));
        }
        transactions.forEach((hash) -> requests.add(receipt(hash)));
        List<Response<?>> answers = batch(requests);
        Head head = RpcReplies.head(answers.get(0));
        BigInteger tip = (head.baseFee() != null) ? tip(answers.get(1)) : gasPrice();
        EthBlock.Block block = answers.get(2).hasError() ? null : (EthBlock.Block) answers.get(2).getResult();
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < relayers.size(); i++) {
            int at = 3 + 3 * i;
            accounts
                .add(new Account(((EthGetTransactionCount) RpcReplies.checked(answers.get(at))).getTransactionCount(),
                        ((EthGetTransactionCount) RpcReplies.checked(answers.get(at + 1))).getTransactionCount(),
                        ((EthGetBalance) RpcReplies.checked(answers.get(at + 2))).getBalance()));
        }
        List<@Nullable TransactionReceipt> receipts = new ArrayList<>();
        for (Response<?> answer : answers.subList(3 + 3 * relayers.size(), answers.size())) {
            receipts.add((TransactionReceipt) RpcReplies.checked(answer).getResult());
        }
        return new Snapshot(head, tip, (block != null) ? block.getHash() : null, accounts, receipts);
    }

    private static @Nullable BigInteger tip(Response<?> answer) {
        return answer.hasError() ? null : ((EthMaxPriorityFeePerGas) answer).getMaxPriorityFeePerGas();
    }

    private @Nullable BigInteger gasPrice() throws IOException {
        EthGasPrice answer = send(new Request<>("eth_gasPrice", List.of(), this.rpc, EthGasPrice.class));
        return answer.hasError() ? null : answer.getGasPrice();
    }

    /**
     * Reads receipts; {@code null} where there is none.
     */
    List<@Nullable TransactionReceipt> receipts(List<String> transactions) throws IOException {
        List<Request<?, ? extends Response<?>>> requests = new ArrayList<>();
        transactions.forEach((hash) -> requests.add(receipt(hash)));
        List<@Nullable TransactionReceipt> receipts = new ArrayList<>();
        for (Response<?> answer : batch(requests)) {
            receipts.add((TransactionReceipt) RpcReplies.checked(answer).getResult());
        }
        return receipts;
    }

    /**
     * Reads what is left of a use in a block: the hash of the block that is there now,
     * and whether the authorization is used, all from one node.
     */
    Trace trace(EvmAddress token, TransferAuthorization authorization, BigInteger block) throws IOException {
        List<Response<?>> answers = batch(latest(), block(block),
                call(token, TokenCalls.authorizationState(authorization)));
        EthBlock.Block found = answers.get(1).hasError() ? null : (EthBlock.Block) answers.get(1).getResult();
        return new Trace(RpcReplies.head(answers.get(0)), (found != null) ? found.getHash() : null,
                state(answers.get(2)));
    }

    /**
     * Reads the time of the block that a receipt names; empty if the node does not know
     * that block, or has another one in its place.
     */
    Optional<Instant> timeOf(TransactionReceipt receipt) throws IOException {
        EthBlock.Block found = (EthBlock.Block) RpcReplies.checked(batch(block(receipt.getBlockNumber())).get(0))
            .getResult();
        return (found != null && found.getHash() != null && found.getHash().equals(receipt.getBlockHash()))
                ? Optional.of(RpcReplies.time(found)) : Optional.empty();
    }

    int nodes() {
        return this.rpc.nodes();
    }

    /**
     * Has the next node asked first from now on.
     */
    void turn() {
        this.rpc.turn();
    }

    BigInteger pendingCount(EvmAddress relayer) throws IOException {
        return ((EthGetTransactionCount) RpcReplies.checked(batch(count(relayer, "pending")).get(0)))
            .getTransactionCount();
    }

    /**
     * Asks every node how many transactions of a relayer are in blocks. Nodes that do not
     * reply are left out.
     */
    List<Count> counts(EvmAddress relayer) throws IOException {
        List<Count> counts = new ArrayList<>();
        for (Map.Entry<Integer, List<Response<?>>> each : this.rpc.askEach(List.of(latest(), count(relayer, "latest")))
            .entrySet()) {
            List<Response<?>> answers = each.getValue();
            if (!answers.get(0).hasError() && !answers.get(1).hasError()) {
                counts.add(new Count(each.getKey(), RpcReplies.head(answers.get(0)).number(),
                        ((EthGetTransactionCount) answers.get(1)).getTransactionCount()));
            }
        }
        return counts;
    }

    /**
     * Estimates what a transfer of nothing from a relayer to itself takes.
     */
    BigInteger gasOfNothing(EvmAddress relayer) throws IOException {
        BigInteger gas = RpcReplies
            .checked(send(new Request<>("eth_estimateGas",
                    List.of(Map.of("from", relayer.value(), "to", relayer.value())), this.rpc, EthEstimateGas.class)))
            .getAmountUsed();
        return gas.add(gas.shiftRight(2));
    }

    /**
     * Hands a signed transaction to the node.
     */
    Handed send(String signed) throws IOException {
        EthSendTransaction answer = send(
                new Request<>("eth_sendRawTransaction", List.of(signed), this.rpc, EthSendTransaction.class));
        return new Handed(answer.hasError() ? SendResult.of(answer.getError()) : SendResult.ACCEPTED,
                RpcReplies.refusal(answer));
    }

    PoolState connections() {
        return this.rpc.connections();
    }

    @Override
    public void close() {
        this.rpc.close();
    }

    /**
     * Returns the gas to give; {@code null} if the attempt failed.
     */
    private @Nullable BigInteger gas(Response<?> answer) {
        if (answer.hasError()) {
            return null;
        }
        if (!(answer instanceof EthEstimateGas estimate)) {
            return this.maxGas;
        }
        BigInteger gas = estimate.getAmountUsed();
        return gas.add(gas.shiftRight(2)).min(this.maxGas);
    }

    private Request<?, EthGetCode> code(EvmAddress address) {
        return new Request<>("eth_getCode", List.of(address.value(), "latest"), this.rpc, EthGetCode.class);
    }

    private Request<?, EthCall> call(EvmAddress to, String data) {
        return call(to, data, "latest");
    }

    private Request<?, EthCall> call(EvmAddress to, String data, String when) {
        return new Request<>("eth_call", List.of(Map.of("to", to.value(), "data", data), when), this.rpc,
                EthCall.class);
    }

    private Request<?, ? extends Response<?>> attempt(Call call, EvmAddress relayer, boolean estimate) {
        Map<String, String> transaction = Map.of("from", relayer.value(), "to", call.to().value(), "data", call.data(),
                "gas", Numeric.encodeQuantity(this.maxGas));
        return estimate ? new Request<>("eth_estimateGas", List.of(transaction), this.rpc, EthEstimateGas.class)
                : new Request<>("eth_call", List.of(transaction, "latest"), this.rpc, EthCall.class);
    }

    private Request<?, EthGetTransactionCount> count(EvmAddress address, String when) {
        return new Request<>("eth_getTransactionCount", List.of(address.value(), when), this.rpc,
                EthGetTransactionCount.class);
    }

    private Request<?, EthGetTransactionReceipt> receipt(String hash) {
        return new Request<>("eth_getTransactionReceipt", List.of(hash), this.rpc, EthGetTransactionReceipt.class);
    }

    private Request<?, EthBlock> latest() {
        return new Request<>("eth_getBlockByNumber", List.of("latest", false), this.rpc, EthBlock.class);
    }

    private Request<?, EthBlock> block(BigInteger number) {
        return new Request<>("eth_getBlockByNumber", List.of(Numeric.encodeQuantity(number), false), this.rpc,
                EthBlock.class);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private final List<Response<?>> batch(Request<?, ? extends Response<?>>... requests) throws IOException {
        return batch(List.of(requests));
    }

    private List<Response<?>> batch(List<Request<?, ? extends Response<?>>> requests) throws IOException {
        BatchRequest batch = new BatchRequest(this.rpc);
        requests.forEach(batch::add);
        return new ArrayList<>(this.rpc.sendBatch(batch).getResponses());
    }

    private <T extends Response<?>> T send(Request<?, T> request) throws IOException {
        return this.rpc.send(request, request.getResponseType());
    }

    /**
     * Is what the chain says about a transfer that was not made yet.
     *
     * @param tokenDeployed whether the token's address holds a contract
     * @param payerDeployed whether the payer's address holds code
     * @param used whether the nonce is used or cancelled; {@code null} if the token does
     * not tell
     * @param balance what the payer has; {@code null} if the token does not tell
     * @param signatureAccepted whether the payer's contract accepts the signature
     * @param gas what the transfer would take; {@code null} if the attempt failed
     * @param doubtful whether the attempt failed in words that no revert is known by
     * @param refusal the node's text where the attempt failed; else empty
     */
    record Inspection(boolean tokenDeployed, boolean payerDeployed, @Nullable Boolean used,
            @Nullable BigInteger balance, boolean signatureAccepted, @Nullable BigInteger gas, boolean doubtful,
            String refusal) {
    }

    /**
     * Reply of a node to a transaction that it was handed.
     *
     * @param result what it means
     * @param refusal the node's text; empty if the node took it
     */
    record Handed(SendResult result, String refusal) {
    }

    /**
     * Is the transaction that ended an authorization.
     *
     * @param receipt the transaction that used it; {@code null} if it was cancelled
     */
    record Use(@Nullable TransactionReceipt receipt) {
    }

    /**
     * State of an authorization, transactions included that wait for a block.
     */
    enum Usage {

        /** A transaction in a block used or canceled it. */
        USED,

        /** A waiting transaction uses or cancels it. */
        WAITING,

        /** No block has used it, and the node does not tell what waits. */
        UNTOLD,

        /** Nothing that the node knows uses it. */
        UNUSED

    }

    /**
     * Is whether an authorization was used or cancelled, as of a block.
     */
    record Standing(Head head, boolean used) {
    }

    /**
     * Trace of a use in a block.
     *
     * @param head the latest block
     * @param blockHash the hash of the block at the use's height; {@code null} if the
     * node does not know one
     * @param used whether the authorization is used as of the latest block
     */
    record Trace(Head head, @Nullable String blockHash, boolean used) {
    }

    /**
     * Latest block.
     *
     * @param number its number
     * @param hash its hash
     * @param time its time
     * @param baseFee what a unit of gas costs there at least, in wei; {@code null} on a
     * chain without a base fee
     */
    record Head(BigInteger number, String hash, Instant time, @Nullable BigInteger baseFee) {

        /**
         * Tells whether so many blocks, the receipt's own included, lie up to this one.
         */
        boolean confirms(TransactionReceipt receipt, int blocks) {
            return this.number.subtract(receipt.getBlockNumber())
                .add(BigInteger.ONE)
                .compareTo(BigInteger.valueOf(blocks)) >= 0;
        }

        /** Tells whether a second since the epoch has come. */
        boolean isAt(BigInteger second) {
            return BigInteger.valueOf(this.time.getEpochSecond()).compareTo(second) >= 0;
        }
    }

    /**
     * Is what the chain knows about a relayer.
     *
     * @param mined number of its transactions in blocks
     * @param pending the same, with those that wait
     * @param balance what it has for gas, in wei
     */
    record Account(BigInteger mined, BigInteger pending, BigInteger balance) {
    }

    /**
     * Number of a relayer's transactions in blocks, according to one node.
     *
     * @param node the node's place among those of the network
     * @param head the node's latest block
     * @param mined the number
     */
    record Count(int node, BigInteger head, BigInteger mined) {
    }

    /**
     * Is one look at the chain.
     *
     * @param head the latest block
     * @param tip what the node suggests for the block's producer, which is the whole
     * price on a chain without a base fee; {@code null} if it does not
     * @param knownHash the present hash of the block that was asked for
     * @param accounts the relayers, in the order in which they were asked for
     * @param receipts receipts in the order in which they were asked for; {@code null}
     * where there is none
     */
    record Snapshot(Head head, @Nullable BigInteger tip, @Nullable String knownHash, List<Account> accounts,
            List<@Nullable TransactionReceipt> receipts) {
    }

}
