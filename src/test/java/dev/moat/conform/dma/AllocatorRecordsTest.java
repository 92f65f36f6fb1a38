package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux's recorded answers and Moat's agree in every cell of every row, and the rows are all there is. */
class AllocatorRecordsTest {
    @ParameterizedTest
    @CsvSource({
        "iova.csv, 49, 2174",
        "swiotlb.csv, 44, 2712",
        "xen-swiotlb.csv, 28, 1525",
        "iova-6.12.csv, 14, 5990",
        "swiotlb-6.12.csv, 32, 3199",
        "swiotlb-7.3.csv, 19, 1164",
        "xen-swiotlb-7.3.csv, 8, 647",
        "area-7.3.csv, 4, 303"
    })
    void everyRowAgrees(String name, int cases, int rows) {
        RowTally result = DmaFile.load(name).judge(DmaFile.RUN);
        assertThat(result.disagreements()).isEmpty();
        assertThat(result.notJudged()).isEmpty();
        assertThat(result.cases()).isEqualTo(cases);
        assertThat(result.rows()).isEqualTo(rows);
        assertThat(result.compared()).isEqualTo(rows);
    }

    /** What a release answers as others do, and what it does not. */
    @ParameterizedTest
    @CsvSource({
        "iova.csv, linux-6.12, true",
        "iova.csv, linux-7.3, true",
        "iova-6.12.csv, linux-7.3, true",
        "area.csv, linux-6.12, true",
        "area.csv, linux-7.3, false",
        "area-7.3.csv, linux-6.12, false",
        "swiotlb-6.12.csv, linux-6.1, false",
        "swiotlb-6.12.csv, linux-7.3, false",
        "swiotlb-7.3.csv, linux-6.12, false",
        "xen-swiotlb.csv, linux-6.12, true",
        "xen-swiotlb.csv, linux-7.3, true",
        "xen-swiotlb-7.3.csv, linux-6.12, false",
        "gart.csv, linux-6.12, true",
        "gart.csv, linux-7.3, true"
    })
    void byTheRulesOfAnotherRelease(String name, String profile, boolean agrees) {
        assertThat(DmaFile.load(name).judge(DmaFile.as(profile)).disagreements().isEmpty())
                .isEqualTo(agrees);
    }

    /** In 6.1 a search went on for ever; of the same calls every one returns in 6.12, and is answered there. */
    @Test
    void noSearchIsEndlessInLaterReleases() {
        List<String> later = DmaFile.load("swiotlb-6.12.csv").lines();
        assertThat(later)
                .anyMatch(line -> line.startsWith("d/search-never-ends,"))
                .noneMatch(l -> l.contains("HANG"));
    }

    /** Every answer that Linux gave to what nobody should ask has a row. */
    @Test
    void bugsAndSearchesWithoutEndAreRecorded() {
        Set<String> found = new TreeSet<>();
        for (String name : List.of("iova.csv", "swiotlb.csv", "xen-swiotlb.csv")) {
            for (String line : DmaFile.load(name).lines()) {
                for (String answer : List.of("BUG", "HANG")) {
                    if (line.contains("," + answer + ",")) {
                        found.add(name + " " + answer);
                    }
                }
            }
        }
        assertThat(found).containsExactly("iova.csv BUG", "swiotlb.csv BUG", "swiotlb.csv HANG", "xen-swiotlb.csv BUG");
    }

    /** A search without end has no warnings that could be compared, but its answer is one: an error. */
    @Test
    void aSearchWithoutEndIsAnErrorHere() {
        RecordedLines file = DmaFile.load("swiotlb.csv");
        List<String> hang =
                file.lines().stream().filter(line -> line.startsWith("r/5,")).toList();
        List<String> rows = new ArrayList<>(hang);
        String last = rows.remove(rows.size() - 1);
        for (String answer : List.of("HANG", "error", "BUG", "4081800")) {
            String[] all = rows.toArray(new String[rows.size() + 1]);
            all[rows.size()] = last.replace("HANG", answer);
            List<String> found = DmaFile.found(file.rows(all).judge(DmaFile.RUN));
            switch (answer) {
                case "HANG" -> assertThat(found).isEmpty();
                // With a warning, which the recorded row does not have.
                case "error" -> assertThat(found).containsExactly("warns: recorded '0', Moat '1'");
                default -> assertThat(found).contains("ret: recorded '" + answer + "', Moat 'error'");
            }
        }
    }

