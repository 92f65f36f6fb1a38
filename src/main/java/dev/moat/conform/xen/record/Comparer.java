package dev.moat.conform.xen.record;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Disagreement;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares answers with the cells of recorded rows. */
public final class Comparer {
    private static final Pattern ENTRY = Pattern.compile("(D[0-7]\\[[0-9]{1,6}\\])\\{([^{}]*)\\}");
    private static final Pattern PTE = Pattern.compile("(D[0-7]\\.V[0-9]{1,2})=(\\S+)");

    private final String file;
    private final List<Disagreement> found = new ArrayList<>();

    /** @param file the name that disagreements print */
    public Comparer(String file) {
        this.file = file;
    }

    /** All disagreements so far. */
    public List<Disagreement> found() {
        return found;
    }

    /**
     * What one row answered by itself.
     *
     * @param version of the actor's grant table
     */
    public void compare(RecordedRow row, Answer answer, int version) {
        if (row.has(Column.ACTOR_VER)) {
            check(row, Column.ACTOR_VER, "" + version);
        }
        check(row, Column.HRC, "" + answer.hrc());
        check(row, Column.STATUS, answer.status());
        check(row, Column.STATUS_NAME, answer.statusName());
        check(row, Column.OUT, answer.out());
    }

    /** One cell. */
    public void check(RecordedRow row, Column column, String ours) {
        String recorded = row.text(column);
        if (!recorded.equals(ours)) {
            report(row, column, recorded, ours);
        }
    }

    /** Notes that a cell says something else. */
    public void report(RecordedRow row, Column column, String recorded, String ours) {
        String where = row.group().text() + "/" + row.text(Column.CASE) + " step " + row.step() + " "
                + row.op().label();
        found.add(new Disagreement(file, row.line(), where, column.label(), recorded, ours));
    }

    /**
     * What shows after a step.
     *
     * @throws InputException when the recorded cell is malformed
     */
    public void compareEntries(RecordedRow first, Map<String, String> ours) {
        compareParts(first, Column.ENTRIES, parts(first.cell(Column.ENTRIES), ENTRY), ours);
    }

    /** The entries that a row shows, as {@code D1[8]}; InputException when the cell is malformed. */
    public Set<String> entryNames(RecordedRow row) {
        return parts(row.cell(Column.ENTRIES), ENTRY).keySet();
    }

    /** Like {@link #compareEntries}. */
    public void comparePtes(RecordedRow first, Map<String, String> ours) {
        compareParts(first, Column.PTES, parts(first.cell(Column.PTES), PTE), ours);
    }

    private void compareParts(RecordedRow row, Column column, Map<String, String> recorded, Map<String, String> ours) {
        Map<String, String> all = new TreeMap<>(recorded);
        ours.forEach(all::putIfAbsent);
        for (String name : all.keySet()) {
            String theirs = recorded.getOrDefault(name, "");
            String mine = ours.getOrDefault(name, "");
            if (!theirs.equals(mine)) {
                report(row, column, name + " " + theirs, name + " " + mine);
            }
        }
    }

    private static Map<String, String> parts(Cell cell, Pattern pattern) {
        Map<String, String> parts = new TreeMap<>();
        Matcher m = pattern.matcher(cell.text());
        int at = 0;
        while (at < cell.text().length()) {
            if (!m.find(at)
                    || m.start() != at
                    || (m.end() < cell.text().length() && cell.text().charAt(m.end()) != ' ')) {
                throw cell.part(at, cell.text().length())
                        .error("not what is expected here: a text like "
                                + (pattern == ENTRY ? "D1[8]{fl=0x0001;dom=2;frame=D1.P0}" : "D2.V0=D1.P0/rw"));
            }
            if (parts.put(m.group(1), m.group(2)) != null) {
                throw cell.part(at, m.end()).error(m.group(1) + " is given twice");
            }
            at = m.end() + 1;
        }
        return parts;
    }
}
