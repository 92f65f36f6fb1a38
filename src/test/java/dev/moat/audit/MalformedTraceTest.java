package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are no traces end with one message; traces with bad places are read around them, and say so. */
class MalformedTraceTest {
    /** The longest line that is read. */
    private static final int LONGEST_LINE = 1 << 20;

    private static final String GOOD =
            new TraceText().map(TraceText.A, 5, 1, 100).toString();

    private static final String RAW_FIELDS =
            "t:4:1: fields of an event in place of its text: 'echo 0 > options/fields' before"
                    + " it is read, and 'trace-cmd report' without -R";

    static Stream<Arguments> refused() throws IOException {
        byte[] packed = gzip(GOOD.repeat(50));
        return Stream.of(
                Arguments.of("", "t:1:1: no trace text: it holds no event"),
                Arguments.of("# tracer: nop\n#\n", "t:1:1: no trace text: it holds no event"),
                Arguments.of("a,b,c\n1,2,3\n", "t:1:1: no trace text: not one line is an event"),
                Arguments.of(
                        "# x\nvtd_inv_qi_tail write tail 2\n",
                        "t:2:1: no trace text: not one line is an event; it looks like a log of QEMU"),
                Arguments.of(
                        "(XEN) Xen 4.17\n",
                        "t:1:1: no trace text: not one line is an event; it looks like a console of Xen"),
                Arguments.of(
                        "# tracer: nop\n  kworker-24       0d..2. 6150742us : qi_submit: iec_inv dmar0: 0x14 0x0\n",
                        "t:2:1: no trace text: not one line is an event; it looks like ftrace's latency format: 'echo 0 >"
                                + " options/latency-format' before it is read"),
                Arguments.of(
                        " kworker      24 0 d..2. 00000000 0 [00000000] 6.150742ms (+0.001ms): map: IOMMU: iova=0x1000\n",
                        "t:1:1: no trace text: not one line is an event; it looks like ftrace's latency format: 'echo 0 >"
                                + " options/latency-format' before it is read"),
                Arguments.of(
                        "  kworker/u2:1    24  6.150742: iommu:map: IOMMU: iova=0x1000 - 0x2000 paddr=0x1000 size=4096\n",
                        "t:1:1: no trace text: not one line is an event; it looks like 'perf script' without the CPU:"
                                + " 'perf record -a' or '--sample-cpu' records it, '-F +cpu' prints it"),
                Arguments.of(
                        "cpus=1\nkworker/-24      0d..2.     6.150742: qi_submit:  iec_inv dmar0: 0x14 0x0 0x0 0x0\n",
                        "t:2:1: no trace text: not one line is an event; it looks like 'trace-cmd report -l': without -l it"
                                + " prints the CPU in brackets"),
                Arguments.of(
                        "    kworker/u2:1 [000]     6.150742:           iommu:map: IOMMU: iova=0x1000\n",
                        "t:1:1: no trace text: not one line is an event; it looks like 'perf script' without the thread:"
                                + " '-F +tid' prints it"),
                Arguments.of(
                        " kworker 24 [000]     6.150742: iec_inv dmar0: 0x14 0x0 0x0 0x0\n"
                                + " kworker 24 [000]     6.159725: IOMMU: iova=0x1000 - 0x2000 paddr=0x1000 size=4096\n",
                        "t:1:1: no trace text: most lines are no events; it looks like 'perf script' without the event:"
                                + " '-F +event' prints it"),
                Arguments.of(
                        GOOD + "a-1 [000] .... 9.0: map: size=0x1000 (4096) paddr=0x1000 iova=0x1000\n", RAW_FIELDS),
                Arguments.of(
                        GOOD
                                + "a-1 [000] 9.0: dma_map_page:  device=0000:03:00.0 phys_addr=4096 dma_addr=4096 size=4096\n",
                        RAW_FIELDS),
                Arguments.of("\u00fd7zXZ\0\0etc etc", "t: a file packed by xz; 'xz -dc' makes it text"),
                Arguments.of("(\u00b5/\u00fd etc etc", "t: a file packed by zstd; 'zstd -dc' makes it text"),
                Arguments.of("\u00ff\u00fea\0-\0", "t: text of UTF-16; 'iconv -f UTF-16 -t UTF-8' makes it UTF-8"),
                Arguments.of("\u00fe\u00ff\0a\0-", "t: text of UTF-16; 'iconv -f UTF-16 -t UTF-8' makes it UTF-8"),
                Arguments.of("BZh91AY&SY", "t: a file packed by bzip2; 'bzip2 -dc' makes it text"),
                Arguments.of("junk\n".repeat(1000) + GOOD, "t:1:1: no trace text: not one line is an event"),
                Arguments.of(GOOD + "ab\0c\n", "t:4:1: a NUL byte: not a text file"),
                Arguments.of("PERFILE2 etc", "t: a binary recording of perf; 'perf script' makes it text"),
                Arguments.of(
                        "\u0017\bDtracing6", "t: a binary recording of trace-cmd; 'trace-cmd report' makes it text"),
                Arguments.of(
                        new String(packed, 0, packed.length - 9, StandardCharsets.ISO_8859_1),
                        "t: the compressed file is damaged: it ends too early"),
                Arguments.of("\u001f\u008b", "t: the compressed file is damaged: it ends too early"),
                Arguments.of(
                        new String(packed, StandardCharsets.ISO_8859_1).replaceFirst("(?s)^(..).", "$1\u0009"),
                        "t: the compressed file is damaged: Unsupported compression method 9 in the .gz header"));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefused(String text, String message) {
        assertThatThrownBy(() -> TraceText.audit(text.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    static Stream<Arguments> warned() {
        String again = new TraceText().tick().toString();
        return Stream.of(
                Arguments.of(GOOD + "what is this\n", "1 line is no event, the first is line 4"),
                Arguments.of(GOOD + GOOD.substring(0, 90), "1 line at the end is cut off and was left out"),
                Arguments.of(GOOD + "x".repeat(LONGEST_LINE) + "\n", "1 line is no event, the first is line 4"),
                Arguments.of(GOOD + "x".repeat(LONGEST_LINE + 1) + "\n", "1 line is longer than 1 MiB and was skipped"),
                Arguments.of(GOOD + "x".repeat(3 * LONGEST_LINE), "1 line at the end is cut off and was left out"),
                Arguments.of(GOOD + again, "1 event is older than the event before it, by 2,000 ns at most"),
                Arguments.of(
                        GOOD + "a-1 [000] d... 5: tick: x\n",
                        "1 clock is not enough for this file: seconds and ticks are mixed"),
                Arguments.of(new TraceText().end().toString(), "1 call returns that was not seen to begin"),
                Arguments.of(
                        new TraceText().mapPoint(5, 0, 1).toString(),
                        "1 map or unmap has no possible range and was left out"),
                Arguments.of(
                        GOOD + "CPU:0 [LOST 7 EVENTS]\n", "7 events were lost; what was under way then is not judged"));
    }

    @ParameterizedTest
    @MethodSource("warned")
    void isReadWithAWarning(String text, String warning) {
        Audit audit = TraceText.audit(text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(audit.warnings()).contains(warning);
        assertThat(TraceText.audit(GOOD.getBytes(StandardCharsets.ISO_8859_1)).warnings())
                .isEmpty();
    }

    /** A clock that runs back by more than clocks of CPUs differ says that later lines may be of earlier moments. */
    @Test
    void aClockThatRunsBackLetsNothingBeCalledHeld() {
        for (long back : new long[] {Audit.TOLERANCE / 1000, Audit.TOLERANCE / 1000 + 1}) {
            boolean within = back * 1000 <= Audit.TOLERANCE;
            // A minute between the event before and the one that is older.
            TraceText text = new TraceText().map(0xa, 5, 1, 7).later(back - 1).tick();
            text.later(-back - 1).map(0xa, 6, 1, 8);
            Audit audit = TraceText.audit(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            assertThat(audit.inOrder()).as("%d us back", back).isEqualTo(within);
            assertThat(audit.tables()).isEqualTo(within ? Audit.Outcome.HELD : Audit.Outcome.NOT_JUDGED);
            assertThat(String.join("\n", audit.warnings()).contains("nothing is called held"))
                    .isEqualTo(!within);
        }
    }

    /** Each recording has times of its own. */
    @Test
    void anotherRecordingMayBeginEarlier() {
        String text = GOOD + "# tracer: nop\n" + GOOD;
        Audit audit = TraceText.audit(text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(audit.warnings()).containsExactly("1 further recording in the same file; each is judged by itself");
    }

    /** However long, a line costs no more memory and hides no other line. */
    @Test
    void linesAroundALongOneAreRead() {
        for (int length : new int[] {LONGEST_LINE, LONGEST_LINE + 1, 3 * LONGEST_LINE, 5_000_000}) {
            String text = GOOD + "x".repeat(length) + "\n" + GOOD;
            Audit audit = TraceText.audit(text.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(audit.events()).as("%d", length).containsEntry("map", 2L);
            assertThat(audit.figures()).containsEntry("lines", 7L);
        }
    }

    /** What cannot be read is missing as what was lost: without it a map or a return would look wrong. */
    @Test
    void whatCannotBeReadIsLost() {
        for (String torn : List.of(
                "unmap: IOMMU: iova=0x0000000000005000 - 0x00000",
                "unmap: IOMMU: iova=0x0000000000005000 - 0x0000000000006000 size=-4096 unmapped_size=4096",
                "unmap: IOMMU: iova=0x0000000000005000 - 0x0000000000006000 size=4096 unmapped_size=-4096",
                "qi_submit: iotlb_inv dmar0: 0x300f",
                "x".repeat(LONGEST_LINE))) {
            TraceText t = new TraceText().map(TraceText.A, 5, 1, 100).flushAll(TraceText.A, 3);
            Audit audit =
                    t.begin().event("%s", torn).map(TraceText.A, 5, 1, 101).audit();
            assertThat(audit.tallies()).allMatch(tally -> tally.violated() == 0);
            assertThat(audit.warnings()).contains("1 event was lost; what was under way then is not judged");
        }
    }

    /** Editors write the mark of UTF-8 before the first line. */
    @Test
    void markOfUtf8() {
        Audit audit =
                TraceText.audit(("\u00ef\u00bb\u00bf# clock: mono\n" + GOOD).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(audit.form()).isEqualTo("ftrace, clock mono");
        assertThat(audit.warnings()).isEmpty();
    }

    /** No damage to a line leads to anything but a warning or one message. */
    @Test
    void damagedBytesAreNeverFatal() {
        byte[] good = new TraceText()
                .map(TraceText.A, 5, 1, 100)
                .begin()
                .unmap(TraceText.A, 5, 1)
                .sync(TraceText.A, 5, 1)
                .pages(3, 5, 0)
                .synced()
                .end()
                .toString()
                .getBytes(StandardCharsets.ISO_8859_1);
        int read = 0;
        for (int i = 0; i < good.length; i += 3) {
            for (byte b : new byte[] {' ', ':', '[', '9', '-', '=', '\n', (byte) 0xff}) {
                byte[] damaged = Arrays.copyOf(good, good.length);
                damaged[i] = b;
                read += TraceText.audit(damaged).events().size() > 1 ? 1 : 0;
            }
        }
        assertThat(read).isEqualTo((good.length + 2) / 3 * 8);
    }
}
