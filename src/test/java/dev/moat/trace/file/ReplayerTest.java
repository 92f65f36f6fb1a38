package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.scenario.Catalog;
import dev.moat.state.Slots;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.Transition;
import dev.moat.trace.file.Replay.Outcome;
import dev.moat.trace.testing.CounterJudges;
import dev.moat.trace.testing.Counters;
import java.util.ArrayList;
import java.util.Arrays;
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
    void what_of_the_record_no_longer_objects_is_named() {
        Counterexample c = beyondTheLimit();
        Counterexample more = new Counterexample(
                c.scenario(), c.machine(), c.schema(), List.of("within-limit", "none-lost"), c.actions(), c.states());
        assertThat(replay(more).summary())
                .isEqualTo("reproduced: within-limit violated after 4 transitions, every state as recorded;"
                        + " none-lost not, which the file names too");
    }

    @Test
    void one_transition_is_one() {
        Counterexample c = beyondTheLimit();
        Counterexample first = with(c, c.actions().subList(0, 1), c.states().subList(0, 2));
        Replay.Shown shown = new Replay.Shown(List.of("within-limit"), null, new Replay.Rest(0, 0, List.of()));
        assertThat(new Replay(Outcome.REPRODUCED, first, List.of(), null, shown).summary())
                .isEqualTo("reproduced: within-limit violated after 1 transition, every state as recorded");
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

    /** A property that is false in one state and true in the next. */
    @Test
    void what_is_broken_before_the_end_is_not_fixed() {
        Machine machine = LIMIT.machine();
        long[] wrong = machine.initial();
        Counterexample c = beyondTheLimit();
        c.actions().forEach(a -> LIMIT.runner().perform(Trace.alphabet(machine).getOrDefault(a, -1), wrong));
        StateJudge only = new StateJudge() {
            @Override
            public long violated(long[] s) {
                return Arrays.equals(s, wrong) ? 1 : 0;
            }

            @Override
            public List<String> ids() {
                return c.violates();
            }

            @Override
            public List<String> explain(int invariant, long[] s) {
                return List.of();
            }
        };
        Counterexample longer = beyondTheLimit(INCREMENT);
        Replay replay = Replayer.replay(longer, machine, only);
        assertThat(replay.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(replay.transitions()).hasSize(4);
        assertThat(replay.summary())
                .isEqualTo("diverged: within-limit violated after 4 transitions, before the end of the file,"
                        + " every state up to there as recorded");
    }

    /** The first transitions of the lost update. */
    private static Counterexample cut(int actions, boolean whole) {
        Counterexample c = CounterexampleFileTest.lostUpdate();
        return new Counterexample(
                c.scenario(),
                c.machine(),
                c.schema(),
                c.violates(),
                c.actions().subList(0, actions),
                c.states().subList(0, actions + 1),
                List.of(),
                Counterexample.NO_LOOP,
                whole);
    }

    private static Replay judged(Counterexample c, String property) {
        Machine machine = Catalog.load().machine(c.machine());
        return Replayer.replay(c, machine, new CounterJudges().judge(machine, List.of(property)));
    }

    /** An operation still runs, and nothing says that no step of it is missing. */
    @Test
    void a_record_that_may_be_cut_off_is_not_fixed() {
        Replay replay = replay(cut(7, false));
        assertThat(replay.outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(replay.summary())
                .isEqualTo(
                        "no counterexample: every state is as recorded and none breaks none-lost; the file does not say how"
                                + " many transitions it has: it is cut off, or the property says something else now");
        assertThat(replay.transitions()).hasSize(7);
        assertThat(judged(cut(7, false), "within-limit").outcome()).isEqualTo(Outcome.NOTHING);
    }

    /** Of a whole record the violation is where it was, or gone, or comes later: in what the operation has still to do. */
    @Test
    void what_breaks_after_a_whole_record_is_not_fixed() {
        Replay replay = replay(cut(7, true));
        assertThat(replay.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(replay.violated()).containsExactly("none-lost");
        assertThat(replay.transitions()).hasSize(8);
        assertThat(replay.summary())
                .isEqualTo(
                        "diverged: none-lost violated 1 transition after the last one of the file, every state up to there"
                                + " as recorded");
    }

    @Test
    void a_whole_record_is_fixed_if_what_still_runs_breaks_nothing_either() {
        Replay replay = judged(CounterexampleFileTest.lostUpdate(), "within-limit");
        assertThat(replay.outcome()).isEqualTo(Outcome.FIXED);
        assertThat(replay.transitions()).hasSize(8);
        assertThat(replay.summary())
                .isEqualTo(
                        "fixed: none-lost not violated, nor by what still runs at the end, 2 transitions more, though every"
                                + " state is as recorded");
    }

    /** A whole record that says of a run, wrongly, that it breaks a property. */
    private static Counterexample claimed(Counters m, String property, String... letters) {
        List<Transition> run = m.runner().run(m.trace(letters));
        List<List<String>> states = new ArrayList<>(
                List.of(Counterexample.values(m.machine(), m.machine().initial())));
        run.forEach(t -> states.add(Counterexample.values(m.machine(), t.state())));
        return new Counterexample(
                "s", m.spec(), m.machine().schema().version(), List.of(property), List.of(letters), states);
    }

    /** What breaks when the other one is first does not pass. */
    @Test
    void each_operation_that_still_runs_goes_first_once() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        Counterexample c = claimed(m, "last-is-first", INCREMENT, "cpu1: increment(c0)");
        Slots pc = Objects.requireNonNull(m.machine().model().pc());
        Slots asked = m.machine().schema().family("asked").orElseThrow();
        Replay replay = Replayer.replay(c, m.machine(), new StateJudge() {
            @Override
            public long violated(long[] s) {
                return pc.get(s, 1) == 0 && pc.get(s, 0) != 0 && asked.get(s, 0) == 1 ? 1 : 0;
            }

            @Override
            public List<String> ids() {
                return List.of("last-is-first");
            }

            @Override
            public List<String> explain(int invariant, long[] s) {
                return List.of();
            }
        });
        assertThat(replay.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(replay.transitions().get(2).name()).isEqualTo("cpu1: step");
    }

    /** The second CPU waits for the lock that the first one has; when that has ended it goes on. */
    @Test
    void who_waits_for_another_goes_on_after_it() {
        Counters m = Counters.at(Granularity.STEP);
        Counterexample c = claimed(m, "none-lost", INCREMENT, "cpu1: increment(c0)");
        assertThat(replay(c).summary())
                .isEqualTo(
                        "fixed: none-lost not violated, nor by what still runs at the end, 7 transitions more, though every"
                                + " state is as recorded");
    }

    @Test
    void an_operation_that_does_not_end_alone_decides_nothing() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-release");
        String[] run = {INCREMENT, "cpu0: step", "cpu0: step", "cpu0: step", "cpu1: increment(c1)"};
        Replay replay = replay(claimed(m, "none-lost", run));
        assertThat(replay.outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(replay.summary())
                .isEqualTo(
                        "undecided: none-lost not violated, though every state is as recorded; what still runs at the end"
                                + " does not come to its own alone: cpu1 before increment/take-lock");
    }

    /** One more than the limit, step by step. */
    private static List<String> fourIncrements() {
        List<String> letters = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            letters.addAll(List.of(INCREMENT, "cpu0: step", "cpu0: step", "cpu0: step"));
        }
        return letters;
    }

    /** What was recorded as two steps are three now: the next call waits for that, and is not left out. */
    @Test
    void an_operation_that_takes_more_steps_ends_before_the_next() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-limit");
        List<String> letters = fourIncrements();
        letters.remove(15);
        Counterexample c = Counterexample.record("s", m.spec(), m.runner(), m.trace(letters.toArray(new String[0])));
        letters.remove(3);
        List<List<String>> states = new ArrayList<>(c.states());
        states.remove(4);
        Replay replay = replay(with(c, letters, states));
        assertThat(replay.transitions()).hasSize(15);
        assertThat(Objects.requireNonNull(replay.difference()).enabled()).isFalse();
        assertThat(replay.summary()).isEqualTo("diverged at step 4: within-limit violated nevertheless");
    }

    @Test
    void fixed_says_what_of_the_record_was_not_possible() {
        Counterexample c = beyondTheLimit("stamp(low)");
        List<String> actions = new ArrayList<>(c.actions());
        actions.set(2, "reset(c1)");
        assertThat(replay(with(c, actions, c.states()).withoutFaults()).summary())
                .isEqualTo("fixed: within-limit not violated; the machine leaves the record at step 3, and 1 of its 5"
                        + " transitions cannot be done");
    }

    /** The machine takes a step more than was recorded, so that its letters end before what broke the property. */
    @Test
    void what_breaks_later_than_in_the_record_diverges() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-limit");
        List<String> letters = fourIncrements();
        Counterexample c = Counterexample.record(
                "s", m.spec(), m.runner(), m.trace(letters.subList(0, 15).toArray(new String[0])));
        List<List<String>> states = new ArrayList<>(c.states().subList(0, 14));
        states.set(13, c.states().get(15));
        Replay replay = replay(with(c, letters.subList(0, 13), states));
        assertThat(replay.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(replay.summary())
                .isEqualTo(
                        "diverged at step 13: within-limit violated nevertheless, 2 transitions after the last one of the"
                                + " file");
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
