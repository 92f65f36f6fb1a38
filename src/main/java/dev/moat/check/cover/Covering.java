package dev.moat.check.cover;

import dev.moat.check.Engine;
import dev.moat.check.cover.Bench.Seen;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.limit.Alarm;
import dev.moat.limit.Awaited;
import dev.moat.limit.StoppedException;
import dev.moat.model.Model;
import dev.moat.model.mechanism.Composed;
import dev.moat.model.mechanism.Conflict;
import dev.moat.model.setting.BadSettingException;
import dev.moat.scenario.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/**
 * Every combination of choices, in the smallest bounds in which each of them is at work: without it the machine reaches other
 * states, or the same ones in other ways.
 */
public final class Covering {
    /** Bounds in the order in which they are tried; the first are the smallest that a grant, its mapping and a device need. */
    private static final List<Map<String, String>> LADDER = List.of(
            small(Map.of()),
            small(Map.of("reallocation", "true")),
            small(Map.of("assign", "true")),
            small(Map.of("walks", "true")),
            small(Map.of("cpus", "2", "sides", "host")),
            small(Map.of("copy", "true")),
            small(Map.of("granters", "none", "iommu", "all", "assign", "true")),
            small(Map.of("granters", "none", "assign", "true", "devices", "2")),
            small(Map.of("granters", "none", "frames", "3", "iommu", "all")),
            small(Map.of("granters", "none", "frames", "2", "reallocation", "true")),
            small(Map.of("frames", "2")),
            small(Map.of("handles", "2")),
            small(Map.of("batch", "2", "sides", "host")),
            small(Map.of("refs", "2", "handles", "2", "sides", "host")));

    /** One frame, one entry, one mapping, and what a rung has otherwise. */
    private static Map<String, String> small(Map<String, String> other) {
        Map<String, String> bounds = new TreeMap<>(
                Map.of("refs", "1", "handles", "1", "frames", "1", "limbo", "1", "reallocation", "false"));
        bounds.putAll(other);
        return Map.copyOf(bounds);
    }

    private final Bench bench;
    private final KnownBreaks known;
    private final List<Choice> all;

    /**
     * @param states of each search; one that needs more covers nothing
     * @param known what choices break, with reasons
     */
    public Covering(Composed component, Catalog catalog, Engine engine, long states, KnownBreaks known) {
        this(
                new Bench(component, catalog, engine, states, UnaryOperator.identity()),
                known,
                Choice.all(component.parameters(), component.mechanisms(Map.of())));
    }

    private Covering(Bench bench, KnownBreaks known, List<Choice> all) {
        this.bench = bench;
        this.known = known;
        this.all = all;
    }

    /** The same where every machine has a change; for defects that the array has to find. */
    Covering with(UnaryOperator<Model> change) {
        return new Covering(bench.with(change), known, all);
    }

    /**
     * Tries combinations on so many threads; the results are in their order and, as long as the time is not up, the same for any
     * number.
     *
     * @param seconds after which no further one is tried, and those that are being tried are given up
     */
    public List<Combination> tried(List<List<Choice>> combinations, int threads, long seconds) {
        long began = System.nanoTime();
        List<Callable<Combination>> tasks = new ArrayList<>();
        for (List<Choice> choices : combinations) {
            tasks.add(() -> tried(choices, seconds - (System.nanoTime() - began) / 1_000_000_000L));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Combination>> submitted =
                    tasks.stream().map(pool::submit).toList();
            return submitted.stream().map(Awaited::get).toList();
        } finally {
            pool.shutdownNow();
        }
    }

    private Combination tried(List<Choice> choices, long seconds) {
        Combination untried = new Combination(choices, Outcome.UNTRIED, "");
        if (seconds <= 0) {
            return untried;
        }
        try (Alarm alarm = Alarm.after(seconds)) {
            Combination found = tried(choices);
            return alarm.rang() ? untried : found;
        } catch (StoppedException e) {
            return untried;
        }
    }

    /** Tries one combination. */
    public Combination tried(List<Choice> choices) {
        Optional<Conflict> conflict = bench.conflict(choices);
        if (conflict.isPresent()) {
            Outcome outcome =
                    conflict.get().ground() == Conflict.Ground.CANNOT_BE ? Outcome.CANNOT_BE : Outcome.NOT_MODELLED;
            return new Combination(choices, outcome, conflict.get().because());
        }
        return searched(choices);
    }

    /** What the first bounds show in which the choices can be together and are all at work. */
    private Combination searched(List<Choice> choices) {
        boolean cut = false;
        String refused = "";
        boolean searched = false;
        for (Map<String, String> bounds : LADDER) {
            List<Seen> without;
            Seen own;
            try {
                without = without(choices, bounds);
                own = at(choices, bounds);
            } catch (BadSettingException e) {
                // What this rung adds does not go with the choices; another one may.
                refused = refused.isEmpty() ? String.valueOf(e.getMessage()) : refused;
                continue;
            }
            searched = true;
            Set<String> fresh = new TreeSet<>(own.broken());
            without.forEach(w -> fresh.removeAll(w.broken()));
            List<Choice> there = there(choices, bounds);
            fresh.removeIf(property -> known.has(there, property));
            if (!fresh.isEmpty()) {
                return new Combination(choices, Outcome.BROKEN, String.join(", ", fresh) + " in " + bounds(bounds));
            }
            // A design that breaks a property, for a reason that is on file, is not the discipline's either.
            if (!own.wrongClaim().isEmpty() && own.broken().isEmpty()) {
                return new Combination(choices, Outcome.DISAGREES, own.wrongClaim() + " in " + bounds(bounds));
            }
            if (without.stream().allMatch(own::differs)) {
                boolean complete = own.complete() && without.stream().allMatch(Seen::complete);
                if (complete) {
                    return new Combination(choices, Outcome.COVERED, bounds(bounds));
                }
                cut = true;
            }
        }
        if (!searched) {
            return new Combination(choices, Outcome.NOT_MODELLED, refused);
        }
        if (cut && known.has(choices, KnownBreaks.TOO_LARGE)) {
            return new Combination(choices, Outcome.ELSEWHERE, known.reason(choices, KnownBreaks.TOO_LARGE));
        }
        return new Combination(choices, cut ? Outcome.CUT : Outcome.NOT_SEEN, "");
    }

    /** Choices and those that bounds bring along, in the order of all. */
    private List<Choice> there(List<Choice> choices, Map<String, String> bounds) {
        return all.stream()
                .filter(c -> choices.contains(c) || c.value().equals(bounds.get(c.parameter())))
                .toList();
    }

    /** The machines that have all of some choices but one, in some bounds. */
    private List<Seen> without(List<Choice> choices, Map<String, String> bounds) {
        List<Seen> all = new ArrayList<>();
        for (Choice left : choices) {
            all.add(at(choices.stream().filter(c -> !c.equals(left)).toList(), bounds));
        }
        return all;
    }

    /** What a machine of some choices shows; what it breaks with fewer of them it breaks with all. */
    private Seen at(List<Choice> choices, Map<String, String> bounds) {
        Set<String> less = new TreeSet<>();
        without(choices, bounds).forEach(w -> less.addAll(w.broken()));
        Seen own = bench.search(bench.values(choices, bounds), less);
        List<String> broken = new ArrayList<>(less);
        broken.addAll(own.broken());
        return new Seen(broken, own.wrongClaim(), own.complete(), own.distinct(), own.generated());
    }

    private static String bounds(Map<String, String> bounds) {
        List<String> words = bounds.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .sorted()
                .toList();
        return String.join(" ", words);
    }
}
