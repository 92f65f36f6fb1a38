package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad rows are told with one line, at file, line and column. */
class AllocatorMalformedRowsTest {
    private static final String INIT = "c,0,0,init,4096,1,,,,0,top,top,100000,,";
    private static final String POOL = "c,0,0,pool,4000000,128,1,0,,,,,,0@0,1,0";
    private static final String XEN = "c,0,pool,4000000,80,0,,,,,,,,0@0,1,0";

    /** What another release does not have. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            iova.csv    | linux-6.1  | c,1,0,depot_work,0,,,0,,0,,,,,         | 7  | linux-6.1 has no worker of depots
            iova.csv    | linux-6.12 | c,1,0,depot_work,6,,,0,,0,,,,,         | 18 | 6 is larger than 5
            swiotlb.csv | linux-6.12 | c,1,0,tbl_map,1000,1,2,0,1,0,,,,,1,0   | 22 | there are slots for the mapping's size only
            """)
    void ofAnotherRelease(String name, String profile, String row, int column, String message) {
        String first = name.startsWith("iova") ? INIT : POOL;
        assertThatThrownBy(() -> DmaFile.load(name)
                        .rows(first, row)
                        .run(profile)
                        .leftOut()
                        .requireWellFormed())
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(name + ":3:" + column + ": " + message);
    }

    @Test
    void calgaryHasLeft() {
        assertThatThrownBy(() ->
                        DmaFile.load("calgary.csv").run("linux-6.12").leftOut().requireWellFormed())
                .isInstanceOf(InputException.class)
                .hasMessageContaining("linux-6.12 has no driver of Calgary");
        assertThatThrownBy(() -> DmaFile.load("calgary.csv").run("linux-6.2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no profile 'linux-6.2'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            c,1,0,alloc,x,fffff,1,,,0,,,,,          | 13 | 'x' is not a decimal number of at most 64 bits
            c,1,0,alloc,1,,1,,,0,,,,,               | 15 | '' is not a hexadecimal number of at most 64 bits
            c,1,0,alloc,1,0x5,1,,,0,,,,,            | 15 | '0x5' is not a hexadecimal number of at most 64 bits
            c,1,0,alloc,1,5,2,,,0,,,,,              | 17 | 2 is larger than 1
            c,1,0,alloc,18446744073709551616,5,1,,,0,,,,, | 13 | '18446744073709551616' is not a decimal number
            c,1,4,alloc,1,5,1,,,0,,,,,              | 5  | 4 is larger than 3
            c,1,0,cpu_dead,4,,,,,0,,,,,             | 16 | 4 is larger than 3
            c,1,0,grab,1,,,,,0,,,,,                 | 7  | 'grab' is no operation of kind iova
            c,0,0,alloc,1,5,1,,,0,,,,,              | 3  | step 0 cannot follow step 0
            c,1,0,alloc,1,5,1,,,0,,,,               | 26 | the row has 14 cells, not 15
            d,0,0,alloc,1,5,1,,,0,,,,,              | 7  | there is no domain yet: a case begins with init
            """)
    void ofTheAllocator(String row, int column, String message) {
        refused("iova.csv", INIT, row, column, message);
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
            c,1,0,grab,1,1,,,1,,,,,,1,0                      | 7  | 'grab' is no operation of kind swiotlb
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
            c,1,grab,0,0,0,0,,,,,,,0@0,1,0                   | 5  | 'grab' is no operation of kind xen-swiotlb
            d,0,is_buffer,0,,,,,,0,,,,0@0,1,0                | 5  | there is no pool yet: a case begins with pool
            """)
    void ofXen(String row, int column, String message) {
        refused("xen-swiotlb.csv", XEN, row, column, message);
    }

    /** More than a machine of ours has is no error of the file. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            swiotlb     | c,1,0,pool,4000000,1048577,1,0,,,,,,,1,0         | 20 | a pool has 1 to 1048576 slots
            swiotlb     | c,1,0,fill,1000,10000001,1,,,,,,,,1,0            | 17 | 10000001 is more than 10000000 bytes
            xen-swiotlb | c,1,p2m,1,100001,1,1,,,,,,,0@0,1,0               | 11 | more than 1048576 frames
            xen-swiotlb | c,1,map_sg,1000+fffffffff,,,,1,,,,,,0@0,1,0      | 17 | fffffffff bytes are more than 65536 pages
            xen-swiotlb | c,1,straddles,0,ffffffffffff,,,,,,,,,0@0,1,0     | 17 | ffffffffffff bytes are more than 65536 pages
            """)
    void whatCannotBeRepresented(String name, String row, int column, String message) {
        DmaConformance found = DmaFile.load(name + ".csv")
                .rows(name.equals("swiotlb") ? POOL : XEN, row)
                .run();
        assertThat(found.leftOut().reasons())
                .containsExactly("case c, its last row: " + name + ".csv:3:" + column + ": " + message);
        assertThat(found.leftOut().isMalformed()).isFalse();
    }

    private static void refused(String name, String first, String row, int column, String message) {
        assertThatThrownBy(() ->
                        DmaFile.load(name).rows(first, row).run().leftOut().requireWellFormed())
                .isExactlyInstanceOf(InputException.class)
                .hasMessageStartingWith(name + ":3:" + column + ": " + message);
    }
}
