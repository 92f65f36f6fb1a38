package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.Watched;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.Model;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Relation.Condition;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Footprints are honest: no atom of any relation changes when anything outside its footprint does. The search judges a
 * new state only by the conjuncts whose footprints were touched, so a footprint that is too small hides violations. All machines of
 * default scenarios are looked at. What code reads of a state is noted while it runs. Where that is more than the footprint has, it is
 * changed, and the code asked again: what makes no difference may be read.
 */
class FootprintTest {
    /** Steps at random from the initial state. */
    private static final int WALK = 40;
    /** States among these that are looked at, and as many that are made of each other. */
    private static final int LOOKED = 6;
    /** How often what was read outside is changed. */
    private static final int CHANGED = 8;

    @TestFactory
    Stream<DynamicTest> nothingOutsideIsRead() {
        return Committed.described().stream()
                .filter(s -> s.set().equals("default"))
                .map(Scenario::machine)
                .map(m -> m.withFaults(List.of()))
                .collect(Collectors.groupingBy(MachineSpec::component, Collectors.toCollection(LinkedHashSet::new)))
                .entrySet()
                .stream()
                .map(e -> DynamicTest.dynamicTest(
                        e.getKey(), () -> assertThat(dishonest(e.getValue())).isEmpty()));
    }

    private static List<String> dishonest(Set<MachineSpec> specs) {
        return specs.stream()
                .map(Machines.CATALOG::machine)
                .filter(machine -> machine.schema().words() <= Watched.MOST)
                .flatMap(machine -> new Look(machine, reads -> reads).look().stream())
                .distinct()
                .limit(5)
                .toList();
    }

    /** Of nearly every relation that reads anything, that it reads nothing is noticed. */
    @Test
    void whatSaysThatItReadsNothingIsNoticed() {
        Machine machine = Machines.machine("iommu-dma step frames=2 owner=true drivers=true flush=strict");
        Set<String> noticed = new Look(machine, reads -> Relation.Reads.NOTHING)
                .look().stream()
                        .map(line -> line.substring(0, line.indexOf('[')))
                        .collect(Collectors.toSet());
        assertThat(noticed).hasSizeGreaterThan(25).contains("mapR", "live", "dirty");
    }

    /** One machine, in some states. */
    private static final class Look {
        private final SplittableRandom random = new SplittableRandom(3);
        private final Machine machine;
        private final Function<Relation.Reads, Relation.Reads> saying;
        private final Schema schema;
        private final List<long[]> reached = new ArrayList<>();
        private final List<long[]> states = new ArrayList<>();
        private final long[] varying;
        private final long[] watched = Watched.state();
        private final Set<String> dishonest = new TreeSet<>();

        /** @param saying what is taken for what relations say of themselves */
        Look(Machine machine, Function<Relation.Reads, Relation.Reads> saying) {
            this.machine = machine;
            this.saying = saying;
            schema = machine.schema();
            varying = new long[schema.words()];
            for (Slots f : schema.families()) {
                for (int i = 0; i < f.size(); i++) {
                    varying[f.wordOf(i)] |= f.varying() << f.shiftOf(i);
                }
            }
        }

        Set<String> look() {
            walk();
            Model model = machine.model();
            List<Abstraction> all = Stream.of(model.abstraction(), model.foundFrom(), model.claimedOver())
                    .flatMap(Stream::ofNullable)
                    .distinct()
                    .toList();
            for (int n = 0; n < LOOKED; n++) {
                states.add(reached.get(n * n % WALK));
                states.add(mixed(states.get(2 * n)));
            }
            all.forEach(this::look);
            return dishonest;
        }

        private void look(Abstraction of) {
            for (Relation r : of.relations()) {
                of.listing(r.name()).ifPresent(listed -> {
                    Footprint footprint = new Footprint(schema);
                    listed.reads().accept(footprint);
                    compare(r.name() + "(listed)", footprint, s -> listed(listed, s));
                });
                List<List<Condition>> alternatives = of.alternatives(r.name()).orElse(List.of());
                for (int[] a : atoms(r.places())) {
                    String name = r.name() + Arrays.toString(a);
                    compare(name, footprint(r.reads(), a), s -> holds(r, s, a));
                    alternatives.stream()
                            .flatMap(List::stream)
                            .forEach(c -> compare(name, footprint(c.reads(), a), s -> holds(c, s, a)));
                    if (!alternatives.isEmpty()) {
                        compare(
                                name,
                                new Footprint(schema).everything(),
                                s -> said(alternatives, s, a) == holds(r, s, a)
                                        || dishonest.add(name + " is not what its alternatives say"));
                    }
                }
            }
        }

