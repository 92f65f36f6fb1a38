package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the recorder's summary says of all its cases and the rows at hand do not show: written as rows, with the statuses
 * and bits that the summary gives.
 */
class ObservedSummaryTest {
    private static final String HEADER =
            "suite,case,step,actor_ver,actor,op,batch,args,hrc,status,status_name,out,entries,ptes";
    private static final String RW = "D1[8]{fl=0x0019;dom=2;frame=D1.P0}";
    private static final String RO = "D1[8]{fl=0x0009;dom=2;frame=D1.P0}";
    private static final String UNUSED = "D1[8]{fl=0x0001;dom=2;frame=D1.P0}";

    private final List<String> rows = new ArrayList<>();
    private int maps;

    @BeforeEach
    void createAndGrant() {
        create(1, 2);
        create(2, 2);
        row("D1,gt_write,,ref=8;flags=0x0001;domid=2;frame=D1.P0,0,,,", UNUSED, "");
    }

    private void create(int domain, int maptrackFrames) {
        row("D0,create,,dom=" + domain + ";max_grant_frames=4;max_maptrack_frames=" + maptrackFrames + ",0,,,", "", "");
    }

    private void row(String middle, String entries, String ptes) {
        rows.add("s,c," + (rows.size() + 1) + ",1," + middle + "," + entries + "," + ptes);
    }

    private void map(String flags, String host, int raw, String entries, String ptes) {
        row(
                "D2,map,,dom=1;ref=8;flags=" + flags + ";host=" + host + ",0,0,okay,handle=h" + ++maps + ";raw=" + raw
                        + ";dev=D1.P0",
                entries,
                ptes);
    }

    private void refusedMap(int ref, String flags, String status, String entries) {
        row("D2,map,,dom=1;ref=" + ref + ";flags=" + flags + ";host=V9,0," + status + ",", entries, "");
    }

    private void unmap(String handle, String host, String dev, String status, String entries, String ptes) {
        row("D2,unmap,,handle=" + handle + ";host=" + host + ";dev=" + dev + ",0," + status + ",", entries, ptes);
    }

    private void agrees() {
        rows.add(0, HEADER);
        RowTally found = XenFile.judge(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.size() - 1);
    }

    @Test
    void aWrongBusAddressStopsTheHostHalfToo() {
        map("0x3(DH)", "V0", 0, RW, "D2.V0=D1.P0/rw");
        unmap("h1", "V0", "D1.P0+4096", "-6,bad_dev_addr", "", "");
        unmap("h1", "V1", "D1.P1", "-6,bad_dev_addr", "", "");
        unmap("h1", "V0", "D1.P0", "0,okay", UNUSED, "D2.V0=none");
        agrees();
    }

    @Test
    void aWrongHostAddressStopsTheDeviceHalfToo() {
        map("0x3(DH)", "V0", 0, RW, "D2.V0=D1.P0/rw");
        unmap("h1", "V1", "D1.P0", "-1,general_error", "", "");
        unmap("h1", "0", "D1.P0", "0,okay", "", "");
        unmap("h1", "V0", "0", "0,okay", UNUSED, "D2.V0=none");
        agrees();
    }

    @Test
    void aHandleCanTakeAnothersMappingOfTheSameFrameAndPermission() {
        map("0x2(H)", "V0", 0, RW, "D2.V0=D1.P0/rw");
        map("0x2(H)", "V1", 1, RW, "D2.V1=D1.P0/rw");
        map("0x6(HR)", "V2", 2, RW, "D2.V2=D1.P0/ro");
        unmap("h1", "V2", "0", "-1,general_error", "", "");
        unmap("h1", "V1", "0", "0,okay", "", "D2.V1=none");
        unmap("h2", "V1", "0", "-1,general_error", "", "");
        unmap("h2", "V0", "0", "0,okay", RO, "D2.V0=none");
        unmap("h3", "V2", "0", "0,okay", UNUSED, "D2.V2=none");
        agrees();
    }

