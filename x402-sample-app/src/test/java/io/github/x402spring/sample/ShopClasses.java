package io.github.x402spring.sample;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * Classes of the shop, prepared so that its processes start in half the time: an archive
 * of class data, which is made by one start of the shop and takes no folders.
 */
final class ShopClasses {

    private static final long PATIENCE_MINUTES = 5;

    private static final List<String> JAVA = prepare();

    private ShopClasses() {
    }

    /** Command that runs a class of the shop, to which the name of the class is added. */
    static List<String> java() {
        return JAVA;
    }

    private static List<String> prepare() {
        try {
            Path folder = Files.createDirectories(Path.of("target", "shop-classes").toAbsolutePath());
            List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + folder.resolve("shop.jsa"),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable", "-Xlog:all=error:stderr", "-cp",
                    classPath(folder));
            train(command, folder);
            return command;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static String classPath(Path folder) {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.isEmpty()) {
                continue;
            }
            if (Files.isDirectory(Path.of(entry))) {
                Path jar = folder.resolve("classes-" + jars.size() + ".jar");
                int result = ToolProvider.findFirst("jar")
                    .orElseThrow()
                    .run(System.out, System.err, "--create", "--no-compress", "--file", jar.toString(), "-C", entry,
                            ".");
                if (result != 0) {
                    throw new IllegalStateException("The classes in " + entry + " were not packed");
                }
                jars.add(jar.toString());
            }
            else {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    /** Without the archive a process starts all the same, only later. */
    private static void train(List<String> java, Path folder) throws IOException {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-Dspring.context.exit=onRefresh", SampleApplication.class.getName(), "--server.port=0",
                "--sample.walkthrough=false"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(folder.resolve("training.log").toFile())
            .start();
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        }
        catch (InterruptedException ex) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

}
