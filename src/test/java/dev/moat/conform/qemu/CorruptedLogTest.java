package dev.moat.conform.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.Disagreement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each change that makes the recorded log something a unit cannot have done is found, at its line. */
class CorruptedLogTest {
    private static RecordedLog log;
    private static RecordedLog trace;

    private final List<DynamicTest> tests = new ArrayList<>();

    @BeforeAll
    static void load() throws IOException {
        log = RecordedLog.load(RecordedLog.LOG);
        trace = RecordedLog.load(RecordedLog.TRACE);
    }

    /** The change is found at the line, in the column, with or without the guest's trace as said. */
    private void change(String name, boolean joined, int line, String column, UnaryOperator<RecordedLog> change) {
        tests.add(DynamicTest.dynamicTest(name, () -> {
            QemuReport found = change.apply(log).judge(joined ? trace : null);
            assertThat(found.disagreements()).isNotEmpty();
            Disagreement first = found.disagreements().get(0);
            assertThat(first.line()).as(first.toString()).isEqualTo(line);
            assertThat(first.column()).as(first.toString()).isEqualTo(column);
        }));
    }

    private void replace(String name, boolean joined, int line, String column, String old, String by) {
        change(name, joined, line, column, l -> l.replace(line, old, by));
    }

    @TestFactory
    List<DynamicTest> queue() {
        int page = log.find(1, "desc type iotlb high 0xffffd000 low 0x300f2");
        int range = log.find(1, "desc type iotlb high 0xfffc0004");
        int head = log.find(page, "vtd_inv_qi_head");
        change("page invalidation dropped", false, head - 3, "head", l -> l.drop(page - 1, 3));
        replace("DID of what was invalidated", false, page + 1, "domain", "domain 0x3", "domain 0x4");
        replace("DID of a descriptor, guest knows", true, page, "descriptor", "0x300f2", "0x400f2");
        change("DID of a descriptor", false, page + 1, "domain", l -> l.replace(page, "0x300f2", "0x400f2"));
        replace("mask of what was invalidated", false, range + 1, "mask", "mask 0x4", "mask 0x3");
        replace("mask of a descriptor, guest knows", true, range, "descriptor", "0xfffc0004", "0xfffc0003");
        replace("mask beyond CAP.MAMV", false, range, "descriptor", "0xfffc0004", "0xfffc0013");
        replace("address of what was invalidated", false, page + 1, "addr", "0xffffd000", "0xffffc000");
        replace("unknown descriptor type", false, page, "type", "low 0x300f2", "low 0x300fb");
        replace("another descriptor type", false, page, "type", "type iotlb", "type iec");
        replace("reserved bit of a descriptor", false, page, "descriptor", "0x300f2", "0x301f2");
        replace("granularity 0", false, page, "descriptor", "0x300f2", "0x300c2");
        change(
                "report of an invalidation dropped",
                false,
                page + 1,
                "vtd_inv_desc_iotlb_pages",
                l -> l.drop(page + 1, 1));
        int wait = log.find(1, "wait_sw");
        replace("address of a wait", false, wait, "addr", "addr 0x11ba804", "addr 0x11ba808");
        replace("data of a wait", false, wait, "data", "data 0x2", "data 0x3");
        change("address in a wait descriptor", false, wait, "addr", l -> l.replace(wait - 1, "0x11ba804", "0x11ba80c"));
        replace("reserved bit of a wait", false, wait - 1, "descriptor", "high 0x11ba804", "high 0x11ba805");
        int iec = log.find(1, "granularity 0x1 index 0x8");
        replace("index of interrupt entries", false, iec, "index", "0x8", "0x9");
        int tail = log.find(1, "write tail 48");
        replace("tail", false, tail, "tail", "tail 48", "tail 50");
        change("tail register", false, tail, "tail", l -> l.replace(tail - 1, "0x300", "0x320"));
        change("tail skipped", false, tail, "head", l -> l.drop(tail - 1, 2));
        replace("head", false, tail + 2, "head", "head 46", "head 47");
        return tests;
    }

