package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.mutants.StepMutant;
import dev.moat.iommu.gart.Gpte;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.prove.Explained;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.refine.CodeAudit;
import dev.moat.prove.refine.CodeAudit.Fate;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code specs/code-survivors.txt} explains is what the audits of code leave, of each machine that it names. */
class CodeSurvivorsTest {
    private static final String COMPONENT = "xen-vtd";
    private static final Theory THEORY = Theory.load(Path.of(""));
    private static final Map<String, String> CALGARY = Map.of("iommu", "calgary");
    private static final Map<String, String> GART = Map.of("iommu", "gart", "read-only-grants", "non-present");
    private static final Map<String, String> EXPLAINED = Explained.load(Path.of("specs/code-survivors.txt"));

    /** Of a chip that stops its bus: what its driver's lines notice, and what only waits. */
    private static final Map<String, Fate> CALGARY_SAMPLE = Map.of(
            "drop.xen-vtd.take_tar.u0.blast", Fate.SURVIVES,
            "plus-1.xen-vtd.take_tar.u0.blast", Fate.NOTICED,
            "drop.xen-vtd.map_grant_ref/stop-traffic.u0.blast", Fate.NOTICED,
            "minus-1.xen-vtd.decrease_reservation/queue-owner-wait.aer.VALUE", Fate.NOTICED);

    /** Of a northbridge: what leads to memory that is none of the frames is noticed, and what is no entry. */
    private static final Map<String, Fate> GART_SAMPLE = Map.of(
            "drop.xen-vtd.dma.cachedPte", Fate.SURVIVES,
            "plus-1.xen-vtd.dma.cachedPte.FRAME_LOW", Fate.NOTICED,
            "plus-1.xen-vtd.dma.cachedPte.VALID", Fate.NOTICED);

    /** Left out and off by one, each for another reason; and as many that are like them. */
    private static final Map<String, Fate> SAMPLE = Map.of(
            "drop.xen-vtd.map_grant_ref/upkeep.cpu.owes", Fate.SURVIVES,
            "drop.xen-vtd.map_grant_ref/undo.maptrack.taken", Fate.SURVIVES,
            "plus-1.xen-vtd.populate_physmap/populate.leaf.W", Fate.SURVIVES,
            "drop.xen-vtd.unmap_grant_ref/upkeep.cpu.owes", Fate.NOTICED,
            "drop.xen-vtd.map_grant_ref/pin.maptrack.taken", Fate.NOTICED,
            "plus-1.xen-vtd.populate_physmap/populate.leaf.ADDR", Fate.NOTICED);

    private static Machine machine(String component, Map<String, String> settings) {
        return Catalog.load().machine(new MachineSpec(component, settings, Granularity.STEP, false, List.of()));
    }

    private static CodeSurvivors known(Map<String, String> lines, String component, Map<String, String> settings) {
        return CodeSurvivors.of(lines, component, Catalog.load().component(component), settings);
    }

    private static Set<String> mutants(String component, Map<String, String> settings) {
        return CodeMutants.mutants(component, machine(component, settings)).stream()
                .map(CodeMutants::id)
                .collect(Collectors.toSet());
    }

