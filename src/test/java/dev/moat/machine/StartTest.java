package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Operation;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A start writes the locals of CPUs and nothing else: a refused one is undone by putting those back. */
class StartTest {
    /** More bits than the word of the program counter has room for. */
    private static final int LAMPS = 200;

    private static Machine machine(boolean goesOn) {
        ModelBuilder model = new ModelBuilder(new Edits());
        model.cpus(Sort.numbered("Cpu", "cpu", 1), true);
        Slots lamp = model.schema()
                .slots("lamp", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Lamp", "lamp", LAMPS))
                .bits(1);
        Operation.Start strays = (s, cpu, a, b, c, d, e) -> {
            lamp.set(s, LAMPS - 1, 1);
            return goesOn;
        };
        Step rest = Step.of("rest", (s, cpu) -> Outcome.NEXT);
        model.operation(
                new Operation("stray", Actor.HYPERVISOR, List.of(), ModelBuilder.all(), strays, List.of(rest), null));
        return new Machine(model.build(), Granularity.STEP, true);
    }

    @Test
    void aStartThatWritesElsewhereIsNoticed() {
        for (boolean goesOn : new boolean[] {false, true}) {
            Machine machine = machine(goesOn);
            long[] s = machine.initial();
            assertThatThrownBy(() -> machine.stepper().expand(s, (instance, next) -> {}))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the start of stray writes what is no local of a CPU");
            int start = machine.find("cpu0: stray()").orElseThrow();
            assertThatThrownBy(() -> machine.stepper().apply(start, s))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the start of stray writes what is no local of a CPU");
        }
    }
}
