package io.github.x402spring.ledger;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Tag("locale")
class FieldDigestTests {

    @Test
    void digestWhenFieldsWereAddedThenSha256WithEachLengthInFront() throws Exception {
        byte[] framed = HexFormat.of().parseHex("00000002" + "6162" + "00000000" + "00000001" + "ff");
        assertThat(new FieldDigest().add("ab").add("").add(new byte[] { (byte) 0xff }).digest())
            .isEqualTo(sha256(framed));
    }

    @Test
    void addWhenTextIsNotAsciiThenUtf8AndItsLengthInBytes() throws Exception {
        assertThat(new FieldDigest().add("\u20ac").digest())
            .isEqualTo(sha256(HexFormat.of().parseHex("00000003" + "e282ac")));
    }

    @Test
    void addWhenNothingIsGivenThenAnEmptyFieldAndNotNone() {
        assertThat(new FieldDigest().add((String) null).digest()).isEqualTo(new FieldDigest().add("").digest())
            .isNotEqualTo(new FieldDigest().digest());
    }

    @Test
    void addWhenBoundariesMoveThenAllDiffer() {
        assertThat(Stream
            .of(fields("ab", "c"), fields("a", "bc"), fields("abc"), fields("abc", ""), fields("", "abc"),
                    fields("a", "b", "c"), fields("a\0\0\0\1b"))
            .map(HexFormat.of()::formatHex)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 8191, 8192, 8193, 20_000 })
    void addWhenContentIsStreamedThenItsDigestIsTheField(int length) throws Exception {
        byte[] content = "x".repeat(length).getBytes(StandardCharsets.UTF_8);
        assertThat(new FieldDigest().add(new ByteArrayInputStream(content)).digest())
            .isEqualTo(new FieldDigest().add(sha256(content)).digest());
    }

    @Test
    void addWhenAStreamGivesLessThanItIsAskedForThenIsReadToItsEnd() throws Exception {
        InputStream pieces = new SequenceInputStream(new ByteArrayInputStream("ab".getBytes(StandardCharsets.UTF_8)),
                new ByteArrayInputStream("cd".getBytes(StandardCharsets.UTF_8)));
        assertThat(new FieldDigest().add(pieces).digest())
            .isEqualTo(new FieldDigest().add(sha256("abcd".getBytes(StandardCharsets.UTF_8))).digest());
    }

    @Test
    void addWhenAStreamGivesNothingForOnceThenIsReadToItsEnd() throws Exception {
        InputStream hesitant = new ByteArrayInputStream("ab".getBytes(StandardCharsets.UTF_8)) {

            private boolean asked;

            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                boolean first = !this.asked;
                this.asked = true;
                return first ? 0 : super.read(bytes, offset, length);
            }

        };
        assertThat(new FieldDigest().add(hesitant).digest())
            .isEqualTo(new FieldDigest().add(sha256("ab".getBytes(StandardCharsets.UTF_8))).digest());
    }

    @Test
    void addWhenAStreamBreaksThenThatIsSaid() {
        InputStream broken = new InputStream() {

            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }

        };
        assertThatIOException().isThrownBy(() -> new FieldDigest().add(broken)).withMessage("broken");
    }

    @Test
    void digestWhenSeveralAreUnderWayThenNoneSeesTheOthersFields() {
        FieldDigest one = new FieldDigest().add("a");
        FieldDigest other = new FieldDigest().add("b");
        assertThat(one.add("c").digest()).isEqualTo(fields("a", "c"));
        assertThat(other.digest()).isEqualTo(fields("b"));
    }

    private static byte[] fields(String... fields) {
        FieldDigest digest = new FieldDigest();
        for (String field : fields) {
            digest.add(field);
        }
        return digest.digest();
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

}
