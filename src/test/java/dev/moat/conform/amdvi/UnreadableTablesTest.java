package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables outside of memory: the request is blocked, and the event that the judge wants is the one that the unit logs. */
class UnreadableTablesTest {
    @ParameterizedTest
    @CsvSource({
        "300001, 6000000010000201, 00000020.42000005.10000008.00000000",
        "10000001, 0, 00000020.32000000.10000400.00000000"
    })
    void anEventNamesWhatCouldNotBeRead(String deviceTable, String directory, String event) throws IOException {
        String[] words = event.split("\\.");
        List<String> rows = List.of(
                "0,mem,,,,300408=5;300400=6000000000400403;400000=" + directory + ",,,0,0,0,=,,,",
                "1,reg,,,,0=" + deviceTable + ";8=800000000310000;10=800000000320000;18=1005,,,0,0,18,=,,,",
                "2,dr,20,1000,4,,-,,0,0,18,-," + event + ",,",
                "3,rmem,,320000,,,0,,0,0,18," + Long.toHexString(Long.parseLong(words[1] + words[0], 16)) + ",,A,",
                "4,rmem,,320008,,,0,,0,0,18," + Long.toHexString(Long.parseLong(words[3] + words[2], 16)) + ",,A,");
        StringBuilder text = new StringBuilder(AmdViRow.FORMAT.header() + "\n");
        rows.forEach(row -> text.append("11.1.3,c,").append(row).append('\n'));
        RowTally found = AmdViRecords.run("x.csv", new StringReader(text.toString()), null);
        assertThat(found.disagreements()).isEmpty();
    }
}
