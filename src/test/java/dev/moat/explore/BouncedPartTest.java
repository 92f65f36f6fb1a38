package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a frame of the pool has where the part of a page is that is bounced by it. */
class BouncedPartTest {
    private static final int PART = 1;

    /** Linux 6.10, 2650073f1b58: zeros are put around the part alone; swiotlb_tbl_map_single copies, whatever the direction is. */
    @Test
    void aPartIsCopiedWhateverTheDirectionIs() {
        Machine machine = Machines.machine(
                "iommu-dma operation iommu=amd-vi pages=1 frames=1 untrusted=1 bounce-frames=1 from-device=write-only");
        Slots partial = machine.model().schema().family("partial").orElseThrow();
        Slots direction = machine.model().schema().family("to-device").orElseThrow();
        Slots content = machine.model().schema().family("pool.content").orElseThrow();
        Set<String> found = new TreeSet<>();
        new NaiveExplorer(machine, Machines.judge(machine, "only-the-part-shows"))
                .run().states().stream()
                        .filter(s -> partial.get(s, 0) != 0)
                        .forEach(s -> found.add(direction.print(s, 0) + " " + content.print(s, PART)));
        assertThat(found).containsExactly("0 mapped", "1 mapped", "2 mapped");
    }
}
