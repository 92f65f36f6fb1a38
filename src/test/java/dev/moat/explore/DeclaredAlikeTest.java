package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Alike;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * References and handles of Xen's grant tables, and CPUs, are alike where they are declared to be, and nowhere else. Looked at on random
 * ways, which come further from the start than a search that ends soon.
 */
class DeclaredAlikeTest {
    /** A way begins anew after so many transitions. */
    private static final int LONGEST = 500;

    private static Judge nothing(Machine machine) {
        return new Judge(List.of(), machine.model().abstraction(), machine.schema());
    }

    /** Where something keeps the number of one for later, or goes by number. */
    @ParameterizedTest
    @CsvSource({
        "references, active.pin, step granters=none transfer=true refs=2 handles=1 reallocation=false",
        "references, active.pin, step version-2=true reserved-refs=1 refs=2 handles=1 frames=3 reallocation=false",
        "references, active.pin, step copy=true refs=2 handles=1 frames=1 reallocation=false",
        "references, active.pin, step batch=2 refs=2 handles=1 reallocation=false",
        "handles, maptrack.sides, step batch=2 refs=1 handles=2 reallocation=false",
        "handles, maptrack.sides, step domain-death=true refs=1 handles=2 reallocation=false",
        "handles, maptrack.sides, step granters=all refs=1 handles=2 reallocation=false"
    })
    void thoseThatAreNotAlikeAreNotDeclaredAndWouldBeFoundOut(String things, String family, String line) {
        Machine machine = Machines.machine("xen-vtd " + line);
        Schema schema = machine.schema();
        assertThat(SymmetryGroup.of(machine).map(SymmetryGroup::toString).orElse(""))
                .doesNotContain(things);
        Sort sort = schema.family(family).orElseThrow().index().get(1);
        SymmetryGroup wrong = SymmetryGroup.of(schema, List.of(Alike.all(things, sort)), SymmetryGroup.MOST)
                .orElseThrow();
        Limits none = Limits.none(1);
        Limits few = new Limits(none.depth(), 1, none.seconds(), 60_000, none.memory());
        assertThatThrownBy(() ->
                        new Explorer(machine, nothing(machine), few).upTo(wrong).run(Progress.silent()))
                .isInstanceOf(BrokenSymmetryException.class)
                .hasMessageContaining("what is declared to be alike is not: with " + things);
    }

    /** Linux empties its flush queues one CPU's after the other's. */
    @Test
    void cpusWhoseQueuesAreEmptiedInTheirOrderAreNotDeclaredAlike() {
        Machine machine = Machines.machine("iommu-dma step pages=2 frames=1 cpus=2 flush=queue");
        Schema schema = machine.schema();
        assertThat(schema.alike()).isEmpty();
        Sort cpus = schema.family("cpu.page").orElseThrow().index().get(0);
        SymmetryGroup wrong = SymmetryGroup.of(schema, List.of(Alike.all("CPUs", cpus)), SymmetryGroup.MOST)
                .orElseThrow();
        Explorer explorer = new Explorer(machine, nothing(machine), Limits.none(1)).upTo(wrong);
        assertThatThrownBy(() -> explorer.run(Progress.silent())).isInstanceOf(BrokenSymmetryException.class);
    }

