package dev.moat.check.cover;

import dev.moat.check.Engine;
import dev.moat.check.Property;
import dev.moat.check.cover.MachineFingerprint.Numbers;
import dev.moat.check.cover.MachineFingerprint.Whole;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Exploration.Violation;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.InputException;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Composed;
import dev.moat.model.Conflict;
import dev.moat.model.Mechanisms;
import dev.moat.model.Model;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Relation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Searches machines of choices, each once, step by step and compared with the discipline where that can be. */
final class Bench {
    /** Machines that are kept. */
    private static final int MOST_BUILT = 64;

    private final Composed component;
    private final Mechanisms table;
    private final List<Parameter> parameters;
    private final Catalog catalog;
    private final Engine engine;
    private final UnaryOperator<Model> change;
    private final long states;
    private final Map<Place, MachineSpec> specs = new ConcurrentHashMap<>();
    private final Map<Place, SmallBounds> fitted = new ConcurrentHashMap<>();
    private final Map<Search, Seen> seen = new ConcurrentHashMap<>();
    /** Of machines that were searched to their end. */
    private final Map<MachineSpec, Numbers> numbers = new ConcurrentHashMap<>();

    private final Map<MachineSpec, Optional<Whole>> behaviours = new ConcurrentHashMap<>();
    private final Map<Set<String>, List<String>> applicable = new ConcurrentHashMap<>();

