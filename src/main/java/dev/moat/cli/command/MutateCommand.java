package dev.moat.cli.command;

import dev.moat.check.Checkpoints;
import dev.moat.check.Engine;
import dev.moat.check.mutants.ComponentMutant;
import dev.moat.check.mutants.Journal;
import dev.moat.check.mutants.Listed;
import dev.moat.check.mutants.MutantGate;
import dev.moat.check.mutants.MutantResult;
import dev.moat.check.mutants.Score;
import dev.moat.check.mutants.ScoreText;
import dev.moat.cli.site.LimitOptions;
import dev.moat.cli.site.Quantity;
import dev.moat.cli.site.RunPart;
import dev.moat.cli.site.Site;
import dev.moat.limit.Alarm;
import dev.moat.limit.StoppedException;
import dev.moat.model.Component;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat mutate}: who judges the judges. */
@Command(
        name = "mutate",
        description =
                "Change each relation and each write of a step a little, and report changes that no check notices.",
        footer = {
            "%nA mutant is noticed by a property, a claim, a deadlock, a run without end, a witness that is not reached, or a"
                    + " control that is not caught as it must be; never by a count. Survivors that nothing has to notice are listed, each with"
                    + " the reason, in specs/mutant-survivors.txt; others end the command with 15, as does a listed one that is noticed or gone.",
            "%nExamples:",
            "  moat mutate                              relations and dropped writes",
            "  moat mutate --relations xen-vtd/amd-vi   the relations that a family gives a meaning to",
            "  moat mutate --steps --fields --one-in 40 a sample of the steps' writes and of what they write",
            "  moat mutate --only ' cent ' xen-2cpu-assign xen-incoherent-assign",
            "  moat mutate --list --steps r1            what there is, without trying it"
        })