    @Test
    void aMappingIsReplacedSilentlyAndItsHandleLosesIt() {
        map("0x6(HR)", "V0", 0, RO, "D2.V0=D1.P0/ro");
        map("0x2(H)", "V0", 1, RW, "D2.V0=D1.P0/rw");
        unmap("h1", "V0", "0", "-1,general_error", "", "");
        unmap("h2", "V0", "0", "0,okay", RO, "D2.V0=none");
        unmap("h1", "V0", "0", "-1,general_error", "", "");
        agrees();
    }

    @Test
    void aVirtualAddressIsNoEntrysAddressWhenUnmapping() {
        map("0x2(H)", "V0", 0, RW, "D2.V0=D1.P0/rw");
        unmap("h1", "PTE(V0)", "0", "-1,general_error", "", "");
        unmap("h1", "V0", "0", "0,okay", UNUSED, "D2.V0=none");
        agrees();
    }

    @Test
    void readOnlyUseNeverClearsTheWritingBit() {
        row("D1,gt_flags,,ref=8;flags=0x0019,0,,,", RW, "");
        map("0x6(HR)", "V0", 0, RW, "D2.V0=D1.P0/ro");
        unmap("h1", "V0", "0", "0,okay", "D1[8]{fl=0x0011;dom=2;frame=D1.P0}", "D2.V0=none");
        agrees();
    }

    @Test
    void bitsAreSetAgainOnlyByAFirstWriter() {
        map("0x6(HR)", "V0", 0, RO, "D2.V0=D1.P0/ro");
        row("D1,gt_flags,,ref=8;flags=0x0000,0,,,", "D1[8]{fl=0x0000;dom=2;frame=D1.P0}", "");
        map("0x6(HR)", "V1", 1, "D1[8]{fl=0x0000;dom=2;frame=D1.P0}", "D2.V1=D1.P0/ro");
        map("0x2(H)", "V2", 2, "D1[8]{fl=0x0018;dom=2;frame=D1.P0}", "D2.V2=D1.P0/rw");
        agrees();
    }

    @Test
    void aChangedFrameCountsOnceNothingIsMapped() {
        map("0x2(H)", "V0", 0, RW, "D2.V0=D1.P0/rw");
        row("D1,gt_write,,ref=8;flags=0x0001;domid=2;frame=D1.P1,0,,,", "D1[8]{fl=0x0001;dom=2;frame=D1.P1}", "");
        map("0x2(H)", "V1", 1, "D1[8]{fl=0x0001;dom=2;frame=D1.P1}", "D2.V1=D1.P0/rw");
        unmap("h1", "V0", "0", "0,okay", "", "D2.V0=none");
        unmap("h2", "V1", "0", "0,okay", "", "D2.V1=none");
        row(
                "D2,map,,dom=1;ref=8;flags=0x2(H);host=V0,0,0,okay,handle=h3;raw=2;dev=D1.P1",
                "D1[8]{fl=0x0019;dom=2;frame=D1.P1}",
                "D2.V0=D1.P1/rw");
        agrees();
    }

    @Test
    void eachKindOfPinStopsAt128() {
        for (int i = 0; i < 128; i++) {
            map("0x5(DR)", "0", i, RO, "");
        }
        refusedMap(8, "0x5(DR)", "-1,general_error", RO);
        refusedMap(8, "0x7(DHR)", "-1,general_error", RO);
        map("0x6(HR)", "V0", 130, RO, "D2.V0=D1.P0/ro");
        agrees();
    }

    @Test
    void failedMapsRecycleHandlesFromCheck4On() {
        refusedMap(9999, "0x2(H)", "-3,bad_gntref", "");
        refusedMap(9, "0x2(H)", "-1,general_error", "D1[9]{fl=0x0000;dom=0;frame=0}");
        refusedMap(8, "0x0()", "-3,bad_gntref", UNUSED);
        map("0x2(H)", "V0", 2, RW, "D2.V0=D1.P0/rw");
        agrees();
    }