        private Footprint footprint(Relation.Reads reads, int[] a) {
            Footprint footprint = new Footprint(schema);
            saying.apply(reads).add(footprint, a[0], a[1], a[2], a[3], a[4]);
            return footprint;
        }

        private void compare(String name, Footprint footprint, Function<long[], Object> question) {
            for (long[] s : states) {
                Watched.load(s, watched, schema.words());
                try {
                    Object answer = question.apply(watched);
                    long[] outside = outside(footprint);
                    for (int n = 0; outside.length > 0 && n < CHANGED; n++) {
                        long[] other = s.clone();
                        change(other, outside, f -> false);
                        if (!question.apply(other).equals(answer)) {
                            dishonest.add(name + " reads one of " + schema.diff(s, other));
                        }
                    }
                } catch (IndexOutOfBoundsException e) {
                    // A state that cannot be.
                    if (reached.contains(s)) {
                        question.apply(s);
                    }
                }
            }
        }

        /** The bits that were read and are not in the footprint; no words where there are none. */
        private long[] outside(Footprint footprint) {
            long[] outside = {};
            for (int w = 0; w < varying.length; w++) {
                long bits = Watched.read(watched, w) & ~footprint.word(w) & varying[w];
                if (bits != 0) {
                    outside = outside.length == 0 ? new long[varying.length] : outside;
                    outside[w] = bits;
                }
            }
            return outside;
        }

        private void walk() {
            Stepper stepper = machine.stepper();
            long[] s = machine.initial();
            for (int n = 0; n < WALK; n++) {
                reached.add(s);
                List<long[]> next = new ArrayList<>();
                stepper.expand(s, (letter, successor) -> next.add(successor.clone()));
                s = next.isEmpty() ? machine.initial() : next.get(random.nextInt(next.size()));
            }
        }

        /** So that rare branches are taken, too. What hardware goes by is as it was in some state: tables lead where they can lead. */
        private long[] mixed(long[] s) {
            long[] mixed = s.clone();
            long[] all = new long[schema.words()];
            Arrays.fill(all, -1L);
            change(mixed, all, f -> f.width() == 64 || f.writer() == Writer.IOMMU);
            return mixed;
        }

        /** Changes about half of the elements that have any of the bits, some families' only to what they were somewhere. */
        private void change(long[] s, long[] bits, Predicate<Slots> asReached) {
            for (Slots f : schema.families()) {
                for (int i = 0; i < f.size(); i++) {
                    if ((bits[f.wordOf(i)] & f.varying() << f.shiftOf(i)) != 0 && random.nextBoolean()) {
                        long[] from = reached.get(random.nextInt(WALK));
                        f.set(s, i, asReached.test(f) ? f.get(from, i) : LegalValues.any(f, random));
                    }
                }
            }
        }
    }

    private static List<List<Integer>> listed(Abstraction.Listed listed, long[] s) {
        List<List<Integer>> all = new ArrayList<>();
        listed.listing().list(s, (a, b, c, d, e) -> all.add(List.of(a, b, c, d, e)));
        all.sort(Comparator.comparing(List::toString));
        return all;
    }

    private static boolean said(List<List<Condition>> alternatives, long[] s, int[] a) {
        return alternatives.stream().anyMatch(all -> all.stream().allMatch(c -> holds(c, s, a)));
    }

    private static boolean holds(Condition c, long[] s, int[] a) {
        return c.code().holds(s, a[0], a[1], a[2], a[3], a[4]);
    }

    static boolean holds(Relation r, long[] s, int[] a) {
        return r.code().holds(s, a[0], a[1], a[2], a[3], a[4]);
    }

    /** All combinations of elements, padded with 0 to five places. */
    static List<int[]> atoms(List<Sort> places) {
        List<int[]> atoms = new ArrayList<>();
        int count = places.stream().mapToInt(Sort::size).reduce(1, Math::multiplyExact);
        for (int n = 0; n < count; n++) {
            int[] atom = new int[5];
            int rest = n;
            for (int j = 0; j < places.size(); j++) {
                atom[j] = rest % places.get(j).size();
                rest /= places.get(j).size();
            }
            atoms.add(atom);
        }
        return atoms;
    }
}