public final class MutateCommand implements Callable<Integer> {
    private static final long LONGEST = 1_000_000;
    private final Site site;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description =
                    "scenarios that judge; or components, also with their kind as in xen-vtd/amd-vi, whose mutants to try")
    private List<String> names = new ArrayList<>();

    @Option(names = "--relations", description = "only the relations' mutants")
    private boolean relations;

    @Option(names = "--steps", description = "only the steps' mutants")
    private boolean steps;

    @Option(names = "--fields", description = "also change fields by one; not all survivors are listed yet")
    private boolean fields;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description = "only mutants with this text in their names (repeatable)")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--one-in",
            paramLabel = "N",
            converter = Quantity.Count.class,
            description = "only one of N mutants, chosen by name")
    private Long oneIn = 1L;

    @Option(
            names = "--part",
            paramLabel = "K/N",
            converter = RunPart.Converter.class,
            description = "only the K-th of N parts of the mutants, for runs in pieces")
    private RunPart part = RunPart.WHOLE;

    @Option(
            names = "--set",
            paramLabel = "SET",
            description = "set of scenarios that judge, if none is named: ${DEFAULT-VALUE}, extra or deep",
            defaultValue = "default")
    private String set = "default";

    @Option(
            names = "--states",
            paramLabel = "N",
            converter = Quantity.Count.class,
            description = "scenarios with more states do not judge; default: 30k")
    private Long states = MutantGate.MOST_STATES;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "give up after a time such as 30s, 5m, 2h; for all of it")
    private Long time = LONGEST;

    @Option(names = "--workers", paramLabel = "N", description = "threads, at most 64; default: one per processor")
    private int workers =
            Math.min(LimitOptions.MAX_WORKERS, Runtime.getRuntime().availableProcessors());

    @Option(names = "--skip-listed", description = "do not try listed survivors")
    private boolean skipsListed;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "continue from the results in this file, and add new ones")
    private @Nullable Path journal;

    @Option(names = "--list", description = "print the mutants without trying them")
    private boolean lists;

    @Option(names = "--noticed", description = "also print what noticed each mutant")
    private boolean noticed;

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    public MutateCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws Exception {
        requireInRange();
        long limit = Math.min(time, LONGEST);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limit);
        Map<String, String> reasons = Listed.read(site.home().resolve("specs").resolve("mutant-survivors.txt"));
        Engine engine = site.engine();
        Catalog catalog = Catalog.load();
        Set<String> subjects = new HashSet<>();
        List<Scenario> judges = within(limit, () -> judges(engine, catalog, subjects));
        try (Journal kept = journal(judges);
                MutantGate gate = new MutantGate(workers, deadline, kept)) {
            List<String> left = gate.prepare(catalog, engine, judges, states);
            Map<String, ComponentMutant> all = gate.mutants();
            requireAny(all.keySet());
            List<ComponentMutant> meant = MutantGate.oneIn(oneIn, all.values()).stream()
                    .filter(m -> subjects.isEmpty() || subjects.stream().anyMatch(s -> isOf(m, s)))
                    .filter(m -> (only.isEmpty() || only.stream().anyMatch(m.id()::contains))
                            && (isRelation(m) ? !steps : !relations))
                    .filter(m -> fields || !m.isOffByOne())
                    .toList();
            if (meant.isEmpty()) {
                throw usage("no mutant is left by these options; 'moat mutate --list' prints what there is");
            }
            // What is listed, or another part's, is left out on purpose, be it all of them.
            List<ComponentMutant> chosen = part.take(meant.stream()
                    .filter(m -> !skipsListed || !reasons.containsKey(m.id()))
                    .toList());
            if (lists) {
                chosen.forEach(m -> site.print(m.id()));
                return 0;
            }
            ScoreText text = new ScoreText(gate.scenarios(), left, noticed);
            List<MutantResult> fates = gate.run(chosen, fate -> tell(text, fate, reasons));
            Score score = Score.of(fates, reasons, seesAll() ? all.keySet() : null);
            if (json) {
                site.out().print(text.json(score));
            } else {
                text.summary(score).forEach(site::print);
            }
            return score.exit().code();
        }
    }

    private Journal journal(List<Scenario> judges) throws IOException {
        return journal == null ? Journal.none() : Journal.open(journal, Checkpoints.state(site.home(), judges, states));
    }

    /** Whether a listed mutant that is not there is nowhere. */
    private boolean seesAll() {
        return names.isEmpty() && set.equals("default") && states >= MutantGate.MOST_STATES;
    }

    private void requireAny(Set<String> mutants) {
        if (mutants.isEmpty()) {
            throw usage("no scenario judges by these names, --set and --states, so there is no mutant");
        }
        for (String text : only) {
            if (mutants.stream().noneMatch(m -> m.contains(text))) {
                throw usage(
                        "--only '" + text + "': no mutant has this in its name; 'moat mutate --list' prints the names");
            }
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void requireInRange() {
        if (relations && steps) {
            throw usage("--relations and --steps exclude each other");
        }
        if (relations && fields) {
            throw usage("--relations and --fields exclude each other");
        }
        if (lists && noticed) {
            throw usage("--list and --noticed exclude each other");
        }
        if (lists && json) {
            throw usage("--list and --json exclude each other");
        }
        if (lists && journal != null) {
            throw usage("--list and --journal exclude each other");
        }
        if (workers < 1 || workers > LimitOptions.MAX_WORKERS) {
            throw usage("--workers must be from 1 to " + LimitOptions.MAX_WORKERS + ", not " + workers);
        }
        if (!List.of("default", "extra", "deep").contains(set)) {
            throw usage("--set must be one of default, extra, deep, not " + set);
        }
    }

    /** Reads scenarios, of which there may be many, for so many seconds at most. */
    private static List<Scenario> within(long seconds, Callable<List<Scenario>> reading) throws Exception {
        Alarm alarm = Alarm.after(seconds);
        try (alarm) {
            return reading.call();
        } catch (StoppedException e) {
            if (alarm.rang()) {
                throw MutantGate.nothingTried();
            }
            throw e;
        }
    }

    /** The scenarios that are named, or those of the set, of the components that are named. */
    private List<Scenario> judges(Engine engine, Catalog catalog, Set<String> subjects) throws IOException {
        ScenarioLibrary library = site.scenarios(engine);
        List<String> files = new ArrayList<>();
        Set<String> components = new HashSet<>();
        for (String name : names) {
            String id = name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
            @Nullable
            Component component = catalog.components().stream()
                    .filter(c -> c.id().equals(id) || c.otherIds().contains(id))
                    .findFirst()
                    .orElse(null);
            if (component == null || name.endsWith(".yaml")) {
                files.add(name);
            } else {
                components.add(component.id());
                subjects.add(component.id() + name.substring(id.length()));
            }
        }
        if (!files.isEmpty() && spec.commandLine().getParseResult().hasMatchedOption("--set")) {
            // Only what is named would judge: the set would be taken for asked.
            throw usage("--set is for a run without names of scenarios");
        }
        Predicate<Scenario> meant = s -> (components.isEmpty()
                        || components.contains(
                                catalog.component(s.machine().component()).id()))
                && !isTooLarge(s);
        List<Scenario> named = library.find(files);
        // Of those that do not judge no model has to be built.
        return named.isEmpty()
                ? library.all(s -> s.set().equals(set) && meant.test(s))
                : named.stream().filter(meant).toList();
    }

    /** One that says how many states it has need not be searched to know. */
    private boolean isTooLarge(Scenario scenario) {
        Long distinct = scenario.expect().distinct();
        return names.isEmpty() && distinct != null && distinct > states;
    }

    private static boolean isRelation(ComponentMutant mutant) {
        return mutant.id().startsWith("relation ");
    }

    private static boolean isOf(ComponentMutant mutant, String subject) {
        String own = mutant.id().split(" ", 3)[1];
        return own.equals(subject) || own.startsWith(subject + "/");
    }

    /** Survivors at once, in the order of the mutants. */
    private void tell(ScoreText text, MutantResult fate, Map<String, String> reasons) {
        String line = text.line(fate, reasons);
        if (!json && !line.isEmpty()) {
            site.print(line);
            site.out().flush();
        }
    }
}
