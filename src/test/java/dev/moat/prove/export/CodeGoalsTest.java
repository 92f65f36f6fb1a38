package dev.moat.prove.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.prove.SolverException;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeGoal.Status;
import dev.moat.prove.code.CodeQuestions;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.NeverSo;
import dev.moat.prove.code.ProvedFacts;
import dev.moat.prove.refine.KeptLines;
import dev.moat.prove.refine.RefinementReport;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Goals about code, as another solver is asked about them. */
class CodeGoalsTest {
    private static final Theory THEORY = Theory.load(Path.of(""));

    /** By the component and its faults: what is asked of R1 takes longer than what becomes of it. */
    private static final Map<List<String>, List<CodeQuestions>> ASKED = new HashMap<>();

    private static List<CodeQuestions> questions(String component, String... faults) {
        List<String> what = new ArrayList<>(List.of(faults));
        what.add(0, component);
        return ASKED.computeIfAbsent(what, w -> asked(component, faults));
    }

    private static List<CodeQuestions> asked(String component, String... faults) {
        Machine machine =
                Catalog.load().machine(new MachineSpec(component, Map.of(), Granularity.STEP, false, List.of(faults)));
        List<CodeQuestions> all = new ArrayList<>(CodeReport.of(machine, CodeReport.RLIMIT, CodeGoalsTest::lines)
                .asked()
                .questions());
        all.addAll(
                RefinementReport.of(machine, THEORY, CodeReport.RLIMIT).asked().questions());
        return all;
    }

    private static ProvedFacts lines(LiftedMachine lifted) {
        return new KeptLines(lifted, List.of(lifted.machine().initial()), CodeReport.RLIMIT);
    }

    /** The first goals of each proof, and all that fail. */
    private static List<CodeQuestions> some(List<CodeQuestions> all, int each) {
        List<CodeQuestions> some = new ArrayList<>();
        for (CodeQuestions q : all) {
            Set<Answer> chosen = new HashSet<>(
                    q.answers().subList(0, Math.min(each, q.answers().size())));
            q.answers().stream().filter(a -> a.status() != Status.PROVED).forEach(chosen::add);
            some.add(new CodeQuestions(
                    q.proof(),
                    q.exprs(),
                    q.assumed(),
                    q.answers().stream().filter(chosen::contains).toList()));
        }
        return some;
    }

    /** What Z3 said, turned round. */
    private static List<CodeQuestions> lies(List<CodeQuestions> all) {
        return all.stream()
                .map(q -> new CodeQuestions(
                        q.proof(),
                        q.exprs(),
                        q.assumed(),
                        q.answers().stream().map(CodeGoalsTest::lie).toList()))
                .toList();
    }

    private static Answer lie(Answer a) {
        return new Answer(a.goal(), a.status() == Status.PROVED ? Status.FAILED : Status.PROVED, null, 0);
    }

    /** Of code that is right, and of a step that is wrong: it agrees with what is proved and with what fails, and not with lies. */
    @ParameterizedTest
    @ValueSource(strings = {"z3", "cvc5"})
    void aSecondSolverAgrees(String program) throws IOException {
        List<CodeQuestions> all = some(questions("r1", "unmap.keeps-table-entry"), 7);
        long goals = all.stream().mapToLong(q -> q.answers().size()).sum();
        assertThat(all.stream().flatMap(q -> q.answers().stream()).map(Answer::status))
                .contains(Status.PROVED, Status.FAILED);
        GoalOutput output;
        try {
            output = GoalOutput.ofCode(program, null, all, Map.of());
        } catch (SolverException e) {
            System.err.println("*** " + program + " is not installed: a second opinion about code is NOT tested");
            assertThat(e).hasMessageContaining("the second solver '" + program + "' cannot be started");
            throw new TestAbortedException(program + " is not installed");
        }
        assertThat(output.lines())
                .containsExactly("second solver " + program + ": " + goals + " of " + goals + " goals agree");
        assertThat(output.disagrees() || output.silent()).isFalse();
        GoalOutput lied = GoalOutput.ofCode(program, null, lies(all), Map.of());
        assertThat(lied.disagrees()).isTrue();
        assertThat(lied.lines())
                .hasSize((int) goals + 1)
                .contains("second solver " + program + ": 0 of " + goals + " goals agree")
                .anyMatch(l ->
                        l.startsWith("DISAGREEMENT refinement") && l.contains(" unmap: end-hold can be taken: Z3 "));
    }

