package io.github.x402spring.test.chain;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Encoder of calls to contracts, as the contract ABI lays them out. Arguments are
 * {@link EvmAddress}, {@link BigInteger}, {@link Boolean}, {@link String}
 * ({@code string}) and byte arrays, which are {@code bytes32} if they have 32 bytes and
 * {@code bytes} otherwise.
 *
 * @see <a href="https://docs.soliditylang.org/en/latest/abi-spec.html">Contract ABI
 * Specification</a>
 */
final class Abi {

    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\([a-z0-9,\\[\\]]*\\)");

    private static final int WORD = 32;

    private static final int SELECTOR = 4;

    private Abi() {
    }

    /**
     * Encodes a call.
     * @param function the function with the types of its arguments, such as
     * {@code transfer(address,uint256)}
     */
    static String call(String function, Object... arguments) {
        if (!FUNCTION.matcher(function).matches() || types(function) != arguments.length) {
            throw new IllegalArgumentException(
                    "'function' must name one type for each argument, such as transfer(address,uint256)");
        }
        byte[] hash = Hash.sha3(function.getBytes(StandardCharsets.US_ASCII));
        return "0x" + HexFormat.of().formatHex(hash, 0, SELECTOR) + arguments(arguments);
    }

    private static int types(String function) {
        return function.endsWith("()") ? 0 : function.split(",", -1).length;
    }

    /** Encodes arguments, as they follow the code of a contract that is deployed. */
    static String arguments(Object... arguments) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        for (Object argument : arguments) {
            byte[] dynamic = dynamic(argument);
            if (dynamic == null) {
                head.writeBytes(word(argument));
            }
            else {
                head.writeBytes(number(BigInteger.valueOf((long) arguments.length * WORD + tail.size())));
                tail.writeBytes(number(BigInteger.valueOf(dynamic.length)));
                tail.writeBytes(Arrays.copyOf(dynamic, (dynamic.length + WORD - 1) / WORD * WORD));
            }
        }
        return HexFormat.of().formatHex(head.toByteArray()) + HexFormat.of().formatHex(tail.toByteArray());
    }

    private static byte @Nullable [] dynamic(Object argument) {
        return switch (argument) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] bytes when bytes.length != WORD -> bytes;
            default -> null;
        };
    }

    private static byte[] word(Object argument) {
        return switch (argument) {
            case EvmAddress address -> number(Numeric.toBigInt(address.value()));
            case BigInteger number -> number(number);
            case Boolean flag -> number(flag ? BigInteger.ONE : BigInteger.ZERO);
            case byte[] bytes -> bytes;
            default -> throw new IllegalArgumentException("'arguments' must not contain a " + argument.getClass());
        };
    }

    private static byte[] number(BigInteger number) {
        return Numeric.toBytesPadded(number, WORD);
    }

}
