package io.github.x402spring.test.chain;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * With web3j's encoder as the oracle.
 */
@Tag("locale")
class AbiTests {

    private static final EvmAddress ADDRESS = EvmAddress.parse(TestWallet.named("abi").address());

    @ParameterizedTest
    @MethodSource
    void callWhenEncodedThenAsWeb3jDoes(String signature, List<Object> ours, List<Type<?>> theirs) {
        String name = signature.substring(0, signature.indexOf('('));
        Function function = new Function(name, List.copyOf(theirs), List.of());
        assertThat(Abi.call(signature, ours.toArray())).isEqualTo(FunctionEncoder.encode(function));
        assertThat(Abi.arguments(ours.toArray())).isEqualTo(FunctionEncoder.encodeConstructor(List.copyOf(theirs)));
    }

    static Stream<Arguments> callWhenEncodedThenAsWeb3jDoes() {
        Address address = new Address(ADDRESS.value());
        byte[] word = new byte[32];
        word[0] = (byte) 0xff;
        BigInteger most = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
        return Stream.of(arguments("DOMAIN_SEPARATOR()", List.of(), List.of()),
                arguments("balanceOf(address)", List.of(ADDRESS), List.of(address)),
                arguments("mint(address,uint256)", List.of(ADDRESS, most), List.of(address, new Uint256(most))),
                arguments("setBlacklisted(address,bool)", List.of(ADDRESS, true), List.of(address, new Bool(true))),
                arguments("list(bool)", List.of(false), List.of(new Bool(false))),
                arguments("cancel(bytes32,uint8)", List.of(word, BigInteger.valueOf(27)),
                        List.of(new Bytes32(word), new Uint8(27))),
                arguments("token(string,string)", List.of("USDC", "2"),
                        List.of(new Utf8String("USDC"), new Utf8String("2"))),
                arguments("mixed(string,uint256,bytes,address)",
                        List.of("ü".repeat(40), BigInteger.ONE, new byte[65], ADDRESS),
                        List.of(new Utf8String("ü".repeat(40)), new Uint256(1), new DynamicBytes(new byte[65]),
                                address)),
                arguments("empty(string,bytes)", List.of("", new byte[0]),
                        List.of(new Utf8String(""), new DynamicBytes(new byte[0]))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "mint", "mint(address)", "mint(address, uint256)", "mint(address,uint256,bool)", "mint()" })
    void callWhenTheFunctionDoesNotNameTheTypesThenRefused(String function) {
        assertThatIllegalArgumentException().isThrownBy(() -> Abi.call(function, ADDRESS, BigInteger.ONE))
            .withMessageContaining("transfer(address,uint256)");
        assertThat(Abi.call("mint(address,uint256)", ADDRESS, BigInteger.ONE)).startsWith("0x40c10f19");
    }

    @Test
    void argumentsWhenOfAnotherTypeThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Abi.arguments(1L)).withMessageContaining("Long");
    }

}