    @TestFactory
    List<DynamicTest> translations() {
        int afterUnmap = log.find(log.find(1, "invalidate domain 0x3 addr 0xffffd000"), "page_update");
        change(
                "a hit after an invalidation",
                false,
                afterUnmap,
                "translation",
                l -> l.replace(afterUnmap, "page_update IOTLB page update", "page_hit IOTLB page hit"));
        int hit = log.find(1, "vtd_iotlb_page_hit");
        replace("frame of a hit", false, hit, "slpte frame", "003 domain", "003 domain".replace("003", "1003"));
        replace("rights of a hit", false, hit, "slpte rights", "003 domain", "001 domain");
        replace("DID of a hit", false, hit, "domain", "domain 0x3", "domain 0x2");
        int fill = log.find(hit, "vtd_iotlb_page_update");
        replace("DID of a fill", false, fill, "domain", "domain 0x3", "domain 0x2");
        replace("reserved bit of an entry", false, fill, "translation", "003 domain", "803 domain");
        replace("an entry without rights", false, fill, "translation", "003 domain", "000 domain");
        replace("frame of a fill, guest knows", true, fill, "slpte", "003 domain", "1003 domain");
        replace("rights of a fill, guest knows", true, fill, "slpte", "003 domain", "001 domain");
        int readOnly = log.find(hit, "001 domain");
        replace("write right of a fill, guest knows", true, readOnly, "slpte", "001 domain", "003 domain");
        change("frame of a fill", false, fill + 1, "gpa", l -> l.replace(fill, "003 domain", "1003 domain"));
        int result = log.find(hit, "vtd_dmar_translate");
        replace("gpa", false, result, "gpa", "gpa 0x6", "gpa 0x7");
        replace("iova of a result", false, result, "iova", "iova 0xfff", "iova 0xffe");
        replace("mask of a result", false, result, "mask", "mask 0xfff", "mask 0x1fffff");
        change("result without a translation", false, hit, "translation", l -> l.drop(hit, 1));
        int wide = log.find(hit, "desc type iotlb high 0xffffd000");
        int held = log.find(wide, "page hit sid 0x8 iova 0xffffe");
        change(
                "a hit in a range invalidated",
                false,
                held,
                "translation",
                l -> l.replace(wide, "0xffffd000", "0xffffc002")
                        .replace(wide + 1, "0xffffd000 mask 0x0", "0xffffc000 mask 0x2"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> contextsAndRegisters() {
        int context = log.find(1, "vtd_iotlb_cc_hit");
        int fetched = log.find(1, "vtd_iotlb_cc_update");
        replace("table of a context entry", false, context, "low", "0x2768001", "0x2768003");
        replace("DID of a context entry", false, context, "high", "high 0x301", "high 0x201");
        replace("reserved bit of a context entry", false, fetched, "context entry", "0x2768001", "0x2768011");
        change(
                "DID of a context entry fetched",
                false,
                fetched + 1,
                "domain",
                l -> l.replace(fetched, "high 0x301", "high 0x201"));
        change(
                "hit of a context entry dropped before",
                false,
                context,
                "context entry",
                l -> l.replace(context - 1, l.line(context - 1), "vtd_context_cache_reset "));
        int enabled = log.find(1, "status 0x47000000 value 0x86000000");
        replace("status before a command", false, enabled, "status", "0x47000000", "0x7000000");
        replace("value of a command", false, enabled, "value", "0x86000000", "0x6000000");
        change(
                "translation enabled",
                false,
                enabled + 1,
                "enable",
                l -> l.replace(enabled + 1, "enable 1", "enable 0"));
        int setup = log.find(1, "qi_setup");
        replace("queue size", false, setup, "size", "size 256", "size 128");
        replace("queue address", false, setup, "addr", "0x11b0000", "0x11b1000");
        replace("queue switched on", false, setup - 1, "enabled", "enabled 1", "enabled 0");
        int root = log.find(1, "dmar_root");
        replace("root table", false, root, "addr", "0x26d7000", "0x26d8000");
        int interrupts = log.find(1, "ir_root");
        replace("interrupt table", false, interrupts, "size", "0x10000", "0x20000");
        int last = log.find(enabled + 1, "vtd_reg_write_gcmd");
        change("one-shot bit forgotten", false, last, "status", l -> l.replace(last, "0xc7000000", "0x87000000"));
        return tests;
    }
}
