package io.github.x402spring.testchain;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Eventually;
import io.github.x402spring.FreePorts;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TestWallet;

/**
 * Is an EVM chain on this machine, with a token that pays by EIP-3009 (EIP-712 domain
 * {@code USDC}, version {@code 2}, 6 decimals). Ends with {@link #close()} or the JVM.
 */
public final class DevelopmentChain implements AutoCloseable {

    /** Chain id of Base Sepolia, for which there is an alias. */
    public static final long CHAIN_ID = 84532;

    private static final String TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

    private static final String DOMAIN_SEPARATOR = "0x3644e515";

    private static final String MULTICALL = "0xca11bde05977b3631167028862be2a173976ca11";

    /** Name, version and symbol come first in the token's storage. */
    private static final int TEXTS_OF_TOKEN = 3;

    private static final List<String> KEYS = List.of("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
            "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
            "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
            "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
            "47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a");

    private final JsonNode contracts;

    private final int port;

    private final long chainId;

    private final JsonRpc rpc;

    private AnvilProcess anvil;

    private final List<String> options;

    private EvmAddress token;

    private DevelopmentChain(int port, long chainId, List<String> options) {
        this.port = port;
        this.chainId = chainId;
        this.options = options;
        this.rpc = new JsonRpc(rpcUrl());
        try (InputStream compiled = DevelopmentChain.class.getResourceAsStream("/testchain/contracts.json")) {
            this.contracts = JsonMapper.shared().readTree(compiled).path("contracts");
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Starts a chain with the id of Base Sepolia.
     * @return the chain
     */
    public static DevelopmentChain start() {
        return start(CHAIN_ID);
    }

    /**
     * Starts a chain.
     * @param chainId its id
     * @return the chain
     */
    public static DevelopmentChain start(long chainId) {
        return start(chainId, List.of());
    }

    /**
     * Starts a chain as they were before EIP-1559: without a base fee, and with legacy
     * transactions only.
     * @return the chain
     */
    public static DevelopmentChain startWithoutBaseFee() {
        return start(CHAIN_ID, List.of("--hardfork", "berlin"));
    }

    private static DevelopmentChain start(long chainId, List<String> options) {
        DevelopmentChain chain = new DevelopmentChain(FreePorts.next(), chainId, options);
        chain.startAnvil(null);
        chain.rpc.call("anvil_setCode", MULTICALL, chain.code("Batch"));
        chain.token = chain.deployToken("USDC", "2");
        return chain;
    }

    public URI rpcUrl() {
        return URI.create("http://127.0.0.1:" + this.port);
    }

    public long chainId() {
        return this.chainId;
    }

    public EvmAddress token() {
        return this.token;
    }

    /**
     * Returns one of the accounts that have gas from the start.
     * @param index 0 to 4
     * @return the account
     */
    public Credentials account(int index) {
        return Credentials.create(KEYS.get(index));
    }

    /**
     * Puts the token at an address of one's choice, such as that of USDC on the real
     * chain, and forgets the one before.
     * @param address the address
     */
    public void installToken(EvmAddress address) {
        setCode(address, this.rpc.call("eth_getCode", this.token.value(), "latest").asString());
        for (int slot = 0; slot < TEXTS_OF_TOKEN; slot++) {
            String index = "0x" + slot;
            String value = this.rpc.call("eth_getStorageAt", this.token.value(), index, "latest").asString();
            this.rpc.call("anvil_setStorageAt", address.value(), "0x" + "0".repeat(63) + slot, value);
        }
        this.token = address;
    }

    public EvmAddress deployToken(String name, String version) {
        return deploy("TestToken", new Utf8String(name), new Utf8String(version));
    }

    @SuppressWarnings("rawtypes")
    public EvmAddress deploy(String contract, Type... arguments) {
        String bytecode = this.contracts.path(contract).path("bytecode").asString();
        String constructor = FunctionEncoder.encodeConstructor(List.of(arguments));
        JsonNode receipt = mined(sendUnsigned(Map.of("from", sender(), "data", bytecode + constructor)));
        return new EvmAddress(receipt.path("contractAddress").asString().toLowerCase(Locale.ROOT));
    }

    /**
     * Returns a contract's code as it is on the chain.
     * @param contract the contract's name
     * @return the code in hex
     */
    public String code(String contract) {
        return this.contracts.path(contract).path("deployedBytecode").asString();
    }

    public void setCode(EvmAddress address, String code) {
        this.rpc.call("anvil_setCode", address.value(), code);
    }

    public void mint(EvmAddress to, BigInteger amount) {
        invoke(this.token, "mint", new Address(to.value()), new Uint256(amount));
    }

    /**
     * Cancels an authorization that the wallet has signed or might sign.
     */
    public void cancel(TestWallet wallet, String nonce) {
        byte[] type = Hash
            .sha3("CancelAuthorization(address authorizer,bytes32 nonce)".getBytes(StandardCharsets.US_ASCII));
        byte[] payer = Numeric.toBytesPadded(Numeric.toBigInt(wallet.address()), 32);
        byte[] struct = Hash.sha3(concat(type, payer, Numeric.hexStringToByteArray(nonce)));
        byte[] separator = Numeric.hexStringToByteArray(call(this.token, DOMAIN_SEPARATOR));
        byte[] signature = wallet.sign(Hash.sha3(concat(new byte[] { 0x19, 0x01 }, separator, struct)));
        invoke(this.token, "cancelAuthorization", new Address(wallet.address()),
                new Bytes32(Numeric.hexStringToByteArray(nonce)), new Uint8(signature[64]),
                new Bytes32(Arrays.copyOfRange(signature, 0, 32)), new Bytes32(Arrays.copyOfRange(signature, 32, 64)));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    public void setBlacklisted(EvmAddress account, boolean listed) {
        invoke(this.token, "setBlacklisted", new Address(account.value()), new Bool(listed));
    }

    /**
     * Calls a contract in a transaction and waits for its block.
     * @param contract the contract
     * @param function the function
     * @param arguments its arguments
     * @return the receipt
     */
    @SuppressWarnings("rawtypes")
    public JsonNode invoke(EvmAddress contract, String function, Type... arguments) {
        return send(contract, FunctionEncoder.encode(new Function(function, List.of(arguments), List.of())));
    }

    /**
     * Sends a transaction from an account that is no relayer and waits for its block.
     * @param to the contract
     * @param data what it is called with
     * @return the receipt
     */
    public JsonNode send(EvmAddress to, String data) {
        return mined(submit(to, data));
    }

    /**
     * Sends a transaction without waiting.
     * @param to the contract
     * @param data what it is called with
     * @return the transaction's hash
     */
    public JsonNode submit(EvmAddress to, String data) {
        return sendUnsigned(Map.of("from", sender(), "to", to.value(), "data", data, "gas", "0x7a120"));
    }

    private JsonNode sendUnsigned(Map<String, String> transaction) {
        Map<String, String> priced = new LinkedHashMap<>(transaction);
        if (!this.options.isEmpty()) {
            priced.put("gasPrice", "0x77359400");
        }
        return this.rpc.call("eth_sendTransaction", priced);
    }

    public BigInteger balanceOf(EvmAddress owner) {
        return balanceOf(this.token, owner);
    }

    public BigInteger balanceOf(EvmAddress token, EvmAddress owner) {
        return number(call(token,
                FunctionEncoder.encode(new Function("balanceOf", List.of(new Address(owner.value())), List.of()))));
    }

    public String call(EvmAddress to, String data) {
        return this.rpc.call("eth_call", Map.of("to", to.value(), "data", data), "latest").asString();
    }

    /**
     * Lists what the token has moved, minting aside.
     * @return the transfers in their order
     */
    public List<Transfer> transfers() {
        List<Transfer> transfers = new ArrayList<>();
        this.rpc
            .call("eth_getLogs",
                    Map.of("fromBlock", "earliest", "address", this.token.value(), "topics", List.of(TRANSFER)))
            .forEach((log) -> transfers
                .add(new Transfer(log.path("transactionHash").asString(), address(log.path("topics").path(1)),
                        address(log.path("topics").path(2)), number(log.path("data").asString()))));
        transfers.removeIf((transfer) -> new BigInteger(transfer.from().value().substring(2), 16).signum() == 0);
        return transfers;
    }

    public BigInteger gasOf(EvmAddress account) {
        return number(this.rpc.call("eth_getBalance", account.value(), "latest").asString());
    }

    public void setGas(EvmAddress account, BigInteger wei) {
        this.rpc.call("anvil_setBalance", account.value(), "0x" + wei.toString(16));
    }

    public BigInteger blockNumber() {
        return number(this.rpc.call("eth_blockNumber").asString());
    }

    public Instant time() {
        return Instant
            .ofEpochSecond(number(this.rpc.call("eth_getBlockByNumber", "latest", false).path("timestamp").asString())
                .longValueExact());
    }

    public void pauseMining() {
        this.rpc.call("evm_setAutomine", false);
    }

    public void resumeMining() {
        this.rpc.call("evm_setAutomine", true);
        mine(1);
    }

    public void mine(int blocks) {
        this.rpc.call("anvil_mine", "0x" + Integer.toHexString(blocks));
    }

    public void increaseTime(Duration time) {
        this.rpc.call("evm_increaseTime", time.toSeconds());
        mine(1);
    }

    public void setBaseFee(BigInteger wei) {
        this.rpc.call("anvil_setNextBlockBaseFeePerGas", "0x" + wei.toString(16));
        mine(1);
    }

    /**
     * Takes back the latest blocks and makes as many empty ones.
     * @param depth how many
     */
    public void reorganise(int depth) {
        this.rpc.call("anvil_reorg", depth, List.of());
    }

    public String snapshot() {
        return this.rpc.call("evm_snapshot").asString();
    }

    public void revert(String snapshot) {
        this.rpc.call("evm_revert", snapshot);
    }

    /**
     * Lists the hashes of transactions that wait for a block.
     * @return the hashes
     */
    public List<String> waiting() {
        List<String> hashes = new ArrayList<>();
        JsonNode pool = this.rpc.call("txpool_content");
        pool.path("pending").forEach((sender) -> sender.forEach((each) -> hashes.add(each.path("hash").asString())));
        pool.path("queued").forEach((sender) -> sender.forEach((each) -> hashes.add(each.path("hash").asString())));
        return hashes;
    }

    public void drop(String transaction) {
        this.rpc.call("anvil_dropTransaction", transaction);
    }

    /**
     * Calls any method of the node.
     * @param method the method
     * @param params its parameters
     * @return its result
     */
    public JsonNode rpc(String method, Object... params) {
        return this.rpc.call(method, params);
    }

    /**
     * Kills the node without warning; what waits for a block is lost.
     * @return the state of the chain, for {@link #restart(String)}
     */
    public String kill() {
        pauseMining();
        String state;
        BigInteger block;
        // A block that was begun may still come, and would be missing after the restart.
        do {
            block = blockNumber();
            state = this.rpc.call("anvil_dumpState", true).asString();
        }
        while (!block.equals(blockNumber()));
        this.anvil.kill();
        return state;
    }

    /**
     * Starts the node again, at the same address. It knows the chain before it answers
     * anybody, as real nodes do.
     * @param state the chain as it was
     */
    public void restart(String state) {
        try {
            Path file = Files.createTempFile("x402-chain", ".json");
            try (InputStream json = new GZIPInputStream(
                    new ByteArrayInputStream(HexFormat.of().parseHex(state, 2, state.length())))) {
                Files.copy(json, file, StandardCopyOption.REPLACE_EXISTING);
                startAnvil(file);
            }
            finally {
                Files.delete(file);
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close() {
        this.anvil.kill();
        this.rpc.close();
    }

    private void startAnvil(@Nullable Path state) {
        this.anvil = AnvilProcess.start(
                AnvilProcess.find().orElseThrow(() -> new DevelopmentChainException("There is no anvil")), this.port,
                this.chainId, state, this.options);
        Eventually.await("the chain gets there", () -> {
            if (!this.anvil.isAlive()) {
                throw new DevelopmentChainException("anvil does not start");
            }
            try {
                return !this.rpc.call("eth_chainId").asString().isEmpty();
            }
            catch (DevelopmentChainException ex) {
                return false;
            }
        });
    }

    private JsonNode mined(JsonNode transaction) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        Eventually.await("the chain gets there", () -> {
            JsonNode receipt = this.rpc.call("eth_getTransactionReceipt", transaction.asString());
            found.put("receipt", receipt);
            return receipt.isObject();
        });
        return found.get("receipt");
    }

    /** The last of anvil's accounts; the first ones are left to relayers. */
    private String sender() {
        return account(KEYS.size() - 1).getAddress();
    }

    private static EvmAddress address(JsonNode topic) {
        return new EvmAddress("0x" + topic.asString().substring(26).toLowerCase(Locale.ROOT));
    }

    private static BigInteger number(String hex) {
        return (hex.length() > 2) ? new BigInteger(hex.substring(2), 16) : BigInteger.ZERO;
    }

    /**
     * Is a movement of the token.
     *
     * @param transaction the transaction's hash
     * @param from who had it
     * @param to who has it
     * @param value how much, in atomic units
     */
    public record Transfer(String transaction, EvmAddress from, EvmAddress to, BigInteger value) {
    }

}
