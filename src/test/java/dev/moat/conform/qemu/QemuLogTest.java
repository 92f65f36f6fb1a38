package dev.moat.conform.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** The guest goes on behind the end of its trace: what it maps there before the log's next descriptor is in no line. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 2000, 2400, 2800, 3200, 3600, 4000})
    void aTraceThatEndsEarlyContradictsNothing(int lines) throws IOException {
        RecordedLog trace = RecordedLog.load(RecordedLog.TRACE);
        int end = trace.find(lines, "iommu_map:");
        QemuReport found = RecordedLog.load(RecordedLog.LOG)
                .judge(trace.drop(end, trace.lines().size() - end + 1));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained().get("fill agrees with a mapping of the trace"))
                .isPositive();
        assertThat(found.unjudged()).containsKey("descriptor after the end of the trace");
    }

    /** Wherever it begins: between a descriptor, what is said of it and the head, or between a hit and its result. */
    @Test
    void aLogThatBeginsAtAnyLineContradictsNothing() throws IOException {
        RecordedLog log = RecordedLog.load(RecordedLog.LOG);
        int descriptor = log.find(3000, "desc type iotlb");
        for (int begin = descriptor - 12; begin < descriptor + 24; begin++) {
            assertThat(log.drop(1, begin - 1).judge(null).disagreements())
                    .as("from line " + begin)
                    .isEmpty();
        }
        // Its first events excuse no later ones.
        int head = log.find(log.find(descriptor + 24, "desc type iotlb"), "qi_head");
        RecordedLog late = log.replace(head, log.line(head), "vtd_inv_qi_head read head 1");
        assertThat(late.drop(1, descriptor).judge(null).disagreements())
                .first()
                .extracting(d -> d.column())
                .isEqualTo("head");
        int hit = log.find(descriptor + 24, "vtd_iotlb_page_hit");
        assertThat(log.drop(hit, 1).drop(1, descriptor).judge(null).disagreements())
                .first()
                .extracting(d -> d.column())
                .isEqualTo("translation");
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

    /** A descriptor may be among what was lost: from there on nobody knows which of the log's descriptors is the trace's next. */
    @ParameterizedTest
    @CsvSource({"20, 1, 10, descriptor", "100, 1, 500, descriptor", "100, 4, 500, descriptor", "140, 2, 1000, fill"})
    void lostDescriptorsAreNoDisagreement(int nth, int submits, long agree, String first) throws IOException {
        RecordedLog trace = RecordedLog.load(RecordedLog.TRACE);
        int from = 0;
        for (int i = 0; i < nth; i++) {
            from = trace.find(from + 1, ": qi_submit: ");
        }
        int to = from;
        for (int i = 1; i < submits; i++) {
            to = trace.find(to + 1, ": qi_submit: ");
        }
        RecordedLog lost =
                trace.replace(to, trace.line(to), "CPU:0 [LOST 9 EVENTS]").drop(from, to - from);
        QemuReport found = RecordedLog.load(RecordedLog.LOG).judge(lost);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.unjudged().keySet())
                .anyMatch(why ->
                        why.startsWith(first + " that ") && why.endsWith(" after events that the trace has lost"));
        assertThat(found.explained().get("fill agrees with a mapping of the trace"))
                .isGreaterThan(agree);
    }

    /**
     * ftrace marks where the events of a CPU begin when older ones were overwritten; other CPUs' older events stand before the mark, and
     * what this CPU did between them is missing.
     */
    @ParameterizedTest
    @ValueSource(ints = {5, 20, 60})
    void whatWasOverwrittenBeforeACpusFirstEventIsNoDisagreement(int submits) throws IOException {
        RecordedLog trace = RecordedLog.load(RecordedLog.TRACE);
        int mark = 0;
        List<Integer> overwritten = new ArrayList<>();
        for (int i = 0; i < submits; i++) {
            mark = trace.find(mark + 1, ": qi_submit: ");
            if (i % 2 == 1) {
                overwritten.add(mark);
            }
        }
        RecordedLog torn = trace.replace(mark + 1, trace.line(mark + 1), "##### CPU 1 buffer started ####");
        for (int i = overwritten.size() - 1; i >= 0; i--) {
            torn = torn.drop(overwritten.get(i), 1);
        }
        QemuReport found = RecordedLog.load(RecordedLog.LOG).judge(torn);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained().get("fill agrees with a mapping of the trace"))
                .isGreaterThan(300);
        assertThat(found.unjudged()).containsKey("fill outside the time of the trace");
    }

    /** What was lost before the first descriptor takes nothing from what is judged after it. */
    @Test
    void whatIsLostBeforeTheFirstDescriptorExcusesNothing() throws IOException {
        RecordedLog trace = RecordedLog.load(RecordedLog.TRACE);
        RecordedLog late = trace.replace(1, trace.line(1), "CPU:0 [LOST 9 EVENTS]");
        int line = late.find(2500, "qi_submit: iotlb_inv dmar0: 0x300f2");
        QemuReport found = RecordedLog.load(RecordedLog.LOG).judge(late.replace(line, " 0x300f2 ", " 0x400f2 "));
        assertThat(found.disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.column()).isEqualTo("descriptor"));
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
