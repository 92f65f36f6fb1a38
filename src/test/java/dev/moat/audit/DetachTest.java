package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A domain whose devices have left: what was cached went with them, and flushes of it submit nothing. VFIO unmaps in this way what a
 * process has left mapped when it ends.
 */
class DetachTest {
    private static final String NIC = "0000:00:03.0";
    private static final String DISK = "0000:00:04.0";
    private static final String LEFT = "no device is known to be attached to the domain any more";

    private static TraceText attach(TraceText t, String device, long domain) {
        return t.event("attach: (__iommu_attach_device+0x0/0xb0) dom=0x%x", domain)
                .event("attach_device_to_domain: IOMMU: device=%s", device);
    }

    private static TraceText flush(TraceText t, int page) {
        t.sync(A, page, 1);
        t.event("cache_tag_flush_range: dmar0 dmar0[0] type iotlb did 5 [0x0-0xfff] addr 0x0 mask 0x0");
        return t.pages(5, page, 0).synced();
    }

    /** The flush at the end finds nobody to ask. */
    private static TraceText emptied(TraceText t) {
        return t.unmap(A, 7, 1).sync(A, 7, 1).synced().map(A, 7, 1, 300);
    }

    /** An invalidation of another domain shows that the trace has such events. */
    private static TraceText mapped(TraceText t) {
        return t.map(A, 7, 1, 100).flushAll(B, 4).tick();
    }

    @Test
    void attachedElsewhere() {
        TraceText t = emptied(attach(mapped(attach(new TraceText(), NIC, A)), NIC, B));
        assertThat(TransfersTest.tally(t, AuditRule.COVERS)).isEqualTo("0 0 1");
        assertThat(TransfersTest.tally(t, AuditRule.IOVA_REUSE)).isEqualTo("1 0 1");
        assertThat(t.audit().outcome(false)).isNotEqualTo(Audit.Outcome.VIOLATED);
        assertThat(String.join("\n", AuditText.of(t.audit()))).contains("invalidation-covers: 1 not judged: " + LEFT);
    }

    /** It is known where a device was attached before the recording began, if a flush has shown the id of its domain. */
    @ParameterizedTest
    @CsvSource({
        "dmar0/dmar0 type iotlb did 5 pasid 0 ref 1, 1 0 1",
        "dmar0/dmar0 type 0x0 did 5 pasid 0 ref 1, 1 0 1",
        "dmar0/dmar0 type iotlb did 5 pasid 0 ref 2, 1 1 0",
        "dmar0/dmar0 type iotlb did 6 pasid 0 ref 1, 1 1 0",
        "dmar0/dmar0 type iotlb did 5 pasid 3 ref 1, 1 1 0",
        "dmar1/dmar1 type iotlb did 5 pasid 0 ref 1, 1 1 0",
        "dmar0/0000:00:03.0 type devtlb did 5 pasid 0 ref 1, 1 1 0",
    })
    void lastTagOfItsId(String tag, String counts) {
        TraceText t = flush(new TraceText().map(A, 9, 1, 50).unmap(A, 9, 1), 9);
        t = emptied(mapped(t).event("cache_tag_unassign: " + tag));
        assertThat(TransfersTest.tally(t, AuditRule.COVERS)).isEqualTo(counts);
    }

    /** Before Linux 6.12 the entry of the device that is dropped from a cache tells the id: by device, or by PASID. */
    @ParameterizedTest
    @CsvSource({
        "cc_inv dmar0: 0x1800050031, 1 0 1",
        "pc_inv dmar0: 0x50017, 1 0 1",
        "cc_inv dmar0: 0x1800060031, 1 1 0",
        "cc_inv dmar0: 0x50021, 1 1 0",
        "pc_inv dmar0: 0x50037, 1 1 0",
    })
    void entryDropped(String descriptor, String counts) {
        for (String tag : new String[] {"", "cache_tag_assign: dmar0/dmar0 type iotlb did 9 pasid 0 ref 1"}) {
            TraceText t = tag.isEmpty() ? new TraceText() : new TraceText().event(tag);
            t.map(A, 9, 1, 50).unmap(A, 9, 1).sync(A, 9, 1).pages(5, 9, 0).synced();
            t = emptied(mapped(t).event("qi_submit: %s 0x0 0x0 0x0", descriptor));
            assertThat(TransfersTest.tally(t, AuditRule.COVERS)).isEqualTo(tag.isEmpty() ? counts : "1 1 0");
        }
    }

