package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TransfersTest.list;
import static dev.moat.audit.TransfersTest.says;
import static dev.moat.audit.TransfersTest.tally;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of buffers, as {@code dma_map_sg}, {@code dma_sync_sg_for_*} and {@code dma_unmap_sg} print them. */
class ListTransfersTest {
    private static final String NIC = "0000:00:04.0";

    private static TraceText taken(TraceText t, String buffers) {
        return t.event("dma_unmap_sg: %s dir=TO_DEVICE phys_addrs=%s attrs=", NIC, buffers);
    }

    private static TraceText synced(TraceText t, String addresses, String sizes) {
        return t.event("dma_sync_sg_for_device: %s dir=TO_DEVICE dma_addrs=%s sizes=%s", NIC, addresses, sizes);
    }

    static TraceText page(TraceText t, long address, long phys) {
        return t.event("dma_map_page: %s dir=TO_DEVICE dma_addr=%x size=4096 phys_addr=%x attrs=", NIC, address, phys);
    }

    private static String why(TraceText t, AuditRule rule) {
        return t.audit().tallies().stream()
                .filter(tally -> tally.rule() == rule)
                .flatMap(tally -> tally.unjudged().keySet().stream())
                .reduce((first, last) -> last)
                .orElse("");
    }

    /** Page 5 leads to frame 0x64 and page 6 to frame 0x70; what a trace shows first is spoken of before. */
    private static TraceText mapped() {
        TraceText t = page(new TraceText(), 0x900000, 0x900000);
        return t.mapPoint(5, 1, 0x64).mapPoint(6, 1, 0x70);
    }

    /** What was joined with the address before has no bytes of its own. */
    @Test
    void syncsOfLists() {
        TraceText t = list(mapped(), "{0x5000,0x6010}", "{0x1000,0x10}", "{0x64000,0x70010}");
        assertThat(tally(synced(t, "{0x5000,0x6010,0x0}", "{0x1000,0x10,0x0}"), AuditRule.SYNC))
                .isEqualTo("2 0 0");
        assertThat(tally(synced(t, "{0x5ff0,0x8000}", "{0x10,0x10}"), AuditRule.SYNC))
                .isEqualTo("3 0 1");
        synced(taken(t, "{0x64000,0x70010}"), "{0x5000,0x6010}", "{0x1000,0x10}");
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("3 2 1");
        assertThat(says(t, AuditRule.SYNC))
                .isEqualTo("line 8 syncs 4096 bytes at 0x5000 of 0000:00:04.0, unmapped or freed at line 7");
        t.event("dma_sync_sg_for_cpu: %s dir=TO_DEVICE dma_addrs={0x5000} sizes={0x1000}", NIC);
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("3 3 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Fewer addresses than buffers: each begins at one of those that are left.
                "{0x5000} | {0x1000} | {0x64000,0x64000} | 1 0 1 | ''",
                "{0x6000} | {0x1000} | {0x64000,0x70000} | 1 0 1 | ''",
                "{0x5000} | {0x1000} | {0x71000,0x72000} | 0 1 1 | it leads to none of the buffers of the list that are left",
                "{0x6000,0x5000} | {0x1000,0x1000} | {0x64000,0x70000,0x80000} | 0 1 1 | it leads to none of the buffers",
                // A part of a page may have bounced.
                "{0x5010} | {0x10} | {0x71010,0x72010} | 0 0 2 | a list that is not shown whole, or may have bounced",
                // More addresses than buffers, which no kernel prints.
                "{0x5000,0x6000,0x9000} | {0x1000,0x1000,0x1000} | {0x64000,0x70000} | 0 0 2 | a part of a list was not mapped by the task",
                // Another place in its page.
                "{0x5010} | {0x10} | {0x64020,0x70000} | 0 1 1 | 0x5010 is at another place in its page than the buffer at 0x64020",
                "{0x5000} | {0x0} | {0x64000} | 0 0 1 | ''",
            })
    void joinedBuffers(String addresses, String sizes, String buffers, String counts, String says) {
        TraceText t = list(mapped(), addresses, sizes, buffers);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo(counts);
        if (!says.isEmpty()) {
            assertThat(says(t, AuditRule.LEADS) + why(t, AuditRule.LEADS)).contains(says);
        }
    }

