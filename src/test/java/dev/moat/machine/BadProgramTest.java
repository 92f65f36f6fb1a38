package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.limit.LimitException;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.ProgramException;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes in a component's program that its own code does not show. */
class BadProgramTest {
    private static Model model(Step... steps) {
        ModelBuilder model = new ModelBuilder(new Edits());
        model.cpus(Sort.numbered("Cpu", "cpu", 1), true);
        Operation.Start begins = (s, cpu, a, b, c, d, e) -> true;
        model.operation(
                new Operation("map", Actor.HYPERVISOR, List.of(), ModelBuilder.all(), begins, List.of(steps), null));
        return model.build();
    }

    private static void search(Granularity granularity, Step... steps) {
        Machine machine = new Machine(model(steps), granularity, true);
        long[] s = machine.initial();
        machine.stepper().expand(s, (instance, next) -> {});
    }

    /** Beyond these it would be taken for an outcome of the step behind it, or of none. */
    @ParameterizedTest
    @ValueSource(ints = {-2, 4, 5, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void whatAStepAnswersIsAnOutcome(int answer) {
        for (Granularity granularity : Granularity.values()) {
            assertThatThrownBy(() -> search(
                            granularity,
                            Step.of("lock", (s, cpu) -> answer),
                            Step.of("unlock", (s, cpu) -> Outcome.NEXT)))
                    .isInstanceOf(ProgramException.class)
                    .hasMessage("map/lock answers " + answer + ", which is no outcome of a step");
        }
    }

    @Test
    void quietStepsComeToAnEnd() {
        Step circle = Step.of("spin", (s, cpu) -> Outcome.LOOP).quietly();
        assertThatThrownBy(() -> search(Granularity.STEP, circle))
                .isInstanceOf(ProgramException.class)
                .hasMessageStartingWith("map/spin is reached after 100000 quiet steps in a row");
    }

    @Test
    void anOperationComesToAnEnd() {
        assertThatThrownBy(() -> search(Granularity.OPERATION, Step.of("spin", (s, cpu) -> Outcome.LOOP)))
                .isInstanceOf(ProgramException.class)
                .hasMessage("map/spin is reached after 100000 steps of one call: it does not end");
    }

    /** A wider one was taken for no result where its sign was set, and was counted beside the table else. */
    @Test
    void aResultIsNoWiderThanWhatIsCounted() {
        ModelBuilder model = new ModelBuilder(new Edits());
        Sort cpu = Sort.numbered("Cpu", "cpu", 1);
        model.cpus(cpu, true);
        Slots wide = model.schema()
                .slots("status", Role.HYPERVISOR, Writer.HYPERVISOR, cpu)
                .bits(9);
        Operation map = new Operation(
                "map", Actor.HYPERVISOR, List.of(), ModelBuilder.all(), (s, q, a, b, c, d, e) -> true, List.of(), wide);
        assertThatThrownBy(() -> model.operation(map))
                .isInstanceOf(ProgramException.class)
                .hasMessage("the result of map has 9 bits, and at most 8 are counted");
    }

    @Test
    void anAlphabetHasABound() {
        ModelBuilder model = new ModelBuilder(new Edits());
        Argument page = new Argument("p", Sort.numbered("Page", "p", 1 << 11));
        model.action("take", Actor.GUEST, List.of(page, page, page), (s, a, b, c, d, e) -> true);
        Model built = model.build();
        assertThatThrownBy(() -> new Machine(built, Granularity.STEP, true))
                .isInstanceOf(LimitException.class)
                .hasMessage("take has more than 2,147,483,647 combinations of arguments");
        ModelBuilder largest = new ModelBuilder(new Edits());
        Argument all = new Argument("n", Sort.numbered("All", "n", Integer.MAX_VALUE));
        Argument none = new Argument("z", Sort.numbered("None", "z", 0));
        largest.action("never", Actor.GUEST, List.of(all, all, all, all, none), (s, a, b, c, d, e) -> true);
        assertThat(new Machine(largest.build(), Granularity.STEP, true).instances())
                .isZero();
    }
}
