package dev.moat.twin.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.twin.RecordedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The twin gives the specification columns of every recorded row. */
class SlowAmdViRecordsTest {
    private static final String FILE = "amdvi-oracle/amdvi-qemu.csv";

    /** What {@code =} stands for in a column. */
    private static final Map<String, String> MEANT = Map.of("spec", "obs", "spec_ev", "events");

    @Test
    void givesTheSetsOfTheRecording() throws IOException {
        List<Map<String, String>> rows = RecordedRows.read(FILE);
        SlowAmdViRecords records = new SlowAmdViRecords(SlowAmdViUnit.Caches.OF_ALL_ROOTS);
        assertThat(records.run(rows)).isEmpty();
        assertThat(records.narrower()).isEmpty();
        assertThat(records.judged()).isGreaterThan(5_000);
    }

    /**
     * With the roots that can still be reached the twin allows less in eight rows (of two versions each): one DomID has had two
     * roots there, and the device's DTE and all pages of the DomID have been invalidated since the first one went.
     */
    @Test
    void staysWithinTheSetsOfTheRecording() throws IOException {
        List<Map<String, String>> rows = RecordedRows.read(FILE);
        SlowAmdViRecords records = new SlowAmdViRecords(SlowAmdViUnit.Caches.OF_REACHABLE_ROOTS);
        assertThat(records.run(rows)).isEmpty();
        assertThat(records.narrower())
                .hasSize(16)
                .allMatch(row -> row.matches(
                        ".* dtechange/(root-same-dom/noinv 1[78]|mode2->3/noinv 1[78]|mode2->3/devtab.olddom 1[1-4])"));
    }

    /** A wrong cell is seen, whichever it is: every 29th judged row has one. */
    @Test
    void everyJudgedCellCounts() throws IOException {
        List<Map<String, String>> rows = RecordedRows.read(FILE);
        for (String column : List.of("spec", "spec_ev")) {
            List<Map<String, String>> changed = new ArrayList<>();
            int planted = 0;
            for (int i = 0; i < rows.size(); i++) {
                Map<String, String> row = new LinkedHashMap<>(rows.get(i));
                if (row.get("op").matches("dr|dw") && i % 29 == 0) {
                    planted++;
                    String meant = row.get(column).equals("=") ? row.get(MEANT.get(column)) : row.get(column);
                    row.put(column, meant + (column.equals("spec") ? "|77777" : "1"));
                }
                changed.add(row);
            }
            assertThat(new SlowAmdViRecords(SlowAmdViUnit.Caches.OF_ALL_ROOTS).run(changed))
                    .as(column)
                    .hasSize(planted);
        }
    }
}
