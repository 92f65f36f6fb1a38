package dev.moat.twin.calgary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.twin.RecordedRows;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The twin of Linux's driver gives every column of every recorded row. */
class SlowCalgaryRecordsTest {
    private static final String FILE = "dma-oracle/calgary.csv";

    @Test
    void givesTheRecordedAnswers() throws IOException {
        SlowCalgaryRecords records = new SlowCalgaryRecords();
        List<Map<String, String>> rows = RecordedRows.read(FILE);
        assertThat(records.run(rows)).isEmpty();
        assertThat(records.judged().values().stream().mapToInt(i -> i).sum()).isEqualTo(1742);
    }

    /** A wrong cell is seen, whichever it is. */
    @Test
    void everyCellCounts() throws IOException {
        List<Map<String, String>> rows = RecordedRows.read(FILE).subList(68, 468);
        for (String column : List.of("ret", "tces", "bits", "hint", "regs", "flushes", "warns")) {
            List<Map<String, String>> changed = RecordedRows.spoilt(rows, column, 17, "7");
            assertThat(new SlowCalgaryRecords().run(changed)).as(column).hasSize(24);
        }
    }
}