    /** The machines that were asked for last. */
    private final Map<MachineSpec, Machine> built = new LinkedHashMap<>(2 * MOST_BUILT, 0.75F, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<MachineSpec, Machine> eldest) {
            return size() > MOST_BUILT;
        }
    };

    private record Place(List<Choice> choices, SmallBounds rung) {}

    /** What is left out of the judged properties changes what a search shows. */
    private record Search(MachineSpec spec, Set<String> known) {}

    /**
     * What a machine shows.
     *
     * @param broken properties that it breaks, in the order in which searches found them
     * @param wrongClaim who makes the first wrong claim; empty for nobody
     * @param complete whether the last search, by what is left, visited every state
     */
    record Seen(List<String> broken, String wrongClaim, boolean complete) {
        /** Whether nothing is left that the machine could show: every state was visited, or beyond a deadlock there is none. */
        boolean isWhole() {
            return complete || broken.contains(Scenario.NO_DEADLOCK);
        }
    }

    Bench(Composed component, Catalog catalog, Engine engine, long states, UnaryOperator<Model> change) {
        this.component = component;
        this.catalog = catalog;
        this.engine = engine;
        this.states = states;
        table = component.mechanisms(Map.of());
        parameters = component.parameters();
        this.change = change;
    }

    /** The same with a change of every machine. */
    Bench with(UnaryOperator<Model> other) {
        return new Bench(component, catalog, engine, states, other);
    }

    /** A machine that has these choices and what they need, in some bounds. */
    MachineSpec machine(List<Choice> choices, SmallBounds rung) {
        return specs.computeIfAbsent(
                new Place(choices, rung),
                p -> new MachineSpec(
                        component.id(), values(choices, rung.bounds()), Granularity.STEP, true, rung.faults()));
    }

    /** Bounds with what these choices need, and as large: the machines with fewer of them differ from the one with all in nothing else. */
    SmallBounds fitted(List<Choice> choices, SmallBounds rung) {
        return fitted.computeIfAbsent(new Place(choices, rung), p -> fit(choices, rung));
    }

    private SmallBounds fit(List<Choice> choices, SmallBounds rung) {
        Map<String, String> bounds = new TreeMap<>(values(choices, rung.bounds()));
        for (Choice c : choices) {
            String own = rung.bounds().get(c.parameter());
            if (own == null || own.equals(c.value())) {
                bounds.remove(c.parameter());
            } else {
                bounds.put(c.parameter(), own);
            }
        }
        return new SmallBounds(bounds, rung.faults());
    }

    /** Choices without those that others of them need, so that they are there anyway. */
    List<Choice> least(List<Choice> choices) {
        return choices.stream()
                .filter(c -> {
                    List<Choice> rest =
                            choices.stream().filter(other -> !other.equals(c)).toList();
                    return !c.value().equals(values(rest, Map.of()).get(c.parameter()));
                })
                .toList();
    }

    private Map<String, String> values(List<Choice> choices, Map<String, String> bounds) {
        Map<String, String> values = new LinkedHashMap<>(bounds);
        choices.forEach(c -> values.put(c.parameter(), c.value()));
        return table.completed(values, parameters);
    }

    /** Why these choices are no machine, or nothing. */
    Optional<Conflict> conflict(List<Choice> choices) {
        return table.conflict(table.on(new Setting(parameters, values(choices, Map.of()))));
    }

    /** Why they are none in some bounds, or nothing. */
    Optional<Conflict> conflict(List<Choice> choices, SmallBounds rung) {
        return table.conflict(table.on(new Setting(parameters, values(choices, rung.bounds()))));
    }

    /** Whether they are a machine there, as far as the table of conflicts knows. */
    boolean fits(List<Choice> choices, SmallBounds rung) {
        try {
            return conflict(choices, rung).isEmpty();
        } catch (BadSettingException e) {
            return false;
        }
    }

    /**
     * Whether two machines reach other states, or the same ones in other ways, or nobody knows as one has too many. Nobody judges them
     * for that, as most machines are asked for this alone.
     */
    boolean differ(List<Choice> one, List<Choice> other, SmallBounds rung) {
        return !haveSameNumbers(one, other, rung)
                || !behaviour(machine(one, rung)).equals(behaviour(machine(other, rung)));
    }

    /** Whether two machines have as many states and transitions, and not too many. */
    boolean haveSameNumbers(List<Choice> one, List<Choice> other, SmallBounds rung) {
        Optional<Numbers> first = numbers(machine(one, rung));
        return first.isPresent() && first.equals(numbers(machine(other, rung)));
    }

    /** Whether none of some machines has too many states. */
    boolean areKnown(List<List<Choice>> all, SmallBounds rung) {
        return all.stream().allMatch(choices -> numbers(machine(choices, rung)).isPresent());
    }

    /** How many states the machine with a choice has, in bounds with what it needs; the largest number there is for too many. */
    long states(Choice choice, SmallBounds rung) {
        List<Choice> one = List.of(choice);
        return numbers(machine(one, fitted(one, rung))).map(Numbers::distinct).orElse(Long.MAX_VALUE);
    }

    private Optional<Numbers> numbers(MachineSpec spec) {
        Numbers searched = numbers.get(spec);
        return searched != null ? Optional.of(searched) : behaviour(spec).map(Whole::numbers);
    }

    private Optional<Whole> behaviour(MachineSpec spec) {
        return behaviours.computeIfAbsent(spec, s -> MachineFingerprint.of(machine(s), states));
    }

    /** Built once for its numbers and its verdict, which are mostly asked for one after the other. */
    private Machine machine(MachineSpec spec) {
        synchronized (built) {
            return built.computeIfAbsent(
                    spec, s -> new Machine(change.apply(catalog.model(s)), s.granularity(), s.merged()));
        }
    }

    /**
     * Searches a machine until nothing is left that it breaks.
     *
     * @param known properties that need not be judged
     */
    Seen search(MachineSpec spec, Set<String> known) {
        return seen.computeIfAbsent(new Search(spec, Set.copyOf(known)), s -> searched(spec, s.known()));
    }

    private Seen searched(MachineSpec spec, Set<String> known) {
        Machine machine = machine(spec);
        List<String> judged = new ArrayList<>(judged(spec, machine));
        judged.removeAll(known);
        List<String> broken = new ArrayList<>();
        while (true) {
            Exploration run = explore(spec, machine, judged);
            Violation violation = run.violation();
            if (violation == null) {
                var wrong = run.conformance().first();
                // Beyond a wrong claim the search goes on; where nothing is known to break, it is to be looked into
                // first.
                boolean explained = !broken.isEmpty() || !known.isEmpty();
                if (run.end() == End.COMPLETE) {
                    numbers.put(spec, new Numbers(run.distinct(), run.generated()));
                }
                boolean complete = run.end() == End.COMPLETE || (run.end() == End.MISCLAIM && explained);
                return new Seen(broken, wrong == null ? "" : wrong.who(), complete);
            }
            if (violation.deadlock()) {
                // Beyond a deadlock no search goes.
                broken.add(Scenario.NO_DEADLOCK);
                return new Seen(broken, "", false);
            }
            List<String> ids = violation.invariants().stream().map(judged::get).toList();
            broken.addAll(ids);
            judged.removeAll(ids);
        }
    }

    private Exploration explore(MachineSpec spec, Machine machine, List<String> judged) {
        return explore(engine.openWithoutWitnesses(scenario(spec, List.copyOf(judged)), machine));
    }

    private Exploration explore(Engine.Session session) {
        Limits none = Limits.none(1);
        Limits limits = new Limits(none.depth(), 1, none.seconds(), states, none.memory());
        return session.explore(limits, true, Progress.silent());
    }

    /** The properties of {@link #judged} that have a witness among the states of a search, so that to judge them says something. */
    List<String> witnessed(MachineSpec spec) {
        Machine machine = machine(spec);
        List<String> judged = judged(spec, machine);
        List<Boolean> witnessed =
                explore(engine.open(scenario(spec, judged), machine)).witnessed();
        return IntStream.range(0, judged.size())
                .filter(witnessed::get)
                .mapToObj(judged::get)
                .toList();
    }

    private Scenario scenario(MachineSpec spec, List<String> judged) {
        return new Scenario(
                Path.of("cover"),
                1,
                "cover",
                "Generated.",
                spec,
                judged,
                List.of(),
                Map.of(),
                Expectation.held(),
                "cover",
                Integer.MAX_VALUE,
                states);
    }

    /** Every property that a machine gives a meaning to. */
    List<String> judged(MachineSpec spec) {
        return judged(spec, machine(spec));
    }

    private List<String> judged(MachineSpec spec, Machine machine) {
        Set<String> relations = new TreeSet<>();
        for (Relation r : machine.model().abstraction().relations()) {
            relations.add(r.name());
        }
        return applicable.computeIfAbsent(relations, r -> {
            List<String> ids = new ArrayList<>();
            for (Property p : engine.invariants()) {
                if (opens(spec, machine, p.id())) {
                    ids.add(p.id());
                }
            }
            return ids;
        });
    }

    private boolean opens(MachineSpec spec, Machine machine, String id) {
        try {
            engine.open(scenario(spec, List.of(id)), machine);
            return true;
        } catch (InputException e) {
            return false;
        }
    }

    /** Whether a choice alone changes the numbers of states or transitions in some bounds. */
    boolean showsByNumbers(Choice choice, SmallBounds rung) {
        try {
            SmallBounds fitted = fitted(List.of(choice), rung);
            return !haveSameNumbers(List.of(choice), List.of(), fitted);
        } catch (BadSettingException e) {
            return false;
        }
    }
}
