package dev.moat.cli.study;

import dev.moat.certificate.Manifest;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Site;
import dev.moat.input.InputException;
import dev.moat.prove.Theory;
import dev.moat.prove.export.CertificateFiles;
import dev.moat.scenario.Own;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat certificate}: checks a directory of certificates without a solver. */
@Command(
        name = "certificate",
        description =
                "Check certificates that 'moat prove --certify DIR' has written, without a solver: DIR is all that is read.",
        footer = {
            "%nExit codes: 0 every goal of the manifest is proved; 15 with --discipline, and they are not the goals of this"
                    + " discipline; 65 a certificate proves nothing, or a file is not the one that the manifest means; 74 one is missing.",
            "%nExamples:",
            "  moat certificate out/certificates",
            "  moat certificate --discipline out/certificates"
        })
public final class CertificateCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(index = "0", paramLabel = "DIR", description = "a directory with a manifest")
    private Path directory = Path.of("");

    @Option(
            names = "--discipline",
            description = "also compare the goals with those of the discipline in specs and invariants, byte by byte")
    private boolean discipline;

    public CertificateCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        List<Manifest.Entry> entries = Manifest.read(directory);
        List<ExitCode> codes = new ArrayList<>();
        long steps = 0;
        int proved = 0;
        for (Manifest.Entry entry : entries) {
            try {
                steps += Manifest.check(directory, entry);
                proved++;
            } catch (InputException e) {
                site.print("REFUSED " + entry.id() + ": " + e.getMessage());
                codes.add(ExitCode.BAD_INPUT);
            }
        }
        if (discipline) {
            List<String> differences = CertificateFiles.differences(
                    entries,
                    CertificateFiles.goals(Theory.load(site.home(), Own.invariants(site.home())), site.home()));
            differences.forEach(line -> site.print("DIFFERENT " + line));
            codes.add(differences.isEmpty() ? ExitCode.OK : ExitCode.EXPECTATION);
        }
        site.print((proved == entries.size() ? "CERTIFIED " : "NOT CERTIFIED: ") + proved + " of " + entries.size()
                + " goals, " + steps + " steps"
                + (discipline && ExitCode.worst(codes) == ExitCode.OK ? "; all goals of the discipline" : ""));
        return ExitCode.worst(codes).code();
    }
}
