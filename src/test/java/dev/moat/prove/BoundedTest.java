package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.discipline.Designs;
import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.explore.Exploration;
import dev.moat.explore.Explorer;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.prove.Bounded.Kind;
import dev.moat.prove.Bounded.Outcome;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Bounded model checking and k-induction, against the explorer on the same instances. */
class BoundedTest {
    private static final Theory THEORY = Theory.load(Proofs.HOME);
    private static final List<ProofStatement> SAFETY =
            THEORY.statements().stream().filter(ProofStatement::safety).toList();
    private static final int DEEPEST = 12;

    /** What a design needs more than one of. */
    private static final Map<String, Map<String, String>> LARGER = Map.of(
            "unmap-leaves-the-write-bit", Map.of("holds", "2"),
            "entry-overwritten-without-clearing", Map.of("frames", "2"),
            "deassign-without-context-invalidation", Map.of("invalidations", "2"));

    @BeforeAll
    static void needsTheSolver() {
        Proofs.prover(THEORY).close();
    }

    private static Instance instance(List<String> faults, Map<String, String> bounds) {
        return new Instance(Designs.inject(THEORY.discipline(), faults), InstanceBounds.with(bounds));
    }

    private static Exploration explored(List<String> faults, Map<String, String> bounds) {
        Machine machine =
                Catalog.load().machine(new MachineSpec("discipline", bounds, Granularity.OPERATION, true, faults));
        List<Invariant> judged = InvariantLibrary.ofHome(Path.of("")).all().stream()
                .filter(i -> SAFETY.stream().anyMatch(s -> s.id().equals(i.id())))
                .toList();
        assertThat(judged).hasSameSizeAs(SAFETY);
        Judge judge = new Judge(judged, machine.model().abstraction(), machine.schema());
        return new Explorer(machine, judge, Limits.none(1)).run(Progress.silent());
    }

    /** Two engines that share the grounding and nothing else find the same shortest length, for every faulty design. */
    @TestFactory
    Stream<DynamicTest> shortestLengthsAreTheExplorers() {
        assertThat(Designs.ALL).hasSizeGreaterThanOrEqualTo(8);
        return Designs.ALL.stream()
                .map(d -> DynamicTest.dynamicTest(d.id(), () -> {
                    Map<String, String> bounds = LARGER.getOrDefault(d.id(), Map.of());
                    Exploration.Violation violation =
                            explored(List.of(d.id()), bounds).violation();
                    assertThat(violation).isNotNull();
                    Outcome found =
                            new Bounded(instance(List.of(d.id()), bounds), SAFETY, Prover.RLIMIT).shortest(DEEPEST);
                    assertThat(found.kind()).isEqualTo(Kind.FOUND);
                    assertThat(found.disagreement()).isNull();
                    assertThat(found.depth())
                            .isEqualTo(violation.instances().size())
                            .isPositive();
                    assertThat(found.run().letters()).hasSize(found.depth());
                    assertThat(found.run().first())
                            .isEqualTo(instance(List.of(), bounds).initial());
                }));
    }

    @Test
    void theDisciplineItselfHolds() {
        assertThat(explored(List.of(), Map.of()).end()).isEqualTo(Exploration.End.COMPLETE);
        Outcome none = new Bounded(instance(List.of(), Map.of()), SAFETY, Prover.RLIMIT).shortest(DEEPEST);
        assertThat(none.kind()).isEqualTo(Kind.NONE);
        assertThat(none.depth()).isEqualTo(DEEPEST);
    }

    /** One step short of the defect nothing is found; so a length is not by chance the bound. */
    @Test
    void aBoundTooSmallFindsNothing() {
        Bounded faulty = new Bounded(instance(List.of("unmap-forgets-to-request"), Map.of()), SAFETY, Prover.RLIMIT);
        assertThat(faulty.shortest(5).kind()).isEqualTo(Kind.NONE);
        assertThat(faulty.shortest(6).kind()).isEqualTo(Kind.FOUND);
    }

    /** With the lemmas one step is enough, as in the proof for any bounds; without them it is not. */
    @Test
    void theLemmasMakeItInductive() {
        Instance instance = instance(List.of(), Map.of());
        assertThat(new Bounded(instance, THEORY.statements(), Prover.RLIMIT)
                        .induction(1)
                        .kind())
                .isEqualTo(Kind.NONE);
        for (int k = 1; k <= 3; k++) {
            Outcome open = new Bounded(instance, SAFETY, Prover.RLIMIT).induction(k);
            assertThat(open.kind()).isEqualTo(Kind.FOUND);
            assertThat(open.disagreement()).isNull();
            assertThat(open.run().letters()).hasSize(k);
        }
        Instance faulty = instance(List.of("unmap-forgets-to-request"), Map.of());
        Outcome step = new Bounded(faulty, THEORY.statements(), Prover.RLIMIT).induction(1);
        assertThat(step.kind()).isEqualTo(Kind.FOUND);
        assertThat(step.run().letters()).extracting(DisciplineAction::action).containsExactly("clear-entry");
    }

    /** The choice of a step is a proposition as each atom is; a relation may be called as it likes. */
    @Test
    void aRelationThatIsCalledStepIsNoStep() {
        Vocabulary words = Vocabulary.read("v.smt2", "(declare-sort Hold 0) (declare-fun step (Hold) Bool)");
        Discipline discipline = Discipline.read("d.smt2", """
                (define-fun initially () Bool (forall ((h Hold)) (not (step h))))
                (set-info :go "one more has stepped")
                (define-fun go.guard ((h Hold)) Bool true)
                (define-fun go.step ((h Hold) (a Hold)) Bool (or (= a h) (step a)))
                """, words);
        Invariant never = Invariant.read("never.smt2", """
                (set-info :says "Nothing steps.") (set-info :kind safety) (set-info :source "made up")
                (define-fun invariant () Bool (forall ((h Hold)) (not (step h))))
                (define-fun witness () Bool true)
                """, words);
        Instance instance = new Instance(discipline, InstanceBounds.with(Map.of("holds", "2")));
        Outcome found = new Bounded(instance, List.of(ProofStatement.of(never)), Prover.RLIMIT).shortest(DEEPEST);
        assertThat(found.kind()).isEqualTo(Kind.FOUND);
        assertThat(found.depth()).isEqualTo(1);
        assertThat(found.disagreement()).isNull();
    }

    /** As in the proof: what was proved because no sort is empty was broken after no step. */
    @Test
    void noSortIsEmpty() {
        for (String sort : List.of("Pasid", "Hold")) {
            Invariant some = Invariant.read("some.smt2", """
                    (set-info :says "There is one.") (set-info :kind safety) (set-info :source "made up")
                    (define-fun invariant () Bool (exists ((x %s)) (= x x)))
                    (define-fun witness () Bool true)
                    """.formatted(sort), THEORY.vocabulary());
            Outcome found = new Bounded(instance(List.of(), Map.of()), List.of(ProofStatement.of(some)), Prover.RLIMIT)
                    .shortest(1);
            assertThat(found.kind()).as(sort).isEqualTo(Kind.NONE);
        }
    }

    @Test
    void aLimitTooSmallIsUnknown() {
        assertThat(new Bounded(instance(List.of(), Map.of()), THEORY.statements(), 1)
                        .shortest(3)
                        .kind())
                .isEqualTo(Kind.UNKNOWN);
    }
}
