package dev.moat.twin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A file of recorded answers: no quoting, names of the columns in the first line. */
public final class RecordedRows {
    private RecordedRows() {}

    /** The rows in order, each from column to cell. */
    public static List<Map<String, String>> read(String resource) throws IOException {
        try (InputStream in = RecordedRows.class.getClassLoader().getResourceAsStream(resource)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            String[] lines = text.split("\n");
            String[] names = lines[0].split(",");
            List<Map<String, String>> rows = new ArrayList<>();
            for (int i = 1; i < lines.length; i++) {
                String[] cells = lines[i].split(",", -1);
                Map<String, String> row = new LinkedHashMap<>();
                for (int c = 0; c < names.length; c++) {
                    row.put(names[c], cells[c]);
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** A copy with a text appended to a column's cell in every so many rows, beginning with the first. */
    public static List<Map<String, String>> spoilt(
            List<Map<String, String>> rows, String column, int every, String appended) {
        List<Map<String, String>> changed = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Map<String, String> row = new LinkedHashMap<>(rows.get(i));
            if (i % every == 0) {
                row.merge(column, appended, String::concat);
            }
            changed.add(row);
        }
        return changed;
    }
}
