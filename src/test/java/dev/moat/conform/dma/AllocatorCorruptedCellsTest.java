package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recorded cell that says something else is found, at its line, and only there: the comparison is not hollow. */
class AllocatorCorruptedCellsTest {
    /** Every compared column of every file, with the number of its cells that say something. */
    @ParameterizedTest
    @CsvSource({
        "iova.csv, ret, 1432",
        "iova.csv, ranges, 1599",
        "iova.csv, warns, 2174",
        "iova.csv, hint32, 2171",
        "iova.csv, hint64, 2171",
        "iova.csv, max32, 2171",
        "iova.csv, mags, 570",
        "iova.csv, top, 262",
        "swiotlb.csv, ret, 1384",
        "swiotlb.csv, copies, 1415",
        "swiotlb.csv, slots, 1610",
        "swiotlb.csv, areas, 2710",
        "swiotlb.csv, list_ok, 2710",
        "swiotlb.csv, warns, 2710",
        "xen-swiotlb.csv, ret, 553",
        "xen-swiotlb.csv, xen, 30",
        "xen-swiotlb.csv, copies, 258",
        "xen-swiotlb.csv, slots, 237",
        "xen-swiotlb.csv, area, 1525",
        "xen-swiotlb.csv, list_ok, 1525",
        "xen-swiotlb.csv, warns, 1525",
        "iova-6.12.csv, ret, 862",
        "iova-6.12.csv, ranges, 935",
        "iova-6.12.csv, warns, 5990",
        "iova-6.12.csv, hint32, 5990",
        "iova-6.12.csv, hint64, 5990",
        "iova-6.12.csv, max32, 5990",
        "iova-6.12.csv, mags, 4858",
        "iova-6.12.csv, top, 4639",
        "swiotlb-6.12.csv, ret, 1625",
        "swiotlb-6.12.csv, copies, 1729",
        "swiotlb-6.12.csv, slots, 1643",
        "swiotlb-6.12.csv, areas, 3049",
        "swiotlb-6.12.csv, list_ok, 3049",
        "swiotlb-6.12.csv, warns, 3049",
        "swiotlb-7.3.csv, ret, 475",
        "swiotlb-7.3.csv, copies, 480",
        "swiotlb-7.3.csv, slots, 458",
        "swiotlb-7.3.csv, areas, 1014",
        "swiotlb-7.3.csv, list_ok, 1014",
        "swiotlb-7.3.csv, warns, 1014",
        "xen-swiotlb-7.3.csv, ret, 381",
        "xen-swiotlb-7.3.csv, xen, 23",
        "xen-swiotlb-7.3.csv, copies, 165",
        "xen-swiotlb-7.3.csv, slots, 107",
        "xen-swiotlb-7.3.csv, area, 647",
        "xen-swiotlb-7.3.csv, list_ok, 647",
        "xen-swiotlb-7.3.csv, warns, 647",
    })
    void everyCorruptedCellIsFound(String name, String column, int cells) {
        DmaFile file = DmaFile.load(name);
        UnaryOperator<String> change = switch (column) {
            case "list_ok" -> text -> text.equals("1") ? "0" : "1";
            case "warns" -> text -> text + "1";
            case "slots" -> AllocatorCorruptedCellsTest::otherSlots;
            default -> text -> text.isEmpty() ? text : text + "1";
        };
        assertThat(compared(file).corrupt(column, change)).isEqualTo(cells);
    }

    /** Of a search that never ended, answer and warnings are not compared as text; of a pool made at boot, little is. */
    private static DmaFile compared(DmaFile file) {
        return new DmaFile(
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
        DmaFile file = DmaFile.load(name);
        assertThat(file.corrupt(column, text -> "")).isPositive();
        assertThat(file.corrupt(column, text -> text.isEmpty() ? some : text)).isPositive();
    }

    /** What the first slot of a run stands for, and its size. */
    @ParameterizedTest
    @CsvSource({"swiotlb.csv", "xen-swiotlb.csv"})
    void whatASlotStandsForIsCompared(String name) {
        DmaFile file = DmaFile.load(name);
        assertThat(file.corrupt("slots", text -> text.replaceFirst("@", "@1").replace("@1none", "@1")))
                .isGreaterThan(80);
        assertThat(file.corrupt("slots", text -> text.replaceFirst("/", "/1"))).isGreaterThan(80);
        assertThat(file.corrupt("slots", text -> text.matches("-[0-9:]+") ? "+" + text.substring(1) + "@0/1" : text))
                .isGreaterThan(80);
    }
}