    /** What the description says of operations that the file has no row of. */
    @Test
    void rowsOfDescribedOperationsUnderXen() {
        RecordedLines file = DmaFile.load("xen-swiotlb.csv")
                .rows(
                        "c,0,pool,4000000,100,0,,,,,,,,0@0,1,0",
                        "c,1,p2m,4000,80,80000,-1,,,,,,,0@0,1,0",
                        "c,2,xen,19,10000,f00000,20000000,,,,,,,0@0,1,0",
                        "c,3,supported,7ff81fff,,,,,,1,,,,0@0,1,0",
                        "c,4,supported,7ff81ffe,,,,,,0,,,,0@0,1,0",
                        "c,5,fill,4000000,10,aa,,,,,,,,0@0,1,0",
                        "c,6,fixup,4000000,100,,,,,0,create(4000000 order=6 bits=18)=fail;create(4000000 order=6 bits=19)=10000;"
                                + "create(4040000 order=6 bits=19)=10040,,,0@0,1,0",
                        "c,7,phys_to_dma,407f123,,,,,,1007f123,,,,0@0,1,0",
                        "c,8,peek,4000000,10,,,,,00*10,,,,0@0,1,0",
                        "c,9,xen,33,10000,f00000,20000000,,,,,,,0@0,1,0",
                        "c,10,fixup,4000000,80,,,,,-12," + failures(18, 32) + ",,,0@0,1,0",
                        "c,11,xen,18,10000,f00000,20000000,,,,,,,0@0,1,0",
                        "c,12,fixup,4000000,0,,,,,0,create(4000000 order=6 bits=18)=10000,,,0@0,1,0",
                        "c,13,fixup,4000000,81,,,,,BUG,,,,0@0,1,0",
                        "c,14,alloc_coherent,,0,,,,,error,,,,0@0,1,0");
        assertThat(file.judge(DmaFile.RUN).disagreements()).isEmpty();
        assertThat(file.judge(DmaFile.RUN).compared()).isEqualTo(15);
    }