    /** One machine for each mechanism that references and handles meet, and each kind of unit. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-vtd step unmerged refs=3 handles=3 flush=deferred",
                "xen-vtd step unmerged refs=3 handles=3 flush=agreed",
                "xen-vtd step unmerged refs=3 handles=3 failures=true",
                "xen-vtd step unmerged refs=1 handles=3 frames=1 failures=true !unmap.completes-after-error",
                "xen-vtd step unmerged refs=3 handles=3 cpus=2 !unmap.handle-put-twice",
                "xen-vtd step unmerged refs=3 handles=3 wait=timeout",
                "xen-vtd step unmerged refs=2 handles=2 cpus=2 maptrack-frames=1",
                "xen-vtd step unmerged refs=3 handles=3 page-types=true",
                "xen-vtd step unmerged refs=3 handles=3 tlb=1",
                "xen-vtd step unmerged refs=3 handles=3 own-grants=true",
                "xen-vtd step unmerged refs=3 handles=1 granters=all",
                "xen-vtd step unmerged refs=2 handles=3 walks=true",
                "xen-vtd step unmerged refs=2 handles=3 transfer=true exchange=true",
                "xen-vtd step unmerged domains=5 frames=2 refs=1 handles=1 cpus=2 transfer=true",
                "xen-vtd step unmerged refs=3 handles=2 domain-death=true",
                "xen-vtd step unmerged refs=2 handles=2 version-2=true frames=3",
                "xen-vtd step unmerged refs=2 handles=2 upkeep-rule=mapkind-pins",
                "xen-vtd step unmerged refs=2 handles=2 upkeep-rule=counters careless-granter=true",
                "xen-vtd step unmerged refs=2 handles=2 frames=4 table-frames=true superpages=true",
                "xen-vtd step unmerged refs=2 handles=2 assign=true devices=2 units=2",
                "xen step unmerged refs=2 handles=2 iommu=amd-vi",
                "xen step unmerged refs=2 handles=2 iommu=calgary",
                "xen step unmerged refs=2 handles=2 iommu=gart",
                "xen step unmerged refs=1 handles=1 cpus=2 iommu=amd-vi",
                "xen step unmerged refs=1 handles=1 cpus=2 iommu=calgary",
                "xen step unmerged refs=1 handles=1 cpus=2 iommu=gart",
                "xen-vtd operation batch=2 refs=2 handles=3",
                "xen-vtd operation batch=2 refs=3 handles=2 flush=batch-end",
                "xen-viommu step unmerged cpus=2 second=translated hotplug=true",
                "xen-viommu step unmerged cpus=2 te=true hotplug=true calls=wrapper",
                "xen-viommu step unmerged cpus=2 iommu=amd-vi guest-iommu=amd-vi",
                "xen-viommu-svm step unmerged cpus=2",
                "xen-p2m step unmerged cpus=2 range=1 grants=true",
                "xen-io-spaces step unmerged cpus=2",
                "xen-io-spaces step unmerged cpus=2 grants=true batch=2 frames=3 reallocation=false",
                "iommu-dma step unmerged cpus=2",
                "iommu-dma step unmerged cpus=2 iommu=amd-vi",
                "iommu-dma step unmerged cpus=2 iommu=calgary",
                "iommu-dma step unmerged cpus=2 iommu=gart",
                "dma-iommu-mapping step unmerged cpus=2",
                "xen-swiotlb step unmerged cpus=2",
                "xen-swiotlb step unmerged cpus=2 set-up=true",
                "xen-swiotlb step unmerged platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 buffers=2 mappings=2 cpus=2 growing=true map-steps=true shapes=pages directions=both search=linux-6.12"
            })
    void whatIsDeclaredIsSo(String line) {
        Machine machine = Machines.machine(line);
        walk(machine, Machines.judge(machine), line.hashCode(), 2000, 100);
    }

    /** The first CPU boots, and with TLBs of their own a state says which has read a page by then. */
    @Test
    void whereOneCpuSetsThePoolUpTheyAreNot() {
        assertThat(SymmetryGroup.of(Machines.machine("xen-swiotlb step cpus=2 set-up=true tlbs=true")))
                .isEmpty();
    }

    /** Each CPU begins with the area of its number. */
    @Test
    void whereThePoolHasAreasTheyAreNot() {
        assertThat(SymmetryGroup.of(Machines.machine("xen-swiotlb step cpus=2 areas=2 map-steps=true force=true")))
                .isEmpty();
    }

    static Stream<Scenario> scenarios() {
        return Committed.described().stream().filter(s -> !s.set().equals("simulate"));
    }

    /** Each of Xen's grant tables with more references and handles than it has. */
    @Tag("deep")
    @ParameterizedTest
    @MethodSource("scenarios")
    void whatScenariosWouldDeclareIsSo(Scenario scenario) {
        MachineSpec own = scenario.machine();
        boolean grants = List.of("xen-vtd", "xen").contains(own.component());
        // A maptrack frame has two at least.
        int frames = Integer.parseInt(own.settings().getOrDefault("maptrack-frames", "0"));
        String handles = "" + Math.max(3, 2 * frames);
        MachineSpec few = grants ? own.withSettings(Map.of("refs", "3", "handles", handles)) : own;
        MachineSpec spec = new MachineSpec(few.component(), few.settings(), few.granularity(), false, few.faults());
        if (SymmetryTest.hasAlike(spec)) {
            Machine machine = Machines.CATALOG.machine(spec);
            walk(machine, nothing(machine), scenario.id().hashCode(), 2000, 200);
        }
    }

    /**
     * At every successor of a state of the way what names nothing is 0, and here and there two permutations lead where they must.
     *
     * @param steps transitions of the way
     * @param every transitions from one look at the permutations to the next
     */
    private static void walk(Machine machine, Judge judge, int seed, int steps, int every) {
        SymmetryGroup group = SymmetryGroup.of(machine).orElseThrow();
        SymmetryAudit audit = new SymmetryAudit(machine, judge, new ImageTables(group, Long.MAX_VALUE));
        Stepper stepper = machine.stepper();
        SplittableRandom random = new SplittableRandom(seed);
        long[] s = machine.initial();
        for (int n = 1; n <= steps; n++) {
            List<long[]> next = new ArrayList<>();
            stepper.expand(s, (letter, t) -> next.add(t.clone()));
            next.forEach(t -> assertThat(audit.leftOver(t)).isEmpty());
            boolean over = next.isEmpty() || n % LONGEST == 0;
            s = over ? machine.initial() : next.get(random.nextInt(next.size()));
            for (int k = 0; k < 2 && n % every == 0; k++) {
                Renaming by =
                        group.renamings().get(random.nextInt(group.renamings().size()));
                assertThat(audit.difference(s, by)).as(by.toString()).isEmpty();
            }
        }
    }
}
