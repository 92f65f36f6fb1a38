package dev.moat.cli.command;

import dev.moat.check.CheckRequest;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.ChangeOptions;
import dev.moat.cli.site.OutputFiles;
import dev.moat.cli.site.ProgressLine;
import dev.moat.cli.site.Quantity;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.input.ShellWord;
import dev.moat.limit.Alarm;
import dev.moat.limit.LimitException;
import dev.moat.limit.SeparateThread;
import dev.moat.limit.StoppedException;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.judge.TupleJudge;
import dev.moat.machine.Machine;
import dev.moat.model.InjectedFault;
import dev.moat.output.Counted;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.UserExtensions;
import dev.moat.trace.Minimiser;
import dev.moat.trace.Simulation;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleWriter;
import dev.moat.trace.story.Story;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat simulate}: random runs at sizes that no search exhausts. */
@Command(
        name = "simulate",
        description = "Walk at random through a machine that is too large to search, and check every state.",
        footer = {
            "%nA walk without a violation says nothing about states that it did not visit. The same seed does the same"
                    + " again; a violation is minimised and saved, and the exit code is 12. The exit code is 5 if --time"
                    + " ends it, or if an edited program shows nothing: walks do not tell whether its operations still end. It is 15"
                    + " if an expected violation was not met.",
            "%nExamples:",
            "  moat simulate xen-sim-strict --seed 7 --steps 1M",
            "  moat simulate xen-sim-strict --seed 7 --first-walk 500     goes on where an earlier one stopped",
            "  moat simulate xen-op -P frames=4 -P handles=4 --inject unmap.no-invalidation"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final long STEPS = 1_000_000;

    private static final Path SAVED = Path.of(".moat");

    private final Site site;

    @Parameters(paramLabel = "SCENARIO", description = "id (see 'moat list scenarios') or path of a file")
    private String name = "";

    @Option(names = "--seed", paramLabel = "N", description = "default: ${DEFAULT-VALUE}", defaultValue = "1")
    private long seed = 1;

    @Option(
            names = "--steps",
            paramLabel = "N",
            converter = Quantity.Count.class,
            description = "transitions in all, such as 20k or 5M; default: ${DEFAULT-VALUE}",
            defaultValue = "1M")
    private Long steps = STEPS;

    @Option(
            names = "--walk",
            paramLabel = "N",
            converter = Quantity.Count.class,
            description = "transitions after which a walk ends and the next begins; default: ${DEFAULT-VALUE}",
            defaultValue = "2000")
    private Long length = 2000L;

    @Option(
            names = "--first-walk",
            paramLabel = "N",
            converter = Quantity.Number.class,
            description = "number of the first walk; default: ${DEFAULT-VALUE}",
            defaultValue = "0")
    private Long first = 0L;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "give up after a time such as 30s, 5m, 2h")
    private Long time = Long.MAX_VALUE;

    @Mixin
    private ChangeOptions changes = new ChangeOptions();

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "where a counterexample goes; default: ${DEFAULT-VALUE}",
            defaultValue = ".moat")
    private Path save = SAVED;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            description = "print only the result and the command that continues")
    private boolean quiet;

    @Option(names = "--full", description = "also print bookkeeping in the table of a counterexample")
    private boolean full;

    public SimulateCommand(Site site) {
        this.site = site;
    }

    /** What ended the work, if it was not done. */
    private enum End {
        DONE,
        SIGNAL,
        TIME
    }

    /**
     * What was walked.
     *
     * @param shown the violation, minimised unless something ended that; null for none
     */
    private record Walked(
            Scenario scenario,
            TraceRunner runner,
            Simulation.Result result,
            @Nullable Trace shown,
            End end) {}

    @Override
    public Integer call() throws IOException {
        if (quiet && full) {
            throw new ParameterException(spec.commandLine(), "--quiet prints no table: without --full");
        }
        return report(walk()).code();
    }

    /** Everything that takes long; what is printed and written comes after it, when no bell rings any more. */
    private Walked walk() throws IOException {
        Alarm alarm = Alarm.after(time);
        try (alarm) {
            Walked w = SeparateThread.get(this::simulate);
            return w.end() == End.SIGNAL && alarm.rang()
                    ? new Walked(w.scenario(), w.runner(), w.result(), w.shown(), End.TIME)
                    : w;
        } catch (StoppedException e) {
            if (!alarm.rang()) {
                throw e;
            }
            // What does not come back may be in any walk; what does stops before the first or is told what it has
            // walked.
            String where = e.behind().isEmpty() ? " before the first walk" : e.behindWords();
            throw new LimitException("time", "the limit on time was hit" + where);
        }
    }

    private Walked simulate() throws IOException {
        Engine engine = site.engine();
        Scenario read = site.scenarios(engine).find(name);
        CheckRequest request = new CheckRequest(
                read,
                changes.settings(),
                changes.faults(),
                changes.edits(),
                Limits.none(1),
                new CheckRequest.Manner(false, false));
        Scenario scenario = request.effective();
        Machine machine = Catalog.load().machine(scenario.machine());
        InvariantLibrary library = UserExtensions.library(site.home());
        InvariantLibrary all = library.with(machine.model().abstraction().properties());
        TupleJudge judge = new TupleJudge(
                scenario.invariants().stream().map(all::get).toList(),
                machine.model().abstraction(),
                machine.schema());
        TraceRunner runner = new TraceRunner(machine, StateJudge.of(judge));
        long began = System.nanoTime();
        Simulation.Result result;
        try (ProgressLine progress = new ProgressLine(site.err(), site.terminal(), quiet, scenario.id())) {
            int most = (int) Math.min(length, Integer.MAX_VALUE);
            result = new Simulation(runner)
                    .run(seed, first, steps, most, (w, t) -> progress.walked(w, t, System.nanoTime() - began));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        site.err()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %.2f s, %,.0f transitions/s",
                        scenario.id(),
                        seconds,
                        result.transitions() / Math.max(seconds, 1e-3)));
        Trace found = result.violation();
        End end = result.interrupted() ? End.SIGNAL : End.DONE;
        try {
            long mustHold = ~runner.set(scenario.fail());
            found = found == null ? null : new Minimiser(runner).minimise(found, mustHold);
        } catch (StoppedException e) {
            Thread.interrupted(); // a signal or the end of the time ends the minimising, not what was found
            end = End.SIGNAL;
        }
        return new Walked(scenario, runner, result, found, end);
    }

    private ExitCode report(Walked walked) {
        Scenario scenario = walked.scenario();
        TraceRunner runner = walked.runner();
        Simulation.Result result = walked.result();
        Trace found = walked.shown();
        String cut = walked.end() == End.TIME ? "INCONCLUSIVE, the limit on time was hit" : "INTERRUPTED";
        String met = isUnjudged(scenario) ? "INCONCLUSIVE, no violation met" : "NO VIOLATION MET";
        String outcome = found != null ? "VIOLATED" : result.interrupted() ? cut : met;
        site.print(String.format(
                Locale.ROOT,
                "%s: %s (seed %d, %s in %s from number %d)",
                scenario.id(),
                outcome,
                seed,
                Counted.of(result.transitions(), "transition"),
                Counted.of(result.walks(), "walk"),
                first));
        if (!quiet) {
            figures(scenario, runner.machine(), result);
        }
        if (found != null) {
            return show(walked, found);
        }
        if (result.interrupted()) {
            // Java refuses to write on an interrupted thread.
            Thread.interrupted();
        }
        site.print("  to go on      " + UserExtensions.command("simulate", name) + changes.words() + " --seed " + seed
                + " --walk "
                + length + (steps == STEPS ? "" : " --steps " + steps) + saveWords() + " --first-walk "
                + result.next());
        if (result.interrupted()) {
            return walked.end() == End.TIME ? ExitCode.LIMIT : ExitCode.INTERRUPTED;
        }
        sayUnseen(scenario);
        return scenario.expect().violated()
                ? ExitCode.EXPECTATION
                : isUnjudged(scenario) ? ExitCode.LIMIT : ExitCode.OK;
    }

    /** Whether an edited program is walked through that is to hold: nobody asks here what it still does. */
    private static boolean isUnjudged(Scenario scenario) {
        return !scenario.machine().faults().isEmpty() && !scenario.expect().violated();
    }

    private String saveWords() {
        return save.equals(SAVED) ? "" : " --save " + ShellWord.of(save.toString());
    }

    /** Says what was to be met: that it was not is no success then. A fault that was asked for says where it is to show. */
    private void sayUnseen(Scenario scenario) {
        List<String> missed = new ArrayList<>();
        if (scenario.expect().violated()) {
            missed.add("a violation of " + String.join(" or ", scenario.fail())
                    + " is expected; these walks did not meet it: more --steps, or check");
        }
        for (String id : Objects.requireNonNullElse(changes.faults(), List.<String>of())) {
            InjectedFault fault =
                    Catalog.fault(Catalog.load().component(scenario.machine().component()), id);
            missed.add(id + " was injected: "
                    + fault.unseen(scenario.machine().granularity().key(), false));
        }
        if (isUnjudged(scenario)) {
            missed.add("walks do not tell whether the operations of an edited program still end; moat check does");
        }
        missed.forEach(why -> site.print("  because       " + why));
    }

    private void figures(Scenario scenario, Machine machine, Simulation.Result result) {
        site.print("  machine       " + scenario.machine().component() + " "
                + scenario.machine().settings() + ", granularity "
                + scenario.machine().granularity().key());
        if (!scenario.machine().faults().isEmpty()) {
            site.print("  injected      " + String.join(", ", scenario.machine().faults()));
        }
        String judged = scenario.invariants().isEmpty() ? "" : String.join(", ", scenario.invariants()) + "; ";
        site.print("  judged        " + judged + "no-deadlock in every 100th state");
        site.printNotJudged(scenario);
        site.print(String.format(
                Locale.ROOT, "  state         %,d bits", 64 * machine.schema().words()));
        site.print(String.format(
                Locale.ROOT, "  rejected      %,d letters were not enabled or were refused", result.rejected()));
        long met = result.taken().stream().filter(n -> n > 0).count();
        site.print(String.format(Locale.ROOT, "  letters       %,d of %,d taken", met, machine.instances()));
        byName(machine, result.taken())
                .forEach((action, n) -> site.print(String.format(Locale.ROOT, "    %,12d  %s", n, action)));
        if (!result.reached().isEmpty()) {
            long some = result.reached().values().stream().filter(n -> n > 0).count();
            site.print(String.format(
                    Locale.ROOT,
                    "  reached       %,d of %,d kinds",
                    some,
                    result.reached().size()));
            result.reached().forEach((what, n) -> site.print(String.format(Locale.ROOT, "    %,12d  %s", n, what)));
        }
        list(
                "statuses",
                result.coverage().results().entrySet().stream()
                        .map(e -> String.format(Locale.ROOT, "%s %,d", e.getKey(), e.getValue()))
                        .toList());
        list(
                "not met",
                result.unwitnessed().stream().map(id -> "the premises of " + id).toList());
        list(
                "not run",
                result.coverage().steps().entrySet().stream()
                        .filter(e -> e.getValue() == 0)
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private void list(String what, List<String> all) {
        site.print(String.format(Locale.ROOT, "  %-13s %s", what, all.isEmpty() ? "nothing" : String.join("; ", all)));
    }

    private static Map<String, Long> byName(Machine machine, List<Long> taken) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < taken.size(); i++) {
            Machine.Instance it = machine.instance(i);
            String action = switch (it.kind()) {
                case ACTION -> machine.model().actions().get(it.target()).name();
                case START -> machine.model().operations().get(it.target()).name();
                case ADVANCE -> "step of a running operation";
            };
            counts.merge(action, taken.get(i), Long::sum);
        }
        return counts;
    }

    private ExitCode show(Walked walked, Trace smallest) {
        Scenario scenario = walked.scenario();
        TraceRunner runner = walked.runner();
        Trace found = walked.result().violation();
        Path file = save.resolve(scenario.id() + ".itf.json");
        Counterexample record = Counterexample.record(scenario.id(), scenario.machine(), runner, smallest);
        String reproduce = UserExtensions.command("replay", file);
        OutputFiles files = new OutputFiles(site);
        boolean saved = files.write(file, () -> CounterexampleWriter.text(record, runner.machine()));
        if (!quiet || !saved) {
            new Story(runner, Catalog.load(), scenario.machine())
                    .print(runner.run(smallest), !full, reproduce)
                    .lines()
                    .forEach(site::print);
        }
        int before = found == null ? smallest.transitions() : found.transitions();
        site.print("  found in      " + Counted.of(before, "transition") + ", "
                + (walked.end() == End.DONE ? "minimised to " + smallest.transitions() : "not minimised"));
        if (saved) {
            site.print("  saved         " + file);
            site.print("  reproduce     " + reproduce);
        }
        boolean isExpected = scenario.expect().violated() && scenario.fail().containsAll(record.violates());
        return ExitCode.worst(List.of(files.exit(), isExpected ? ExitCode.OK : ExitCode.VIOLATION));
    }
}
