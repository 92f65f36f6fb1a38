package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.discipline.InstanceBounds;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.prove.Explained;
import dev.moat.prove.Prover;
import dev.moat.prove.ResponseAudit;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import dev.moat.prove.TheoryAudit;
import dev.moat.prove.Z3Required;
import dev.moat.prove.code.CodeAnswer;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.refine.RefinementReport;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What proofs about code, and audits, come to: each thing that was found has its code. */
class ExitsOfProofsTest {
    private static final CodeAnswer NOTHING = new CodeAnswer(List.of(), List.of());

    @ParameterizedTest
    @CsvSource({
        "true,  true,  false, false, OK",
        "false, true,  false, false, LIMIT",
        "true,  false, false, false, LIMIT",
        "true,  false, true,  false, VIOLATION",
        "true,  false, true,  true,  DISAGREEMENT",
        "true,  true,  false, true,  DISAGREEMENT",
    })
    void whatWasFoundOfCode(boolean code, boolean refines, boolean reached, boolean disagrees, ExitCode exit) {
        CodeReport report = new CodeReport(List.of(), NOTHING, code);
        assertThat(CodeProofs.exit(report, new RefinementReport(List.of(), NOTHING, refines, disagrees, reached)))
                .isEqualTo(exit);
        assertThat(CodeProofs.exit(report, null)).isEqualTo(code ? ExitCode.OK : ExitCode.LIMIT);
    }

    /** The fault is none of what code is proved to do, but no refinement, from a state that is reached. */
    @Test
    void aStepThatIsWrongIsTwelveWhereItIsAskedAbout() {
        Z3Required.orSkipped("code is");
        Machine machine = Catalog.load()
                .machine(new MachineSpec("r1", Map.of(), Granularity.STEP, false, List.of("unmap.keeps-table-entry")));
        List<String> lines = new ArrayList<>();
        assertThat(CodeProofs.of("r1", machine, Theory.load(Path.of("")), CodeReport.RLIMIT, lines::addAll)
                        .exit())
                .isEqualTo(ExitCode.VIOLATION);
        assertThat(lines).anyMatch(l -> l.startsWith("REACHABLE: unmap leaves the discipline"));
    }

    private static Audited audited(TheoryAudit safe, ResponseAudit answered, String... far) {
        Map<String, String> lines = new TreeMap<>();
        List.of(far).forEach(line -> lines.put("idle:x", line));
        return Audited.of(safe, answered, Map.of("known", "why"), lines);
    }

    private static TheoryAudit safe(String... survivors) {
        Map<String, String> left = new TreeMap<>(Map.of("known", "guard"));
        List.of(survivors).forEach(s -> left.put(s, "guard"));
        return new TheoryAudit(List.of(), List.of(), List.of(), left, 3, List.of());
    }

    private static ResponseAudit answered(List<String> hollow, List<String> unneeded, List<String> undecided) {
        return new ResponseAudit(hollow, unneeded, Set.of("noticed"), undecided);
    }

