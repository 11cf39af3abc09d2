package io.github.x402spring.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.audit.AuditChain.Hash;
import io.github.x402spring.audit.AuditChain.Link;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class AuditChainTests {

    private static final String KEY = "0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void addWhenFirstThenFollowsNothing() {
        Link link = Link.of(AuditChain.begin(null, null).add("{\"a\":1}"));
        assertThat(link.sequence()).isZero();
        assertThat(link.previous()).isEqualTo("0".repeat(64));
        assertThat(link.hashed()).startsWith("{\"a\":1,\"chain\":\"" + link.chain() + "\"").doesNotContain("hash");
    }

    @Test
    void addWhenLinesFollowThenEachNamesTheHashOfTheOneBefore() {
        AuditChain chain = AuditChain.begin(null, null);
        Link previous = Link.of(chain.add("{\"a\":0}"));
        for (int i = 1; i < 4; i++) {
            Link link = Link.of(chain.add("{\"a\":" + i + "}"));
            assertThat(link.sequence()).isEqualTo(i);
            assertThat(link.chain()).isEqualTo(previous.chain());
            assertThat(link.previous()).isEqualTo(previous.hash());
            previous = link;
        }
    }

    @Test
    void beginWhenThereIsALastLineThenGoesOnFromItInAChainOfItsOwn() {
        String last = AuditChain.begin(KEY, null).add("{\"a\":1}");
        Link next = Link.of(AuditChain.begin(KEY, last).add("{\"a\":2}"));
        assertThat(next.previous()).isEqualTo(Link.of(last).hash());
        assertThat(next.chain()).isNotEqualTo(Link.of(last).chain());
        assertThat(next.sequence()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{}", "{\"a\":1}", "no json" })
    void beginWhenTheLastLineIsInNoChainThenFollowsNothing(String last) {
        assertThat(Link.of(AuditChain.begin(null, last).add("{\"a\":1}")).previous()).isEqualTo(AuditChain.NOTHING);
    }

    @ParameterizedTest
    @CsvSource({ ",,true", "0123456789abcdef,0123456789abcdef,true", "0123456789abcdef,,false",
            ",0123456789abcdef,false", "0123456789abcdef,0123456789abcdeF,false" })
    void holdsWhenTheKeyIsTheSameThenOnlyThen(String written, String read, boolean holds) {
        Link link = Link.of(AuditChain.begin(written, null).add("{\"a\":1}"));
        assertThat(link.holds(Hash.of(read))).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"a\":", "\"chain\":\"", "\"sequence\":", "\"previous\":\"", "\"hash\":\"" })
    void holdsWhenAnyPartWasAlteredThenNot(String part) {
        String line = AuditChain.begin(KEY, null).add("{\"a\":1}");
        int at = line.indexOf(part) + part.length();
        String altered = line.substring(0, at) + ((line.charAt(at) == '7') ? '8' : '7') + line.substring(at + 1);
        assertThat(Link.of(line).holds(Hash.of(KEY))).isTrue();
        assertThat(Link.of(altered).holds(Hash.of(KEY))).isFalse();
    }

    @Test
    void hashWhenThereIsNoKeyThenIsTheDigestOfTheLineWithoutItsHash() throws Exception {
        Link link = Link.of(AuditChain.begin(null, null).add("{\"name\":\"İstanbul\"}"));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(link.hashed().getBytes(StandardCharsets.UTF_8));
        assertThat(link.hash()).isEqualTo(HexFormat.of().formatHex(digest));
    }

    @ParameterizedTest
    @ValueSource(strings = { " ", "x" })
    void linkWhenSomethingStandsBeforeOrAfterThenIsNone(String more) {
        String line = AuditChain.begin(null, null).add("{\"a\":1}");
        assertThat(Link.of(more + line)).isNull();
        assertThat(Link.of(line + more)).isNull();
    }

    @Test
    void linkWhenTheSequenceHasMoreDigitsThanAnyThenIsNone() {
        String line = AuditChain.begin(null, null).add("{\"a\":1}");
        assertThat(Link.of(line.replace("\"sequence\":0,", "\"sequence\":" + "9".repeat(18) + ","))).isNotNull();
        assertThat(Link.of(line.replace("\"sequence\":0,", "\"sequence\":" + "9".repeat(19) + ","))).isNull();
    }

    @Test
    void lastLineWhenALineIsTornThenTheOneBefore() throws Exception {
        String whole = AuditChain.begin(null, null).add("{\"a\":1}");
        Path file = Files.writeString(this.folder.resolve("audit.jsonl"), whole + "\n" + whole.substring(0, 40));
        assertThat(AuditChain.lastLine(file)).isEqualTo(whole);
    }

    @Test
    void lastLineWhenThereIsNoneThenNull() throws Exception {
        assertThat(AuditChain.lastLine(Files.createFile(this.folder.resolve("empty")))).isNull();
        assertThat(AuditChain.lastLine(this.folder.resolve("missing"))).isNull();
    }

    @Test
    void addWhenThreadsWriteAtOnceThenTheChainIsWhole() throws Exception {
        int threads = 4;
        int each = 50;
        AuditChain chain = AuditChain.begin(KEY, null);
        CyclicBarrier barrier = new CyclicBarrier(threads);
        List<Link> links = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<List<Link>>> written = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                written.add(executor.submit(() -> {
                    barrier.await();
                    List<Link> own = new ArrayList<>();
                    for (int j = 0; j < each; j++) {
                        own.add(Link.of(chain.add("{\"a\":1}")));
                    }
                    return own;
                }));
            }
            for (Future<List<Link>> own : written) {
                links.addAll(own.get());
            }
        }
        links.sort(Comparator.comparing(Link::sequence));
        String previous = AuditChain.NOTHING;
        for (int i = 0; i < threads * each; i++) {
            assertThat(links.get(i).sequence()).isEqualTo(i);
            assertThat(links.get(i).previous()).isEqualTo(previous);
            assertThat(links.get(i).holds(Hash.of(KEY))).isTrue();
            previous = links.get(i).hash();
        }
    }

}