    @Test
    void aDomainWithoutMaptrackFramesMapsNothing() {
        create(3, 0);
        row("D1,gt_write,,ref=9;flags=0x0001;domid=3;frame=D1.P1,0,,,", "D1[9]{fl=0x0001;dom=3;frame=D1.P1}", "");
        row("D3,map,,dom=1;ref=9;flags=0x2(H);host=V0,0,-13,no_space,", "D1[9]{fl=0x0001;dom=3;frame=D1.P1}", "");
        row("D3,map,,dom=1;ref=9999;flags=0x2(H);host=V0,0,-13,no_space,", "", "");
        agrees();
    }

    @Test
    void failedMapsLoseNoHandle() {
        create(3, 1);
        row("D1,gt_write,,ref=9;flags=0x0001;domid=3;frame=D1.P1,0,,,", "D1[9]{fl=0x0001;dom=3;frame=D1.P1}", "");
        for (int i = 0; i < 300; i++) {
            row("D3,map,,dom=1;ref=8;flags=0x2(H);host=V0,0,-1,general_error,", UNUSED, "");
            row(
                    "D3,map,,dom=1;ref=9;flags=0x2(H);host=BADVA,0,-1,general_error,",
                    "D1[9]{fl=0x0001;dom=3;frame=D1.P1}",
                    "");
        }
        row(
                "D3,map,,dom=1;ref=9;flags=0x2(H);host=V0,0,0,okay,handle=h1;raw=" + 600 % 256 + ";dev=D1.P1",
                "D1[9]{fl=0x0019;dom=3;frame=D1.P1}",
                "D3.V0=D1.P1/rw");
        agrees();
    }

    @Test
    void onlyWholePagePermissionsAreMapped() {
        for (String flags : List.of("0x0000", "0x0002", "0x0003", "0x0101", "0x0100")) {
            String entry = "D1[8]{fl=" + flags + ";dom=2;frame=D1.P0}";
            row("D1,gt_flags,,ref=8;flags=" + flags + ",0,,,", entry, "");
            refusedMap(8, "0x2(H)", "-1,general_error", entry);
            refusedMap(8, "0x5(DR)", "-1,general_error", entry);
        }
        agrees();
    }

    /** Up to the last entry, whichever domain asks; what is refused adds nothing. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 32, 64})
    void aTableMayHaveAsManyFramesAsItsDomain(int frames) {
        rows.clear();
        row("D0,create,,dom=1;max_grant_frames=" + frames + ";max_maptrack_frames=2,0,,,", "", "");
        create(2, 2);
        row("D1,setup_table,,dom=SELF;nr_frames=" + (frames + 1) + ",0,-1,general_error,", "", "");
        row("D2,map,,dom=1;ref=512;flags=0x2(H);host=V0,0,-3,bad_gntref,", "", "");
        row("D0,setup_table,,dom=1;nr_frames=" + frames + ",0,0,okay,", "", "");
        row("D1,query_size,,dom=SELF,0,0,okay,nr_frames=" + frames + ";max_nr_frames=" + frames, "", "");
        int last = frames * 512 - 1;
        String entry = "D1[" + last + "]{fl=0x0001;dom=2;frame=D1.P0}";
        row("D1,gt_write,,ref=" + last + ";flags=0x0001;domid=2;frame=D1.P0,0,,,", entry, "");
        row(
                "D2,map,,dom=1;ref=" + last + ";flags=0x2(H);host=V0,0,0,okay,handle=h1;raw=1;dev=D1.P0",
                entry.replace("0001", "0019"),
                "D2.V0=D1.P0/rw");
        row("D2,map,,dom=1;ref=" + (last + 1) + ";flags=0x2(H);host=V1,0,-3,bad_gntref,", "", "");
        agrees();
    }

    /** Its elements have no status of their own: the first error is the hypercall's, and nothing behind it is looked at. */
    @Test
    void cacheFlushStopsAtItsFirstError() {
        int step = rows.size();
        for (String[] ops : new String[][] {
            {"0x1", "0x3", "0x0", "0"},
            {"0x1", "0x3", "0x2", "-95"},
            {"0x1", "0x4", "0x2", "-22"},
            {"0x2", "0x4", "0x1", "-95"}
        }) {
            step++;
            for (int i = 1; i <= 3; i++) {
                rows.add("s,c," + step + ",1,D1,cache_flush," + i + "/3,dev=D1.P0;off=0;len=64;op=" + ops[i - 1] + ","
                        + ops[3] + ",,,,,");
            }
        }
        agrees();
    }

