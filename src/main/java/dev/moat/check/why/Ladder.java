package dev.moat.check.why;

import dev.moat.check.ByItself;
import dev.moat.check.Finding;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Parameter;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Chooses the bounds for an operation: small ones with one CPU and with two, and for each property the smallest in which a control breaks
 * it. Controls are the scenarios of the component that must fail, where their machine runs the same program on the same hardware under the
 * same policies.
 */
public final class Ladder {
    /** Bounds with more states are left out, unless the user says how many there may be. */
    private static final long MOST_STATES = 40_000;

    private static final int MOST_TRIED = 6;
    private static final List<Long> CAPS = List.of(2_000L, 8_000L);

    private static final String CPUS = "cpus";
    private static final String IOMMU = "iommu";

    private final Catalog catalog;
    private final ScenarioChecker checker;
    private final Scenario base;
    private final String operation;
    private final Limits limits;
    private final Map<Map<String, String>, Optional<EditBounds>> known = new HashMap<>();
    /** Of those that are not known to fit, how many states did not suffice. */
    private final Map<Map<String, String>, Long> tooFew = new HashMap<>();

    /** Controls that were tried, each with the bounds. */
    private final Set<String> tried = new HashSet<>();

    private long cap;

    /**
     * Settings that some scenarios have.
     *
     * @param settings that replace the base's
     * @param size by which they are ordered: CPUs, then settings that differ from the base's, then letters of the alphabet
     * @param controls for each property the faults that break it in a scenario with these settings
     */
    private record Rung(Map<String, String> settings, long size, int cpus, Map<String, Set<String>> controls) {}

    /**
     * What was chosen.
     *
     * @param bounds in the order in which they are searched
     * @param uncontrolled properties that no control breaks in them
     * @param leftOut bounds that were left out, each with the reason
     * @param peers scenarios of the component
     */
    public record Chosen(
            List<EditBounds> bounds, List<String> uncontrolled, List<String> leftOut, List<Scenario> peers) {
        public Chosen {
            peers = List.copyOf(peers);
            bounds = List.copyOf(bounds);
            uncontrolled = List.copyOf(uncontrolled);
            leftOut = List.copyOf(leftOut);
        }
    }

    /** @param base whose properties are judged; of granularity step */
    public Ladder(Catalog catalog, ScenarioChecker checker, Scenario base, String operation, Limits limits) {
        this.catalog = catalog;
        this.checker = checker;
        this.base = base;
        this.operation = operation;
        long most = Math.min(limits.states(), MOST_STATES);
        long states = limits.states() < Long.MAX_VALUE ? limits.states() : most;
        this.limits = new Limits(limits.depth(), limits.workers(), limits.time(), states, limits.memory());
    }

    /** The program of an operation without its code: names, ways, locks; empty when there is no such operation. */
    static List<String> program(Model model, String operation) {
        return model.operations().stream()
                .filter(op -> op.name().equals(operation))
                .findFirst()
                .map(Ladder::program)
                .orElse(List.of());
    }

    static List<String> program(Operation operation) {
        return operation.steps().stream()
                .map(s -> s.name()
                        + s.quiet()
                        + s.targets()
                        + s.notes().takes()
                        + s.notes().drops())
                .toList();
    }

    /**
     * The scenario whose properties are judged where none is named: of the component that most scenarios with the operation are of, and of
     * the program that most of them have, the one that sets the least.
     *
     * @param scenarios any; those that are not of granularity step, or must fail, or are of another set than the default one are not asked
     */
    public static Optional<Scenario> base(Catalog catalog, List<Scenario> scenarios, String operation) {
        Map<String, Map<List<String>, List<Scenario>>> found = new TreeMap<>();
        for (Scenario s : scenarios) {
            boolean plain = s.strict() && s.machine().granularity() == Granularity.STEP;
            if (plain && s.set().equals(Scenario.SETS.get(0))) {
                List<String> program = program(catalog.model(s.machine()), operation);
                if (!program.isEmpty()) {
                    found.computeIfAbsent(s.machine().component(), c -> new LinkedHashMap<>())
                            .computeIfAbsent(program, p -> new ArrayList<>())
                            .add(s);
                }
            }
        }
        return found.values().stream()
                .max(Comparator.comparingInt(
                        of -> of.values().stream().mapToInt(List::size).sum()))
                .flatMap(of -> of.values().stream().max(Comparator.comparingInt(List::size)))
                .flatMap(of -> of.stream()
                        .min(Comparator.comparingInt(
                                        (Scenario s) -> s.machine().settings().size())
                                .thenComparing(Scenario::id)));
    }

