package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.moat.audit.recording.DriverText;
import dev.moat.check.Engine;
import dev.moat.check.Replayed;
import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditCommandTest {
    private static final String STRICT = "src/test/resources/traces/linux-6.1-vtd-strict-nvme.trace.gz";
    private static final String LAZY = "src/test/resources/traces/linux-6.1-vtd-lazy-nvme.trace.gz";

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Moat.run(
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, p -> new TinyEngine()),
                args);
    }

    @Test
    void gates() {
        assertThat(moat("audit", "--strict", STRICT)).isZero();
        assertThat(out.toString()).contains("gate --strict: passed");
        assertThat(moat("audit", "--lazy", STRICT)).isZero();
        assertThat(moat("audit", "--strict", LAZY)).isEqualTo(12);
        assertThat(out.toString()).contains("gate --strict: FAILED (exit code 12)");
        assertThat(moat("audit", "--lazy", LAZY)).isZero();
        assertThat(moat("audit", LAZY)).isZero();
        assertThat(moat("audit", "--strict", STRICT, LAZY)).isEqualTo(12);
    }

    /** The page has each fault with its class and lines, and nothing of a file as HTML. */
    @Test
    void thePageHasTheFaults() throws IOException {
        String at = " nvme-7 [000] d.h1. 1.00000";
        String trace = at + "1: map: IOMMU: iova=0x1000 - 0x2000 paddr=0x5000 size=4096\n"
                + at + "2: unmap: IOMMU: iova=0x1000 - 0x2000 size=4096 unmapped_size=4096\n"
                + at + "3: io_page_fault: IOMMU:nvme 0000:01:00.0 iova=0x0000000000001000 flags=0x0001\n";
        Path file = Files.writeString(dir.resolve("a<b>.trace"), trace);
        Path page = dir.resolve("a.html");
        assertThat(moat("audit", file.toString(), "--html", page.toString())).isZero();
        assertThat(Files.readString(page))
                .contains(
                        "<td>3</td><td>unmapped, and the trace shows no invalidation</td>",
                        "unmapped in line 2, 0.001 ms before",
                        "a&lt;b&gt;.trace")
                .doesNotContain("<b>", "<script");
        assertThat(moat("audit", file.toString(), file.toString(), "--html", page.toString()))
                .isEqualTo(2);
    }

    /** A trace that goes on in a second member does not pass because that one is damaged. */
    @Test
    void everyMemberOfAPackedTraceCounts() throws IOException {
        byte[] text;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of(LAZY)))) {
            text = in.readNBytes(50_000);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int clean = 1500;
        pack(bytes, text, 0, clean);
        int second = bytes.size();
        pack(bytes, text, clean, text.length);
        byte[] both = bytes.toByteArray();
        String file = Files.write(dir.resolve("two.gz"), both).toString();
        assertThat(moat("audit", "--strict", file)).isEqualTo(12);
        assertThat(moat("audit", "--strict", file, "--unpacked", "40000")).isEqualTo(5);
        assertThat(err.toString()).contains(file + ": the limit on unpacked bytes was hit");
        both[second]++;
        Files.write(Path.of(file), both);
        assertThat(moat("audit", "--strict", file)).isEqualTo(65);
        assertThat(err.toString())
                .isEqualTo("moat: " + file
                        + ": the compressed file is damaged: Unexpected data after a valid .gz stream\n");
    }

    private static void pack(ByteArrayOutputStream to, byte[] text, int from, int end) throws IOException {
        GZIPOutputStream out = new GZIPOutputStream(to);
        out.write(text, from, end - from);
        out.finish();
    }

    /** A gate that had nothing to judge does not pass. */
    @Test
    void nothingToJudge() throws IOException {
        Path trace =
                Files.writeString(dir.resolve("t"), "x-1 [000] .... 1.000000: unmap: IOMMU: iova=0x1000 size=4096\n");
        assertThat(moat("audit", "--strict", trace.toString())).isEqualTo(5);
        assertThat(moat("audit", "--lazy", trace.toString())).isEqualTo(5);
        assertThat(moat("audit", trace.toString())).isZero();
    }

    /** Event text has the same gates and codes; without a gate, too, it is no success that nothing was judged. */
    @Test
    void eventText() throws IOException {
        String right =
                Files.writeString(dir.resolve("right"), DriverText.all().get(0)).toString();
        String wrong =
                Files.writeString(dir.resolve("wrong"), DriverText.all().get(1)).toString();
        assertThat(moat("audit", "--strict", "--every-rule", right)).isZero();
        assertThat(out.toString()).contains("read as: moat-events 1", "gate --strict: passed");
        assertThat(moat("audit", "--lazy", right)).isZero();
        assertThat(moat("audit", wrong)).isZero();
        assertThat(moat("audit", "--strict", wrong)).isEqualTo(12);
        assertThat(moat("audit", "--json", wrong)).isZero();
        assertThat(out.toString()).contains("\"strict\": \"violated\"");
        assertThat(moat("audit", "--bounces", right)).isEqualTo(5);
        assertThat(moat("audit", "--device", "00:14.0", right)).isEqualTo(2);
        assertThat(err.toString()).contains("--device chooses devices in traces of a kernel");
        String nothing =
                Files.writeString(dir.resolve("nothing"), "moat-events 1\n").toString();
        assertThat(moat("audit", nothing)).isEqualTo(5);
        String later =
                Files.writeString(dir.resolve("later"), "moat-events 2\n").toString();
        assertThat(moat("audit", later)).isEqualTo(65);
        assertThat(err.toString()).contains(later + ":1:1: the first line is 'moat-events 2'");
    }

    /** Bounced mappings are a gate of their own, and no part of the others. */
    @Test
    void bouncesAreAGate() throws IOException {
        String line = "x-1 [000] .... 1.000000: swiotlb_bounced: dev_name: 0000:00:02.0 dma_mask=ffffffff dev_addr=";
        Path right = Files.writeString(dir.resolve("right"), line + "1aef4a000 size=4096 NORMAL\n");
        Path wrong = Files.writeString(dir.resolve("wrong"), line + "ef4a000 size=4096 NORMAL\n");
        assertThat(moat("audit", "--bounces", right.toString())).isZero();
        assertThat(out.toString()).contains("gate --bounces: passed");
        assertThat(moat("audit", "--bounces", wrong.toString())).isEqualTo(12);
        assertThat(out.toString())
                .contains("bounced mappings                                         VIOLATED")
                .contains("line 1 bounces 4096 bytes at 0xef4a000 of 0000:00:02.0, which reaches all of them");
        assertThat(moat("audit", "--bounces", STRICT)).isEqualTo(5);
        assertThat(moat("audit", "--strict", wrong.toString())).isEqualTo(5);
        assertThat(moat("audit", wrong.toString())).isZero();
        assertThat(moat("audit", "--json", wrong.toString())).isZero();
        assertThat(out.toString()).contains("\"bounces\": \"violated\"", "\"bytesBounced\": 4096");
    }

    /** Rules that cannot be judged are listed and, when asked for, count; never more than what was found. */
    @Test
    void everyRule() {
        assertThat(moat("audit", STRICT)).isZero();
        assertThat(out.toString())
                .contains("skipped: 2 of 9 rules")
                .contains("frame-reuse of maps: fewer than two domains are known so far (1,055 of 1,055)")
                .contains("strict-return of buffers freed: the trace shows none; needs dma_free");
        assertThat(moat("audit", "--every-rule", STRICT)).isEqualTo(5);
        assertThat(out.toString()).contains("--every-rule: rules were skipped (exit code 5)");
        assertThat(moat("audit", "--strict", "--every-rule", STRICT)).isEqualTo(5);
        assertThat(out.toString()).contains("gate --strict: passed");
        assertThat(moat("audit", "--strict", "--every-rule", LAZY)).isEqualTo(12);
        moat("audit", "--every-rule", "--json", STRICT);
        assertThat(JsonParser.parseString(out.toString()).getAsJsonObject().getAsJsonArray("skipped"))
                .hasSize(2);
    }

    @Test
    void badInput() throws IOException {
        Path other = Files.writeString(dir.resolve("t"), "a,b\n");
        assertThat(moat("audit", other.toString())).isEqualTo(65);
        assertThat(err.toString()).isEqualTo("moat: " + other + ":1:1: no trace text: not one line is an event\n");
        assertThat(moat("audit", dir.resolve("none").toString())).isEqualTo(74);
    }

    @Test
    void jsonIsTheSameEveryTime() {
        assertThat(moat("audit", "--json", "--strict", LAZY)).isEqualTo(12);
        String first = out.toString();
        assertThat(JsonParser.parseString(first).getAsJsonObject())
                .satisfies(j -> assertThat(j.get("exit").getAsInt()).isEqualTo(12))
                .satisfies(j -> assertThat(j.get("strict").getAsString()).isEqualTo("violated"))
                .satisfies(j -> assertThat(j.get("lazy").getAsString()).isEqualTo("held"));
        moat("audit", "--json", "--strict", LAZY);
        assertThat(out.toString()).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux-6.1", "linux-6.12"})
    void recipes(String kernel) throws Exception {
        assertThat(moat("audit", "--recipe", kernel)).isZero();
        assertThat(out.toString()).startsWith("#!/bin/sh\n").contains("trap cleanup EXIT", "buffer_size_kb");
        Path script = Files.writeString(dir.resolve("record.sh"), out.toString());
        Process check = new ProcessBuilder("sh", "-n", script.toString()).start();
        assertThat(check.waitFor()).isZero();
        assertThat(out.toString().contains("cache_tag_flush_range")).isEqualTo(kernel.equals("linux-6.12"));
    }

    /** One script with two lists of events: what differs is the kernel's name and its tracepoints. */
    @Test
    void recipesDifferInTracepointsOnly() {
        moat("audit", "--recipe", "linux-6.1");
        List<String> older = out.toString().lines().toList();
        moat("audit", "--recipe", "linux-6.12");
        List<String> newer = out.toString().lines().toList();
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < newer.size(); i++) {
            if (!older.get(i).equals(newer.get(i))) {
                differing.add(newer.get(i));
            }
        }
        assertThat(older).hasSameSizeAs(newer).noneMatch(l -> l.matches(".*@[A-Z]+@.*"));
        assertThat(differing)
                .hasSize(2)
                .anyMatch(l -> l.contains("Linux 6.12"))
                .anyMatch(l -> l.contains("dma/dma_unmap_page"));
    }

    @Test
    void savesViolationsThatReplay() throws IOException {
        Path found = dir.resolve("found");
        assertThat(moat("audit", "--lazy", LAZY, "--save", found.toString())).isZero();
        assertThat(out.toString())
                .contains("  saved " + found.resolve("linux-6.1-vtd-lazy-nvme.trace.gz-strict-return-31.itf.json"));
        assertThat(found).isDirectoryContaining("glob:**-strict-return-491.itf.json");
        Engine engine = CheckoutEngine.open(Path.of(""));
        try (Stream<Path> files = Files.list(found)) {
            for (Path file : files.toList()) {
                assertThat(engine.replay(file).result()).isEqualTo(Replayed.Result.REPRODUCED);
                assertThat(engine.show(file, true)).anyMatch(l -> l.matches("recorded: 1 .*trace.gz:[0-9]+: .*"));
            }
        }
        assertThat(moat("audit", "--json", LAZY, "--save", found.toString())).isZero();
        assertThat(JsonParser.parseString(out.toString()).getAsJsonObject().getAsJsonArray("saved"))
                .hasSize(10);
        Path both = dir.resolve("both");
        assertThat(moat("audit", LAZY, LAZY, "--save", both.toString())).isZero();
        assertThat(out.toString().lines().filter(l -> l.startsWith("  saved ")).distinct())
                .hasSize(20)
                .contains("  saved " + both.resolve("2-linux-6.1-vtd-lazy-nvme.trace.gz-strict-return-31.itf.json"));
        assertThat(moat("audit", STRICT, "--save", dir.resolve("none").toString()))
                .isZero();
        assertThat(dir.resolve("none")).doesNotExist();
        Path file = Files.writeString(dir.resolve("file"), "");
        assertThat(moat("audit", LAZY, "--save", file.toString())).isEqualTo(74);
    }

    @Test
    @ResourceLock("System.in")
    void readsStandardInput() throws IOException {
        InputStream before = System.in;
        try (InputStream in = Files.newInputStream(Path.of(LAZY))) {
            System.setIn(in);
            assertThat(moat("audit", "--strict", "-")).isEqualTo(12);
            assertThat(out.toString()).startsWith("-: 4,276 lines");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void usage() {
        assertThat(moat("audit")).isEqualTo(2);
        assertThat(moat("audit", "--recipe", "linux-2.4")).isEqualTo(2);
        assertThat(err.toString()).contains("known: linux-6.1, linux-6.12, and with bpftrace- before them");
        assertThat(moat("audit", "--recipe", "linux-6.1", STRICT)).isEqualTo(2);
        assertThat(moat("audit", "--strict", "--lazy", STRICT)).isEqualTo(2);
        assertThat(moat("audit", "-", "-")).isEqualTo(2);
        assertThat(err.toString()).contains("- is given twice");
        assertThat(moat("audit", "--device", "nic", STRICT)).isEqualTo(2);
        assertThat(err.toString()).contains("'nic' is no address of a PCI function");
        assertThat(moat("audit", "--strict", "--device", "00:04.0", STRICT)).isEqualTo(5);
        assertThat(out.toString()).contains("judged for 0000:00:04.0 only: 0 events are of it");
    }
}
