package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.Replayed;
import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.input.InputException;
import dev.moat.logic.ResponseRule;
import dev.moat.prove.Responses;
import dev.moat.prove.Run;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs without end as files: what was found is found again, and a file in which anything is changed is refused. */
class LassoReplayTest {
    private static final LassoReplay.Rules SHIPPED_RULES = new LassoReplay.Rules(null, List.of());

    private static final Path HOME = Path.of("");
    private static final Theory THEORY = Lassos.THEORY;
    private static final Responses SHIPPED = Lassos.SHIPPED;
    private static final String OWES = "unmaps-return.without.owe";

    @TempDir
    Path directory;

    private static final String FOUND = text(OWES, "unmaps-return");

    private static String text(String part, String id) {
        return RecordedLasso.text(Lassos.found(part, id), List.of(part), "");
    }

    private Replayed replay(String text) throws IOException {
        Path file = directory.resolve("x" + RecordedLasso.SUFFIX);
        Files.writeString(file, text);
        return LassoReplay.of(file, HOME, SHIPPED_RULES);
    }

    /** Of a rule without what it excludes, of a step that leaves something out, and one where nobody helps any more. */
    @ParameterizedTest
    @CsvSource({
        "unmaps-return.without.owe, unmaps-return",
        "complete-invalidation.queued, tokens-return",
        "open.opening, maps-return",
        "acknowledge.dirty, debts-are-paid",
    })
    void whatWasFoundIsFoundAgain(String part, String id) throws IOException {
        Replayed replayed = replay(text(part, id));
        assertThat(replayed.lines().get(0)).startsWith("reproduced: " + id + " waits for ever (");
        assertThat(replayed.result()).isEqualTo(Replayed.Result.REPRODUCED);
    }

    /** A rule of one's own, which nobody ever has to help with. */
    @Test
    void whereNobodyHelpsTheRunStandsStill() throws IOException {
        Path rules = Files.createDirectory(directory.resolve("rules"));
        Files.writeString(rules.resolve("widens.smt2"), """
                (set-info :says "Each mapping comes to be in use.") (set-info :source "planted") (set-info :fair "all")
                (define-fun waiting ((k Hold)) Bool (not (live k)))
                (define-fun answered ((k Hold)) Bool (live k))
                (define-fun only.stage ((k Hold)) Bool (opening k))
                (define-fun only.takes.open ((k Hold) (j Hold)) Bool (= j k))
                """);
        Responses own = Responses.load(rules, THEORY);
        ResponseRule rule = Objects.requireNonNull(own.rules().get("widens"));
        ResponseLasso lasso = Objects.requireNonNull(
                ResponseLasso.search(own, rule, InstanceBounds.initial()).lasso());
        Path file = directory.resolve("widens" + RecordedLasso.SUFFIX);
        Files.writeString(file, RecordedLasso.text(lasso, List.of(), ""));
        assertThat(LassoReplay.of(file, HOME, new LassoReplay.Rules(rules, List.of()))
                        .lines())
                .containsExactly(
                        "reproduced: widens waits for ever (hold0) after 0 steps, where nobody helps, every change as recorded");
        assertThatThrownBy(() -> LassoReplay.of(file, HOME, SHIPPED_RULES))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith(":2:1: there is no rule 'widens'");
    }

