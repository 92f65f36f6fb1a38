package dev.moat.cli.command;

import dev.moat.check.Engine;
import dev.moat.check.mutants.Fate;
import dev.moat.check.mutants.Mutant;
import dev.moat.check.mutants.MutantGate;
import dev.moat.cli.option.LimitOptions;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat mutate}. */
@Command(name = "mutate", description = "x")
public final class MutateCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(paramLabel = "SCENARIO")
    private List<String> names = new ArrayList<>();

    @Mixin
    private LimitOptions options = new LimitOptions();

    @Option(names = "--only")
    private String only = "";

    @Option(names = "--most")
    private long most = 50_000;

    @Option(names = "--list")
    private boolean list;

    public MutateCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Engine engine = site.engine();
        Limits limits = options.limits();
        List<Scenario> all = site.scenarios(engine).all().stream()
                .filter(s -> Set.of("default").contains(s.set()))
                .filter(s -> s.expect().distinct() == null || s.expect().distinct() <= most)
                .filter(s -> names.isEmpty() || names.contains(s.id()))
                .toList();
        try (MutantGate gate = new MutantGate(limits.workers(), System.nanoTime() + 1_000_000_000L * Math.min(limits.seconds(), 1_000_000L))) {
            long t = System.nanoTime();
            List<String> left = gate.prepare(Catalog.load(), engine, all, most);
            site.print("left out: " + left);
            site.print("judges: " + gate.scenarios().size() + " " + (System.nanoTime() - t) / 1e9);
            Map<String, Mutant> mutants = gate.mutants();
            site.print("mutants: " + mutants.size());
            List<Mutant> chosen = mutants.values().stream().filter(m -> m.id().matches(".*" + only + ".*")).toList();
            if (list) {
                chosen.forEach(m -> site.print(m.id()));
                return 0;
            }
            List<Fate> fates = gate.run(chosen, f -> {
                site.print((f.death() == null ? (f.finished() ? "SURVIVES " : "UNFINISHED ") : "dead ") + f.mutant() + " | " + f.tried() + " | " + f.death());
                site.out().flush();
            });
            site.print(fates.stream().filter(f -> f.death() != null).count() + " of " + fates.size());
            site.print("time " + (System.nanoTime() - t) / 1e9);
        }
        return 0;
    }
}
