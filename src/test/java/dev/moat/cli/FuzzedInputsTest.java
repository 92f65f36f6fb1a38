package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Whatever Moat reads is changed by the fuzzer: an option or a reader that is new has to be entered here, with its kinds. */
class FuzzedInputsTest {
    /** Options and parameters that name what is read. */
    private static final Map<String, List<String>> READ = Map.ofEntries(
            Map.entry(
                    "audit FILE",
                    List.of(
                            "events",
                            "trace",
                            "trace-save",
                            "trace-packed",
                            "trace-trace-cmd",
                            "trace-perf",
                            "trace-bpftrace",
                            "trace-device",
                            "trace-follow")),
            Map.entry("certificate DIR", List.of("certificate-goal", "certificate", "certificate-manifest")),
            Map.entry("check SCENARIO", List.of("yaml", "text")),
            Map.entry("check --component", List.of()), // an id
            Map.entry("check --resume", List.of("checkpoint")),
            Map.entry("why SCENARIO", List.of("yaml", "text")),
            Map.entry("conform FILE", List.of("amdvi", "dma", "log", "log-packed", "riscv", "smmuv3", "viommu", "xen")),
            Map.entry("conform --trace", List.of("guest", "guest-packed")),
            Map.entry("diff A", List.of("diff")),
            Map.entry("diff B", List.of("diff")),
            Map.entry("explain FILE", List.of("log-kernel")),
            Map.entry("record --symbols", List.of("symbols")),
            Map.entry("snapshot FILE", List.of("snapshot")),
            Map.entry("explore SCENARIO", List.of("yaml", "text")),
            Map.entry("list SCENARIO", List.of("yaml", "text")),
            Map.entry("lint-config --firmware", List.of("firmware")),
            Map.entry("lint-config --machine", List.of("machine-listing")),
            Map.entry("lint-config FILE", List.of("config", "guest-file")),
            Map.entry("moat --invariants", List.of("smt-r1", "smt-xen-vtd")),
            Map.entry("mutate --journal", List.of("journal")),
            Map.entry("mutate NAME", List.of("yaml")),
            Map.entry("needed --page", List.of("needed-page")),
            Map.entry("promises --page", List.of("promises-page")),
            Map.entry("new FILE", List.of()), // written, where nothing is
            Map.entry("prove --discipline", List.of("own-discipline")),
            Map.entry("prove --family", List.of("family")),
            Map.entry("prove --responses", List.of("response")),
            Map.entry("prove --infer", List.of("own-discipline")),
            Map.entry("prove --lemmas", List.of("lemma")),
            Map.entry("prove --properties", List.of("own-property")),
            Map.entry("replay FILE", List.of("replay", "lasso")),
            Map.entry("replay --properties", List.of("own-property")),
            Map.entry("replay --responses", List.of("response")),
            Map.entry("show FILE", List.of("show")),
            Map.entry("simulate SCENARIO", List.of("yaml", "text")));

    /** Those that name what is only written. */
    private static final Set<String> WRITTEN = Set.of(
            "audit --html",
            "audit --save",
            "check --checkpoint",
            "check --html",
            "check --junit",
            "check --sarif",
            "check --save",
            "cover --save",
            "explore --save",
            "list --html",
            "needed --html",
            "needed --save",
            "promises --save",
            "record --save",
            "prove --certify",
            "prove --goals",
            "prove --junit",
            "prove --sarif",
            "prove --save",
            "show --html",
            "simulate --save",
            "why --html");

