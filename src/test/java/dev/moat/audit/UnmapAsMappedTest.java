package dev.moat.audit;

import static dev.moat.audit.TransfersTest.list;
import static dev.moat.audit.TransfersTest.says;
import static dev.moat.audit.TransfersTest.tally;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A buffer is unmapped as it was mapped: the kernel's own checks, dma-debug, ask for the same size and direction. */
class UnmapAsMappedTest {
    private static final String NIC = "0000:00:04.0";

    private static TraceText map(TraceText t, String way, long address, long size, long phys) {
        return t.event(
                "dma_map_phys: %s dir=%s dma_addr=%x size=%d phys_addr=%x attrs=", NIC, way, address, size, phys);
    }

    private static TraceText unmap(TraceText t, String way, long address, long size) {
        return t.event("dma_unmap_phys: %s dir=%s dma_addr=%x size=%d attrs=", NIC, way, address, size);
    }

    private static TraceText mapped() {
        return map(new TraceText().mapPoint(5, 1, 0x64), "TO_DEVICE", 0x5000, 1500, 0x64000);
    }

    @Test
    void sizeAndDirection() {
        assertThat(tally(unmap(mapped(), "TO_DEVICE", 0x5000, 1500), AuditRule.AS_MAPPED))
                .isEqualTo("1 0 0");
        TraceText longer = unmap(mapped(), "TO_DEVICE", 0x5000, 1600);
        assertThat(tally(longer, AuditRule.AS_MAPPED)).isEqualTo("0 1 0");
        assertThat(says(longer, AuditRule.AS_MAPPED))
                .isEqualTo(
                        "line 3 takes 0x5000 from 0000:00:04.0 with 1600 bytes, which was given with 1500 at line 2");
        TraceText other = unmap(mapped(), "FROM_DEVICE", 0x5000, 1500);
        assertThat(says(other, AuditRule.AS_MAPPED))
                .isEqualTo(
                        "line 3 takes 0x5000 from 0000:00:04.0 as FROM_DEVICE, which was given as TO_DEVICE at line 2");
        assertThat(other.audit().tables()).isEqualTo(Audit.Outcome.VIOLATED);
        assertThat(tally(other, AuditRule.ONCE)).isEqualTo("1 0 0");
    }

    /** Another CPU may print the next map of the address before this one prints its unmap. */
    @Test
    void printedBehindTheNextMap() {
        TraceText t = map(mapped(), "FROM_DEVICE", 0x5000, 64, 0x70000);
        assertThat(tally(unmap(t, "TO_DEVICE", 0x5000, 1500), AuditRule.AS_MAPPED))
                .isEqualTo("1 0 0");
        assertThat(tally(unmap(t, "TO_DEVICE", 0x5000, 64), AuditRule.AS_MAPPED))
                .isEqualTo("1 1 0");
        assertThat(tally(unmap(mapped(), "TO_DEVICE", 0x5000, 64), AuditRule.AS_MAPPED))
                .isEqualTo("0 1 0");
    }

    /** What lies at its own address may be mapped several times, and once before the trace began. */
    @Test
    void directAddresses() {
        TraceText t = map(new TraceText(), "TO_DEVICE", 0x5000, 1500, 0x5000);
        assertThat(tally(unmap(t, "TO_DEVICE", 0x5000, 64), AuditRule.AS_MAPPED))
                .isEqualTo("0 0 1");
        t = map(new TraceText(), "TO_DEVICE", 0x5000, 1500, 0x5000);
        assertThat(tally(unmap(t, "TO_DEVICE", 0x5000, 1500), AuditRule.AS_MAPPED))
                .isEqualTo("1 0 0");
    }

