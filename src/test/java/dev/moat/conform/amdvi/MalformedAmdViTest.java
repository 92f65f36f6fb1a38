package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cells of these rows may say. */
class MalformedAmdViTest {
    private static final String BOOT = "7.2.22,c,0,boot,,,,0=300001,,,0,0,0,=,,,";

    private static RowTally judge(String... rows) {
        return RecordedLines.of(AmdViRow.FORMAT.header(), rows)
                .judge((name, in) -> AmdViRecords.run("x.csv", in, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "7,c,0,dr,10000,0,4,,-,,0,0,0,=,,,!x.csv:2:10: 10000 is larger than ffff",
                "7,c,0,dr,20,0x0,4,,-,,0,0,0,=,,,!x.csv:2:13: '0x0' is not a hexadecimal number",
                "7,c,0,dr,20,0,0,,-,,0,0,0,=,,,!x.csv:2:15: a device reads or writes at least one byte",
                "7,c,0,dr,20,0,65537,,-,,0,0,0,=,,,!x.csv:2:15: 65537 is larger than 65536",
                "7,c,0,dr,20,0,4,0=0,-,,0,0,0,=,,,!x.csv:2:17: a row with op dr has no val",
                "7,c,0,mem,20,,,0=0,,,0,0,0,=,,,!x.csv:2:11: a row with op mem has no dev",
                "7,c,0,mem,,20,,0=0,,,0,0,0,=,,,!x.csv:2:12: a row with op mem has no addr",
                "7,c,0,mem,,,4,0=0,,,0,0,0,=,,,!x.csv:2:13: a row with op mem has no len",
                "7,c,0,rreg,,2004,,,0,,0,0,0,=,,,!x.csv:2:13: '2004' is not a multiple of 8",
                "7,c,0,rreg,,100000,,,0,,0,0,0,=,,,!x.csv:2:13: 100000 is larger than fffff",
                "7,c,0,rmem,,8,4,,0,,0,0,0,=,,,!x.csv:2:15: a row with op rmem has no len",
                "7,c,0,cmd,,,,0,,,0,0,0,=,,,!x.csv:2:14: a command is two words with a space between",
                "7,c,0,cmd,,,,0 g,,,0,0,0,=,,,!x.csv:2:16: 'g' is not a hexadecimal number",
                "7,c,0,mem,,,,0=0;8,,,0,0,0,=,,,!x.csv:2:18: '8' is not of the form name=value",
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
        assertThat(judge(row).leftOut()).singleElement().asString().contains(": " + message);
    }

    /** As the format says, {@code =} may stand behind the mark of what is open, too. */
    @Test
    void anOpenEventMayBeTheObservedOne() {
        String row = "7.2.22,c,1,dr,20,1000,4,,-,,0,0,0,,?=,,";
        RowTally found = judge(BOOT, row);
        assertThat(found.noted()).containsEntry("event that the sources leave open", 1);
    }

    /** Some recorders tell of a write of more than 8 bytes where each of its words landed, as of a read what each is. */
    @ParameterizedTest
    @CsvSource({
        "16, 1001000+1001008, =, true",
        "16, 1001000, =, true",
        "12, 1001000+1001008, =, true",
        "16, 1001000+1001010, 1001000+1001008, false",
        "16, -, 1001000+1001008, false",
        "16, -, -+-, false",
        "16, 1001000+-, =, false"
    })
    void aLongWriteMayTellWhereEachWordLanded(int bytes, String obs, String spec, boolean agrees) {
        String row = "7.2.22,c,1,dw,20,1001000," + bytes + ",," + obs + ",,0,0,0," + spec + ",,,";
        RowTally found = judge("7.2.22,c,0,boot,,,,0=300001,,,0,0,0,=,,,", row);
        assertThat(found.leftOut()).isEmpty();
        assertThat(found.disagreements().isEmpty()).isEqualTo(agrees);
    }

    /** Of a request whose outcome nobody says anything of, the event is compared all the same. */
    @Test
    void anEventIsComparedWithoutAnOutcome() {
        String row = "7.2.22,c,0,dr,20,1008,8,,5,,0,0,0,,00000001.00000002.00000003.00000004,,";
        RowTally found = judge(row);
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.disagreements()).hasSize(1);
    }

    @Test
    void unknownNamesAndVersionsAreCounted() {
        String row = "99.1,c,0,dr,20,1008,8,,5,,0,0,0,1008,,NEW_ONE/EVT_NONE+OTHER,";
        RowTally found = judge(row);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.noted())
                .containsEntry("unknown name NEW_ONE", 1)
                .containsEntry("unknown name OTHER", 1)
                .containsEntry("deviation EVT_NONE", 1);
    }
}
