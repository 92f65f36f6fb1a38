package dev.moat.conform.xen;

import dev.moat.conform.xen.record.Column;
import dev.moat.conform.xen.record.RecordFormat;
import dev.moat.conform.xen.record.RecordedCase;
import dev.moat.conform.xen.record.RecordedCases;
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
        return run(c -> true);
    }

    Conformance run(Predicate<RecordedCase> selected) throws IOException {
        return XenConformance.run(NAME, new StringReader(text()), selected);
    }

    /** The selected cases with a text replaced everywhere. */
    Conformance replacing(String old, String text, Predicate<RecordedCase> selected) throws IOException {
        return XenConformance.run(NAME, new StringReader(text().replace(old, text)), selected);
    }

    /** The selected cases as those of another suite. */
    Conformance asSuite(String suite, Predicate<RecordedCase> selected) throws IOException {
        StringBuilder text = new StringBuilder(lines.get(0)).append('\n');
        RecordedCases.read(NAME, new StringReader(text()), c -> {
            if (selected.test(c)) {
                c.rows()
                        .forEach(row -> text.append(lines.get(row.line() - 1).replaceFirst("^[^,]*", suite))
                                .append('\n'));
            }
        });
        return XenConformance.run(NAME, new StringReader(text.toString()), c -> true);
    }

    private String key(int line) {
        return cell(line, Column.SUITE) + "/" + cell(line, Column.CASE);
    }

    /** The line at which the case of a line begins. */
    int firstLineOfCase(int line) {
        int first = line;
        while (first > 2 && key(first - 1).equals(key(line))) {
            first--;
        }
        return first;
    }

    /** The case that begins at a line, as a file of its own; its rows begin at line 2. */
    RecordedFile caseAt(int first) {
        int end = first;
        while (end < lines.size() && key(end + 1).equals(key(first))) {
            end++;
        }
        List<String> alone = new ArrayList<>(lines.subList(first - 1, end));
        alone.add(0, lines.get(0));
        return new RecordedFile(alone);
    }

    String cell(int line, Column column) {
        return lines.get(line - 1).split(",", -1)[RecordFormat.GRANTS.columns().indexOf(column)];
    }

    /** The file with one cell changed. */
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
