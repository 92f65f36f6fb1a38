package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.Disagreement;
import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that a live Xen answered, kept; and the rows that the next one is asked. */
class LiveRowsTest {
    /** The first file of each release without devices, the second with its VT-d code on, in four configurations and in six. */
    @ParameterizedTest
    @CsvSource({
        "xen-4.17, live-4.17.csv, 40, 1731",
        "xen-4.17, live-vtd-4.17.csv, 164, 3327",
        "xen-4.20, live-4.20.csv, 55, 3640",
        "xen-4.20, live-vtd-4.20.csv, 38, 2444",
        "xen-4.22, live-4.22.csv, 65, 4299",
        "xen-4.22, live-vtd-4.22.csv, 48, 2715"
    })
    void answersAsTheLiveXenDid(String release, String name, int cases, int rows) throws IOException {
        RowTally found = run(name, XenRelease.of(release).orElseThrow());
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.notJudged()).isEmpty();
        assertThat(found.cases()).isEqualTo(cases);
        assertThat(found.compared()).isEqualTo(found.rows()).isEqualTo(rows);
    }

    /**
     * Without devices the releases differ in copies of no bytes, which in 4.17 also set the mark again that a granter has cleared of a pinned entry:
     * that shows until the entry is stored anew.
     */
    @ParameterizedTest
    @CsvSource({"xen-4.20, live-4.17.csv, 11", "xen-4.17, live-4.20.csv, 107"})
    void theReleasesDifferInCopiesOfNoBytes(String release, String name, int rows) throws IOException {
        List<String> lines = lines(name);
        Map<Boolean, Set<Integer>> found = run(name, XenRelease.of(release).orElseThrow()).disagreements().stream()
                .filter(d -> !isAboutSizes(d.where()))
                .map(Disagreement::line)
                .collect(Collectors.partitioningBy(
                        line -> lines.get(line - 1).contains(",copy,")
                                && lines.get(line - 1).contains(";len=0,"),
                        Collectors.toCollection(TreeSet::new)));
        assertThat(found.get(true)).hasSize(rows);
        assertThat(found.get(false).stream().map(line -> lines.get(line - 1)).toList())
                .allMatch(line -> line.startsWith("live,seed20098,") && line.contains("D3[11]{"));
    }

    /** With devices also in rights: a page that was a page table is not the devices' again by being written no bytes. */
    @Test
    void theReleasesDifferInWhatDevicesMayReach() throws IOException {
        List<Disagreement> found = run("live-vtd-4.20.csv", XenRelease.XEN_4_17).disagreements();
        assertThat(found).extracting(Disagreement::column).contains("status", "dma_read", "dma_write", "inv");
        assertThat(found.stream()
                        .filter(d ->
                                d.where().startsWith("strict/") && d.column().equals("dma_write"))
                        .map(d -> d.where() + " " + d.recorded() + " " + d.ours()))
                .containsExactly(
                        "strict/live/empty-copy-to-own-table-0 step 5 copy fault ok",
                        "strict/live/empty-copy-to-own-table-0 step 6 copy fault ok",
                        "strict/live/empty-copy-to-granted-table-0 step 10 copy fault ok",
                        "strict/live/empty-copy-from-granted-table-0 step 12 assign_device fault ok");
    }

    /** Devices see nothing of it: the two releases' rows with them are judged alike. */
    @ParameterizedTest
    @CsvSource({"xen-4.22, live-4.20.csv, 32, 2", "xen-4.20, live-4.22.csv, 70, 35"})
    void theNewestHasNoCacheFlush(String release, String name, int flushes, int raw) throws IOException {
        List<String> lines = lines(name);
        Map<String, Set<String>> found = run(name, XenRelease.of(release).orElseThrow()).disagreements().stream()
                .map(d -> lines.get(d.line() - 1))
                .collect(Collectors.groupingBy(line -> line.split(",")[5], Collectors.toSet()));
        assertThat(found.keySet()).containsExactlyInAnyOrder("cache_flush", "raw");
        assertThat(found.get("cache_flush")).hasSize(flushes);
        assertThat(found.get("raw")).hasSize(raw).allMatch(line -> line.matches(".*cmd=\\w+\\(0x[0-9a-f]*c\\).*"));
    }

    /**
     * Answers of 4.22.0, which has not the fix of XSA-523: what a frame number gives access to shows in five statuses and in the bytes read
     * afterwards; the other statuses tell only that permission was looked at earlier.
     */
    @Test
    void copiesByFrameNumberThatAnUnfixedXenLetPass() throws IOException {
        List<String> lines = lines("xsa-523-4.22.csv");
        List<Disagreement> found = run("xsa-523-4.22.csv", XenRelease.XEN_4_22).disagreements();
        assertThat(found.stream().filter(d -> d.column().equals("status")))
                .hasSize(53)
                .allMatch(d -> lines.get(d.line() - 1).matches(".*,copy,.*F\\([0-9].*"));
        assertThat(found.stream()
                        .filter(d -> d.recorded().equals("0") || d.column().equals("out"))
                        .map(d -> d.where() + " " + d.recorded() + " " + d.ours()))
                .containsExactly(
                        "live/copy-frame-by-number step 12 copy 0 -8",
                        "live/number-after-grant step 7 copy 0 -8",
                        "live/number-after-grant step 9 mem_read 0x52 0x00",
                        "live/number-after-grant step 11 copy 0 -8",
                        "live/number-after-grant step 14 mem_read 0x52 0x00",
                        "live/number-after-grant step 15 copy 0 -8",
                        "live/number-after-grant step 16 mem_read 0x51 0x00",
                        "live/number-after-grant step 17 copy 0 -8",
                        "live/number-after-grant step 18 mem_read 0x52 0x00");
    }

    /** A domain of 4.17 may have no more than the command line says; from 4.18 on its creator says. */
    @ParameterizedTest
    @CsvSource({"xen-4.20, live-4.17.csv, -22, 0, 3", "xen-4.17, live-4.20.csv, 0, -22, 9"})
    void largeTablesAreRefusedByTheFormerRelease(String release, String name, String recorded, String ours, int created)
            throws IOException {
        List<Disagreement> found =
                run(name, XenRelease.of(release).orElseThrow()).disagreements();
        assertThat(found.stream().filter(d -> d.where().endsWith(" create")))
                .hasSize(created)
                .allMatch(d -> isAboutSizes(d.where()) && d.column().equals("hrc"))
                .allMatch(d -> d.recorded().equals(recorded) && d.ours().equals(ours));
    }

    private static boolean isAboutSizes(String where) {
        return where.startsWith("live/table-sizes-") || where.startsWith("live/large-limits-");
    }

    /** What machines cannot grow to, and limits where the memory of the Xen that was asked decides. */
    @ParameterizedTest
    @CsvSource({
        "65536, 65536, 'setup_table,,dom=1;nr_frames=1', ''",
        "65537, 2, 'setup_table,,dom=1;nr_frames=1', 65537 is larger than 65536",
        "4, 65537, 'setup_table,,dom=1;nr_frames=1', 65537 is larger than 65536",
        "200, 2, 'setup_table,,dom=1;nr_frames=201', ''",
        "200, 2, 'setup_table,,dom=1;nr_frames=65', 65 is larger than 64"
    })
    void largerTablesAreNotRepresented(int grants, int maptrack, String asks, String reason) throws IOException {
        String create = "live,a,1,1,D0,create,,dom=1;max_grant_frames=" + grants + ";max_maptrack_frames=" + maptrack
                + ";max_version=2,0,,,,,";
        String text = String.join("\n", lines("live-4.22.csv").get(0), create, "live,a,2,1,D0," + asks + ",0,,,,,");
        RowTally found = XenRecords.run("f", new StringReader(text), XenRelease.XEN_4_22);
        assertThat(found.notJudged().keySet())
                .isEqualTo(reason.isEmpty() ? Set.of() : Set.of("case that Moat cannot represent"));
        assertThat(String.join("", found.leftOut())).contains(reason);
    }

    private static RowTally run(String name, XenRelease release) throws IOException {
        return XenRecords.run(name, new StringReader(String.join("\n", lines(name))), release);
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(LiveRowsTest.class.getClassLoader().getResourceAsStream("xen-oracle/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    /** What is asked of devices: all operations but those that are only about tables, and bytes in memory. */
    @Test
    void everyOperationWithDevicesIsAsked() {
        List<String> lines = RandomVtdRows.file("strict", 1, 40, 150).lines().toList();
        Set<String> asked = lines.stream().skip(1).map(l -> l.split(",")[4]).collect(Collectors.toSet());
        assertThat(asked)
                .containsAll(Arrays.stream(XenOp.values())
                        .skip(XenOp.PROBE.ordinal())
                        .map(XenOp::label)
                        .toList());
        assertThat(asked).contains("create", "destroy", "gt_write", "gt_flags", "end_access", "map", "unmap", "copy");
        assertThat(asked)
                .contains("unmap_replace", "transfer", "swap", "set_version", "own_map", "own_unmap", "slot_clear");
        assertThat(lines)
                .contains(RandomVtdRows.file("strict", 40, 1, 150).lines().toArray(String[]::new));
    }

    @Test
    void aSeedGivesTheSameRowsAndAnotherOneOthers() {
        assertThat(RandomRows.file("live", 7, 2, 150)).isEqualTo(RandomRows.file("live", 7, 2, 150));
        assertThat(RandomRows.file("live", 7, 1, 150)).isNotEqualTo(RandomRows.file("live", 8, 1, 150));
    }

    /** All operations that the format of the grant tables knows, but for the one that only an IOMMU's suites have. */
    @Test
    void everyOperationIsAsked() {
        List<String> lines = RandomRows.file("live", 1, 40, 200).lines().toList();
        Set<String> asked = lines.stream().skip(1).map(l -> l.split(",")[5]).collect(Collectors.toSet());
        Set<String> known = Arrays.stream(XenOp.values())
                .limit(XenOp.PROBE.ordinal())
                .map(XenOp::label)
                .collect(Collectors.toSet());
        assertThat(asked).isEqualTo(known);
        assertThat(lines).anyMatch(l -> l.contains(",3/4,") && l.endsWith(",status-not-written,,"));
    }
}