    /** What is not shown may be where the address leads to. */
    @Test
    void aListThatIsCut() {
        TraceText t = mapped().event(
                        "dma_map_sg: %s dir=TO_DEVICE nents=128/200 ents=1/1 [TRUNCATED] dma_addrs={0x5000} sizes={0x1000} phys_addrs={0x71000} attrs=",
                        NIC);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("0 0 2");
        assertThat(why(t, AuditRule.LEADS)).isEqualTo("a list that is not shown whole, or may have bounced");
    }

    /** The list has spoken of its pages: who prints an address of them again has mapped nothing there. */
    @Test
    void whatAListHasSpokenOf() {
        TraceText t = list(mapped(), "{0x5000,0x6000}", "{0x1000,0x1000}", "{0x64000,0x70000}");
        assertThat(tally(page(t, 0x6000, 0x70000), AuditRule.LEADS)).isEqualTo("1 1 1");
        assertThat(says(t, AuditRule.LEADS))
                .contains("nothing was mapped there, and the device has been translated before");
    }

    /** The device's domain is the one in which its list was mapped: what is mapped in another one is not its own. */
    @Test
    void whereAListWasMapped() {
        TraceText own =
                list(page(new TraceText(), 0x900000, 0x900000).map(A, 5, 1, 0x64), "{0x5000}", "{0x1000}", "{0x64000}");
        taken(own, "{0x64000}");
        assertThat(tally(synced(own.map(B, 5, 1, 0x70), "{0x5000}", "{0x10}"), AuditRule.SYNC))
                .isEqualTo("0 1 0");
        assertThat(tally(synced(own.map(A, 5, 1, 0x70), "{0x5000}", "{0x10}"), AuditRule.SYNC))
                .isEqualTo("0 1 1");
    }

    /** By a list, too, it is told whose a domain is. */
    @Test
    void whoseADomainIs() {
        TraceText t =
                list(new TraceText().flushAll(A, 3).tick().map(A, 5, 1, 0x64), "{0x5000}", "{0x1000}", "{0x64000}");
        t.begin().unmap(A, 5, 1).end();
        assertThat(t.of(NIC).tallies())
                .filteredOn(tally -> tally.rule() == AuditRule.RETURN_PAGE)
                .allMatch(tally -> tally.violated() == 1);
        assertThat(t.of("0000:00:05.0").tallies())
                .filteredOn(tally -> tally.rule() == AuditRule.RETURN_PAGE)
                .allMatch(tally -> tally.violated() == 0);
    }

    /** Events that are lost may have mapped or unmapped anything. */
    @Test
    void nothingIsKnownBehindLostEvents() {
        TraceText t = list(mapped(), "{0x5000}", "{0x1000}", "{0x64000}");
        taken(
                page(t, 0x8000, 0x90000)
                        .event("dma_unmap_page: %s dir=TO_DEVICE dma_addr=8000 size=4096 attrs=", NIC)
                        .line("CPU:0 [LOST 1 EVENTS]"),
                "{0x64000}");
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("1 0 1");
        assertThat(tally(synced(t, "{0x8000,0x5000}", "{0x10,0x10}"), AuditRule.SYNC))
                .isEqualTo("0 0 2");
    }

    /** No device has bytes beyond the end of all addresses. */
    @ParameterizedTest
    @CsvSource({"fffffffffffff000, 8192", "7ffffffffffff000, 8192", "5000, 0", "5000, 9223372036854775807"})
    void bytesThatAreNone(String address, long size) {
        TraceText t = mapped().event(
                        "dma_map_page: %s dir=TO_DEVICE dma_addr=%s size=%d phys_addr=64000 attrs=",
                        NIC, address, size);
        t.event("dma_sync_single_for_cpu: %s dir=TO_DEVICE dma_addr=10 size=16", NIC);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("0 0 1");
        list(t, "{0x" + address + "}", "{0x" + Long.toHexString(size) + "}", "{0x64000}");
        t.event("dma_sync_single_for_cpu: %s dir=TO_DEVICE dma_addr=10 size=16", NIC);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("0 0 1");
        page(t, 0x5000, 0x64000)
                .event("dma_sync_single_for_cpu: %s dir=TO_DEVICE dma_addr=5000 size=9223372036854775807", NIC);
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("0 0 3");
    }

