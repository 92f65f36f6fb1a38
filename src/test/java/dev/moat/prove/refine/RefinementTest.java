package dev.moat.prove.refine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.RandomStates;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.TermExpr;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That steps refine the discipline from all states: what is proved, that planted defects are not, and that what is lifted is right. */
class RefinementTest {
    private static final int RLIMIT = 20_000_000;
    private static final Theory THEORY = Theory.load(Path.of(""));

    private static Machine machine(String component, Map<String, String> settings, String... faults) {
        return Catalog.load().machine(new MachineSpec(component, settings, Granularity.STEP, false, List.of(faults)));
    }

    /** Goals are evaluated, not proved: the lines that their proof would rest on are given up at once. */
    private static ClaimAgreement agreement(Machine machine, int statesEach) {
        try (LiftedMachine lifted = new LiftedMachine(machine);
                Refinement refinement = new Refinement(lifted, THEORY, List.of(), 1)) {
            assertThat(lifted.refused()).isEmpty();
            assertThat(refinement.refused()).isEmpty();
            return new ClaimAgreement(lifted, refinement, new CodeReplay(machine, THEORY.discipline()), statesEach);
        }
    }

    @Test
    void liftedClaimsOfTheReferenceMachineAreThoseExecuted() {
        areThoseExecuted(agreement(machine("r1", Map.of()), 400));
    }

    @Test
    @Tag("deep")
    void liftedClaimsOfTheDefaultMachineAreThoseExecuted() {
        areThoseExecuted(agreement(machine("xen-vtd", Map.of()), 60));
    }

    private static void areThoseExecuted(ClaimAgreement agreement) {
        assertThat(agreement.differences).isEmpty();
        assertThat(agreement.notCompared).isEmpty();
        assertThat(agreement.taken).isGreaterThan(400);
        assertThat(agreement.said).isGreaterThan(300);
        assertThat(agreement.objections).isGreaterThan(10);
        assertThat(agreement.exceptions).isLessThan(agreement.taken / 2);
    }

