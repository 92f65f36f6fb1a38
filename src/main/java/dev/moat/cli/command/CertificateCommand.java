package dev.moat.cli.command;

import dev.moat.certificate.Manifest;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Quantity;
import dev.moat.cli.site.Site;
import dev.moat.input.InputException;
import dev.moat.limit.Alarm;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.prove.Theory;
import dev.moat.prove.export.CertificateFiles;
import dev.moat.scenario.UserExtensions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat certificate}: checks a directory of certificates without a solver. */
@Command(
        name = "certificate",
        description =
                "Check certificates that 'moat prove --certify DIR' has written, without a solver: DIR is all that is read.",
        footer = {
            "%nExit codes: 0 every goal of the manifest is proved; 5 the time was up before; 15 with --discipline, and they are not the goals of this"
                    + " discipline; 65 a certificate proves nothing, or a file is not the one that the manifest means; 74 one is missing.",
            "%nExamples:",
            "  moat certificate out/certificates",
            "  moat certificate --discipline out/certificates",
            "  moat certificate --time 1m from/somebody/else"
        })
public final class CertificateCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(index = "0", paramLabel = "DIR", description = "a directory with a manifest")
    private Path directory = Path.of("");

    @Option(
            names = "--discipline",
            description = "also compare the goals with those of the discipline in specs and invariants, byte by byte")
    private boolean discipline;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "give up after a time such as 30s, 5m, 2h: what is not checked then is not proved")
    @Nullable
    private Long time;

    /** What was checked so far, by another thread than the one that tells. */
    private final List<ExitCode> codes = new CopyOnWriteArrayList<>();

    private final AtomicInteger proved = new AtomicInteger();
    private final AtomicLong steps = new AtomicLong();

    public CertificateCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        List<Manifest.Entry> entries = Manifest.read(directory);
        String cut = "";
        try {
            Alarm.within(time == null ? Long.MAX_VALUE : time, "checking certificates", () -> check(entries));
        } catch (LimitException e) {
            cut = "; " + e.getMessage() + ": --time sets it, and of " + (entries.size() - proved.get() - codes.size())
                    + " goals nothing is known";
            codes.add(ExitCode.LIMIT);
        }
        if (discipline) {
            List<String> differences = CertificateFiles.differences(
                    entries,
                    CertificateFiles.goals(
                            Theory.load(site.home(), UserExtensions.invariants(site.home())), site.home()));
            differences.forEach(line -> site.print("DIFFERENT " + line));
            codes.add(differences.isEmpty() ? ExitCode.OK : ExitCode.EXPECTATION);
        }
        boolean all = cut.isEmpty() && proved.get() == entries.size();
        site.print((all ? "CERTIFIED " : "NOT CERTIFIED: ") + proved + " of " + entries.size() + " goals, " + steps
                + " steps"
                + (discipline && ExitCode.worst(codes) == ExitCode.OK ? "; all goals of the discipline" : "") + cut);
        return ExitCode.worst(codes).code();
    }

    private boolean check(List<Manifest.Entry> entries) throws IOException {
        for (Manifest.Entry entry : entries) {
            StoppedException.look();
            try {
                steps.addAndGet(Manifest.check(directory, entry));
                proved.incrementAndGet();
            } catch (InputException e) {
                site.print("REFUSED " + entry.id() + ": " + e.getMessage());
                codes.add(ExitCode.BAD_INPUT);
            }
        }
        return true;
    }
}
