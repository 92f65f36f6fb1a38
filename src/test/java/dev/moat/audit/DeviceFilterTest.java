package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.trace.DeviceFilter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judged for some devices: what is of others is left out and counted, what nothing tells is not judged. */
class DeviceFilterTest {
    private static final String NIC = "0000:00:04.0";
    private static final String DISK = "0000:00:05.0";

    private static TraceText given(TraceText t, String device, long page, long frame) {
        return t.event(
                "dma_map_page: %s dir=TO_DEVICE dma_addr=%x size=4096 phys_addr=%x attrs=",
                device, page << 12, frame << 12);
    }

    /** Both devices map and unmap; the disk's unmap returns while its page lingers. */
    private static TraceText both() {
        TraceText t = new TraceText().flushAll(A, 3).flushAll(B, 4).tick();
        for (int n = 0; n < 2; n++) { // the first round shows whose the domains are
            given(t.on(1, 0).map(A, 5, 1, 100), NIC, 5, 100)
                    .begin()
                    .unmap(A, 5, 1)
                    .sync(A, 5, 1)
                    .pages(3, 5, 0)
                    .synced()
                    .end();
            given(t.on(2, 1).map(B, 5, 1, 200), DISK, 5, 200).begin().unmap(B, 5, 1);
            t = n == 0 ? t.sync(B, 5, 1).pages(4, 5, 0).synced().end() : t.end();
        }
        return t.flushAll(B, 4).tick();
    }

