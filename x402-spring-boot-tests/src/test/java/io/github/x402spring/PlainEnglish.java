package io.github.x402spring;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds words that the house style replaces, in Java sources and in pages of the
 * documentation. Code is no finding: neither identifiers nor what a comment or a page
 * marks as code.
 */
final class PlainEnglish {

    private static final Pattern JAVA_TEXT = Pattern.compile(
            "/\\*.*?\\*/|//[^\\n]*|\"\"\".*?(?<!\\\\)\"\"\"" + "|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)+'",
            Pattern.DOTALL);

    private static final Pattern TYPE = Pattern.compile("\\A\\s*(?:@[\\w.]+(?:\\((?:[^()\"]|\"(?:[^\"\\\\]|\\\\.)*\""
            + "|\\((?:[^()]|\\([^()]*\\))*\\))*\\))?\\s*)*"
            + "(?:(?:public|protected|private|abstract|static|final|sealed|non-sealed|strictfp)\\s+)*"
            + "(?:class|interface|enum|record|@interface)\\s+\\w");

    private static final Pattern JAVA_CODE = Pattern.compile(
            "\\{@(?:code|link|linkplain|value|literal)[^}]*}"
                    + "|<(code|pre)>.*?</\\1>|@(?:see|throws|param|author|since)\\s+\\S+|https?://\\S+|%[sd]",
            Pattern.DOTALL);

    private static final Pattern PAGE_CODE = Pattern.compile(
            "^ *```.*?^ *```$|`[^`]*`|\\]\\([^)]*\\)|<!--.*?-->|https?://\\S+", Pattern.DOTALL | Pattern.MULTILINE);

    private PlainEnglish() {
    }

    /**
     * Looks through the comments and the messages of a Java source.
     * @param source the source
     * @return the findings, in their order
     */
    static List<Finding> inJava(String source) {
        List<Finding> findings = new ArrayList<>();
        Matcher texts = JAVA_TEXT.matcher(source);
        while (texts.find()) {
            String text = texts.group();
            if (text.startsWith("'") || text.contains("Licensed under the Apache License")) {
                continue;
            }
            if (text.startsWith("\"")) {
                if (text.strip().contains(" ")) {
                    find(text, source, texts.start(), findings);
                }
                continue;
            }
            String comment = blank(text, JAVA_CODE);
            if (text.startsWith("/**") && TYPE.matcher(source).region(texts.end(), source.length()).lookingAt()) {
                Matcher first = Rule.FIRST_WORD.pattern.matcher(comment);
                if (first.find()) {
                    findings.add(
                            new Finding(Rule.FIRST_WORD, line(source, texts.start() + first.start(1)), first.group(1)));
                }
            }
            find(comment.replaceAll("(?m)^(\\s*)\\*", "$1 "), source, texts.start(), findings);
        }
        return findings;
    }

    /**
     * Looks through a page in Markdown.
     * @param page the page
     * @return the findings, in their order
     */
    static List<Finding> inPage(String page) {
        List<Finding> findings = new ArrayList<>();
        find(blank(page, PAGE_CODE), page, 0, findings);
        return findings;
    }

    private static void find(String text, String source, int offset, List<Finding> findings) {
        for (Rule rule : Rule.values()) {
            if (rule != Rule.FIRST_WORD) {
                rule.pattern.matcher(text)
                    .results()
                    .forEach((word) -> findings.add(new Finding(rule, line(source, offset + word.start()),
                            word.group().replaceAll("\\s+", " "))));
            }
        }
    }

    private static String blank(String text, Pattern code) {
        return code.matcher(text).replaceAll((MatchResult match) -> match.group().replaceAll("[^\\n]", "~"));
    }

    private static int line(String source, int position) {
        return (int) source.substring(0, position).chars().filter((character) -> character == '\n').count() + 1;
    }

    /** Rules of section 8 of the house style. */
    enum Rule {

        FIRST_WORD("\\A/\\*\\*[\\s*]*(Is|Says|Tells|Keeps|Names)\\b", "begin with a noun phrase"),

        UNNAMED_ACTOR(word("nobody|whoever|somebody|anybody"), "name the actor, or write 'unknown' or 'anonymous'"),

        ANSWER(word("answer(?:s|ed|ing)?"), "write 'response' (ours) or 'reply' (of a facilitator or a node)"),

        WHO_PAYS(word("who\\s+pays"), "write 'payer'"),

        PEOPLE(word("people"), "write 'payers', 'callers' or 'operators'"),

        BECAME_OF(word("bec[ao]me\\s+of"), "write 'outcome' or 'state'"),

        UNDER_WAY(word("under\\s+way"), "write 'in flight'"),

        TOLD(word("(?:is|are|was|were|be|being|been)\\s+told"), "write 'is notified'"),

        KEPT(word("kept|lies"), "write 'stored'"),

        GOOD(word("good"), "write 'valid' or 'verified'"),

        SALE(word("a\\s+sale"), "write 'billable response'"),

        OUT_OF_REACH(word("out\\s+of\\s+reach"), "write 'unavailable'"),

        ADD_UP(word("adds?\\s+up"), "write 'all … are applied'");

        private final Pattern pattern;

        final String remedy;

        Rule(String pattern, String remedy) {
            this.pattern = Pattern.compile(pattern, (name().equals("FIRST_WORD")) ? 0 : Pattern.CASE_INSENSITIVE);
            this.remedy = remedy;
        }

        private static String word(String words) {
            return "(?<![\\w./-])(?:" + words + ")(?![\\w-]|[.(/]\\w)";
        }

    }

    /**
     * A word that a rule replaces.
     *
     * @param rule the rule
     * @param line the number of the line
     * @param word the word
     */
    record Finding(Rule rule, int line, String word) {

    }

}
