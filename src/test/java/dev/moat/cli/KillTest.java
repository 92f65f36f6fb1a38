package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.needed.NeedPage;
import dev.moat.output.MarkedPage;
import dev.moat.scenario.Catalog;
import dev.moat.trace.file.CounterexampleReader;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signals at random moments of every command that writes files, with every output on: each file is as it was before or whole,
 * and what was finished is there. The seed is printed; {@code -Dkill.seed} and {@code -Dkill.moments} change it.
 */
class KillTest {
    /** The job of which the solver's process has the signals. */
    private static final String SOLVER = "prove-solver";

    private static final String OLD = "as it was before";
    private static final String CONTROL = "xen-unmap-no-invalidation";
    private static final String PAGE = "before\n\n" + NeedPage.BEGIN + "\n\n" + MarkedPage.END + "\n\nafter\n";
    private static final long PATIENCE_SECONDS = 60;

    /** The signals, by the number that the exit code adds to 128. */
    private enum Signal {
        INT(2),
        KILL(9),
        TERM(15);

        private final int number;

        Signal(int number) {
            this.number = number;
        }
    }

    /** A command and its outputs, below a directory. */
    private record Job(String name, List<String> words, List<String> files) {}

    @TempDir
    Path directory;

    private static List<Job> jobs() {
        String lazy = "src/test/resources/traces/linux-6.1-vtd-lazy-nvme.trace.gz";
        return List.of(
                job(
                        "check",
                        "check r1 " + CONTROL + " --json --junit @j.xml --sarif @s.sarif --save @c",
                        "j.xml",
                        "s.sarif"),
                job("prove", "prove --json --junit @j.xml --sarif @s.sarif --goals @g", "j.xml", "s.sarif"),
                job(SOLVER, "prove --json --junit @j.xml --sarif @s.sarif --goals @g", "j.xml", "s.sarif"),
                job("audit", "audit --json " + lazy + " --save @c"),
                job("simulate", "simulate xen-op --inject unmap.no-invalidation --save @c"),
                job("check-text", "check r1 " + CONTROL + " --junit @j.xml --save @c -q", "j.xml"),
                job(
                        "needed",
                        "needed xen-vtd --row omit.decrease-wait --row omit.unmap-wait --column defaults --json --page @p.md"
                                + " --save @c --workers 1",
                        "p.md"));
    }

    private static Job job(String name, String words, String... files) {
        return new Job(name, List.of(words.split(" ")), List.of(files));
    }

    @Test
    void aFewMoments() throws Exception {
        moments(Long.getLong("kill.seed", 1), Integer.getInteger("kill.few", 2));
    }

    @Test
    @Tag("deep")
    void aHundredMoments() throws Exception {
        moments(Long.getLong("kill.seed", 2), Integer.getInteger("kill.moments", 100));
    }

    private void moments(long seed, int most) throws Exception {
        Random random = new Random(seed);
        TreeMap<String, Integer> ends = new TreeMap<>();
        TreeMap<String, Long> lengths = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (int n = 0; n < most; n++) {
            Job job = jobs().get(n % jobs().size());
            if (!lengths.containsKey(job.name)) {
                lengths.put(job.name, length(job));
            }
            Signal signal = Signal.values()[(n + n / jobs().size()) % Signal.values().length];
            long millis = random.nextLong(lengths.get(job.name) + 1);
            Path below = fresh("n" + n);
            int code = run(job, below, signal, millis);
            ends.merge(job.name + " " + signal + " " + code, 1, Integer::sum);
            String what =
                    "seed " + seed + ", moment " + n + ": " + job.name + ", " + signal + " after " + millis + " ms: ";
            List<String> found = look(job, below, signal, code);
            found.forEach(w -> wrong.add(what + w));
            System.out.println("kill: " + what + "exit code " + code + (found.isEmpty() ? "" : ", WRONG " + found));
        }
        System.out.println("kill: seed " + seed + ", " + most + " moments: " + ends);
        assertThat(wrong).isEmpty();
    }

    /** Between two checks, too: what the last one answered is not the process's last word. */
    @Test
    void oneSignalEndsAWatch() throws Exception {
        Path below = Files.createDirectories(directory.resolve("watch"));
        Files.copy(Path.of("src/main/resources/dev/moat/cli/command/driver.moat"), below.resolve("driver.moat"));
        Process process = start(List.of("check", "@driver.moat", "--watch", "-q"), below);
        try {
            for (int n = 0;
                    n < PATIENCE_SECONDS * 10
                            && !Files.readString(below.resolve("out")).contains("Ctrl-C");
                    n++) {
                assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
            }
            new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
        } finally {
            process.destroyForcibly();
        }
    }

    private Path fresh(String name) throws IOException {
        Path below = Files.createDirectories(directory.resolve(name));
        for (String file : List.of("j.xml", "s.sarif")) {
            Files.writeString(below.resolve(file), OLD);
        }
        Files.writeString(below.resolve("p.md"), PAGE);
        return below;
    }

    /** Uninterrupted, every output is written; how many milliseconds that takes. */
    private long length(Job job) throws Exception {
        Path below = fresh(job.name);
        long began = System.nanoTime();
        int code = run(job, below, null, 0);
        long millis = (System.nanoTime() - began) / 1_000_000;
        assertThat(look(job, below, Signal.INT, code)).isEmpty();
        for (String file : job.files) {
            assertThat(below.resolve(file)).content().isNotEqualTo(OLD).isNotEqualTo(PAGE);
        }
        for (String made : List.of("c", "g")) {
            if (job.words.contains("@" + made)) {
                assertThat(below.resolve(made)).isNotEmptyDirectory();
            }
        }
        return millis;
    }