    @Test
    void givenInTooManyWays() {
        TraceText t = new TraceText();
        for (int n = 1; n <= 9; n++) {
            map(t, "TO_DEVICE", 0x5000, n, 0x64000);
        }
        assertThat(tally(unmap(t, "TO_DEVICE", 0x5000, 1), AuditRule.AS_MAPPED)).isEqualTo("0 0 1");
        for (int n = 2; n <= 9; n++) {
            unmap(t, "TO_DEVICE", 0x5000, n);
        }
        assertThat(tally(unmap(map(t, "TO_DEVICE", 0x5000, 7, 0x64000), "TO_DEVICE", 0x5000, 7), AuditRule.AS_MAPPED))
                .isEqualTo("1 0 9");
    }

    @Test
    void notSeenToBeMapped() {
        assertThat(tally(unmap(mapped(), "TO_DEVICE", 0x9000, 1500), AuditRule.AS_MAPPED))
                .isEqualTo("0 0 1");
        assertThat(tally(unmap(mapped().line("CPU:0 [LOST 1 EVENTS]"), "TO_DEVICE", 0x5000, 64), AuditRule.AS_MAPPED))
                .isEqualTo("0 0 1");
    }

    /** Linux 6.12 prints no direction of memory that is allocated where 7.3 does. */
    @ParameterizedTest
    @CsvSource({"4096, 1 0 0", "8192, 0 1 0"})
    void allocations(long size, String counts) {
        TraceText t = new TraceText()
                .event("dma_alloc: %s dma_addr=5000 size=4096 virt_addr=00000000ab flags=GFP_KERNEL attrs=", NIC);
        t.event("dma_free: %s dir=BIDIRECTIONAL dma_addr=5000 size=%d virt_addr=00000000ab attrs=", NIC, size);
        assertThat(tally(t, AuditRule.AS_MAPPED)).isEqualTo(counts);
    }

    @Test
    void lists() {
        TraceText t = list(new TraceText(), "{0x5000,0x6010}", "{0x1000,0x10}", "{0x64000,0x70010}");
        t.event("dma_unmap_sg: %s dir=TO_DEVICE phys_addrs={0x64000,0x70010} attrs=", NIC);
        assertThat(tally(t, AuditRule.AS_MAPPED)).isEqualTo("2 0 0");
        list(t, "{0x5000,0x6010}", "{0x1000,0x10}", "{0x64000,0x70010}");
        t.event("dma_unmap_sg: %s dir=FROM_DEVICE phys_addrs={0x64000,0x70010} attrs=", NIC);
        assertThat(tally(t, AuditRule.AS_MAPPED)).isEqualTo("2 2 0");
    }

    /** Each unmap of recordings is as its map was; one that is not is found. */
    @ParameterizedTest
    @ValueSource(strings = {"linux-6.12-vtd-strict-devices.trace", "linux-7.2-vtd-strict-nvme.trace"})
    void recordings(String name) throws IOException {
        List<String> all = RecordedTrace.lines(name);
        Audit whole = RecordedTrace.audit(all);
        long clean = RecordedTrace.tally(whole, AuditRule.AS_MAPPED).clean();
        assertThat(RecordedTrace.counts(whole, AuditRule.AS_MAPPED))
                .isEqualTo(RecordedTrace.counts(whole, AuditRule.ONCE))
                .isEqualTo(clean + " 0 0");
        int tried = 0;
        for (int i = 0; i < all.size(); i++) {
            String line = all.get(i);
            if (line.matches(".* dma_unmap_(page|phys): 0000.*") && tried++ % 20 == 0) {
                List<String> changed = new ArrayList<>(all);
                changed.set(i, line.replaceFirst(" size=\\d", " size=9"));
                assertThat(RecordedTrace.counts(RecordedTrace.audit(changed), AuditRule.AS_MAPPED))
                        .as("line %d", i + 1)
                        .isEqualTo(clean - 1 + " 1 0");
                changed.set(i, line.replaceFirst(" dir=\\w+", " dir=NONE"));
                assertThat(RecordedTrace.counts(RecordedTrace.audit(changed), AuditRule.AS_MAPPED))
                        .as("line %d", i + 1)
                        .isEqualTo(clean - 1 + " 1 0");
            }
        }
        assertThat(tried).isPositive();
    }
}
