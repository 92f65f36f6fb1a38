package dev.moat.conform.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behaviour that the recorded log does not show, in logs written for it. */
class SyntheticLogTest {
    private static final String AGAIN = "translation filled again although nothing had removed it";
    private static final String START = """
            vtd_reg_write addr 0x20 size 0x8 value 0x1000
            vtd_reg_write addr 0x18 size 0x4 value 0x4000000
            vtd_reg_write_gcmd status 0x0 value 0x4000000
            vtd_reg_write addr 0x18 size 0x4 value 0x44000000
            vtd_reg_write_gcmd status 0x4000000 value 0x44000000
            vtd_reg_dmar_root addr 0x1000 scalable 0
            vtd_reg_write addr 0x18 size 0x4 value 0x84000000
            vtd_reg_write_gcmd status 0x44000000 value 0x84000000
            vtd_dmar_enable enable 1
            vtd_iotlb_cc_update IOTLB context update bus 0x0 devfn 0x8 high 0x301 low 0x2768001 gen 0 -> gen 1
            """;

    private static String fill(String page, String frame) {
        return "vtd_iotlb_page_update IOTLB page update sid 0x8 iova 0x" + page + "000 slpte 0x" + frame
                + "003 domain 0x3\n" + result(page, frame);
    }

    private static String hit(String page, String frame) {
        return "vtd_iotlb_page_hit IOTLB page hit sid 0x8 iova 0x" + page + "010 slpte 0x" + frame + "003 domain 0x3\n"
                + result(page, frame);
    }

    private static String result(String page, String frame) {
        return "vtd_dmar_translate dev 00:01.00 iova 0x" + page + "000 -> gpa 0x" + frame + "000 mask 0xfff\n";
    }

    private static String invalidate(String page, int am) {
        String at = "0x" + page + "00";
        return "vtd_inv_desc invalidate desc type iotlb high " + at + am + " low 0x300f2\n"
                + "vtd_inv_desc_iotlb_pages iotlb invalidate domain 0x3 addr " + at + "0 mask 0x" + am + "\n";
    }

    private static QemuReport judge(String text) throws IOException {
        return RecordedLog.of(text).judge(null);
    }

    /**
     * QEMU 7.2 keeps the mask of a page invalidation in 8 bits, so that page 0x100 goes when 0x200 was to go. Hardware may
     * drop more than it is told to; it must not drop less.
     */
    @Test
    void droppingMoreThanWasAskedForIsExplained() throws IOException {
        QemuReport found = judge(START
                + fill("100", "5")
                + fill("200", "6")
                + fill("201", "7")
                + invalidate("200", 0)
                + fill("100", "5")
                + hit("201", "7")
                + fill("200", "8"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).isEqualTo(Map.of(AGAIN, 1L));
    }

    @Test
    void droppingLessIsNot() throws IOException {
        QemuReport found = judge(START + fill("200", "6") + fill("203", "7") + invalidate("200", 2) + hit("203", "7"));
        assertThat(found.disagreements()).singleElement().satisfies(d -> {
            assertThat(d.line()).isEqualTo(17);
            assertThat(d.ours()).isEqualTo("not cached");
        });
        assertThat(judge(START + fill("200", "6") + fill("204", "7") + invalidate("200", 2) + hit("204", "7"))
                        .disagreed())
                .isZero();
    }

    /** A log costs what it holds, whatever its numbers are: 2^16 tags for these pages would be too many. */
    @ParameterizedTest
    @ValueSource(ints = {0x0, 0xfff, 0xffff})
    void theSizeOfADidChangesNothing(int did) throws IOException {
        String text = START + fill("100", "5") + fill("203", "7") + invalidate("200", 0) + hit("203", "7");
        assertThat(judge(renamed(text, did)).disagreed()).isZero();
        assertThat(judge(renamed(text + invalidate("200", 2) + hit("100", "5") + hit("203", "7"), did))
                        .disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.ours()).isEqualTo("not cached"));
        String other = renamed(START, did) + fill("100", "5");
        assertThat(judge(other).disagreements()).singleElement().satisfies(d -> {
            assertThat(d.recorded()).isEqualTo("0x3");
            assertThat(d.ours()).isEqualTo("0x" + Integer.toHexString(did));
        });
    }

    private static String renamed(String text, int did) {
        String hex = Integer.toHexString(did);
        return text.replace("domain 0x3", "domain 0x" + hex)
                .replace("low 0x300f2", "low 0x" + hex + "00f2")
                .replace("high 0x301", "high 0x" + Integer.toHexString(did << 8 | 1));
    }