    /**
     * Chooses.
     *
     * @param peers scenarios of the component, the base's own bounds among them or not
     * @param named whether the base's own bounds are asked for, too
     */
    public Chosen choose(List<Scenario> peers, boolean named) {
        List<Rung> rungs = rungs(peers);
        Set<Map<String, String>> chosen = new LinkedHashSet<>();
        Map<Map<String, String>, Map<String, String>> caught = new HashMap<>();
        List<String> uncontrolled = new ArrayList<>(base.judged());
        boolean[] has = new boolean[2];
        for (long most : caps()) {
            cap = most;
            for (int cpus = 1; cpus <= has.length; cpus++) {
                int least = cpus;
                Optional<Rung> first = has[cpus - 1]
                        ? Optional.empty()
                        : rungs.stream()
                                .filter(r -> r.cpus() >= least
                                        && bounds(r.settings()).isPresent())
                                .findFirst();
                first.ifPresent(r -> chosen.add(r.settings()));
                has[cpus - 1] |= first.isPresent();
            }
            uncontrolled.removeIf(property -> {
                Optional<Rung> shows = showing(property, rungs, chosen, caught);
                shows.ifPresent(r -> chosen.add(r.settings()));
                return shows.isPresent();
            });
        }
        if (named && bounds(Map.of()).isPresent()) {
            chosen.add(Map.of());
        }
        List<String> leftOut = named && !chosen.contains(Map.of())
                ? List.of(base.id() + " itself: more than " + cap + " states")
                : List.of();
        List<EditBounds> all = new ArrayList<>();
        chosen.stream()
                .flatMap(settings -> bounds(settings).stream())
                .sorted(Comparator.comparingInt(EditBounds::cpus).thenComparingLong(EditBounds::distinct))
                .forEach(b -> all.add(b.with(all.size() + 1, caught.getOrDefault(b.settings(), Map.of()))));
        return new Chosen(all, uncontrolled, leftOut, peers);
    }

    /** Bounds of few states are tried before larger ones. */
    private List<Long> caps() {
        List<Long> caps = new ArrayList<>(CAPS);
        caps.removeIf(most -> most >= limits.states());
        caps.add(limits.states());
        return caps;
    }

    /** Bounds in which a control of a property is caught: chosen ones if there are any. */
    private Optional<Rung> showing(
            String property,
            List<Rung> rungs,
            Set<Map<String, String>> chosen,
            Map<Map<String, String>, Map<String, String>> caught) {
        return rungs.stream()
                .filter(r -> chosen.contains(r.settings()))
                .filter(r -> shows(r, property, rungs, caught))
                .findFirst()
                .or(() -> rungs.stream()
                        .filter(r -> r.controls().containsKey(property))
                        .filter(r -> shows(r, property, List.of(r), caught))
                        .findFirst());
    }

    /** Whether a control breaks a property in some bounds: its own, or one of others. */
    private boolean shows(
            Rung rung, String property, List<Rung> others, Map<Map<String, String>, Map<String, String>> caught) {
        EditBounds bounds = bounds(rung.settings()).orElse(null);
        if (bounds == null || bounds.without().contains(property)) {
            return false;
        }
        Map<String, String> here = caught.computeIfAbsent(rung.settings(), s -> new LinkedHashMap<>());
        Set<String> faults = new LinkedHashSet<>();
        others.forEach(other -> faults.addAll(other.controls().getOrDefault(property, Set.of())));
        catalog.component(base.machine().component()).faults().stream()
                .filter(fault -> fault.breaks().contains(property) && mayConcern(fault.id()))
                .forEach(fault -> faults.add(fault.id()));
        // What is left out of the operation itself is a better control than what goes wrong for everybody.
        faults.stream()
                .sorted(Comparator.comparing(fault -> !operations(fault).contains(operation)))
                .limit(MOST_TRIED)
                .forEach(fault -> {
                    if (!here.containsKey(property) && tried.add(fault + " " + rung.settings())) {
                        broken(bounds, fault).forEach(id -> here.putIfAbsent(id, fault));
                    }
                });
        here.keySet().retainAll(base.judged());
        return here.containsKey(property);
    }

    private List<String> broken(EditBounds bounds, String fault) {
        try {
            Verdict verdict =
                    checker.check(bounds.request(List.of(fault), List.of(), false, capped()), Progress.silent());
            Finding finding = verdict.finding();
            return finding == null ? List.of() : finding.invariants();
        } catch (BadSettingException e) {
            return List.of();
        }
    }

    /** What scenarios have, the smallest first. */
    private List<Rung> rungs(List<Scenario> peers) {
        List<String> program = program(catalog.model(base.machine().withFaults(List.of())), operation);
        Map<Map<String, String>, Rung> rungs = new LinkedHashMap<>();
        add(base, Map.of(), program, rungs);
        if (cpus(base.machine().settings()) == 1) {
            add(base, Map.of(CPUS, "2"), program, rungs);
        }
        for (Scenario peer : peers) {
            if (peer.machine().component().equals(base.machine().component())) {
                settings(peer.machine()).ifPresent(settings -> add(peer, settings, program, rungs));
            }
        }
        return rungs.values().stream()
                .sorted(Comparator.comparingLong(Rung::size)
                        .thenComparing(r -> r.settings().toString()))
                .toList();
    }

    private int cpus(Map<String, String> settings) {
        return Integer.parseInt(settings.getOrDefault(CPUS, "1").replaceFirst("^\\D.*", "1"));
    }

