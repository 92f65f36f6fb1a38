package dev.moat.conform.viommu;

import dev.moat.conform.viommu.machine.Profile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recording in memory, of which cells can be changed. Lines count from 1, the header being the first. */
record Recording(String name, List<String> lines) {
    static final String INTERRUPTS = "interrupt-remapping";
    static final String DMA = "dma-remapping";
    static final String SHADOW = "shadow";
    static final String CAPABILITIES = "capabilities";
    static final List<String> ALL = List.of(INTERRUPTS, DMA, SHADOW, CAPABILITIES);

    private static final Pattern PLACE = Pattern.compile("^[^:]*:([0-9]+) ");

    /** Rows that are not recorded, but derived. */
    static Recording further(String name) throws IOException {
        return new Recording(name, Files.readAllLines(Path.of("src/test/resources/viommu-rows/" + name + ".csv")));
    }

    static Recording load(String name) throws IOException {
        return new Recording(name, Files.readAllLines(Path.of("src/test/resources/viommu-oracle/" + name + ".csv")));
    }

    ViommuConformance run(Profile profile) throws IOException {
        return ViommuRecords.run(name, new StringReader(String.join("\n", lines) + "\n"), profile);
    }

    private int column(String column) {
        return Arrays.asList(lines.get(0).split(",")).indexOf(column);
    }

    String cell(int line, String column) {
        int index = column(column);
        return index < 0 ? "" : lines.get(line - 1).split(",", -1)[index];
    }

    /** Changes a cell in place. */
    void set(int line, String column, String text) {
        String[] cells = lines.get(line - 1).split(",", -1);
        cells[column(column)] = text;
        lines.set(line - 1, String.join(",", cells));
    }

    Recording copy() {
        return new Recording(name, new ArrayList<>(lines));
    }

    /** The header and the rows of the case that a line belongs to; the line becomes {@code line - firstLine(line) + 2}. */
    Recording caseAt(int line) {
        if (name.equals(CAPABILITIES)) {
            return new Recording(name, new ArrayList<>(List.of(lines.get(0), lines.get(line - 1))));
        }
        List<String> rows = new ArrayList<>(List.of(lines.get(0)));
        for (int at = firstLine(line); at <= lines.size() && cell(at, "case").equals(cell(line, "case")); at++) {
            rows.add(lines.get(at - 1));
        }
        return new Recording(name, rows);
    }

    int firstLine(int line) {
        if (name.equals(CAPABILITIES)) {
            return line;
        }
        int first = line;
        while (first > 2 && cell(first - 1, "case").equals(cell(line, "case"))) {
            first--;
        }
        return first;
    }

    /** The lines that have a disagreement. */
    static Set<Integer> found(ViommuConformance conformance) {
        Set<Integer> found = new TreeSet<>();
        for (String text : conformance.disagreements()) {
            Matcher place = PLACE.matcher(text);
            if (!place.find()) {
                throw new AssertionError("no place in: " + text);
            }
            found.add(Integer.parseInt(place.group(1)));
        }
        return found;
    }
}
