package dev.moat.conform.viommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is malformed in rows of virtual VT-d units is told at its place; what is well-formed but strange is only an answer. */
class MalformedRecordingTest {
    private static final String FIRST = "dma,c,1,rd,0x34,,,,,0x0 fsts=0x0 fr=-,";

    private static RowTally run(String name, Profile profile, String... rows) {
        return ViommuFile.judge(ViommuFile.load(name).rows(rows), profile);
    }

    private static RowTally run(String... rows) {
        return run(ViommuFile.DMA, Profile.SPECIFICATION, rows);
    }

    @Test
    void theRowThatOtherTestsGoOnFromIsFine() {
        RowTally found = run(FIRST);
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.disagreements()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            dma,c,2,rd,0x34,x-flts=on,,,,0x0,      | 17 | the options change within the case
            dma,c,2,rd,,,,,,0x0,                   | 12 | rd needs 1 arguments, not 0
            dma,c,2,rd,0x34 0x38,,,,,0x0,          | 12 | rd needs 1 arguments, not 2
            dma,c,2,rd,0x1000,,,,,0x0,             | 12 | 0x1000 is larger than 0xfff
            dma,c,2,rd,34,,,,,0x0,                 | 12 | '34' is not a number like 0x1f
            dma,c,2,rd,0x,,,,,0x0,                 | 12 | '0x' is not a number like 0x1f
            dma,c,2,rd,0x3g,,,,,0x0,               | 12 | '0x3g' is not a number like 0x1f
            dma,c,2,rd,0x-4,,,,,0x0,               | 12 | '0x-4' is not a number like 0x1f
            dma,c,2,rd,0X34,,,,,0x0,               | 12 | '0X34' is not a number like 0x1f
            dma,c,2,st,0x0,,,,,,                   | 12 | st needs 2 to 65536 arguments, not 1
            dma,c,2,st,0x0 0x1 0x2,,,,,,           | 12 | st needs a value for every address
            dma,c,2,st,0x0 1,,,,,,                 | 16 | '1' is not a number like 0x1f
            dma,c,2,gcmd,,,,,,,                    | 14 | gcmd needs 1 arguments, not 0
            dma,c,2,flush,0x1,,,,,,                | 15 | flush needs 0 arguments, not 1
            dma,c,2,qi,,,,,,,                      | 12 | qi needs 1 to 4 arguments, not 0
            dma,c,2,qi,0x1 0x2 0x3 0x4 0x5,,,,,,   | 12 | qi needs 1 to 4 arguments, not 5
            dma,c,2,dma,d0 0x0,,,,,,               | 13 | dma needs 3 arguments, not 2
            dma,c,2,dma,d0 0x0 x,,,,,,             | 20 | 'x' is none of r, w
            dma,c,2,dmac,d0 zero r,,,,,,           | 17 | 'zero' is not a number like 0x1f
            dma,c,2,irte,C 0x0 0x1 0x2,,,,,,       | 14 | 'C' is none of A, B
            dma,c,2,irte,A 0x10000 0x1 0x2,,,,,,   | 16 | 0x10000 is larger than 0xffff
            dma,c,2,irtelo,A 0x0 0x1 0x2,,,,,,     | 16 | irtelo needs 3 arguments, not 4
            dma,c,2,irtehi,A 0x0,,,,,,             | 16 | irtehi needs 3 arguments, not 2
            dma,c,2,iec,0x0 0x0,,,,,,              | 13 | iec needs 3 arguments, not 2
            dma,c,2,iec,0x0 0x10000 0x0,,,,,,      | 17 | 0x10000 is larger than 0xffff
            dma,c,2,msi,d0 0xfee00000 0x100000000,,,,,, | 27 | 0x100000000 is larger than 0xffffffff
            dma,c,2,fe,0x0,,,,,,                   | 12 | fe needs 2 arguments, not 1
            dma,c,2,fe,0x0 0x100000000,,,,,,       | 16 | 0x100000000 is larger than 0xffffffff
            dma,c,2,rte,0x0,,,,,,                  | 13 | rte needs 2 arguments, not 1
            dma,c,2,pin,0x0 0x0,,,,,,              | 13 | pin needs 1 arguments, not 2
            """)
    void aMalformedRowIsToldAtItsPlace(String row, int column, String message) {
        RowTally found = run(FIRST, row);
        assertThat(found.leftOut())
                .containsExactly("case dma/c, its last row: dma-remapping:3:" + column + ": " + message);
        assertThat(found.isMalformed()).isTrue();
    }

    /** As of a newer recorder. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dma,c,2,read,0x34,,,,,0x0,  | operation read
            dma,c,2,dma,d9 0x0 r,,,,,,  | device d9
            """)
    void whatMoatDoesNotKnowIsNoError(String row, String what) {
        RowTally found = run(FIRST, row);
        assertThat(found.notJudged()).isEqualTo(Map.of("case with " + what, 1));
        assertThat(found.isMalformed()).isFalse();
    }

