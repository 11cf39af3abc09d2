package io.github.x402spring.test.chain;

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
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.client.PaymentSigner;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;

/**
 * EVM chain on this machine: anvil, with a token that pays by EIP-3009. The token has the
 * address and the EIP-712 domain of the network's default token, so that an application
 * needs no other settings than on the real network. Anyone may mint it. The node ends
 * with {@link #close()} or with the JVM. Thread-safe, except for {@link #kill()} and
 * {@link #restart(String)}.
 * <p>
 * Amounts are in atomic units: a dollar is a million of them.
 *
 * @since 0.1.0
 * @see LocalChain
 */
public final class LocalNode implements AutoCloseable {

    /** Longer than a slow machine stands still. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    private static final String TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

    private static final EvmAddress MULTICALL = EvmAddress.parse("0xca11bde05977b3631167028862be2a173976ca11");

    /** Name, version and symbol come first in the token's storage. */
    private static final int TEXTS_OF_TOKEN = 3;

    /** The keys that anvil gives gas. */
    private static final List<String> KEYS = List.of("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
            "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
            "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
            "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
            "47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a");

    private static final Map<String, JsonNode> CONTRACTS = contracts();

    private final Network network;

    private final List<String> options;

    private final JsonRpc rpc;

    private final int port;

    private final Asset asset;

    private volatile AnvilProcess anvil;

    private LocalNode(Network network, List<String> options) {
        this.network = network;
        this.options = options;
        this.anvil = AnvilProcess.start(anvil(), network.chainId().toString(), options);
        this.port = this.anvil.port();
        this.rpc = new JsonRpc(rpcUrl());
        setCode(MULTICALL, code("Batch"));
        this.asset = deployAsset();
    }

