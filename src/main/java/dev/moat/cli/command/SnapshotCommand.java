package dev.moat.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Site;
import dev.moat.input.InputFile;
import dev.moat.output.Json;
import dev.moat.snapshot.Snapshot;
import dev.moat.snapshot.SnapshotFinding;
import dev.moat.snapshot.SnapshotFinding.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat snapshot}: judges what a running system shows of its tables. */
@Command(
        name = "snapshot",
        description =
                "Judge tables that a running Xen or Linux has printed: grants, I/O page tables, device entries, queues, groups.",
        footer = {
            "%nAll files are of one system at one time. The exit code is 0 when something was judged and nothing is violated, 5 when"
                    + " nothing could be judged, 12 when a property is violated, and 65 when a file has no known form.",
            "%nExamples:",
            "  moat snapshot docs/examples/debug-key-g.txt",
            "  xl dmesg -c > /dev/null; xl debug-keys g; xl dmesg | moat snapshot -",
            "%nSee docs/howto/check-a-snapshot.md."
        })
public final class SnapshotCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "printed tables; - is the standard input")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    public SnapshotCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Snapshot snapshot = new Snapshot();
        for (Path file : files) {
            String name = file.toString();
            try (InputStream in = name.equals("-") ? System.in : InputFile.open(file)) {
                snapshot.read(name, in);
            }
        }
        List<SnapshotFinding> findings = snapshot.findings(site.home());
        ExitCode exit = ExitCode.OK;
        if (count(findings, Verdict.VIOLATED) > 0) {
            exit = ExitCode.VIOLATION;
        } else if (count(findings, Verdict.HOLDS) == 0) {
            exit = ExitCode.LIMIT;
        }
        if (json) {
            site.out().print(json(snapshot, findings, exit));
        } else {
            text(snapshot, findings).forEach(site::print);
        }
        return exit.code();
    }

    private static long count(List<SnapshotFinding> findings, Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }

    private static List<String> text(Snapshot snapshot, List<SnapshotFinding> findings) {
        List<String> lines = new ArrayList<>();
        snapshot.forms().forEach(form -> lines.add("read: " + form.title()));
        snapshot.notes().forEach(note -> lines.add("note: " + note));
        for (Verdict verdict : Verdict.values()) {
            for (SnapshotFinding finding : findings) {
                if (finding.verdict() == verdict) {
                    lines.add(verdict.word() + ": " + finding.id()
                            + (finding.looked() == 0 ? "" : " (asked of " + finding.looked() + ")"));
                    lines.add("    " + finding.says());
                    String before = verdict == Verdict.NOT_JUDGED ? "    needs " : "    ";
                    finding.detail().forEach(detail -> lines.add(before + detail));
                    if (!finding.provided().isEmpty()) {
                        lines.add("    provided that: " + finding.provided());
                    }
                }
            }
        }
        lines.add(count(findings, Verdict.VIOLATED) + " violated, " + count(findings, Verdict.HOLDS) + " hold, "
                + count(findings, Verdict.NOT_JUDGED) + " not judged"
                + (findings.stream().allMatch(finding -> finding.verdict() == Verdict.NOT_JUDGED)
                        ? ": nothing is known of this system"
                        : ""));
        return lines;
    }

    private static String json(Snapshot snapshot, List<SnapshotFinding> findings, ExitCode exit) {
        JsonObject document = new JsonObject();
        document.addProperty("exitCode", exit.code());
        JsonArray forms = new JsonArray();
        snapshot.forms().forEach(form -> forms.add(form.title()));
        document.add("forms", forms);
        JsonArray notes = new JsonArray();
        snapshot.notes().forEach(notes::add);
        document.add("notes", notes);
        JsonArray properties = new JsonArray();
        for (SnapshotFinding finding : findings) {
            JsonObject property = new JsonObject();
            property.addProperty("property", finding.id());
            property.addProperty("verdict", finding.verdict().word());
            property.addProperty("says", finding.says());
            property.addProperty("places", finding.looked());
            property.addProperty("providedThat", finding.provided());
            JsonArray detail = new JsonArray();
            finding.detail().forEach(detail::add);
            property.add("detail", detail);
            properties.add(property);
        }
        document.add("properties", properties);
        return Json.document(document);
    }
}
