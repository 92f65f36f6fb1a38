package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Explorer} and {@link NaiveExplorer} find the same: counts, depth, and the very same first violation. */
class ExplorerTwinTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation domains=1 frames=1",
                "r1 operation domains=2 frames=1",
                "r1 operation domains=3 frames=2",
                "r1 operation domains=2 frames=2",
                "r1 operation domains=2 frames=2 handles=2",
                "r1 operation domains=2 frames=3",
                "r1 operation domains=2 frames=2 !free.keeps-table-entry",
                "r1 operation domains=2 frames=2 !free.keeps-cache-entry",
                "r1 operation domains=2 frames=2 !unmap.keeps-table-entry",
                "r1 operation domains=3 frames=2 !unmap.no-invalidation",
                "r1 operation domains=2 frames=2 !map.ignores-read-only",
                "r1 operation domains=2 frames=2 handles=2 refs=2 !unmap.demotion-not-invalidated"
            })
    void onTheReferenceModel(String line) {
        compare(line, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-vtd operation refs=1 handles=1",
                "xen-viommu step guests=1 te=true hotplug=true frames=1",
                "xen-viommu operation gfns=2 grants=true",
                "xen-swiotlb operation buffers=2 frames=6 segments=2 foreign=true shapes=pages",
                "xen-swiotlb step platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 buffers=2 mappings=2 cpus=2 growing=true map-steps=true shapes=pages directions=both search=linux-6.12",
                "xen-swiotlb operation platform=bare-metal layer=native-swiotlb guests=0 force=true frames=4 low=4 segment-slots=4 mappings=2 restricted=true directions=both",
                "xen-swiotlb step coherent-memory=true balloon=true cpus=2 lent=true vmap=lazy streaming=false",
                "xen-vtd operation refs=1 handles=2",
                "xen-vtd operation refs=1 handles=1 frames=3 read-only-grants=non-present",
                "xen-vtd operation refs=1 handles=1 walks=true assign=true context-cache=true",
                "xen-vtd operation refs=1 handles=1 iommu=all careless-granter=true page-selective=false",
                "xen-vtd operation refs=1 handles=1 keep-ring-position=true reallocation=false",
                "xen-vtd step refs=1 handles=1",
                "xen-vtd step unmerged refs=1 handles=1",
                "xen-vtd step refs=1 handles=1 walks=true",
                "xen-vtd step refs=1 handles=1 assign=true context-cache=true reallocation=false",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
                "xen-vtd step refs=1 handles=1 ring=2",
                "xen-vtd step refs=1 handles=1 cpus=2 ring=2 keep-ring-position=true reallocation=false"
            })
    void onXen(String line) {
        compare(line, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-vtd operation refs=1 handles=1 !unmap.no-invalidation",
                "xen-vtd operation refs=1 handles=2 !unmap.no-invalidation-on-demotion",
                "xen-vtd operation refs=1 handles=1 !unmap.wait-not-queued",
                "xen-vtd operation refs=1 handles=1 !unmap.releases-other-side",
                "xen-vtd operation refs=1 handles=1 !status.reading-ignores-device-pins",
                "xen-vtd step refs=1 handles=1 !unmap.wait-not-queued",
                "xen-vtd step unmerged refs=1 handles=1 !unmap.wait-not-queued",
                "xen-vtd step refs=1 handles=1 !unmap.hold-released-before-wait",
                "xen-vtd step refs=1 handles=1 !decrease.frame-freed-before-flush",
                "xen-vtd step refs=1 handles=1 !invalidation.wrong-did",
                "xen-vtd step refs=1 handles=1 !map.ignores-read-only",
                "xen-vtd step refs=1 handles=1 assign=true context-cache=true !deassign.no-context-invalidation"
            })
    void onXenWithInjectedFaults(String line) {
        assertThat(compare(line, 2).end()).isEqualTo(End.VIOLATION);
    }

    private static Exploration compare(String line, int workers) {
        Machine machine = Machines.machine(line);
        Judge judge = Machines.judge(machine);
        NaiveExplorer naive = new NaiveExplorer(machine, judge).run();
        Exploration found = Machines.explore(machine, judge, workers);
        requireSame(found, naive);
        requireSame(
                new Explorer(machine, judge, Limits.none(workers))
                        .remembersFrom(0)
                        .run(Progress.silent()),
                naive);
        return found;
    }

    private static void requireSame(Exploration found, NaiveExplorer naive) {
        assertThat(found.distinct()).isEqualTo(naive.distinct());
        assertThat(found.generated()).isEqualTo(naive.generated());
        assertThat(found.depth()).isEqualTo(naive.depth());
        assertThat(found.violation()).isEqualTo(naive.violation());
        assertThat(found.end()).isEqualTo(naive.violation() == null ? End.COMPLETE : End.VIOLATION);
    }
}
