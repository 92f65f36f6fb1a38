package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is malformed in rows of Linux's DMA layers, or too much for a machine of Moat, is told at its place. */
class MalformedDmaRecordsTest {
    private static final String AREA = AreaRows.FORMAT.header();
    private static final String CALGARY = CalgaryRows.FORMAT.header();
    private static final String GART = GartRows.FORMAT.header();
    private static final String INIT = "c,0,init,64,,,,,,,";
    private static final String CHIP = "c,0,chip,2a1,2,0,0,8000000,0,,,,-1,,0,0";
    private static final String BUS =
            "c,1,init,,,,,,,0 entries=8192 tar=8000000 timer=0,,+0:255,0,r4.8190=0;r4.81a0=0;r4.81c0=0;r4.8160=0;"
                    + "r8.580=0;w8.580=8000000;r8.580=8000000;r4.8160=0;w4.8160=21100000;r4.8160=21100000,8192,0";
    private static final String NODE = "c,0,init,1,d8000000,0,,0,"
            + "base=d8000000 size=2000000 pages=8192 unmapped=3009003 fullflush=1,,,0,0,n0.98=30000;n0.90=41;n0.9c=1,0";

    private static final String IOVA_INIT = "c,0,0,init,4096,1,,,,0,top,top,100000,,";
    private static final String POOL = "c,0,0,pool,4000000,128,1,0,,,,,,0@0,1,0";
    private static final String XEN = "c,0,pool,4000000,80,0,,,,,,,,0@0,1,0";

    private static RowTally run(String header, String... rows) {
        return RecordedLines.of(header, rows).judge(DmaFile.RUN);
    }

    private static void isRefused(int line, int column, String message, String header, String... rows) {
        isRefused(run(header, rows), line, column, message);
    }

    private static void isRefused(RowTally found, int line, int column, String message) {
        assertThatThrownBy(found::requireWellFormed)
                .isExactlyInstanceOf(InputException.class)
                .hasMessageContaining(".csv:" + line + ":" + column + ": " + message);
    }

    @Test
    void theRowsThatOtherTestsBreakAreFine() {
        assertThat(run(AREA, INIT).disagreements()).isEmpty();
        assertThat(run(CALGARY, CHIP, BUS).disagreements()).isEmpty();
        assertThat(run(GART, NODE).disagreements()).isEmpty();
    }