    private static String tally(Audit audit, AuditRule rule) {
        return audit.tallies().stream()
                .filter(t -> t.rule() == rule)
                .map(t -> t.clean() + " " + t.violated() + " " + t.unjudgedCount())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachDeviceHasItsOwnVerdict() {
        Audit all = both().audit();
        Audit nic = both().of(NIC);
        Audit disk = both().of("00:05.0");
        assertThat(tally(all, AuditRule.RETURN_PAGE)).isEqualTo("3 1 0");
        assertThat(tally(nic, AuditRule.RETURN_PAGE)).isEqualTo("2 0 0");
        assertThat(tally(disk, AuditRule.RETURN_PAGE)).isEqualTo("1 1 0");
        assertThat(nic.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(disk.outcome(true)).isEqualTo(Audit.Outcome.VIOLATED);
        assertThat(disk.devices()).containsExactly(DISK);
        assertThat(all.windows().count()).isEqualTo(4);
        assertThat(nic.windows().count()).isEqualTo(2);
        assertThat(tally(both().of(NIC, DISK), AuditRule.RETURN_PAGE)).isEqualTo("3 1 0");
    }

    /** Nothing is lost: what is judged, left out and untold of a rule is what is judged without a filter. */
    @Test
    void allEventsAreCounted() {
        Audit nic = both().of(NIC);
        long events = nic.events().values().stream().mapToLong(Long::longValue).sum();
        assertThat(nic.figures().get("eventsOfDevices")
                        + nic.figures().get("eventsOfOthers")
                        + nic.figures().get("eventsUntold"))
                .isEqualTo(events);
        assertThat(nic.figures().get("eventsOfOthers")).isPositive();
        assertThat(nic.figures().get("judgementsLeftOut")).isPositive();
        assertThat(String.join("\n", AuditText.of(nic)))
                .contains(
                        "judged for 0000:00:04.0 only: " + nic.figures().get("eventsOfDevices") + " events are of it");
        assertThat(AuditJson.of(nic, 0, List.of())).contains("\"devices\": [\n    \"0000:00:04.0\"\n  ]");
        assertThat(AuditJson.of(both().audit(), 0, List.of())).doesNotContain("devices", "eventsUntold");
    }

    /** A device that the trace never names, and a trace that names none: no verdict. */
    @Test
    void withoutItsEventsNothingIsHeld() {
        Audit none = both().of("0000:00:06.0");
        assertThat(none.outcome(true)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(none.tables()).isEqualTo(Audit.Outcome.NOT_JUDGED);
        TraceText t = new TraceText()
                .flushAll(A, 3)
                .tick()
                .map(A, 5, 1, 100)
                .begin()
                .unmap(A, 5, 1)
                .end();
        assertThat(t.of(NIC).outcome(true)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(tally(t.of(NIC), AuditRule.RETURN_PAGE)).isEqualTo("0 0 1");
    }

    /** A flush names the device, and an attach with its probe does; after another attach its domain is not known. */
    @Test
    void whatTellsADomain() {
        String range = "cache_tag_flush_range: dmar0 " + NIC
                + "[0] type iotlb did 3 [0x5000-0x5fff] addr 0x5000 pages 0x1 mask 0x0";
        TraceText t = new TraceText()
                .map(A, 9, 1, 99)
                .sync(A, 9, 1)
                .event(range)
                .pages(3, 9, 0)
                .synced();
        t.map(A, 5, 1, 100).begin().unmap(A, 5, 1).end();
        assertThat(tally(t.of(NIC), AuditRule.RETURN_PAGE)).isEqualTo("0 1 0");
        assertThat(tally(t.of(DISK), AuditRule.RETURN_PAGE)).isEqualTo("0 0 0");
        t.event("attach_device_to_domain: IOMMU: device=%s", NIC);
        t.map(A, 6, 1, 100).begin().unmap(A, 6, 1).end();
        assertThat(tally(t.of(NIC), AuditRule.RETURN_PAGE)).isEqualTo("0 1 1");
        t.event("attach: (__iommu_attach_device+0x0/0x90) dom=0x%x", A);
        t.event("attach_device_to_domain: IOMMU: device=%s", NIC);
        t.map(A, 7, 1, 100).begin().unmap(A, 7, 1).end();
        assertThat(tally(t.of(NIC), AuditRule.RETURN_PAGE)).isEqualTo("0 2 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nic",
                "0000:00:04",
                "0000:00:20.0",
                "0000:00:04.8",
                "000:00:04.0",
                "00:04.0 ",
                "0000:00:04.0,00:05.0"
            })
    void whatIsNoAddressIsRefused(String address) {
        assertThatThrownBy(() -> new DeviceFilter(List.of(address)))
                .hasMessageContaining("is no address of a PCI function; expected for example 0000:00:04.0");
    }

    @Test
    void namesAreTheKernels() {
        assertThat(new DeviceFilter(List.of("AF:1f.7", "10000:00:00.0")).chosen())
                .containsExactlyInAnyOrder("0000:af:1f.7", "10000:00:00.0");
    }

    /** What is under way when events are lost is of the domain that it is at work in, not of whom the last event was. */
    @Test
    void underWayWhenEventsAreLost() {
        TraceText t = both().on(1, 0).map(A, 5, 1, 100).begin().unmap(A, 5, 1);
        t.on(2, 1).map(B, 5, 1, 200).line("CPU:0 [LOST 1 EVENTS]");
        assertThat(tally(t.of(NIC), AuditRule.RETURN_PAGE)).isEqualTo("2 0 1");
        assertThat(tally(t.of(DISK), AuditRule.RETURN_PAGE)).isEqualTo("1 1 0");
    }

    /** Windows are those of the device, those that did not end, too. */
    @Test
    void windowsThatDoNotEnd() {
        TraceText t = both().on(1, 0).begin().map(A, 5, 2, 100).unmap(A, 5, 2).end();
        t.on(2, 1).map(B, 5, 1, 200).begin().unmap(B, 5, 1).end();
        assertThat(t.of(NIC).figures())
                .containsEntry("windowsOpen", 1L)
                .containsEntry("pagesOpen", 2L)
                .containsEntry("windowsOutlivingOpen", 1L);
        assertThat(t.of(DISK).figures()).containsEntry("windowsOpen", 1L).containsEntry("pagesOpen", 1L);
        String before = t.toString();
        assertThat(t.line("CPU:0 [LOST 1 EVENTS]").of(NIC).figures()).containsEntry("windowsCut", 1L);
        TraceText freed = new TraceText().line(before.strip()).later(9_000);
        freed.event("domain_free: (f+0x0/0x1) dom=0x%x", B);
        assertThat(freed.of(NIC).figures()).containsEntry("windowsFreed", 0L).containsEntry("windowsOpen", 1L);
        assertThat(freed.of(DISK).figures()).containsEntry("windowsFreed", 1L).containsEntry("windowsOpen", 0L);
    }
}
