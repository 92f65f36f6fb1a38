package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.dma.remap.AreaRows;
import dev.moat.conform.dma.remap.CalgaryRows;
import dev.moat.conform.dma.remap.GartRows;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Malformed records are told at their place, whatever is wrong; a malformed row costs the rest of its case. */
class MalformedDmaRecordsTest {
    private static final String AREA = AreaRows.KIND.header();
    private static final String CALGARY = CalgaryRows.KIND.header();
    private static final String GART = GartRows.KIND.header();
    private static final String INIT = "c,0,init,64,,,,,,,";
    private static final String CHIP = "c,0,chip,2a1,2,0,0,8000000,0,,,,-1,,0,0";
    private static final String BUS =
            "c,1,init,,,,,,,0 entries=8192 tar=8000000 timer=0,,+0:255,0,r4.8190=0;r4.81a0=0;r4.81c0=0;r4.8160=0;"
                    + "r8.580=0;w8.580=8000000;r8.580=8000000;r4.8160=0;w4.8160=21100000;r4.8160=21100000,8192,0";
    private static final String NODE = "c,0,init,1,d8000000,0,,0,"
            + "base=d8000000 size=2000000 pages=8192 unmapped=3009003 fullflush=1,,,0,0,n0.98=30000;n0.90=41;n0.9c=1,0";

    private static DmaConformance run(String... lines) throws IOException {
        return DmaRecords.run("f.csv", new StringReader(String.join("\n", lines) + "\n"));
    }

    @Test
    void theRowsThatOtherTestsBreakAreFine() throws IOException {
        assertThat(run("\uFEFF" + AREA + "\r", INIT + "\r").disagreements()).isEmpty();
        assertThat(run(CALGARY, CHIP, BUS).disagreements()).isEmpty();
        assertThat(run(GART, NODE).disagreements()).isEmpty();
    }

    private static void isRefused(int line, int column, String message, String... lines) {
        assertThatThrownBy(() -> run(lines).leftOut().requireWellFormed())
                .isExactlyInstanceOf(InputException.class)
                .hasMessage("f.csv:" + line + ":" + column + ": " + message);
    }