    /**
     * Xen keeps 15 bits of where a part begins, so that one from 0x8000 on begins 0x8000 earlier; pinned for reading by the same copy,
     * it is compared with all 16 once it is to be written to.
     */
    @Test
    void aPartThatBeginsBeyond15BitsBeginsEarlier() {
        rows.add("s,c,4,2,D1,set_version,,version=2,0,,,version=2,D1[8]{fl=0x0000;dom=0;st=0x0000;frame=0},");
        for (int more : new int[] {0, 16}) {
            String entry = "D1[8]{fl=0x0101;dom=2;st=0x0000;off=" + (0x8000 + more) + ";len=64;frame=D1.P0}";
            rows.add("s,c," + (rows.size() + 1) + ",2,D1,gt_write_sub,,ref=8;flags=0x0101;domid=2;frame=D1.P0;off="
                    + (0x8000 + more) + ";len=64,0,,,," + entry + ",");
            String mine = "F(SELF:D2.P0)+0";
            String granted = "G(1:8)+" + more;
            for (String sides : List.of(granted + ";dst=" + mine, mine + ";dst=" + granted)) {
                row("D2,copy,,src=" + sides + ";len=64,0,0,okay,", entry, "");
                row("D2,copy,,src=" + sides + ";len=65,0,-1,general_error,", entry, "");
            }
            row("D2,copy,,src=G(1:8)+32768;dst=" + mine + ";len=8,0,-10,bad_copy_arg,", entry, "");
            row("D2,copy,,src=" + granted + ";dst=" + granted + ";len=8,0,-1,general_error,", entry, "");
        }
        String low = "D1[9]{fl=0x0101;dom=2;st=0x0000;off=16;len=64;frame=D1.P0}";
        rows.add("s,c," + (rows.size() + 1)
                + ",2,D1,gt_write_sub,,ref=9;flags=0x0101;domid=2;frame=D1.P0;off=16;len=64,0,,,," + low + ",");
        row("D2,copy,,src=G(1:9)+16;dst=G(1:9)+32;len=8,0,0,okay,", low, "");
        agrees();
    }

    @Test
    void aHandleTakesNoMappingOfAnotherFrame() {
        row("D1,gt_write,,ref=9;flags=0x0001;domid=2;frame=D1.P1,0,,,", "D1[9]{fl=0x0001;dom=2;frame=D1.P1}", "");
        map("0x2(H)", "V0", 0, RW, "D2.V0=D1.P0/rw");
        row(
                "D2,map,,dom=1;ref=9;flags=0x2(H);host=V1,0,0,okay,handle=h2;raw=1;dev=D1.P1",
                "D1[9]{fl=0x0019;dom=2;frame=D1.P1}",
                "D2.V1=D1.P1/rw");
        unmap("h1", "V1", "0", "-1,general_error", "", "");
        unmap("h2", "V0", "0", "-1,general_error", "", "");
        agrees();
    }

    @Test
    void theFirstDomainAndReferenceThatDoNotExistAreRefused() {
        row("D2,map,,dom=3;ref=8;flags=0x2(H);host=V0,0,-2,bad_domain,", "", "");
        refusedMap(512, "0x2(H)", "-3,bad_gntref", "");
        refusedMap(511, "0x2(H)", "-1,general_error", "D1[511]{fl=0x0000;dom=0;frame=0}");
        agrees();
    }
}
