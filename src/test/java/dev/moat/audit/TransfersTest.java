package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the events of the system dma allow to judge: addresses against buffers, syncs, double frees, direct mappings. */
class TransfersTest {
    private static final String NIC = "0000:00:04.0";

    private static TraceText given(TraceText t, String direction, long address, long size, long phys) {
        return t.event(
                "dma_map_page: %s dir=%s dma_addr=%x size=%d phys_addr=%x attrs=", NIC, direction, address, size, phys);
    }

    private static TraceText taken(TraceText t, long address, long size) {
        return t.event("dma_unmap_page: %s dir=TO_DEVICE dma_addr=%x size=%d attrs=", NIC, address, size);
    }

    private static TraceText sync(TraceText t, long address, long size) {
        return t.event("dma_sync_single_for_cpu: %s dir=FROM_DEVICE dma_addr=%x size=%d", NIC, address, size);
    }

    /** The DMA layer maps a page, with rights as IOMMU_READ and IOMMU_WRITE. */
    private static TraceText mapped(TraceText t, long page, long pages, long frame, int prot) {
        t.event(
                "iommu_map: (__iommu_map+0x0/0x2a0) dom=0x%x iova=0x%x paddr=0x%x size=0x%x prot=0x%x",
                A, page << 12, frame << 12, pages << 12, prot);
        return t.mapPoint(page, pages, frame);
    }

    /** The first map of a trace shows that there are such events; what it was given cannot be looked up. */
    private static TraceText begun() {
        return taken(given(new TraceText(), "TO_DEVICE", 0x900000, 4096, 0x900000), 0x900000, 4096);
    }

    static String tally(TraceText t, AuditRule rule) {
        return t.audit().tallies().stream()
                .filter(tally -> tally.rule() == rule)
                .map(tally -> tally.clean() + " " + tally.violated() + " " + tally.unjudgedCount())
                .findFirst()
                .orElse("none");
    }

