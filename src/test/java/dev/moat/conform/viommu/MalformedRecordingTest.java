package dev.moat.conform.viommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.viommu.machine.Profile;
import dev.moat.conform.viommu.row.FileKind;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.StringReader;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Malformed recordings are refused at their place; what is well-formed but strange is only an answer. */
class MalformedRecordingTest {
    private static final String FIRST = "dma,c,1,rd,0x34,,,,,0x0 fsts=0x0 fr=-,";

    private static String header(FileKind kind) {
        return String.join(",", kind.columns());
    }

    private static ViommuConformance run(FileKind kind, String... rows) throws IOException {
        return ViommuRecords.run(
                "f.csv",
                new StringReader(header(kind) + "\n" + String.join("\n", rows) + "\n"),
                kind == FileKind.SHADOW ? Profile.QEMU_11_1 : Profile.SPECIFICATION);
    }

    @Test
    void theRowThatOtherTestsGoOnFromIsFine() throws IOException {
        ViommuConformance found = run(FileKind.DMA, FIRST);
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.disagreements()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            dma,c,2,rd,0x34,,,,,0x0                | 1  | there are 10 cells, not 11
            dma,c,2,rd,0x34,,,,,0x0,,              | 1  | there are 12 cells, not 11
            dma,,2,rd,0x34,,,,,0x0,                | 5  | the case has no name
            dma,c,two,rd,0x34,,,,,0x0,             | 7  | step 'two' is not a number
            dma,c,,rd,0x34,,,,,0x0,                | 7  | step '' is not a number
            dma,c,-2,rd,0x34,,,,,0x0,              | 7  | step '-2' is not a number
            dma,c,1234567,rd,0x34,,,,,0x0,         | 7  | step '1234567' is not a number
            dma,c,1,rd,0x34,,,,,0x0,               | 7  | step 1 after step 1
            dma,c,0,rd,0x34,,,,,0x0,               | 7  | step 0 after step 1
            dma,c,2,rd,0x34,x-flts=on,,,,0x0,      | 17 | the options change within the case
            dma,c,2,read,0x34,,,,,0x0,             | 9  | there is no operation 'read'
            dma,c,2,,0x34,,,,,0x0,                 | 9  | there is no operation ''
            dma,c,2,rd,,,,,,0x0,                   | 12 | rd needs 1 arguments, not 0
            dma,c,2,rd,0x34 0x38,,,,,0x0,          | 12 | rd needs 1 arguments, not 2
            dma,c,2,rd,0x1000,,,,,0x0,             | 12 | 0x1000 has more than 12 bits
            dma,c,2,rd,34,,,,,0x0,                 | 12 | '34' is not a number like 0x1f
            dma,c,2,rd,0x,,,,,0x0,                 | 12 | '0x' is not a number like 0x1f
            dma,c,2,rd,0x3g,,,,,0x0,               | 12 | '0x3g' is not a number like 0x1f
            dma,c,2,rd,0x-4,,,,,0x0,               | 12 | '0x-4' is not a number like 0x1f
            dma,c,2,rd,0X34,,,,,0x0,               | 12 | '0X34' is not a number like 0x1f
            dma,c,2,rd,0x00000000000000034,,,,,0x0,| 12 | '0x00000000000000034' is not a number like 0x1f
            dma,c,2,st,0x0,,,,,,                   | 12 | st needs 2 to 4096 arguments, not 1
            dma,c,2,st,0x0 0x1 0x2,,,,,,           | 12 | st needs a value for every address
            dma,c,2,st,0x0 1,,,,,,                 | 16 | '1' is not a number like 0x1f
            dma,c,2,gcmd,,,,,,,                    | 14 | gcmd needs 1 arguments, not 0
            dma,c,2,flush,0x1,,,,,,                | 15 | flush needs 0 arguments, not 1
            dma,c,2,qi,,,,,,,                      | 12 | qi needs 1 to 4 arguments, not 0
            dma,c,2,qi,0x1 0x2 0x3 0x4 0x5,,,,,,   | 12 | qi needs 1 to 4 arguments, not 5
            dma,c,2,dma,d0 0x0,,,,,,               | 13 | dma needs 3 arguments, not 2
            dma,c,2,dma,d9 0x0 r,,,,,,             | 13 | there is no device 'd9'
            dma,c,2,dma,d0 0x0 x,,,,,,             | 20 | 'x' is neither r nor w
            dma,c,2,dmac,d0 zero r,,,,,,           | 17 | 'zero' is not a number like 0x1f
            dma,c,2,irte,C 0x0 0x1 0x2,,,,,,       | 14 | 'C' is neither A nor B
            dma,c,2,irte,A 0x10000 0x1 0x2,,,,,,   | 16 | 0x10000 has more than 16 bits
            dma,c,2,irtelo,A 0x0 0x1 0x2,,,,,,     | 16 | irtelo needs 3 arguments, not 4
            dma,c,2,irtehi,A 0x0,,,,,,             | 16 | irtehi needs 3 arguments, not 2
            dma,c,2,iec,0x0 0x0,,,,,,              | 13 | iec needs 3 arguments, not 2
            dma,c,2,iec,0x0 0x10000 0x0,,,,,,      | 17 | 0x10000 has more than 16 bits
            dma,c,2,msi,d0 0xfee00000 0x100000000,,,,,, | 27 | 0x100000000 has more than 32 bits
            dma,c,2,fe,0x0,,,,,,                   | 12 | fe needs 2 arguments, not 1
            dma,c,2,fe,0x0 0x100000000,,,,,,       | 16 | 0x100000000 has more than 32 bits
            dma,c,2,rte,0x0,,,,,,                  | 13 | rte needs 2 arguments, not 1
            dma,c,2,pin,0x0 0x0,,,,,,              | 13 | pin needs 1 arguments, not 2
            """)
    void aMalformedRowIsRefusedAtItsPlace(String row, int column, String message) {
        assertThatThrownBy(() -> run(FileKind.DMA, FIRST, row).leftOut().requireWellFormed())
                .isInstanceOf(InputException.class)
                .hasMessage("f.csv:3:" + column + ": " + message);
    }

    /** The rows before it and the other cases are judged. */
    @Test
    void aMalformedRowCostsTheRestOfItsCase() throws IOException {
        ViommuConformance found = run(
                FileKind.DMA,
                FIRST,
                "dma,c,2,read,0x34,,,,,0x0,",
                FIRST.replace(",c,1", ",c,3"),
                FIRST.replace(",c,", ",d,").replace("0x0 fsts", "0x1 fsts"));
        assertThat(found.text())
                .containsExactly(
                        "cases 2, rows 4, compared 2",
                        "  not judged, case with a malformed row: 2",
                        "  not judged: case c, its last 2 rows: f.csv:3:9: there is no operation 'read'",
                        "disagreements 1",
                        "  f.csv:5 d step 1 rd 0x34: vtd has '0x1 fsts=0x0 fr=-', ours is '0x0 fsts=0x0 fr=-'");
    }

    /** The shadow looks at the arguments too. */
    @Test
    void aMalformedRowOfAShadowIsRefusedAtItsPlace() {
        assertThatThrownBy(() -> run(FileKind.SHADOW, "shadow,c,1,qi,0x1 two,done fsts=0x0 fr=-,"))
                .hasMessage("f.csv:2:19: 'two' is not a number like 0x1f");
        assertThatThrownBy(() -> run(FileKind.SHADOW, "shadow,c,1,gcmd,,gsts=0x0,"))
                .hasMessage("f.csv:2:17: gcmd needs 1 arguments, not 0");
    }

    @Test
    void theFirstLineTellsTheKind() {
        for (String first : new String[] {"", "suite,case", header(FileKind.DMA) + " ", " " + header(FileKind.DMA)}) {
            assertThatThrownBy(() ->
                            ViommuRecords.run("f.csv", new StringReader(first + "\n" + FIRST), Profile.SPECIFICATION))
                    .isInstanceOf(InputException.class)
                    .hasMessageStartingWith("f.csv:1:1: the first line must be suite,case,step,op,args,options,");
        }
    }

    @Test
    void aFileHasARow() {
        for (FileKind kind : FileKind.values()) {
            assertThatThrownBy(() ->
                            ViommuRecords.run("f.csv", new StringReader(header(kind) + "\n"), Profile.SPECIFICATION))
                    .isInstanceOf(InputException.class)
                    .hasMessage("f.csv:2:1: there is no row after the first line");
        }
    }

    @Test
    void aCaseDoesNotComeBack() {
        String other = FIRST.replace(",c,", ",d,");
        assertThatThrownBy(
                        () -> run(FileKind.DMA, FIRST, other, FIRST).leftOut().requireWellFormed())
                .isInstanceOf(InputException.class)
                .hasMessage("f.csv:4:5: case c was there before");
    }

    @Test
    void aCaseThatComesBackIsNotJudgedAgain() throws IOException {
        ViommuConformance found =
                run(FileKind.DMA, FIRST, FIRST.replace(",c,", ",d,"), FIRST, FIRST, FIRST.replace(",c,", ",e,"));
        assertThat(found.text())
                .containsExactly(
                        "cases 3, rows 5, compared 3",
                        "  not judged, case with a malformed row: 2",
                        "  not judged: case c, its last 2 rows: f.csv:4:5: case c was there before",
                        "disagreements 0");
    }

    /** The rows before it and the other cases are judged, but for one behind it that may have begun with it. */
    @Test
    void aLineThatIsNoRowCostsTheRestOfItsCase() throws IOException {
        String torn = "dma,c,2,r";
        ViommuConformance found = run(
                FileKind.DMA,
                FIRST,
                torn,
                FIRST.replace(",c,1", ",c,3"),
                FIRST.replace(",c,", ",d,"),
                "x".repeat(9000) + ",".repeat(10),
                "",
                FIRST.replace(",c,", ",e,"),
                FIRST.replace(",c,1", ",e,2"),
                FIRST.replace(",c,", ",f,").replace("0x0 fsts", "0x1 fsts"),
                torn,
                FIRST.replace(",c,1", ",g,0"));
        assertThat(found.text())
                .containsExactly(
                        "cases 5, rows 11, compared 4",
                        "  not judged, case with a malformed row: 7",
                        "  not judged: case c, its last 2 rows: f.csv:3:1: there are 4 cells, not 11",
                        "  not judged: case d, its last 2 rows: f.csv:6:8193: the line is longer than 8192",
                        "  not judged: case e, all 2 rows, as its beginning may be a line that is no row: f.csv:6:8193:"
                                + " the line is longer than 8192",
                        "  not judged: a line behind rows of case f: f.csv:11:1: there are 4 cells, not 11",
                        "disagreements 1",
                        "  f.csv:10 f step 1 rd 0x34: vtd has '0x1 fsts=0x0 fr=-', ours is '0x0 fsts=0x0 fr=-'");
        assertThatThrownBy(() -> found.leftOut().requireWellFormed()).hasMessageStartingWith("f.csv:3:1: ");
    }

    /** A recorder that was ended within a line has written all that is before it. */
    @Test
    void aTornLastLineCostsItself() throws IOException {
        String text = header(FileKind.DMA) + "\n" + FIRST + "\n" + FIRST.replace(",c,1", ",c,2") + "\ndma,c,3,rd,0x3";
        ViommuConformance found = ViommuRecords.run("f.csv", new StringReader(text), Profile.SPECIFICATION);
        assertThat(found.compared()).isEqualTo(2);
        assertThat(found.leftOut().reasons())
                .containsExactly("a line behind rows of case c: f.csv:4:1: there are 5 cells, not 11");
    }

    /** Each of its rows is a case. */
    @Test
    void aLineOfCapabilitiesThatIsNoneCostsItself() throws IOException {
        Recording all = Recording.load(Recording.CAPABILITIES);
        ViommuConformance found = run(
                FileKind.CAPABILITIES,
                "torn",
                all.lines().get(1),
                "torn",
                "torn",
                all.lines().get(2));
        assertThat(found.compared()).isEqualTo(2);
        assertThat(found.leftOut().reasons())
                .containsExactly(
                        "a line that is no row: f.csv:2:1: there are 1 cells, not 10",
                        "2 lines that are no rows: f.csv:4:1: there are 1 cells, not 10");
    }

    @Test
    void aLineHasAnEnd() {
        assertThatThrownBy(() -> run(FileKind.DMA, FIRST, "dma,c,2,st," + "0x0 ".repeat(3000))
                        .leftOut()
                        .requireWellFormed())
                .isInstanceOf(InputException.class)
                .hasMessage("f.csv:3:8193: the line is longer than 8192");
    }

    @Test
    void aLineIsText() {
        assertThatThrownBy(() -> run(FileKind.DMA, FIRST, FIRST.replace(",c,1", ",c\u001b,2"))
                        .leftOut()
                        .requireWellFormed())
                .isInstanceOf(InputException.class)
                .hasMessage("f.csv:3:6: there is a control character");
        assertThatThrownBy(() -> run(FileKind.DMA, FIRST + "\r\r"))
                .isInstanceOf(InputException.class)
                .hasMessage("f.csv:2:%d: there is a control character", FIRST.length() + 1);
    }

    /** As a spreadsheet writes it, and with no end of its last line. */
    @Test
    void linesMayEndInCrLfAndAByteOrderMarkMayComeFirst() throws IOException {
        String text = "\uFEFF" + header(FileKind.DMA) + "\r\n" + FIRST;
        assertThat(ViommuRecords.run("f.csv", new StringReader(text), Profile.SPECIFICATION)
                        .compared())
                .isEqualTo(1);
    }

    @Test
    void aRowThatSaysNothingIsCounted() throws IOException {
        ViommuConformance found = run(
                FileKind.DMA,
                FIRST,
                "dma,c,2,rd,0x34,,,,,,",
                "dma,c,3,rd,0x34,,,,,?,LEG",
                "dma,c,4,rd,0x34,,,,,0x0 fsts=? fr=-,XYZ+LEG",
                "dma,c,5,rd,0x34,,,,,n/a,XYZ",
                "dma,c,6,rd,0x34,,,,,0x1 fsts=0x0 fr=-,");
        assertThat(found.text())
                .containsExactly(
                        "cases 1, rows 6, compared 2",
                        "  nothing stated: 3",
                        "  not asked: 1",
                        "  unknown code XYZ: 2",
                        "disagreements 1",
                        "  f.csv:7 c step 6 rd 0x34: vtd has '0x1 fsts=0x0 fr=-', ours is '0x0 fsts=0x0 fr=-'");
    }

    @Test
    void optionsThatNoUnitHasAreNotJudged() throws IOException {
        ViommuConformance found = run(
                FileKind.DMA,
                FIRST,
                "dma,d,1,rd,0x34,aw-bits=40,,,,0x0 fsts=0x0 fr=-,",
                "dma,e,1,rd,0x34,aw-bits=x,,,,0x0 fsts=0x0 fr=-,",
                "dma,f,1,rd,0x34,new=on,,,,0x0 fsts=0x0 fr=-,");
        assertThat(found.unjudged()).containsExactly(java.util.Map.entry("options that no profile has", 3));
        assertThat(found.compared()).isEqualTo(1);
        ViommuConformance other = ViommuRecords.run(
                "f.csv",
                new StringReader(
                        header(FileKind.DMA) + "\n"
                                + "dma,c,1,rd,0x34,,0x0 fsts=0x0 fr=-,,,,\n"
                                + "dma,d,1,rd,0x34,svm=on;pasid-bits=8;x-flts=on;x-scalable-mode=on;device-iotlb=on,0x0 fsts=0x0 fr=-,,,,"),
                Profile.QEMU_7_2);
        assertThat(other.unjudged()).containsExactly(java.util.Map.entry("options that this profile does not have", 1));
    }

    @Test
    void aVersionThatNobodyKnowsIsNotJudged() throws IOException {
        ViommuConformance found = run(
                FileKind.CAPABILITIES,
                Recording.load(Recording.CAPABILITIES).lines().get(1),
                "12.0,intremap=on,0x10,0x0,0x0,0x0,0x0,0x0,0x0,0x0");
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.unjudged()).containsExactly(java.util.Map.entry("of an unknown version", 1));
    }

    /** Whatever is done to a recording, the worst is an {@link InputException}. */
    @ParameterizedTest
    @EnumSource(FileKind.class)
    void aDamagedRecordingIsRefusedOrJudged(FileKind kind) throws IOException {
        String name = Recording.ALL.get(kind.ordinal());
        Recording all = Recording.load(name);
        assertThat(header(kind)).isEqualTo(all.lines().get(0));
        Random random = new Random(20240607 + kind.ordinal());
        for (int i = 0; i < 600; i++) {
            Recording one = all.caseAt(2 + random.nextInt(all.lines().size() - 1));
            StringBuilder text = new StringBuilder(String.join("\n", one.lines()));
            for (int change = random.nextInt(8); change >= 0; change--) {
                int at = header(kind).length()
                        + 1
                        + random.nextInt(text.length() - header(kind).length() - 1);
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, "0123456789abcdefx, rw-+/=;\n\u00e9".charAt(random.nextInt(28)));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, "fedf,0 x".charAt(random.nextInt(8)));
                }
            }
            Profile profile = Profile.values()[random.nextInt(Profile.values().length)];
            assertThatCode(() -> {
                        try {
                            ViommuRecords.run("f.csv", new StringReader(text.toString()), profile);
                        } catch (InputException expected) {
                            assertThat(expected.getMessage())
                                    .startsWith("f.csv:")
                                    .doesNotContain("\n");
                        }
                    })
                    .as(text.toString())
                    .doesNotThrowAnyException();
        }
    }
}