    private static String failures(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int bits = from; bits <= to; bits++) {
            text.append(bits == from ? "" : ";")
                    .append("create(4000000 order=6 bits=")
                    .append(bits)
                    .append(")=fail");
        }
        return text.toString();
    }

    /** Whatever form the pool is written in, its areas are compared; of the answer, what names itself. */
    @Test
    void rowsOfAPoolMadeAtBoot() {
        RecordedLines file = DmaFile.load("swiotlb.csv");
        RowTally good = file.rows(
                        "b,0,0,boot,,10000000,,,,,slots=32768 areas=4 force=0,,,0@0/0@0/0@0/0@0,1,0",
                        "b,1,0,boot,1024+2+force,200000,,,,,nslabs=400 nareas=2 force=1,,,0@0/0@0,1,0",
                        "b,2,0,boot,1024,100000,,,,,512 4,,,0@0/0@0/0@0/0@0,1,0",
                        "b,3,0,boot,,10000000,,,,,nslabs=8000 areas=4 area_slots=2000 force=0,,,0@0/0@0/0@0/0@0,1,0",
                        "b,4,0,boot,,100000,,,,,nslabs=512;areas=4;area_slots=128;force=0,,,0@0/0@0/0@0/0@0,1,0",
                        "b,5,0,boot,noforce,10000000,,,,,none,,,,1,0",
                        "b,6,0,is_buffer,4000000,,,,,,0,,,,1,0",
                        "b,7,0,is_buffer,4000000,,,,,,0,,,,1,0")
                .judge(DmaFile.RUN);
        assertThat(good.disagreements()).isEmpty();
        assertThat(good.notJudged()).containsExactly(Map.entry("rows on a pool made at boot", 2));
        RowTally bad = file.rows(
                        "b,0,0,boot,,10000000,,,,,slots=32767 areas=4,,,0@0/0@0/0@0/0@0,1,0",
                        "b,1,0,boot,,10000000,,,,,slots=32768 areas=5,,,0@0/0@0/0@0/0@0,1,0",
                        "b,2,0,boot,force,10000000,,,,,force=0,,,0@0/0@0/0@0/0@0,1,0",
                        "b,3,0,boot,,10000000,,,,,nslabs=32768 area_slots=8191,,,,1,0",
                        "b,4,0,boot,,10000000,,,,,,,,0@0,1,0")
                .judge(DmaFile.RUN);
        assertThat(DmaFile.found(bad))
                .containsExactly(
                        "ret: recorded 'slots=32767 areas=4', Moat 'slots=32768 areas=4 force=0'",
                        "ret: recorded 'slots=32768 areas=5', Moat 'slots=32768 areas=4 force=0'",
                        "ret: recorded 'force=0', Moat 'slots=32768 areas=4 force=1'",
                        "ret: recorded 'nslabs=32768 area_slots=8191', Moat 'slots=32768 areas=4 force=0'",
                        "areas: recorded '0@0', Moat '0@0/0@0/0@0/0@0'");
    }

    /** After a BUG in {@code init} there is no domain to compare. */
    @Test
    void rowsAfterABugInInitAreSkippedByName() {
        RowTally result = DmaFile.load("iova.csv")
                .rows(
                        "c,0,0,init,3000,1,,BUG,,0,,,,,",
                        "c,1,0,alloc,1,fffff,1,fffff:fffff,,0,,,,,",
                        "d,0,0,init,4096,1,,,,0,top,top,100000,,")
                .judge(DmaFile.RUN);
        assertThat(result.disagreements()).isEmpty();
        assertThat(result.notJudged()).containsExactly(Map.entry("rows after a BUG in init", 1));
    }

    /** What is skipped ends where the case begins again: the rows from there on are judged. */
    @Test
    void aCaseThatBeginsAgainIsJudgedAgain() {
        RowTally ranges = DmaFile.load("iova.csv")
                .rows(
                        "c,0,0,init,3000,1,,BUG,,0,,,,,",
                        "c,1,0,alloc,1,fffff,1,fffff:fffff,,0,,,,,",
                        "c,2,0,init,4096,1,,,,0,top,top,100000,,",
                        "c,3,0,find,1,,,2:2,,0,top,top,100000,,")
                .judge(DmaFile.RUN);
        assertThat(ranges.notJudged()).containsExactly(Map.entry("rows after a BUG in init", 1));
        assertThat(DmaFile.found(ranges)).containsExactly("ret: recorded '2:2', Moat 'none'");
        RowTally slots = DmaFile.load("swiotlb.csv")
                .rows(
                        "b,0,0,boot,,10000000,,,,,,,,0@0/0@0/0@0/0@0,1,0",
                        "b,1,0,is_buffer,4000000,,,,,,0,,,,1,0",
                        "b,2,0,pool,4000000,512,1,0,,,,,,0@0,1,0",
                        "b,3,0,is_buffer,4000000,,,,,,0,,,0@0,1,0",
                        "b,4,0,boot,,10000000,,,,,,,,0@0,1,0")
                .judge(DmaFile.RUN);
        assertThat(slots.notJudged()).containsExactly(Map.entry("rows on a pool made at boot", 1));
        assertThat(DmaFile.found(slots))
                .containsExactly("ret: recorded '0', Moat '1'", "areas: recorded '0@0', Moat '0@0/0@0/0@0/0@0'");
    }

    /** Of a kernel without a GART nothing is judged but what needs none; one row that cannot be run does not refuse the file. */
    @Test
    void rowsWithoutAGartAreSkippedByName() {
        RowTally found = DmaFile.load("gart.csv")
                .rows(
                        "c,0,init,2,40000000,7,,0,base=0 size=0 pages=0 unmapped=0 fullflush=1,,,0,0,,0",
                        "c,1,device,ffffffff,0,0,0,,,,,0,0,,0",
                        "c,2,map,1000,1000,,,,1000,,,0,0,,0",
                        "c,3,encode,1000,,,,,1003,,,0,0,,0",
                        "c,4,unmap,1000,1000,,,,,,,0,0,,0",
                        "c,5,shutdown,,,,,,,,,0,0,,0",
                        "c,6,init,1,0,1,,0,base=0 size=1 pages=0 unmapped=0 fullflush=1,,,0,0,,0")
                .judge(DmaFile.RUN);
        assertThat(found.notJudged()).containsExactly(Map.entry("rows after an init that found no GART", 3));
        assertThat(DmaFile.found(found))
                .containsExactly("ret: recorded 'base=0 size=1 pages=0 unmapped=0 fullflush=1', Moat"
                        + " 'base=0 size=0 pages=0 unmapped=0 fullflush=1'");
    }
}
