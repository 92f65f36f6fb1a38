package dev.moat.conform;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The recorded answers, to be run as they are or with cells changed. */
record RecordedFile(List<String> lines) {
    static final String NAME = "xen-oracle/grant-table-4.17.csv";

    static RecordedFile load() throws IOException {
        try (InputStream in = RecordedFile.class.getClassLoader().getResourceAsStream(NAME)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return new RecordedFile(List.of(text.split("\n")));
        }
    }

    Conformance run() throws IOException {
        return XenConformance.run(
                NAME, new StringReader(String.join("\n", lines) + "\n"), XenConformance::isVersion1Mapping);
    }

    /** The cell of a line, both numbered as in messages: lines from 1. */
    String cell(int line, Column column) {
        return lines.get(line - 1).split(",", -1)[column.ordinal()];
    }

    RecordedFile with(int line, Column column, String text) {
        String[] cells = lines.get(line - 1).split(",", -1);
        cells[column.ordinal()] = text;
        return withLine(line, String.join(",", cells));
    }

    RecordedFile withLine(int line, String text) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(line - 1, text);
        return new RecordedFile(changed);
    }

    /** The header and the case that a line belongs to; the others' lines are empty cases of no interest. */
    RecordedFile onlyCaseOf(int line) {
        List<String> kept = new ArrayList<>();
        for (int i = 1; i <= lines.size(); i++) {
            if (i == 1
                    || (cell(i, Column.SUITE).equals(cell(line, Column.SUITE))
                            && cell(i, Column.CASE).equals(cell(line, Column.CASE)))) {
                kept.add(lines.get(i - 1));
            }
        }
        return new RecordedFile(kept);
    }
}