    /** Of the state that everything starts from nothing is assumed, by whoever is asked: else what is never so would be proved. */
    @Test
    void theBeginningIsAskedWithNothingAssumed(@TempDir Path directory) throws IOException {
        List<CodeQuestions> all = CodeReport.of(NeverSo.machine(), CodeReport.RLIMIT, CodeGoalsTest::lines)
                .asked()
                .questions();
        assertThat(all.get(0).assumed()).isNotEmpty();
        List<Answer> failed = all.stream()
                .flatMap(q -> q.answers().stream())
                .filter(a -> a.status() == Status.FAILED)
                .toList();
        assertThat(failed).singleElement().matches(a -> a.goal().isOfTheBeginning());
        CodeGoalFiles.Written written = CodeGoalFiles.write(all, Map.of(), directory);
        for (Path file : written.files()) {
            String text = Files.readString(file);
            if (text.startsWith("; " + CodeGoal.INITIALLY + ": ")) {
                assertThat(text).contains(":status sat").containsOnlyOnce("(assert ");
            }
        }
    }

    /** A solver that says nothing is no opinion, and is counted. */
    @Test
    void whoSaysNothingIsCounted() throws IOException {
        List<CodeQuestions> all = some(questions("r1"), 2);
        GoalOutput output = GoalOutput.ofCode("true", null, all, Map.of());
        assertThat(output.silent()).isTrue();
        assertThat(output.disagrees()).isFalse();
        assertThat(output.lines())
                .filteredOn(l -> l.startsWith("NO ANSWER "))
                .hasSize((int) all.stream().mapToLong(q -> q.answers().size()).sum())
                .allMatch(l -> l.endsWith(": Z3 unsat, true nothing"));
        assertThat(output.lines()).last().asString().startsWith("second solver true: 0 of ");
    }

    /** What a solver says of a file that it has not read whole is no answer, also where it is what Z3 said. */
    @Test
    void anAnswerAfterAComplaintIsNone(@TempDir Path directory) throws IOException {
        Path program = directory.resolve("other");
        Files.writeString(program, "#!/bin/sh\necho '(error \"line 3: unknown constant y\")'\necho unsat\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        List<CodeQuestions> all = some(questions("r1"), 1);
        GoalOutput output = GoalOutput.ofCode(program.toString(), null, all, Map.of());
        assertThat(output.silent()).isTrue();
        assertThat(output.lines()).last().asString().contains(": 0 of ");
        Files.writeString(program, "#!/bin/sh\necho unsat\necho '(error \"a status that is another\")'\n");
        assertThat(GoalOutput.ofCode(program.toString(), null, all, Map.of()).silent())
                .isFalse();
    }

    /** Each file says what it asks and what is expected, and is whole. */
    @Test
    void filesAreComplete(@TempDir Path directory) throws IOException {
        List<CodeQuestions> all = questions("r1", "unmap.keeps-table-entry");
        assertThat(GoalOutput.ofCode(null, directory, all, Map.of()).lines()).isEmpty();
        try (Stream<Path> files = Files.list(directory)) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.toList()) {
                texts.add(Files.readString(file));
            }
            assertThat(texts).hasSize((int)
                    all.stream().mapToLong(q -> q.answers().size()).sum());
            assertThat(texts).allMatch(t -> t.contains("(set-logic QF_BV)") && t.endsWith("(check-sat)\n"));
            assertThat(texts)
                    .anyMatch(t ->
                            t.startsWith("; unmap: end-hold can be taken\n") && t.contains("(set-info :status sat)"));
        }
    }

    /** Lines that goals rest on, and loops that lifting did not follow further, are among the questions. */
    @Test
    @Tag("deep")
    void linesAndLoopsAreAskedToo() {
        Map<String, Integer> counts = new TreeMap<>();
        questions("xen-vtd").forEach(q -> counts.put(q.proof(), q.answers().size()));
        assertThat(counts.get("lines-of-refinement")).isGreaterThan(300);
        assertThat(counts.get("loops-of-refinement")).isPositive();
        // What is asked of it rests on lines and sorts alone: no goal needs what the discipline says of the state
        // before.
        assertThat(counts).containsEntry("refinement-of-the-discipline", 0);
    }
}