    /** Who opens files or streams, and the kinds that come by there. */
    private static final Map<String, List<String>> READERS = Map.ofEntries(
            Map.entry("assignment/Assignment.java", List.of("guest-file", "machine-listing", "firmware")),
            Map.entry("audit/record/WatchedFunctions.java", List.of("symbols")),
            Map.entry("certificate/Manifest.java", List.of("certificate-goal", "certificate", "certificate-manifest")),
            Map.entry("check/Checkpoint.java", List.of("checkpoint")),
            Map.entry("check/DirectoryLock.java", List.of()), // digits, or nothing is said
            Map.entry("check/Fingerprints.java", List.of()), // sums of bytes, whatever they are
            Map.entry("check/cover/KnownBreaks.java", List.of("cover")),
            Map.entry("check/proof/RecordedLasso.java", List.of("lasso")),
            Map.entry("check/mutants/Journal.java", List.of("journal")),
            Map.entry("check/mutants/Listed.java", List.of("mutants")),
            Map.entry("check/report/RunsMoat.java", List.of()), // looks for a word in the project's own files
            Map.entry("check/report/Sources.java", List.of()), // counts lines of code, whatever they say
            Map.entry(
                    "cli/command/AuditCommand.java",
                    List.of("trace", "trace-follow", "trace-trace-cmd", "trace-perf", "trace-bpftrace")),
            Map.entry(
                    "cli/command/ConformCommand.java",
                    List.of("amdvi", "dma", "log", "riscv", "smmuv3", "viommu", "xen")),
            Map.entry("cli/ReadBy.java", List.of("trace", "log-kernel")), // what another reader has refused
            Map.entry("cli/command/ExplainCommand.java", List.of("log-kernel")),
            Map.entry("cli/command/SnapshotCommand.java", List.of("snapshot")),
            Map.entry("cli/command/NotModelled.java", List.of()), // a page of the project
            Map.entry("cli/site/UnpackOptions.java", List.of("trace-packed", "log-packed", "guest-packed")),
            Map.entry("cli/site/ScratchDirectory.java", List.of()), // opened for its lock alone
            Map.entry("conform/qemu/GuestTrace.java", List.of("guest")),
            Map.entry("conform/qemu/QemuLog.java", List.of("log")),
            Map.entry(
                    "logic/SmtReader.java",
                    List.of(
                            "smt-r1",
                            "smt-xen-vtd",
                            "vocabulary",
                            "discipline",
                            "family",
                            "lemma",
                            "response",
                            "own-discipline",
                            "own-property",
                            "pin-counter")),
            Map.entry("notation/text/Parser.java", List.of("text")),
            Map.entry("output/MarkedPage.java", List.of("needed-page", "promises-page")),
            Map.entry("prove/Explained.java", List.of("survivors")),
            Map.entry("prove/PinProof.java", List.of("pin-bytes")),
            Map.entry("prove/code/Specification.java", List.of("layouts")),
            Map.entry("scenario/FirmwareRanges.java", List.of("firmware")),
            Map.entry("scenario/YamlFile.java", List.of("yaml", "config")),
            Map.entry("trace/file/JsonFile.java", List.of("replay", "show")));

    private static final Pattern OPENS = Pattern.compile(
            "InputFile\\.open|InputText\\.(?:open|read)|PackedText\\.open|new TextLines\\(|new FileInputStream|FileChannel"
                    + "|Files\\.(?:readString|readAll\\w+|lines|newInputStream|newBufferedReader|newByteChannel)");

    @Test
    void everyFileOnTheCommandLineHasItsKinds(@TempDir Path work) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        PrintWriter none = new PrintWriter(new StringWriter());
        Site site = new Site(Path.of(""), none, none, false, false, CheckoutEngine::open);
        CommandLine moat = Moat.commandLine(site);
        Map<String, CommandLine> commands = new TreeMap<>(moat.getSubcommands());
        commands.put("moat", moat);
        commands.forEach((name, command) -> {
            for (ArgSpec arg : command.getCommandSpec().args()) {
                boolean own = !(arg instanceof OptionSpec option && option.inherited());
                if (own && namesFile(arg)) {
                    found.add(name + " " + label(arg));
                }
            }
        });
        assertThat(found)
                .isEqualTo(Stream.concat(READ.keySet().stream(), WRITTEN.stream())
                        .collect(Collectors.toCollection(TreeSet::new)));
        allExist(READ, work);
    }

    /** What is written as one file is compared with what else a command line names, or a report overwrites another. */
    @Test
    void everyFileThatIsWrittenIsLookedAt() {
        PrintWriter none = new PrintWriter(new StringWriter());
        CommandLine moat = Moat.commandLine(new Site(Path.of(""), none, none, false, false, CheckoutEngine::open));
        for (String name : WRITTEN) {
            String[] words = name.split(" ");
            OptionSpec option =
                    moat.getSubcommands().get(words[0]).getCommandSpec().findOption(words[1]);
            assertThat(option.paramLabel().equals("DIR") || NamedFiles.isWritten(option))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void everyReaderHasItsKinds(@TempDir Path work) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        Path sources = Path.of("src/main/java/dev/moat");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                if (!file.startsWith(sources.resolve("input"))
                        && OPENS.matcher(Files.readString(file)).find()) {
                    found.add(sources.relativize(file).toString());
                }
            }
        }
        assertThat(found).isEqualTo(new TreeSet<>(READERS.keySet()));
        allExist(READERS, work);
    }

    private static void allExist(Map<String, List<String>> kinds, Path work) throws IOException {
        List<String> known =
                FuzzKinds.below(work).stream().map(FuzzKinds.Kind::name).toList();
        kinds.forEach((what, names) -> assertThat(known).as(what).containsAll(names));
    }

    /** What a word of the command line may lead to: a path, or a word that is one where it is no name. */
    private static boolean namesFile(ArgSpec arg) {
        return arg.type() == Path.class
                || arg.auxiliaryTypes()[0] == Path.class
                || Set.of("FILE", "SCENARIO", "NAME", "A", "B")
                        .contains(arg.paramLabel().replace("...", ""));
    }

    private static String label(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }
}