    @Test
    void rowsOutOfOrder() {
        isRefused(2, 5, "there is no chip before this row", CALGARY, "c,0,map,0,0,,,0,,,,,-1,,0,0");
        isRefused(3, 5, "the bus has no table before this row", CALGARY, CHIP, "c,1,map,0,0,,,0,,,,,-1,,0,0");
        isRefused(4, 5, "no list was mapped before this row", CALGARY, CHIP, BUS, "c,2,unmap_sg,,,,,,,,,,0,,0,0");
        isRefused(2, 5, "there is no GART before this row", GART, "c,0,map,0,0,,,,,,,0,0,,0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            c,1,alloc,0,0,1,0,16,0,0,                   | 11 | a size of 0 in a map of 32832 bits
            c,1,alloc,40000,0,1,0,16,0,0,               | 11 | a size of 40000 in a map of 32832 bits
            c,1,alloc,64,,1,0,16,0,0,                   | 14 | '' is not a decimal number of at most 64 bits
            c,1,alloc,64,0x1,1,0,16,0,0,                | 14 | '0x1' is not a decimal number of at most 64 bits
            c,1,alloc,64,-1,1,0,16,0,0,                 | 14 | '-1' is not a decimal number of at most 64 bits
            c,1,alloc,64,99999999999999999999,1,0,1,0,, | 14 | 99999999999999999999 has more than 64 bits
            c,1,alloc,64,0,4294967296,0,16,0,0,         | 16 | a count of more than 32 bits
            c,1,set,,64,99999,,,,,                      | 13 | the run ends behind the map of 32832 bits
            c,1,num_pages,,64,1,,0,,,                   | 22 | a page of 0 bytes
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
            c,1,decode,100000000,,,,,0,,,0,0,,0         | 12 | 100000000 is larger than ffffffff
            """)
    void gartRows(String row, int column, String message) {
        isRefused(3, column, message, GART, NODE, row);
    }

    /** More than a machine of ours has is no error of the file. */
    @Test
    void whatCannotBeRepresented() {
        String table = "d,0,chip,2a1,2,0,1,8010000,0,,,,-1,,0,0";
        RowTally calgary = run(CALGARY, CHIP, BUS, table, table.replace(",0,chip", ",1,chip"));
        calgary.requireWellFormed();
        assertThat(calgary.leftOut())
                .containsExactly("case d, its last 2 rows: f.csv:4:20: no table of size 1 can lie at 0x8010000");
        assertThat(calgary.compared()).isEqualTo(2);
        assertThat(calgary.notJudged()).isEqualTo(Map.of("case that Moat cannot represent", 2));
        RowTally gart = run(GART, "c,0,init,1,d8000000,0,0x1000,0,,,,0,0,,0", NODE.replace("c,", "d,"));
        assertThat(gart.leftOut())
                .containsExactly(
                        "case c, its last row: f.csv:2:23: the driver's part would have 0xffffffffffe02000 bytes"
                                + " of 0x2000000");
        assertThat(gart.isMalformed()).isFalse();
        assertThat(gart.compared()).isEqualTo(1);
    }

    /** What another release does not have. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            iova.csv    | linux-6.12 | c,1,0,depot_work,6,,,0,,0,,,,,         | 18 | 6 is larger than 5
            swiotlb.csv | linux-6.12 | c,1,0,tbl_map,1000,1,2,0,1,0,,,,,1,0   | 22 | there are slots for the mapping's size only
            """)
    void ofAnotherRelease(String name, String profile, String row, int column, String message) {
        String first = name.startsWith("iova") ? IOVA_INIT : POOL;
        isRefused(DmaFile.load(name).rows(first, row).judge(DmaFile.as(profile)), 3, column, message);
    }

    @Test
    void whatAReleaseDoesNotHaveIsNoError() {
        RowTally depot = DmaFile.load("iova.csv")
                .rows(IOVA_INIT, "c,1,0,depot_work,0,,,0,,0,,,,,")
                .judge(DmaFile.as("linux-6.1"));
        assertThat(depot.leftOut())
                .containsExactly("case c, its last row: iova.csv:3:7: linux-6.1 has no worker of depots");
        RowTally calgary = DmaFile.load("calgary.csv").judge(DmaFile.as("linux-6.12"));
        assertThat(calgary.notJudged()).isEqualTo(Map.of("driver of Calgary, which linux-6.12 does not have", 1742));
        assertThat(calgary.isMalformed()).isFalse();
        assertThatThrownBy(() -> DmaFile.load("calgary.csv").judge(DmaFile.as("linux-6.2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no profile 'linux-6.2'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            c,1,0,alloc,x,fffff,1,,,0,,,,,          | 13 | 'x' is not a decimal number of at most 64 bits
            c,1,0,alloc,1,,1,,,0,,,,,               | 15 | '' is not a hexadecimal number of at most 64 bits
            c,1,0,alloc,1,0x5,1,,,0,,,,,            | 15 | '0x5' is not a hexadecimal number of at most 64 bits
            c,1,0,alloc,1,5,2,,,0,,,,,              | 17 | 2 is larger than 1
            c,1,0,alloc,18446744073709551616,5,1,,,0,,,,, | 13 | 18446744073709551616 has more than 64 bits
            c,1,4,alloc,1,5,1,,,0,,,,,              | 5  | 4 is larger than 3
            c,1,0,cpu_dead,4,,,,,0,,,,,             | 16 | 4 is larger than 3
            d,0,0,alloc,1,5,1,,,0,,,,,              | 7  | there is no domain yet: a case begins with init
            """)
    void ofTheAllocator(String row, int column, String message) {
        refused("iova.csv", IOVA_INIT, row, column, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            c,1,0,pool,4000000,0,1,0,,,,,,,1,0               | 20 | a pool has 1 to 1048576 slots
            c,1,0,pool,4000000,128,0,0,,,,,,,1,0             | 24 | a pool has at least 1 area
            c,1,0,pool,4000000,128,129,0,,,,,,,1,0           | 24 | 129 is larger than 128
            c,1,0,pool,4000000,128,1,2,,,,,,,1,0             | 26 | 2 is larger than 1
            c,1,0,tbl_map,1000,1,1,0,4,0,,,,,1,0             | 26 | 4 is larger than 3
            c,1,0,tbl_map,1000,1,1,100000000,1,0,,,,,1,0     | 24 | '100000000' is no mask of 32 bits
            c,1,0,tbl_map,1000,1,1,0,1,80000000,,,,,1,0      | 28 | '80000000' are no attributes
            c,1,0,fill,1000,10,100,,,,,,,,1,0                | 20 | '100' is no byte
            c,1,0,fill,1000,-1,1,,,,,,,,1,0                  | 17 | '-1' is not a hexadecimal number
            c,1,0,peek,1000,,,,,,,,,,1,0                     | 17 | '' is not a hexadecimal number
            c,1,0,is_buffer,0,,,,,,0,,+0,0@0,1,0             | 27 | '+0' is no run of slots
            c,1,0,is_buffer,0,,,,,,0,,+0:0,0@0,1,0           | 27 | '+0:0' is no run of slots
            c,1,0,is_buffer,0,,,,,,0,,-0:0@0/1,0@0,1,0       | 27 | '-0:0@0/1' is no run of slots
            d,0,0,is_buffer,0,,,,,,0,,,0@0,1,0               | 7  | there is no pool yet: a case begins with pool or boot
            """)
    void ofBounceBuffers(String row, int column, String message) {
        refused("swiotlb.csv", POOL, row, column, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            c,1,p2m,1,1,1,x,,,,,,,0@0,1,0                    | 15 | 'x' is not a number
            c,1,map_sg,1000,,,,1,,,,,,0@0,1,0                | 12 | '1000' is no buffer: address+size
            c,1,map_sg,1000+1;+,,,,1,,,,,,0@0,1,0            | 19 | '' is not a hexadecimal number
            c,1,unmap_sg,1000+1,,,,1,,,,,,0@0,1,0            | 14 | no such list has been mapped
            c,1,xen,65,0,0,0,,,,,,,0@0,1,0                   | 9  | 65 is larger than 64
            d,0,is_buffer,0,,,,,,0,,,,0@0,1,0                | 5  | there is no pool yet: a case begins with pool
            """)
    void ofXen(String row, int column, String message) {
        refused("xen-swiotlb.csv", XEN, row, column, message);
    }

    /** More than a machine of ours has is no error of the file. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            area        | c,1,init,1048577,,,,,,,                          | 10 | a map of more than 1048576 bits
            calgary     | c,1,polls,1000001,0,,,,,,,,-1,,0,0               | 11 | more than 1000000 polls
            swiotlb     | c,1,0,pool,4000000,1048577,1,0,,,,,,,1,0         | 20 | a pool has 1 to 1048576 slots
            swiotlb     | c,1,0,fill,1000,10000001,1,,,,,,,,1,0            | 17 | 10000001 is more than 10000000 bytes
            xen-swiotlb | c,1,p2m,1,100001,1,1,,,,,,,0@0,1,0               | 11 | more than 1048576 frames
            xen-swiotlb | c,1,map_sg,1000+fffffffff,,,,1,,,,,,0@0,1,0      | 17 | fffffffff bytes are more than 65536 pages
            xen-swiotlb | c,1,straddles,0,ffffffffffff,,,,,,,,,0@0,1,0     | 17 | ffffffffffff bytes are more than 65536 pages
            """)
    void whatCannotBeRepresented(String name, String row, int column, String message) {
        RowTally found = DmaFile.load(name + ".csv")
                .rows(
                        switch (name) {
                            case "area" -> INIT;
                            case "calgary" -> CHIP;
                            case "swiotlb" -> POOL;
                            default -> XEN;
                        },
                        row)
                .judge(DmaFile.RUN);
        assertThat(found.leftOut())
                .containsExactly("case c, its last row: " + name + ".csv:3:" + column + ": " + message);
        assertThat(found.isMalformed()).isFalse();
    }

    private static void refused(String name, String first, String row, int column, String message) {
        isRefused(DmaFile.load(name).rows(first, row).judge(DmaFile.RUN), 3, column, message);
    }
}