    @Test
    void whatAnAuditFindsOfResponsesCounts() {
        List<String> none = List.of();
        List<String> one = List.of("x");
        Audited clean = audited(safe("noticed"), answered(none, none, none));
        assertThat(clean.exit()).isEqualTo(ExitCode.OK);
        assertThat(clean.lines())
                .containsExactly("audit: 3 mutants of the discipline, 2 break a goal, 1 survive; nothing unexpected");
        assertThat(audited(safe("other"), answered(none, none, none)).exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(audited(safe(), answered(none, none, none), "NEVER TAKEN x").exit())
                .isEqualTo(ExitCode.EXPECTATION);
        for (ResponseAudit found :
                List.of(answered(one, none, none), answered(none, one, none), answered(none, none, one))) {
            Audited audited = audited(safe(), found);
            assertThat(audited.exit()).isEqualTo(ExitCode.EXPECTATION);
            assertThat(audited.lines().get(1)).endsWith("1 survive; 1 findings");
        }
    }

    /** What a family has not is explained as survivors are, and an explanation of what it has is told. */
    @Test
    void whatIsNeverMetMayBeExplained() {
        TheoryAudit safe = new TheoryAudit(List.of("move"), List.of("moved"), List.of(), Map.of(), 0, List.of());
        ResponseAudit answered = answered(List.of(), List.of(), List.of());
        Map<String, String> far = Map.of("unseen:moved", "NEVER SEEN moved");
        Map<String, String> reasons =
                new TreeMap<>(Map.of("impossible:move", "why", "hollow:moved", "why", "unseen:moved", "why"));
        assertThat(Audited.of(safe, answered, reasons, far).exit()).isEqualTo(ExitCode.OK);
        for (String name : List.copyOf(reasons.keySet())) {
            reasons.remove(name);
            assertThat(Audited.of(safe, answered, reasons, far).lines()).hasSize(2);
            reasons.put(name, "why");
        }
        reasons.put("hollow:other", "why");
        assertThat(Audited.of(safe, answered, reasons, far).lines().get(0))
                .isEqualTo("EXPLAINED hollow:other: but it is not so");
        for (String vacuous : List.of(TheoryAudit.INITIALLY, TheoryAudit.ALL)) {
            TheoryAudit nothing = new TheoryAudit(List.of(), List.of(vacuous), List.of(), Map.of(), 0, List.of());
            assertThat(Audited.of(nothing, answered, Map.of("hollow:" + vacuous, "why"), Map.of())
                            .exit())
                    .isNotEqualTo(ExitCode.OK);
        }
    }

    /** An instance that is named is searched: this action needs one that no search begins with. */
    @Test
    void runsAreSearchedInTheInstanceThatIsNamed() {
        Z3Required.orSkipped("the audit is");
        Theory shipped = Theory.load(Path.of(""));
        Discipline three = Discipline.read("three.smt2", """
                (define-fun initially () Bool (forall ((k Hold)) (not (live k))))
                (set-info :meet "three mappings meet")
                (define-fun meet.guard ((a Hold) (b Hold) (c Hold)) Bool (distinct a b c))
                (define-fun meet.live ((a Hold) (b Hold) (c Hold) (k Hold)) Bool (= k a))
                """, shipped.vocabulary());
        Invariant one = Invariant.read("one.smt2", """
                (set-info :says "One is live.") (set-info :kind safety) (set-info :source "made up")
                (define-fun invariant () Bool (forall ((j Hold) (k Hold)) (=> (live j) (live k) (= j k))))
                (define-fun witness () Bool true)
                """, shipped.vocabulary());
        Responses none = new Responses(Theory.of(shipped.vocabulary(), three, List.of(one)), Map.of());
        String never = "NEVER TAKEN meet: ";
        assertThat(Audited.of(none, Map.of(), null, Prover.RLIMIT).lines())
                .filteredOn(line -> line.startsWith(never))
                .hasSize(1);
        InstanceBounds named = InstanceBounds.with(Map.of("holds", "3"));
        assertThat(Audited.of(none, Map.of(), named, Prover.RLIMIT).lines()).noneMatch(line -> line.startsWith(never));
    }

    /** What {@code moat prove --audit} says of what ships. It takes a minute; every build audits one action at a time. */
    @Test
    @Tag("deep")
    void onlyExplainedMutantsSurvive() {
        Z3Required.orSkipped("the audit is");
        Responses shipped = Responses.load(Path.of("specs/responses"), Theory.load(Path.of("")));
        Audited audited =
                Audited.of(shipped, Explained.load(Path.of("specs/discipline-survivors.txt")), null, Prover.RLIMIT);
        assertThat(audited.lines()).singleElement().asString().endsWith("nothing unexpected");
        assertThat(audited.exit()).isEqualTo(ExitCode.OK);
    }
}