    @Test
    void anInvalidationOfAnotherDomainTakesNothing() throws IOException {
        String other = invalidate("200", 0).replace("0x300f2", "0x400f2").replace("domain 0x3", "domain 0x4");
        assertThat(judge(START + fill("200", "6") + other + hit("200", "6")).disagreed())
                .isZero();
        assertThat(judge(START + fill("200", "6") + invalidate("200", 0) + hit("200", "6"))
                        .disagreed())
                .isEqualTo(1);
    }

    /** Hardware aligns the address of a range down to the range's size. */
    @Test
    void theAddressOfARangeIsAlignedDown() throws IOException {
        for (String at : new String[] {"200", "201", "202", "203"}) {
            QemuReport found = judge(START
                    + fill("200", "6")
                    + fill("204", "7")
                    + invalidate(at, 2)
                    + hit("204", "7")
                    + hit("200", "6"));
            assertThat(found.disagreements())
                    .as(at)
                    .singleElement()
                    .satisfies(d -> assertThat(d.line()).isEqualTo(19));
        }
    }

    @Test
    void numbersAreComparedInAllTheirBits() throws IOException {
        String iec = "vtd_inv_desc invalidate desc type iec high 0x0 low 0xffff80000014\n"
                + "vtd_inv_desc_iec granularity 0x1 index 0xffff mask 0x10\n";
        assertThat(judge(START + iec).disagreements()).isEmpty();
        assertThat(judge(START + iec.replace("index 0xffff", "index 0x7fff")).disagreed())
                .isEqualTo(1);
        String start = START.replace("0x301", "0x800301");
        String high = (fill("200", "6") + hit("200", "6") + invalidate("200", 0) + fill("200", "7"))
                .replace("domain 0x3", "domain 0x8003")
                .replace("0x300f2", "0x800300f2");
        QemuReport found = judge(start + high);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).isEmpty();
    }

    @Test
    void aQueueThatIsOffExecutesNothing() throws IOException {
        String off = "vtd_reg_write_gcmd status 0x0 value 0x80000000\nvtd_inv_qi_fetch \n";
        String descriptor = invalidate("200", 0).lines().findFirst().orElseThrow() + "\n";
        assertThat(judge(off).disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.ours()).isEqualTo("off"));
        assertThat(judge(off.lines().findFirst().orElseThrow() + "\n" + descriptor)
                        .disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.ours()).isEqualTo("the queue is off"));
    }

    /** Without a queue, software invalidates through registers; the log has no descriptor then. */
    @Test
    void invalidationsThroughRegistersAreNotJudged() throws IOException {
        String registers = START.replace("value 0x84000000", "value 0x80000000");
        QemuReport found = judge(registers + fill("200", "6") + "vtd_inv_desc_iotlb_global iotlb invalidate global\n"
                + "vtd_iotlb_cc_update IOTLB context update bus 0x0 devfn 0x8 high 0x301 low 0x2768001 gen 0 -> gen 1\n"
                + fill("200", "7"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).isEmpty();
        assertThat(found.unjudged())
                .isEqualTo(Map.of("invalidation through a register; everything is taken to be dropped", 1L));
        assertThat(judge(START + "vtd_inv_desc_iotlb_global iotlb invalidate global\n")
                        .disagreed())
                .isEqualTo(1);
    }

    /** QEMU drops all context entries when it is told to drop a domain's. */
    @Test
    void aDomainsContextEntriesMayTakeTheOthersWithThem() throws IOException {
        String domain = "vtd_inv_desc invalidate desc type context-cache high 0x0 low 0x40021\n"
                + "vtd_inv_desc_cc_domain context invalidate domain 0x4\n";
        String all = "vtd_inv_desc_cc_global context invalidate globally\n";
        String again =
                "vtd_iotlb_cc_update IOTLB context update bus 0x0 devfn 0x8 high 0x301 low 0x2768001 gen 0 -> gen 2\n";
        QemuReport found = judge(START + domain + all + again);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).isEqualTo(Map.of("context entry of another domain dropped with a domain's", 1L));
        assertThat(judge(START + all).disagreed()).isEqualTo(1);
    }

    /** QEMU passes every address through, whatever the width (deviation {@code ptw}); what else has no tables is told otherwise. */
    @ParameterizedTest
    @CsvSource({"12345, 9, ''", "ffff80000000, 9, fault ADDRESS_BEYOND_WIDTH", "12345, 1, none without one"})
    void whatIsPassedThroughHasNoHitAndNoFill(String page, String flags, String ours) throws IOException {
        String other =
                "vtd_iotlb_cc_update IOTLB context update bus 0x0 devfn 0x10 high 0x301 low 0x2768001 gen 0 -> gen 1\n"
                        + fill("200", "6").replace("sid 0x8", "sid 0x10").replace("00:01.00", "00:02.00");
        QemuReport found = judge(START.replace("low 0x2768001", "low 0x276800" + flags) + other
                + "vtd_translate_pt source id 0x8, iova 0x" + page + "000\n" + result(page, page));
        assertThat(found.disagreements().stream().map(d -> d.ours()).toList())
                .isEqualTo(ours.isEmpty() ? List.of() : List.of(ours));
    }

    /** The queue is switched off and on again, as another kernel does; head and tail begin at 0. */
    @Test
    void aQueueSwitchedOnAgainBeginsAtItsFirstSlot() throws IOException {
        String head = "vtd_inv_qi_head read head 0\n";
        String again = """
                vtd_reg_write addr 0x18 size 0x4 value 0x80000000
                vtd_reg_write_gcmd status 0xc4000000 value 0x80000000
                vtd_reg_write addr 0x18 size 0x4 value 0x84000000
                vtd_reg_write_gcmd status 0xc0000000 value 0x84000000
                """;
        assertThat(judge(START + head + invalidate("200", 0) + again + head + invalidate("200", 0) + fill("200", "6"))
                        .disagreements())
                .isEmpty();
        assertThat(judge(START + head + invalidate("200", 0) + head + invalidate("200", 0) + fill("200", "6"))
                        .disagreed())
                .isEqualTo(1);
    }

    @Test
    void domainAndGlobalInvalidationsTakeAll() throws IOException {
        for (String low : new String[] {"0x300e2", "0xd2"}) {
            String all = "vtd_inv_desc invalidate desc type iotlb high 0x0 low " + low + "\n";
            QemuReport found = judge(START + fill("200", "6") + all + hit("200", "6"));
            assertThat(found.disagreed()).as(low).isEqualTo(1);
        }
        String context = "vtd_inv_desc invalidate desc type context-cache high 0x0 low 0x800030031\n";
        String again = "vtd_iotlb_cc_hit IOTLB context hit bus 0x0 devfn 0x8 high 0x301 low 0x2768001 gen 1\n";
        assertThat(judge(START + context + again).disagreed()).isEqualTo(1);
        assertThat(judge(START + context.replace("0x8000", "0x9000") + again).disagreed())
                .isZero();
        assertThat(judge(START + context.replace("0x800030031", "0x11") + again).disagreed())
                .isEqualTo(1);
        assertThat(judge(START + context.replace("0x800030031", "0x30021") + again)
                        .disagreed())
                .isEqualTo(1);
    }

    /** Each number in the report of a descriptor is one of the descriptor's. */
    @ParameterizedTest
    @CsvSource({
        "iotlb, 0x300e2, vtd_inv_desc_iotlb_domain iotlb invalidate whole domain 0x3, domain, 0x3",
        "context-cache, 0x30021, vtd_inv_desc_cc_domain context invalidate domain 0x3, domain, 0x3",
        "context-cache, 0x2000800030031, vtd_inv_desc_cc_devices context invalidate devices sid 0x8 fmask 0x2, sid, 0x8",
        "context-cache, 0x2000800030031, vtd_inv_desc_cc_devices context invalidate devices sid 0x8 fmask 0x2, fmask, 0x2"
    })
    void whatIsReportedOfADescriptorIsWhatItSays(String type, String low, String report, String what, String value)
            throws IOException {
        String descriptor = "vtd_inv_desc invalidate desc type " + type + " high 0x0 low " + low + "\n";
        assertThat(judge(START + descriptor + report + "\n").disagreements()).isEmpty();
        String other = report.replace(what + " " + value, what + " 0x1");
        assertThat(judge(START + descriptor + other + "\n").disagreements())
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.column()).isEqualTo(what);
                    assertThat(d.recorded()).isEqualTo("0x1");
                    assertThat(d.ours()).isEqualTo(value);
                });
    }

    /** A full IOTLB is emptied while a fill is under way; the new entry goes in after that. */
    @Test
    void aResetOfTheIotlbIsExplained() throws IOException {
        String full = "vtd_iotlb_reset IOTLB reset (reason: iotlb exceeds size limit)\n";
        String filled = fill("201", "9").replace("\nvtd_dmar", "\n" + full + "vtd_dmar");
        QemuReport found = judge(START + fill("200", "6") + filled + hit("201", "9") + fill("200", "6"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).isEqualTo(Map.of("translation dropped by a reset of the IOTLB", 1L));
        assertThat(judge(START + fill("200", "6") + filled + hit("200", "6")).disagreed())
                .isEqualTo(1);
        assertThat(judge(START + fill("200", "6") + full + hit("200", "6")).disagreed())
                .isEqualTo(1);
    }

    /** What was cached before the log began is unknown, until it is invalidated. */
    @Test
    void aLogThatBeginsLateLeavesWhatWasCachedUnjudged() throws IOException {
        String context = "vtd_iotlb_cc_hit IOTLB context hit bus 0x0 devfn 0x8 high 0x301 low 0x2768001 gen 1\n";
        QemuReport found = judge(context + hit("200", "6") + hit("200", "6") + invalidate("201", 0) + fill("201", "7"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.unjudged())
                .isEqualTo(Map.of(
                        "context entry that the log does not show being fetched", 1L,
                        "hit of a page that the IOTLB may have held when the log began", 1L));
        assertThat(judge(context + invalidate("200", 0) + hit("200", "6")).disagreed())
                .isEqualTo(1);
        assertThat(judge(context + hit("200", "6") + hit("200", "7")).disagreed())
                .isEqualTo(1);
    }

    @Test
    void superpagesAreCountedAndLeftAlone() throws IOException {
        String large = "vtd_iotlb_page_update IOTLB page update sid 0x8 iova 0x200000 slpte 0x600083 domain 0x3\n"
                + "vtd_dmar_translate dev 00:01.00 iova 0x200000 -> gpa 0x600000 mask 0x1fffff\n";
        QemuReport found = judge(START + large);
        assertThat(found.disagreed()).isZero();
        assertThat(found.unjudged())
                .isEqualTo(Map.of("translation by a superpage", 1L, "result of a translation that was not judged", 1L));
    }

    /** Before translation is on, an address is its own translation. */
    @Test
    void withoutTranslationTheAddressStays() throws IOException {
        String off = "vtd_reg_write_gcmd status 0x0 value 0x4000000\n";
        String page = fill("200", "6").lines().findFirst().orElseThrow();
        String same = "vtd_dmar_translate dev 00:01.00 iova 0x7000 -> gpa 0x7000 mask 0xfff\n";
        String on = START.substring(START.indexOf("vtd_reg_write addr 0x18 size 0x4 value 0x44"));
        assertThat(judge(off + same + on + page).disagreed()).isZero();
        QemuReport found = judge(off + same.replace("gpa 0x7000", "gpa 0x8000") + on + page);
        assertThat(found.disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.line()).isEqualTo(2));
        assertThat(judge(START + page.replace("page_update", "page_hit") + "\n" + same)
                        .disagreed())
                .isPositive();
    }

    /** What QEMU puts before lines with {@code -msg timestamp=on}: 7.2, then 11.1, where the second has a fraction and where it has none. */
    @ParameterizedTest
    @ValueSource(strings = {"12@3.4:", "2026-11-29T09:23:20.246144Z ", "2026-11-29T09:23:20Z "})
    void eventsOfAnotherProgramAreCounted(String time) throws IOException {
        QemuReport found = judge("qemu-system-x86_64: warning: x\n" + START.replaceAll("(?m)^vtd", time + "vtd")
                + "vtd_new_event what 1\n");
        assertThat(found.disagreed()).isZero();
        assertThat(found.judged()).containsEntry("vtd_iotlb_cc_update", 1L);
        assertThat(found.unjudged()).isEqualTo(Map.of("line that is no vtd_* event", 1L, "event vtd_new_event", 1L));
    }

    /** A log of nothing but names, each a new one, was kept whole: memory must not grow with a log. */
    @Test
    void namesWithoutEndAreCountedTogether() throws IOException {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            names.append("vtd_x").append(i).append(" a 1\n");
        }
        QemuReport found = judge(START + names + "vtd_x0 a 1\n");
        assertThat(found.unjudged()).hasSizeLessThan(300).containsEntry("event vtd_x0", 2L);
        assertThat(found.unjudged().values().stream().mapToLong(n -> n).sum()).isEqualTo(401);
        assertThat(found.events().values().stream().mapToLong(n -> n).sum())
                .isEqualTo(401 + START.lines().count());
    }

    @Test
    void disagreementsAreKeptUpToALimitAndCountedBeyondIt() throws IOException {
        String wrong = "vtd_dmar_enable enable 0\n";
        QemuReport found = judge(START + wrong.repeat(1500));
        assertThat(found.disagreed()).isEqualTo(1500);
        assertThat(found.disagreements()).hasSize(1000);
        assertThat(found.text()).endsWith("  and 500 more");
    }
}
