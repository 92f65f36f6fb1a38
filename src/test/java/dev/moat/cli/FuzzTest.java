package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.cli.FuzzKinds.Kind;
import dev.moat.cli.FuzzKinds.Reader;
import dev.moat.cli.site.Failure;
import dev.moat.cli.site.Site;
import dev.moat.input.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of input file and the command line, changed at random: always a line and a code of the table, never a stack
 * trace, more than 20 s of processor time, a character that a terminal acts upon, a document that says another exit code, or a complaint
 * about a file that has lines without a place in it. {@code
 * bench/fuzz.sh} asks for more inputs; what it found is kept in {@code src/test/resources/fuzz}, a directory for each kind.
 */
class FuzzTest {
    /** Both of time and of this process's processors, so that it matters neither who else wants them nor what other tests do. */
    private static final long MOST_SECONDS = 20;

    /** Who waits this long without using a processor waits for ever. */
    private static final long LONGEST_WAIT = 15 * MOST_SECONDS;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final Set<Integer> CODES =
            Arrays.stream(ExitCode.values()).map(ExitCode::code).collect(Collectors.toSet());
    /** Commands that print a document for each file. */
    private static final Set<String> DOCUMENTS = Set.of("audit", "check", "conform");

    private static final Pattern EXIT = Pattern.compile("(?m)^  \"exit\": (\\d+)");
    private static final Pattern PLACE = Pattern.compile("(?s)moat: [^\n]*?:\\d+:\\d+: [^\n]*\n.*");
    /** The only complaint about a text that names no place in it: it is read no further than that. */
    private static final Pattern TOO_LARGE =
            Pattern.compile("(?s)moat: [^\n]*: the file is larger than \\d+ [KM]iB\n.*");

    @TempDir
    Path work;