    /** The shadow looks at the arguments too. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            shadow,c,1,qi,0x1 two,done fsts=0x0 fr=-, | 19 | 'two' is not a number like 0x1f
            shadow,c,1,gcmd,,gsts=0x0,                | 17 | gcmd needs 1 arguments, not 0
            """)
    void aMalformedRowOfAShadowIsToldAtItsPlace(String row, int column, String message) {
        assertThat(run(ViommuFile.SHADOW, Profile.QEMU_11_1, row).leftOut())
                .containsExactly("case shadow/c, its last row: shadow:2:" + column + ": " + message);
    }

    @Test
    void aRowThatSaysNothingIsCounted() {
        RowTally found = run(
                FIRST,
                "dma,c,2,rd,0x34,,,,,,",
                "dma,c,3,rd,0x34,,,,,?,LEG",
                "dma,c,4,rd,0x34,,,,,0x0 fsts=? fr=-,XYZ+LEG",
                "dma,c,5,rd,0x34,,,,,n/a,XYZ",
                "dma,c,6,rd,0x34,,,,,0x1 fsts=0x0 fr=-,");
        assertThat(found.text("vtd"))
                .containsExactly(
                        "dma-remapping: intel-iommu (QEMU), DMA remapping, profile vtd",
                        "  cases 1, rows 6, compared 2 (rd 2)",
                        "  nothing to compare: 3, nothing stated in column vtd",
                        "  nothing to compare: 1, this version was not asked",
                        "  noted: 2, unknown code XYZ",
                        "disagreements 1",
                        "  dma-remapping:7: dma/c step 6 rd: vtd: recorded '0x1 fsts=0x0 fr=-', Moat '0x0 fsts=0x0 fr=-'");
    }

    @Test
    void optionsThatNoUnitHasAreNotJudged() {
        RowTally found = run(
                FIRST,
                "dma,d,1,rd,0x34,aw-bits=40,,,,0x0 fsts=0x0 fr=-,",
                "dma,e,1,rd,0x34,aw-bits=x,,,,0x0 fsts=0x0 fr=-,",
                "dma,f,1,rd,0x34,new=on,,,,0x0 fsts=0x0 fr=-,");
        assertThat(found.notJudged()).isEqualTo(Map.of("options that no profile has", 3));
        assertThat(found.compared()).isEqualTo(1);
        RowTally other = run(
                ViommuFile.DMA,
                Profile.QEMU_7_2,
                "dma,c,1,rd,0x34,,0x0 fsts=0x0 fr=-,,,,",
                "dma,d,1,rd,0x34,svm=on;pasid-bits=8;x-flts=on;x-scalable-mode=on;device-iotlb=on,0x0 fsts=0x0 fr=-,,,,");
        assertThat(other.notJudged()).isEqualTo(Map.of("options that this profile does not have", 1));
    }

    @Test
    void aVersionThatNobodyKnowsIsNotJudged() {
        RowTally found = run(
                ViommuFile.CAPABILITIES,
                Profile.SPECIFICATION,
                ViommuFile.load(ViommuFile.CAPABILITIES).lines().get(1),
                "12.0,intremap=on,0x10,0x0,0x0,0x0,0x0,0x0,0x0,0x0");
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.notJudged()).isEqualTo(Map.of("of an unknown version", 1));
    }
}
