package dev.moat.cli.command;

import dev.moat.audit.Audit;
import dev.moat.audit.AuditJson;
import dev.moat.audit.AuditPage;
import dev.moat.audit.AuditText;
import dev.moat.audit.Recipe;
import dev.moat.audit.Reenactment;
import dev.moat.audit.trace.DeviceFilter;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Failure;
import dev.moat.cli.site.OutputFiles;
import dev.moat.cli.site.Quantity;
import dev.moat.cli.site.Signals;
import dev.moat.cli.site.Site;
import dev.moat.cli.site.UnpackOptions;
import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import dev.moat.input.LiveInput;
import dev.moat.limit.LimitException;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.scenario.Catalog;
import dev.moat.trace.StateJudge;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat audit}: judges recorded traces of a kernel. */
@Command(
        name = "audit",
        description = "Judge traces that ftrace recorded on a real system: did translations outlive their unmap?",
        footer = {
            "%nWithout a gate the exit code is 0 for every trace that could be read. With a gate it is 12 when a rule of"
                    + " the promise is violated, and 5 when the trace does not allow to judge the promise at all. Rules that were"
                    + " judged nowhere are listed as skipped, with the reason; --every-rule makes them count.",
            "%nExamples:",
            "  moat audit --recipe linux-6.1 > record.sh    the script that records a trace, for root",
            "  moat audit --strict nvme.trace               plain or gzip",
            "  moat audit --lazy --json nvme.trace",
            "  moat audit nvme.trace --save found           then: moat replay found/*.itf.json",
            "  cat trace_pipe | moat audit --follow -       each violation as it falls",
            "%nSee docs/howto/audit-traces.md."
        })
