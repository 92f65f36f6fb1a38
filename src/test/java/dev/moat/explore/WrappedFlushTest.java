package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a GART's map flushes, call by call: as in recorded case d/wrap of gart.csv, in a part of two or three pages. */
class WrappedFlushTest {
    private static final String MAP = "cpu0: dma_map_page(g0, f0, bidirectional)";

    private static List<Integer> flushes(String line, String... calls) {
        Machine machine = Machines.machine(line);
        Stepper stepper = machine.stepper();
        int[] served = {0};
        stepper.watch(s -> served[0]++);
        long[] s = machine.initial();
        List<Integer> counts = new ArrayList<>();
        for (String call : calls) {
            served[0] = 0;
            assertThat(stepper.apply(machine.find(call).orElseThrow(), s)).isTrue();
            counts.add(served[0]);
        }
        return counts;
    }

    /** The last page is taken without a flush, a failing map flushes each time, and so does the one that begins at the start again. */
    @Test
    void aMapFlushesWhereItsSearchWrapsAlsoWhenItFails() {
        String line = "iommu-dma operation iommu=gart frames=1 flush=wrap pages=2";
        String unmap = "cpu0: dma_unmap_page(g0, p0)";
        assertThat(flushes(line, MAP, MAP, MAP, MAP, unmap, MAP, unmap, MAP)).containsExactly(0, 0, 1, 1, 0, 1, 0, 1);
    }

    @Test
    void aListThatFindsNoRunHasFlushed() {
        String line = "iommu-dma operation iommu=gart frames=2 flush=wrap pages=3 lists=whole";
        String list = "cpu0: dma_map_sg(g0, f0, whole)";
        String unmap = "cpu0: dma_unmap_sg(g0, p0)";
        assertThat(flushes(line, list, list, unmap, list)).containsExactly(0, 1, 0, 1);
    }

    /** What Calgary owes it pays between its two searches, once. */
    @Test
    void calgaryFlushesBetweenItsSearches() {
        String line = "iommu-dma operation iommu=gart frames=1 flush=wrap-calgary pages=1";
        String unmap = "cpu0: dma_unmap_page(g0, p0)";
        assertThat(flushes(line, MAP, MAP, unmap, MAP)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void everyMapOfFullFlushFlushesOnce() {
        String line = "iommu-dma operation iommu=gart frames=1 flush=full-flush pages=1";
        String unmap = "cpu0: dma_unmap_page(g0, p0)";
        assertThat(flushes(line, MAP, MAP, unmap, MAP)).containsExactly(1, 1, 0, 1);
    }
}
