package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.trace.Faults.Fault;
import dev.moat.audit.trace.Faults.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fault in a trace is told with its line, and with what happened to its address before. */
class FaultsTest {
    private static final String MAP =
            "map: IOMMU: iova=0x00000000fffe0000 - 0x00000000fffe1000 paddr=0x0000000101000000 size=4096";
    private static final String UNMAP =
            "unmap: IOMMU: iova=0x00000000fffe0000 - 0x00000000fffe1000 size=4096 unmapped_size=4096";
    private static final String BUFFER = " dma_addr=fffe0000 size=4096 ";
    private static final String FAULT = "io_page_fault: IOMMU:drv 0000:06:00.0 iova=0x00000000fffe0000 flags=0x000";

    private static List<Fault> faults(String... events) {
        return trace(events).audit().faults();
    }

    private static TraceText trace(String... events) {
        TraceText t = new TraceText().line("# tracer: nop").line("# clock: mono");
        for (int i = 0; i < events.length; i++) {
            t.line(String.format("  a-1 [000] ..... %5d.000001: %s", i + 1, events[i]));
        }
        return t;
    }

    private static void onlyFault(List<Fault> faults, long line, Kind kind, String... says) {
        assertThat(faults).hasSize(1);
        assertThat(faults.get(0).line()).isEqualTo(line);
        assertThat(faults.get(0).kind()).isEqualTo(kind);
        assertThat(faults.get(0).says()).contains(says);
    }

    /** The dump of a dying kernel, in its log: the same events, with the log's numbers of lines. */
    @Test
    void inTheDumpOfALog() {
        String at = "[   93.000100] kworker/-24      0d..2. 61507";
        Audit audit = new TraceText()
                .line("[   92.000000] BUG: something is wrong: a-1 [000]")
                .line("[   93.000000] Dumping ftrace buffer:")
                .line("[   93.000001] ---------------------------------")
                .line(at + "42us : " + MAP)
                .line(at + "43us : " + UNMAP)
                .line(at.replace(" 0d", "12d") + "44us!: " + FAULT + "1")
                .line("[   93.000200] ---------------------------------")
                .line("[   94.000000] ---[ end trace 0000000000000000 ]---")
                .audit();
        onlyFault(audit.faults(), 6, Kind.UNMAPPED, "writes 0xfffe0000", "unmapped in line 5, 0.001 ms before");
    }

    @Test
    void afterTheFree() {
        onlyFault(
                faults(
                        MAP,
                        "dma_alloc: 0000:06:00.0" + BUFFER + "virt_addr=000000006cadbcb1 flags=GFP_KERNEL attrs=",
                        "dma_free: 0000:06:00.0" + BUFFER + "virt_addr=000000006cadbcb1 attrs=",
                        UNMAP,
                        FAULT + "1"),
                7,
                Kind.AFTER_FREE,
                "0000:06:00.0 writes 0xfffe0000, after the free; unmapped in line 6, 1000.000 ms before; freed in line 5,"
                        + " 2000.000 ms before; allocated in line 4");
    }

    @Test
    void afterTheInvalidation() {
        onlyFault(
                faults(
                        MAP,
                        "dma_map_page: 0000:06:00.0 dir=FROM_DEVICE" + BUFFER + "phys_addr=101000000 attrs=",
                        UNMAP,
                        "qi_submit: iotlb_inv dmar0: 0x200f2 0xfffe0000 0x0 0x0",
                        "dma_unmap_page: 0000:06:00.0 dir=FROM_DEVICE" + BUFFER + "attrs=",
                        FAULT + "1"),
                8,
                Kind.AFTER_INVALIDATION,
                "invalidated (2^0 pages from 0xfffe0000, DID 0x2) in line 6",
                "unmapped in line 5");
    }

    @Test
    void betweenUnmapAndInvalidation() {
        String[] before = {"qi_submit: iotlb_inv dmar0: 0x200f2 0x10000 0x0 0x0", MAP, UNMAP, FAULT + "0"};
        onlyFault(faults(before), 6, Kind.NOT_INVALIDATED, "reads 0xfffe0000", "unmapped in line 5");
        onlyFault(faults(MAP, UNMAP, FAULT + "0"), 5, Kind.UNMAPPED, "shows no invalidation");
    }

    @Test
    void theRightIsMissingOrTheMapping() {
        String given = "dma_map_page: 0000:06:00.0 dir=FROM_DEVICE" + BUFFER + "phys_addr=101000000 attrs=";
        onlyFault(faults(MAP, given, FAULT + "0"), 5, Kind.WITHOUT_RIGHT, "mapped for the device in line 4");
        onlyFault(faults(MAP, given, FAULT + "1"), 5, Kind.MAPPED, "the trace shows no reason");
        onlyFault(faults(MAP, FAULT.replace("fffe", "1234") + "0"), 4, Kind.NEVER_MAPPED, "never maps");
    }

    @Test
    void saidAtOnceAndInTheReports() {
        TraceText trace = trace(MAP, UNMAP, FAULT + "0");
        assertThat(trace.live())
                .singleElement()
                .asString()
                .startsWith("line 5: fault: 0000:06:00.0 reads 0xfffe0000, unmapped");
        assertThat(String.join("\n", AuditText.of(trace.audit())))
                .contains("I/O page faults: 1 fault")
                .contains("line 5: 0000:06:00.0 reads 0xfffe0000, unmapped");
        assertThat(AuditJson.of(trace.audit(), 0, List.of())).contains("\"kind\": \"unmapped, and");
    }

    /** Another device's buffer says nothing, and an invalidation before the unmap does not end it. */
    @Test
    void onlyWhatIsTheDevicesAndLater() {
        String others = "dma_map_page: 0000:07:00.0 dir=TO_DEVICE" + BUFFER + "phys_addr=101000000 attrs=";
        onlyFault(faults(others, FAULT + "0"), 4, Kind.NEVER_MAPPED, "never maps");
        onlyFault(
                faults(MAP, "qi_submit: iotlb_inv dmar0: 0x200f2 0xfffe0000 0x0 0x0", UNMAP, FAULT + "0"),
                6,
                Kind.NOT_INVALIDATED,
                "invalidated");
    }
}
