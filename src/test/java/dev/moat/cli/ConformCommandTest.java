package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformCommandTest {
    private static final Path XEN = Path.of("src/test/resources/xen-oracle/grant-table-4.17.csv");
    private static final Path AMDVI = Path.of("src/test/resources/amdvi-oracle/amdvi-qemu.csv");
    private static final Path TRACES = Path.of("src/test/resources/traces");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site =
                new Site(directory, new PrintWriter(out), new PrintWriter(err), false, false, path -> new TinyEngine());
        return Moat.run(site, args);
    }

    private String unpacked(String name) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(TRACES.resolve(name + ".gz")))) {
            Files.write(file, in.readAllBytes());
        }
        return file.toString();
    }

    @Test
    void judgesAQemuLogAloneAndWithTheTraceOfTheGuest() throws IOException {
        String log = unpacked("qemu-7.2-vtd-strict-nvme.log");
        String trace = unpacked("linux-6.1-vtd-strict-nvme.trace");
        assertThat(moat("conform", "qemu", log)).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("translations 2196: hits 1085, fills 1111\n")
                .contains("disagreements 0\n")
                .doesNotContain("mapping of the trace");
        assertThat(moat("conform", "qemu", log, "--trace", trace))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("  fill agrees with a mapping of the trace 1111\n");
    }

    @Test
    void readsCompressedFilesAsWell() throws IOException {
        String log = TRACES.resolve("qemu-7.2-vtd-strict-nvme.log.gz").toString();
        String trace = TRACES.resolve("linux-6.1-vtd-strict-nvme.trace.gz").toString();
        assertThat(moat("conform", "qemu", log, "--trace", trace))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("translations 2196: hits 1085, fills 1111\n")
                .contains("  fill agrees with a mapping of the trace 1111\n");
        byte[] packed = Files.readAllBytes(Path.of(log));
        Path cut = Files.write(directory.resolve("cut.gz"), Arrays.copyOf(packed, packed.length / 2));
        assertThat(moat("conform", "qemu", cut.toString())).isEqualTo(65);
        assertThat(err.toString()).startsWith("moat: " + cut + ":").contains("the compressed file is damaged");
        byte[] middle = packed.clone();
        Arrays.fill(middle, packed.length / 2, packed.length / 2 + 200, (byte) 0xff);
        assertThat(moat("conform", "qemu", Files.write(cut, middle).toString())).isEqualTo(65);
        assertThat(err.toString()).startsWith("moat: " + cut);
        byte[] wrong = packed.clone();
        wrong[2] = 9;
        assertThat(moat("conform", "qemu", Files.write(cut, wrong).toString())).isEqualTo(65);
        assertThat(err.toString()).startsWith("moat: " + cut + ": the compressed file is damaged");
    }

    @Test
    void printsJson() throws IOException {
        String log = TRACES.resolve("qemu-7.2-vtd-strict-nvme.log.gz").toString();
        assertThat(moat("conform", "qemu", log, "--json")).isZero();
        String first = out.toString();
        JsonObject json = JsonParser.parseString(first).getAsJsonObject();
        assertThat(json.get("exit").getAsInt()).isZero();
        assertThat(json.get("lines").getAsLong()).isEqualTo(7179);
        assertThat(json.getAsJsonObject("judged").get("vtd_dmar_translate").getAsLong())
                .isEqualTo(2196);
        assertThat(json.getAsJsonArray("disagreements")).isEmpty();
        moat("conform", "qemu", log, "--json");
        assertThat(out.toString()).isEqualTo(first);
        Path wrong = Files.writeString(
                directory.resolve("wrong.log"), "vtd_reg_write_gcmd status 0x0 value 0x0\nvtd_dmar_enable enable 1\n");
        assertThat(moat("conform", "qemu", wrong.toString(), "--json")).isEqualTo(14);
        JsonObject found = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(found.get("exit").getAsInt()).isEqualTo(14);
        assertThat(found.get("disagreed").getAsInt()).isEqualTo(1);
        assertThat(found.getAsJsonArray("disagreements")
                        .get(0)
                        .getAsJsonObject()
                        .get("line")
                        .getAsInt())
                .isEqualTo(2);
    }

    /** Counts as in the text, then each disagreement with its place. */
    @ParameterizedTest
    @CsvSource({
        "xen, xen-oracle/grant-table-4.17.csv, xen-4.17",
        "dma, dma-oracle/gart.csv, linux-6.1",
        "amdvi, amdvi-oracle/amdvi-qemu.csv, specification",
        "riscv, riscv-oracle/unit.csv, specification",
        "smmuv3, smmuv3-oracle/smmuv3-qemu.csv, specification",
        "viommu, viommu-oracle/capabilities.csv, vtd"
    })
    void printsJsonOfRows(String kind, String name, String profile) throws IOException {
        Path file = Path.of("src/test/resources").resolve(name);
        assertThat(moat("conform", kind, file.toString(), "--json")).isZero();
        JsonObject json = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(json.get("format").getAsString()).startsWith("moat-conform-" + kind + "-");
        assertThat(json.get("profile").getAsString()).isEqualTo(profile);
        assertThat(json.get("cases").getAsInt()).isPositive();
        assertThat(json.get("rows").getAsInt())
                .isGreaterThanOrEqualTo(json.get("cases").getAsInt());
        assertThat(json.get("exit").getAsInt()).isZero();
        assertThat(json.get("disagreed").getAsInt()).isZero();
        assertThat(json.getAsJsonArray("disagreements")).isEmpty();
    }

    @Test
    void theJsonOfRowsHasThePlaceOfADisagreement() throws IOException {
        String text = Files.readString(XEN);
        Path wrong = Files.writeString(
                directory.resolve("f.csv"),
                text.replaceFirst("bad_handle", "bad_domain").replaceFirst("ref=8", "rf=8"));
        assertThat(moat("conform", "xen", wrong.toString(), "--json")).isEqualTo(14);
        JsonObject json = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(json.get("exit").getAsInt()).isEqualTo(14);
        assertThat(json.get("rows").getAsInt()).isEqualTo(1987);
        assertThat(json.getAsJsonArray("leftOut")).hasSize(1);
        assertThat(json.getAsJsonObject("notJudged")
                        .get("case with argument rf")
                        .getAsInt())
                .isPositive();
        JsonObject first = json.getAsJsonArray("disagreements").get(0).getAsJsonObject();
        assertThat(first.get("line").getAsInt()).isPositive();
        assertThat(first.get("recorded").getAsString()).isEqualTo("bad_domain");
    }

    @Test
    void aDisagreementEndsWithItsCodeAndIsPrintedWithItsPlace() throws IOException {
        Path log = Files.writeString(
                directory.resolve("wrong.log"), "vtd_reg_write_gcmd status 0x0 value 0x0\nvtd_dmar_enable enable 1\n");
        assertThat(moat("conform", "qemu", log.toString())).isEqualTo(14);
        assertThat(out.toString())
                .endsWith("disagreements 1\n  " + log + ":2: vtd_dmar_enable: enable: recorded '0x1', Moat '0x0'\n");
    }

    /** A gate must not be green because nothing was compared. */
    @Test
    void aFileOfWhichNothingIsComparedIsNoSuccess() throws IOException {
        String text = Files.readString(Path.of("src/test/resources/xen-oracle/live-vtd-4.17.csv"));
        String head = text.lines().limit(1).toList().get(0);
        String rows = text.lines()
                .filter(l -> l.startsWith("strict,"))
                .limit(40)
                .map(l -> l.replaceFirst("^strict,", "mystery,") + "\n")
                .collect(java.util.stream.Collectors.joining());
        Path unknown = Files.writeString(directory.resolve("unknown.csv"), head + "\n" + rows);
        assertThat(moat("conform", "xen", unknown.toString())).isEqualTo(5);
        assertThat(out.toString())
                .contains("  not judged: 40, case with configuration mystery\n")
                .endsWith("no row could be compared as xen-4.17, so this says nothing about what was recorded\n");
        assertThat(moat("conform", "xen", unknown.toString(), "--json")).isEqualTo(5);
    }

    @Test
    void aDirectoryIsNamed() {
        for (String kind : new String[] {"xen", "qemu", "dma"}) {
            assertThat(moat("conform", kind, directory.toString())).isEqualTo(74);
            assertThat(err.toString()).isEqualTo("moat: cannot read or write: " + directory + ": is a directory\n");
        }
    }

    @Test
    void judgesRecordedGrantTables() throws IOException {
        assertThat(moat("conform", "xen", XEN.toString())).as(err.toString()).isZero();
        assertThat(out.toString())
                .startsWith(XEN + """
                        : Xen's grant tables, profile xen-4.17
                          cases 112, rows 1987, compared 1987 (""")
                .doesNotContain("not judged")
                .endsWith("disagreements 0\n");
        String text = Files.readString(XEN);
        String row = text.lines()
                .filter(l -> l.startsWith("flags,") && l.contains(",map,") && l.contains(",0,okay,"))
                .findFirst()
                .orElseThrow();
        Path wrong = Files.writeString(
                directory.resolve("wrong.csv"), text.replace(row, row.replace(",0,okay,", ",-1,general_error,")));
        assertThat(moat("conform", "xen", wrong.toString())).isEqualTo(14);
        assertThat(out.toString()).contains("status: recorded '-1', Moat '0'");
    }

    @Test
    void judgesRecordedGrantTablesOfALaterRelease() throws IOException {
        Path later = Path.of("src/test/resources/xen-oracle/live-4.20.csv");
        assertThat(moat("conform", "xen", later.toString())).isEqualTo(14);
        assertThat(moat("conform", "xen", later.toString(), "--profile", "xen-4.17"))
                .isEqualTo(14);
        assertThat(moat("conform", "xen", later.toString(), "--profile", "xen-4.20"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).startsWith(later + ": Xen's grant tables, profile xen-4.20\n");
        Path newest = Path.of("src/test/resources/xen-oracle/live-4.22.csv");
        assertThat(moat("conform", "xen", newest.toString(), "--profile", "xen-4.20"))
                .isEqualTo(14);
        assertThat(moat("conform", "xen", newest.toString(), "--profile", "xen-4.22"))
                .as(err.toString())
                .isZero();
        assertThat(moat("conform", "xen", later.toString(), "--profile", "xen-4.20", "--json"))
                .isZero();
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("profile")
                        .getAsString())
                .isEqualTo("xen-4.20");
        assertThat(moat("conform", "xen", later.toString(), "--profile", "xen-4.2"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no profile 'xen-4.2'").contains("xen-4.20");
        assertThat(moat("conform", "qemu", later.toString(), "--profile", "xen-4.20"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--profile goes with kinds amdvi, viommu, xen and dma only");
    }

    @Test
    void judgesRecordedDmaLayersOfALaterRelease() throws IOException {
        Path later = Path.of("src/test/resources/dma-oracle/swiotlb-6.12.csv");
        assertThat(moat("conform", "dma", later.toString())).isEqualTo(14);
        assertThat(out.toString()).contains("--profile names another one");
        assertThat(moat("conform", "dma", later.toString(), "--profile", "linux-6.1"))
                .isEqualTo(14);
        assertThat(out.toString()).doesNotContain("--profile");
        assertThat(moat("conform", "dma", later.toString(), "--profile", "linux-6.12"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains(", profile linux-6.12\n  cases 32, rows 3199, compared 3199 (");
        assertThat(moat("conform", "dma", later.toString(), "--profile", "linux-6.12", "--json"))
                .isZero();
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("profile")
                        .getAsString())
                .isEqualTo("linux-6.12");
        assertThat(moat("conform", "dma", later.toString(), "--profile", "xen-4.20"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no profile 'xen-4.20'").contains("linux-6.12");
    }

    @Test
    void judgesRecordedDmaLayers() throws IOException {
        Path area = Path.of("src/test/resources/dma-oracle/area.csv");
        assertThat(moat("conform", "dma", area.toString())).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo(area + """
                        : area (Linux lib/iommu-helper.c, bitmap.c), profile linux-6.1
                          cases 33, rows 1674, compared 1674 (alloc 1001, clear 389, find_zero 114, init 50, max_index 9, set 38, span 73)
                        disagreements 0
                        """);
        Path wrong = Files.writeString(
                directory.resolve("wrong.csv"), Files.readString(area).replaceFirst(",57,\\+57:57", ",56,+57:57"));
        assertThat(moat("conform", "dma", wrong.toString())).isEqualTo(14);
        assertThat(out.toString())
                .endsWith("disagreements 1\n  " + wrong
                        + ":47: d/last-bit-never-used step 45 alloc: ret: recorded '56', Moat '57'\n"
                        + "judged as linux-6.1's answers; --profile names another one\n");
        Path none = Files.writeString(directory.resolve("none.csv"), "case,step\nc,0\n");
        assertThat(moat("conform", "dma", none.toString())).isEqualTo(65);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("moat: " + none + ":1:1: the first line must be ");
        assertThat(moat("conform", "dma", area.toString(), "--trace", "x")).isEqualTo(2);
    }

    @Test
    void judgesRecordedAmdVi() throws IOException {
        assertThat(moat("conform", "amdvi", AMDVI.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).startsWith(AMDVI + """
                        : amd-iommu (QEMU), profile specification
                          cases 283, rows 4021, compared 3967 (boot 283, cmd 706, dr 1039, dw 626, mem 1115, reg 98, rmem 46, rreg 54)
                          nothing to compare: 54, no expectation
                        """).endsWith("disagreements 0\n");
        for (String profile : new String[] {"qemu-7.2", "qemu-10.0", "qemu-11.1"}) {
            assertThat(moat("conform", "amdvi", AMDVI.toString(), "--profile", profile))
                    .as(err.toString())
                    .isZero();
            assertThat(out.toString()).contains("profile " + profile + "\n").endsWith("disagreements 0\n");
        }
        String text = Files.readString(AMDVI);
        String row = text.lines()
                .filter(l -> l.contains(",1001010,,10,"))
                .findFirst()
                .orElseThrow();
        Path wrong = Files.writeString(
                directory.resolve("wrong.csv"), text.replace(row, row.replace(",1001010,,10,", ",1002010,,10,")));
        assertThat(moat("conform", "amdvi", wrong.toString())).isEqualTo(14);
        assertThat(out.toString())
                .contains("disagreements 2\n")
                .contains(
                        "  " + wrong + ":6: 7.2.22/level/mode1 step 4 dr: spec: recorded '1002010', Moat '1001010'\n");
        Path cut = Files.writeString(directory.resolve("cut.csv"), text.substring(0, 600));
        assertThat(moat("conform", "amdvi", cut.toString())).isEqualTo(65);
        assertThat(err.toString()).startsWith("moat: " + cut + ":").contains("cells, not 17");
        assertThat(moat("conform", "amdvi", AMDVI.toString(), "--profile", "qemu-9"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--profile qemu-9 is not qemu-7.2, qemu-10.0 or qemu-11.1");
        assertThat(moat("conform", "xen", XEN.toString(), "--profile", "qemu-7.2"))
                .isEqualTo(2);
        assertThat(moat("conform", "amdvi", directory.toString())).isEqualTo(74);
    }

    @Test
    @ResourceLock("System.in")
    void readsStandardInput() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("vtd_inv_qi_fetch \nvtd_oops\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(moat("conform", "qemu", "-")).as(err.toString()).isZero();
            assertThat(out.toString()).startsWith("-: lines 2, vtd events 2, judged 1\n");
            System.setIn(new ByteArrayInputStream("vtd_dmar_enable\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(moat("conform", "qemu", "-")).isEqualTo(65);
            assertThat(err.toString()).isEqualTo("moat: -:1:16: 'enable' is missing in vtd_dmar_enable\n");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void whatIsNotJudgedIsNamedAndStrictlyAFailure() throws IOException {
        String rows = Files.readString(Path.of("src/test/resources/xen-oracle/unusual.csv"));
        Path file = Files.writeString(directory.resolve("more.csv"), rows.replace("va=V99", "va=V100"));
        assertThat(moat("conform", "xen", file.toString())).isZero();
        assertThat(out.toString())
                .contains("  left out: case slots/hundred, its last row: " + file + ":33:")
                .contains("more than 100 slots: V100\n")
                .contains("  not judged: 1, case that Moat cannot represent\n");
        assertThat(moat("conform", "xen", file.toString(), "--strict")).isEqualTo(5);
        Path whole = Files.writeString(directory.resolve("whole.csv"), rows);
        assertThat(moat("conform", "xen", whole.toString(), "--strict")).isZero();
    }

    /** Wherever it stands, in a cell that is compared or in one that is not. */
    @ParameterizedTest
    @CsvSource({
        "xen, xen-oracle/grant-table-4.17.csv",
        "xen, xen-oracle/vtd-pv-4.17.csv",
        "amdvi, amdvi-oracle/amdvi-qemu.csv",
        "dma, dma-oracle/gart.csv",
        "viommu, viommu-oracle/dma-remapping.csv"
    })
    void whatIsNoUtf8IsRefused(String kind, String name) throws IOException {
        byte[] octets = Files.readAllBytes(Path.of("src/test/resources").resolve(name));
        int second = new String(octets, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        octets[second + 1] = (byte) 0xff;
        Path file = Files.write(directory.resolve("f.csv"), octets);
        assertThat(moat("conform", kind, file.toString())).isEqualTo(65);
        assertThat(err.toString()).isEqualTo("moat: " + file + ":2:2: the file is not UTF-8 text: byte 0xff\n");
    }

    @Test
    void badFilesAndBadUseEndWithTheirCodes() throws IOException {
        Path csv = Files.writeString(directory.resolve("a.csv"), "suite,case\n");
        assertThat(moat("conform", "xen", csv.toString())).isEqualTo(65);
        assertThat(moat("conform", "qemu", csv.toString())).isEqualTo(65);
        assertThat(err.toString())
                .isEqualTo(
                        "moat: " + csv + ":1:1: no vtd_* event in it; QEMU writes them with -trace 'vtd_*' -D FILE\n");
        assertThat(moat("conform", "qemu", directory.resolve("none").toString()))
                .isEqualTo(74);
        assertThat(moat("conform", "kvm", csv.toString())).isEqualTo(2);
        assertThat(moat("conform", "qemu")).isEqualTo(2);
        assertThat(moat("conform", "xen", csv.toString(), "--trace", csv.toString()))
                .isEqualTo(2);
    }
}
