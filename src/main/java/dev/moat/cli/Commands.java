package dev.moat.cli;

import dev.moat.cli.command.AuditCommand;
import dev.moat.cli.command.CertificateCommand;
import dev.moat.cli.command.CheckCommand;
import dev.moat.cli.command.ConformCommand;
import dev.moat.cli.command.CoverCommand;
import dev.moat.cli.command.DiffCommand;
import dev.moat.cli.command.DoctorCommand;
import dev.moat.cli.command.ExplainCommand;
import dev.moat.cli.command.ExploreCommand;
import dev.moat.cli.command.LintConfigCommand;
import dev.moat.cli.command.ListCommand;
import dev.moat.cli.command.MutateCommand;
import dev.moat.cli.command.NeededCommand;
import dev.moat.cli.command.NewCommand;
import dev.moat.cli.command.PromisesCommand;
import dev.moat.cli.command.ProveCommand;
import dev.moat.cli.command.RecordCommand;
import dev.moat.cli.command.ReplayCommand;
import dev.moat.cli.command.ShowCommand;
import dev.moat.cli.command.SimulateCommand;
import dev.moat.cli.command.SnapshotCommand;
import dev.moat.cli.command.WhyCommand;
import dev.moat.cli.site.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The commands by name. What options each has is read from its annotations: 40 ms for all, of 200 that a small command takes. */
final class Commands {
    private Commands() {}

    /** The command of this name; all of them, in the order of the help, where it is none's, and for {@code completion}, which is about all. */
    static List<Object> of(Site site, String name) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("check", () -> new CheckCommand(site));
        all.put("new", () -> new NewCommand(site));
        all.put("simulate", () -> new SimulateCommand(site));
        all.put("prove", () -> new ProveCommand(site));
        all.put("certificate", () -> new CertificateCommand(site));
        all.put("replay", () -> new ReplayCommand(site));
        all.put("show", () -> new ShowCommand(site));
        all.put("explore", () -> new ExploreCommand(site));
        all.put("diff", () -> new DiffCommand(site));
        all.put("why", () -> new WhyCommand(site));
        all.put("needed", () -> new NeededCommand(site));
        all.put("cover", () -> new CoverCommand(site));
        all.put("promises", () -> new PromisesCommand(site));
        all.put("mutate", () -> new MutateCommand(site));
        all.put("list", () -> new ListCommand(site));
        all.put("conform", () -> new ConformCommand(site));
        all.put("audit", () -> new AuditCommand(site));
        all.put("record", () -> new RecordCommand(site));
        all.put("explain", () -> new ExplainCommand(site));
        all.put("snapshot", () -> new SnapshotCommand(site));
        all.put("lint-config", () -> new LintConfigCommand(site));
        all.put("doctor", () -> new DoctorCommand(site));
        Supplier<Object> one = all.get(name);
        if (one != null) {
            return List.of(one.get());
        }
        all.put("completion", () -> new CompletionCommand(site));
        return all.values().stream().map(Supplier::get).toList();
    }
}
