package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Granularity;
import dev.moat.machine.KeptLock;
import dev.moat.machine.Machine;
import dev.moat.model.Actor;
import dev.moat.trace.testing.Counters;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceRunnerTest {
    @Test
    void says_what_a_whole_operation_did() {
        Counters m = Counters.at(Granularity.OPERATION);
        List<Transition> done = m.runner().run(m.trace("cpu1: increment(c1)"));
        Transition t = done.get(0);
        assertThat(t.actor()).isEqualTo(Actor.HYPERVISOR);
        assertThat(t.result()).isEqualTo("ok");
        assertThat(t.steps())
                .containsExactly(
                        "increment/enter",
                        "increment/take-lock",
                        "increment/read",
                        "increment/write",
                        "increment/release");
        assertThat(t.changes()).map(Object::toString).containsExactly("count[c1]: 0 -> 1", "asked[c1]: 0 -> 1");
    }

    @Test
    void a_status_belongs_to_the_transition_that_ends_its_operation() {
        Counters m = Counters.at(Granularity.STEP);
        List<Transition> done = m.runner()
                .run(m.trace("cpu0: increment(c0)", "cpu0: step", "cpu0: step", "cpu0: step", "toggle-door()"));
        assertThat(done).map(Transition::result).containsExactly(null, null, null, "ok", null);
    }

    @Test
    void a_status_is_not_taken_for_that_of_an_operation_that_still_runs() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        List<Transition> done = m.runner()
                .run(m.trace("cpu0: increment(c0)", "cpu1: increment(c1)", "cpu0: step", "cpu0: step", "cpu1: step"));
        assertThat(done).map(Transition::result).containsExactly(null, null, null, "ok", null);
    }

    @Test
    void the_full_counter_is_refused_and_is_no_transition() {
        Counters m = Counters.at(Granularity.OPERATION);
        String again = "cpu0: increment(c0)";
        Trace four = m.trace(again, again, again, again);
        List<Transition> done = m.runner().run(four);
        assertThat(done.get(3).result()).isEqualTo("full");
        assertThat(m.runner().reach(four.instances(), -1L)).isNull();
        assertThat(m.runner().takesEffect(four.instances().get(3), done.get(3).state()))
                .isFalse();
    }

    @Test
    void counts_actions_apart_from_transitions() {
        Counters m = Counters.at(Granularity.STEP);
        Trace trace = m.trace("cpu0: increment(c0)", "cpu0: step", "stamp(low)", "cpu0: step");
        assertThat(trace.actions(m.machine())).isEqualTo(2);
        assertThat(trace.transitions()).isEqualTo(4);
    }

    @Test
    void a_letter_that_is_not_enabled_stops_the_run_with_its_place() {
        Counters m = Counters.at(Granularity.OPERATION);
        assertThatThrownBy(() -> m.runner().run(m.trace("toggle-door()", "cpu0: increment(c0)")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("transition 2, cpu0: increment(c0), is not enabled");
    }

    @Test
    void a_hang_is_a_violation_that_says_who_waits_where() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-release");
        Trace first = m.trace("cpu0: increment(c0)", "cpu0: step", "cpu0: step", "cpu0: step");
        assertThat(m.runner().violated(m.runner().last(first))).isZero();
        Trace second = m.trace("cpu0: increment(c0)", "cpu0: step", "cpu0: step", "cpu0: step", "cpu1: increment(c1)");
        assertThat(m.runner().violated(m.runner().last(second))).isEqualTo(TraceRunner.DEADLOCK);
        assertThat(m.runner().explain(TraceRunner.DEADLOCK, m.runner().last(second)))
                .containsExactly(
                        "no-deadlock is false: an operation is unfinished and nothing can go on",
                        "  cpu1 waits before increment/take-lock");
    }

    @Test
    void a_call_that_cannot_begin_is_a_hang_that_names_it() {
        Machine machine = KeptLock.machine(Granularity.OPERATION, true, false);
        TraceRunner runner = new TraceRunner(machine, StateJudge.NOBODY);
        Trace once = new Trace(List.of(machine.find("cpu0: call()").orElseThrow()));
        assertThat(runner.violated(machine.initial())).isZero();
        assertThat(runner.violated(runner.last(once))).isEqualTo(TraceRunner.DEADLOCK);
        assertThat(runner.explain(TraceRunner.DEADLOCK, runner.last(once)))
                .containsExactly(
                        "no-deadlock is false: a call is kept from beginning and nothing can go on",
                        "  cpu0: call() cannot begin");
    }

    @Test
    void sets_of_properties_and_their_ids_are_the_same_thing() {
        TraceRunner runner = Counters.at(Granularity.STEP).runner();
        assertThat(runner.ids(-1L)).containsExactly("within-limit", "none-lost", "no-deadlock");
        assertThat(runner.set(List.of("no-deadlock", "none-lost", "unknown"))).isEqualTo(TraceRunner.DEADLOCK | 2);
    }
}