    private static Map<String, JsonNode> contracts() {
        try (InputStream compiled = LocalNode.class.getResourceAsStream("contracts.json")) {
            Map<String, JsonNode> contracts = new LinkedHashMap<>();
            JsonMapper.shared()
                .readTree(compiled)
                .path("contracts")
                .forEachEntry((name, contract) -> contracts.put(name, contract));
            return contracts;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Starts a node with the chain id of Base Sepolia.
     * @return the node
     * @throws LocalNodeException if there is no anvil, or if it does not start
     */
    public static LocalNode start() {
        return start("base-sepolia");
    }

    /**
     * Starts a node with the chain id of a network.
     * @param network an alias or a CAIP-2 name, of an EVM chain
     * @param options further options of anvil
     * @return the node
     * @throws LocalNodeException if there is no anvil, or if it does not start
     */
    public static LocalNode start(String network, String... options) {
        Network parsed = Network.parse(network);
        if (!parsed.isEvm()) {
            throw new IllegalArgumentException("'network' must be an EVM chain");
        }
        return new LocalNode(parsed, List.of(options));
    }

    /**
     * Returns the address of the node's JSON-RPC.
     * @return the address
     */
    public URI rpcUrl() {
        return URI.create("http://127.0.0.1:" + this.port);
    }

    /**
     * Returns the network that the node plays.
     * @return the network
     */
    public Network network() {
        return this.network;
    }

    /**
     * Returns the token.
     * @return the token
     */
    public Asset asset() {
        return this.asset;
    }

    /**
     * Returns the address of the token.
     * @return the address
     */
    public EvmAddress token() {
        return EvmAddress.parse(this.asset.address());
    }

    /**
     * Returns the settings of an application that sells on this chain and settles by
     * itself.
     * @return the properties
     */
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("x402.network", this.network.toString());
        properties.put("x402.asset", this.asset.symbol());
        properties.put("x402.facilitator.type", "local");
        properties.put("x402.evm.rpc-urls", rpcUrl().toString());
        properties.put("x402.evm.relayer-keys", privateKey(0));
        properties.put("x402.evm.poll-interval", "25ms");
        if (presetOf(this.network) == null) {
            String prefix = "x402.assets." + this.asset.symbol() + ".";
            properties.put(prefix + "network", this.network.toString());
            properties.put(prefix + "address", this.asset.address());
            properties.put(prefix + "name", this.asset.name());
            properties.put(prefix + "version", this.asset.version());
            properties.put(prefix + "decimals", Integer.toString(this.asset.decimals()));
        }
        return properties;
    }

    /**
     * Returns one of the accounts that have gas from the start. The first is the relayer
     * of {@link #properties()}; the last one deploys and mints.
     * @param index 0 to 4
     * @return the account
     */
    public TestWallet account(int index) {
        return TestWallet.ofPrivateKey(KEYS.get(index));
    }

    /**
     * Returns the private key of one of the accounts that have gas from the start.
     * @param index 0 to 4
     * @return the key, {@code 0x} and 64 hex digits; known to everyone
     */
    public String privateKey(int index) {
        return "0x" + KEYS.get(index);
    }

    /**
     * Gives a wallet tokens.
     * @param wallet the wallet
     * @param amount the amount, such as {@code "$10"}
     */
    public void fund(PaymentSigner wallet, String amount) {
        mint(EvmAddress.parse(wallet.address()), Price.parse(amount).in(this.asset).value());
    }

    /**
     * Gives an account tokens.
     * @param to the account
     * @param amount the amount in atomic units
     */
    public void mint(EvmAddress to, BigInteger amount) {
        invoke(token(), "mint(address,uint256)", to, amount);
    }

    /**
     * Returns how many tokens a wallet has.
     * @param wallet the wallet
     * @return the amount in atomic units
     */
    public BigInteger balanceOf(PaymentSigner wallet) {
        return balanceOf(EvmAddress.parse(wallet.address()));
    }

    /**
     * Returns how many tokens an account has.
     * @param owner the account
     * @return the amount in atomic units
     */
    public BigInteger balanceOf(EvmAddress owner) {
        return balanceOf(token(), owner);
    }

    /**
     * Returns how much of any token an account has.
     * @param token the address of the token
     * @param owner the account
     * @return the amount in atomic units
     */
    public BigInteger balanceOf(EvmAddress token, EvmAddress owner) {
        return number(call(token, Abi.call("balanceOf(address)", owner)));
    }

    /**
     * Lists what the token has moved, minting aside.
     * @return the transfers in their order
     */
    public List<Transfer> transfers() {
        List<Transfer> transfers = new ArrayList<>();
        rpc("eth_getLogs", Map.of("fromBlock", "earliest", "address", token().value(), "topics", List.of(TRANSFER)))
            .forEach((log) -> transfers
                .add(new Transfer(log.path("transactionHash").asString(), address(log.path("topics").path(1)),
                        address(log.path("topics").path(2)), number(log.path("data").asString()))));
        transfers.removeIf((transfer) -> new BigInteger(transfer.from().value().substring(2), 16).signum() == 0);
        return transfers;
    }

    /**
     * Blacklists an account or takes it off the list. The token moves nothing from or to
     * a blacklisted account.
     * @param account the account
     * @param listed whether it is to be on the list
     */
    public void setBlacklisted(EvmAddress account, boolean listed) {
        invoke(token(), "setBlacklisted(address,bool)", account, listed);
    }

    /**
     * Cancels an authorization that a wallet has signed or might sign.
     * @param wallet the wallet
     * @param nonce the nonce of the authorization
     */
    public void cancel(PaymentSigner wallet, String nonce) {
        EvmAddress authorizer = EvmAddress.parse(wallet.address());
        byte[] nonceBytes = Numeric.hexStringToByteArray(nonce);
        byte[] type = Hash
            .sha3("CancelAuthorization(address authorizer,bytes32 nonce)".getBytes(StandardCharsets.US_ASCII));
        byte[] struct = Hash.sha3(concat(type, HexFormat.of().parseHex(Abi.arguments(authorizer)), nonceBytes));
        byte[] separator = Numeric.hexStringToByteArray(call(token(), Abi.call("DOMAIN_SEPARATOR()")));
        byte[] signature = wallet.sign(Hash.sha3(concat(new byte[] { 0x19, 0x01 }, separator, struct)));
        invoke(token(), "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)", authorizer, nonceBytes,
                BigInteger.valueOf(signature[64]), Arrays.copyOfRange(signature, 0, 32),
                Arrays.copyOfRange(signature, 32, 64));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /**
     * Returns how much gas money an account has.
     * @param account the account
     * @return the amount in wei
     */
    public BigInteger gasOf(EvmAddress account) {
        return number(rpc("eth_getBalance", account.value(), "latest").asString());
    }

    /**
     * Sets how much gas money an account has.
     * @param account the account
     * @param wei the amount
     */
    public void setGas(EvmAddress account, BigInteger wei) {
        rpc("anvil_setBalance", account.value(), "0x" + wei.toString(16));
    }

    /**
     * Sets the base fee of the next block, and mines one.
     * @param wei the price of a unit of gas
     */
    public void setBaseFee(BigInteger wei) {
        rpc("anvil_setNextBlockBaseFeePerGas", "0x" + wei.toString(16));
        mine(1);
    }

    /**
     * Returns the number of the latest block.
     * @return the number
     */
    public BigInteger blockNumber() {
        return number(rpc("eth_blockNumber").asString());
    }

    /**
     * Returns the time of the latest block, which judges whether authorizations are
     * valid.
     * @return the time
     */
    public Instant time() {
        return Instant.ofEpochSecond(
                number(rpc("eth_getBlockByNumber", "latest", false).path("timestamp").asString()).longValueExact());
    }

    /**
     * Moves the time of the chain forward, by a block. The clock of the application stays
     * where it is.
     * @param duration how far, in whole seconds
     */
    public void advance(Duration duration) {
        rpc("evm_increaseTime", duration.toSeconds());
        mine(1);
    }

    /**
     * Mines blocks.
     * @param blocks how many
     */
    public void mine(int blocks) {
        rpc("anvil_mine", "0x" + Integer.toHexString(blocks));
    }

    /**
     * Leaves transactions waiting until mining is resumed.
     */
    public void pauseMining() {
        rpc("evm_setAutomine", false);
    }

    /**
     * Mines what waits, and each transaction from now on.
     */
    public void resumeMining() {
        rpc("evm_setAutomine", true);
        mine(1);
    }

    /**
     * Lists the hashes of transactions that wait for a block.
     * @return the hashes
     */
    public List<String> waiting() {
        List<String> hashes = new ArrayList<>();
        JsonNode pool = rpc("txpool_content");
        pool.path("pending").forEach((sender) -> sender.forEach((each) -> hashes.add(each.path("hash").asString())));
        pool.path("queued").forEach((sender) -> sender.forEach((each) -> hashes.add(each.path("hash").asString())));
        return hashes;
    }

    /**
     * Forgets a transaction that waits for a block.
     * @param transaction its hash
     */
    public void drop(String transaction) {
        rpc("anvil_dropTransaction", transaction);
    }

    /**
     * Takes back the latest blocks and makes as many empty ones.
     * @param depth how many
     */
    public void reorganize(int depth) {
        rpc("anvil_reorg", depth, List.of());
    }

    /**
     * Takes a snapshot of the chain.
     * @return its name, for {@link #revert(String)}
     */
    public String snapshot() {
        return rpc("evm_snapshot").asString();
    }

    /**
     * Goes back to a snapshot, which is gone then.
     * @param snapshot its name
     */
    public void revert(String snapshot) {
        rpc("evm_revert", snapshot);
    }

    /**
     * Deploys one more token.
     * @param name the name in its EIP-712 domain
     * @param version the version in its EIP-712 domain
     * @return its address
     */
    public EvmAddress deployToken(String name, String version) {
        return deploy("TestToken", name, version);
    }

    /**
     * Deploys one of the contracts that come with the kit: {@code TestToken},
     * {@code CarelessToken}, which leaves a refused transfer without an error, or
     * {@code TestWallet}, a contract wallet.
     * @param contract the contract's name
     * @param arguments the arguments of its constructor: {@link EvmAddress},
     * {@link BigInteger}, {@link Boolean}, {@link String}, or bytes
     * @return its address
     */
    public EvmAddress deploy(String contract, Object... arguments) {
        String data = contract(contract).path("bytecode").asString() + Abi.arguments(arguments);
        JsonNode receipt = mined(sendUnsigned(Map.of("from", sender(), "data", data)));
        return EvmAddress.parse(receipt.path("contractAddress").asString());
    }

    /**
     * Returns the code of one of the contracts that come with the kit, as it is on the
     * chain.
     * @param contract the contract's name
     * @return the code in hex
     */
    public String code(String contract) {
        return contract(contract).path("deployedBytecode").asString();
    }

    private static JsonNode contract(String name) {
        JsonNode contract = CONTRACTS.get(name);
        if (contract == null) {
            throw new IllegalArgumentException("'contract' must be one of " + CONTRACTS.keySet());
        }
        return contract;
    }

    /**
     * Puts code at an address.
     * @param address the address
     * @param code the code in hex; {@code 0x} for none
     */
    public void setCode(EvmAddress address, String code) {
        rpc("anvil_setCode", address.value(), code);
    }

    /**
     * Calls a function of a contract in a transaction and waits for its block.
     * @param contract the contract
     * @param function the function with the types of its arguments, such as
     * {@code transfer(address,uint256)}
     * @param arguments its arguments: {@link EvmAddress}, {@link BigInteger},
     * {@link Boolean}, {@link String}, or bytes
     * @return the receipt
     */
    public JsonNode invoke(EvmAddress contract, String function, Object... arguments) {
        return send(contract, Abi.call(function, arguments));
    }

    /**
     * Sends a transaction from an account that is no relayer and waits for its block.
     * @param to the contract
     * @param data what it is called with, in hex
     * @return the receipt
     */
    public JsonNode send(EvmAddress to, String data) {
        return mined(submit(to, data));
    }

    /**
     * Sends a transaction from an account that is no relayer.
     * @param to the contract
     * @param data what it is called with, in hex
     * @return the transaction's hash
     */
    public String submit(EvmAddress to, String data) {
        return sendUnsigned(Map.of("from", sender(), "to", to.value(), "data", data, "gas", "0x7a120"));
    }

    /** Chains before EIP-1559 take a price only. */
    private String sendUnsigned(Map<String, String> transaction) {
        Map<String, String> priced = new LinkedHashMap<>(transaction);
        if (!rpc("eth_getBlockByNumber", "latest", false).hasNonNull("baseFeePerGas")) {
            priced.put("gasPrice", "0x77359400");
        }
        return rpc("eth_sendTransaction", priced).asString();
    }

    private JsonNode mined(String transaction) {
        await("transaction " + transaction + " is mined",
                () -> rpc("eth_getTransactionReceipt", transaction).isObject());
        return rpc("eth_getTransactionReceipt", transaction);
    }

    /**
     * Reads from a contract.
     * @param to the contract
     * @param data what it is called with, in hex
     * @return what it returns, in hex
     */
    public String call(EvmAddress to, String data) {
        return rpc("eth_call", Map.of("to", to.value(), "data", data), "latest").asString();
    }

    /**
     * Calls any method of the node.
     * @param method the method
     * @param params its parameters
     * @return its result
     * @throws LocalNodeException if the node replies with an error, or not at all
     */
    public JsonNode rpc(String method, Object... params) {
        return this.rpc.call(method, params);
    }

    /**
     * Kills the node without warning. What waits for a block is lost.
     * @return the state of the chain, for {@link #restart(String)}
     */
    public String kill() {
        pauseMining();
        String state;
        BigInteger block;
        // A block that was begun may still come, and would be missing after the restart.
        do {
            block = blockNumber();
            state = rpc("anvil_dumpState", true).asString();
        }
        while (!block.equals(blockNumber()));
        this.anvil.kill();
        return state;
    }

    /**
     * Starts the node again, at the same address. It knows the chain before it replies to
     * anyone, as real nodes do.
     * @param state the chain as it was
     */
    public void restart(String state) {
        try {
            Path file = Files.createTempFile("x402-chain", ".json");
            try (InputStream json = new GZIPInputStream(
                    new ByteArrayInputStream(HexFormat.of().parseHex(state, 2, state.length())))) {
                Files.copy(json, file, StandardCopyOption.REPLACE_EXISTING);
                this.anvil = AnvilProcess.start(anvil(), this.port, this.network.chainId().toString(), file,
                        this.options);
            }
            finally {
                Files.delete(file);
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Tells whether the node runs.
     * @return whether it does
     */
    public boolean isAlive() {
        return this.anvil.isAlive();
    }

    @Override
    public void close() {
        this.anvil.kill();
        this.rpc.close();
    }

    private static Path anvil() {
        return AnvilSearch.ofThisProcess()
            .find()
            .orElseThrow(() -> new LocalNodeException("There is no anvil. Looked at " + AnvilSearch.PLACES));
    }

    /**
     * Returns the token to play, or {@code null} if none is known that pays by EIP-3009.
     */
    private static @Nullable Asset presetOf(Network network) {
        return new AssetRegistry(List.of()).find(network, null)
            .filter((asset) -> asset.transferMethod() == null)
            .orElse(null);
    }

    private Asset deployAsset() {
        Asset preset = presetOf(this.network);
        if (preset == null) {
            EvmAddress token = deployToken("USDC", "2");
            return new Asset(this.network, "USDC", token.checksummed(), "USDC", "2", 6, null);
        }
        installToken(deployToken(preset.name(), preset.version()), EvmAddress.parse(preset.address()));
        return preset;
    }

    private void installToken(EvmAddress deployed, EvmAddress address) {
        setCode(address, rpc("eth_getCode", deployed.value(), "latest").asString());
        for (int slot = 0; slot < TEXTS_OF_TOKEN; slot++) {
            String value = rpc("eth_getStorageAt", deployed.value(), "0x" + slot, "latest").asString();
            rpc("anvil_setStorageAt", address.value(), "0x" + "0".repeat(63) + slot, value);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new LocalNodeException("Did not happen within " + PATIENCE.toSeconds() + " s: " + what);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new LocalNodeException("Interrupted while waiting: " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /** The last of anvil's accounts; the first ones are left to relayers. */
    private String sender() {
        return account(KEYS.size() - 1).address();
    }

    private static EvmAddress address(JsonNode topic) {
        return EvmAddress.parse("0x" + topic.asString().substring(26));
    }

    private static BigInteger number(String hex) {
        return (hex.length() > 2) ? new BigInteger(hex.substring(2), 16) : BigInteger.ZERO;
    }

    @Override
    public String toString() {
        return "LocalNode[" + this.network + " at " + rpcUrl() + "]";
    }

    /**
     * Movement of the token.
     *
     * @param transaction the transaction's hash
     * @param from the account that paid
     * @param to the account that was paid
     * @param value the amount in atomic units
     */
    public record Transfer(String transaction, EvmAddress from, EvmAddress to, BigInteger value) {
    }

}
