package io.github.x402spring.invariants;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.springframework.util.FileSystemUtils;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Script of the profile {@code mutants}: shows that the tests of each invariant find the
 * {@linkplain Mutant mutants} that break it. Runs all of them once without a change, then
 * with each mutant, in a JVM of its own, those of its invariant. Changed sources are
 * written and compiled in the build folder, in front of the class path; the working tree
 * is not touched.
 * <p>
 * A mutant is found if a test asserts what does not hold. One that does not apply, that
 * is not compiled, that makes tests fail otherwise, or all of them, proves nothing, and
 * fails the run as one that is not found.
 */
final class MutantRun {

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    /** Of one JVM. Longer than any takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Path work;

    private MutantRun(Path work) {
        this.work = work;
    }

    /**
     * Runs the script in the folder of the module.
     * @param arguments a folder that may be emptied; parts of names to run only some
     */
    public static void main(String[] arguments) throws Exception {
        MutantRun run = new MutantRun(Path.of(arguments[0]));
        List<Mutant> mutants = new ArrayList<>(Mutant.all());
        if (arguments.length > 1) {
            mutants.removeIf((mutant) -> !mutant.name().contains(arguments[1]));
        }
        int faults = 0;
        for (String fault : run.run(mutants)) {
            System.err.println(fault);
            faults++;
        }
        System.exit(Math.min(faults, 1));
    }

    private List<String> run(List<Mutant> mutants) throws Exception {
        List<String> faults = new ArrayList<>();
        if (mutants.isEmpty()) {
            faults.add("There are no mutants");
        }
        TreeSet<String> tests = mutants.stream().map(Mutant::testClass).collect(Collectors.toCollection(TreeSet::new));
        Result unchanged = test("unchanged", tests);
        System.out.println("unchanged: " + unchanged);
        if (!unchanged.green()) {
            faults.add("The tests fail without a mutant: " + unchanged);
            return faults;
        }
        for (Mutant mutant : mutants) {
            String fault = fault(mutant);
            System.out.println(mutant + ": " + ((fault != null) ? fault : "found"));
            if (fault != null) {
                faults.add("Mutant '" + mutant + "' " + fault);
            }
        }
        return faults;
    }

    private String fault(Mutant mutant) throws Exception {
        Path folder = this.work.resolve(mutant.name());
        FileSystemUtils.deleteRecursively(folder);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<Path> sources;
        try {
            sources = mutant.writeTo(folder.resolve("sources"));
        }
        catch (IllegalStateException ex) {
            return ex.getMessage();
        }
        if (!compile(sources, classes)) {
            return "is not compiled";
        }
        Result result = test(mutant.name(), List.of(mutant.testClass()));
        return result.red() ? null : "is not found by " + mutant.testClass() + ": " + result;
    }

    private static boolean compile(List<Path> sources, Path classes) {
        List<String> arguments = new ArrayList<>(List.of("-nowarn", "-Xlint:none", "-proc:none", "-parameters",
                "--release", "21", "-implicit:none", "-cp", CLASS_PATH, "-d", classes.toString()));
        sources.forEach((source) -> arguments.add(source.toString()));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        return compiler.run(null, null, null, arguments.toArray(String[]::new)) == 0;
    }

    /** Runs tests with the classes of a mutant, if there are any, before all others. */
    private Result test(String name, Collection<String> tests) throws Exception {
        Path folder = Files.createDirectories(this.work.resolve(name));
        Path reports = folder.resolve("reports");
        FileSystemUtils.deleteRecursively(reports);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED",
                "-cp", folder.resolve("classes") + File.pathSeparator + CLASS_PATH,
                "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--details=tree",
                "--disable-ansi-colors", "--reports-dir=" + reports));
        tests.forEach((test) -> command.add("--select-class=" + test));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return Result.read(reports.resolve("TEST-junit-jupiter.xml"), folder.resolve("output.txt"));
    }

    /**
     * Number of tests by their end.
     *
     * @param tests those that ran or were skipped
     * @param failed those that asserted what did not hold
     * @param broken those that ended otherwise
     * @param skipped those that did not run
     * @param output where the output of the tests is
     */
    record Result(int tests, int failed, int broken, int skipped, Path output) {

        private static Result read(Path report, Path output)
                throws IOException, ParserConfigurationException, SAXException {
            if (!Files.exists(report)) {
                return new Result(0, 0, 0, 0, output);
            }
            Element suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getDocumentElement();
            return new Result(count(suite, "testcase"), count(suite, "failure"), count(suite, "error"),
                    count(suite, "skipped"), output);
        }

        private static int count(Element suite, String name) {
            NodeList elements = suite.getElementsByTagName(name);
            return elements.getLength();
        }

        boolean green() {
            return this.tests > 0 && this.failed == 0 && this.broken == 0 && this.skipped == 0;
        }

        boolean red() {
            return this.failed > 0 && this.broken == 0 && this.failed < this.tests;
        }

        @Override
        public String toString() {
            return this.tests + " tests, " + this.failed + " failed, " + this.broken + " broken, " + this.skipped
                    + " skipped, see " + this.output;
        }

    }

}
