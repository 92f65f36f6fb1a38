package dev.moat.conform;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** The recorded answers, to be run as they are or with cells changed; lines are numbered from 1, as in messages. */
record RecordedFile(List<String> lines) {
    static final String NAME = "xen-oracle/grant-table-4.17.csv";

    static RecordedFile load() throws IOException {
        try (InputStream in = RecordedFile.class.getClassLoader().getResourceAsStream(NAME)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return new RecordedFile(List.of(text.split("\n")));
        }
    }

    String text() {
        return String.join("\n", lines) + "\n";
    }

    Conformance run() throws IOException {
        return run(XenConformance::isVersion1Mapping);
    }

    Conformance run(Predicate<RecordedCase> selected) throws IOException {
        return XenConformance.run(NAME, new StringReader(text()), selected);
    }

    /** Lines of the rows that are run and compared. */
    List<Integer> comparedLines() throws IOException {
        List<Integer> compared = new ArrayList<>();
        RecordedCases.read(NAME, new StringReader(text()), c -> {
            if (XenConformance.isVersion1Mapping(c)) {
                c.rows().stream()
                        .filter(row -> row.op() != RecordedOp.COPY)
                        .map(RecordedRow::line)
                        .forEach(compared::add);
            }
        });
        return compared;
    }

    String cell(int line, Column column) {
        return lines.get(line - 1).split(",", -1)[RecordFormat.GRANTS.columns().indexOf(column)];
    }

    RecordedFile with(int line, Column column, String text) {
        String[] cells = lines.get(line - 1).split(",", -1);
        cells[RecordFormat.GRANTS.columns().indexOf(column)] = text;
        return withLine(line, String.join(",", cells));
    }

    RecordedFile withLine(int line, String text) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(line - 1, text);
        return new RecordedFile(changed);
    }
}
