package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import org.junit.jupiter.api.Test;

/**
 * Rows of Linux's Calgary and GART drivers that nobody recorded, at the ends of what they take, with answers worked out by hand from
 * the kernel's sources.
 */
class DriverEndsTest {
    private static final String GART =
            "c,0,init,1,d8000000,0,,%d,base=d8000000 size=2000000 pages=8192 unmapped=3009003 fullflush=1"
                    + ",,,0,0,n0.98=30000;n0.90=41;n0.9c=1,0";
    /** All that is ever given out. */
    private static final String FULL = "map,100000000,1fff000,,,,d8000000,0:8190=13++,+0:8190,8191,0,n0.9c=1,0";

    private static final String CALGARY = "c,0,chip,2a1,2,0,0,8000000,0,,,,-1,,0,0";

    private static void agrees(String name, String... rows) {
        String[] numbered = rows.clone();
        for (int i = 1; i < rows.length; i++) {
            numbered[i] = "c," + i + "," + rows[i];
        }
        RowTally found = DmaFile.load(name).rows(numbered).judge(DmaFile.RUN);
        assertThat(DmaFile.found(found)).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.length);
    }

    /** An init of the bus of {@link #CALGARY} with what its MEM_1 registers hold. */
    private static String init(String bits, String low, String high, String end) {
        return "init,,,,,,,0 entries=8192 tar=8000000 timer=0,," + bits + ",0,r4.8190=" + low + ";r4.81a0=" + high
                + ";r4.81c0=" + end
                + ";r4.8160=0;r8.580=0;w8.580=8000000;r8.580=8000000;r4.8160=0;w4.8160=21100000;r4.8160=21100000,8192,0";
    }

    /** The order of no bytes is 52: only page 0 is aligned to that, if it is free; nothing of it is taken. */
    @Test
    void coherentMemoryOfNoBytes() {
        agrees(
                "gart.csv",
                String.format(GART, 2),
                "alloc_coherent,40000000,1000,,,,d8000000,0:0=40000003,+0:0,1,0,n0.9c=1,0",
                "alloc_coherent,40000000,0,,,,40000000,,,1,0,n0.9c=1,0",
                "unmap,d8000000,1000,,,,,0:0=3009003,-0:0,1,0,,0",
                "alloc_coherent,40000000,0,,,,d8000000,,,0,0,n0.9c=1,0");
    }

    /** The kernel keeps the aperture's address in 32 bits. */
    @Test
    void anApertureBeyondFourGibAfterSuspend() {
        agrees(
                "gart.csv",
                String.format(GART, 0),
                "resume,0,1d8000000,,,,,,,0,0,n0.90=0;n0.94=6c;n0.98=30000;n0.90=41;n0.9c=1,0");
    }

    /** A mask of 0 is none when the bus has a limit; without one it is a mask. */
    @Test
    void aMaskOfZero() {
        agrees(
                "gart.csv",
                String.format(GART, 0),
                "device,0,ffffffff,0,0,,,,,0,0,,0",
                "map,fffff000,1000,,,,fffff000,,,0,0,,0",
                "map,fffff000,1001,,,,d8000000,0:1=fffff003++,+0:1,2,0,n0.9c=1,0",
                "device,0,0,0,0,,,,,2,0,,0",
                "map,80000000,1000,,,,d8002000,2:2=80000003,+2:2,3,0,n0.9c=1,0");
    }

    /** A merged piece may be as long as the device takes, and not longer. */
    @Test
    void mergedPiecesFillASegment() {
        agrees(
                "gart.csv",
                String.format(GART, 1),
                "device,ffffffff,0,0,2800,,,,,0,0,,0",
                "map_sg,100000000+1000;100002000+1000;100004000+1000,,,,,2;d8000000+2000;d8002000+1000,"
                        + "0:0=13;1:1=2013;2:2=4013,+0:2,3,0,n0.9c=1,0",
                "map_sg,100000800+800;100002000+2000;100006000+10,,,,,2;d8003800+2800;d8006000+10,"
                        + "3:3=13;4:5=2013++;6:6=6013,+3:6,7,0,n0.9c=1,0");
    }

    /** An address of 0 is an address, and behind the last page is outside. */
    @Test
    void addressesAtTheEnds() {
        agrees(
                "gart.csv",
                String.format(GART, 2),
                "unmap,da000000,1000,,,,,,,0,0,,0",
                "unmap_sg,da000000+1000;ffffffffffffffff+1000;d8000000+0,,,,,,,,0,0,,1",
                FULL,
                "map,0,1000,,,,0,,,8191,0,n0.9c=1,0",
                "map_sg,0+1000;2000+1000,,,,,2;0+1000;2000+1000,,,8191,0,n0.9c=1,0");
        agrees("gart.csv", String.format(GART, 0), "map_sg,0+1000;2000+1000,,,,,2;0+1000;2000+1000,,,0,0,,0");
    }

    /** Where pieces are mapped one by one after all, the kernel stops inside, before the TLBs are emptied once more. */
    @Test
    void aListThatEndsTheKernel() {
        agrees(
                "gart.csv",
                String.format(GART, 1),
                FULL,
                "panic_on_overflow,1,,,,,,,,8191,0,,0",
                "map_sg,1000+1000;100000000+1000,,,,,PANIC,,,8191,1,n0.9c=1,0");
    }

    /** What is no chip has a table without holes. Entry 0 is given out then, and is Linux's word for no room: taken, and not mapped. */
    @Test
    void theEntryThatStandsForNoRoom() {
        agrees(
                "calgary.csv",
                "c,0,chip,1234,5,0,0,8000000,0,,,,-1,,0,0",
                "init,,,,,,,BUG,,,0,,8192,0",
                "map,100000,1001,,,0,,error,,+0:1,2,,0,0",
                "map,100000,1000,,,0,,2000,2:2=100003,+2:2,3,,1,0",
                "init,,,,,,,BUG,,,3,,0,0",
                "chip,1234,5,0,0,8000000,0,,,,-1,,0,0",
                "init,,,,,,,BUG,,,0,,8192,0",
                "map_sg,100000+1000;200000+1000,,,,0,,0;0+0;111+0,,+0:0,1,,0,0");
    }

    /** A window behind the table, by its high half or by one entry, is left out; of a bridge's window without bytes one entry is not. */
    @Test
    void windowsAtTheEndOfTheTable() {
        agrees(
                "calgary.csv",
                CALGARY,
                "reg,8190,100000,4,,,,,,,-1,,0,0",
                "reg,81a0,1,4,,,,,,,-1,,0,0",
                "reg,81c0,200000,4,,,,,,,-1,,0,0",
                init("+0:31;+160:255", "100000", "1", "200000"),
                "bridge_windows,2000000+1000;1fff000+0,,,,,,,,+8191:8191,0,,0,0");
        agrees(
                "calgary.csv",
                CALGARY,
                "reg,8190,2000000,4,,,,,,,-1,,0,0",
                "reg,81c0,2000000,4,,,,,,,-1,,0,0",
                init("+0:31;+160:255", "2000000", "0", "2000000"),
                "free_coherent,50001000,1001,1ffe000,,,,,,,0,,2,0",
                "free_coherent,50001000,1001,1fff000,,,,BUG,,,0,,0,0");
    }

    /** A bus that was given up begins anew. */
    @Test
    void aBusThatIsSetUpAgain() {
        String config = "r4.8160=21100000;w4.8160=21100000;r4.8160=21100000";
        agrees(
                "calgary.csv",
                CALGARY,
                init("+0:255", "0", "0", "0"),
                "map,100000,2000,,,0,,100000,256:257=100003++,+256:257,258,,2,0",
                "free_bus,,,,,,,,,,-1,r8.580=8000000;w8.580=0;r8.580=0,0,0",
                "init,,,,,,,0 entries=8192 tar=8000000 timer=0,256:257=0,+0:255,0,r4.8190=0;r4.81a0=0;r4.81c0=0;r4.8160=21100000;"
                        + "r8.580=0;w8.580=8000000;r8.580=8000000;" + config + ",8192,0",
                "map,100000,2000,,,0,,100000,256:257=100003++,+256:257,258,,2,0");
    }

    /** Of a call that never comes back nothing is left: no poll was answered, no page is gone. */
    @Test
    void nothingIsLeftOfASearchThatNeverEnds() {
        agrees(
                "calgary.csv",
                CALGARY,
                init("+0:255", "0", "0", "0"),
                "map,100000,1efe000,,,0,,100000,256:8189=100003++,+256:8189,8190,,7934,0",
                "unmap,100000,1efe000,,,,,,256:8189=0,-256:8189,8190,,7934,0",
                "device,fff,0,,,,,,,,8190,,0,0",
                "polls,3,1,,,,,,,,8190,,0,0",
                "map,100000,1001,,,0,,HANG,,,8190,,0,0",
                "blast,,,,,,,,,,8190,r4.8200=0;w4.8200=0;r4.8120=0;r8.4870=100000000000000*3;r8.4870=ff00000000000000;"
                        + "w8.580=8000000;w4.8200=0;r4.8200=0,0,0",
                "map_sg,100000+1000;200000+2000,,,,0,,HANG,,,8190,,0,0",
                "unmap_sg,,,,,,,,,,8190,,0,0",
                "alloc_coherent,,1001,,,,,HANG,,,8190,,0,0",
                "alloc_coherent,,1000,,,,,1ffe000@50001000,8190:8190=50001003,+8190:8190,8191,,1,0");
    }
}