    /** Nothing shows whose the id is: any domain may be left that has shown none; not that of the other, which has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache_tag_unassign: dmar0/dmar0 type iotlb did 5 pasid 0 ref 1",
                "qi_submit: cc_inv dmar0: 0x1800050031 0x0 0x0 0x0"
            })
    void idOfNobody(String event) {
        TraceText t = mapped(new TraceText()).map(B, 3, 1, 400).event(event);
        t = emptied(t).unmap(B, 3, 1).sync(B, 3, 1).synced();
        assertThat(TransfersTest.tally(t, AuditRule.COVERS)).isEqualTo("0 1 1");
    }

    @Test
    void bpftraceTellsTheLastToo() {
        assertThat(Recipe.of("bpftrace-linux-6.12"))
                .containsSubsequence("cache_tag_unassign: ", " did %d pasid %d ref %d", "args->users");
    }

    @ParameterizedTest
    @ValueSource(longs = {A, B})
    void anotherDeviceStays(long other) {
        TraceText t = attach(attach(new TraceText(), NIC, A), DISK, other);
        t = emptied(attach(mapped(t), NIC, B));
        assertThat(TransfersTest.tally(t, AuditRule.COVERS)).isEqualTo(other == A ? "0 1 0" : "0 0 1");
    }

    /** What shows that a device is behind it after all: an attach, or a flush that names its id. */
    @ParameterizedTest
    @ValueSource(strings = {"attach", "flush"})
    void thereAgain(String by) {
        TraceText t = attach(mapped(attach(new TraceText(), NIC, A)), NIC, B);
        t = by.equals("attach") ? attach(t, DISK, A) : flush(t, 20);
        t = emptied(t);
        assertThat(t.tally(AuditRule.COVERS).violated()).isEqualTo(1);
    }

    /** A domain that is freed and made anew at the same place, and a recording that follows, know nothing of it. */
    @ParameterizedTest
    @ValueSource(strings = {"domain_free: (iommu_domain_free+0x4/0x80) dom=0xff0000000000a000", "# tracer: nop"})
    void forgotten(String between) {
        TraceText t = attach(new TraceText(), NIC, A).tick();
        t = between.startsWith("#") ? t.line(between) : t.event(between);
        t = emptied(mapped(attach(t, NIC, B)));
        assertThat(TransfersTest.tally(t, AuditRule.COVERS)).isEqualTo("0 1 0");
    }

    /** What lingered then lingers in no figure of the end; that it did is told. */
    @Test
    void windowsOfFreedDomains() {
        TraceText t = new TraceText()
                .map(A, 5, 3, 100)
                .flushAll(A, 3)
                .tick()
                .begin()
                .unmap(A, 5, 1)
                .end()
                .unmap(A, 7, 1);
        t.event("domain_free: (iommu_domain_free+0x0/0x10) dom=0x%x", A).tick();
        assertThat(t.audit().figures())
                .containsEntry("windowsFreed", 2L)
                .containsEntry("windowsOutliving", 1L)
                .containsEntry("windowsOutlivingOpen", 0L)
                .containsEntry("windowsOpen", 0L);
        assertThat(AuditText.of(t.map(A, 5, 1, 1)
                        .unmap(A, 5, 1)
                        .line("CPU:0 [LOST 1 EVENTS]")
                        .audit()))
                .contains("    2 windows were open when their domain was freed, and not seen to end")
                .contains(
                        "    1 window was open when events were lost, or another recording began, and not seen to end");
    }
}
