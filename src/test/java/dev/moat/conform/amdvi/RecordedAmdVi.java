package dev.moat.conform.amdvi;

import dev.moat.conform.amdvi.record.Column;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The recorded file as lines whose cells can be changed. */
record RecordedAmdVi(List<String> lines) {
    static final String NAME = "amdvi-qemu.csv";

    static RecordedAmdVi load() throws IOException {
        return new RecordedAmdVi(Files.readAllLines(Path.of("src/test/resources/amdvi-oracle", NAME)));
    }

    /** Rows that were recorded later, of what the others do not have. */
    static RecordedAmdVi further() throws IOException {
        return new RecordedAmdVi(Files.readAllLines(Path.of("src/test/resources/amdvi-rows", NAME)));
    }

    /** 1-based line. */
    String cell(int line, Column column) {
        return cells(line)[column.ordinal()];
    }

    private String[] cells(int line) {
        return lines.get(line - 1).split(",", -1);
    }

    RecordedAmdVi with(int line, Column column, String text) {
        String[] cells = cells(line);
        cells[column.ordinal()] = text;
        List<String> changed = new ArrayList<>(lines);
        changed.set(line - 1, String.join(",", cells));
        return new RecordedAmdVi(changed);
    }

    /** The header and the case that a line belongs to; the lines before it are counted off. */
    RecordedAmdVi caseAt(int line) {
        int first = firstLineOfCase(line);
        int last = line;
        while (last < lines.size() && group(last + 1).equals(group(line))) {
            last++;
        }
        List<String> alone = new ArrayList<>(List.of(lines.get(0)));
        alone.addAll(lines.subList(first - 1, last));
        return new RecordedAmdVi(alone);
    }

    int firstLineOfCase(int line) {
        int first = line;
        while (first > 2 && group(first - 1).equals(group(line))) {
            first--;
        }
        return first;
    }

    private String group(int line) {
        return cell(line, Column.QEMU) + "/" + cell(line, Column.CASE);
    }

    /** Numbers of the lines with rows. */
    IntStream rows() {
        return IntStream.rangeClosed(2, lines.size());
    }

    boolean isDma(int line) {
        return Arrays.asList("dr", "dw").contains(cell(line, Column.OP));
    }

    boolean isRead(int line) {
        return Arrays.asList("rreg", "rmem").contains(cell(line, Column.OP));
    }

    AmdViConformance judge(@Nullable QemuProfile profile) throws IOException {
        return AmdViConformance.run(NAME, new StringReader(String.join("\n", lines) + "\n"), profile);
    }
}
