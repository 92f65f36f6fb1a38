package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.Rule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recipes that say what they record. */
class NewerKernelsTest {
    private static final String NIC = "0000:00:04.0";

    private static TraceText partElsewhere(TraceText t) {
        for (int frame : new int[] {0x64, 0x70}) {
            t.map(A, 5, 1, frame);
            t.event("dma_map_page: %s dir=TO_DEVICE dma_addr=5010 size=16 phys_addr=64010 attrs=", NIC);
            t.unmap(A, 5, 1).pages(3, 5, 0);
        }
        return t;
    }

    /** A part of a page that is elsewhere may have bounced, unless the trace says that it would show that. */
    @ParameterizedTest
    @CsvSource({
        "'# recorded: iommu/map swiotlb/swiotlb_bounced dma/dma_map_page', 1 1 0",
        "'# recorded: iommu/map dma/dma_map_page swiotlb/swiotlb_bounced', 1 1 0",
        "'# recorded: iommu/map swiotlb/swiotlb_bounced_later', 1 0 1",
        "'# recorded: iommu/map dma/dma_map_page', 1 0 1",
        "'# of nothing', 1 0 1",
    })
    void partOfAPageElsewhere(String line, String counts) {
        assertThat(TransfersTest.tally(partElsewhere(new TraceText().line(line)), Rule.LEADS))
                .isEqualTo(counts);
    }

    /** In the first call of a task the bounce may have come before the recording, and before events that were lost. */
    @ParameterizedTest
    @CsvSource({"'', 1 1 0", "'CPU:0 [LOST 3 EVENTS]', 1 0 1", "'# clock: mono', 1 0 1", "'# tracer: nop', 1 0 1"})
    void firstCalls(String between, String counts) {
        TraceText t =
                new TraceText().line("# recorded: swiotlb/swiotlb_bounced").map(A, 5, 1, 0x64);
        t.event("dma_map_page: %s dir=TO_DEVICE dma_addr=5010 size=16 phys_addr=64010 attrs=", NIC);
        t = between.isEmpty() ? t : t.line(between);
        t.map(A, 6, 1, 0x70);
        t.event("dma_map_page: %s dir=TO_DEVICE dma_addr=6010 size=16 phys_addr=64010 attrs=", NIC);
        assertThat(TransfersTest.tally(t, Rule.LEADS)).isEqualTo(counts);
    }
}
