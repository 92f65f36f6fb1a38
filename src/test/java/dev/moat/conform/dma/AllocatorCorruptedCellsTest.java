package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recorded cell that says something else is found, at its line, and only there: the comparison is not hollow. */
class AllocatorCorruptedCellsTest {
    /** Every compared column of every file, with the number of its cells that say something. */
    @ParameterizedTest
    @CsvSource({
        "iova.csv, ret 1432 ranges 1599 warns 2174 hint32 2171 hint64 2171 max32 2171 mags 570 top 262",
        "swiotlb.csv, ret 1384 copies 1415 slots 1610 areas 2710 list_ok 2710 warns 2710",
        "xen-swiotlb.csv, ret 553 xen 30 copies 258 slots 237 area 1525 list_ok 1525 warns 1525",
        "iova-6.12.csv, ret 862 ranges 935 warns 5990 hint32 5990 hint64 5990 max32 5990 mags 4858 top 4639",
        "swiotlb-6.12.csv, ret 1625 copies 1729 slots 1643 areas 3049 list_ok 3049 warns 3049",
        "swiotlb-7.3.csv, ret 475 copies 480 slots 458 areas 1014 list_ok 1014 warns 1014",
        "xen-swiotlb-7.3.csv, ret 381 xen 23 copies 165 slots 107 area 647 list_ok 647 warns 647",
    })
    void everyCorruptedCellIsFound(String name, String columns) {
        Map<String, UnaryOperator<String>> changes = new LinkedHashMap<>();
        Map<String, Integer> cells = new LinkedHashMap<>();
        String[] words = columns.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            changes.put(words[i], change(words[i]));
            cells.put(words[i], Integer.valueOf(words[i + 1]));
        }
        assertThat(compared(DmaFile.load(name)).corruptAll(DmaFile.RUN, changes))
                .isEqualTo(cells);
    }

    private static UnaryOperator<String> change(String column) {
        return switch (column) {
            case "list_ok" -> text -> text.equals("1") ? "0" : "1";
            case "warns" -> text -> text + "1";
            case "slots" -> AllocatorCorruptedCellsTest::otherSlots;
            default -> text -> text.isEmpty() ? text : text + "1";
        };
    }

    /** Of a search that never ended, answer and warnings are not compared as text; of a pool made at boot, little is. */
    private static RecordedLines compared(RecordedLines file) {
        return new RecordedLines(
                file.name(),
                file.lines().stream()
                        .filter(line -> !line.contains(",HANG,") && !line.contains(",boot,"))
                        .toList());
    }

    /** The last slot of the first run, or what it stands for. */
    private static String otherSlots(String text) {
        return text.replaceFirst(":(\\d+)", ":1$1");
    }

    /** A change that was recorded and is now missing, one that was not and now is there. */
    @ParameterizedTest
    @CsvSource({
        "iova.csv, ranges, +1:2",
        "iova.csv, top, 262",
        "iova.csv, mags, 0/0/0",
        "swiotlb.csv, copies, 1<2:3",
        "swiotlb.csv, slots, -0:0",
        "xen-swiotlb.csv, xen, free(1 order=0)",
        "xen-swiotlb.csv, copies, 1<2:3",
        "xen-swiotlb.csv, slots, +0:0@0/1",
    })
    void whatIsMissingAndWhatIsTooMuchIsFound(String name, String column, String some) {
        RecordedLines file = DmaFile.load(name);
        assertThat(file.corrupt(DmaFile.RUN, column, text -> "")).isPositive();
        assertThat(file.corrupt(DmaFile.RUN, column, text -> text.isEmpty() ? some : text))
                .isPositive();
    }

    /** What the first slot of a run stands for, and its size. */
    @ParameterizedTest
    @CsvSource({"swiotlb.csv", "xen-swiotlb.csv"})
    void whatASlotStandsForIsCompared(String name) {
        RecordedLines file = DmaFile.load(name);
        assertThat(file.corrupt(
                        DmaFile.RUN,
                        "slots",
                        text -> text.replaceFirst("@", "@1").replace("@1none", "@1")))
                .isGreaterThan(80);
        assertThat(file.corrupt(DmaFile.RUN, "slots", text -> text.replaceFirst("/", "/1")))
                .isGreaterThan(80);
        assertThat(file.corrupt(
                        DmaFile.RUN,
                        "slots",
                        text -> text.matches("-[0-9:]+") ? "+" + text.substring(1) + "@0/1" : text))
                .isGreaterThan(80);
    }
}