    private static Process start(List<String> words, Path below) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + Files.createDirectories(below.resolve("tmp")),
                "-cp",
                classPath(),
                Moat.class.getName()));
        words.forEach(w ->
                command.add(w.startsWith("@") ? below.resolve(w.substring(1)).toString() : w));
        return new ProcessBuilder(command)
                .redirectOutput(below.resolve("out").toFile())
                .redirectError(below.resolve("err").toFile())
                .start();
    }

    private static int run(Job job, Path below, @Nullable Signal signal, long millis) throws Exception {
        Process process = start(job.words, below);
        try {
            List<ProcessHandle> own = List.of();
            if (signal != null && !process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                own = process.descendants().toList();
                Stream<ProcessHandle> signalled =
                        job.name.equals(SOLVER) ? own.stream() : Stream.of(process.toHandle());
                for (ProcessHandle each : signalled.toList()) {
                    new ProcessBuilder("kill", "-" + signal, "" + each.pid())
                            .start()
                            .waitFor();
                }
            }
            assertThat(process.waitFor(PATIENCE_SECONDS * (signal == null ? 5 : 1), TimeUnit.SECONDS))
                    .as("%s has ended", job.words)
                    .isTrue();
            for (ProcessHandle solver : own) {
                // It may outlive who was killed, and write until it notices.
                solver.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The class path of the tests, whoever runs them. */
    private static String classPath() {
        if (KillTest.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    /** What is wrong with what a run left behind. */
    private static List<String> look(Job job, Path below, Signal signal, int code) throws Exception {
        List<String> wrong = new ArrayList<>();
        String err = Files.readString(below.resolve("err"));
        boolean early = code == 128 + signal.number && err.isEmpty() && Files.size(below.resolve("out")) == 0;
        if (code != 128 + signal.number
                && !List.of(0, 12, job.name.equals(SOLVER) ? 71 : 0).contains(code)) {
            wrong.add("exit code " + code + ": " + err);
        }
        String out = Files.readString(below.resolve("out"));
        if (code != 128 + Signal.KILL.number
                && out.contains("\n  \"exit\": ")
                && !out.contains("\n  \"exit\": " + code + ",")) {
            wrong.add("a document says another exit code than " + code + ": " + out);
        }
        if (err.contains("internal error") || err.contains("\tat ")) {
            wrong.add("complaint: " + err);
        }
        List<String> finished = new ArrayList<>();
        try (Stream<Path> all = Files.walk(below)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".tmp") || file.startsWith(below.resolve("tmp"))) {
                    if (signal != Signal.KILL) {
                        wrong.add("left over: " + name);
                    }
                } else {
                    // What is killed while it prints has printed a part; only a file that is renamed is there at once.
                    if (signal != Signal.KILL || !name.equals("out")) {
                        whole(file, name).forEach(wrong::add);
                    }
                    if (name.endsWith(".itf.json")) {
                        finished.add(name.substring(0, name.length() - ".itf.json".length()));
                    }
                }
            }
        }
        if (signal != Signal.KILL && !early && code != 143 - 15 + Signal.KILL.number) {
            promised(job, below, finished).forEach(wrong::add);
        }
        return wrong;
    }

    /** A file is what it was, or can be read to its end. */
    private static List<String> whole(Path file, String name) throws Exception {
        String text = Files.readString(file);
        try {
            if (text.equals(OLD) || name.equals("err") || (name.equals("out") && !text.startsWith("{"))) {
                return List.of();
            } else if (name.endsWith(".itf.json")) {
                new CounterexampleReader(Catalog.load()).read(file);
            } else if (name.endsWith(".sarif")) {
                JsonParser.parseString(text).getAsJsonObject().get("runs").getAsJsonArray();
            } else if (name.endsWith(".xml")) {
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
            } else if (name.endsWith(".md") && !(text.startsWith("before\n") && text.endsWith("after\n"))) {
                return List.of(name + " is not whole");
            } else if (name.endsWith(".smt2") && !text.stripTrailing().endsWith(")")) {
                return List.of(name + " is not whole");
            } else if (name.equals("out")) {
                JsonParser.parseString(text).getAsJsonObject();
            }
        } catch (RuntimeException | org.xml.sax.SAXException e) {
            return List.of(name + " is not whole: " + e.getMessage());
        }
        return List.of();
    }

    /** After a signal that leaves time: what has a counterexample is in every report. */
    private static List<String> promised(Job job, Path below, List<String> finished) throws IOException {
        String out = Files.readString(below.resolve("out"));
        List<String> wrong = new ArrayList<>();
        if (job.name.equals("check") && !finished.isEmpty()) {
            JsonObject document =
                    out.startsWith("{") ? JsonParser.parseString(out).getAsJsonObject() : new JsonObject();
            JsonElement scenarios = document.get("scenarios");
            boolean there = scenarios instanceof JsonArray array && array.size() > 1;
            if (!there
                    || Files.readString(below.resolve("j.xml")).equals(OLD)
                    || Files.readString(below.resolve("s.sarif")).equals(OLD)) {
                wrong.add("a report lacks what was finished: " + out);
            }
        }
        if (job.name.equals("check-text")
                && out.contains("r1: HELD")
                && !Files.readString(below.resolve("j.xml")).contains("name=\"r1\"")) {
            wrong.add("JUnit lacks a verdict that was printed");
        }
        if (job.name.equals("check-text") && out.contains(CONTROL + ": VIOLATED") && finished.isEmpty()) {
            wrong.add("a counterexample is missing");
        }
        if (job.name.equals("simulate") && out.contains(": VIOLATED") && finished.isEmpty()) {
            wrong.add("the walk that was found is lost: " + out);
        }
        if (job.name.equals("needed") && !finished.isEmpty() && !out.contains("\"cells\"")) {
            wrong.add("cells that were settled are lost");
        }
        return wrong;
    }
}
