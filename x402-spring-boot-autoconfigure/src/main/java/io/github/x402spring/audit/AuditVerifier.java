package io.github.x402spring.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.audit.AuditChain.Hash;
import io.github.x402spring.audit.AuditChain.Link;

/**
 * Finds lines of the audit that were altered, taken out, put in or doubled. Needs nothing
 * but a Java runtime: <pre>
 * java -cp x402-spring-boot-autoconfigure.jar io.github.x402spring.audit.AuditVerifier \
 *     [--after HASH] [--last HASH] FILE…
 * </pre> Files are read in the order given, as if they were one. {@code --after} names
 * the hash of a line before them; {@code --last} that of a line that has to be among
 * them, because the lines alone do not show that the last ones are missing. The key, if
 * the chain has one, is taken from the environment ({@value #KEY}). Exits with 0 if all
 * is well, 1 if it is not, and 2 if it cannot tell.
 *
 * @since 0.1.0
 */
public final class AuditVerifier {

    /** The variable that holds the key, which is also where the application finds it. */
    static final String KEY = "X402_AUDIT_HASHCHAIN_KEY";

    private static final String USAGE = "Usage: AuditVerifier [--after HASH] [--last HASH] FILE...";

    /** More than the lines that the threads of a server write side by side. */
    private static final int MAX_WAITING = 10_000;

    private final Hash hash;

    private final Map<String, Chain> chains = new HashMap<>();

    /** What lines may go on from though they are not here. */
    private final Set<String> before = new HashSet<>(Set.of(AuditChain.NOTHING));

    private final List<String> problems = new ArrayList<>();

    private long number;

    private @Nullable String last;

    private @Nullable String wanted;

    private AuditVerifier(@Nullable String key) {
        this.hash = Hash.of(key);
    }

    /**
     * Verifies files.
     * @param arguments options and files
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv(KEY), System.out));
    }

    /**
     * Verifies files.
     * @param arguments options and files
     * @param key the key of the chain, or {@code null} if it has none
     * @param out where problems are printed
     * @return the exit code
     */
    public static int run(String[] arguments, @Nullable String key, PrintStream out) {
        Deque<String> words = new ArrayDeque<>(List.of(arguments));
        AuditVerifier verifier = new AuditVerifier(key);
        List<Path> files = new ArrayList<>();
        while (!words.isEmpty()) {
            String word = words.pop();
            boolean option = word.startsWith("--");
            if (option && (words.isEmpty() || !(word.equals("--after") || word.equals("--last")))) {
                out.println(USAGE);
                return 2;
            }
            switch (word) {
                case "--after" -> verifier.before.add(words.pop());
                case "--last" -> verifier.wanted = words.pop();
                default -> files.add(Path.of(word));
            }
        }
        if (files.isEmpty()) {
            out.println(USAGE);
            return 2;
        }
        try {
            return verifier.verify(files, out);
        }
        catch (IOException ex) {
            out.println("Cannot read: " + ex.getMessage());
            return 2;
        }
    }

    private int verify(List<Path> files, PrintStream out) throws IOException {
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    this.number++;
                    // As bytes, so that no damage to the text stops it.
                    add(new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
                }
            }
        }
        for (Chain chain : this.chains.values()) {
            while (!chain.waiting.isEmpty()) {
                skip(chain);
            }
        }
        if (this.wanted != null) {
            this.problems.add("The line with hash " + this.wanted + " is missing: lines were taken from the end");
        }
        this.problems.forEach(out::println);
        out.println(this.number + " lines in " + this.chains.size() + " chains, " + this.problems.size()
                + " problems; last hash " + this.last);
        return this.problems.isEmpty() ? 0 : 1;
    }

    private void add(String line) {
        if (line.isBlank()) {
            return;
        }
        Link link = Link.of(line);
        if (link == null) {
            problem("is in no chain");
        }
        else if (!link.holds(this.hash)) {
            problem("was altered, or the key is another one");
        }
        else {
            this.last = link.hash();
            this.wanted = link.hash().equals(this.wanted) ? null : this.wanted;
            Chain chain = this.chains.computeIfAbsent(link.chain(), (id) -> new Chain());
            if (link.sequence() < chain.next || chain.waiting.putIfAbsent(link.sequence(), link) != null) {
                problem("is there twice");
            }
            follow(chain);
            if (chain.waiting.size() > MAX_WAITING) {
                skip(chain);
            }
        }
    }

    private void problem(String what) {
        this.problems.add("Line " + this.number + " " + what);
    }

    /** Threads write side by side, so a line may come a little before its predecessor. */
    private void follow(Chain chain) {
        for (Link link = chain.waiting.remove(chain.next); link != null; link = chain.waiting.remove(chain.next)) {
            boolean first = link.sequence() == 0;
            if (!(first ? goesOn(link) : chain.hash.equals(link.previous()))) {
                this.problems.add("Line " + link.sequence() + " of chain " + link.chain()
                        + (first ? " goes on from a line that is missing: " + link.previous()
                                : " does not follow the one before it"));
            }
            chain.at(link);
        }
    }

    /** An earlier chain ended there. */
    private boolean goesOn(Link link) {
        return this.before.contains(link.previous())
                || this.chains.values().stream().anyMatch((chain) -> chain.hash.equals(link.previous()));
    }

    /** The first lines of a chain may be in an older file. */
    private void skip(Chain chain) {
        Link link = chain.waiting.pollFirstEntry().getValue();
        if (!chain.hash.isEmpty() || !this.before.contains(link.previous())) {
            this.problems.add("Lines " + chain.next + " to " + (link.sequence() - 1) + " of chain " + link.chain()
                    + " are missing");
        }
        chain.at(link);
        follow(chain);
    }

    private static final class Chain {

        private final TreeMap<Long, Link> waiting = new TreeMap<>();

        private long next;

        private String hash = "";

        private void at(Link link) {
            this.hash = link.hash();
            this.next = link.sequence() + 1;
        }

    }

}
