package dev.moat.conform.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Malformed files are refused at their place, with one line that says what is wrong. */
class MalformedLogTest {
    private static final String GOOD = "vtd_dmar_enable enable 1\n";
    private static final String DESCRIPTOR = "vtd_inv_desc invalidate desc type iotlb high 0x1000 low 0x300f2\n";
    private static final String SUBMIT = "  x-1  [000] d..2. 6.1: qi_submit: iotlb_inv dmar0: 0x300f2 0x1000 0x0 0x0\n";

    private static QemuReport judge(String log) throws IOException {
        return QemuLog.judge(RecordedLog.bytes("q.log", log.getBytes(StandardCharsets.ISO_8859_1)), null);
    }

    private static QemuReport judge(String log, String trace) throws IOException {
        return QemuLog.judge(
                RecordedLog.bytes("q.log", log.getBytes(StandardCharsets.ISO_8859_1)),
                RecordedLog.bytes("g.trace", trace.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            vtd_dmar_translate dev 00:01.00 iova                            | 'iova' is missing in vtd_dmar_translate
            vtd_dmar_translate dev 00:01.00 -> gpa 0x1000 mask 0xfff        | 'iova' is missing in vtd_dmar_translate
            vtd_dmar_translate dev 00:41.00 iova 0x0 -> gpa 0x0 mask 0xfff  | '00:41.00' is no device: bus:device.function
            vtd_dmar_translate dev nvme iova 0x0 -> gpa 0x0 mask 0xfff      | 'nvme' is no device: bus:device.function
            vtd_dmar_translate dev 1.0:0 iova 0x0 -> gpa 0x0 mask 0xfff     | '1.0:0' is no device: bus:device.function
            vtd_iotlb_page_hit sid 0x8 iova 0x1g000 slpte 0x1003 domain 0x3 | the number of 'iova' is malformed
            vtd_iotlb_page_hit sid 0x8 iova 0x slpte 0x1003 domain 0x3      | 'iova' has no number
            vtd_iotlb_page_hit sid 0x8 iova 0x1000 slpte 0x1003 domain 0x30000 | 'domain' is larger than 65535
            vtd_iotlb_page_hit sid 0x10008 iova 0x1000 slpte 0x3 domain 0x3 | 'sid' is larger than 65535
            vtd_iotlb_page_hit sid 8 iova 0x11111111111111111 slpte 0x3 domain 3 | the number of 'iova' is too large
            vtd_iotlb_page_hit sid 99999999999999999999 iova 0x1 slpte 0x3 domain 3 | the number of 'sid' is too large
            vtd_iotlb_page_hit sid 8 iova 0x8000000000 slpte 0x3 domain 0x3 | an I/O address beyond the 39 bits that its context entries translate
            vtd_iotlb_page_hit sid 8 iova 0xffffffffffffffff slpte 0x3 domain 3 | an I/O address beyond the 39 bits that its context entries translate
            vtd_iotlb_cc_hit bus 0x0 devfn 0x8 high 0x304 low 0x1 gen 1     | context entry of address width 4; QEMU's are 1 (39 bits) and 2 (48 bits)
            vtd_iotlb_cc_hit bus 0x0 devfn 0x8 high 0x302 low 0x1 gen 1     | a second address width; Moat's unit has one
            vtd_inv_qi_setup addr 0x1000 size 512                           | an invalidation queue of 512 descriptors; Moat's has at most 256
            vtd_inv_qi_setup addr 0x1000 size 100                           | an invalidation queue of 100 descriptors; their number is a power of 2
            vtd_inv_qi_setup addr 0x1000 size 0                             | an invalidation queue of 0 descriptors; their number is a power of 2
            vtd_inv_qi_head read head 40000                                 | 'head' is larger than 32767
            vtd_reg_dmar_root addr 0x1000 scalable 1                        | scalable mode is not modelled
            vtd_reg_write addr 0x8000 size 0x4 value 0x0                    | 'addr' is larger than 4092
            vtd_reg_write addr 0x19 size 0x4 value 0x0                      | a register is written in 4 or 8 bytes at a multiple of 4
            vtd_reg_write addr 0x18 size 0x2 value 0x0                      | a register is written in 4 or 8 bytes at a multiple of 4
            """)
    void aMalformedLineIsRefusedAtItsPlace(String line, String message) {
        String before = GOOD + "vtd_iotlb_page_hit sid 0x8 iova 0x0 slpte 0x3003 domain 0x3\n"
                + "vtd_iotlb_cc_hit IOTLB context hit bus 0x0 devfn 0x8 high 0x301 low 0x1001 gen 1\n";
        assertThatThrownBy(() -> judge(before + line + "\n"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("q.log:4:")
                .hasMessageEndingWith(": " + message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void withoutContextEntriesAnAddressMayHave48Bits() throws IOException {
        String hit = "vtd_iotlb_page_hit sid 8 iova 0xfffffffff000 slpte 0x3 domain 0x3\n";
        assertThat(judge(hit).disagreements()).isEmpty();
        assertThatThrownBy(() -> judge(GOOD + hit.replace("0xf", "0x1f")))
                .isInstanceOf(InputException.class)
                .hasMessage("q.log:2:1: an I/O address beyond the 48 bits that QEMU's units translate");
    }

    /** A QEMU that is killed leaves the beginning of a line, and what it has of a number need not be all of it. */
    @Test
    void theBeginningOfALineIsLeftOut() throws IOException {
        QemuReport found = judge(GOOD + "vtd_dmar_translate dev 00:01.00 iova 0x0 -> gpa 0x1 mask 0xfff");
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.unjudged()).containsEntry("last line, in the middle of which the file ends", 1L);
        assertThatThrownBy(() -> judge(GOOD + "vtd_dmar_enable \u0007"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("q.log:2:17: byte 0x7 is no text");
    }

    /** One character less than is refused. */
    @Test
    void theLongestLineIsRead() throws IOException {
        assertThat(judge(GOOD + "v".repeat(4096) + "\n").disagreed()).isZero();
        assertThatThrownBy(() -> judge(GOOD + "v".repeat(4097) + "\n"))
                .hasMessage("q.log:2:4097: the line has more than 4096 characters");
    }

    @Test
    void filesThatAreNoLogAreRefused() {
        assertThatThrownBy(() -> judge(GOOD + "\u001f\u008b\u0008\n"))
                .isInstanceOf(InputException.class)
                .hasMessage("q.log:2:1: byte 0x1f is no text: the file is binary or damaged");
        assertThatThrownBy(() -> judge(GOOD + "v".repeat(1 << 20) + "\n"))
                .isInstanceOf(InputException.class)
                .hasMessage("q.log:2:4097: the line has more than 4096 characters");
        assertThatThrownBy(() -> judge(""))
                .isInstanceOf(InputException.class)
                .hasMessage("q.log:1:1: no vtd_* event in it; QEMU writes them with -trace 'vtd_*' -D FILE");
        assertThatThrownBy(() -> judge(SUBMIT)).hasMessageStartingWith("q.log:1:1: no vtd_* event in it");
    }

    @Test
    void linesAreReadAcrossTheBuffer() throws IOException {
        String filler = "x".repeat(4095) + "\r\n";
        QemuReport found = judge(filler.repeat(40) + GOOD);
        assertThat(found.lines()).isEqualTo(41);
        assertThat(found.unjudged()).containsEntry("line that is no vtd_* event", 40L);
        assertThat(found.judged()).containsEntry("vtd_dmar_enable", 1L);
    }

    @Test
    void tracesThatCannotBeJoinedAreRefused() throws IOException {
        assertThat(judge(DESCRIPTOR, SUBMIT).explained()).isEmpty();
        assertThatThrownBy(() -> judge(DESCRIPTOR, "# tracer: nop\n"))
                .isInstanceOf(InputException.class)
                .hasMessage("g.trace:1:1: no qi_submit event in it; nothing else says where in the log it begins");
        assertThatThrownBy(() -> judge(DESCRIPTOR, SUBMIT.replace("0x1000", "0x2000")))
                .isInstanceOf(InputException.class)
                .hasMessage("g.trace:1:1: its first descriptor is found nowhere in q.log: not the same run?");
        assertThatThrownBy(() -> judge(DESCRIPTOR + DESCRIPTOR, SUBMIT))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        "g.trace:1:1: its first descriptor is found at several places of q.log that explain as much");
        assertThatThrownBy(() -> judge(DESCRIPTOR, DESCRIPTOR))
                .isInstanceOf(InputException.class)
                .hasMessage("g.trace:1:1: neither an ftrace event nor a comment");
        assertThatThrownBy(() -> judge(DESCRIPTOR, SUBMIT.replace("0x300f2", "0xzz")))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("g.trace:1:")
                .hasMessageEndingWith("a number is malformed");
        assertThatThrownBy(() -> judge(DESCRIPTOR, "  x-1 [000] 6.1: map: IOMMU: iova=0x1000 size=4096\n" + SUBMIT))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("g.trace:1:")
                .hasMessageEndingWith("'paddr=' is missing");
    }

    @Test
    void ofATraceTheBeginningOfALineIsLeftOut() throws IOException {
        assertThat(judge(DESCRIPTOR, SUBMIT + "  x-1 [000] 6.1: map").disagreed())
                .isZero();
        assertThatThrownBy(() -> judge(DESCRIPTOR, SUBMIT + "  x-1 [000] 6.1: map\n"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("g.trace:2:");
    }
}
