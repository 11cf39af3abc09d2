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
 * Calls to the nodes of one network that payments need. An {@link IOException} means that
 * there was no usable reply; its message quotes nothing of the payment. Thread-safe.
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
     * Reads, in one round trip where the node allows it, what decides whether a transfer
     * would succeed now. An error of the simulation is a result: the other values show
     * the reason.
     * @param transfer the transfer
     * @param relayer the address that would send it
     * @param estimate whether to estimate the gas, which costs the node more than a
     * simulation
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
        List<Response<?>> replies = batch(requests);
        boolean tokenDeployed = RpcReplies.isCode(replies.get(0));
        boolean payerDeployed = RpcReplies.isCode(replies.get(1));
        Response<?> attempt = payerDeployed ? replies.get(5) : replies.get(replies.size() - 1);
        return new Inspection(tokenDeployed, payerDeployed, RpcReplies.truth(replies.get(2)),
                RpcReplies.amount(replies.get(3)), payerDeployed && accepted(replies.get(4), transfer), gas(attempt),
                attempt.hasError() && !RpcReplies.reverted(attempt), RpcReplies.refusal(attempt));
    }

    private boolean accepted(Response<?> reply, PresentedTransfer transfer) throws IOException {
        return (reply.hasError() && !RpcReplies.reverted(reply))
                ? accepts(transfer.authorization().from(), transfer.digest(), transfer.signature())
                : RpcReplies.word(reply).startsWith(VALID_SIGNATURE);
    }

    /**
     * Reads the token's name and version; {@code null} where the token has none.
     */
    List<@Nullable String> nameAndVersion(EvmAddress token) throws IOException {
        List<Response<?>> replies = batch(call(token, TokenCalls.name()), call(token, TokenCalls.version()));
        return Arrays.asList(replies.get(0).hasError() ? null : RpcReplies.text(replies.get(0)),
                replies.get(1).hasError() ? null : RpcReplies.text(replies.get(1)));
    }

    /**
     * Checks whether a contract accepts a signature as its own (ERC-1271). An error
     * counts as a rejection if the node reports it twice, beside other replies.
     */
    boolean accepts(EvmAddress wallet, byte[] digest, byte[] signature) throws IOException {
        Request<?, EthCall> question = call(wallet, TokenCalls.isValidSignature(digest, signature));
        Response<?> reply = batch(question).get(0);
        if (reply.hasError() && !RpcReplies.reverted(reply)) {
            List<Response<?>> replies = batch(code(wallet),
                    call(wallet, TokenCalls.isValidSignature(digest, signature)));
            reply = replies.get(1);
            if (reply.hasError() && RpcReplies.isCode(replies.get(0)) && !RpcReplies.limited(reply)) {
                return false;
            }
        }
        return RpcReplies.word(reply).startsWith(VALID_SIGNATURE);
    }

    /**
     * Checks whether the authorization's nonce is used or canceled, according to the
     * token.
     */
    boolean used(EvmAddress token, TransferAuthorization authorization) throws IOException {
        return state(batch(call(token, TokenCalls.authorizationState(authorization))).get(0));
    }

    /**
     * Reads the state of an authorization, transactions included that wait for a block.
     */
    Usage usage(EvmAddress token, TransferAuthorization authorization) throws IOException {
        String data = TokenCalls.authorizationState(authorization);
        List<Response<?>> replies = batch(call(token, data, "latest"), call(token, data, "pending"));
        if (state(replies.get(0))) {
            return Usage.USED;
        }
        // A node without a pending state does not prove that nothing waits.
        if (replies.get(1).hasError()) {
            return Usage.UNKNOWN;
        }
        return state(replies.get(1)) ? Usage.WAITING : Usage.UNUSED;
    }

    /**
     * Reads the latest block and then whether the authorization is used: if it is unused
     * then, it was unused at that block.
     */
    Standing standing(EvmAddress token, TransferAuthorization authorization) throws IOException {
        List<Response<?>> replies = batch(latest(), call(token, TokenCalls.authorizationState(authorization)));
        return new Standing(RpcReplies.head(replies.get(0)), state(replies.get(1)));
    }

    private static boolean state(Response<?> reply) throws IOException {
        Boolean state = RpcReplies.truth(reply);
        if (state == null) {
            throw new IOException("The token returns no state of an authorization");
        }
        return state;
    }

    /**
     * Finds the transaction in which the authorization was used or canceled.
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
     * Reads everything that settlements in flight wait for. The head is read first, so
     * that a missing receipt was missing at that head.
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
        List<Response<?>> replies = batch(requests);
        Head head = RpcReplies.head(replies.get(0));
        BigInteger tip = (head.baseFee() != null) ? tip(replies.get(1)) : gasPrice();
        EthBlock.Block block = replies.get(2).hasError() ? null : (EthBlock.Block) replies.get(2).getResult();
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < relayers.size(); i++) {
            int at = 3 + 3 * i;
            accounts
                .add(new Account(((EthGetTransactionCount) RpcReplies.checked(replies.get(at))).getTransactionCount(),
                        ((EthGetTransactionCount) RpcReplies.checked(replies.get(at + 1))).getTransactionCount(),
                        ((EthGetBalance) RpcReplies.checked(replies.get(at + 2))).getBalance()));
        }
        List<@Nullable TransactionReceipt> receipts = new ArrayList<>();
        for (Response<?> reply : replies.subList(3 + 3 * relayers.size(), replies.size())) {
            receipts.add((TransactionReceipt) RpcReplies.checked(reply).getResult());
        }
        return new Snapshot(head, tip, (block != null) ? block.getHash() : null, accounts, receipts);
    }

    private static @Nullable BigInteger tip(Response<?> reply) {
        return reply.hasError() ? null : ((EthMaxPriorityFeePerGas) reply).getMaxPriorityFeePerGas();
    }

    private @Nullable BigInteger gasPrice() throws IOException {
        EthGasPrice reply = send(new Request<>("eth_gasPrice", List.of(), this.rpc, EthGasPrice.class));
        return reply.hasError() ? null : reply.getGasPrice();
    }

    /**
     * Reads receipts; {@code null} where there is none.
     */
    List<@Nullable TransactionReceipt> receipts(List<String> transactions) throws IOException {
        List<Request<?, ? extends Response<?>>> requests = new ArrayList<>();
        transactions.forEach((hash) -> requests.add(receipt(hash)));
        List<@Nullable TransactionReceipt> receipts = new ArrayList<>();
        for (Response<?> reply : batch(requests)) {
            receipts.add((TransactionReceipt) RpcReplies.checked(reply).getResult());
        }
        return receipts;
    }

    /**
     * Reads whether a use in a block still exists: the hash of the present block at that
     * height, and whether the authorization is used, all from one node.
     */
    Trace trace(EvmAddress token, TransferAuthorization authorization, BigInteger block) throws IOException {
        List<Response<?>> replies = batch(latest(), block(block),
                call(token, TokenCalls.authorizationState(authorization)));
        EthBlock.Block found = replies.get(1).hasError() ? null : (EthBlock.Block) replies.get(1).getResult();
        return new Trace(RpcReplies.head(replies.get(0)), (found != null) ? found.getHash() : null,
                state(replies.get(2)));
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
     * Makes the next node the first one to call from now on.
     */
    void turn() {
        this.rpc.turn();
    }

    BigInteger pendingCount(EvmAddress relayer) throws IOException {
        return ((EthGetTransactionCount) RpcReplies.checked(batch(count(relayer, "pending")).get(0)))
            .getTransactionCount();
    }

    /**
     * Reads from every node the number of a relayer's transactions in blocks. Nodes that
     * do not reply are left out.
     */
    List<Count> counts(EvmAddress relayer) throws IOException {
        List<Count> counts = new ArrayList<>();
        for (Map.Entry<Integer, List<Response<?>>> each : this.rpc.askEach(List.of(latest(), count(relayer, "latest")))
            .entrySet()) {
            List<Response<?>> replies = each.getValue();
            if (!replies.get(0).hasError() && !replies.get(1).hasError()) {
                counts.add(new Count(each.getKey(), RpcReplies.head(replies.get(0)).number(),
                        ((EthGetTransactionCount) replies.get(1)).getTransactionCount()));
            }
        }
        return counts;
    }

    /**
     * Estimates the gas of an empty transfer from a relayer to itself.
     */
    BigInteger gasOfEmptyTransfer(EvmAddress relayer) throws IOException {
        BigInteger gas = RpcReplies
            .checked(send(new Request<>("eth_estimateGas",
                    List.of(Map.of("from", relayer.value(), "to", relayer.value())), this.rpc, EthEstimateGas.class)))
            .getAmountUsed();
        return gas.add(gas.shiftRight(2));
    }

    /**
     * Sends a signed transaction to the node.
     */
    SendReply send(String signed) throws IOException {
        EthSendTransaction reply = send(
                new Request<>("eth_sendRawTransaction", List.of(signed), this.rpc, EthSendTransaction.class));
        return new SendReply(reply.hasError() ? SendResult.of(reply.getError()) : SendResult.ACCEPTED,
                RpcReplies.refusal(reply));
    }

    PoolState connections() {
        return this.rpc.connections();
    }

    @Override
    public void close() {
        this.rpc.close();
    }

    /**
     * Returns the gas limit of a transaction; {@code null} if the simulation failed.
     */
    private @Nullable BigInteger gas(Response<?> reply) {
        if (reply.hasError()) {
            return null;
        }
        if (!(reply instanceof EthEstimateGas estimate)) {
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
     * State of the chain that decides about a transfer that was not sent yet.
     *
     * @param tokenDeployed whether the token's address holds a contract
     * @param payerDeployed whether the payer's address holds code
     * @param used whether the nonce is used or canceled; {@code null} if the token does
     * not return it
     * @param balance the payer's balance; {@code null} if the token does not return it
     * @param signatureAccepted whether the payer's contract accepts the signature
     * @param gas the gas limit of the transfer; {@code null} if the simulation failed
     * @param doubtful whether the simulation failed with an error that is no known revert
     * @param refusal the node's text if the simulation failed; otherwise empty
     */
    record Inspection(boolean tokenDeployed, boolean payerDeployed, @Nullable Boolean used,
            @Nullable BigInteger balance, boolean signatureAccepted, @Nullable BigInteger gas, boolean doubtful,
            String refusal) {
    }

    /**
     * Reply of a node to a transaction that was sent to it.
     *
     * @param result the meaning of the reply
     * @param refusal the node's text; empty if the node accepted the transaction
     */
    record SendReply(SendResult result, String refusal) {
    }

    /**
     * Transaction that ended an authorization.
     *
     * @param receipt the transaction that used it; {@code null} if it was canceled
     */
    record Use(@Nullable TransactionReceipt receipt) {
    }

    /**
     * State of an authorization, transactions included that wait for a block.
     */
    enum Usage {

        /** A transaction in a block used or canceled the authorization. */
        USED,

        /** A waiting transaction uses or cancels the authorization. */
        WAITING,

        /** No block has used the authorization, and the node has no pending state. */
        UNKNOWN,

        /** No transaction that the node knows uses the authorization. */
        UNUSED

    }

    /**
     * State of an authorization as of a block: whether it was used or canceled.
     */
    record Standing(Head head, boolean used) {
    }

    /**
     * State of the chain at the height at which an authorization was used.
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
     * @param baseFee the lowest price of a unit of gas there, in wei; {@code null} on a
     * chain without a base fee
     */
    record Head(BigInteger number, String hash, Instant time, @Nullable BigInteger baseFee) {

        /**
         * Checks whether a receipt has a number of confirmations, its own block included.
         */
        boolean confirms(TransactionReceipt receipt, int blocks) {
            return this.number.subtract(receipt.getBlockNumber())
                .add(BigInteger.ONE)
                .compareTo(BigInteger.valueOf(blocks)) >= 0;
        }

        /** Checks whether a second since the epoch has come. */
        boolean isAt(BigInteger second) {
            return BigInteger.valueOf(this.time.getEpochSecond()).compareTo(second) >= 0;
        }
    }

    /**
     * State of a relayer on the chain.
     *
     * @param mined the number of its transactions in blocks
     * @param pending the same number, waiting transactions included
     * @param balance the balance for gas, in wei
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
     * State of the chain that one look returned.
     *
     * @param head the latest block
     * @param tip the node's suggestion for the block's producer, which is the whole price
     * on a chain without a base fee; {@code null} if it has none
     * @param knownHash the present hash of the requested block
     * @param accounts the relayers, in the order of the request
     * @param receipts receipts in the order of the request; {@code null} where there is
     * none
     */
    record Snapshot(Head head, @Nullable BigInteger tip, @Nullable String knownHash, List<Account> accounts,
            List<@Nullable TransactionReceipt> receipts) {
    }

}
