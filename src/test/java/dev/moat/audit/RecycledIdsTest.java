package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linux gives the lowest domain id that is free: what the last device of one domain has left, another domain has next. */
class RecycledIdsTest {
    private static final String UNASSIGNED = "cache_tag_unassign: dmar0/dmar0 type iotlb did 3 pasid 0 ref 1";
    private static final String CLEARED = "qi_submit: cc_inv dmar0: 0x1800030031 0x0 0x0 0x0";

    /** A's id is known by a flush; then its last device leaves. */
    private static TraceText left(String event) {
        return new TraceText()
                .map(A, 5, 1, 100)
                .flushAll(A, 3)
                .tick()
                .event(event)
                .tick();
    }

    /** An unmap of a page; no probe tells whose flush it is. */
    private static TraceText whole(TraceText t, long domain, long page, int did) {
        t.map(domain, page, 1, 200 + page).begin().unmap(domain, page, 1);
        return t.pages(did, page, 0).end();
    }

    private static TraceText named(TraceText t) {
        t.map(B, 9, 1, 209).begin().unmap(B, 9, 1);
        t.event("cache_tag_flush_range: dmar0 dmar0[0] type iotlb did 3 [0x9000-0x9fff] addr 0x9000 mask 0x0");
        return t.pages(3, 9, 0).end();
    }

    @ParameterizedTest
    @ValueSource(strings = {UNASSIGNED, CLEARED, "qi_submit: pc_inv dmar0: 0x30017 0x0 0x0 0x0"})
    void anIdThatAnotherDomainHasNow(String event) {
        counts(whole(left(event), B, 9, 3), AuditRule.RETURN_PAGE, 1, 0, 0);
        counts(named(left(event)), AuditRule.RETURN_PAGE, 1, 0, 0);
        TraceText lazy = left(event).map(B, 9, 1, 209).unmap(B, 9, 1).on(7, 2);
        lazy.event("qi_submit: iotlb_inv dmar0: 0x300e2 0x0 0x0 0x0").tick().map(B, 9, 1, 300);
        counts(lazy, AuditRule.IOVA_REUSE, 3, 0, 0);
    }

    /** The device is attached again, to the same domain or from another, and has another id than before. */
    @ParameterizedTest
    @ValueSource(longs = {A, B})
    void aDomainThatHasAnotherIdNow(long first) {
        TraceText t = left(UNASSIGNED).map(B, 9, 1, 209).flushAll(B, 4).tick();
        t.event("cache_tag_unassign: dmar0/dmar0 type iotlb did 4 pasid 0 ref 1")
                .tick();
        for (long domain : new long[] {first, A + B - first}) {
            t.event("attach: (__iommu_attach_device+0x0/0xb0) dom=0x%x", domain);
            t.event("attach_device_to_domain: IOMMU: device=0000:00:0%d.0", domain == A ? 3 : 4);
        }
        whole(whole(whole(t, A, 20, 4), B, 21, 3), A, 22, 4);
        counts(t, AuditRule.RETURN_PAGE, 3, 0, 0);
    }

    /** Where entries alone tell that a device leaves, it may not have been the last: the id is as good as before. */
    @Test
    void notTheLastDevice() {
        for (int other : new int[] {3, 7}) {
            TraceText t = whole(left(CLEARED), B, 9, other);
            t.event("attach: (__iommu_attach_device+0x0/0xb0) dom=0x%x", A);
            t.event("attach_device_to_domain: IOMMU: device=0000:00:04.0");
            counts(whole(t, A, 10, 3), AuditRule.RETURN_PAGE, 2, 0, 0);
        }
        counts(
                whole(left(CLEARED), B, 9, 7)
                        .flushAll(A, 3)
                        .tick()
                        .begin()
                        .unmap(A, 5, 1)
                        .pages(3, 5, 0)
                        .end(),
                AuditRule.RETURN_PAGE,
                2,
                0,
                0);
    }

    /** An id that nobody has given up is not another's. */
    @ParameterizedTest
    @CsvSource({
        "cache_tag_unassign: dmar0/dmar0 type iotlb did 3 pasid 0 ref 2",
        "cache_tag_unassign: dmar0/dmar0 type iotlb did 4 pasid 0 ref 1",
        "cache_tag_unassign: dmar1/dmar1 type iotlb did 3 pasid 0 ref 1",
        "cache_tag_assign: dmar0/dmar0 type iotlb did 3 pasid 0 ref 1",
    })
    void anIdThatNobodyHasGivenUp(String event) {
        counts(whole(left(event).flushAll(A, 3).tick(), B, 9, 3), AuditRule.RETURN_PAGE, 0, 1, 0);
    }

    /** What the detach itself sends, one descriptor after the other, is for the domain that is left, and for no other. */
    @ParameterizedTest
    @ValueSource(strings = {UNASSIGNED, CLEARED})
    void whatADetachDrops(String event) {
        TraceText t = new TraceText()
                .map(A, 5, 1, 100)
                .flushAll(A, 3)
                .tick()
                .map(B, 9, 1, 209)
                .unmap(B, 9, 1);
        t.event(event)
                .event(CLEARED)
                .event("qi_submit: iotlb_inv dmar0: 0x300e2 0x0 0x0 0x0")
                .event(CLEARED)
                .tick();
        assertThat(t.audit().figures())
                .containsEntry("unassignedInvalidations", 0L)
                .containsEntry("windowsOpen", 1L);
        counts(t.map(B, 9, 1, 300), AuditRule.IOVA_REUSE, 2, 1, 0);
        t.tick().event("qi_submit: iotlb_inv dmar0: 0x300e2 0x0 0x0 0x0").tick();
        assertThat(t.audit().figures()).containsEntry("unassignedInvalidations", 1L);
    }

    /** Of what happened while events were lost nobody knows. */
    @Test
    void lostEventsMayHaveBeenADetach() {
        TraceText t = new TraceText().map(A, 5, 1, 100).flushAll(A, 3).tick().line("CPU:0 [LOST 9 EVENTS]");
        counts(whole(t, B, 9, 3), AuditRule.RETURN_PAGE, 1, 0, 0);
    }

    /** A domain that has shown another id since has not the one before. */
    @Test
    void anIdOfBefore() {
        TraceText t = new TraceText().map(A, 5, 1, 100).flushAll(A, 3).tick();
        t.event("cache_tag_assign: dmar0/dmar0 type iotlb did 4 pasid 0 ref 1")
                .flushAll(A, 4)
                .tick();
        counts(whole(t, B, 9, 3), AuditRule.RETURN_PAGE, 1, 0, 0);
        t.unmap(A, 5, 1)
                .event("qi_submit: iotlb_inv dmar0: 0x300e2 0x0 0x0 0x0")
                .tick()
                .map(A, 5, 1, 300);
        counts(t, AuditRule.IOVA_REUSE, 2, 1, 0);
    }
}
