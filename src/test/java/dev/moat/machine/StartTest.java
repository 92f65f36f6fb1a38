package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A start writes the locals of CPUs and what is declared to be taken by starts, and nothing else: a refused one is undone by
 * putting those back.
 */
class StartTest {
    /** More bits than the word of the program counter has room for. */
    private static final int LAMPS = 200;

    /** One operation whose start lights the last lamp; then it answers so, or its only step does. */
    private static Machine machine(boolean taken, boolean begins, int step) {
        ModelBuilder model = new ModelBuilder(new Edits());
        model.cpus(Sort.numbered("Cpu", "cpu", 1), true);
        SlotsBuilder lamps =
                model.schema().slots("lamp", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Lamp", "lamp", LAMPS));
        Slots lamp = (taken ? lamps.takenByStarts() : lamps).bits(1);
        Operation.Start lights = (s, cpu, a, b, c, d, e) -> {
            lamp.set(s, LAMPS - 1, 1);
            return begins;
        };
        List<Step> steps = List.of(Step.of("only", (s, cpu) -> step));
        model.operation(new Operation("light", Actor.HYPERVISOR, List.of(), ModelBuilder.all(), lights, steps, null));
        return new Machine(model.build(), Granularity.STEP, true);
    }

    @Test
    void aStartThatWritesElsewhereIsNoticed() {
        for (boolean begins : new boolean[] {false, true}) {
            Machine machine = machine(false, begins, Outcome.NEXT);
            long[] s = machine.initial();
            assertThatThrownBy(() -> machine.stepper().expand(s, (instance, next) -> {}))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the start of light writes what is neither a local of a CPU nor taken by starts");
            int start = machine.find("cpu0: light()").orElseThrow();
            assertThatThrownBy(() -> machine.stepper().apply(start, s))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the start of light writes what is neither a local of a CPU nor taken by starts");
        }
    }

    @Test
    void whatIsTakenIsGivenBackWhereTheStartIsRefused() {
        Machine machine = machine(true, false, Outcome.NEXT);
        assertThat(lit(machine)).isFalse();
        Machine waits = machine(true, true, Outcome.BLOCKED);
        assertThat(lit(waits)).isFalse();
    }

    @Test
    void andStaysTakenWhereItGoesOn() {
        assertThat(lit(machine(true, true, Outcome.NEXT))).isTrue();
    }

    /** Whether the lamp is lit after the start was tried; it is where the start was performed, and the same when searched. */
    private static boolean lit(Machine machine) {
        long[] s = machine.initial();
        boolean[] searched = new boolean[1];
        machine.stepper().expand(s, (instance, next) -> searched[0] = true);
        long[] before = s.clone();
        boolean performed =
                machine.stepper().apply(machine.find("cpu0: light()").orElseThrow(), s);
        assertThat(performed).isEqualTo(searched[0]);
        assertThat(s)
                .as("changed where it is performed, else as it was")
                .matches(x -> performed != Arrays.equals(x, before));
        return performed;
    }

    /** What a call takes that is refused, or that goes on, is there for the next one that is asked whether it waits. */
    @Test
    void whatWaitsIsFoundBehindCallsThatDoNot() {
        ModelBuilder model = new ModelBuilder(new Edits());
        Sort cpus = Sort.numbered("Cpu", "cpu", 1);
        model.cpus(cpus, true);
        Slots lamp = model.schema()
                .slots("lamp", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Lamp", "lamp", LAMPS))
                .takenByStarts()
                .bits(1);
        Slots asked = model.schema()
                .slots("asked", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .bits(2);
        Slots done = model.schema()
                .slots("done", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Lamp", "lamp", LAMPS))
                .bits(1);
        Operation.Start lights = (s, cpu, a, b, c, d, e) -> {
            if (lamp.get(s, LAMPS - 1) == 1 || done.get(s, LAMPS - 1) == 1) {
                return false;
            }
            lamp.set(s, LAMPS - 1, 1);
            asked.set(s, cpu, a);
            return a > 0;
        };
        List<Step> steps = List.of(Step.of("only", (s, cpu) -> {
            if (asked.get(s, cpu) == 2) {
                return Outcome.BLOCKED;
            }
            done.set(s, LAMPS - 1, 1);
            return Outcome.NEXT;
        }));
        List<Argument> which = List.of(new Argument("which", Sort.numbered("Which", "w", 3)));
        model.operation(new Operation("light", Actor.HYPERVISOR, which, ModelBuilder.all(), lights, steps, null));
        Machine machine = new Machine(model.build(), Granularity.STEP, true);
        long[] s = machine.initial();
        assertThat(new Lookahead(machine).firstWaiting(s))
                .isEqualTo(machine.find("cpu0: light(w2)").orElseThrow());
        assertThat(s).isEqualTo(machine.initial());
    }
}