    private final TreeMap<String, int[]> counts = new TreeMap<>();
    private final TreeMap<String, Long> nanos = new TreeMap<>();
    private final Map<Path, Engine> engines = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final ExecutorService runner = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fuzz");
        thread.setDaemon(true);
        return thread;
    });

    @Test
    void noInputIsTooMuch() throws Exception {
        long seed = Long.getLong("fuzz.seed", 1);
        int wanted = Integer.getInteger("fuzz.inputs", 120);
        List<String> only = List.of(System.getProperty("fuzz.kinds", "").split(","));
        List<Kind> kinds = FuzzKinds.below(work).stream()
                .filter(kind -> only.equals(List.of("")) || only.contains(kind.name()))
                .toList();
        int effective = 0;
        long began = System.nanoTime();
        long used = SYSTEM.getProcessCpuTime();
        for (long n = 0; effective < wanted && failures.size() < 10; n++) {
            Random random = new Random(seed * 1_000_003 + n);
            Kind kind = kinds.get((int) (n % kinds.size()));
            String start = kind.seeds().get(random.nextInt(kind.seeds().size()));
            String text = new FuzzMutation(random).change(start, kind.form(), kind.isCommandLine() ? 1 : 4);
            byte[] bytes = FuzzReaders.bytes(kind.form(), text, random.nextInt(8) > 0);
            long at = SYSTEM.getProcessCpuTime();
            int code = text.equals(start)
                    ? ExitCode.USAGE.code()
                    : tryOut(kind, text, bytes, "seed " + seed + " input " + n);
            long took = SYSTEM.getProcessCpuTime() - at;
            nanos.merge(kind.name(), took, Long::sum);
            if (took > 3_000_000_000L) {
                System.out.printf("fuzz: %s, input %d took %.1f s: %s%n", kind.name(), n, took / 1e9, first(text));
            }
            effective += code == ExitCode.USAGE.code() ? 0 : 1;
            counts.computeIfAbsent(kind.name(), k -> new int[2])[code == ExitCode.USAGE.code() ? 1 : 0]++;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double busy = (SYSTEM.getProcessCpuTime() - used) / 1e9;
        System.out.printf(
                "fuzz: seed %d, %d effective inputs in %.1f s, %.1f s of processors, %d failures%n",
                seed, effective, seconds, busy, failures.size());
        counts.forEach((kind, c) ->
                System.out.printf("  %s: %d, refused as usage %d, %.1f s%n", kind, c[0], c[1], nanos.get(kind) / 1e9));
        assertThat(failures).isEmpty();
    }

    /** Unchanged, every kind gets further than its command line; otherwise changing it would try nothing. */
    @Test
    void everyKindIsReached() throws Exception {
        for (Kind kind : FuzzKinds.below(work)) {
            List<String> seeds =
                    kind.isCommandLine() ? kind.seeds() : kind.seeds().subList(0, 1);
            for (String text : seeds) {
                assertThat(tryOut(kind, text, FuzzReaders.bytes(kind.form(), text, false), "unchanged"))
                        .as("%s: %s", kind.name(), kind.isCommandLine() ? text : kind.command())
                        .isNotIn(ExitCode.USAGE.code(), ExitCode.BAD_INPUT.code());
            }
        }
        assertThat(failures).isEmpty();
    }

    /** What was found before. */
    @Test
    void theCorpusIsFine() throws Exception {
        int tried = 0;
        for (Kind kind : FuzzKinds.below(work)) {
            Path found = FuzzKinds.RESOURCES.resolve("fuzz").resolve(kind.name());
            if (Files.isDirectory(found)) {
                try (Stream<Path> files = Files.list(found)) {
                    for (Path file : files.sorted().toList()) {
                        String text = kind.form().text(Files.readAllBytes(file));
                        tryOut(kind, text, FuzzReaders.bytes(kind.form(), text, false), file.toString());
                        tried++;
                    }
                }
            }
        }
        assertThat(tried).isPositive();
        assertThat(failures).isEmpty();
    }

    /** The exit code; notes what is wrong, and keeps the input in {@code target/fuzz}. */
    private int tryOut(Kind kind, String text, byte[] bytes, String what) throws Exception {
        Path file = work.resolve(kind.file());
        if (!kind.isCommandLine()) {
            Files.write(file, bytes);
        }
        StringWriter err = new StringWriter();
        StringWriter out = new StringWriter();
        int code = -1;
        String wrong;
        try {
            code = answer(runner.submit(() -> run(kind, text, file, new PrintWriter(out), new PrintWriter(err))));
            boolean lines = !kind.isCommandLine() && kind.form().hasLines() && text.contains("\n");
            wrong = wrong(code, err.toString(), lines) + wrong(code, out.toString() + err);
        } catch (TimeoutException e) {
            wrong = "more than " + MOST_SECONDS + " s of processor time, or " + LONGEST_WAIT + " s in all";
        } catch (ExecutionException e) {
            wrong = "thrown: " + e.getCause();
        }
        if (!wrong.isEmpty()) {
            Path kept = Path.of("target/fuzz", kind.name() + "-" + what.replaceAll("\\W+", "-"));
            Files.createDirectories(kept.getParent());
            Files.write(kept, bytes);
            System.out.println("fuzz: " + kind.name() + ", " + what + ": " + wrong);
            failures.add(kind.name() + ", " + what + ", kept as " + kept + ": " + wrong);
        }
        return code;
    }

    private static int answer(Future<Integer> running)
            throws InterruptedException, ExecutionException, TimeoutException {
        long used = SYSTEM.getProcessCpuTime();
        for (long waited = 1; ; waited++) {
            try {
                return running.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                boolean tooLong =
                        waited > MOST_SECONDS && SYSTEM.getProcessCpuTime() - used > MOST_SECONDS * 1_000_000_000;
                if (tooLong || waited == LONGEST_WAIT) {
                    throw e;
                }
            }
        }
    }

    private int run(Kind kind, String text, Path file, PrintWriter out, PrintWriter err) {
        Reader reader = kind.reader();
        if (reader != null) {
            try {
                reader.read(file);
                return 0;
            } catch (IOException | RuntimeException e) {
                return Failure.report(e, err).code();
            }
        }
        List<String> command = kind.isCommandLine()
                ? bounded(List.of(text.strip().split("\\s+")))
                : command(kind, file, text.hashCode() % 2 != 0);
        Function<Path, Engine> engines = kind.keepsEngine() ? this::opened : MoatEngine::open;
        return Moat.run(new Site(kind.home(), out, err, false, false, engines), command.toArray(String[]::new));
    }

    private static List<String> command(Kind kind, Path file, boolean json) {
        List<String> words = new ArrayList<>(kind.command().stream()
                .map(w -> w.equals(FuzzKinds.FILE) ? file.toString() : w)
                .toList());
        if (json && DOCUMENTS.contains(words.get(0)) && !words.contains("--json") && !words.contains("--follow")) {
            words.add("--json");
        }
        return words;
    }

    /** An engine whose files this kind does not change is opened once. */
    private Engine opened(Path home) {
        return engines.computeIfAbsent(home, MoatEngine::open);
    }

    private static String first(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** A search without bounds may take as long as it likes. */
    private static List<String> bounded(List<String> words) {
        List<String> all = new ArrayList<>(words);
        if (words.contains("check")) {
            String next = String.join(" ", words.subList(words.indexOf("check") + 1, words.size()));
            if (!words.contains("--set") && (next.isEmpty() || next.startsWith("-"))) {
                all.addAll(List.of("--set", "bench")); // when no name is left, a few and not hundreds
            }
            all.addAll(List.of("--states", "100", "--time", "1s"));
        }
        if (words.contains("why")) {
            all.addAll(List.of("--states", "50", "--total-time", "1s"));
        }
        if (words.contains("needed")) {
            all.addAll(List.of("--states", "50", "--time", "1s"));
            all.addAll(words.contains("--column") ? List.of() : List.of("--column", "defaults"));
        }
        if (words.contains("simulate")) {
            all.addAll(List.of("--steps", "100", "--time", "1s"));
        }
        return all;
    }

    /** What is wrong with what is printed; empty when nothing is. */
    private static String wrong(int code, String printed) {
        OptionalInt acted = printed.codePoints()
                .filter(c -> c != '\n' && c != '\r' && !Printable.isHarmless(c))
                .findFirst();
        if (acted.isPresent()) {
            return "prints U+" + Integer.toHexString(acted.getAsInt()) + " as it is: " + printed;
        }
        Matcher says = EXIT.matcher(printed);
        return says.find() && Integer.parseInt(says.group(1)) != code ? "a document says another code: " + printed : "";
    }

    /** What is wrong with an answer; empty when nothing is. */
    private static String wrong(int code, String err, boolean lines) {
        if (!CODES.contains(code)) {
            return "exit code " + code;
        }
        if (code == ExitCode.INTERNAL.code() || err.contains("\tat ") || err.contains("Exception")) {
            return "a stack trace or an internal error: " + err;
        }
        if (err.contains("out of memory")) {
            return "a small input takes all memory: " + err;
        }
        boolean placed = PLACE.matcher(err).matches() || TOO_LARGE.matcher(err).matches();
        return code == ExitCode.BAD_INPUT.code() && lines && !placed ? "no place: " + err : "";
    }
}
