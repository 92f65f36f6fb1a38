package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The strict promise by tracepoints alone, {@code unmap} and {@code dma_unmap_page} of Linux 6.12: nothing tells calls apart. */
class UnmapPointsTest {
    private static final String NIC = "0000:03:00.0";
    private static final String DISK = "0000:04:00.0";

    private static TraceText returned(TraceText t, String device, long page) {
        return t.event("dma_unmap_page: %s dir=TO_DEVICE dma_addr=%x size=4096 attrs=", device, page << 12);
    }

    /** An interrupt upon the task unmaps between the unmap of the task and its event; neither form nor flags tell it apart. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptUponAnUnmap(boolean invalidated) {
        TraceText t = new TraceText().in("").mapPoint(5, 1, 100).mapPoint(6, 1, 101);
        t.unmapPoint(5, 1, 1);
        t = invalidated ? t.pages(3, 5, 0) : t;
        returned(returned(t.unmapPoint(6, 1, 1).pages(3, 6, 0), NIC, 6), NIC, 5);
        counts(t, AuditRule.RETURN_PAGE, invalidated ? 2 : 1, invalidated ? 0 : 1, 0);
        assertThat(t.audit().outcome(true)).isEqualTo(invalidated ? Audit.Outcome.HELD : Audit.Outcome.VIOLATED);
    }

    /** Each event counts somewhere, though its unmap was not seen, or is too long ago; where probes show the call, it counts once. */
    @Test
    void unmapsThatWereNotSeen() {
        TraceText t = returned(new TraceText().mapPoint(5, 1, 100), NIC, 5).pages(3, 5, 0);
        assertThat(t.tally(AuditRule.RETURN_PAGE).unjudged()).isEqualTo(Map.of("no unmap was seen inside", 1L));
        TraceText many = new TraceText().mapPoint(0, 65, 100);
        for (int page = 0; page < 65; page++) {
            many.unmapPoint(page, 1, 1);
        }
        many.pages(3, 0, 7);
        for (int page = 0; page < 65; page++) {
            returned(many, NIC, page);
        }
        counts(many, AuditRule.RETURN_PAGE, 64, 0, 1);
        TraceText probes =
                new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).pages(3, 5, 0);
        counts(returned(probes.end(), NIC, 5), AuditRule.RETURN_PAGE, 1, 0, 0);
        counts(returned(probes, NIC, 5), AuditRule.RETURN_PAGE, 1, 0, 1);
    }

    private static TraceText flush(TraceText t, String unit, String device, int did) {
        return t.event("cache_tag_flush_all: %s/%s type iotlb did %d pasid 0 ref 1", unit, device, did);
    }

    /** Of another CPU, while the task is between its unmap and the event. Which id is the device's, its own flush has told before. */
    @ParameterizedTest
    @CsvSource({
        "true, dmar0, 0x400e2, 1 0 1", // another domain's
        "true, dmar1, 0x300e2, 1 0 1", // of the same number in another unit
        "true, dmar0, 0x300e2, 2 0 0",
        "true, dmar0, 0x00d2, 2 0 0", // everything
        "false, dmar0, 0x400e2, 1 0 1",
        "false, dmar0, 0x300e2, 1 0 1", // of several ids one, and nothing tells whose
        "false, dmar0, 0x00d2, 2 0 0",
    })
    void aFlushThatMayBeOfAnotherDomain(boolean told, String unit, String descriptor, String counts) {
        TraceText t = flush(new TraceText(), "dmar0", DISK, 4).event("qi_submit: iotlb_inv dmar0: 0x400e2 0x0 0x0 0x0");
        t.mapPoint(5, 1, 100).unmapPoint(5, 1, 1);
        returned((told ? flush(t, "dmar0", NIC, 3) : t).pages(3, 5, 0), NIC, 5);
        t.mapPoint(6, 1, 101).unmapPoint(6, 1, 1).on(9, 1);
        t.event("qi_submit: iotlb_inv %s: %s 0x0 0x0 0x0", unit, descriptor).tick();
        returned(t.on(1, 0), NIC, 6);
        String[] n = counts.split(" ");
        counts(t, AuditRule.RETURN_PAGE, Long.parseLong(n[0]), Long.parseLong(n[1]), Long.parseLong(n[2]));
    }

    /** Attached anew the device has another id; what is not known any more accuses nobody. */
    @Test
    void devicesThatMove() {
        TraceText t = flush(new TraceText(), "dmar0", NIC, 3).event("qi_submit: iotlb_inv dmar0: 0x300e2 0x0 0x0 0x0");
        t.event("cache_tag_unassign: dmar0/%s type iotlb did 3 pasid 0 ref 1", NIC);
        t.event("cache_tag_assign: dmar0/%s type iotlb did 4 pasid 0 ref 1", NIC);
        returned(t.mapPoint(5, 1, 100).unmapPoint(5, 1, 1).pages(4, 5, 0), NIC, 5);
        counts(t, AuditRule.RETURN_PAGE, 1, 0, 0);
        returned(t.mapPoint(5, 1, 100).unmapPoint(5, 1, 1).pages(3, 5, 0), NIC, 5);
        counts(t, AuditRule.RETURN_PAGE, 1, 0, 1);
        t.event("cache_tag_unassign: dmar0/%s type iotlb did 4 pasid 0 ref 1", NIC);
        returned(t.mapPoint(5, 1, 100).unmapPoint(5, 1, 1).pages(3, 5, 0), NIC, 5);
        counts(t, AuditRule.RETURN_PAGE, 2, 0, 1);
    }
}
