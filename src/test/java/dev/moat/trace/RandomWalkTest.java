package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.moat.machine.Granularity;
import dev.moat.trace.testing.Counters;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class RandomWalkTest {
    @Test
    void finds_each_seeded_fault_the_same_way_each_time() {
        for (String fault : List.of("increment.no-lock", "increment.no-limit", "increment.no-release")) {
            Counters m = Counters.at(Granularity.STEP, fault);
            Optional<Trace> found = new RandomWalk(m.runner()).find(7, 200, 50);
            assertThat(found).as(fault).isPresent();
            assertThat(m.runner().violated(m.runner().last(found.orElseThrow())))
                    .isNotZero();
            assertThat(new RandomWalk(m.runner()).find(7, 200, 50)).isEqualTo(found);
        }
    }

    @Test
    void finds_nothing_in_the_machine_without_faults() {
        assertThat(new RandomWalk(Counters.at(Granularity.STEP).runner()).find(7, 200, 50))
                .isEmpty();
    }

    @Test
    void chooses_every_name_and_every_argument() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        Set<Integer> met = new TreeSet<>();
        for (long seed = 0; seed < 50; seed++) {
            new RandomWalk(m.runner()).find(seed, 200, 5).ifPresent(t -> met.addAll(t.instances()));
        }
        assertThat(met).hasSize(m.machine().instances());
    }

    @Property(tries = 50)
    void keeps_its_bounds(@ForAll long seed) {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        new RandomWalk(m.runner())
                .find(seed, 9, 3)
                .ifPresent(t -> assertThat(t.transitions()).isBetween(4, 9));
    }

    /** Random sequences of letters, found and shrunk by jqwik; letters that are not enabled are skipped. */
    abstract static class Sequences {
        /** Falsifying sequences in the order in which jqwik met them; the last one is the shrunk one. */
        static final List<List<Integer>> FALSIFIED = new CopyOnWriteArrayList<>();

        @Provide
        Arbitrary<List<Integer>> letters() {
            return Arbitraries.integers()
                    .between(0, Counters.at(Granularity.STEP).machine().instances() - 1)
                    .list()
                    .ofMaxSize(40);
        }

        static boolean holds(List<Integer> letters, String... faults) {
            List<Integer> reached =
                    Counters.at(Granularity.STEP, faults).runner().reach(letters, -1L);
            if (reached != null) {
                FALSIFIED.add(letters);
            }
            return reached == null;
        }
    }

    static class Sound extends Sequences {
        @Property(tries = 300, generation = GenerationMode.RANDOMIZED, seed = "11")
        boolean nothing_breaks(@ForAll("letters") List<Integer> letters) {
            return holds(letters);
        }
    }

    static class LostUpdate extends Sequences {
        @Property(tries = 3000, generation = GenerationMode.RANDOMIZED, seed = "11")
        boolean nothing_breaks(@ForAll("letters") List<Integer> letters) {
            return holds(letters, "increment.no-lock");
        }
    }

    @Test
    void jqwik_finds_nothing_in_the_machine_without_faults() {
        run(Sound.class).assertStatistics(s -> s.succeeded(1).failed(0));
    }

    @Test
    void jqwik_finds_and_shrinks_the_lost_update_and_the_minimiser_removes_the_pairs() {
        Sequences.FALSIFIED.clear();
        run(LostUpdate.class).assertStatistics(s -> s.failed(1));
        List<Integer> original = Sequences.FALSIFIED.get(0);
        List<Integer> shrunk = Sequences.FALSIFIED.get(Sequences.FALSIFIED.size() - 1);
        assertThat(shrunk).hasSizeLessThan(original.size());
        // jqwik shrinks single letters to 0, which toggles the door here, and two toggles vanish only together.
        TraceRunner runner = Counters.at(Granularity.STEP, "increment.no-lock").runner();
        Trace reached = new Trace(Objects.requireNonNull(runner.reach(shrunk, -1L)));
        assertThat(new Minimiser(runner).minimise(reached).transitions()).isEqualTo(4);
    }

    private static Events run(Class<?> container) {
        return EngineTestKit.engine("jqwik")
                .selectors(selectClass(container))
                .execute()
                .testEvents();
    }
}