    /** Without translation a page may be mapped several times at once; that the trace shows each of these nobody knows. */
    @Test
    void memoryMappedBeforeTheTraceAndAgain() {
        TraceText t = page(new TraceText(), 0x5000, 0x5000);
        String unmap = "dma_unmap_page: " + NIC + " dir=TO_DEVICE dma_addr=5000 size=4096 attrs=";
        t.event(unmap).event("dma_sync_single_for_cpu: %s dir=TO_DEVICE dma_addr=5000 size=16", NIC);
        assertThat(tally(t, AuditRule.SYNC)).isEqualTo("0 0 1");
        assertThat(tally(t.event(unmap), AuditRule.ONCE)).isEqualTo("1 0 1");
        taken(list(t, "{0x8000}", "{0x1000}", "{0x8000}"), "{0x8000}");
        assertThat(tally(synced(t, "{0x8000}", "{0x10}"), AuditRule.SYNC)).isEqualTo("0 0 2");
    }

    /** Which of two lists of the same buffers an unmap means nothing tells; when both are unmapped the next one is judged again. */
    @Test
    void aListThatIsMappedTwiceAtOnce() {
        TraceText t = list(mapped(), "{0x5000}", "{0x1000}", "{0x64000}");
        taken(list(t.mapPoint(7, 1, 0x64), "{0x7000}", "{0x1000}", "{0x64000}"), "{0x64000}");
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("0 0 1");
        assertThat(tally(synced(t, "{0x5000,0x7000}", "{0x10,0x10}"), AuditRule.SYNC))
                .isEqualTo("0 0 2"); // one of them is unmapped
        assertThat(tally(taken(t, "{0x64000}"), AuditRule.ONCE)).isEqualTo("0 0 2");
        taken(list(t.mapPoint(5, 1, 0x64), "{0x5000}", "{0x1000}", "{0x64000}"), "{0x64000}");
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("1 0 2");
        assertThat(tally(synced(t, "{0x5000}", "{0x10}"), AuditRule.SYNC)).isEqualTo("0 1 2");
        assertThat(tally(taken(t, "{0x64000}"), AuditRule.ONCE)).isEqualTo("1 0 3");
    }

    /** A third one, while it is not known which of two is left. */
    @Test
    void mappedAgainBeforeBothAreUnmapped() {
        TraceText t = list(mapped(), "{0x5000}", "{0x1000}", "{0x64000}");
        taken(list(t.mapPoint(7, 1, 0x64), "{0x7000}", "{0x1000}", "{0x64000}"), "{0x64000}");
        taken(list(t.mapPoint(8, 1, 0x64), "{0x8000}", "{0x1000}", "{0x64000}"), "{0x64000}");
        assertThat(tally(synced(t, "{0x8000}", "{0x10}"), AuditRule.SYNC)).isEqualTo("0 0 1");
        taken(list(taken(t, "{0x64000}").mapPoint(9, 1, 0x64), "{0x9000}", "{0x1000}", "{0x64000}"), "{0x64000}");
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("1 0 3");
    }

    /** Without translation both have the same addresses: it is all the same which is meant. */
    @Test
    void mappedTwiceAtTheSameAddresses() {
        TraceText t = mapped();
        for (int n = 0; n < 2; n++) {
            list(t, "{0x64000}", "{0x1000}", "{0x64000}");
        }
        assertThat(tally(synced(taken(t, "{0x64000}"), "{0x64000}", "{0x10}"), AuditRule.SYNC))
                .isEqualTo("1 0 0");
        assertThat(tally(synced(taken(t, "{0x64000}"), "{0x64000}", "{0x10}"), AuditRule.SYNC))
                .isEqualTo("1 0 1");
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("2 0 0");
    }