    /** What no state satisfies is not so at the beginning either: that is asked with nothing assumed, or it would prove itself. */
    @Test
    void whatIsNeverSoFailsAtTheBeginning(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("never.smt2"), """
                (set-info :says "Never.") (set-info :kind safety) (set-info :source "planted")
                (define-fun invariant () Bool (and (forall ((d Dom)) (forall ((f Frame)) (owner f d))) (forall ((d Dom) (f Frame)) (not (owner f d)))))
                (define-fun witness () Bool true)
                """);
        Path specs = Path.of("specs");
        Theory never =
                Theory.load(Path.of(""), List.of(directory), specs.resolve("discipline.smt2"), specs.resolve("lemmas"));
        try (LiftedMachine lifted = new LiftedMachine(machine("r1", Map.of()));
                Refinement refinement = new Refinement(lifted, never, List.of(), RLIMIT)) {
            assertThat(refinement.goals().stream()
                            .filter(CodeGoal::isOfTheBeginning)
                            .map(refinement::ask))
                    .isNotEmpty()
                    .anyMatch(a -> a.status() == CodeGoal.Status.FAILED
                            && a.goal().says().startsWith("never."));
        }
    }

    /** Found from a few states only, and widened until they are inductive: then they hold in states that nobody has looked at. */
    @Test
    void linesThatWereFoundHoldInStatesThatWereNotExplored() {
        Machine machine = machine("xen-vtd", Map.of());
        try (LiftedMachine lifted = new LiftedMachine(machine)) {
            StepLines lines =
                    new StepLines(lifted, StepLines.Move.of(lifted), List.of(machine.initial()), List.of(), RLIMIT);
            assertThat(lines.areProved()).isTrue();
            assertThat(lines.count()).isGreaterThan(100);
            TermExpr holds = lines.of(lifted.words());
            Evaluation evaluation = new Evaluation(List.of(holds));
            int kept = 0;
            int broken = 0;
            Random random = new Random(3);
            for (long[] s : RandomStates.walk(machine, random)) {
                kept += value(evaluation, lifted, holds, s) ? 1 : 0;
                long[] other = s.clone();
                RandomStates.disturb(machine, other, random, 300);
                broken += value(evaluation, lifted, holds, other) ? 0 : 1;
                assertThat(value(evaluation, lifted, holds, s)).isTrue();
            }
            assertThat(kept).isGreaterThan(200);
            assertThat(broken).isGreaterThan(100);
        }
    }

    private static boolean value(Evaluation evaluation, LiftedMachine lifted, TermExpr holds, long[] s) {
        evaluation.run(e -> lifted.words().contains(e) ? s[lifted.words().indexOf(e)] : 0);
        return evaluation.value(holds) != 0;
    }

    @Test
    void everyActionOfTheReferenceMachineRefinesTheDiscipline() {
        RefinementReport report = RefinementReport.of(machine("r1", Map.of()), THEORY, RLIMIT);
        assertThat(report.proved()).isTrue();
        assertThat(report.lines())
                .last()
                .asString()
                .contains("REFINEMENT PROVED")
                .contains("all of 8 of 8");
    }

    /** The whole of a machine, as the page says of it. */
    @ParameterizedTest
    @Tag("deep")
    @CsvSource({
        "cpus=1, 39",
        "iommu=calgary, 51",
        "iommu=gart read-only-grants=non-present, 43",
    })
    void everyStepOfXenRefinesTheDiscipline(String settings, int pieces) {
        Map<String, String> set = Stream.of(settings.split(" "))
                .map(one -> one.split("="))
                .collect(Collectors.toMap(one -> one[0], one -> one[1]));
        RefinementReport report = RefinementReport.of(machine("xen-vtd", set), THEORY, CodeReport.RLIMIT);
        assertThat(report.lines())
                .anyMatch(l -> l.startsWith("found, and proved: "))
                .noneMatch(l -> l.startsWith("left out: "))
                .last()
                .asString()
                .contains("REFINEMENT PROVED")
                .contains("all of " + pieces + " of " + pieces);
        assertThat(report.proved()).isTrue();
        assertThat(report.disagrees() || report.reached()).isFalse();
        // It rests on lines and sorts alone: no goal needs what the discipline says of the state before.
        assertThat(report.asked().questions())
                .filteredOn(q -> q.proof().equals("refinement-of-the-discipline"))
                .allMatch(q -> q.answers().isEmpty());
    }

    /** A step that is wrong in states that are reached: the proof fails, the judge agrees, and the search finds it. */
    @Test
    void aWrongStepIsRefutedAndSaidToBeReachable() {
        RefinementReport report =
                RefinementReport.of(machine("r1", Map.of(), "unmap.keeps-table-entry"), THEORY, RLIMIT);
        assertThat(report.proved()).isFalse();
        assertThat(report.disagrees()).isFalse();
        assertThat(report.reached()).isTrue();
        assertThat(report.lines())
                .anyMatch(l -> l.startsWith("FAILED unmap: end-hold can be taken"))
                .anyMatch(l -> l.startsWith("REACHABLE: unmap leaves the discipline"))
                .anyMatch(l -> l.contains("end-hold needs what is not so here"));
    }

    /**
     * A granter that ends an offer which is in use and offers something else: the second call is right, though its claim cannot be taken
     * where the first one has led. All goals of it are proved, and that is no contradiction.
     */
    @Test
    void whatIsRightBehindADefectIsNoDisagreement() {
        Machine machine = machine("r1", Map.of());
        Slots to = machine.schema().family("grant.to").orElseThrow();
        Slots frame = machine.schema().family("grant.frame").orElseThrow();
        Slots readOnly = machine.schema().family("grant.ro").orElseThrow();
        List<Action> actions = machine.model().actions().stream()
                .map(a -> a.name().equals("endAccess")
                        ? new Action(
                                a.name(),
                                a.actor(),
                                a.arguments(),
                                a.filter(),
                                (s, d, r, c, e, g) -> {
                                    boolean offered = to.get(s, d, r) != 0;
                                    to.set(s, d, r, 0);
                                    frame.set(s, d, r, 0);
                                    readOnly.set(s, d, r, 0);
                                    return offered;
                                },
                                a.service(),
                                a.claims())
                        : a)
                .toList();
        Machine planted =
                new Machine(machine.model().running(actions, machine.model().operations()), Granularity.STEP, false);
        RefinementReport report = RefinementReport.of(planted, THEORY, RLIMIT);
        assertThat(report.lines())
                .anyMatch(l -> l.startsWith("FAILED endAccess: end-access can be taken"))
                .noneMatch(l -> l.contains("DISAGREEMENT"))
                .filteredOn(l -> l.startsWith("REACHABLE: "))
                .singleElement()
                .asString()
                .startsWith("REACHABLE: endAccess leaves the discipline 3 transitions");
        assertThat(report.disagrees()).isFalse();
        assertThat(report.reached()).isTrue();
    }

    /** A claim that is wrong: eviction, which claims to be nothing. */
    @Test
    void aWrongClaimIsRefuted() {
        Machine machine = machine("r1", Map.of());
        List<Action> actions = machine.model().actions().stream()
                .map(a -> a.name().equals("evict") ? claiming(a, "stutter") : a)
                .toList();
        Machine planted =
                new Machine(machine.model().running(actions, machine.model().operations()), Granularity.STEP, false);
        RefinementReport report = RefinementReport.of(planted, THEORY, RLIMIT);
        assertThat(report.proved()).isFalse();
        assertThat(report.disagrees()).isFalse();
        assertThat(report.lines())
                .filteredOn(l -> l.startsWith("FAILED"))
                .containsExactly("FAILED evict: mayR is what was claimed", "FAILED evict: mayW is what was claimed");
    }

    private static Action claiming(Action a, String claim) {
        return new Action(a.name(), a.actor(), a.arguments(), a.filter(), a.code(), a.service(), claim);
    }

    /** What claims nothing because its actions are found is not said to be proved. */
    @Test
    void softwareThatClaimsNothingIsNotProved() {
        RefinementReport report = RefinementReport.of(machine("iommu-dma", Map.of()), THEORY, RLIMIT);
        assertThat(report.proved()).isFalse();
        assertThat(report.lines()).singleElement().asString().contains("their actions are found");
    }
}
