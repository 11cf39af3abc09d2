package io.github.x402spring.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * Runs Jazzer, each target in a process of its own, all at once.
 */
final class FuzzRun {

    /** Code that guides Jazzer to new inputs. */
    private static final String INSTRUMENTED = "io.github.x402spring.**";

    private static final Pattern INPUTS = Pattern.compile("Done (\\d+) runs in \\d+ second");

    private final Path work;

    FuzzRun(Path work) {
        this.work = work;
    }

    /** Takes a folder to work in and a number of inputs. */
    public static void main(String[] arguments) throws Exception {
        long inputs = Long.parseLong(arguments[1]);
        List<Result> results = new FuzzRun(Path.of(arguments[0]))
            .run((target) -> "-runs=" + inputs * target.share() / 100);
        results.forEach(System.out::println);
        System.out.println(results.stream().mapToLong(Result::inputs).sum() + " inputs");
        if (results.stream().anyMatch((result) -> result.fault() != null)) {
            System.exit(1);
        }
    }

    /**
     * Runs all targets.
     * @param extent the option of libFuzzer that ends the run of a target
     */
    List<Result> run(Extent extent) throws Exception {
        List<Callable<Result>> runs = new ArrayList<>();
        for (FuzzTarget target : FuzzTarget.values()) {
            runs.add(() -> run(target, extent.of(target)));
        }
        List<Result> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Result> result : executor.invokeAll(runs)) {
                results.add(result.get());
            }
        }
        return results;
    }

    private Result run(FuzzTarget target, String extent) throws IOException, InterruptedException {
        Path folder = this.work.resolve(target.fileName());
        FileSystemUtils.deleteRecursively(folder);
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        int number = 0;
        for (byte[] input : target.corpus()) {
            Files.write(corpus.resolve("seed-" + number++), input);
        }
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g", "-Xshare:auto", "-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(), "--instrumentation_includes=" + INSTRUMENTED,
                "--custom_hook_includes=" + INSTRUMENTED,
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
                "--reproducer_path=" + folder, extent, "-rss_limit_mb=0", "-max_len=4096", "-len_control=0",
                "-artifact_prefix=" + folder + "/", corpus.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
        try {
            int status = process.waitFor();
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            Matcher inputs = INPUTS.matcher(text);
            boolean done = inputs.find();
            return new Result(target, done ? Long.parseLong(inputs.group(1)) : 0,
                    (done && status == 0) ? null : "status " + status + ", see " + output);
        }
        finally {
            process.destroyForcibly().waitFor();
        }
    }

    /**
     * End of the run of one target.
     *
     * @param target what was fuzzed
     * @param inputs the number of inputs
     * @param fault where a fault that was found is described; {@code null} if there is
     * none
     */
    record Result(FuzzTarget target, long inputs, @Nullable String fault) {
    }

    @FunctionalInterface
    interface Extent {

        String of(FuzzTarget target);

    }

}
