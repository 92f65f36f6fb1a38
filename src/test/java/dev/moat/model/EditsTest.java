package dev.moat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.state.SchemaBuilder;
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
        Operation edited = edits.apply(operation(), new SchemaBuilder());
        assertThat(steps(edited)).containsExactly("change", "wait", "finish");
        assertThat(edited.steps().get(0).targets()).containsExactly(null, "wait", null, "finish");
        assertThat(edited.steps().get(1).targets()).containsExactly(null, "wait", null, null);
        Operation without = new Edits().drop("op", "ask").drop("op", "wait").apply(operation(), new SchemaBuilder());
        assertThat(without.steps().get(0).targets()).containsExactly(null, "finish", null, "finish");
        Operation endless = new Edits().drop("op", "finish").apply(operation(), new SchemaBuilder());
        assertThat(endless.steps().get(0).targets().get(Outcome.DONE)).isEqualTo(Step.END);
        assertThat(edits.dropped()).containsExactly("op/ask");
    }

    @Test
    void aStepThatIsNotThereCannotBeDropped() {
        assertThatThrownBy(() -> new Edits().drop("op", "none").apply(operation(), new SchemaBuilder()))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("'op.none', which this machine does not have");
    }

    @Test
    void nothingLeadsToAStepThatIsNotThere() {
        assertThatThrownBy(() ->
                        new Edits().redirect("op", "ask", Outcome.NEXT, "none").apply(operation(), new SchemaBuilder()))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("'op.none', which this machine does not have");
        Operation ended =
                new Edits().redirect("op", "ask", Outcome.NEXT, Step.END).apply(operation(), new SchemaBuilder());
        assertThat(ended.steps().get(ended.indexOf("ask")).targets().get(Outcome.NEXT))
                .isEqualTo(Step.END);
    }

    private static List<String> targets(Operation op, String step) {
        return op.steps().get(op.indexOf(step)).targets();
    }

    /** Whoever comes after a step that was done ahead of its turn does not go back to it. */
    @Test
    void whoLedToAStepThatIsAheadNowGoesOnBehindIt() {
        Operation ahead = new Edits().moveAhead("op", "finish", "ask").apply(looping(), new SchemaBuilder());
        assertThat(steps(ahead)).containsExactly("change", "finish", "ask", "wait");
        assertThat(targets(ahead, "wait").get(Outcome.DONE)).isEqualTo(Step.END);
        assertThat(targets(ahead, "change").get(Outcome.DONE)).isEqualTo("finish");
        Operation wait = new Edits().moveAhead("op", "wait", "ask").apply(looping(), new SchemaBuilder());
        assertThat(steps(wait)).containsExactly("change", "wait", "ask", "finish");
        assertThat(targets(wait, "ask").get(Outcome.DONE)).isEqualTo("finish");
        assertThat(targets(new Edits().moveBefore("op", "finish", "ask").apply(looping(), new SchemaBuilder()), "wait")
                        .get(Outcome.DONE))
                .isEqualTo("finish");
    }

    private static Operation looping() {
        return operation()
                .with(List.of(
                        Step.of("change", CODE).on(Outcome.DONE, "finish"),
                        Step.of("ask", CODE).on(Outcome.DONE, "wait"),
                        Step.of("wait", CODE).on(Outcome.DONE, "finish"),
                        Step.of("finish", CODE)));
    }

    /** What was the last step ends the operation still. */
    @Test
    void aStepIsRepeatedUnderAnotherNameOnOneWay() {
        Operation repeated = new Edits()
                .repeatOn("op", "change", Outcome.DONE, "wait", "wait-more")
                .apply(operation(), new SchemaBuilder());
        assertThat(steps(repeated)).containsExactly("change", "ask", "wait", "finish", "wait-more");
        assertThat(targets(repeated, "change")).containsExactly(null, "ask", null, "wait-more");
        assertThat(targets(repeated, "finish")).containsExactly(Step.END, null, null, null);
        assertThat(targets(repeated, "wait-more")).containsExactly("finish", "ask", null, null);
        assertThat(targets(repeated, "wait")).containsExactly(null, "ask", null, null);
        assertThatThrownBy(() -> new Edits()
                        .repeatOn("op", "change", Outcome.DONE, "none", "n")
                        .apply(operation(), new SchemaBuilder()))
                .isInstanceOf(BadSettingException.class);
        assertThatThrownBy(() -> new Edits()
                        .repeatOn("op", "change", Outcome.FAIL, "wait", "n")
                        .apply(operation(), new SchemaBuilder()))
                .isInstanceOf(BadSettingException.class);
    }

    /** Where a policy says which step that is, a fault does not have to know. */
    @Test
    void aStepGoesOnWhereAnotherOneDoes() {
        Operation as = new Edits()
                .redirectAs("op", "wait", Outcome.FAIL, "change", Outcome.DONE)
                .redirectAs("op", "change", Outcome.FAIL, "change", Outcome.LOOP)
                .apply(operation(), new SchemaBuilder());
        assertThat(targets(as, "wait")).containsExactly(null, "ask", "finish", null);
        assertThat(targets(as, "change")).containsExactly(null, "ask", "ask", "finish");
        assertThatThrownBy(() -> new Edits()
                        .redirectAs("op", "wait", Outcome.FAIL, "ask", Outcome.DONE)
                        .apply(operation(), new SchemaBuilder()))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("way 'ask on done'");
    }
}
