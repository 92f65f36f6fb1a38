package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import dev.moat.dma.swiotlb.BounceMemory;
import dev.moat.dma.swiotlb.DirectDma;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbGeometry;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code swiotlb_bounced} events allow to judge: single lines, and traces of the executable layer. */
class BouncesTest {
    private static final String LOW = "ffffffff";

    private static TraceText bounced(TraceText text, String mask, String address, long size, String word) {
        return bounced(text, mask, address, Long.toString(size), word);
    }

    private static TraceText bounced(TraceText text, String mask, String address, String size, String word) {
        return text.event(
                "swiotlb_bounced: dev_name: 0000:00:02.0 dma_mask=%s dev_addr=%s size=%s %s",
                mask, address, size, word);
    }

    private static String tally(Audit audit, AuditRule rule) {
        return audit.tallies().stream()
                .filter(t -> t.rule() == rule)
                .map(t -> t.clean() + " " + t.violated() + " " + t.unjudgedCount())
                .findFirst()
                .orElse("none");
    }

    @ParameterizedTest
    @CsvSource({
        // mask, address, size, word: clean, violated, not judged
        "ffffffff, 1aef4a000, 4096, NORMAL, 1 0 0",
        "ffffffff, fffff001, 4096, NORMAL, 1 0 0",
        "ffffffff, fffff000, 4096, NORMAL, 0 1 0",
        "ffffffff, fffff000, 4096, FORCE, 1 0 0",
        "ffffffff, 7f000800, 2048, NORMAL, 0 1 0",
        "ffffffff, 7f000800, 2049, NORMAL, 0 0 1",
        "0, 7f000800, 2048, NORMAL, 0 0 1",
        "ffffffff, 40a01040, 64, NORMAL, 0 0 1", // may share a cache line
        "ffffffff, 40a01000, 255, NORMAL, 0 0 1",
        "ffffffff, 40a01040, 128, NORMAL, 0 1 0",
        "ffffffff, 40a01040, 257, NORMAL, 0 1 0",
        "ffffffffffffffff, fffffffffffff000, 4096, NORMAL, 0 1 0",
        "ffffffffffffffff, fffffffffffff001, 4096, NORMAL, 1 0 0",
        "ffffffffffffffff, fff, 9223372036854775807, NORMAL, 0 0 1",
        "ffffffffffffffff, 1000, 9223372036854775808, NORMAL, 0 0 1",
    })
    void bounceNeeded(String mask, String address, String size, String word, String counts) {
        Audit audit = bounced(new TraceText(), mask, address, size, word).audit();
        assertThat(tally(audit, AuditRule.BOUNCE_NEED)).isEqualTo(counts);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 0 0", "262144, 1 0 0", "262145, 0 1 0", "0, 0 1 0"})
    void bounceSize(long size, String counts) {
        Audit audit = bounced(new TraceText(), LOW, "1aef4a000", size, "NORMAL").audit();
        assertThat(tally(audit, AuditRule.BOUNCE_SIZE)).isEqualTo(counts);
    }

    /** For what no slots hold nothing bounces: it counts no bytes, whatever the number. */
    @ParameterizedTest
    @ValueSource(strings = {"262145", "9223372036854775807", "18446744073709551615"})
    void bytesForWhichThereAreNoSlots(String size) {
        TraceText text = bounced(new TraceText(), LOW, "1aef4a000", 512, "NORMAL");
        bounced(bounced(text, LOW, "1aef4a000", size, "NORMAL"), LOW, "1aef4a000", size, "NORMAL");
        assertThat(text.audit().figures()).containsEntry("bytesBounced", 512L);
        assertThat(AuditText.of(text.audit()))
                .anyMatch(l -> l.endsWith("line 2 bounces " + size + " bytes of 0000:00:02.0: slots hold 1 to 262144"));
    }

    /** An untrusted device's buffer that shares its page bounces behind an IOMMU, though it could be reached. */
    @Test
    void partsOfPagesBehindAnIommu() {
        TraceText text = new TraceText().mapPoint(5, 1, 7);
        assertThat(tally(bounced(text, LOW, "7f000800", 512, "NORMAL").audit(), AuditRule.BOUNCE_NEED))
                .isEqualTo("0 0 1");
        text = bounced(new TraceText(), LOW, "7f000800", 512, "NORMAL");
        assertThat(tally(text.audit(), AuditRule.BOUNCE_NEED)).isEqualTo("0 1 0");
        assertThat(tally(text.mapPoint(5, 1, 7).audit(), AuditRule.BOUNCE_NEED)).isEqualTo("0 0 1");
        text = new TraceText().mapPoint(5, 1, 7);
        assertThat(tally(bounced(text, LOW, "7f000000", 4096, "NORMAL").audit(), AuditRule.BOUNCE_NEED))
                .isEqualTo("0 1 0");
    }

    @Test
    void forcedOnceIsForcedAlways() {
        TraceText text = bounced(new TraceText(), LOW, "7f000000", 512, "FORCE");
        bounced(text, LOW, "7f000000", 512, "FORCE");
        bounced(text, LOW, "1aef4a000", 512, "NORMAL");
        bounced(text, LOW, "1aef4a000", 512, "NO_FORCE");
        Audit audit = text.audit();
        assertThat(tally(audit, AuditRule.BOUNCE_FORCE)).isEqualTo("2 1 1");
        assertThat(audit.bounces()).isEqualTo(Audit.Outcome.VIOLATED);
        assertThat(AuditText.of(audit))
                .anyMatch(l -> l.contains("line 3 bounces for 0000:00:02.0 because it has to, unforced, at line 2"));
    }

    /** With bouncing off the event tells of a mapping that is refused: nothing bounces. */
    @Test
    void bouncingIsOff() {
        Audit audit =
                bounced(new TraceText(), LOW, "1aef4a000", 4096, "NO_FORCE").audit();
        assertThat(audit.tallies()).filteredOn(t -> t.rule().ofBounces()).allMatch(t -> t.judged() == 0);
        assertThat(audit.figures()).containsEntry("bytesBounced", 0L).containsEntry("bouncesWithoutAddress", 1L);
    }

    private static TraceText mapped(TraceText text, String event, String address, long size) {
        return text.event(
                "%s: 0000:00:02.0 dir=TO_DEVICE dma_addr=%s size=%d phys_addr=1aef4a000 attrs=", event, address, size);
    }

    /** Linux 6.12 shows what came of it, under the one name or, from 6.18 on, under the other. */
    @ParameterizedTest
    @ValueSource(strings = {"dma_map_page", "dma_map_phys"})
    void whatTheDeviceIsGiven(String event) {
        TraceText text = mapped(new TraceText(), event, "7f000000", 512);
        mapped(bounced(text, LOW, "1aef4a000", 512, "NORMAL"), event, "4000000", 512);
        mapped(bounced(text, LOW, "1aef4a000", 512, "NORMAL"), event, "100000000", 512);
        mapped(bounced(text, LOW, "1aef4a000", 512, "NORMAL"), event, "ffffffffffffffff", 512);
        mapped(text, event, "fffffe00", 512);
        mapped(text, event, "fffffe01", 512);
        Audit audit = text.audit();
        assertThat(tally(audit, AuditRule.BOUNCE_REACH)).isEqualTo("2 2 1");
        assertThat(audit.figures()).containsEntry("bouncesWithoutAddress", 1L).containsEntry("bytesBounced", 1536L);
        List<String> report = AuditText.of(audit);
        assertThat(report)
                .anyMatch(l -> l.contains("the address 0x100000000 for 512 bytes, in slots, beyond its mask"));
        assertThat(report).anyMatch(l -> l.contains("the address 0xfffffe01 for 512 bytes, not bounced, beyond"));
    }

    @Test
    void aForcedDeviceBouncesEverything() {
        TraceText text =
                mapped(bounced(new TraceText(), LOW, "7f000000", 512, "FORCE"), "dma_map_page", "4000000", 512);
        mapped(text, "dma_map_page", "7f000000", 512);
        assertThat(tally(text.audit(), AuditRule.BOUNCE_FORCE)).isEqualTo("1 1 0");
    }

    private static TraceText other(TraceText text) {
        return text.event("swiotlb_bounced: dev_name: 0000:00:03.0 dma_mask=ffffffff dev_addr=7f001000 size=64 FORCE")
                .event("dma_map_page: 0000:00:03.0 dir=TO_DEVICE dma_addr=4001000 size=64 phys_addr=7f001000 attrs=");
    }

    /** perf shows no flags: an interrupt bounces between a task's bounce and its mapping, and is printed as the task. */
    @Test
    void aBounceUponABounce() {
        TraceText text = other(bounced(new TraceText().in(""), LOW, "7f000000", 512, "FORCE"));
        mapped(text, "dma_map_page", "4000000", 512);
        assertThat(tally(text.audit(), AuditRule.BOUNCE_FORCE)).isEqualTo("2 0 0");
        mapped(text, "dma_map_page", "4000000", 512);
        assertThat(tally(text.audit(), AuditRule.BOUNCE_FORCE)).isEqualTo("2 1 0");
    }

    /** What is known of devices is forgotten; that a task was about to map is not. */
    @Test
    void lostBetweenTheBounceAndItsMapping() {
        TraceText text = bounced(new TraceText(), LOW, "7f000000", 512, "FORCE").line("CPU:2 [LOST 1 EVENTS]");
        String before = text.toString();
        mapped(bounced(text.on(2, 1), LOW, "7f000000", 64, "FORCE"), "dma_map_page", "4000100", 64);
        mapped(text.on(1, 0), "dma_map_page", "4000000", 512);
        assertThat(tally(text.audit(), AuditRule.BOUNCE_FORCE)).isEqualTo("2 0 0");
        TraceText next = mapped(new TraceText().line(before.strip()), "dma_map_page", "4000000", 512);
        assertThat(tally(next.audit(), AuditRule.BOUNCE_REACH)).isEqualTo("0 0 1");
    }

    @Test
    void moreDevicesThanThereIsRoomFor() {
        TraceText text = new TraceText();
        for (int n = 0; n <= 4096; n++) {
            text.event("swiotlb_bounced: dev_name: d%d dma_mask=ffffffff dev_addr=1aef4a000 size=512 NORMAL", n);
        }
        assertThat(tally(text.audit(), AuditRule.BOUNCE_FORCE)).isEqualTo("4096 0 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev_name: 0000:00:02.0 dma_mask=ffffffff dev_addr=1aef4a000 size=512 MAYBE",
                "dev_name: 0000:00:02.0 dma_mask=ffffffff dev_addr=1aef4a000 NORMAL",
                "dev_name: 0000:00:02.0 dma_mask=xyz dev_addr=1aef4a000 size=512 NORMAL",
                "dev_name: 0000:00:02.0",
                "0000:00:02.0 dma_mask=ffffffff dev_addr=1aef4a000 size=512 NORMAL",
                "nothing like it",
            })
    void textThatNoKernelPrints(String words) {
        Audit audit = new TraceText().event("swiotlb_bounced: " + words).audit();
        assertThat(audit.tallies()).filteredOn(t -> t.rule().ofBounces()).allMatch(t -> t.judged() == 0);
        assertThat(audit.warnings())
                .containsExactly("1 swiotlb_bounced event has a text that no known kernel prints, the first is line 1;"
                        + " it is not judged");
    }

    /** Until Linux 4.9 nothing is printed of what is not forced. */
    @ParameterizedTest
    @CsvSource({"swiotlb_force, 1", "'', 0"})
    void olderKernels(String word, long forced) {
        Audit audit = bounced(new TraceText(), LOW, "1aef4a000", 512, word).audit();
        assertThat(audit.warnings()).isEmpty();
        assertThat(audit.figures()).containsEntry("bouncesForced", forced);
    }

    /** Until Linux 5.18 the word stands for a number that trace-cmd and perf do not know. */
    @ParameterizedTest
    @CsvSource({"0x0, 0, 4096", "0x1, 1, 4096", "0x2, 0, 0"})
    void numbersInPlaceOfWords(String word, long forced, long bytes) {
        Audit audit = bounced(new TraceText(), LOW, "1aef4a000", 4096, word).audit();
        assertThat(audit.warnings()).isEmpty();
        assertThat(audit.figures()).containsEntry("bouncesForced", forced).containsEntry("bytesBounced", bytes);
    }

    @Test
    void withoutBouncesNothingIsSaidOfThem() {
        Audit audit = new TraceText().mapPoint(5, 1, 7).audit();
        assertThat(audit.tallies()).noneMatch(t -> t.rule().ofBounces());
        assertThat(AuditText.of(audit)).noneMatch(l -> l.contains("bounce"));
    }

    /** A kernel that decides as the executable layer does: nothing is found; and one that decides wrongly now and then is. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void tracesOfTheExecutableLayer(long seed) {
        assertThat(violations(seed, 0)).isZero();
        assertThat(violations(seed, 7)).isPositive();
    }

    private static long violations(long seed, int wrongEvery) {
        SplittableRandom random = new SplittableRandom(seed);
        DmaDevice device = new DmaDevice(0xffff_ffffL, -1, 0, 0, 0);
        SwiotlbSlots slots = new SwiotlbSlots(0, SwiotlbGeometry.LINUX, 0x4000000, 256, 1);
        long[] s = new long[slots.end()];
        slots.initialise(s);
        BounceMemory nothing = (words, to, from, length) -> {};
        DirectDma dma = new DirectDma(new Swiotlb(slots, nothing, device, warning -> {}), false);
        Transfer transfer = new Transfer(DmaDirection.FROM_DEVICE, 0);
        TraceText text = new TraceText();
        for (int i = 1; i <= 500; i++) {
            long size = 1 + random.nextInt(4096);
            long address = (random.nextLong() & 0x1_ffff_f000L) + random.nextInt(4097 - (int) size);
            boolean reached = device.reaches(address, size);
            boolean wrong = wrongEvery > 0 && i % wrongEvery == 0;
            if (reached == wrong) {
                bounced(text, LOW, Long.toHexString(address), size, "NORMAL");
            }
            long bus = dma.map(s, 0, address, size, transfer);
            mapped(text, "dma_map_page", Long.toHexString(wrong && !reached ? address : bus), size);
            if (bus != Swiotlb.ERROR) {
                dma.unmap(s, bus, size, transfer);
            }
        }
        Audit audit = text.audit();
        assertThat(audit.tallies().stream()
                        .filter(t -> t.rule().ofBounces())
                        .filter(t -> t.judged() > 0)
                        .count())
                .isEqualTo(4);
        return audit.tallies().stream()
                .filter(t -> t.rule().ofBounces())
                .mapToLong(RuleTally::violated)
                .sum();
    }
}
