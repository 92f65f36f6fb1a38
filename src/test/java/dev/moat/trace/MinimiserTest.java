package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Granularity;
import dev.moat.trace.testing.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MinimiserTest {
    private static final Counters LOST = Counters.at(Granularity.STEP, "increment.no-lock");

    private static List<String> minimised(Counters m, Trace trace) {
        return new Minimiser(m.runner()).minimise(trace).names(m.machine());
    }

    @Test
    void what_plays_no_part_goes_and_the_smallest_names_stay() {
        assertThat(minimised(LOST, LOST.trace(Counters.LOST_UPDATE)))
                .containsExactly("cpu0: increment(c0)", "cpu1: increment(c0)", "cpu0: step", "cpu1: step");
    }

    @Test
    void a_pair_that_is_only_needed_together_goes_together() {
        Counters m = Counters.at(Granularity.OPERATION, "increment.no-limit");
        String increment = "cpu0: increment(c0)";
        Trace trace = m.trace("toggle-door()", "toggle-door()", increment, increment, increment, increment);
        assertThat(minimised(m, trace)).containsExactly(increment, increment, increment, increment);
    }

    @Test
    void the_trace_is_cut_at_its_first_violation() {
        Counters m = Counters.at(Granularity.OPERATION, "increment.no-limit");
        String increment = "cpu0: increment(c0)";
        assertThat(minimised(m, m.trace(increment, increment, increment, increment, increment)))
                .hasSize(4);
    }

    @Test
    void the_steps_of_an_operation_go_with_its_start() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        List<String> names = new ArrayList<>(List.of("cpu0: increment(c1)", "cpu0: step", "cpu0: step", "reset(c1)"));
        names.addAll(List.of(Counters.LOST_UPDATE));
        Trace trace = m.trace(names.toArray(new String[0]));
        assertThat(minimised(m, trace)).hasSize(4);
    }

    @Test
    void a_hang_stays_a_hang() {
        Counters m = Counters.at(Granularity.OPERATION, "increment.no-release");
        Trace trace = m.trace("stamp(high)", "cpu1: increment(c1)", "stamp(low)", "cpu0: increment(c1)");
        assertThat(minimised(m, trace)).containsExactly("cpu0: increment(c0)", "cpu0: increment(c0)");
    }

    /** Two writes are lost first, by fewer actions than the limit is passed by. */
    @Test
    void a_shorter_way_to_another_property_does_not_hide_the_wanted_one() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock", "increment.no-limit");
        List<String> names = new ArrayList<>(List.of(Counters.LOST_UPDATE));
        names.add("cpu0: step");
        for (int n = 0; n < 4; n++) {
            names.addAll(List.of("cpu0: increment(c1)", "cpu0: step", "cpu0: step"));
        }
        long wanted = m.runner().set(List.of("within-limit"));
        Trace least = new Minimiser(m.runner()).minimise(m.trace(names.toArray(new String[0])), wanted);
        assertThat(m.runner().violated(m.runner().last(least)) & wanted).isEqualTo(wanted);
    }

    @Test
    void nothing_to_minimise_is_an_error() {
        assertThatThrownBy(() -> new Minimiser(LOST.runner()).minimise(LOST.trace("toggle-door()")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the trace violates nothing at its end");
    }

    @Property(tries = 60)
    @Label("minimised random traces violate at the end only, are 1-minimal, not longer, and a fixed point")
    void minimal(@ForAll long seed, @ForAll boolean hang) {
        Counters m = hang ? Counters.at(Granularity.STEP, "increment.no-release") : LOST;
        Optional<Trace> found = new RandomWalk(m.runner()).find(seed, 60, 5);
        Assume.that(found.isPresent());
        Trace trace = found.orElseThrow();
        long target = m.runner().violated(m.runner().last(trace));

        Trace small = new Minimiser(m.runner()).minimise(trace);

        assertThat(m.runner().violated(m.runner().last(small)) & target).isNotZero();
        assertThat(small.transitions()).isLessThanOrEqualTo(trace.transitions());
        assertThat(small.actions(m.machine())).isLessThanOrEqualTo(trace.actions(m.machine()));
        for (int i = 0; i < small.transitions(); i++) {
            List<Integer> without = new ArrayList<>(small.instances());
            without.remove(i);
            assertThat(m.runner().reach(without, target)).isNull();
        }
        assertThat(new Minimiser(m.runner()).minimise(trace)).isEqualTo(small);
        assertThat(new Minimiser(m.runner()).minimise(small)).isEqualTo(small);
    }
}
