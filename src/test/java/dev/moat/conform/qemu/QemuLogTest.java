package dev.moat.conform.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a real QEMU did, by Moat's VT-d; the figures were counted independently. */
class QemuLogTest {
    private static final Map<String, Long> COUNTED = Map.ofEntries(
            Map.entry("vtd_dmar_translate", 2196L),
            Map.entry("vtd_iotlb_page_hit", 1085L),
            Map.entry("vtd_iotlb_page_update", 1111L),
            Map.entry("vtd_iotlb_cc_hit", 1110L),
            Map.entry("vtd_iotlb_cc_update", 1L),
            Map.entry("vtd_context_cache_reset", 5L),
            Map.entry("vtd_inv_desc", 352L),
            Map.entry("vtd_inv_desc_iotlb_pages", 142L),
            Map.entry("vtd_inv_desc_iotlb_global", 1L),
            Map.entry("vtd_inv_desc_cc_global", 1L),
            Map.entry("vtd_inv_desc_iec", 32L),
            Map.entry("vtd_inv_desc_wait_sw", 176L),
            Map.entry("vtd_inv_qi_head", 352L),
            Map.entry("vtd_inv_qi_tail", 177L),
            Map.entry("vtd_inv_qi_fetch", 176L),
            Map.entry("vtd_inv_qi_enable", 1L),
            Map.entry("vtd_inv_qi_setup", 1L),
            Map.entry("vtd_reg_write", 186L),
            Map.entry("vtd_reg_write_gcmd", 6L),
            Map.entry("vtd_reg_dmar_root", 1L),
            Map.entry("vtd_reg_ir_root", 1L),
            Map.entry("vtd_dmar_enable", 2L));

    @Test
    void everyEventOfTheLogIsOneThatTheUnitAllows() throws IOException {
        QemuReport found = RecordedLog.load(RecordedLog.LOG).judge(null);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.disagreed()).isZero();
        assertThat(found.judged()).isEqualTo(COUNTED);
        assertThat(found.explained()).isEqualTo(Map.of("context entry dropped by a reset of the cache", 1L));
        assertThat(found.unjudged())
                .isEqualTo(Map.of(
                        "event vtd_reg_read", 19L,
                        "event vtd_reg_write_fectl", 1L,
                        "event vtd_switch_address_space", 36L,
                        "write of a register that is not modelled", 8L));
        assertThat(found.lines()).isEqualTo(7179);
    }

    @Test
    void everyFillAgreesWithAMappingOfTheGuest() throws IOException {
        QemuReport found = RecordedLog.load(RecordedLog.LOG).judge(RecordedLog.load(RecordedLog.TRACE));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.judged()).isEqualTo(COUNTED);
        assertThat(found.explained())
                .containsEntry("fill agrees with a mapping of the trace", 1111L)
                .containsEntry("entry with a right to read beyond its mapping, as Linux writes them", 1036L);
        assertThat(found.unjudged()).containsEntry("descriptor after the end of the trace", 1L);
        assertThat(found.unjudged().keySet()).noneMatch(why -> why.contains("fill"));
    }

    @Test
    void theReportHasTheCountsAPersonLooksFor() throws IOException {
        assertThat(RecordedLog.load(RecordedLog.LOG).judge(null).text())
                .contains(
                        "  translations 2196: hits 1085, fills 1111",
                        "  IOTLB invalidations: page 142, domain 0, global 1",
                        "  context invalidations: device 0, domain 0, global 1",
                        "  interrupt-entry invalidations 32, waits 176",
                        "disagreements 0")
                .startsWith("q.log: lines 7179, vtd events 7179, judged 7115");
    }

    /** A trace that begins late has fewer descriptors and does not know what was mapped before. */
    @Test
    void aTraceThatBeginsLateLeavesWhatItDidNotSeeUnjudged() throws IOException {
        RecordedLog trace = RecordedLog.load(RecordedLog.TRACE);
        int cut = trace.find(2000, "iommu_map:");
        QemuReport found = RecordedLog.load(RecordedLog.LOG).judge(trace.drop(1, cut - 1));
        assertThat(found.disagreements()).isEmpty();
        long agreed = found.explained().get("fill agrees with a mapping of the trace");
        long outside = found.unjudged().get("fill outside the time of the trace");
        assertThat(agreed).isBetween(300L, 900L);
        assertThat(outside).isBetween(200L, 800L);
        assertThat(found.unjudged().get("unmap of a mapping that the trace does not show"))
                .isPositive();
        long unseen = found.unjudged().getOrDefault("fill of a mapping that the trace does not show", 0L);
        assertThat(agreed + outside + unseen).isEqualTo(1111);
    }

    /** After lost events nothing is known of any page; the descriptors still say where the log is. */
    @Test
    void lostEventsMakeMappingsUnknown() throws IOException {
        RecordedLog trace = RecordedLog.load(RecordedLog.TRACE);
        int map = trace.find(1000, "map: IOMMU: iova=0x00000000fff");
        QemuReport found =
                RecordedLog.load(RecordedLog.LOG).judge(trace.replace(map, trace.line(map), "CPU:0 [LOST 7 EVENTS]"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.unjudged())
                .containsEntry("events lost by the recorder of the trace", 1L)
                .containsKey("unmap of a mapping that the trace does not show");
    }

    @Test
    void withoutProbesTheRightsAreNotJudged() throws IOException {
        RecordedLog trace = RecordedLog.load(RecordedLog.TRACE);
        RecordedLog plain = new RecordedLog(
                trace.lines().stream().filter(l -> !l.contains(" iommu_map: ")).toList());
        QemuReport found = RecordedLog.load(RecordedLog.LOG).judge(plain);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).containsEntry("fill agrees with a mapping of the trace", 1111L);
        assertThat(found.unjudged()).containsEntry("rights of a fill: the trace has no iommu_map probe", 1111L);
    }
}