    @Test
    void everyLineNamesAMutantThatThereIs() {
        Set<String> named = new TreeSet<>();
        for (String component : List.of("r1", COMPONENT)) {
            for (Map<String, String> settings : List.of(Map.<String, String>of(), CALGARY, GART)) {
                if (component.equals(COMPONENT) || settings.isEmpty()) {
                    Set<String> due = known(EXPLAINED, component, settings).due();
                    assertThat(mutants(component, settings)).containsAll(due);
                    named.addAll(due);
                }
            }
        }
        assertThat(named)
                .isEqualTo(EXPLAINED.keySet().stream()
                        .map(line -> line.split("\\[")[0])
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** What is said of one machine says nothing of another, and has to be so where all that is given is named. */
    @Test
    void aLineIsAboutTheMachinesThatItNames() {
        Map<String, String> lines = Map.of(
                "drop.xen-vtd.a", "anywhere",
                "drop.xen-vtd.b[cpus=1]", "with one CPU",
                "drop.xen-vtd.c[iommu=calgary]", "with Calgary",
                "drop.xen-vtd.d[iommu=calgary,cpus=2]", "with Calgary and two CPUs",
                "drop.r1.e", "elsewhere");
        CodeSurvivors plain = known(lines, COMPONENT, Map.of());
        assertThat(plain.reasons()).containsOnlyKeys("drop.xen-vtd.a", "drop.xen-vtd.b");
        assertThat(plain.due()).containsExactly("drop.xen-vtd.a", "drop.xen-vtd.b");
        CodeSurvivors calgary = known(lines, COMPONENT, CALGARY);
        assertThat(calgary.reasons()).containsOnlyKeys("drop.xen-vtd.a", "drop.xen-vtd.b", "drop.xen-vtd.c");
        assertThat(calgary.due()).containsExactly("drop.xen-vtd.c");
        CodeSurvivors two = known(lines, COMPONENT, Map.of("iommu", "calgary", "cpus", "2"));
        assertThat(two.reasons()).containsOnlyKeys("drop.xen-vtd.a", "drop.xen-vtd.c", "drop.xen-vtd.d");
        assertThat(two.due()).containsExactly("drop.xen-vtd.d");
    }

    /** What keeps a northbridge's entries and a stopped bus is so where explored, and not of what mutants leave behind. */
    @Test
    void whatIsKeptOfOtherIommusTellsMutantsApart() {
        isKept(GART, "TLBs hold entries of frames", "cachedPte", Gpte.of(3), Gpte.of(1) & ~Gpte.VALID.mask());
        isKept(GART, "table entries are of frames", "pte", Gpte.of(3), Gpte.of(1) & ~Gpte.COHERENT.mask());
        isKept(CALGARY, "u0.traffic is stopped while it is blasted, and all of it", "aer", 0, 0xffff_fffeL);
    }

    private static void isKept(Map<String, String> settings, String line, String family, long... never) {
        Machine machine = machine(COMPONENT, settings);
        Predicate<long[]> kept = Objects.requireNonNull(machine.schema().kept().get(line), line);
        Set<Boolean> found = new HashSet<>();
        Reachable.of(machine, 5_000, (before, instance, after) -> found.add(kept.test(after)));
        assertThat(found).as(line).containsExactly(true);
        for (long value : never) {
            long[] state = machine.initial().clone();
            machine.schema().family(family).orElseThrow().set(state, 0, value);
            assertThat(kept.test(state)).as(line).isFalse();
        }
    }

    /** The whole takes minutes; what a sample finds is what the list says. */
    @Test
    @Tag("deep")
    void someAreJudged() {
        areJudged(Map.of(), SAMPLE);
        areJudged(CALGARY, CALGARY_SAMPLE);
        areJudged(GART, GART_SAMPLE);
    }

    private static void areJudged(Map<String, String> settings, Map<String, Fate> sample) {
        Machine machine = machine(COMPONENT, settings);
        Map<String, StepMutant> mutants =
                CodeMutants.mutants(COMPONENT, machine).stream().collect(Collectors.toMap(CodeMutants::id, m -> m));
        Map<String, Fate> found = new TreeMap<>();
        try (CodeAudit audit = new CodeAudit(machine, THEORY, Set.of(), CodeReport.RLIMIT)) {
            for (String id : sample.keySet()) {
                assertThat(mutants.containsKey(id)).as(id).isTrue();
                found.put(id, CodeMutants.judge(audit, mutants.get(id), machine));
            }
        }
        assertThat(found).containsExactlyInAnyOrderEntriesOf(sample);
        Map<String, String> explained = known(EXPLAINED, COMPONENT, settings).reasons();
        sample.forEach(
                (id, fate) -> assertThat(explained.containsKey(id)).as(id).isEqualTo(fate == Fate.SURVIVES));
    }

    @Test
    @Tag("deep")
    void theWholeAuditFindsWhatIsExplained() {
        assertThat(audited(Map.of())).startsWith("audit: 139 of 157 mutants of writes noticed, 18 explained;");
        assertThat(audited(CALGARY)).startsWith("audit: 80 of 100 mutants of writes noticed, 20 explained;");
        assertThat(audited(GART)).startsWith("audit: 88 of 100 mutants of writes noticed, 12 explained;");
    }

    /** The score, where nothing else is said. */
    private static String audited(Map<String, String> settings) {
        CodeProofs proofs =
                CodeProofs.of(COMPONENT, machine(COMPONENT, settings), THEORY, CodeReport.RLIMIT, lines -> {});
        CodeMutants found = CodeMutants.of(proofs, THEORY, known(EXPLAINED, COMPONENT, settings), CodeReport.RLIMIT);
        assertThat(found.allNoticed()).as(found.lines().toString()).isTrue();
        assertThat(found.lines()).hasSize(1);
        return found.lines().get(0);
    }
}
