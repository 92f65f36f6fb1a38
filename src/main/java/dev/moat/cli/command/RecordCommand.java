package dev.moat.cli.command;

import dev.moat.audit.Audit;
import dev.moat.audit.record.Recorder;
import dev.moat.audit.record.WatchedFunctions;
import dev.moat.audit.trace.DeviceFilter;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.OutputFiles;
import dev.moat.cli.site.Site;
import dev.moat.input.LiveInput;
import dev.moat.input.Printable;
import dev.moat.logic.InvariantLibrary;
import dev.moat.output.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat record}: judges a guest while QEMU runs it. */
@Command(
        name = "record",
        description =
                "Run an unmodified guest under QEMU, record what it does to its IOMMU, and judge that while it runs.",
        footer = {
            "%nNeeds gcc, and QEMU 9.2 or later with its TCG. The machine is a q35 with intel-iommu or amd-iommu. Moat adds what the"
                    + " command lacks, and says so. Exit codes are those of 'moat audit'. Ctrl-C ends QEMU; the report follows.",
            "%nExamples:",
            "  moat record --strict --symbols kallsyms -- qemu-system-x86_64 -machine q35 -device intel-iommu -m 1G ...",
            "  moat record --save boot.events.gz -- qemu-system-x86_64 ...    then: moat audit boot.events.gz",
            "%nSee docs/howto/check-your-kernel.md."
        })
public final class RecordCommand implements Callable<Integer> {
    private final Site site;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    @Parameters(paramLabel = "QEMU", description = "behind --: QEMU and its arguments, as without Moat")
    private List<String> words = new ArrayList<>();

    @ArgGroup(multiplicity = "0..1")
    private AuditCommand.@Nullable Promise gate;

    /** Systems whose functions are known. */
    enum Guest {
        linux(WatchedFunctions.Known.LINUX),
        xen(WatchedFunctions.Known.XEN);

        private final WatchedFunctions.Known system;

        Guest(WatchedFunctions.Known system) {
            this.system = system;
        }
    }

    @Option(
            names = "--for",
            paramLabel = "SYSTEM",
            defaultValue = "linux",
            description = "whose functions to look for in the symbols: linux (default) or xen")
    private Guest guest = Guest.linux;

    @Option(
            names = "--symbols",
            paramLabel = "FILE",
            description =
                    "the symbols of the guest, as /proc/kallsyms prints them to root (boot Linux with nokaslr), or /proc/xen/xensyms;"
                            + " without them only tables and commands are judged")
    private @Nullable Path symbols;

    @Option(names = "--save", paramLabel = "FILE", description = "write the recording there, packed by gzip")
    private @Nullable Path save;

    @Option(
            names = "--plant",
            paramLabel = "FUNCTION:N",
            description =
                    "for tests of Moat: from its Nth call on, the function returns at once (QEMU 11.1); the guest may break")
    private @Nullable String plant;

    @Option(
            names = "--overlook",
            paramLabel = "BYTES",
            defaultValue = "0",
            description =
                    "for tests of Moat: the recorder overlooks stores of this size, and the comparison has to notice")
    private int overlook;

    public RecordCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        String planted = plant;
        if (words.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "QEMU's command is needed, behind --");
        } else if (planted != null && !planted.matches("[A-Za-z0-9_]{1,80}:[0-9]{1,9}")) {
            throw new ParameterException(
                    spec.commandLine(), "--plant takes FUNCTION:N, for example qi_flush_iotlb:100");
        } else if (planted != null && symbols == null) {
            throw new ParameterException(spec.commandLine(), "--plant needs --symbols");
        }
        InvariantLibrary library = InvariantLibrary.load(
                site.home().resolve("specs/vocabulary.smt2"), site.home().resolve("invariants"));
        Recorder.Wanted wanted = new Recorder.Wanted(guest.system, symbols, planted, overlook);
        Path copy = save == null ? null : Files.createTempFile("moat-record-", ".gz");
        try (Recorder recorder = Recorder.start(words, wanted, this::say)) {
            return judged(recorder, library, copy).code();
        } catch (InterruptedException e) {
            say("interrupted before the guest ran");
            return ExitCode.INTERRUPTED.code();
        } finally {
            if (copy != null) {
                Files.deleteIfExists(copy);
            }
        }
    }

    private void say(String line) {
        site.err().println("moat: " + Printable.of(line));
        site.err().flush();
    }

    private ExitCode judged(Recorder recorder, InvariantLibrary library, @Nullable Path copy) throws IOException {
        try (LiveInput in = new LiveInput(recorder.events(copy), null, 0)) {
            Audit audit =
                    Audit.live("the recording", in, library.get(Audit.INVARIANT), new DeviceFilter(List.of()), line -> {
                        site.print(line);
                        site.out().flush();
                    });
            boolean late = Thread.interrupted();
            boolean interrupted = late || in.interrupted();
            if (interrupted) {
                site.print("interrupted: what follows is about what was read until then");
            }
            recorder.close();
            ExitCode ended = interrupted ? ExitCode.INTERRUPTED : ExitCode.OK;
            Path to = save;
            if (to != null && copy != null) {
                OutputFiles files = new OutputFiles(site);
                try {
                    OutputFile.write(to, out -> Files.copy(copy, out));
                    site.print("saved " + to);
                } catch (IOException e) {
                    files.complain(e);
                }
                ended = ExitCode.worst(List.of(ended, files.exit()));
            }
            site.print("  " + recorder.comparisons());
            if (recorder.differs()) {
                site.print("  the recording is incomplete, and violations may come from that");
            }
            if (symbols != null && !interrupted && !recorder.differs() && showsNoCall(audit)) {
                site.print(
                        "  no watched function was called: are these the symbols of this kernel, booted with nokaslr?");
            }
            return new AuditCommand(site, gate).report(audit, library, ended);
        }
    }

    private static boolean showsNoCall(Audit audit) {
        return audit.tallies().stream()
                .filter(tally -> tally.rule().counts().endsWith(" calls"))
                .allMatch(tally -> tally.judged() + tally.unjudgedCount() == 0);
    }
}
