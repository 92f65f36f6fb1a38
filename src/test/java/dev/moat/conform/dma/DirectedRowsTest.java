package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.calgary.linux.CalgaryOptions;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rows that are in no recorded file, with answers worked out by hand from Linux's sources or, where that is said, recorded: what the recorded files at hand do not show, but
 * others of the same kind may.
 */
class DirectedRowsTest {
    private static final String START = "c,0,chip,%s,%d,%d,0,8000000,0,,,,-1,,0,0";

    private static void agrees(String header, String... rows) throws IOException {
        List<String> lines = new ArrayList<>(List.of(header));
        for (int i = 0; i < rows.length; i++) {
            lines.add(rows[i].startsWith("c,") ? rows[i] : "c," + (i + 1) + "," + rows[i]);
        }
        RowTally found = DmaRecords.run("f.csv", new StringReader(String.join("\n", lines) + "\n"), "linux-6.1");
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.length);
    }

    private static void calgary(String... rows) throws IOException {
        agrees(CalgaryRows.FORMAT.header(), rows);
    }

    /** The bus with the slow controller: its bridge's time for split transactions, between TAR and CONFIG_RW. */
    @Test
    void theSlowBus() throws IOException {
        calgary(
                String.format(START, "2a1", 1, 3),
                "reg,108,ffffffffffffffff,8,,,,,,,-1,,0,0",
                "init,,,,,,,0 entries=8192 tar=8000000 timer=0,,+0:255,0,r4.b190=0;r4.b1a0=0;r4.b1c0=0;r4.b160=0;r8.598=0;"
                        + "w8.598=8000000;r8.598=8000000;r8.108=ffffffffffffffff;w8.108=ffffffffefffffff;"
                        + "r8.108=ffffffffefffffff;r4.b160=0;w4.b160=21100000;r4.b160=21100000,8192,0");
    }

    /** The second window, in 64 bits, read low half first; its end is behind the table, and bits there are set. */
    @Test
    void theSecondWindow() throws IOException {
        calgary(
                String.format(START, "2a1", 2, 0),
                "reg,8160,400000,4,,,,,,,-1,,0,0",
                "reg,82b0,1f00000,4,,,,,,,-1,,0,0",
                "reg,82e0,2000000,4,,,,,,,-1,,0,0",
                "init,,,,,,,0 entries=8192 tar=8000000 timer=0,,+0:255;+7936:8447,0,r4.8190=0;r4.81a0=0;r4.81c0=0;"
                        + "r4.8160=400000;r4.82b0=1f00000;r4.82c0=0;r4.82e0=2000000;r4.82d0=0;r8.580=0;w8.580=8000000;"
                        + "r8.580=8000000;r4.8160=400000;w4.8160=21500000;r4.8160=21500000,8192,0",
                "map,100000,1600000,,,0,,100000,256:5887=100003++,+256:5887,5888,,5632,0",
                "map,100000,7ff000,,,0,,1700000,5888:7934=100003++,+5888:7934,7935,,2047,0",
                "map,100000,1000,,,0,,1eff000,7935:7935=100003,+7935:7935,7936,,1,0",
                "init,,,,,,,BUG,,,7936,,0,0",
                "bridge_windows,0+100000;2000000+1000;1f00000+0,,,,,,,,,7936,,0,0",
                "free_bus,,,,,,,,,,-1,r8.580=8000000;w8.580=0;r8.580=0,0,0");
    }

    /** A window whose end lies before its start: the number of its entries wraps, and one word of the bitmap is filled. */
    @Test
    void aWindowThatEndsBeforeItBegins() throws IOException {
        calgary(
                String.format(START, "308", 2, 0),
                "reg,8190,1802000,4,,,,,,,-1,,0,0",
                "init,,,,,,,0 entries=8192 tar=8000000 timer=0,,+0:255;+6146:6207,0,r4.8190=1802000;r4.81a0=0;r4.81c0=0;"
                        + "r4.8160=0;r8.580=0;w8.580=8000000;r8.580=8000000;r4.8db0=0;w4.8db0=800000;r4.8160=0;"
                        + "w4.8160=21100000;r4.8160=21100000,8192,0");
    }

    /** A mapping longer than a segment never returns where there is a place; nothing of it is left, in a list neither. */
    @Test
    void callsThatNeverReturn() throws IOException {
        calgary(
                String.format(START, "308", 2, 0),
                "init,,,,,,,0 entries=8192 tar=8000000 timer=0,,+0:255,0,r4.8190=0;r4.81a0=0;r4.81c0=0;r4.8160=0;"
                        + "r8.580=0;w8.580=8000000;r8.580=8000000;r4.8db0=0;w4.8db0=800000;r4.8160=0;"
                        + "w4.8160=21100000;r4.8160=21100000,8192,0",
                "device,fff,0,,,,,,,,0,,0,0",
                "map,100000,1001,,,0,,HANG,,,0,,0,0",
                "map_sg,100000+1000;200000+2000,,,,0,,HANG,,,0,,0,0",
                "map,100000,1000,,,0,,100000,256:256=100003,+256:256,257,,1,0",
                "device,1fff,0,,,,,,,,257,,0,0",
                "device,2fff,0,,,,,,,,257,,0,0",
                "map,100000,1000,,,0,,BUG,,,257,,0,0");
        agrees(
                GartRows.FORMAT.header(),
                "c,0,init,1,d8000000,0,,0,base=d8000000 size=2000000 pages=8192 unmapped=3009003 fullflush=1,,,0,0,"
                        + "n0.98=30000;n0.90=41;n0.9c=1,0",
                "device,ffffffff,0,fff,0,,,,,0,0,,0",
                "map,100000000,1001,,,,HANG,,,0,0,,0",
                "map_sg,100000000+1000;100002000+1001,,,,,HANG,,,0,0,,0",
                "map,100000000,1000,,,,d8000000,0:0=13,+0:0,1,0,n0.9c=1,0");
    }

    /** Pages that follow one another across 4 GiB are one run, whose entries' high bits change on the way. */
    @Test
    void entriesAcrossFourGib() throws IOException {
        agrees(
                GartRows.FORMAT.header(),
                "c,0,init,1,40000000,0,,2,base=40000000 size=2000000 pages=8192 unmapped=3009003 fullflush=1,,,0,0,"
                        + "n0.98=30000;n0.90=41;n0.9c=1,0",
                "map,fffff000,2000,,,,40000000,0:1=fffff003++,+0:1,2,0,n0.9c=1,0",
                "map,1fffff000,2000,,,,40002000,2:2=fffff013;3:3=23,+2:3,4,0,n0.9c=1,0",
                "unmap,40001000,1000,,,,,1:1=3009003,-1:1,4,0,,0",
                "unmap,3ffff000,1000,,,,,,,4,0,,0",
                "unmap,ffffffffffffffff,1000,,,,,,,4,0,,1");
    }

    /** Pages come by powers of two; what has to follow on, to be reached and to be aligned is the whole pages of the size. */
    @Test
    void coherentMemoryOfThreePages() throws IOException {
        agrees(
                XenSwiotlbRows.FORMAT.header(),
                "c,0,pool,4000000,100,0,,,,,,,,0@0,1,0",
                "p2m,20000,3,5000,1,,,,,,,0@0,1,0",
                "p2m,20003,1,9000,1,,,,,,,0@0,1,0",
                "alloc_coherent,,3000,,,,,5000000@20000000,,,,0@0,1,0",
                "free_coherent,20000000,3000,5000000,,,,,free(20000000 order=2),,,0@0,1,0");
    }

    /** Without a boundary a mapping may lie across 4 GiB. */
    @Test
    void noBoundaryIsNone() throws IOException {
        agrees(
                SwiotlbRows.FORMAT.header(),
                "c,0,0,pool,ffff0000,256,1,0,,,,,,0@0,1,0",
                "0,tbl_map,100000,20000,20000,0,1,0,ffff0000,ffff0000<100000:20000,+0:63@100000/20000,64@64,1,0");
    }

    /** A machine may have more CPUs than the recorded one: its low bits say which area is asked first. */
    @Test
    void aHigherCpuHasItsArea() throws IOException {
        String others = "0@0/".repeat(7);
        agrees(
                SwiotlbRows.FORMAT.header(),
                "c,0,0,pool,4000000,2048,16,0,,,,,," + others + "0@0/" + others + "0@0,1,0",
                "23,tbl_map,10000000,800,800,0,1,0,41c0000,41c0000<10000000:800,+896:896@10000000/800," + others
                        + "1@1/" + others + "0@0,1,0");
    }

    /** Nothing is lost where the mask is negative as an int, and pages are freed by any address in their first one. */
    @Test
    void whatCMakesOfNumbers() throws IOException {
        agrees(
                SwiotlbRows.FORMAT.header(),
                "c,0,0,pool,1000000,256,1,0,,,,,,0@0,1,0",
                "0,device,ffffffffffffffff,0,0,ffffffff,,,,,,0@0,1,0",
                "0,max_mapping,,,,,,,40000,,,0@0,1,0",
                "0,device,ffffffffffffffff,0,0,fff,,,,,,0@0,1,0",
                "0,max_mapping,,,,,,,3f000,,,0@0,1,0",
                "0,pool_alloc,,1000,,,,,1000000,,+0:1@none/1000,2@2,1,0",
                "0,pool_free,1000800,1000,,,,,1,,-0:1,0@2,1,0");
        agrees(
                AreaRows.FORMAT.header(),
                "c,0,init,64,,,,,,,",
                "find_zero,0,0,1,0,,0,1,",
                "alloc,64,0,4294967295,0,4503599627370496,0,-1,");
    }

    /** That 0 areas are asked for says 1; of a pool that is not made nobody knows the areas. */
    @Test
    void areasOfAPoolMadeAtBoot() throws IOException {
        agrees(
                SwiotlbRows.FORMAT.header(),
                "c,0,0,boot,65536+0,,,,,,slots=65536;areas=1;force=0,,,0@0,1,0",
                "0,boot,+0+force,,,,,,slots=32768;areas=1;force=1,,,0@0,1,0",
                "0,boot,noforce,,,,,,slots=0;areas=0;force=0,,,,1,0");
    }

    /** Who gets page 0 cannot tell it from nothing. */
    @Test
    void pageZeroIsNone() throws IOException {
        agrees(
                IovaRows.FORMAT.header(),
                "c,0,0,init,4096,0,,,,0,top,top,100000,,",
                "0,rcaches,,,,0,,0,top,top,100000,0/0/0,",
                "0,alloc_fast,1,0,0,fail,+0:0,0,0,top,100000,0/0/0,");
    }

    /** The driver's part may be larger than the aperture: nobody compares them. Without an aperture a device can still be said. */
    @Test
    void aGartOfAnySize() throws IOException {
        agrees(
                GartRows.FORMAT.header(),
                "c,0,init,1,d8000000,0,67108864,0,base=d6000000 size=4000000 pages=16384 unmapped=3009003 fullflush=1,,,0,0,"
                        + "n0.98=30000;n0.90=41;n0.9c=1,0",
                "init,1,fe000000,1,,0,base=0 size=0 pages=0 unmapped=0 fullflush=1,,,0,0,,0",
                "device,ffffffff,0,0,0,,,,,0,0,,0");
    }

    /** A bus number is an unsigned int. */
    @Test
    void aBusNumberIsCut() {
        assertThat(CalgaryOptions.of("disable=4294967299").disabled()).containsExactly(3);
    }

    /** A call that ends in BUG gets no further than the search, to what comes after it. */
    @Test
    void fullFlushingDoesNotFollowABug() throws IOException {
        agrees(
                GartRows.FORMAT.header(),
                "c,0,init,1,d8000000,0,,0,base=d8000000 size=2000000 pages=8192 unmapped=3009003 fullflush=1,,,0,0,"
                        + "n0.98=30000;n0.90=41;n0.9c=1,0",
                "device,ffffffff,0,2fff,0,,,,,0,0,,0",
                "map,100000000,1000,,,,BUG,,,0,0,,0");
    }

    /** The range that every walk starts from is met by whoever asks for the highest page, and grows down as any other. */
    @Test
    void theHighestPageNumberIsReserved() throws IOException {
        agrees(
                IovaRows.FORMAT.header(),
                "c,0,0,init,1,1,,,,0,top,top,100000000,,",
                "0,reserve,17a,ffffffffffffffff,,17a:ffffffffffffffff,,0,top,top,100000000,,");
    }

    /** Recorded from Linux 6.1.176: a free slot that is freed once more puts right what freeing beyond a segment has left wrong. */
    @Test
    void freeCountsAreRightAgain() throws IOException {
        agrees(
                SwiotlbRows.FORMAT.header(),
                "c,0,0,pool,4000000,256,1,0,,,,,,0@0,1,0",
                "0,tbl_map,10000000,40000,40000,0,1,0,4000000,4000000<10000000:40000,+0:127@10000000/40000,128@128,1,0",
                "0,device,ffffffffffffffff,0,0,1ff,,,,,,128@128,1,0",
                "0,tbl_unmap,403f998,800,,,1,0,,,-127:127,126@128,0,0",
                "0,tbl_unmap,4000000,800,,,1,0,,,-0:126,18446744073709551614@128,0,0",
                "0,tbl_unmap,4045198,800,,,1,0,,,,18446744073709551613@128,1,0");
    }

    /** Recorded from Linux 6.1.176: where a range begins already, one that ends before it is answered, and not kept. */
    @Test
    void swappedReservations() throws IOException {
        agrees(
                IovaRows.FORMAT.header(),
                "c,0,0,init,4096,1,,,,0,top,top,100000,,",
                "0,reserve,200,20f,,200:20f,+200:20f,0,top,top,100000,,",
                "0,reserve,200,100,,200:100,,1,top,top,100000,,",
                "0,reserve,208,204,,200:20f,,0,top,top,100000,,",
                "0,reserve,300,100,,300:100,+300:100,0,top,top,100000,,",
                "0,find,205,,,200:20f,,0,top,top,100000,,");
    }

    /** Recorded from Linux 6.1.176: the highest page of all is no worse than others in a magazine. */
    @Test
    void theHighestPageIsCached() throws IOException {
        agrees(
                IovaRows.FORMAT.header(),
                "c,0,0,init,4096,1,,,,0,top,top,100000,,",
                "0,rcaches,,,,0,,0,top,top,100000,0/0/0,",
                "0,free_fast,ffffffffffffffff,1,,,,0,top,top,100000,1/0/0,ffffffffffffffff",
                "0,alloc_fast,1,ffffffffffffffff,0,ffffffffffffffff,,0,top,top,100000,0/0/0,");
    }

    /** Recorded from Linux 6.1.176: an alignment to 2^64 leads back to 0, and never on from there; a span has numbers of 32 bits. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void areasOfLargeNumbers() throws IOException {
        agrees(
                AreaRows.FORMAT.header(),
                "c,0,init,64,,,,,,,",
                "alloc,64,5,2,0,64,18446744073709551615,0,+0:1",
                "alloc,64,5,2,0,64,18446744073709551615,HANG,",
                "alloc,64,5,2,0,64,9223372036854775807,-1,",
                "alloc,64,40,2,0,64,18446744073709551615,HANG,",
                "clear,,0,2,,,,,-0:1",
                "alloc,64,5,2,3,4,18446744073709551615,HANG,",
                "set,,0,2,,,,,+0:1",
                "find_zero,64,10,2,0,,18446744073709551615,HANG,",
                "span,,4294967299,4294967298,0,8,,0,",
                "span,,4294967299,4294967302,0,8,,1,");
    }

    /** Recorded from Linux 6.1.192, 6.12.117 and 7.3.4: the bytes of a merged run are counted in 32 bits, and 4 GiB are none. */
    @Test
    void aMergedRunOfFourGib() throws IOException {
        agrees(
                GartRows.FORMAT.header(),
                "c,0,init,1,d8000000,0,,1,base=d8000000 size=2000000 pages=8192 unmapped=3009003 fullflush=1,,,0,0,"
                        + "n0.98=30000;n0.90=41;n0.9c=1,0",
                "device,ffffffff,0,0,ffffffff,,,,,0,0,,0",
                "map_sg,100000000+1000;200000000+fffff000,,,,,-12,0:0=3009003,,1,0,n0.9c=1;n0.9c=1,2",
                "map_sg,100000000+2000;200000000+fffff000,,,,,-12,1:2=3009003,,3,0,n0.9c=1;n0.9c=1,2",
                "map_sg,100000000+1000,,,,,1;d8003000+1000,3:3=13,+3:3,4,0,n0.9c=1,0");
    }

    /** Recorded from Linux 6.1.192: a run of no pages at the multiple of 2^63 ends there, and its number is no word for a search without end. */
    @Test
    void noPagesAtTheHighestMultiple() throws IOException {
        agrees(
                AreaRows.FORMAT.header(),
                "c,0,init,64,,,,,,,",
                "alloc,64,5,0,0,64,9223372036854775807,-1,",
                "find_zero,64,5,0,0,,9223372036854775807,9223372036854775808,",
                "alloc,64,0,0,0,64,9223372036854775807,0,");
    }

    /** Recorded from Linux 6.1.192: with pages of one byte a range may begin where the sentinel does, and is answered as what it is. */
    @Test
    void aSwappedReservationAtTheSentinel() throws IOException {
        agrees(
                IovaRows.FORMAT.header(),
                "c,0,0,init,1,1,,,,0,top,top,100000000,,",
                "0,reserve,ffffffffffffffff,2,,ffffffffffffffff:2,,1,top,top,100000000,,",
                "0,find,1,,,none,,0,top,top,100000000,,");
    }
}
