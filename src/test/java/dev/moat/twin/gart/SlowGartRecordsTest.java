package dev.moat.twin.gart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.twin.RecordedRows;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The twin of Linux's driver gives every column of every recorded row. */
class SlowGartRecordsTest {
    private static final String FILE = "dma-oracle/gart.csv";

    @Test
    void givesTheRecordedAnswers() throws IOException {
        SlowGartRecords records = new SlowGartRecords();
        assertThat(records.run(RecordedRows.read(FILE))).isEmpty();
        assertThat(records.judged().values().stream().mapToInt(i -> i).sum()).isEqualTo(1582);
    }

    /** A wrong cell is seen, whichever it is. */
    @Test
    void everyCellCounts() throws IOException {
        List<Map<String, String>> rows = RecordedRows.read(FILE).subList(0, 400);
        for (String column : List.of("ret", "ptes", "bits", "next_bit", "need_flush", "regs", "warns")) {
            List<Map<String, String>> changed = RecordedRows.spoilt(rows, column, 17, "7");
            assertThat(new SlowGartRecords().run(changed)).as(column).hasSize(24);
        }
    }
}
