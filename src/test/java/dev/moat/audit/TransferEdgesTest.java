package dev.moat.audit;

import static dev.moat.audit.ListTransfersTest.page;
import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TransfersTest.attach;
import static dev.moat.audit.TransfersTest.tally;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What drivers ask of the DMA layer where room runs out, events were lost, or several calls are under way. */
class TransferEdgesTest {
    private static final String NIC = "0000:00:04.0";

    /** A device that was translated; what it had is told. */
    private static TraceText translated() {
        return page(page(new TraceText(), 0x900000, 0x900000).mapPoint(4, 1, 0x63), 0x4000, 0x63000);
    }

    /** Of two maps of one task each is spoken of by its own event. */
    @Test
    void twoMapsAndThenTheirEvents() {
        TraceText t = translated().mapPoint(5, 1, 0x64).mapPoint(6, 1, 0x70);
        assertThat(tally(page(page(t, 0x6000, 0x70000), 0x5000, 0x64000), AuditRule.LEADS))
                .isEqualTo("3 0 1");
        assertThat(tally(page(t, 0x5000, 0x64000), AuditRule.LEADS)).isEqualTo("3 1 1");
    }

    @Test
    void moreMapsThanThereIsRoomFor() {
        TraceText t = translated();
        for (int n = 0; n < 257; n++) {
            t.mapPoint(0x100 + n, 1, 0x200 + n);
        }
        assertThat(tally(page(t, 0x100000, 0x200000), AuditRule.LEADS)).isEqualTo("1 0 2");
        assertThat(t.tally(AuditRule.LEADS).unjudged()).containsKey("more than 256 maps in one call");
    }

    /** trace-cmd and perf print 0x before pointers, and (nil) in place of 0. */
    @Test
    void allocationsThatFailed() {
        String text = "dma_alloc: " + NIC + " dir=BIDIRECTIONAL dma_addr=0 size=64 virt_addr=%s flags= attrs=";
        assertThat(tally(translated().event(text, "0x0"), AuditRule.LEADS)).isEqualTo("1 0 1");
        TraceText nil = translated().event(text, "(nil)");
        assertThat(tally(nil, AuditRule.LEADS)).isEqualTo("1 0 1");
        String free = "dma_free: " + NIC + " dir=BIDIRECTIONAL dma_addr=0 size=0 virt_addr=(nil) attrs=";
        assertThat(tally(nil.event(free), AuditRule.ONCE)).isEqualTo("0 0 0");
        assertThat(tally(translated().event(text, "0xffff888100000000"), AuditRule.LEADS))
                .isEqualTo("1 0 2");
    }

    private static String numbers(long first, long step) {
        return IntStream.range(0, 128)
                .mapToObj(i -> "0x" + Long.toHexString(first + i * step))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Pieces of lists count beside the buffers themselves. */
    @Test
    void moreBuffersThanThereIsRoomFor() {
        TraceText t = new TraceText();
        String sizes = numbers(16, 0);
        for (long n = 0; n < 4095; n++) {
            String at = numbers(n << 16, 16);
            t.line("x-1 [000] d..1. 1.000000: dma_map_sg: " + NIC + " dir=TO_DEVICE dma_addrs=" + at + " sizes=" + sizes
                    + " phys_addrs=" + at + " attrs=");
        }
        String sync = "dma_sync_single_for_cpu: " + NIC + " dir=TO_DEVICE dma_addr=10000 size=16";
        assertThat(tally(t.event(sync), AuditRule.SYNC)).isEqualTo("0 0 1");
        assertThat(t.audit().warnings())
                .contains(
                        "1 time more buffers were mapped than there is room for (1,048,576, which no option raises), and all"
                                + " were forgotten; a shorter recording, or --device, has fewer");
    }

    @Test
    void moreDevicesThanThereIsRoomFor() {
        TraceText t = new TraceText();
        for (int n = 0; n < 4096; n++) {
            t.event("dma_sync_single_for_cpu: d%d dir=TO_DEVICE dma_addr=10000 size=16", n);
        }
        page(t, 0x5000, 0x5000);
        assertThat(t.tally(AuditRule.LEADS).unjudged()).containsOnlyKeys("more devices than there is room for");
        assertThat(tally(t.event("dma_unmap_page: d7 dir=TO_DEVICE dma_addr=5000 size=16 attrs="), AuditRule.ONCE))
                .isEqualTo("0 0 1");
    }

    /** The task attaches to another domain: no attach of the first follows its late mapping. */
    @Test
    void anAttachElsewhereEndsTheWait() {
        TraceText t = attach(new TraceText().map(A, 0x70, 4, 0x70), A).map(A, 0x80, 1, 0x80);
        assertThat(tally(attach(attach(t, B), A), AuditRule.DIRECT)).isEqualTo("1 1 0");
    }

    @Test
    void directMappingsAndLostEvents() {
        TraceText t = new TraceText().map(A, 0x70, 4, 0x70).line("CPU:0 [LOST 1 EVENTS]");
        assertThat(tally(attach(t, A), AuditRule.DIRECT)).isEqualTo("0 0 1");
    }

    /** No attach of a domain that is freed follows: its direct mappings are judged then, or counted as not judged. */
    @Test
    void directMappingsOfADomainThatIsFreed() {
        String free = "domain_free: (iommu_domain_free+0x4/0x80) dom=0x%x";
        assertThat(tally(attach(new TraceText().map(A, 0x70, 4, 0x70).event(free, A), B), AuditRule.DIRECT))
                .isEqualTo("0 0 1");
        TraceText t = attach(new TraceText().map(A, 0x70, 4, 0x70), A).map(A, 0x80, 1, 0x80);
        assertThat(tally(t.event(free, B), AuditRule.DIRECT)).isEqualTo("1 1 0");
        assertThat(tally(attach(t.event(free, A), A), AuditRule.DIRECT)).isEqualTo("1 1 0");
    }
}
