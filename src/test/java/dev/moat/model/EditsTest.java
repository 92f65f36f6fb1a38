package dev.moat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.model.program.Actor;
import dev.moat.model.program.Operation;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.model.program.StepCode;
import dev.moat.model.setting.BadSettingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EditsTest {
    private static final StepCode CODE = (s, cpu) -> Outcome.NEXT;

    private static Operation operation() {
        return new Operation(
                "op",
                Actor.HYPERVISOR,
                List.of(),
                ModelBuilder.all(),
                (s, cpu, a, b, c, d, e) -> true,
                List.of(
                        Step.of("change", CODE).on(Outcome.LOOP, "ask").on(Outcome.DONE, "finish"),
                        Step.of("ask", CODE),
                        Step.of("wait", CODE).on(Outcome.LOOP, "ask"),
                        Step.of("finish", CODE)),
                null);
    }

    private static List<String> steps(Operation op) {
        return op.steps().stream().map(Step::name).toList();
    }

    /** A step that is led to can be left out as well: whoever leads there goes on behind it. */
    @Test
    void whoLedToADroppedStepGoesOnBehindIt() {
        Edits edits = new Edits().drop("op", "ask");
        Operation edited = edits.apply(operation());
        assertThat(steps(edited)).containsExactly("change", "wait", "finish");
        assertThat(edited.steps().get(0).targets()).containsExactly(null, "wait", null, "finish");
        assertThat(edited.steps().get(1).targets()).containsExactly(null, "wait", null, null);
        Operation without = new Edits().drop("op", "ask").drop("op", "wait").apply(operation());
        assertThat(without.steps().get(0).targets()).containsExactly(null, "finish", null, "finish");
        Operation endless = new Edits().drop("op", "finish").apply(operation());
        assertThat(endless.steps().get(0).targets().get(Outcome.DONE)).isEqualTo(Step.END);
        assertThat(edits.dropped()).containsExactly("op/ask");
    }

    @Test
    void aStepThatIsNotThereCannotBeDropped() {
        assertThatThrownBy(() -> new Edits().drop("op", "none").apply(operation()))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("'op.none', which this machine does not have");
    }

    @Test
    void nothingLeadsToAStepThatIsNotThere() {
        assertThatThrownBy(() ->
                        new Edits().redirect("op", "ask", Outcome.NEXT, "none").apply(operation()))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("'op.none', which this machine does not have");
        Operation ended =
                new Edits().redirect("op", "ask", Outcome.NEXT, Step.END).apply(operation());
        assertThat(ended.steps().get(ended.indexOf("ask")).targets().get(Outcome.NEXT))
                .isEqualTo(Step.END);
    }
}