    private static final String BYTES = "device=0000:00:04.0 full_nents=2 full_ents=2 truncated=%d"
            + " phys_addrs=ARRAY[00, 40, 06, 00, 00, 00, 00, 00, 10, 00, 07, 00, 00, 00, 00, 00]"
            + " dma_addrs=ARRAY[00, 50, 00, 00, 00, 00, 00, 00, 10, 60, 00, 00, 00, 00, 00, 00]"
            + " lengths=ARRAY[00, 10, 00, 00, 10, 00, 00, 00] dir=1 attrs=0x0";

    /** Formats that libtraceevent cannot take apart (up to 1.9.0 that of dma_map_sg) trace-cmd and perf print as bytes. */
    @Test
    void listsAsBytes() {
        TraceText t = mapped().event("dma_map_sg:  [FAILED TO PARSE] " + BYTES, 0);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("1 0 1");
        String addresses =
                "device=0000:00:04.0 dma_addrs=ARRAY[00, 50, 00, 00, 00, 00, 00, 00, ff, ff, ff, ff, ff, ff, ff, ff]"
                        + " lengths=ARRAY[00, 10, 00, 00, 00, 00, 00, 00] dir=1";
        assertThat(tally(t.event("dma_sync_sg_for_cpu: [FAILED TO PARSE] " + addresses), AuditRule.SYNC))
                .isEqualTo("1 0 0");
        t.event("dma_unmap_sg: [FAILED TO PARSE] device=0000:00:04.0 addrs=ARRAY[00, 40, 06, 00, 00, 00, 00, 00,"
                + " 10, 00, 07, 00, 00, 00, 00, 00] dir=2 attrs=0x0");
        assertThat(tally(t, AuditRule.ONCE)).isEqualTo("2 0 0");
        assertThat(tally(t, AuditRule.AS_MAPPED)).isEqualTo("0 2 0");
        assertThat(t.audit().warnings()).isEmpty();
        TraceText elsewhere =
                mapped().event("dma_map_sg: [FAILED TO PARSE] " + BYTES.replace("00, 40, 06", "00, 40, 09"), 0);
        assertThat(says(elsewhere, AuditRule.LEADS)).contains("leads to 0x64000");
    }

    /** Beside lists an allocation may be printed so: its address as a decimal number. */
    @Test
    void allocationsAsFields() {
        String fields =
                "[FAILED TO PARSE] device=%s virt_addr=0xff11000003b2e000 dma_addr=20480 size=4096 flags=0xcc0 dir=0 attrs=0x0";
        TraceText t = mapped().event("dma_alloc: " + fields, NIC).event("dma_free: " + fields, NIC);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("1 0 1");
        assertThat(tally(t, AuditRule.AS_MAPPED)).isEqualTo("1 0 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00, 50, 00, 00, 00, 00, 00, 00 dir=1",
                "00, 50]",
                "00, 5]",
                "00, 00, 00, 00, 00, 00, 00, 50]",
                "device",
                "0g]",
            })
    void bytesThatAreNoList(String bytes) {
        TraceText t = mapped().event("dma_map_sg: [FAILED TO PARSE] " + BYTES.replaceFirst("00, 50.*?]", bytes), 0);
        assertThat(tally(t, AuditRule.LEADS)).isEqualTo("0 0 1");
        assertThat(t.audit().warnings()).hasSize(1);
        t = mapped().event("dma_map_sg: [FAILED TO PARSE] " + BYTES.replace(" dir=1", ""), 0);
        assertThat(t.audit().warnings()).hasSize(1);
    }

    /** Tables of five levels translate 57 bits (forcedac=1, or no room below 4 GiB); memory ends below 52. */
    @Test
    void addressesOfFiveLevels() {
        String high = BYTES.replace("00, 50, 00, 00, 00, 00, 00, 00", "00, 50, ff, ff, ff, ff, ff, 01");
        assertThat(mapped().event("dma_map_sg: [FAILED TO PARSE] " + high, 0)
                        .audit()
                        .warnings())
                .isEmpty();
        String otherOrder = BYTES.replace("00, 40, 06, 00, 00, 00, 00, 00", "00, 00, 00, 00, 00, 06, 40, 00");
        assertThat(mapped().event("dma_map_sg: [FAILED TO PARSE] " + otherOrder, 0)
                        .audit()
                        .warnings())
                .hasSize(1);
    }
}
