package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the DMA layer frees of a run of I/O addresses, where a fault has it free too many or too few. */
class FreedRunsTest {
    /** The hint has as many bits as the number of pages needs, so that a page more is one more bit where these are all ones. */
    @ParameterizedTest
    @CsvSource({"1, gart", "3, gart", "1, calgary", "3, calgary"})
    void aNeighbourBehindTheLastPageMovesTheHintToTheEnd(int pages, String iommu) {
        Machine machine = Machines.machine("iommu-dma operation iommu=" + iommu + " frames=1 flush=wrap pages=" + pages
                + " !iova.frees-neighbour");
        Slots hint = machine.schema().family("hint").orElseThrow();
        assertThat(new ReachableStates(machine).stream().mapToLong(s -> hint.get(s, 0)))
                .contains((long) pages)
                .allMatch(next -> next <= pages);
    }
}