    @Test
    void filesThatAreNone() {
        assertThatThrownBy(() -> run("case,step"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("f.csv:1:1: the first line must be case,step,op,size")
                .hasMessageContaining("(gart)")
                .hasMessageContaining("(calgary)");
        assertThatThrownBy(() -> DmaRecords.run("f.csv", new StringReader("")))
                .hasMessageStartingWith("f.csv:1:1: the first line must be");
        isRefused(2, 1, "there is no row after the first line", AREA);
        int most = 1 << 20;
        isRefused(2, most + 1, "the line has more than 1048576 characters", AREA, "c".repeat(most + 1));
    }

    @Test
    void rowsOutOfOrder() {
        isRefused(3, 3, "step 0 cannot follow step 0", AREA, INIT, INIT);
        isRefused(4, 1, "case c comes back after other cases", AREA, INIT, INIT.replace("c,", "d,"), INIT);
        isRefused(2, 1, "the case is empty", AREA, INIT.substring(1));
        isRefused(2, 5, "there is no chip before this row", CALGARY, "c,0,map,0,0,,,0,,,,,-1,,0,0");
        isRefused(3, 5, "the bus has no table before this row", CALGARY, CHIP, "c,1,map,0,0,,,0,,,,,-1,,0,0");
        isRefused(4, 5, "no list was mapped before this row", CALGARY, CHIP, BUS, "c,2,unmap_sg,,,,,,,,,,0,,0,0");
        isRefused(2, 5, "there is no GART before this row", GART, "c,0,map,0,0,,,,,,,0,0,,0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            c,1,alloc,64,0,1,0,16,0,0                   | 25 | the row has 10 cells, not 11
            c,1,alloc,64,0,1,0,16,0,0,,                 | 28 | the row has 12 cells, not 11
            c,x,alloc,64,0,1,0,16,0,0,                  | 3  | 'x' is not a number
            c,1,fly,64,0,1,0,16,0,0,                    | 5  | 'fly' is no operation of kind area
            c,1,alloc,0,0,1,0,16,0,0,                   | 11 | a size of 0 in a map of 32832 bits
            c,1,alloc,40000,0,1,0,16,0,0,               | 11 | a size of 40000 in a map of 32832 bits
            c,1,alloc,64,,1,0,16,0,0,                   | 14 | '' is not a decimal number of at most 64 bits
            c,1,alloc,64,0x1,1,0,16,0,0,                | 14 | '0x1' is not a decimal number of at most 64 bits
            c,1,alloc,64,-1,1,0,16,0,0,                 | 14 | '-1' is not a decimal number of at most 64 bits
            c,1,alloc,64,99999999999999999999,1,0,1,0,, | 14 | '99999999999999999999' is not a decimal number of at most 64 bits
            c,1,alloc,64,0,4294967296,0,16,0,0,         | 16 | a count of more than 32 bits
            c,1,set,,64,99999,,,,,                      | 13 | the run ends behind the map of 32832 bits
            c,1,num_pages,,64,1,,0,,,                   | 22 | a page of 0 bytes
            c,1,init,9999999,,,,,,,                     | 10 | 9999999 is larger than 1048576
            """)
    void areaRows(String row, int column, String message) {
        isRefused(3, column, message, AREA, INIT, row);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            c,2,chip,2a1,256,0,0,8000000,0,,,,-1,,0,0 | 14 | 256 is larger than 255
            c,2,chip,2a1,2,4,0,8000000,0,,,,-1,,0,0   | 16 | 4 is larger than 3
            c,2,chip,2a1,2,0,8,8000000,0,,,,-1,,0,0   | 18 | 8 is larger than 7
            c,2,reg,8190,0,5,,,,,,,0,,0,0             | 16 | a register of 5 bytes
            c,2,reg,8192,0,4,,,,,,,0,,0,0             | 9  | no register of 4 bytes is at 0x8192
            c,2,reg,100000,0,4,,,,,,,0,,0,0           | 9  | no register of 4 bytes is at 0x100000
            c,2,reg,xyz,0,4,,,,,,,0,,0,0              | 9  | 'xyz' is not a hexadecimal number of at most 64 bits
            c,2,tce,8192,1,,,,,,,,0,,0,0              | 9  | 8192 is larger than 8191
            c,2,map,1000,1000,,,4,,error,,,0,,0,0     | 21 | 4 is larger than 3
            c,2,map,fffffffff000,1001,,,0,,e,,,0,,0,0 | 22 | 0x1001 bytes at 0xfffffffff000 go beyond 0xffffffffffff
            c,2,map_sg,1000,,,,0,,e,,,0,,0,0          | 12 | '1000' is not a piece, address+length
            c,2,map_sg,1000+1;+5,,,,0,,e,,,0,,0,0     | 19 | '' is not a hexadecimal number of at most 64 bits
            c,2,init,,,,,,,BUG,5:4=0,,0,,0,0          | 20 | entries 5 to 4
            c,2,init,,,,,,,BUG,5:5,,0,,0,0            | 20 | '5:5' is not a run of entries, first:last=value
            c,2,init,,,,,,,BUG,5:5=1;4:6=1,,0,,0,0    | 26 | entry 5 is given twice
            c,2,init,,,,,,,BUG,0:9999999=1,,0,,0,0    | 20 | entries 0 to 9999999
            """)
    void calgaryRows(String row, int column, String message) {
        isRefused(4, column, message, CALGARY, CHIP, BUS, row);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            c,1,init,0,d8000000,0,,0,,,,0,0,,0          | 10 | no northbridge
            c,1,init,9,d8000000,0,,0,,,,0,0,,0          | 10 | 9 is larger than 8
            c,1,init,1,d8000000,8,,0,,,,0,0,,0          | 21 | 8 is larger than 7
            c,1,init,1,d8000000,0,,4,,,,0,0,,0          | 24 | 4 is larger than 3
            c,1,map,8000000000000000,1,,,,e,,,0,0,,0    | 26 | 0x1 bytes at 0x8000000000000000 go beyond 0x7fffffffffffffff
            c,1,decode,100000000,,,,,0,,,0,0,,0         | 12 | 0x100000000 is larger than 0xffffffff
            c,1,fly,,,,,,,,,0,0,,0                      | 5  | 'fly' is no operation of kind gart
            """)
    void gartRows(String row, int column, String message) {
        isRefused(3, column, message, GART, NODE, row);
    }

    /** More than a machine of ours has is no error of the file. */
    @Test
    void whatCannotBeRepresented() throws IOException {
        String table = "d,0,chip,2a1,2,0,1,8010000,0,,,,-1,,0,0";
        DmaConformance calgary = run(CALGARY, CHIP, BUS, table, table.replace(",0,chip", ",1,chip"));
        calgary.leftOut().requireWellFormed();
        assertThat(calgary.leftOut().reasons())
                .containsExactly("case d, its last 2 rows: f.csv:4:20: no table of size 1 can lie at 0x8010000");
        assertThat(calgary.compared()).isEqualTo(2);
        assertThat(calgary.skipped()).isEqualTo(Map.of("case that Moat cannot represent", 2));
        DmaConformance gart = run(GART, "c,0,init,1,d8000000,0,0x1000,0,,,,0,0,,0", NODE.replace("c,", "d,"));
        assertThat(gart.leftOut().reasons())
                .containsExactly(
                        "case c, its last row: f.csv:2:23: the driver's part would have 0xffffffffffe02000 bytes"
                                + " of 0x2000000");
        assertThat(gart.leftOut().isMalformed()).isFalse();
        assertThat(gart.compared()).isEqualTo(1);
    }

    /** The rows before it and the other cases are judged; of several, the first is what the file is refused with. */
    @Test
    void aMalformedRowCostsTheRestOfItsCase() throws IOException {
        String wrong = INIT.replace("c,0", "e,0") + "x";
        DmaConformance found =
                run(AREA, INIT, "c,1,fly,,,,,,,,", "c,2,init,64,,,,,,,", INIT.replace("c,", "d,") + "1", wrong);
        assertThat(found.leftOut().reasons())
                .containsExactly("case c, its last 2 rows: f.csv:3:5: 'fly' is no operation of kind area");
        assertThat(found.skipped()).isEqualTo(Map.of("case with a malformed row", 2));
        assertThat(found.rows()).isEqualTo(5);
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.disagreements()).hasSize(2);
        assertThatThrownBy(() -> found.leftOut().requireWellFormed()).hasMessageStartingWith("f.csv:3:5: ");
    }

    /** The rows before it and the other cases are judged, but for one behind it that may have begun with it. */
    @Test
    void aLineThatIsNoRowCostsTheRestOfItsCase() throws IOException {
        String later = INIT.replace("c,0", "e,1");
        DmaConformance found = run(
                AREA,
                INIT,
                "torn",
                INIT.replace("c,0", "c,2") + "1",
                INIT.replace("c,", "d,") + "1",
                "e,0,in",
                later,
                later.replace("1,init", "2,init"),
                INIT.replace("c,", "f,"));
        assertThat(found.cases()).isEqualTo(4);
        assertThat(found.rows()).isEqualTo(8);
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.disagreements()).hasSize(1);
        assertThat(found.leftOut().reasons())
                .containsExactly(
                        "case c, its last 2 rows: f.csv:3:1: the row has 1 cells, not 11",
                        "a line behind rows of case d: f.csv:6:5: the row has 3 cells, not 11",
                        "case e, all 2 rows, as its beginning may be a line that is no row: f.csv:6:5: the row has 3 cells,"
                                + " not 11");
        assertThatThrownBy(() -> found.leftOut().requireWellFormed()).hasMessageStartingWith("f.csv:3:1: ");
    }

    /** The first malformed place is what the file is refused with, whatever follows it. */
    @Test
    void theFirstPlaceIsToldFirst() throws IOException {
        DmaConformance found = run(AREA, INIT, "c,1,fly,,,,,,,,", "torn");
        assertThat(found.leftOut().reasons())
                .containsExactly(
                        "case c, its last row: f.csv:3:5: 'fly' is no operation of kind area",
                        "a line behind rows of case c: f.csv:4:1: the row has 1 cells, not 11");
        assertThatThrownBy(() -> found.leftOut().requireWellFormed()).hasMessageStartingWith("f.csv:3:5: ");
    }
}
