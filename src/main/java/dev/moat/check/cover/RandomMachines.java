package dev.moat.check.cover;

import dev.moat.check.Engine;
import dev.moat.check.cover.Bench.Seen;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.model.BadSettingException;
import dev.moat.model.Composed;
import dev.moat.model.Model;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Machines of {@value #FEWEST} to {@value #MOST} random choices, mostly with two CPUs, in random bounds. They contain
 * combinations that no array of pairs or triples has, and are searched further than an array can be. Each is judged by
 * every property that it gives a meaning to, and compared with the discipline if possible.
 */
public final class RandomMachines {
    private static final int FEWEST = 4;
    private static final int MOST = 7;

    /** So many choices are drawn for a machine at most, as many do not go with those before. */
    private static final int ATTEMPTS = 100;

    /** Who maps: without grants, or on the host's side alone, a search has fewer states by far. */
    private static final List<Map<String, String>> SIDES =
            List.of(Map.of("granters", "none"), Map.of("granters", "none"), Map.of("sides", "host"), Map.of());

    /** Much of what devices do is at work only where they come and go. */
    private static final Choice ASSIGNED = new Choice("assign", "true");

    private static final List<Map<String, String>> MORE = List.of(
            Map.of(),
            Map.of("frames", "2"),
            Map.of("frames", "3"),
            Map.of("frames", "4"),
            Map.of("handles", "2"),
            Map.of("handles", "2", "refs", "2"),
            Map.of("domains", "3"),
            Map.of("devices", "2"),
            Map.of("iommu", "all"),
            Map.of("frames", "3", "iommu", "all"));

    private final Composed component;
    private final Bench bench;
    private final KnownBreaks known;
    private final List<Choice> all;

    /**
     * What became of a machine.
     *
     * @param drawn seed and number
     * @param made what it is and shows; of one that breaks something, the least that does
     * @param name of the scenario that shows the same
     * @param yaml that scenario's file; empty where nothing is to be shown
     */
    public record Result(String drawn, Combination made, String name, String yaml) {}

    /**
     * @param states of each search
     * @param known what choices break, with reasons
     */
    public RandomMachines(Composed component, Catalog catalog, Engine engine, long states, KnownBreaks known) {
        this(component, new Bench(component, catalog, engine, states, UnaryOperator.identity()), known);
    }

    private RandomMachines(Composed component, Bench bench, KnownBreaks known) {
        this.component = component;
        this.bench = bench;
        this.known = known;
        all = Choice.all(component.parameters(), component.mechanisms(Map.of()));
    }

    /** The same where every machine has a change; for defects that are to be found. */
    RandomMachines with(UnaryOperator<Model> change) {
        return new RandomMachines(component, bench.with(change), known);
    }

    /**
     * Draws machines and searches each, on so many threads; the results are in the order in which they are drawn and, as long as the
     * time is not up, the same for any number.
     *
     * @param seed of what is drawn
     * @param seconds after which no further one is searched, and those that are being searched are given up
     * @param told is given each result as soon as it and those before are there
     */
    public void each(long seed, int machines, int threads, long seconds, Consumer<Result> told) {
        new InTurn(threads, seconds)
                .each(drawn(seed, machines), this::tried, m -> result(m, Outcome.UNTRIED, "", List.of()), told);
    }

    /** The first so many machines of a seed. */
    List<RandomMachine> drawn(long seed, int machines) {
        Random random = new Random(seed);
        return IntStream.rangeClosed(1, machines)
                .mapToObj(number -> drawn(seed + "-" + number, random))
                .toList();
    }

    private RandomMachine drawn(String name, Random random) {
        Map<String, String> bounds = new TreeMap<>(Map.of("refs", "1", "handles", "1"));
        bounds.putAll(SIDES.get(random.nextInt(SIDES.size())));
        bounds.putAll(MORE.get(random.nextInt(MORE.size())));
        SmallBounds rung = new SmallBounds(bounds, List.of());
        List<Choice> choices = new ArrayList<>();
        int wanted = FEWEST + random.nextInt(MOST - FEWEST + 1);
        if (random.nextInt(4) > 0) {
            choices.add(Choice.SECOND_CPU);
        }
        if (random.nextInt(2) > 0 && isOfInterest(plus(choices, ASSIGNED), rung)) {
            choices.add(ASSIGNED);
        }
        for (int i = 0; i < ATTEMPTS && choices.size() < wanted; i++) {
            Choice next = all.get(random.nextInt(all.size()));
            if (choices.stream().noneMatch(c -> c.parameter().equals(next.parameter()))
                    && isOfInterest(plus(choices, next), rung)) {
                choices.add(next);
            }
        }
        return new RandomMachine(name, all.stream().filter(choices::contains).toList(), rung);
    }

    /** A machine; and where it is on file that others' memory can be reached, whatever else breaks comes of that. */
    private boolean isOfInterest(List<Choice> choices, SmallBounds rung) {
        return bench.fits(choices, rung)
                && known.reason(Choice.there(all, choices, rung), "no-foreign").isEmpty();
    }

    private static List<Choice> plus(List<Choice> choices, Choice next) {
        List<Choice> more = new ArrayList<>(choices);
        more.add(next);
        return more;
    }

    /** What becomes of one. */
    Result tried(RandomMachine machine) {
        try {
            return judged(machine);
        } catch (BadSettingException e) {
            return result(machine, Outcome.NOT_MODELLED, String.valueOf(e.getMessage()), List.of());
        }
    }

    private Result judged(RandomMachine machine) {
        Seen seen = searched(machine);
        List<String> broken = unexplained(machine, seen);
        if (!broken.isEmpty()) {
            RandomMachine least =
                    least(machine, m -> unexplained(m, searched(m)).contains(broken.get(0)));
            List<String> still = unexplained(least, searched(least));
            return result(least, Outcome.BROKEN, String.join(", ", still) + " in " + least.rung(), named(least, still));
        }
        if (disagrees(seen)) {
            RandomMachine least = least(machine, m -> disagrees(searched(m)));
            String what = searched(least).wrongClaim() + " in " + least.rung();
            return result(least, Outcome.DISAGREES, what, named(least, bench.witnessed(spec(least))));
        }
        return result(
                machine,
                seen.isWhole() ? Outcome.WHOLE : Outcome.CUT,
                machine.rung().toString(),
                List.of());
    }

    /** What a scenario names: of a deadlock it speaks anyway, and it names something. */
    private List<String> named(RandomMachine machine, List<String> some) {
        List<String> properties =
                some.stream().filter(p -> !p.equals(Scenario.NO_DEADLOCK)).toList();
        return properties.isEmpty() ? bench.judged(spec(machine)) : properties;
    }

    /** A design that breaks a property, for a reason that is on file, is not the discipline's either. */
    private static boolean disagrees(Seen seen) {
        return !seen.wrongClaim().isEmpty() && seen.broken().isEmpty();
    }

    private List<String> unexplained(RandomMachine machine, Seen seen) {
        List<Choice> there = Choice.there(all, machine.choices(), machine.rung());
        return new TreeSet<>(seen.broken())
                .stream().filter(property -> !known.has(there, property)).toList();
    }

    private Seen searched(RandomMachine machine) {
        return bench.search(spec(machine), Set.of());
    }

    private MachineSpec spec(RandomMachine machine) {
        return bench.machine(machine.choices(), machine.rung());
    }

    /** Left out is one thing after the other, as long as what is left shows the same. */
    private RandomMachine least(RandomMachine machine, Predicate<RandomMachine> shows) {
        Optional<RandomMachine> smaller = machine.smaller()
                .filter(m -> bench.fits(m.choices(), m.rung()) && shows(shows, m))
                .findFirst();
        return smaller.map(m -> least(m, shows)).orElse(machine);
    }

    private static boolean shows(Predicate<RandomMachine> shows, RandomMachine machine) {
        try {
            return shows.test(machine);
        } catch (BadSettingException e) {
            return false;
        }
    }

    private Result result(RandomMachine machine, Outcome outcome, String because, List<String> properties) {
        String yaml = properties.isEmpty() ? "" : machine.yaml(spec(machine), component.parameters(), properties);
        return new Result(
                machine.name(), new Combination(machine.choices(), outcome, because), machine.scenario(), yaml);
    }
}
