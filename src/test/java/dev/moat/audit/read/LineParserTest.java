package dev.moat.audit.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineParserTest {
    private final TraceEvent e = new TraceEvent();

    private boolean parse(String line) {
        byte[] bytes = ("??" + line + "??").getBytes(StandardCharsets.ISO_8859_1);
        return new LineParser().parse(bytes, 2, bytes.length - 2, e);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            ignoreLeadingAndTrailingWhitespace = false, // names are printed with spaces before them
            value = {
                "    kworker/u2:1-24      [000] d..2.     3.415529: map_ret: (x|24|0|3415529000|true",
                "          <idle>-0       [011] d.h1.     5.551130: map_ret: (x|0|11|5551130000|true",
                "          <idle>-0       [011]     5.551130: map_ret: (x|0|11|5551130000|true",
                "  a b-c: [1] x-7   (-----) [001] dNs2. 0.000001: map_ret: (x|7|1|1000|true",
                "  bash-7   (   4321) [001] dNs2. 12.5: map_ret: (x|7|1|12500000000|true",
                "x-77 [8191] .... 123456789: map_ret: (x|77|8191|123456789|false",
                "nvme 4711 [002] 7.123456789:   moat:map_ret: (x|4711|2|7123456789|true",
                "nvme 4711 [002] 7.123456789:        1    moat:map_ret: (x|4711|2|7123456789|true",
                "x-77 [000] .... 1.000000:    map_ret:     (x|77|0|1000000000|true",
                "  a-1 [5] 1:b: x-7       [002] .....     1.000101: map_ret: (x|7|2|1000101000|true",
                "  moat:   a-7       [002] .....     1.000101: map_ret: (x|7|2|1000101000|true",
                "  x-7     [002]     1.000101: map_ret: (a-1 [5] 1:b: x|7|2|1000101000|true",
                "  x-7     [002]     1.000101:  (+12)   map_ret:     (x|7|2|1000101000|true",
                "  x   7 [002] 2024-10-11 17:26:45.150742   1.000101:   moat:map_ret: (x|7|2|1000101000|true",
                "  x   7/8 [002] 2024-10-11 17:26:45.150742   1.000101:  12 moat:map_ret: (x|8|2|1000101000|true",
                "            task-7       [002] ..... 16140901064495857664: map_ret: (x|7|2|-2305843009213693952|false",
                "        a-1 [5] 1:b: x-4194304 [002] ..... 1.000101: map_ret: (x|4194304|2|1000101000|true",
                "CPU:1-7 [002] 1.000000001: map_ret: (x|7|2|1000000001|true",
                ":-1    -1 [002] 7.123456789:   moat:map_ret: (x|-1|2|7123456789|true",
                "a b  -1/-1 [002] 7.123456789:   moat:map_ret: (x|-1|2|7123456789|true",
                "a b  1/1 [002] 7.123456789:   moat:map_ret: (x|1|2|7123456789|true",
                "         systemd-1   [002] 1.000000001: map_ret: (x|1|2|1000000001|true",
                "            a  -1   [002] 1.000000001: map_ret: (x|1|2|1000000001|true",
            })
    void heads(String line, int pid, int cpu, long time, boolean seconds) {
        assertThat(parse(line)).isTrue();
        assertThat(e.kind).isEqualTo(EventKind.MAP_RETURN);
        assertThat(e.pid).isEqualTo(pid);
        assertThat(e.cpu).isEqualTo(cpu);
        assertThat(e.time).isEqualTo(time);
        assertThat(e.seconds).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "x-1 [000]",
                "x-1 [000] .... 1.0:",
                "x-1 [000] .... 1.0: ",
                "x-1 [000] .... 1.0: map",
                "x-1 [000] .... 1.0: two words: x",
                "x-1 [000] .... 1.0: 12 map: x",
                "x-1 [000] .... 1.0: 12 13 iommu:map: x",
                "x-1 [000] .... 1.0: 12",
                "x-1 [8192] .... 1.0: map: x",
                "x-1 [abc] .... 1.0: map: x",
                "x-1 [000] .... 1.: map: x",
                "x-1 [000] .... .5: map: x",
                "x [000] .... 1.0: map: x",
                "x-1 [000] .... 9999999999999999.0: map: x",
                "x-1 [000] .... 18446744073709551617.0: map: x",
                "x-1 [000] .... 100000000000000000000: map: x",
                "x-1 [000] d.. 2024-10-11 1.0: map: x",
                "CPU:x [LOST 1 EVENTS]",
                "CPU:8192 [LOST 1 EVENTS]",
            })
    void notEvents(String line) {
        assertThat(parse(line)).isFalse();
    }

    /** A long line of what looks like CPUs costs no more than another. */
    @ParameterizedTest
    @ValueSource(strings = {")[0]", "/1[0]", "/1[0]1:x"})
    void bracketsWithoutEnd(String text) {
        assertTimeout(
                Duration.ofSeconds(20),
                () -> assertThat(parse(text.repeat((1 << 20) / text.length()))).isFalse());
    }

    @Test
    void valuesByKeyInAnyOrderAndBase() {
        assertThat(
                        parse(
                                "x-1 [000] .... 1.0: unmap: IOMMU: unmapped_size=4096 junk size=0x2000 iova=0xFFFFffffFFFFf000"))
                .isTrue();
        assertThat(e.get(Field.UNMAPPED_SIZE)).isEqualTo(4096);
        assertThat(e.get(Field.SIZE)).isEqualTo(0x2000);
        assertThat(e.get(Field.IOVA)).isEqualTo(-4096);
        assertThat(e.has(Field.PADDR)).isFalse();
        assertThat(parse("x-1 [000] .... 1.0: map_ret: (a+0x1/0x2 <- b) ret=-12"))
                .isTrue();
        assertThat(e.get(Field.RET)).isEqualTo(-12);
        assertThat(
                        parse(
                                "x-1 [000] .... 1.0: iommu_map: (a+0x1/0x2) dom=18374686479671623680 iova=(fault) size=12x prot=0x11112222333344445"))
                .isTrue();
        assertThat(e.get(Field.DOM)).isEqualTo(0xff00000000000000L);
        assertThat(e.has(Field.IOVA) || e.has(Field.SIZE) || e.has(Field.PROT)).isFalse();
    }

    @Test
    void descriptors() {
        assertThat(parse("x-1 [000] .... 1.0: qi_submit: iotlb_inv dmar1: 0x300f2 0xfffc0004 0x0 0x0"))
                .isTrue();
        assertThat(e.kind).isEqualTo(EventKind.QI_SUBMIT);
        assertThat(e.get(Field.UNIT)).isEqualTo(1);
        assertThat(e.get(Field.WORD0)).isEqualTo(0x300f2);
        assertThat(e.get(Field.WORD1)).isEqualTo(0xfffc0004L);
        assertThat(parse("x-1 [000] .... 1.0: qi_submit: iotlb_inv dmar1: 0x300f2"))
                .isTrue();
        assertThat(e.kind).isEqualTo(EventKind.LOST);
    }

    /** Linux 6.12 has a tracepoint of a probe's name. */
    @Test
    void anotherEventOfTheSameName() {
        assertThat(parse("x-1 [000] .... 1.0: dma_map_page: 0000:00:01.0 dir=TO_DEVICE dma_addr=ffffd000 size=4096"))
                .isTrue();
        assertThat(e.kind).isEqualTo(EventKind.DMA_MAPPED);
        assertThat(e.device()).isEqualTo("0000:00:01.0");
        assertThat(e.get(Field.DMA_ADDR)).isEqualTo(0xffffd000L);
        assertThat(parse("x-1 [000] .... 1.0: map: (probe+0x0/0x1) iova=0x1000"))
                .isTrue();
        assertThat(e.kind).isEqualTo(EventKind.UNKNOWN);
        assertThat(parse("x-1 [000] .... 1.0: unmap_page_ret:")).isTrue();
        assertThat(e.kind).isEqualTo(EventKind.UNKNOWN);
    }

    /** The driver's name stands before the device's. */
    @Test
    void devicesOfTheIommu() {
        assertThat(parse("x-1 [000] .... 1.0: io_page_fault: IOMMU:intel-iommu 0000:00:02.0 iova=0x7f000 flags=0x0001"))
                .isTrue();
        assertThat(e.device()).isEqualTo("0000:00:02.0");
        assertThat(e.get(Field.IOVA)).isEqualTo(0x7f000);
        assertThat(parse("x-1 [000] .... 1.0: attach_device_to_domain: IOMMU: device=0000:00:02.0"))
                .isTrue();
        assertThat(e.device()).isEqualTo("0000:00:02.0");
    }

    @Test
    void lostEvents() {
        assertThat(parse("CPU:3 [LOST 17 EVENTS]")).isTrue();
        assertThat(e.kind).isEqualTo(EventKind.LOST);
        assertThat(e.cpu).isEqualTo(3);
        assertThat(e.lost).isEqualTo(17);
    }

    /** A key leads to the field that it is the key of. */
    @Test
    void keysAreThoseOfTheirFields() {
        for (Field field : Field.values()) {
            String key = field.key();
            byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
            assertThat(Field.find(bytes, 0, bytes.length)).as(key).isEqualTo(key.isEmpty() ? -1 : field.index());
        }
    }
}
