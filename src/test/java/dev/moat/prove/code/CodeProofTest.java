package dev.moat.prove.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.StepCode;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeGoal.Status;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is proved of code, and that planted defects are not. */
class CodeProofTest {
    private static final int RLIMIT = 200_000_000;
    private static final String STEP = "populate_physmap/populate";
    private static final int[] THREE = {0, 1, 2};

    private static List<Answer> open(LiftedMachine lifted, String of) {
        assertThat(lifted.refused()).isEmpty();
        try (CodeProof proof = new CodeProof(lifted, RLIMIT)) {
            List<CodeGoal> goals =
                    proof.goals().stream().filter(g -> g.piece().startsWith(of)).toList();
            assertThat(goals).isNotEmpty();
            return goals.stream()
                    .map(proof::ask)
                    .filter(a -> a.status() != Status.PROVED)
                    .toList();
        }
    }

    @Test
    @Tag("deep")
    void everyStepOfTheDefaultMachine() {
        assertThat(open(LiftAgreesTest.lifted("xen-vtd", Map.of()), "")).isEmpty();
    }

    @Test
    void everyActionOfTheReferenceMachine() {
        assertThat(open(LiftAgreesTest.lifted("r1", Map.of()), "")).isEmpty();
    }

    /** What its chip caches is what its tables have: that is a line of theirs, without which one goal fails. */
    @Test
    void everyStepWithCalgary() {
        assertThat(open(LiftAgreesTest.lifted("xen-vtd", Map.of("iommu", "calgary")), ""))
                .isEmpty();
    }

    /** Of a GART whose entries cannot be read-only the code is well-formed all the same, though it is not what it claims to be. */
    @ParameterizedTest
    @ValueSource(strings = {"read-only", "non-present"})
    void everyStepWithAGart(String readOnlyGrants) {
        Map<String, String> gart = Map.of("iommu", "gart", "read-only-grants", readOnlyGrants);
        assertThat(open(LiftAgreesTest.lifted("xen-vtd", gart), "")).isEmpty();
    }

    /** Normalising two CPUs was more than could be simplified while words were chosen whole. */
    @Test
    void everyStepOfTwoCpus() {
        assertThat(open(LiftAgreesTest.lifted("xen-vtd", Map.of("cpus", "2")), ""))
                .isEmpty();
    }

    /** Each CPU has code of its own, under the same name. */
    @Test
    void twoCpusHaveTwoOfEachStep() {
        LiftedMachine lifted = LiftAgreesTest.lifted("iommu-dma", Map.of("cpus", "2"));
        assertThat(lifted.refused()).isEmpty();
        List<String> steps = lifted.pieces().stream()
                .filter(p -> p.kind() != Piece.Kind.ACTION)
                .map(Piece::code)
                .toList();
        assertThat(steps).hasSize(2 * (int) steps.stream().distinct().count());
        assertThat(lifted.pieces())
                .filteredOn(p -> p.name().endsWith("@cpu1"))
                .hasSize(steps.size() / 2)
                .allMatch(p -> p.arguments().get(0) == lifted.exprs().ofInt(1));
    }

    /** The step whose index wants an assumption: that given-up frames have owners. */
    @Test
    void anIndexThatWantsAnAssumption() {
        assertThat(open(LiftAgreesTest.lifted("xen-vtd", Map.of()), "unmap_grant_ref/clear-owner"))
                .isEmpty();
    }

    /** A table of three where there can be more frames: with two, the default, there is nothing to be met, and that is proved. */
    @Test
    @Tag("deep")
    void plantedTableThatIsTooShort() {
        Machine two = planted(Map.of());
        LiftedMachine small = new LiftedMachine(two);
        assertThat(open(small, STEP)).isEmpty();
        LiftedMachine large = new LiftedMachine(planted(Map.of("frames", "4")));
        List<Answer> found = open(large, STEP);
        assertThat(found)
                .extracting(a -> a.goal().says())
                .singleElement()
                .asString()
                .contains("not an index below 3");
        assertThat(found.get(0).state()).isNotNull();
    }

    /** Of a state that cannot be everything is so: the beginning is asked with nothing assumed. */
    @Test
    void whatIsNeverSoFailsAtTheBeginning() {
        assertThat(open(new LiftedMachine(NeverSo.machine()), ""))
                .extracting(a -> a.goal().piece(), Answer::status)
                .containsExactly(tuple("initially", Status.FAILED));
    }

    /** The machine whose step looks the frame up in a table that is too short for more than three. */
    private static Machine planted(Map<String, String> settings) {
        Machine machine = LiftAgreesTest.lifted("xen-vtd", settings).machine();
        Model model = machine.model();
        Slots frame = machine.schema().family("cpu.frame").orElseThrow();
        List<Operation> operations = model.operations().stream()
                .map(op -> op.with(op.steps().stream()
                        .map(step -> (op.name() + "/" + step.name()).equals(STEP)
                                ? step.running(behind(frame, step.code()))
                                : step)
                        .toList()))
                .toList();
        return new Machine(model.running(model.actions(), operations), Granularity.STEP, false);
    }

    private static StepCode behind(Slots frame, StepCode code) {
        return (s, cpu) -> THREE[(int) frame.get(s, cpu)] < 0 ? Outcome.BLOCKED : code.run(s, cpu);
    }
}