    private void add(
            Scenario of, Map<String, String> settings, List<String> program, Map<Map<String, String>, Rung> to) {
        try {
            Rung rung = to.get(settings);
            if (rung == null) {
                MachineSpec spec = base.machine().withFaults(List.of()).withSettings(settings);
                Model model = catalog.model(spec);
                if (!program(model, operation).equals(program)) {
                    return;
                }
                Machine machine = new Machine(model, spec.granularity(), spec.merged());
                int cpus = Math.max(1, machine.interleavedCpus());
                long size = (cpus * 100L + settings.size()) * 100_000 + machine.instances();
                rung = new Rung(settings, size, cpus, new TreeMap<>());
                to.put(settings, rung);
            }
            for (String id : of.machine().faults()) {
                if (mayConcern(id)) {
                    for (String property : of.fail()) {
                        rung.controls()
                                .computeIfAbsent(property, p -> new LinkedHashSet<>())
                                .add(id);
                    }
                }
            }
        } catch (BadSettingException e) {
            return; // the base has something beside which this cannot be
        }
    }

    private boolean mayConcern(String fault) {
        Set<String> edited = operations(fault);
        return edited.isEmpty() || edited.contains(operation);
    }

    /** The operations that a fault edits; none where it edits a decision, which any may ask. */
    private Set<String> operations(String fault) {
        Edits edits = new Edits();
        Catalog.fault(catalog.component(base.machine().component()), fault)
                .edit()
                .accept(edits);
        Set<String> operations = new TreeSet<>();
        if (edits.decided().isEmpty()) {
            edits.touched().forEach(touched -> operations.add(touched.operation()));
            edits.dropped().forEach(step -> operations.add(step.substring(0, step.indexOf('/'))));
        }
        return operations;
    }

    /** How a scenario's machine differs from the base's; nothing where in more than its bounds. */
    private Optional<Map<String, String>> settings(MachineSpec other) {
        Component component = catalog.component(other.component());
        Map<String, Parameter> declared = new TreeMap<>();
        component.parameters(base.machine().settings()).forEach(p -> declared.put(p.name(), p));
        Map<String, String> mine = base.machine().settings();
        Set<String> names = new TreeSet<>(mine.keySet());
        names.addAll(other.settings().keySet());
        Map<String, String> differing = new TreeMap<>();
        for (String name : names) {
            Parameter p = declared.get(name);
            if (p == null) {
                return Optional.empty();
            }
            String value = other.settings().getOrDefault(name, p.initial());
            if (!value.equals(mine.getOrDefault(name, p.initial()))) {
                if (p.kind() != Parameter.Kind.PARAMETER || name.equals(IOMMU)) {
                    return Optional.empty();
                }
                differing.put(name, value);
            }
        }
        return Optional.of(differing);
    }

    /** The bounds of some settings; nothing where they are too large, or the program as it is breaks all there is to judge. */
    private Optional<EditBounds> bounds(Map<String, String> settings) {
        if (!known.containsKey(settings) && tooFew.getOrDefault(settings, 0L) < cap) {
            search(settings);
        }
        return known.getOrDefault(settings, Optional.empty());
    }

    private void search(Map<String, String> settings) {
        List<String> properties = new ArrayList<>(base.judged());
        properties.remove(Scenario.NO_DEADLOCK);
        ByItself it;
        try {
            it = ByItself.of(properties, judged -> sound(settings, without(judged)));
        } catch (BadSettingException e) {
            known.put(settings, Optional.empty());
            return;
        }
        if (it.last().outcome() == Verdict.Kind.INCONCLUSIVE) {
            tooFew.put(settings, cap);
        } else {
            known.put(settings, it.holds() ? held(settings, without(it.judged()), it.last()) : Optional.empty());
        }
    }

    private List<String> without(List<String> judged) {
        List<String> without = new ArrayList<>(base.judged());
        without.removeAll(judged);
        without.remove(Scenario.NO_DEADLOCK);
        return without;
    }

    private Verdict sound(Map<String, String> settings, List<String> without) {
        StoppedException.look();
        EditBounds bounds = new EditBounds(0, base, settings, without, 0, 1, Set.of(), Map.of());
        return checker.check(bounds.request(List.of(), List.of(), false, capped()), Progress.silent());
    }

    /** Bounds in which the operation runs. */
    private Optional<EditBounds> held(Map<String, String> settings, List<String> without, Verdict verdict) {
        Set<String> ran = ran(verdict);
        int cpus = Math.max(1, catalog.machine(verdict.scenario().machine()).interleavedCpus());
        long distinct = verdict.run().distinct();
        return ran.stream().anyMatch(step -> step.startsWith(operation + "/"))
                ? Optional.of(new EditBounds(0, base, settings, without, distinct, cpus, ran, Map.of()))
                : Optional.empty();
    }

    private Limits capped() {
        return new Limits(limits.depth(), limits.workers(), limits.time(), cap, limits.memory());
    }

    private static Set<String> ran(Verdict verdict) {
        Set<String> ran = new TreeSet<>();
        verdict.run().coverage().steps().forEach((step, times) -> {
            if (times > 0) {
                ran.add(step.replaceFirst(" \\(.*", ""));
            }
        });
        return ran;
    }
}
