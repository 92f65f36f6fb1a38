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

    /** {@code free_iova} of any page inside removes the whole range; bitmap_clear clears as many bits as it is told. */
    @ParameterizedTest
    @CsvSource({
        "iommu=vtd pages=2 lists=whole, true",
        "iommu=vtd pages=4 lists=rounded, true",
        "iommu=gart pages=2 lists=whole flush=wrap, false",
        "iommu=calgary pages=2 lists=whole flush=wrap-calgary, false"
    })
    void aListThatIsFreedShortIsLostByABitmapOnly(String settings, boolean balances) {
        Machine machine = Machines.machine("iommu-dma operation frames=2 " + settings + " !list.offset-dropped");
        Exploration found = Machines.exploreSmall(machine, Machines.judge(machine, "addresses-balance"));
        assertThat(found.end()).isEqualTo(balances ? Exploration.End.COMPLETE : Exploration.End.VIOLATION);
    }
}
