package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.BatchResponse;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.EthGetBalance;
import org.web3j.protocol.core.methods.response.EthGetTransactionCount;
import org.web3j.protocol.core.methods.response.EthGetTransactionReceipt;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.EthMaxPriorityFeePerGas;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

import io.github.x402spring.scheme.exact.evm.EvmAddress;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Chain with a token and nodes that lie now and then, each by the faults that real ones
 * have. One thread, no time of its own: what happens follows from the seed alone.
 */
final class LyingChain {

    private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);

    private static final int MAX_PER_BLOCK = 4;

    private final RpcService rpc;

    private final int nodes;

    private final Random random;

    private final Set<Fault> faults;

    private final int oneIn;

    private final Map<String, PresentedTransfer> byCall = new HashMap<>();

    private final Map<String, PresentedTransfer> byState = new HashMap<>();

    private final Map<String, NavigableMap<BigInteger, Waiting>> pools = new LinkedHashMap<>();

    private final Map<String, BigInteger> mined = new HashMap<>();

    private final Map<String, TransactionReceipt> receipts = new HashMap<>();

    private final Map<PresentedTransfer, TransactionReceipt> uses = new LinkedHashMap<>();

    private final List<EthBlock.Block> blocks = new ArrayList<>();

    private boolean reformed;

    /** Replies for which a node keeps to a count that is too high, as a cache does. */
    private int kept;

    private BigInteger keptCount = BigInteger.ZERO;

    private int lies;

    private int moved;

    private int reverted;

    private int moveless;

    LyingChain(int nodes, Random random, Set<Fault> faults, int oneIn, Instant now) {
        this.nodes = nodes;
        this.random = random;
        this.faults = faults;
        this.oneIn = oneIn;
        this.rpc = mock(RpcService.class, Mockito.withSettings().stubOnly());
        mine(now);
        try {
            given(this.rpc.nodes()).willReturn(nodes);
            given(this.rpc.sendBatch(any())).willAnswer((call) -> {
                List<Request<?, ? extends Response<?>>> requests = call.<BatchRequest>getArgument(0).getRequests();
                return new BatchResponse(requests, answer(requests));
            });
            given(this.rpc.send(any(), any())).willAnswer((call) -> answer(call.<Request<?, ?>>getArgument(0)));
            given(this.rpc.askEach(any())).willAnswer((call) -> {
                Map<Integer, List<Response<?>>> replies = new TreeMap<>();
                for (int i = 0; i < this.nodes; i++) {
                    replies.put(i, answer(call.<List<Request<?, ? extends Response<?>>>>getArgument(0)));
                }
                return replies;
            });
        }
        catch (java.io.IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    RpcService rpc() {
        return this.rpc;
    }

    void know(PresentedTransfer transfer) {
        this.byCall.put(transfer.call(true).data(), transfer);
        this.byState.put(TokenCalls.authorizationState(transfer.authorization()), transfer);
    }

    boolean used(PresentedTransfer transfer) {
        return this.uses.containsKey(transfer);
    }

    @Nullable String transactionOf(PresentedTransfer transfer) {
        TransactionReceipt receipt = this.uses.get(transfer);
        return (receipt != null) ? receipt.getTransactionHash() : null;
    }

    /** Counts what moved money, what failed, and what moves nothing. */
    int moved() {
        return this.moved;
    }

    int reverted() {
        return this.reverted;
    }

    int moveless() {
        return this.moveless;
    }

    int lies() {
        return this.lies;
    }

    int waiting() {
        return this.pools.values().stream().mapToInt(Map::size).sum();
    }

    /** From now on nodes tell the truth. */
    void reform() {
        this.reformed = true;
    }

    boolean lie(Fault fault) {
        boolean lie = !this.reformed && this.faults.contains(fault) && this.random.nextInt(this.oneIn) == 0;
        this.lies += lie ? 1 : 0;
        return lie;
    }

    /** Somebody else who has the key takes the lowest number that waits. */
    void replaceBy(Credentials key) {
        NavigableMap<BigInteger, Waiting> pool = pool(key.getAddress());
        if (!pool.isEmpty() && lie(Fault.REPLACED)) {
            RawTransaction foreign = RawTransaction.createTransaction(84532, pool.firstKey(),
                    BigInteger.valueOf(21_000), key.getAddress(), BigInteger.ZERO, "0x", GWEI.multiply(BigInteger.TEN),
                    GWEI.multiply(BigInteger.TEN));
            String signed = Numeric.toHexString(TransactionEncoder.signMessage(foreign, key));
            pool.put(pool.firstKey(), waiting(signed));
        }
    }

    void mine(Instant time) {
        BigInteger number = BigInteger.valueOf(this.blocks.size() + 1);
        EthBlock.Block block = new EthBlock.Block();
        block.setNumber(Numeric.encodeQuantity(number));
        block.setHash(Hash.sha3(Numeric.toHexStringWithPrefixZeroPadded(number, 64)));
        block.setTimestamp(Numeric.encodeQuantity(BigInteger.valueOf(time.getEpochSecond())));
        block.setBaseFeePerGas(Numeric.encodeQuantity(GWEI));
        this.blocks.add(block);
        this.pools.forEach((sender, pool) -> {
            if (!pool.isEmpty() && lie(Fault.LOST)) {
                List<BigInteger> numbers = List.copyOf(pool.keySet());
                pool.remove(numbers.get(this.random.nextInt(numbers.size())));
            }
            for (int i = 0; i < MAX_PER_BLOCK; i++) {
                Waiting next = pool.remove(count(sender));
                if (next == null) {
                    return;
                }
                this.mined.put(sender, count(sender).add(BigInteger.ONE));
                carryOut(sender, next, block);
            }
        });
    }

    private void carryOut(String sender, Waiting transaction, EthBlock.Block block) {
        PresentedTransfer transfer = this.byCall.get(transaction.data());
        boolean pays = transfer != null && !this.uses.containsKey(transfer);
        TransactionReceipt receipt = new TransactionReceipt();
        receipt.setTransactionHash(transaction.hash());
        receipt.setBlockHash(block.getHash());
        receipt.setBlockNumber(block.getNumberRaw());
        receipt.setFrom(sender);
        receipt.setStatus((pays || transfer == null) ? "0x1" : "0x0");
        receipt.setLogs(List.of());
        if (pays) {
            receipt
                .setLogs(List.of(Receipts.use(transfer.authorization()), Receipts.transfer(transfer.authorization())));
            this.uses.put(transfer, receipt);
        }
        this.moved += pays ? 1 : 0;
        this.reverted += (transfer != null && !pays) ? 1 : 0;
        this.moveless += (transfer == null) ? 1 : 0;
        this.receipts.put(transaction.hash(), receipt);
    }

    private List<Response<?>> answer(List<Request<?, ? extends Response<?>>> requests) {
        List<Response<?>> responses = new ArrayList<>();
        requests.forEach((request) -> responses.add(answer(request)));
        return responses;
    }

    private Response<?> answer(Request<?, ?> request) {
        List<?> params = request.getParams();
        return switch (request.getMethod()) {
            case "eth_getBlockByNumber" -> {
                boolean latest = "latest".equals(params.get(0));
                int number = latest ? this.blocks.size() : TokenCalls.number((String) params.get(0)).intValue();
                yield result(new EthBlock(),
                        (number > 0 && number <= this.blocks.size()) ? this.blocks.get(number - 1) : null);
            }
            case "eth_maxPriorityFeePerGas" -> result(new EthMaxPriorityFeePerGas(), Numeric.encodeQuantity(GWEI));
            case "eth_getBalance" -> result(new EthGetBalance(), "0xde0b6b3a7640000");
            case "eth_estimateGas" -> result(new EthEstimateGas(), "0x5208");
            case "eth_getTransactionCount" -> result(new EthGetTransactionCount(),
                    Numeric.encodeQuantity(counted((String) params.get(0), "pending".equals(params.get(1)))));
            case "eth_getTransactionReceipt" ->
                result(new EthGetTransactionReceipt(), this.receipts.get((String) params.get(0)));
            case "eth_call" -> {
                PresentedTransfer transfer = this.byState.get((String) ((Map<?, ?>) params.get(0)).get("data"));
                yield result(new EthCall(), "0x" + "0".repeat(63) + (used(transfer) ? "1" : "0"));
            }
            case "eth_getLogs" -> logs((Map<?, ?>) params.get(0));
            case "eth_sendRawTransaction" -> send((String) params.get(0));
            default -> throw new IllegalArgumentException(request.getMethod());
        };
    }

    private Response<?> logs(Map<?, ?> filter) {
        String nonce = (String) ((List<?>) filter.get("topics")).get(2);
        List<EthLog.LogResult<?>> found = new ArrayList<>();
        this.uses.forEach((transfer, receipt) -> {
            if (transfer.authorization().nonce().equals(nonce)) {
                EthLog.LogObject log = new EthLog.LogObject();
                log.setTopics(Receipts.use(transfer.authorization()).getTopics());
                log.setTransactionHash(receipt.getTransactionHash());
                found.add(log);
            }
        });
        EthLog response = new EthLog();
        response.setResult(found);
        return response;
    }

    private BigInteger counted(String address, boolean pending) {
        BigInteger count = count(address);
        while (pending && pool(address).containsKey(count)) {
            count = count.add(BigInteger.ONE);
        }
        if (this.kept > 0 && !this.reformed) {
            this.kept--;
            return this.keptCount;
        }
        if (lie(Fault.COUNT_TOO_HIGH)) {
            this.kept = this.random.nextInt(8);
            this.keptCount = count.add(BigInteger.valueOf(1 + this.random.nextInt(this.random.nextBoolean() ? 3 : 40)));
            return this.keptCount;
        }
        if (lie(Fault.COUNT_TOO_LOW)) {
            return count.subtract(BigInteger.valueOf(1 + this.random.nextInt(5))).max(BigInteger.ZERO);
        }
        return count;
    }

    private Response<?> send(String signed) {
        Waiting transaction = waiting(signed);
        if (lie(Fault.FALSE_NONCE_TOO_LOW)) {
            if (this.random.nextBoolean()) {
                take(transaction);
            }
            return error("nonce too low: next nonce 7, tx nonce 6");
        }
        if (lie(Fault.FALSE_ALREADY_KNOWN)) {
            return error("already known");
        }
        if (lie(Fault.FALSE_REPLACEMENT)) {
            return error("replacement transaction underpriced");
        }
        if (lie(Fault.LOST)) {
            return result(new EthSendTransaction(), transaction.hash());
        }
        String error = take(transaction);
        return (error != null) ? error(error) : result(new EthSendTransaction(), transaction.hash());
    }

    private @Nullable String take(Waiting transaction) {
        NavigableMap<BigInteger, Waiting> pool = pool(transaction.sender());
        BigInteger nonce = transaction.nonce();
        Waiting before = pool.get(nonce);
        if (before != null && before.hash().equals(transaction.hash())) {
            return "already known";
        }
        if (nonce.compareTo(count(transaction.sender())) < 0) {
            return "nonce too low";
        }
        if (nonce.subtract(count(transaction.sender())).intValue() > 64) {
            return "nonce too high";
        }
        if (before != null && before.maxFee()
            .multiply(BigInteger.valueOf(11))
            .compareTo(transaction.maxFee().multiply(BigInteger.TEN)) > 0) {
            return "replacement transaction underpriced";
        }
        pool.put(nonce, transaction);
        return null;
    }

    private BigInteger count(String address) {
        return this.mined.getOrDefault(address.toLowerCase(java.util.Locale.ROOT), BigInteger.ZERO);
    }

    private NavigableMap<BigInteger, Waiting> pool(String address) {
        return this.pools.computeIfAbsent(address.toLowerCase(java.util.Locale.ROOT), (sender) -> new TreeMap<>());
    }

    private static Waiting waiting(String signed) {
        SignedRawTransaction transaction = (SignedRawTransaction) TransactionDecoder.decode(signed);
        try {
            return new Waiting(EvmAddress.parse(transaction.getFrom()).value(), transaction.getNonce(),
                    Hash.sha3(signed), Numeric.prependHexPrefix(transaction.getData()),
                    ((org.web3j.crypto.transaction.type.Transaction1559) transaction.getTransaction())
                        .getMaxFeePerGas());
        }
        catch (java.security.SignatureException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

    private static <T> Response<T> result(Response<T> response, @Nullable T result) {
        response.setResult(result);
        return response;
    }

    private static Response<?> error(String message) {
        EthSendTransaction response = new EthSendTransaction();
        response.setError(new Response.Error(-32000, message));
        return response;
    }

    /** Ways in which nodes are known to be wrong. */
    enum Fault {

        COUNT_TOO_HIGH, COUNT_TOO_LOW, FALSE_NONCE_TOO_LOW, FALSE_ALREADY_KNOWN, FALSE_REPLACEMENT, LOST, REPLACED,
        RESTART

    }

    private record Waiting(String sender, BigInteger nonce, String hash, String data, BigInteger maxFee) {
    }

}