    static String says(TraceText t, AuditRule rule) {
        return t.audit().tallies().stream()
                .filter(tally -> tally.rule() == rule)
                .map(RuleTally::examples)
                .flatMap(List::stream)
                .map(v -> v.says())
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        // direction, address, size, phys, rights mapped (page 5, two pages, frame 0x64): clean, violated, unjudged;
        // words
        "TO_DEVICE, 5000, 8192, 64000, 5, 1 0 1, ''",
        "TO_DEVICE, 5010, 16, 64010, 5, 1 0 1, ''",
        "TO_DEVICE, 6ff0, 16, 65ff0, 5, 1 0 1, ''",
        "TO_DEVICE, 5000, 4096, 65000, 5, 0 1 1, '0x5000 leads to 0x64000 (mapped at line 4), its buffer is at 0x65000'",
        "TO_DEVICE, 5010, 16, 65010, 5, 0 0 2, ''",
        "TO_DEVICE, 5010, 16, 64020, 5, 0 1 1, 0x5010 is at another place in its page than the buffer at 0x64020",
        "TO_DEVICE, 5000, 12288, 64000, 5, 0 1 1, 0x7000 of it was not mapped",
        "FROM_DEVICE, 5000, 4096, 64000, 5, 0 1 1, without the right to write",
        "BIDIRECTIONAL, 5000, 4096, 64000, 6, 0 1 1, without the right to read",
        "FROM_DEVICE, 5000, 4096, 64000, 6, 1 0 1, ''",
        "TO_DEVICE, 8000, 4096, 64000, 5, 0 0 2, ''",
        "TO_DEVICE, 5000, 4096, 64000, 7, 1 0 1, ''",
    })
    void addressesLeadToBuffers(
            String direction, String at, long size, String phys, int prot, String counts, String says) {
        TraceText t = mapped(begun(), 5, 2, 0x64, prot);
        given(t, direction, Long.parseLong(at, 16), size, Long.parseLong(phys, 16));
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo(counts);
        assertThat(says(t, AuditRule.LEADS)).contains(says);
        if (counts.equals("1 0 1")) {
            boolean more = prot == 7;
            assertThat(tally(t, AuditRule.RIGHTS)).isEqualTo(more ? "0 1 0" : "1 0 0");
        }
    }

    /** Without the probe the address is judged, and the direction said not to be. */
    @Test
    void withoutProbesOnlyTheAddress() {
        TraceText t = given(begun().mapPoint(5, 1, 0x64), "TO_DEVICE", 0x5000, 4096, 0x64000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("1 0 1");
        assertThat(tally(t, AuditRule.RIGHTS)).isEqualTo("0 0 1");
        assertThat(t.audit().tables()).isEqualTo(Audit.Outcome.HELD);
    }

    /** A device that was translated is given an address that nobody has mapped. */
    @Test
    void anAddressThatWasNeverMapped() {
        TraceText t = given(mapped(begun(), 5, 1, 0x64, 5), "TO_DEVICE", 0x5000, 4096, 0x64000);
        given(t, "TO_DEVICE", 0x8000, 4096, 0x64000);
        assertThat(says(t, AuditRule.LEADS))
                .contains("nothing was mapped there, and the device has been translated before");
        TraceText lost = given(mapped(begun(), 5, 1, 0x64, 5), "TO_DEVICE", 0x5000, 4096, 0x64000);
        given(lost.line("CPU:0 [LOST 1 EVENTS]"), "TO_DEVICE", 0x8000, 4096, 0x64000);
        assertThat(tally(lost, AuditRule.LEADS)).isEqualTo("1 0 2");
    }

    /** Recorded by Linux 6.12: the first that prints is not the first that has mapped. All three addresses lead to their buffers. */
    @Test
    void theFirstEventSpeaksOfAnEarlierMap() {
        TraceText t = mapped(new TraceText().on(211, 0), 0xfff9a, 1, 0x2fcb, 5);
        given(mapped(t.on(213, 1), 0xfff99, 1, 0x2f88, 5), "TO_DEVICE", 0xfff99000L, 4096, 0x2f88000);
        given(mapped(t.on(215, 2), 0xfff98, 1, 0x2d12, 5), "TO_DEVICE", 0xfff98000L, 4096, 0x2d12000);
        given(t.on(211, 0), "TO_DEVICE", 0xfff9a000L, 4096, 0x2fcb000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("3 0 0");
    }

    /** The recording begins behind the map of one task, and after the mappings of thousands that no event speaks of. */
    @ParameterizedTest
    @ValueSource(ints = {0, 5000})
    void theTracesFirstCallOfATask(int before) {
        TraceText t = new TraceText().on(9, 0);
        for (int n = 0; n < before; n++) {
            t.mapPoint(0x100 + n % 8, 1, n);
        }
        given(mapped(t.on(213, 1), 0xfff99, 1, 0x2f88, 5), "TO_DEVICE", 0xfff99000L, 4096, 0x2f88000);
        given(mapped(t, 0xfff98, 1, 0x2d12, 5), "TO_DEVICE", 0xfff98000L, 4096, 0x2d12000);
        given(t.on(211, 0), "TO_DEVICE", 0xfff9a000L, 4096, 0x2fcb000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo(before == 0 ? "2 0 1" : "1 0 2");
        given(t, "TO_DEVICE", 0xfff9b000L, 4096, 0x2fcc000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo(before == 0 ? "2 1 1" : "1 1 2");
        given(t.on(9, 0), "TO_DEVICE", 0x100000, 4096, 0x5000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo(before == 0 ? "2 1 2" : "1 1 3");
    }

    /** A new domain may translate nothing, and memory of a pool of the device's own is mapped nowhere. */
    @Test
    void translatedNoMore() {
        TraceText t = given(mapped(begun(), 5, 1, 0x64, 5), "TO_DEVICE", 0x5000, 4096, 0x64000);
        t.event("dma_alloc: %s dir=BIDIRECTIONAL dma_addr=80001000 size=4096 virt_addr=00000000deadbeef attrs=", NIC);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("1 0 2");
        given(t.event("attach_device_to_domain: IOMMU: device=%s", NIC), "TO_DEVICE", 0x8000, 4096, 0x64000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("1 0 3");
        given(mapped(t, 9, 1, 0x64, 5), "TO_DEVICE", 0x9000, 4096, 0x64000);
        assertThat(tally(given(t, "TO_DEVICE", 0xa000, 4096, 0x64000), AuditRule.LEADS))
                .isEqualTo("2 1 3");
    }

    /** Two tasks map the same address in domains that nothing tells apart: each has its own. */
    @Test
    void eachTaskSpeaksOfItsOwnMaps() {
        TraceText t = begun().on(1, 0).mapPoint(5, 1, 0x64).on(2, 1).mapPoint(5, 1, 0x65);
        given(t.on(1, 0), "TO_DEVICE", 0x5000, 4096, 0x64000);
        given(t.on(2, 1), "TO_DEVICE", 0x5000, 4096, 0x65000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("2 0 1");
        // Of two maps of one task, the later one holds.
        given(t.mapPoint(7, 1, 0x64).mapPoint(7, 1, 0x66), "TO_DEVICE", 0x7000, 4096, 0x66000);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("3 0 1");
    }

    /** AMD's units: no event tells of an invalidation, so no promise is judged; what drivers ask and are given is. */
    @Test
    void withoutInvalidationsWhatCanStillBeJudged() throws IOException {
        Audit audit = TraceText.audit(
                "amd", Files.readString(Path.of("src/test/resources/traces/linux-6.12-amd-forms.trace")));
        assertThat(audit.outcome(true)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(audit.outcome(false)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(audit.tables()).isEqualTo(Audit.Outcome.HELD);
        assertThat(audit.tallies().stream().filter(t -> t.judged() > 0).map(t -> t.rule() + " " + t.clean()))
                .containsExactly(
                        "OVERLAP 2", "EXACT 1", "RIGHTS 1", "LEADS 3", "SYNC 1", "ONCE 3", "AS_MAPPED 3", "DIRECT 1");
        assertThat(audit.skipped())
                .extracting(s -> s.rule() + ": " + s.reason())
                .contains(
                        "IOVA_REUSE: the trace holds no invalidation", "RETURN_PAGE: the trace holds no invalidation");
        assertThat(String.join("\n", AuditText.of(audit)))
                .contains(
                        "of AMD-Vi and virtio-iommu Linux has no event for invalidations, so these rules stay unjudged");
    }

    /** What bounced is elsewhere; a whole page that did not bounce is misplaced. */
    @Test
    void bouncedBuffers() {
        String bounce = "swiotlb_bounced: dev_name: " + NIC + " dma_mask=ffffffff dev_addr=65010 size=16 FORCE";
        TraceText t = begun().event(bounce).mapPoint(5, 1, 0x64);
        given(t, "TO_DEVICE", 0x5010, 16, 0x65010);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("1 0 1");
        given(t.mapPoint(6, 1, 0x64), "TO_DEVICE", 0x6010, 16, 0x65010);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("1 1 1");
    }

    static TraceText list(TraceText t, String addresses, String sizes, String buffers) {
        return t.event(
                "dma_map_sg: %s dir=TO_DEVICE nents=2/2 ents=2/2 dma_addrs=%s sizes=%s phys_addrs=%s attrs=",
                NIC, addresses, sizes, buffers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{0x5000,0x6010} | {0x1000,0x10} | {0x64000,0x70010} | 1 0 1",
                "20480 24592 | 4096 16 | 409600 458768 | 1 0 1",
                "{0x5000,0x6010} | {0x1000,0x10} | {0x70010,0x64000} | 0 1 1",
                "{0x5000} | {0x2000} | {0x64000,0x70000} | 1 0 1",
                "{0x5000} | {0x3000} | {0x64000,0x70000} | 0 1 1",
                "{0x9000} | {0x1000} | {0x64000} | 0 0 2",
            })
    void listsLeadToTheirBuffers(String addresses, String sizes, String buffers, String counts) {
        TraceText t = mapped(mapped(begun(), 5, 1, 0x64, 5), 6, 1, 0x70, 5);
        assertThat(tally(list(t, addresses, sizes, buffers), AuditRule.LEADS)).isEqualTo(counts);
    }

    @Test
    void syncsOfWhatIsGone() {
        TraceText t = given(begun(), "FROM_DEVICE", 0x5010, 64, 0x64010);
        sync(sync(t, 0x5010, 64), 0x5020, 16);
        sync(taken(t, 0x5010, 64), 0x5020, 16);
        sync(t, 0x7000, 16);
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("2 1 1");
        assertThat(says(t, AuditRule.SYNC))
                .isEqualTo("line 7 syncs 16 bytes at 0x5020 of 0000:00:04.0, unmapped or freed at line 6");
        sync(given(t, "FROM_DEVICE", 0x5000, 4096, 0x64010), 0x5020, 16);
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("3 1 1");
    }

    /** A list whose text is missing or cannot be read has mapped the address again: only the map itself shows it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dma_map_sg: [LINE TOO BIG]",
                "dma_map_sg: [FAILED TO PARSE] device=0000:00:04.0 full_nents=1 dma_addrs=ARRAY[00, 50, 00, 00]",
                ""
            })
    void mappedAgainByAnEventThatCannotBeRead(String event) {
        TraceText t = mapped(begun(), 5, 1, 0x64, 7);
        taken(given(t, "TO_DEVICE", 0x5000, 4096, 0x64000), 0x5000, 4096);
        mapped(t, 5, 1, 0x70, 7);
        sync(event.isEmpty() ? t.line("[LINE TOO BIG]") : t.event(event), 0x5000, 64);
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("0 0 1");
        assertThat(tally(taken(t, 0x5000, 4096), AuditRule.ONCE)).isEqualTo("2 0 1");
    }

    /** Nothing but the list shows that the address is in use again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[LINE TOO BIG]",
                "[FAILED TO PARSE] device=0000:00:04.0 dma_addrs=ARRAY[00]",
                "shown in part",
                ""
            })
    void aListThatIsNotShown(String text) {
        TraceText t = taken(given(begun(), "TO_DEVICE", 0x5000, 4096, 0x64000), 0x5000, 4096);
        if (text.isEmpty()) {
            t.line("[LINE TOO BIG]");
        } else if (text.startsWith("[")) {
            t.event("dma_map_sg: " + text);
        } else {
            t.event(
                    "dma_map_sg: %s dir=TO_DEVICE nents=2/2 ents=2/2 dma_addrs={0x8000} sizes={0x1000} phys_addrs={0x8000}"
                            + " [TRUNCATED] attrs=",
                    NIC);
        }
        assertThat(tally(sync(t, 0x5000, 64), AuditRule.SYNC)).isEqualTo("0 0 1");
        assertThat(t.audit().warnings())
                .hasSize(text.startsWith("s") ? 0 : 1)
                .allMatch(w -> w.startsWith("1 event was not printed, only \"[FAILED TO PARSE]\" or"));
    }

    /** What is mapped at the same address for another device says nothing of this one. */
    @Test
    void mappedForAnotherDomain() {
        TraceText t = mapped(begun(), 5, 1, 0x64, 7);
        taken(given(t, "TO_DEVICE", 0x5000, 4096, 0x64000), 0x5000, 4096);
        sync(t.map(B, 5, 1, 0x70), 0x5000, 64);
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("0 1 0");
    }

    @Test
    void unmappedOrFreedTwice() {
        TraceText t = taken(taken(given(begun(), "TO_DEVICE", 0x5000, 64, 0x64000), 0x5000, 64), 0x5000, 64);
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("2 1 0");
        assertThat(says(t, AuditRule.ONCE))
                .isEqualTo("line 5 takes 0x5000 from 0000:00:04.0, which line 4 has taken already");
        String buffer = NIC + " dma_addr=8000 size=8192 virt_addr=ffff888100000000 ";
        t = begun().event("dma_alloc: " + buffer + "flags=GFP_KERNEL attrs=");
        t.event("dma_free: " + buffer + "attrs=").event("dma_free: " + buffer + "attrs=");
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("2 1 0");
        assertThat(t.audit().events()).containsEntry("dma:dma_free", 2L);
        taken(t, 0xa000, 1);
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("2 1 1");
    }

    /** CPU 1 maps the address before CPU 0 has printed that it unmapped it. */
    @Test
    void printedLate() {
        TraceText t = given(begun(), "TO_DEVICE", 0x5000, 64, 0x64000);
        given(t.on(2, 1), "TO_DEVICE", 0x5000, 64, 0x64000);
        taken(t.on(1, 0), 0x5000, 64);
        taken(t.on(2, 1), 0x5000, 64);
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("3 0 0");
    }

    @Test
    void failuresAreNoBuffers() {
        TraceText t = given(begun(), "TO_DEVICE", -1, 64, 0x64000);
        t.event("dma_alloc: %s dma_addr=0 size=64 virt_addr=0000000000000000 flags=GFP_KERNEL attrs=", NIC);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("0 0 1");
        t.event("dma_free: %s dma_addr=0 size=64 virt_addr=0000000000000000 attrs=", NIC);
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("1 0 0");
    }

    @Test
    void listsAreTakenByTheirBuffers() {
        TraceText t = list(begun(), "{0x5000,0x6010}", "{0x1000,0x10}", "{0x64000,0x70010}");
        String unmap = "dma_unmap_sg: " + NIC + " dir=TO_DEVICE phys_addrs={0x64000,0x70010} attrs=";
        sync(t.event(unmap), 0x6010, 16);
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("3 0 0");
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("0 1 0");
        assertThat(tally(t.event(unmap), AuditRule.ONCE)).isEqualTo("3 0 1");
        list(
                list(t, "{0x5000,0x6010}", "{0x1000,0x10}", "{0x64000,0x70010}"),
                "{0x8000,0x9010}",
                "{0x1000,0x10}",
                "{0x64000,0x70010}");
        assertThat(tally(t.event(unmap), AuditRule.ONCE)).isEqualTo("3 0 2");
    }

    static TraceText attach(TraceText t, long domain) {
        if (domain != 0) {
            t.event("attach: (__iommu_attach_device+0x0/0x90) dom=0x%x", domain);
        }
        return t.event("attach_device_to_domain: IOMMU: device=%s", NIC);
    }

    @ParameterizedTest
    @CsvSource({"true, 1 0 0, 1 1 0, 2 0 0", "false, 1 0 0, 1 1 0, 1 0 1"})
    void directMappingsComeBeforeTheAttach(boolean probe, String before, String after, String next) {
        long a = probe ? A : 0;
        TraceText t = attach(mapped(new TraceText(), 0x70, 4, 0x70, 7), a);
        assertThat(tally(t, AuditRule.DIRECT)).isEqualTo(before);
        TraceText late = mapped(attach(mapped(new TraceText(), 0x70, 4, 0x70, 7), a), 0x80, 1, 0x80, 7);
        assertThat(tally(late, AuditRule.DIRECT)).isEqualTo(after);
        assertThat(says(late, AuditRule.DIRECT)).contains("maps directly for domain 0xff0000000000a000 (1 such maps)");
        assertThat(tally(attach(late, a), AuditRule.DIRECT)).isEqualTo(next);
        if (probe) {
            late = mapped(attach(mapped(new TraceText(), 0x70, 4, 0x70, 7), a), 0x80, 1, 0x80, 7);
            assertThat(tally(attach(late, B), AuditRule.DIRECT)).isEqualTo(after);
            assertThat(tally(attach(mapped(new TraceText(), 0x80, 1, 0x81, 7), a), AuditRule.DIRECT))
                    .isEqualTo("0 0 0");
        }
    }

    /** A name that is longer than any is counted at what it would be judged by. */
    @Test
    void namesThatAreTooLong() {
        String name = "x".repeat(65);
        TraceText t =
                new TraceText().event("dma_map_page: %s dir=TO_DEVICE dma_addr=5000 size=64 phys_addr=5000", name);
        t.event("dma_sync_single_for_cpu: %s dir=TO_DEVICE dma_addr=5000 size=64", name);
        t.event("dma_unmap_page: %s dir=TO_DEVICE dma_addr=5000 size=64", name);
        for (AuditRule rule : List.of(AuditRule.LEADS, AuditRule.SYNC, AuditRule.ONCE)) {
            assertThat(tally(t, rule)).isEqualTo("0 0 1");
        }
    }

    /** The DMA layer has chosen an address that its page happens to have. */
    @Test
    void noDirectMapping() {
        TraceText t =
                attach(new TraceText(), A).event("dma_map_page: (iommu_dma_map_page+0x4/0x90) size=0x1000 dir=0x1");
        mapped(t, 0x80, 1, 0x80, 5).event("dma_map_page_ret: (x+0x0/0x9 <- iommu_dma_map_page) iova=0x80000");
        assertThat(tally(t, AuditRule.DIRECT)).isEqualTo("0 0 0");
    }

    /** Rows of what no trace shows are no rows; a gate is not failed by what drivers do right. */
    @Test
    void rowsAndOutcomes() {
        assertThat(tally(new TraceText().map(A, 5, 1, 1), AuditRule.LEADS)).isEqualTo("none");
        assertThat(tally(new TraceText().map(A, 5, 1, 1), AuditRule.DIRECT)).isEqualTo("none");
        TraceText t = taken(taken(given(begun(), "TO_DEVICE", 0x5000, 64, 0x64000), 0x5000, 64), 0x5000, 64);
        assertThat(t.audit().tables()).isEqualTo(Audit.Outcome.VIOLATED);
    }
}
