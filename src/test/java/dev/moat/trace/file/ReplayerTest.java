package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.setting.BadSettingException;
import dev.moat.scenario.Catalog;
import dev.moat.trace.Trace;
import dev.moat.trace.file.Replay.Outcome;
import dev.moat.trace.testing.CounterJudges;
import dev.moat.trace.testing.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReplayerTest {
    private static final Counters LIMIT = Counters.at(Granularity.OPERATION, "increment.no-limit");
    private static final String INCREMENT = "cpu0: increment(c0)";

    private static Counterexample beyondTheLimit(String... before) {
        List<String> names = new ArrayList<>(List.of(before));
        names.addAll(List.of(INCREMENT, INCREMENT, INCREMENT, INCREMENT));
        return Counterexample.record("s", LIMIT.spec(), LIMIT.runner(), LIMIT.trace(names.toArray(new String[0])));
    }

    private static Replay replay(Counterexample c) {
        return Replayer.replay(c, Catalog.load(), new CounterJudges());
    }

    private static Counterexample with(Counterexample c, List<String> actions, List<List<String>> states) {
        return new Counterexample(c.scenario(), c.machine(), c.schema(), c.violates(), actions, states);
    }

    /** The counterexample with the first number of a state replaced by 5. */
    private static Counterexample changed(Counterexample c, int state) {
        List<List<String>> states = new ArrayList<>(c.states());
        List<String> values = new ArrayList<>(states.get(state));
        values.set(0, "5");
        states.set(state, values);
        return with(c, c.actions(), states);
    }

    @Test
    void the_same_machine_reproduces() {
        Replay replay = replay(CounterexampleFileTest.lostUpdate());
        assertThat(replay.outcome()).isEqualTo(Outcome.REPRODUCED);
        assertThat(replay.difference()).isNull();
        assertThat(replay.violated()).containsExactly("none-lost");
        assertThat(replay.transitions()).hasSize(8);
        assertThat(replay.summary())
                .isEqualTo("reproduced: none-lost violated after 8 transitions, every state as recorded");
    }

    @Test
    void a_hang_is_reproduced_too() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-release");
        Trace trace = m.trace(INCREMENT, "cpu0: step", "cpu0: step", "cpu0: step", "cpu1: increment(c1)");
        Replay replay = replay(Counterexample.record("s", m.spec(), m.runner(), trace));
        assertThat(replay.outcome()).isEqualTo(Outcome.REPRODUCED);
        assertThat(replay.violated()).containsExactly("no-deadlock");
    }

    @Test
    void without_its_faults_it_is_fixed_where_it_leaves_the_record() {
        Replay replay = replay(beyondTheLimit().withoutFaults());
        assertThat(replay.outcome()).isEqualTo(Outcome.FIXED);
        assertThat(Objects.requireNonNull(replay.difference()).lines())
                .containsExactly(
                        "step 4, cpu0: increment(c0), leads to another state:",
                        "  count[c0]: recorded 4, now 3",
                        "  asked[c0]: recorded 4, now 3");
        assertThat(replay.summary())
                .isEqualTo("fixed: within-limit not violated; the machine leaves the record at step 4");
        assertThat(replay(CounterexampleFileTest.lostUpdate().withoutFaults()).outcome())
                .isEqualTo(Outcome.FIXED);
    }

    @Test
    void it_is_fixed_when_the_property_no_longer_objects() {
        Machine machine = LIMIT.machine();
        Replay replay =
                Replayer.replay(beyondTheLimit(), machine, new CounterJudges().judge(machine, List.of("none-lost")));
        assertThat(replay.outcome()).isEqualTo(Outcome.FIXED);
        assertThat(replay.summary()).isEqualTo("fixed: within-limit not violated, though every state is as recorded");
    }

    /** An operation still runs: what it does next may be what broke the property. */
    @Test
    void a_record_that_may_be_cut_off_is_not_fixed() {
        Counterexample c = CounterexampleFileTest.lostUpdate();
        int last = c.actions().size() - 1;
        Replay replay = replay(with(c, c.actions().subList(0, last), c.states().subList(0, last + 1)));
        assertThat(replay.outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(replay.summary())
                .isEqualTo(
                        "no counterexample: every state is as recorded and none breaks none-lost; the file is cut off,"
                                + " or the property says something else now");
    }

    @Test
    void another_state_on_the_way_diverges_there_though_it_still_ends_badly() {
        Replay replay = replay(changed(beyondTheLimit(), 2));
        assertThat(replay.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(Objects.requireNonNull(replay.difference()).lines())
                .containsExactly(
                        "step 2, cpu0: increment(c0), leads to another state:",
                        "  stamp: recorded 0x5 (LOW=0x5), now 0");
        assertThat(replay.summary()).isEqualTo("diverged at step 2: within-limit violated nevertheless");
    }

    @Test
    void another_initial_state_diverges_at_step_0() {
        assertThat(replay(changed(beyondTheLimit(), 0)).summary())
                .isEqualTo("diverged at step 0: within-limit violated nevertheless");
    }

    @Test
    void an_action_that_is_not_enabled_diverges_while_the_fault_is_in() {
        Counterexample c = beyondTheLimit("stamp(low)");
        List<String> actions = new ArrayList<>(c.actions());
        actions.set(2, "reset(c1)");
        Replay replay = replay(with(c, actions, c.states()));
        assertThat(replay.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(Objects.requireNonNull(replay.difference()).lines())
                .containsExactly("step 3, reset(c1), is not enabled");
        assertThat(replay.summary())
                .isEqualTo("diverged at step 3: within-limit not violated, although the faults are injected");
        assertThat(replay.transitions()).hasSize(4);
    }

    @Test
    void a_machine_without_such_an_action_does_not_have_it_enabled() {
        Counterexample c = beyondTheLimit();
        Replay replay = replay(with(c, List.of("dance()", INCREMENT, INCREMENT, INCREMENT), c.states()));
        assertThat(Objects.requireNonNull(replay.difference()).enabled()).isFalse();
        assertThat(replay.outcome()).isEqualTo(Outcome.DIVERGED);
    }

    @Test
    void after_a_difference_the_first_violation_ends_the_replay() {
        Counterexample c = changed(beyondTheLimit(), 1);
        List<String> actions = new ArrayList<>(c.actions());
        List<List<String>> states = new ArrayList<>(c.states());
        actions.add("toggle-door()");
        states.add(states.get(4));
        assertThat(replay(with(c, actions, states)).transitions()).hasSize(4);
    }

    @Test
    void what_the_record_names_must_exist() {
        Counterexample c = beyondTheLimit();
        Counterexample fault = new Counterexample(
                "s", c.machine().withFaults(List.of("x")), c.schema(), c.violates(), c.actions(), c.states());
        assertThatThrownBy(() -> replay(fault)).isInstanceOf(BadSettingException.class);
        Counterexample property =
                new Counterexample("s", c.machine(), c.schema(), List.of("x"), c.actions(), c.states());
        assertThatThrownBy(() -> replay(property)).isInstanceOf(InputException.class);
    }
}
