package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.mutants.change.StepMutant;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.prove.Explained;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.refine.CodeAudit;
import dev.moat.prove.refine.CodeAudit.Fate;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code specs/code-survivors.txt} explains is what the audit of the default machine's code leaves. */
class CodeSurvivorsTest {
    private static final String COMPONENT = "xen-vtd";
    private static final Theory THEORY = Theory.load(Path.of(""));
    private static final Map<String, String> EXPLAINED = Explained.load(Path.of("specs/code-survivors.txt"));

    /** Left out and off by one, each for another reason; and as many that are like them. */
    private static final Map<String, Fate> SAMPLE = Map.of(
            "drop.xen-vtd.map_grant_ref/upkeep.cpu.owes", Fate.SURVIVES,
            "drop.xen-vtd.map_grant_ref/undo.maptrack.taken", Fate.SURVIVES,
            "plus-1.xen-vtd.populate_physmap/populate.leaf.W", Fate.SURVIVES,
            "drop.xen-vtd.unmap_grant_ref/upkeep.cpu.owes", Fate.NOTICED,
            "drop.xen-vtd.map_grant_ref/pin.maptrack.taken", Fate.NOTICED,
            "plus-1.xen-vtd.populate_physmap/populate.leaf.ADDR", Fate.NOTICED);

    private static Machine machine(String component) {
        return Catalog.load().machine(new MachineSpec(component, Map.of(), Granularity.STEP, false, List.of()));
    }

    private static Map<String, StepMutant> mutants(String component) {
        return CodeMutants.mutants(component, machine(component)).stream()
                .collect(Collectors.toMap(CodeMutants::id, m -> m));
    }

    @Test
    void everyLineNamesAMutantThatThereIs() {
        Set<String> components =
                EXPLAINED.keySet().stream().map(id -> id.split("\\.")[1]).collect(Collectors.toSet());
        assertThat(components).contains("r1", COMPONENT);
        for (String component : components) {
            assertThat(mutants(component).keySet())
                    .containsAll(EXPLAINED.keySet().stream()
                            .filter(id -> id.contains("." + component + "."))
                            .toList());
        }
    }

    /** The whole takes minutes; what a sample finds is what the list says. */
    @Test
    void someAreJudged() {
        Machine machine = machine(COMPONENT);
        Map<String, StepMutant> mutants = mutants(COMPONENT);
        Map<String, Fate> found = new TreeMap<>();
        try (CodeAudit audit = new CodeAudit(machine, THEORY, Set.of(), CodeReport.RLIMIT)) {
            for (String id : SAMPLE.keySet()) {
                assertThat(mutants.containsKey(id)).as(id).isTrue();
                found.put(id, CodeMutants.judge(audit, mutants.get(id), machine));
            }
        }
        assertThat(found).containsExactlyInAnyOrderEntriesOf(SAMPLE);
        SAMPLE.forEach(
                (id, fate) -> assertThat(EXPLAINED.containsKey(id)).as(id).isEqualTo(fate == Fate.SURVIVES));
    }

    @Test
    @Tag("deep")
    void theWholeAuditFindsWhatIsExplained() {
        CodeProofs proofs = CodeProofs.of(COMPONENT, machine(COMPONENT), THEORY, CodeReport.RLIMIT, lines -> {});
        CodeMutants found = CodeMutants.of(proofs, THEORY, EXPLAINED, true, CodeReport.RLIMIT);
        assertThat(found.lines())
                .singleElement()
                .asString()
                .startsWith("audit: 138 of 156 mutants of writes noticed, 18 explained;");
        assertThat(found.allNoticed()).isTrue();
    }
}
