package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * The commands of README.md, CONTRIBUTING.md and docs, in blocks of code and in sentences: the command line understands each, what it
 * names exists, and each ends as its page says, but for forms and for those that {@link #LEFT_OUT} names with a reason. Where a page
 * says nothing of an exit code it is 0. No line of code has to be scrolled.
 */
class DocCommandsTest {
    private static final int WIDTH = 120;
    private static final Pattern TEST = Pattern.compile("\\w+Test\\b");

    private static final String ORACLES = "src/test/resources/";

    /** First words of commands that are not run here, and why; which tests do what they do. */
    private static final Map<String, String> LEFT_OUT = Map.ofEntries(
            Map.entry("check --set", "minutes to hours; ResumeTest, ScenariosTest"),
            Map.entry("check --html report", "the default set; RunPageTest"),
            Map.entry("check --total-time", "the default set; CiPageTest"),
            Map.entry("check --json", "the default set; ScenariosTest, OutputsTest"),
            Map.entry("check interrupts-silent", "of the set extra; ScenariosTest, tag deep"),
            Map.entry("check r1-bench", "of the set bench, or with the profile spark; ScenariosTest, SparkTwinTest"),
            Map.entry("check --class-path", "names the reader's own files; CiPageTest"),
            Map.entry("check my-iommu", "in a project of the reader's own; DownstreamTest"),
            Map.entry("check my-iommu-lazy", "in a project of the reader's own; DownstreamTest"),
            Map.entry("replay .moat/unexpected/my-iommu.itf.json", "in a project of the reader's own; DownstreamTest"),
            Map.entry("new my-driver.moat", "writes the reader's own file; YourOwnDriverTest"),
            Map.entry("check my-driver.moat", "of the reader's own file; YourOwnDriverTest, OwnTextTest"),
            Map.entry("replay .moat/unexpected/small.itf.json", "of the reader's own file; YourOwnDriverTest"),
            Map.entry("--class-path", "needs what the page compiles first; ExampleTest, ToyFamilyTest"),
            Map.entry("prove", "a solver's process each; ProveCommandTest, InferCommandTest, CertificateCommandTest"),
            Map.entry("certificate", "reads what prove --certify writes; CertificateCommandTest"),
            Map.entry("needed --iommu", "a whole table, minutes; NeededCommandTest, NeededPageTest"),
            Map.entry("needed --cases", "searches of three minutes; NeedTableTest"),
            Map.entry("needed iommu-dma", "searches of half a minute; NeededCommandTest"),
            Map.entry("why", "a table of searches; WhyCommandTest"),
            Map.entry("cover", "minutes; CoverCommandTest"),
            Map.entry("conform amdvi " + ORACLES + "amdvi-oracle/amdvi-qemu.csv", "the same words; ConformCommandTest"),
            Map.entry(
                    "conform xen " + ORACLES + "xen-oracle/live-4.20.csv --profile xen-4.20",
                    "the same words; ConformCommandTest"),
            Map.entry("promises", "a table of searches; PromisesPageTest"),
            Map.entry("mutate", "seconds to hours; MutateCommandTest"),
            Map.entry("simulate", "a million transitions; SimulateCommandTest"),
            Map.entry("explore", "serves until it is ended; HandServerTest, HandInBrowserTest"),
            Map.entry("replay counterexamples/*.itf.json", "replays all; CounterexamplesTest"),
            Map.entry("replay found/*.itf.json", "what audit found; AuditCommandTest"),
            Map.entry("conform xen -", "reads what a script of bench prints; ConformCommandTest"),
            Map.entry("conform viommu -", "reads what a script of bench prints; ConformCommandTest"),
            Map.entry("conform amdvi -", "reads what a script of bench prints; ConformCommandTest"),
            Map.entry("explain -", "reads what dmesg prints; ExplainCommandTest"),
            Map.entry("audit --strict -", "reads what a driver prints; EventsHeaderTest"),
            Map.entry("record", "runs the reader's own guest; RecordCommandTest"),
            Map.entry("audit --strict boot.events.gz", "what record saved; RecordCommandTest"),
            Map.entry("audit --follow", "waits for a file to grow; AuditFollowTest"));

    /** What stands for the reader's own file. */
    private static final Map<String, String> STAND_IN =
            Map.of("nvme.trace", "src/test/resources/traces/linux-6.1-vtd-lazy-nvme.trace.gz");

    /** Exit codes of commands whose pages show, or say, how they end instead. */
    private static final Map<String, Integer> SHOWN = Map.ofEntries(
            Map.entry("lint-config docs/examples/one-bus.yaml", 65),
            Map.entry("lint-config docs/examples/groups.yaml --firmware docs/examples/dmar.txt", 65),
            Map.entry("lint-config docs/examples/vm.cfg --machine docs/examples/iommu-groups.txt", 65),
            Map.entry("conform xen src/test/resources/xen-oracle/live-vtd-4.20.csv", 14),
            Map.entry("conform xen src/test/resources/xen-oracle/xsa-523-4.22.csv --profile xen-4.22", 14),
            Map.entry("check swiotlb-bare-metal -P layer=xen-swiotlb", 2),
            Map.entry("check swiotlb-bounce -P layer=native-swiotlb", 2),
            Map.entry("check swiotlb-exchange --inject exchange.pin-ignored", 12),
            Map.entry("check xen-superpages-2cpu -P frames=4 --states 1k", 5),
            Map.entry("check dma-vtd-queue --inject queue.counter-read-early", 12),
            Map.entry("check dma-vtd-window --inject iova.region-handed-out", 12),
            Map.entry("check riscv-any-order --inject iofence.left-out", 12),
            Map.entry("check smmuv3-cmdq --inject cmdq.published-unwritten", 12),
            Map.entry("snapshot docs/examples/debug-key-g.txt", 12));

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> below = Files.walk(Path.of("docs"), 3)) {
            List<Path> pages = new ArrayList<>(
                    below.filter(p -> p.toString().endsWith(".md")).sorted().toList());
            pages.add(Path.of("README.md"));
            pages.add(Path.of("CONTRIBUTING.md"));
            return pages.stream();
        }
    }

    /** What was run, and how it ended: many pages say the same, and no command depends on one before it. */
    private static final Map<String, Integer> ENDED = new HashMap<>();

    private static final DocNames NAMES = new DocNames();

    @ParameterizedTest
    @MethodSource("pages")
    void whatAPageSaysToTypeWorks(Path page) throws IOException {
        for (DocCommand command : DocCommand.on(page)) {
            String words = command.words();
            if (isLeftOut(words) || wholeSet(words) || command.isForm()) {
                continue;
            }
            // It would wait for this process's input.
            assertThat(command.split()).as(page + ": " + words).doesNotContain("-");
            if (NAMES.checksAsTheyAre(command.split()) || NAMES.listsKnownSteps(command.split())) {
                // ScenariosTest searches each of them, large ones of the set extra with the tag deep, and demands that
                // it goes as expected; ListStepsTest lists steps.
                assertThat(Optional.ofNullable(command.code()).orElse(0))
                        .as(page + ": " + words)
                        .isZero();
            } else {
                err.getBuffer().setLength(0);
                assertThat(ENDED.computeIfAbsent(words, w -> Moat.run(site(), redirected(command.split()))))
                        .as(page + ": " + words + " " + err)
                        .isEqualTo(Optional.ofNullable(SHOWN.get(words))
                                .orElse(Optional.ofNullable(command.code()).orElse(0)));
            }
        }
    }

    /** Those too that are not run. */
    @ParameterizedTest
    @MethodSource("pages")
    void whatAPageSaysToTypeIsUnderstoodAndWhatItNamesExists(Path page) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (DocCommand command : DocCommand.on(page)) {
            List<String> words = command.isForm() ? command.filled() : command.split();
            CommandLine line = Moat.commandLine(site(), words.get(0));
            if (command.isName() && line.getSubcommands().containsKey(words.get(0))) {
                continue;
            }
            try {
                line.parseArgs(words.toArray(String[]::new));
                wrong.addAll(command.words().contains("my-") ? List.of() : NAMES.unknown(words));
            } catch (CommandLine.ParameterException e) {
                wrong.add(command.words() + ": " + e.getMessage());
            }
        }
        assertThat(wrong).as(page.toString()).isEmpty();
    }

    private static boolean isLeftOut(String words) {
        return LEFT_OUT.keySet().stream().anyMatch(left -> begins(words, left));
    }

    /** Word by word. */
    private static boolean begins(String words, String first) {
        return (words + " ").startsWith(first + " ");
    }

    /** Without a name they take all there is, minutes: tests of their own. */
    private static boolean wholeSet(String words) {
        return words.equals("check") || words.equals("needed");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void noLineOfCodeHasToBeScrolled(Path page) throws IOException {
        // What a program prints on one line is quoted on one line.
        assertThat(DocCommand.code(page)).noneMatch(l -> l.length() > WIDTH && !l.startsWith("moat: "));
    }

    /** No reason for leaving something out stays when its command has gone, and none hides behind another. */
    @Test
    void whatIsLeftOutIsOnSomePage() throws IOException {
        List<String> all = new ArrayList<>();
        for (Path page : pages().toList()) {
            DocCommand.on(page).stream().filter(c -> !c.isForm()).forEach(c -> all.add(c.words()));
        }
        assertThat(all).hasSizeGreaterThan(200);
        assertThat(LEFT_OUT.keySet()).allMatch(left -> all.stream().anyMatch(c -> begins(c, left)));
        assertThat(LEFT_OUT.keySet())
                .noneMatch(left -> LEFT_OUT.keySet().stream().anyMatch(o -> !o.equals(left) && begins(left, o)));
        assertThat(SHOWN.keySet()).allMatch(all::contains);
        assertThat(STAND_IN.keySet()).allMatch(file -> all.stream().anyMatch(c -> c.contains(file)));
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

    /** What a command writes goes to a directory of the test's own. */
    private String[] redirected(List<String> words) {
        List<String> all = new ArrayList<>();
        String before = "";
        for (String word : words) {
            all.add(
                    before.matches("--(save|html|junit|sarif|page)")
                            ? directory.resolve(word).toString()
                            : STAND_IN.getOrDefault(word, word));
            before = word;
        }
        if (words.get(0).equals("check") && !words.contains("--save")) {
            all.addAll(List.of("--save", directory.resolve("saved").toString()));
        }
        return all.toArray(String[]::new);
    }

    private Site site() {
        return new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
    }
}
