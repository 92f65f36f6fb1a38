package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers near the end of what grant entries and tables have room for are not taken for smaller ones. */
class LargeNumbersTest {
    private static final String HEADER =
            "suite,case,step,actor_ver,actor,op,batch,args,hrc,status,status_name,out,entries,ptes";

    private static void holds(String... rows) {
        String text = HEADER + "\n" + String.join("\n", rows) + "\n";
        RowTally found = XenFile.judge(text);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.notJudged()).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.length);
    }

    private static List<String> domains(int grantFrames) {
        return List.of(
                "s,c,1,1,D0,create,,dom=1;max_grant_frames=" + grantFrames + ";max_maptrack_frames=2,0,,,,,",
                "s,c,2,1,D0,create,,dom=2;max_grant_frames=4;max_maptrack_frames=2,0,,,,,");
    }

    /** An entry of version 2 has 64 bits for the frame, and all of them count. */
    @Test
    void aFrameWithTheHighestBitSetIsNone() {
        String entry = "D1[9]{fl=0x0001;dom=2;st=0x0000;frame=0x8000000000000400}";
        holds(
                domains(4).get(0),
                domains(4).get(1),
                "s,c,3,2,D1,set_version,,version=2,0,,,version=2,,",
                // The first frame with a name is number 0x400 here.
                "s,c,4,2,D1,gt_write,,ref=8;flags=0x0001;domid=2;frame=D1.P0,0,,,,D1[8]{fl=0x0001;dom=2;st=0x0000;frame=D1.P0},",
                "s,c,5,2,D1,gt_write,,ref=9;flags=0x0001;domid=2;frame=0x8000000000000400,0,,,," + entry + ",",
                "s,c,6,1,D2,map,,dom=1;ref=9;flags=0x2(H);host=V0,0,-9,bad_page,," + entry + ",",
                "s,c,7,1,D2,copy,,src=G(1:9)+0;dst=F(SELF:D2.P0)+0;len=16,0,-9,bad_page,," + entry + ",");
    }

    /** A table of 64 frames has 32768 references, and a copy may go through any of them. */
    @Test
    void aCopyGoesThroughTheReferenceThatItNames() {
        holds(
                domains(64).get(0),
                domains(64).get(1),
                "s,c,3,1,D1,setup_table,,dom=SELF;nr_frames=64,0,0,okay,,,",
                "s,c,4,1,D1,gt_write,,ref=32767;flags=0x0001;domid=2;frame=D1.P0,0,,,,D1[32767]{fl=0x0001;dom=2;frame=D1.P0},",
                "s,c,5,1,D2,copy,,src=G(1:32767)+0;dst=F(SELF:D2.P0)+0;len=16,0,0,okay,,D1[32767]{fl=0x0001;dom=2;frame=D1.P0},",
                "s,c,6,1,D1,gt_write,,ref=16383;flags=0x0001;domid=2;frame=D1.P1,0,,,,D1[16383]{fl=0x0001;dom=2;frame=D1.P1},",
                "s,c,7,1,D2,copy,,src=G(1:20001)+0;dst=F(SELF:D2.P0)+0;len=16,0,-1,general_error,,D1[20001]{fl=0x0000;dom=0;frame=0},",
                "s,c,8,1,D2,copy,,src=G(1:32768)+0;dst=F(SELF:D2.P0)+0;len=16,0,-3,bad_gntref,,,",
                "s,c,9,1,D2,copy,,src=G(1:4294967295)+0;dst=F(SELF:D2.P0)+0;len=16,0,-3,bad_gntref,,,",
                "s,c,10,1,D2,copy,,src=G(16368:8)+0;dst=F(SELF:D2.P0)+0;len=16,0,-2,bad_domain,,,",
                "s,c,11,1,D2,copy,,src=G(65535:8)+0;dst=F(SELF:D2.P0)+0;len=16,0,-2,bad_domain,,,",
                "s,c,12,1,D1,copy,,src=F(SELF:D1.P0)+0;dst=F(SELF:D1.P1)+0;len=16,0,0,okay,,,",
                "s,c,13,1,D1,copy,,src=F(1:D1.P0)+0;dst=F(SELF:D1.P1)+0;len=16,0,-8,permission_denied,,,");
    }
}