    /** Each is run and judged: that a file says that it is fair, or goes round, is not believed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The repaired rule excludes the step.
                "injected: unmaps-return.without.owe | 'injected: ' | FIXED | fixed: unmaps-return is not broken: owe(",
                // Nothing waits yet.
                "'  4  begin-close(hold0)                       -live[hold0] +closing[hold0]\n' | '' | FIXED | nothing waits",
                // Nothing is repeated, and who helps could.
                "'  1  owe(unit0, tag0, page0)                  +dirty[unit0,tag0,page0]\n"
                        + "  2  waive(unit0, tag0, page0)                -dirty[unit0,tag0,page0]\n' | '' | FIXED | "
                        + "would help, can be taken all the way round, and never is",
                // A step that is not possible.
                "'  3  open(hold0)                              -opening[hold0] +live[hold0]\n' | '' | DIVERGED | "
                        + "diverged at line 11: begin-close(hold0) is not possible there",
                // What a step is said to change.
                "'+dirty[unit0,tag0,page0]' | '+dirtyW[unit0,tag0,page0]' | DIVERGED | diverged at line 14: unmaps-return is broken nevertheless",
                "'and then for ever:' | 'and then for ever:\n  1  end-walk(unit0, req0)' | DIVERGED | diverged at line 14: ",
                // What is said behind the last step.
                "'-dirty[unit0,tag0,page0]\n' | '-dirty[unit0,tag0,page0]\n         +hold[hold0,dom0,frame0]\n' | DIVERGED | "
                        + "diverged at line 16: unmaps-return is broken nevertheless",
            })
    void whatIsChangedIsRefused(String was, String now, Replayed.Result result, String why) throws IOException {
        assertThat(FOUND).contains(was);
        Replayed replayed = replay(FOUND.replace(was, now));
        assertThat(replayed.lines().get(0)).contains(why);
        assertThat(replayed.result()).isEqualTo(result);
    }

    /** It does not go round: the debt stays. */
    @Test
    void aRunThatIsCutOffIsRefused() {
        String waive = "  2  waive(unit0, tag0, page0)                -dirty[unit0,tag0,page0]\n";
        assertThatThrownBy(() -> replay(FOUND.replace(waive, "")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(":14:1: every change is as recorded")
                .hasMessageContaining("does not lead back to where it begins: the file is cut off");
    }

    /** A file says which instance it is of; where who helps is not there, that nobody helps shows nothing. */
    @Test
    void whoHelpsIsThereWhateverTheFileSays() throws IOException {
        ResponseRule rule = Objects.requireNonNull(SHIPPED.rules().get("moves-return"));
        Instance narrow =
                new Instance(THEORY.discipline(), InstanceBounds.initial().having(List.of("begin-move")));
        String stem =
                "assign(req0, dom1, unit0, space0, tag0); begin-move(req0, dom1, dom0); clear-context(unit0, req0);"
                        + " submit(inv0); complete-invalidation(inv0); acknowledge(inv0)";
        Replayed replayed = replay(text(rule, run(narrow, stem), "req0, dom1, dom0, dom1", List.of()));
        assertThat(replayed.lines()).singleElement().asString().contains("end-move(req0, dom1, dom0, dom1) would help");
        assertThat(replayed.result()).isEqualTo(Replayed.Result.FIXED);
    }

    /** Of a run of so many steps that their numbers have no room left before them. */
    @Test
    void aLongRunIsReadBack() throws IOException {
        ResponseRule rule = Objects.requireNonNull(SHIPPED.rules().get("unmaps-return"));
        Instance instance = new Instance(THEORY.discipline(), InstanceBounds.initial());
        String stem = "end-walk(unit0, req0); ".repeat(1000) + "grant(gref0, dom1, frame0);"
                + " begin-open(hold0, gref0, dom0, dom1, frame0); open(hold0); begin-close(hold0)";
        String text = text(rule, run(instance, stem), "hold0, dom1, frame0", List.of(OWES));
        String round = FOUND.substring(FOUND.indexOf("and then"));
        Replayed replayed = replay(text.substring(0, text.indexOf("and then")) + round);
        assertThat(replayed.lines().get(0)).contains("after 1004 steps, 2 repeated, every change as recorded");
    }

    private static Run run(Instance instance, String steps) {
        List<DisciplineAction> letters = new ArrayList<>();
        for (String step : steps.split("; *")) {
            instance.letters().get(step.substring(0, step.indexOf('('))).stream()
                    .filter(l -> l.toString().equals(step))
                    .forEach(letters::add);
        }
        return new Run(instance, instance.initial(), letters);
    }

    /** A file of a run behind which nothing is repeated. */
    private static String text(ResponseRule rule, Run stem, String waits, List<String> parts) {
        List<long[]> states = stem.states();
        Run round = new Run(stem.instance(), states.get(states.size() - 1), List.of());
        return RecordedLasso.text(new ResponseLasso(rule, stem, round, waits), parts, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'A run' | 'B run' | :1:1: no recorded lasso: the first line is to be ",
                "'rule: unmaps-return' | 'rule: unmaps' | :2:1: there is no rule 'unmaps'",
                "'waits: hold0' | 'waits: hold1' | :3:1: the instance has no 'hold1, dom1, frame0' for the rule to be about",
                "'without.owe' | 'without.owes' | :4:1: no rule has the part ",
                "'family: ' | 'family: ../x' | :5:1: there is no family '../x'",
                "'frames=1' | 'frames=9' | :6:11: ",
                "'frames=1' | 'frames' | :6:11: 'frames' sets no bound: the form is name=value",
                "'stem:' | 'steps:' | :7:1: 'stem:' is missing",
                "'and then for ever:' | '     then' | :16:1: the line 'and then for ever:' is missing",
                "'owe(unit0' | 'owe(unit7' | :14:1: the instance has no step 'owe(unit7, tag0, page0)'",
                "'  1  owe' | 'x 1  owe' | :14:1: neither a step nor what one changes",
            })
    void whatIsNoLassoIsComplainedOf(String was, String now, String message) {
        assertThat(FOUND).contains(was);
        assertThatThrownBy(() -> replay(FOUND.replace(was, now)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(message);
    }
}