public final class AuditCommand implements Callable<Integer> {
    private final Site site;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "ftrace text (trace, trace_pipe, or what trace-cmd or perf print) or event text; - is the standard input")
    private List<Path> files = new ArrayList<>();

    @ArgGroup(multiplicity = "0..1")
    private @Nullable Gate gate;

    @Option(names = "--json", description = "print one JSON document per file and nothing else")
    private boolean json;

    @Option(
            names = "--recipe",
            paramLabel = "KERNEL",
            description =
                    "print the script that records a trace: linux-6.1 or linux-6.12 (shell), bpftrace-linux-6.1, bpftrace-linux-6.12")
    private @Nullable String recipe;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "write the violations printed as counterexamples for 'moat replay'")
    private @Nullable Path save;

    @Option(
            names = "--html",
            paramLabel = "OUT",
            description = "write one HTML page, with a table of the devices' faults")
    private @Nullable Path html;

    @Option(names = "--every-rule", description = "exit with 5 instead of 0 if the trace never exercises a rule")
    private boolean everyRule;

    @Option(
            names = "--device",
            paramLabel = "BDF",
            description =
                    "judge what is of this PCI function or its domain, such as 0000:00:04.0 or 00:04.0; may be repeated")
    private List<String> devices = new ArrayList<>();

    @Option(
            names = "--follow",
            description =
                    "read what is still written, a pipe (-) or a file that grows: each violation is printed at once, the report at the"
                            + " end or on Ctrl-C")
    private boolean follow;

    @Option(
            names = "--idle",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description =
                    "with --follow: a file that has not grown for a time such as 10s is over; without, only Ctrl-C ends it")
    private @Nullable Long idle;

    @Mixin
    private UnpackOptions unpacking = new UnpackOptions();

    /** The promise that decides the exit code. */
    static class Promise {
        @Option(names = "--strict", description = "gate: nothing lingers when unmap returns")
        boolean strict;

        @Option(names = "--lazy", description = "gate: nothing is reused before its invalidation")
        boolean lazy;

        String name() {
            return strict ? "strict" : "lazy";
        }

        Audit.Outcome outcome(Audit audit) {
            return audit.outcome(strict);
        }
    }

    /** The same of a trace, which may show bounced mappings. */
    static final class Gate extends Promise {
        @Option(names = "--bounces", description = "gate: buffers bounce where they must, and only there")
        boolean bounces;

        @Override
        String name() {
            return bounces ? "bounces" : super.name();
        }

        @Override
        Audit.Outcome outcome(Audit audit) {
            return bounces ? audit.bounces() : super.outcome(audit);
        }
    }

    private @Nullable Promise promise;

    /** What this run has saved. */
    private final Set<Path> written = new HashSet<>();

    public AuditCommand(Site site) {
        this.site = site;
    }

    /** For who has an audit already, and wants its report. */
    AuditCommand(Site site, @Nullable Promise promise) {
        this.site = site;
        this.promise = promise;
    }

    private static boolean isStandardInput(Path file) {
        return file.toString().equals("-");
    }

    @Override
    public Integer call() throws IOException {
        promise = gate;
        String kernel = recipe;
        if (kernel != null) {
            return recipe(kernel).code();
        }
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a trace is needed, or --recipe");
        }
        if (follow && (json || files.size() > 1)) {
            throw new ParameterException(spec.commandLine(), "--follow takes one trace, and goes without --json");
        } else if (html != null && files.size() > 1) {
            throw new ParameterException(spec.commandLine(), "--html goes with one trace");
        } else if (idle != null && (!follow || isStandardInput(files.get(0)))) {
            throw new ParameterException(spec.commandLine(), "--idle goes with --follow FILE");
        } else if (files.stream().filter(AuditCommand::isStandardInput).count() > 1) {
            throw new ParameterException(spec.commandLine(), "- is given twice, and the standard input is read once");
        }
        filter(); // refuses before anything is read
        InvariantLibrary library = InvariantLibrary.load(
                site.home().resolve("specs/vocabulary.smt2"), site.home().resolve("invariants"));
        List<ExitCode> codes = new ArrayList<>();
        for (Path file : files) {
            try {
                codes.add(audit(file, library));
            } catch (InputException | LimitException | IOException e) {
                codes.add(Failure.report(e, site.err())); // the next file has its own verdict
            }
        }
        return ExitCode.worst(codes).code();
    }

    private ExitCode recipe(String kernel) {
        if (!files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--recipe takes no trace");
        }
        // All other options are of traces.
        for (OptionSpec other : spec.commandLine().getParseResult().matchedOptions()) {
            if (!other.longestName().equals("--recipe")) {
                throw new ParameterException(
                        spec.commandLine(), "--recipe and " + other.longestName() + " exclude each other");
            }
        }
        try {
            site.out().print(Recipe.of(kernel));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--recipe: " + e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private List<String> save(Audit audit, InvariantLibrary library, OutputFiles files) {
        Path directory = save;
        List<String> saved = new ArrayList<>();
        if (directory != null) {
            for (Reenactment found : Reenactment.of(audit, Catalog.load(), StateJudge.from(library))) {
                Path path = unused(directory, found.fileName());
                if (files.write(path, found::text)) {
                    saved.add(path.toString());
                }
            }
        }
        return saved;
    }

    /** Traces in several directories may have one name. */
    private Path unused(Path directory, String name) {
        Path path = directory.resolve(name);
        for (int n = 2; !written.add(path); n++) {
            path = directory.resolve(n + "-" + name);
        }
        return path;
    }

    private ExitCode audit(Path file, InvariantLibrary library) throws IOException {
        Invariant noStale = library.get(Audit.INVARIANT);
        DeviceFilter filter = filter();
        if (follow) {
            try (LiveInput in = live(file)) {
                Audit audit =
                        Audit.live(file.toString(), unpacking.open(file.toString(), in), noStale, filter, this::atOnce);
                if (in.interrupted()) {
                    site.print("interrupted: what follows is about what was read until then");
                }
                return report(audit, library, in.interrupted() ? ExitCode.INTERRUPTED : ExitCode.OK);
            }
        }
        try (InputStream in = isStandardInput(file) ? System.in : InputFile.open(file)) {
            return report(
                    Audit.of(file.toString(), unpacking.open(file.toString(), in), noStale, filter),
                    library,
                    ExitCode.OK);
        }
    }

    private DeviceFilter filter() {
        try {
            return new DeviceFilter(devices);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--device: " + e.getMessage(), e);
        }
    }

    private LiveInput live(Path file) throws IOException {
        if (isStandardInput(file)) {
            return new LiveInput(System.in, null, 0);
        }
        InputStream in = InputFile.open(file);
        // What is no regular file, such as trace_pipe or a named pipe, says itself when it is over.
        return new LiveInput(
                in, Files.isRegularFile(file) ? file.toFile()::length : null, idle == null ? -1 : idle * 1000);
    }

    private void atOnce(String verdict) {
        site.print(verdict);
        site.out().flush();
    }

    /** @param ended how the reading ended */
    ExitCode report(Audit audit, InvariantLibrary library, ExitCode ended) {
        ExitCode gated = judged(audit);
        // Of a recording that shows nothing to judge nothing is known, whatever was asked.
        ExitCode least = audit.judgedAnything() && audit.isWhole() ? ExitCode.OK : ExitCode.LIMIT;
        boolean skips = everyRule && !audit.skipped().isEmpty();
        ExitCode judged = skips ? ExitCode.worst(List.of(gated, ExitCode.LIMIT)) : gated;
        OutputFiles outputs = new OutputFiles(site);
        List<String> saved = save(audit, library, outputs);
        Path page = html;
        if (page != null) {
            outputs.write(page, () -> AuditPage.of(audit));
        }
        ExitCode found = Signals.answered(ExitCode.worst(List.of(judged, least, outputs.exit(), ended)));
        // Behind other files a signal is still heard.
        ExitCode code = files.size() > 1 ? found : Signals.settled(found);
        if (json) {
            site.out().print(AuditJson.of(audit, code.code(), saved));
        } else {
            AuditText.of(audit).forEach(site::print);
            saved.forEach(path -> site.print("  saved " + path));
            Promise chosen = promise;
            if (chosen != null) {
                site.print("  gate --" + chosen.name() + ": " + says(gated));
            }
            if (everyRule) {
                site.print("  --every-rule: " + (skips ? "rules were skipped (exit code 5)" : "passed"));
            }
        }
        return code;
    }

    private static String says(ExitCode code) {
        return switch (code) {
            case OK -> "passed";
            case VIOLATION -> "FAILED (exit code 12)";
            default -> "the trace does not allow to judge this promise (exit code 5)";
        };
    }

    private ExitCode judged(Audit audit) {
        Promise chosen = promise;
        if (chosen == null) {
            return ExitCode.OK;
        } else if (audit.tables() == Audit.Outcome.VIOLATED) {
            return ExitCode.VIOLATION;
        }
        return switch (chosen.outcome(audit)) {
            case HELD -> ExitCode.OK;
            case VIOLATED -> ExitCode.VIOLATION;
            case NOT_JUDGED -> ExitCode.LIMIT;
        };
    }
}
