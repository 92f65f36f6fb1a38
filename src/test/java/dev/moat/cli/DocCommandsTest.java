package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands in blocks of code of README.md and docs: the command line understands each, and each ends as its page says, but for
 * those that {@link #LEFT_OUT} names with a reason. Where a block says nothing of an exit code it is 0. No line has to be scrolled.
 */
class DocCommandsTest {
    private static final int WIDTH = 120;
    private static final Pattern COMMAND = Pattern.compile("(?:\\$ )?(?:\\./)?moat (.*)");
    private static final Pattern TEST = Pattern.compile("\\w+Test\\b");
    private static final Pattern EXIT = Pattern.compile("exit code (\\d+)");

    /** Beginnings of commands that are not run here, and why. */
    private static final Map<String, String> LEFT_OUT = Map.ofEntries(
            Map.entry("check --set deep", "hours; ResumeTest"),
            Map.entry("check viommu-whole-step", "of the sets extra and deep; ScenariosTest, tag deep"),
            Map.entry(
                    "check interrupts-silent ", "of the set extra; ScenariosTest, its first states and, tag deep, all"),
            Map.entry(
                    "check interrupts-records-physical interrupts-records-shared",
                    "large ones of the set extra; ScenariosTest, their first states and, tag deep, all"),
            Map.entry("check --html report", "the default set; RunPageTest"),
            Map.entry("check --json --junit", "the default set; ScenariosTest, OutputsTest"),
            Map.entry("check r1-bench --engine spark", "needs the profile spark; SparkTwinTest, StandaloneClusterTest"),
            Map.entry("check --class-path", "names the reader's own files; ClassPathTest"),
            Map.entry("--class-path", "needs what the page compiles first; ExampleTest, ToyFamilyTest"),
            Map.entry(
                    "prove",
                    "all goals, certificates, inference; ProveCommandTest, InferCommandTest, CertificateCommandTest"),
            Map.entry("certificate", "reads what prove --certify writes; CertificateCommandTest"),
            Map.entry("needed --iommu", "a whole table, minutes; NeededCommandTest, NeededPageTest"),
            Map.entry("cover", "minutes; CoverCommandTest"),
            Map.entry("promises", "a table of searches, which PromisesPageTest compares"),
            Map.entry("mutate", "seconds to hours; MutateCommandTest"),
            Map.entry("simulate", "a million transitions; SimulateCommandTest"),
            Map.entry("explore", "serves until it is ended; HandServerTest, HandInBrowserTest"),
            Map.entry("replay", "CounterexamplesTest replays all"),
            Map.entry("audit --strict nvme.trace", "the trace is the reader's own; AuditCommandTest"),
            Map.entry("audit --json nvme.trace", "the trace is the reader's own; AuditCommandTest"),
            Map.entry("audit --follow --idle 10s --lazy nvme.trace", "the same; AuditFollowTest"),
            Map.entry("audit nvme.trace", "the trace is the reader's own; AuditCommandTest"));

    /** Exit codes of commands whose pages show what is printed instead. */
    private static final Map<String, Integer> SHOWN = Map.of(
            "lint-config docs/examples/one-bus.yaml", 65,
            "check swiotlb-bare-metal -P layer=xen-swiotlb", 2,
            "check swiotlb-bounce -P layer=native-swiotlb", 2,
            "check swiotlb-exchange --inject exchange.pin-ignored", 12,
            "check dma-vtd-queue --inject queue.counter-read-early", 12);

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> below = Files.walk(Path.of("docs"), 3)) {
            List<Path> pages = new ArrayList<>(
                    below.filter(p -> p.toString().endsWith(".md")).sorted().toList());
            pages.add(Path.of("README.md"));
            return pages.stream();
        }
    }

    private record Command(String words, int code) {}

    /** What was run, and how it ended: many pages say the same, and no command depends on one before it. */
    private static final Map<String, Integer> ENDED = new HashMap<>();

    @ParameterizedTest
    @MethodSource("pages")
    void whatAPageSaysToTypeWorks(Path page) throws IOException {
        for (Command command : commands(page)) {
            Moat.commandLine(site()).parseArgs(command.words().split(" +"));
            if (LEFT_OUT.keySet().stream().noneMatch(command.words()::startsWith) && !wholeSet(command.words())) {
                err.getBuffer().setLength(0);
                assertThat(ENDED.computeIfAbsent(command.words(), words -> Moat.run(site(), redirected(words))))
                        .as(page + ": " + command.words() + " " + err)
                        .isEqualTo(command.code());
            }
        }
    }

    /** Without a name they take all there is, minutes: tests of their own. */
    private static boolean wholeSet(String words) {
        return words.equals("check") || words.equals("needed");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void noLineOfCodeHasToBeScrolled(Path page) throws IOException {
        // What a program prints on one line is quoted on one line.
        assertThat(code(page)).noneMatch(l -> l.length() > WIDTH && !l.startsWith("moat: "));
    }

    /** No reason for leaving something out stays when its command has gone. */
    @Test
    void whatIsLeftOutIsOnSomePage() throws IOException {
        List<String> all = new ArrayList<>();
        for (Path page : pages().toList()) {
            commands(page).forEach(c -> all.add(c.words()));
        }
        assertThat(all).hasSizeGreaterThan(70);
        assertThat(LEFT_OUT.keySet()).allMatch(left -> all.stream().anyMatch(c -> c.startsWith(left)));
        assertThat(SHOWN.keySet()).allMatch(all::contains);
    }

    /** What stands in for a command that is not run here exists. */
    @Test
    void whatIsLeftOutHasATestOfItsOwn() throws IOException {
        Set<String> tests = new HashSet<>();
        for (String root : List.of("src/test", "src/spark/test")) {
            try (Stream<Path> below = Files.walk(Path.of(root))) {
                below.map(p -> p.getFileName().toString()).forEach(tests::add);
            }
        }
        LEFT_OUT.forEach((words, reason) -> {
            List<String> named =
                    TEST.matcher(reason).results().map(MatchResult::group).toList();
            assertThat(named).as(words).isNotEmpty().allMatch(name -> tests.contains(name + ".java"));
        });
    }

    private static List<String> code(Path page) throws IOException {
        List<String> code = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("```")) {
                inside = !inside;
            } else if (inside) {
                code.add(line);
            }
        }
        return code;
    }

    private static List<Command> commands(Path page) throws IOException {
        List<Command> commands = new ArrayList<>();
        String joined = String.join("\n", code(page)).replace("\\\n", " ");
        String above = "";
        for (String line : joined.split("\n")) {
            Matcher m = COMMAND.matcher(line);
            if (m.matches()) {
                String[] parts = m.group(1).split("\\s+#\\s*", 2);
                String says = parts.length > 1 ? parts[1] : above.startsWith("#") ? above : "";
                String words = parts[0].replaceFirst(" > \\S+$", "").strip().replaceAll(" +", " ");
                Matcher exit = EXIT.matcher(says);
                int code =
                        Optional.ofNullable(SHOWN.get(words)).orElse(exit.find() ? Integer.parseInt(exit.group(1)) : 0);
                commands.add(new Command(words, code));
            }
            above = line;
        }
        return commands;
    }

    /** What a command writes goes to a directory of the test's own. */
    private String[] redirected(String words) {
        List<String> all = new ArrayList<>();
        String before = "";
        for (String word : words.split(" ")) {
            all.add(
                    before.matches("--(save|html|junit|sarif|page)")
                            ? directory.resolve(word).toString()
                            : word);
            before = word;
        }
        if (words.startsWith("check ") && !words.contains("--save")) {
            all.addAll(List.of("--save", directory.resolve("saved").toString()));
        }
        return all.toArray(String[]::new);
    }

    private Site site() {
        return new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open);
    }
}
