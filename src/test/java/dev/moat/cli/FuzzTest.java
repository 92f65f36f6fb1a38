package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of input file and the command line, changed at random: always a line and a code of the table, never a stack trace,
 * more than 20 s, or a complaint about a file that has lines without a place in it. {@code bench/fuzz.sh} asks for more inputs;
 * what it found is kept in {@code src/test/resources/fuzz}, a directory for each kind.
 */
class FuzzTest {
    private static final int MOST_SECONDS = 20;
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Set<Integer> CODES =
            Arrays.stream(ExitCode.values()).map(ExitCode::code).collect(Collectors.toSet());
    private static final Pattern PLACE = Pattern.compile("(?s)moat: [^\n]*?:\\d+:\\d+: [^\n]*\n.*");
    /** What is missing from a whole file, or wrong with it as such. */
    private static final Pattern WHOLE = Pattern.compile(
            "no row could be compared|no vtd_\\* event|no event|nothing" + "|empty|has no |larger than|more than");

    private static final String FILE = "FILE";

    /** A kind of input: how it is given, and texts to start from. */
    private record Kind(String name, List<String> command, boolean cells, List<String> seeds) {}

    @TempDir
    Path work;

    private final TreeMap<String, int[]> counts = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private final ExecutorService runner = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fuzz");
        thread.setDaemon(true);
        return thread;
    });

    @Test
    void noInputIsTooMuch() throws Exception {
        long seed = Long.getLong("fuzz.seed", 1);
        int wanted = Integer.getInteger("fuzz.inputs", 200);
        List<Kind> kinds = kinds();
        int effective = 0;
        long began = System.nanoTime();
        for (long n = 0; effective < wanted && failures.size() < 10; n++) {
            Random random = new Random(seed * 1_000_003 + n);
            Kind kind = kinds.get((int) (n % kinds.size()));
            String start = kind.seeds.get(random.nextInt(kind.seeds.size()));
            String text = new FuzzMutation(random).change(start, kind.cells);
            int code = text.equals(start) ? ExitCode.USAGE.code() : tryOut(kind, text, "input " + n);
            effective += code == ExitCode.USAGE.code() ? 0 : 1;
            counts.computeIfAbsent(kind.name, k -> new int[2])[code == ExitCode.USAGE.code() ? 1 : 0]++;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("fuzz: seed %d, %d effective inputs in %.1f s%n", seed, effective, seconds);
        counts.forEach((kind, c) -> System.out.println("  " + kind + ": " + c[0] + ", refused as usage " + c[1]));
        assertThat(failures).isEmpty();
    }

    /** What was found before. */
    @Test
    void theCorpusIsFine() throws Exception {
        int tried = 0;
        for (Kind kind : kinds()) {
            Path found = RESOURCES.resolve("fuzz").resolve(kind.name);
            if (Files.isDirectory(found)) {
                try (Stream<Path> files = Files.list(found)) {
                    for (Path file : files.sorted().toList()) {
                        tryOut(kind, Files.readString(file), file.toString());
                        tried++;
                    }
                }
            }
        }
        assertThat(tried).isPositive();
        assertThat(failures).isEmpty();
    }

    /** The exit code; notes what is wrong, and keeps the input in {@code target/fuzz}. */
    private int tryOut(Kind kind, String text, String what) throws Exception {
        Path file = work.resolve("input." + kind.name);
        boolean words = kind.command.isEmpty();
        if (!words) {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        }
        List<String> command = words
                ? bounded(List.of(text.strip().split("\\s+")))
                : kind.command.stream()
                        .map(w -> w.equals(FILE) ? file.toString() : w)
                        .toList();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Site site = new Site(
                Path.of("").toAbsolutePath(),
                new PrintWriter(out),
                new PrintWriter(err),
                false,
                false,
                MoatEngine::open);
        int code = -1;
        String wrong;
        try {
            code = runner.submit(() -> Moat.run(site, command.toArray(String[]::new)))
                    .get(MOST_SECONDS, TimeUnit.SECONDS);
            wrong = wrong(code, err.toString(), !words && text.contains("\n"));
        } catch (TimeoutException e) {
            wrong = "more than " + MOST_SECONDS + " s";
        } catch (ExecutionException e) {
            wrong = "thrown: " + e.getCause();
        }
        if (!wrong.isEmpty()) {
            Path kept = Path.of("target/fuzz", kind.name + "-" + what.replaceAll("\\W+", "-"));
            Files.createDirectories(kept.getParent());
            Files.write(kept, text.getBytes(StandardCharsets.UTF_8));
            System.out.println("fuzz: " + kind.name + ", " + what + ": " + wrong);
            failures.add(kind.name + ", " + what + ", kept as " + kept + ": " + wrong);
        }
        return code;
    }

    /** A search without bounds may take as long as it likes. */
    private static List<String> bounded(List<String> words) {
        List<String> all = new ArrayList<>(words);
        if (words.contains("check")) {
            all.addAll(List.of("--states", "100", "--time", "1s"));
        }
        if (words.contains("simulate")) {
            all.addAll(List.of("--steps", "100"));
        }
        return all;
    }

    /** What is wrong with an answer; empty when nothing is. */
    private static String wrong(int code, String err, boolean lines) {
        if (!CODES.contains(code)) {
            return "exit code " + code;
        }
        if (code == ExitCode.INTERNAL.code() || err.contains("\tat ") || err.contains("Exception")) {
            return "a stack trace or an internal error: " + err;
        }
        boolean placed = PLACE.matcher(err).matches() || WHOLE.matcher(err).find();
        return code == ExitCode.BAD_INPUT.code() && lines && !placed ? "no place: " + err : "";
    }

    private static List<Kind> kinds() throws IOException {
        List<Kind> kinds = new ArrayList<>();
        List<String> scenarios = new ArrayList<>(texts(Path.of("specs/scenarios/r1"), ".yaml"));
        kinds.add(new Kind(
                "yaml",
                List.of("check", FILE, "--states", "200", "--depth", "4", "--time", "2s", "--workers", "1"),
                false,
                scenarios));
        List<String> examples = new ArrayList<>(texts(Path.of("counterexamples"), ".itf.json"));
        examples.removeIf(text -> text.length() > 20_000);
        kinds.add(new Kind("replay", List.of("replay", FILE), false, examples));
        kinds.add(new Kind("show", List.of("show", FILE), false, examples));
        List<String> traces = Stream.of("strict", "lazy")
                .map(mode -> packed("linux-6.1-vtd-" + mode + "-nvme.trace.gz"))
                .toList();
        kinds.add(new Kind("trace", List.of("audit", FILE), false, traces));
        kinds.add(new Kind(
                "log", List.of("conform", "qemu", FILE), false, List.of(packed("qemu-7.2-vtd-strict-nvme.log.gz"))));
        kinds.add(new Kind("xen", List.of("conform", "xen", FILE), true, cases("xen-oracle")));
        kinds.add(new Kind("dma", List.of("conform", "dma", FILE), true, cases("dma-oracle")));
        kinds.add(new Kind("amdvi", List.of("conform", "amdvi", FILE), true, cases("amdvi-oracle")));
        kinds.add(new Kind("viommu", List.of("conform", "viommu", FILE), true, cases("viommu-oracle")));
        kinds.add(new Kind("words", List.of(), false, commands()));
        return kinds;
    }

    private static List<String> commands() {
        return List.of(
                "check r1 --depth 5 --workers 1 -P domains=2 -P frames=2 --inject free.keeps-entry",
                "simulate r1 --seed 7 --walk 10 --first-walk 3 -P frames=2",
                "list scenarios",
                "list faults",
                "list parameters r1",
                "conform xen src/test/resources/xen-oracle/unusual.csv --strict",
                "conform viommu src/test/resources/viommu-oracle/capabilities.csv --profile qemu-10.0",
                "show counterexamples/r1-unmap-no-invalidation.itf.json",
                "replay counterexamples/r1-unmap-no-invalidation.itf.json --expect shown");
    }

    private static List<String> texts(Path directory, String end) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(end)).sorted().toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    /** The first lines of a recording. */
    private static String packed(String name) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(RESOURCES.resolve("traces/" + name)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .limit(200)
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Files of recorded rows with a few cases each: pieces that begin with a case, under the first line of their file. */
    private static List<String> cases(String directory) throws IOException {
        List<String> pieces = new ArrayList<>();
        for (String text : texts(RESOURCES.resolve(directory), ".csv")) {
            List<String> lines = text.lines().toList();
            int from = 1;
            for (int i = 2; i <= lines.size(); i++) {
                if (i == lines.size() || (i - from >= 20 && !name(lines.get(i)).equals(name(lines.get(i - 1))))) {
                    if (i - from <= 200) {
                        pieces.add(lines.get(0) + "\n" + String.join("\n", lines.subList(from, i)) + "\n");
                    }
                    from = i;
                }
            }
        }
        return pieces;
    }

    private static String name(String row) {
        return Stream.of(row.split(",", -1)).limit(2).collect(Collectors.joining(","));
    }
}
