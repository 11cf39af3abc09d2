package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Encoder of the calls that EIP-3009, ERC-20, ERC-1271 and Multicall3 define.
 */
final class TokenCalls {

    private static final int WORD = 32;

    private static final int ECDSA_LENGTH = 65;

    private TokenCalls() {
    }

    /**
     * Encodes a transfer, with {@code v}, {@code r} and {@code s} where the signature has
     * that form: older tokens have no other.
     */
    static String transfer(TransferAuthorization authorization, byte[] signature) {
        Type<?>[] fields = { new Address(authorization.from().value()), new Address(authorization.to().value()),
                new Uint256(authorization.value()), new Uint256(authorization.validAfter()),
                new Uint256(authorization.validBefore()), new Bytes32(nonce(authorization)) };
        List<Type<?>> arguments = new java.util.ArrayList<>(List.of(fields));
        if (signature.length == ECDSA_LENGTH) {
            arguments.add(new Uint8(signature[2 * WORD] & 0xff));
            arguments.add(new Bytes32(Arrays.copyOfRange(signature, 0, WORD)));
            arguments.add(new Bytes32(Arrays.copyOfRange(signature, WORD, 2 * WORD)));
        }
        else {
            arguments.add(new DynamicBytes(signature));
        }
        return encode("transferWithAuthorization", arguments.toArray(new Type<?>[0]));
    }

    static String authorizationState(TransferAuthorization authorization) {
        return encode("authorizationState", new Address(authorization.from().value()),
                new Bytes32(nonce(authorization)));
    }

    static String balanceOf(EvmAddress owner) {
        return encode("balanceOf", new Address(owner.value()));
    }

    static String isValidSignature(byte[] digest, byte[] signature) {
        return encode("isValidSignature", new Bytes32(digest), new DynamicBytes(signature));
    }

    static String name() {
        return encode("name");
    }

    static String version() {
        return encode("version");
    }

    /**
     * Encodes the deployment of a wallet and its payment in one transaction. The
     * deployment may fail, because the wallet may exist by then.
     */
    static String deployAndTransfer(WalletDeployment deployment, EvmAddress token, String transfer) {
        return encode("aggregate3",
                new DynamicArray<>(Call3.class, new Call3(deployment.factory(), true, deployment.data()),
                        new Call3(token, false, HexFormat.of().parseHex(transfer, 2, transfer.length()))));
    }

    private static byte[] nonce(TransferAuthorization authorization) {
        String nonce = authorization.nonce();
        return HexFormat.of().parseHex(nonce, 2, nonce.length());
    }

    @SuppressWarnings("rawtypes")
    private static String encode(String name, Type... arguments) {
        return FunctionEncoder.encode(new Function(name, List.of(arguments), List.of()));
    }

    /**
     * Struct of this name in Multicall3.
     */
    public static final class Call3 extends DynamicStruct {

        /**
         * Creates the struct from its fields in their order.
         * @param target the contract that is called
         * @param allowFailure whether the others go on if it fails
         * @param callData the data of the call
         */
        Call3(EvmAddress target, boolean allowFailure, byte[] callData) {
            super(new Address(target.value()), new Bool(allowFailure), new DynamicBytes(callData));
        }

    }

    static BigInteger number(String hex) {
        return (hex.length() > 2) ? new BigInteger(hex.substring(2), 16) : BigInteger.ZERO;
    }

}
