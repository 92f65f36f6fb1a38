package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.amdvi.record.Column;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input is one line with its place; a malformed row costs the rest of its case. */
class MalformedAmdViTest {
    private static final String HEADER = Column.HEADER + "\n";
    private static final String BOOT = "7.2.22,c,0,boot,,,,0=300001,,,0,0,0,=,,,\n";

    private static void judge(String text) throws IOException {
        AmdViConformance.run("x.csv", new StringReader(text), null).leftOut().requireWellFormed();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "7.2.22,c,0,boot!x.csv:2:12: the row has 4 cells, not 17",
                ",c,0,boot,,,,0=0,,,0,0,0,=,,,!x.csv:2:1: the row has no qemu",
                "7,,0,boot,,,,0=0,,,0,0,0,=,,,!x.csv:2:3: the row has no case",
                "7,c,x,boot,,,,0=0,,,0,0,0,=,,,!x.csv:2:5: 'x' is not a number from 0 to 999999",
                "7,c,-1,boot,,,,0=0,,,0,0,0,=,,,!x.csv:2:5: '-1' is not a number from 0 to 999999",
                "7,c,0,foo,,,,0=0,,,0,0,0,=,,,!x.csv:2:7: 'foo' is no operation",
                "7,c,0,dr,10000,0,4,,-,,0,0,0,=,,,!x.csv:2:10: 10000 is larger than ffff",
                "7,c,0,dr,20,0x0,4,,-,,0,0,0,=,,,!x.csv:2:13: '0x0' is not a hexadecimal number of up to 64 bits",
                "7,c,0,dr,20,00000000000000000,4,,-,,0,0,0,=,,,!x.csv:2:13: '00000000000000000' is not a hexadecimal",
                "7,c,0,dr,20,0,0,,-,,0,0,0,=,,,!x.csv:2:15: a device reads or writes at least one byte",
                "7,c,0,dr,20,0,65537,,-,,0,0,0,=,,,!x.csv:2:15: '65537' is not a number from 0 to 65536",
                "7,c,0,dr,20,0,4,0=0,-,,0,0,0,=,,,!x.csv:2:17: a row with op dr has no val",
                "7,c,0,mem,20,,,0=0,,,0,0,0,=,,,!x.csv:2:11: a row with op mem has no dev",
                "7,c,0,mem,,20,,0=0,,,0,0,0,=,,,!x.csv:2:12: a row with op mem has no addr",
                "7,c,0,mem,,,4,0=0,,,0,0,0,=,,,!x.csv:2:13: a row with op mem has no len",
                "7,c,0,rreg,,2004,,,0,,0,0,0,=,,,!x.csv:2:13: '2004' is not a multiple of 8",
                "7,c,0,rreg,,100000,,,0,,0,0,0,=,,,!x.csv:2:13: 100000 is larger than fffff",
                "7,c,0,rmem,,8,4,,0,,0,0,0,=,,,!x.csv:2:15: a row with op rmem has no len",
                "7,c,0,cmd,,,,0,,,0,0,0,=,,,!x.csv:2:14: a command is two words with a space between",
                "7,c,0,cmd,,,,0 g,,,0,0,0,=,,,!x.csv:2:16: 'g' is not a hexadecimal number",
                "7,c,0,mem,,,,0=0;8,,,0,0,0,=,,,!x.csv:2:18: '8' is not of the form place=value",
                "7,c,0,mem,,,,4=0,,,0,0,0,=,,,!x.csv:2:14: '4' is not a multiple of 8",
                "7,c,0,reg,,,,100000=0,,,0,0,0,=,,,!x.csv:2:14: 100000 is larger than fffff",
                "7,c,0,mem,,,,0=0,5,,0,0,0,=,,,!x.csv:2:18: a row with op mem has no obs",
                "7,c,0,dr,20,0,4,,x,,0,0,0,=,,,!x.csv:2:18: 'x' is not a hexadecimal number",
                "7,c,0,dr,20,0,4,,,,0,0,0,=,,,!x.csv:2:18: '' is not a hexadecimal number",
                "7,c,0,dr,20,0,4,,-,1.2.3.4,0,0,0,=,,,!x.csv:2:20: '1.2.3.4' is no event",
                "7,c,0,dr,20,0,4,,-,,,0,0,=,,,!x.csv:2:21: '' is not a hexadecimal number",
                "7,c,0,dr,20,0,4,,-,,0,z,0,=,,,!x.csv:2:23: 'z' is not a hexadecimal number",
                "7,c,0,dr,20,0,4,,-,,0,0,-,=,,,!x.csv:2:25: '-' is not a hexadecimal number",
                "7,c,0,dr,20,0,4,,-,,0,0,0,1|,,,!x.csv:2:29: '' is not a hexadecimal number",
                "7,c,0,mem,,,,0=0,,,0,0,0,1,,,!x.csv:2:26: nothing can be expected of a row with op mem but '='",
                "7,c,0,dr,20,0,4,,-,,0,0,0,=,?x,,!x.csv:2:30: 'x' is no event",
                "7,c,0,dr,20,0,4,,-,,0,0,0,=,,A+,!x.csv:2:30: 'A+' is not names of deviations"
            })
    void aBadRow(String row, String message) {
        assertThatThrownBy(() -> judge(HEADER + row + "\n"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(message);
    }

    /** As the format says, {@code =} may stand behind the mark of what is open, too. */
    @Test
    void anOpenEventMayBeTheObservedOne() throws IOException {
        String row = "7.2.22,c,1,dr,20,1000,4,,-,,0,0,0,,?=,,\n";
        AmdViConformance found = AmdViConformance.run("x.csv", new StringReader(HEADER + BOOT + row), null);
        assertThat(found.counts()).containsEntry("events that the sources leave open", 1);
    }

    @Test
    void aBadRowCostsTheRestOfItsCase() throws IOException {
        String other = BOOT.replace(",c,", ",d,").replace("7.2.22", "10.0.13");
        String text = HEADER + BOOT + "7.2.22,c,1,foo,,,,,,,0,0,0,=,,,\n" + BOOT.replace(",0,boot", ",2,boot") + other;
        AmdViConformance found = AmdViConformance.run("x.csv", new StringReader(text), null);
        assertThat(found.text())
                .containsSequence(
                        "x.csv: cases 2, rows 4, profile specification",
                        "  judged: rows 2 (boot 2)",
                        "  rows of a case with a malformed row: 2",
                        "  not judged: case 7.2.22/c, its last 2 rows: x.csv:3:12: 'foo' is no operation: boot, reg, mem,"
                                + " cmd, dr, dw, rreg, rmem",
                        "disagreements 0");
        assertThatThrownBy(() -> found.leftOut().requireWellFormed()).hasMessageStartingWith("x.csv:3:12: 'foo'");
    }

    @Test
    void aCaseThatComesBackIsNotJudgedAgain() throws IOException {
        String text = HEADER + BOOT + BOOT.replace(",c,", ",d,") + BOOT + BOOT.replace(",c,", ",e,");
        AmdViConformance found = AmdViConformance.run("x.csv", new StringReader(text), null);
        assertThat(found.text())
                .containsSequence(
                        "x.csv: cases 3, rows 4, profile specification",
                        "  judged: rows 3 (boot 3)",
                        "  rows of a case with a malformed row: 1",
                        "  not judged: case 7.2.22/c, its last row: x.csv:4:8: case 7.2.22/c comes back after other cases",
                        "disagreements 0");
    }

    /** The rows before it and the other cases are judged, but for one behind it that may have begun with it. */
    @Test
    void aLineThatIsNoRowCostsTheRestOfItsCase() throws IOException {
        String second = BOOT.replace(",0,boot", ",1,boot");
        String text = HEADER + BOOT + "torn\n" + second + BOOT.replace(",c,", ",d,") + "\n\n"
                + second.replace(",c,", ",e,") + BOOT.replace(",c,", ",f,") + "a".repeat(1 << 18) + "\n"
                + BOOT.replace(",c,", ",g,") + "7.2.22,g,1,bo";
        AmdViConformance found = AmdViConformance.run("x.csv", new StringReader(text), null);
        assertThat(found.text())
                .containsSequence(
                        "x.csv: cases 5, rows 10, profile specification",
                        "  judged: rows 4 (boot 4)",
                        "  rows of a case with a malformed row: 6",
                        "  not judged: case 7.2.22/c, its last 2 rows: x.csv:3:1: the row has 1 cells, not 17",
                        "  not judged: a line behind rows of case 7.2.22/d: x.csv:6:1: the row has 1 cells, not 17",
                        "  not judged: case 7.2.22/e, its row, as its beginning may be a line that is no row: x.csv:6:1: the row"
                                + " has 1 cells, not 17",
                        "  not judged: a line behind rows of case 7.2.22/f: x.csv:10:131073: the line has more than 131072"
                                + " characters",
                        "  not judged: a line behind rows of case 7.2.22/g: x.csv:12:12: the row has 4 cells, not 17",
                        "disagreements 0");
        assertThatThrownBy(() -> found.leftOut().requireWellFormed()).hasMessageStartingWith("x.csv:3:1: ");
    }

    @Test
    void aBadFile() {
        assertThatThrownBy(() -> judge("")).hasMessage("x.csv:1:1: the first line must be " + Column.HEADER);
        assertThatThrownBy(() -> judge("qemu,case\n")).hasMessageStartingWith("x.csv:1:1: the first line must be ");
        assertThatThrownBy(() -> judge(HEADER)).hasMessage("x.csv:2:1: there is no case after the first line");
        assertThatThrownBy(() -> judge(HEADER + BOOT + BOOT.replace(",c,", ",d,") + BOOT.replace(",0,boot", ",1,boot")))
                .hasMessage("x.csv:4:8: case 7.2.22/c comes back after other cases");
        assertThatThrownBy(() -> judge(HEADER + BOOT + BOOT)).hasMessage("x.csv:3:10: step 0 cannot follow step 0");
        assertThatThrownBy(() -> judge(HEADER + "a".repeat(1 << 18)))
                .hasMessage("x.csv:2:131073: the line has more than 131072 characters");
        assertThatThrownBy(() -> AmdViConformance.run("x.csv", new StringReader(HEADER + BOOT), QemuProfile.ALL.get(2)))
                .hasMessage("x.csv:1:1: no row is of this version, so this says nothing about it");
    }

    @Test
    void aByteOrderMarkAndOtherLineEndsDoNoHarm() throws IOException {
        judge("\uFEFF" + (HEADER + BOOT).replace("\n", "\r\n"));
        judge(HEADER + BOOT.strip());
    }

    /** Of a request whose outcome nobody says anything of, the event is compared all the same. */
    @Test
    void anEventIsComparedWithoutAnOutcome() throws IOException {
        String row = "7.2.22,c,0,dr,20,1008,8,,5,,0,0,0,,00000001.00000002.00000003.00000004,,\n";
        AmdViConformance found = AmdViConformance.run("x.csv", new StringReader(HEADER + row), null);
        assertThat(found.counts()).containsEntry("requests without an expectation", 1);
        assertThat(found.disagreements()).hasSize(1);
    }

    @Test
    void unknownNamesAndVersionsAreCounted() throws IOException {
        String row = "99.1,c,0,dr,20,1008,8,,5,,0,0,0,1008,,NEW_ONE/EVT_NONE+OTHER,\n";
        AmdViConformance found = AmdViConformance.run("x.csv", new StringReader(HEADER + row), null);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.counts())
                .containsEntry("unknown name NEW_ONE", 1)
                .containsEntry("unknown name OTHER", 1)
                .containsEntry("named EVT_NONE", 1);
    }
}
