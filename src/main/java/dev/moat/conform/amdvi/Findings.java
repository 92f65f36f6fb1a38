package dev.moat.conform.amdvi;

import dev.moat.conform.amdvi.record.Column;
import dev.moat.conform.amdvi.record.Row;
import dev.moat.conform.record.Disagreement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a judge counts and finds, over all cases of a file. */
final class Findings {
    private final String file;
    private final Map<String, Integer> judged = new TreeMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<Disagreement> disagreements = new ArrayList<>();

    Findings(String file) {
        this.file = file;
    }

    /** A row was run and judged. */
    void judged(Row row) {
        judged.merge(row.op().label(), 1, Integer::sum);
    }

    /** Something was left out, or is merely worth telling. */
    void count(String what, int times) {
        counts.merge(what, times, Integer::sum);
    }

    /** A cell says something else than the unit does. */
    void disagree(Row row, Column column, String recorded, String ours) {
        String where = row.group() + " step " + row.step() + " " + row.op().label();
        disagreements.add(new Disagreement(file, row.line(), where, column.label(), recorded, ours));
    }

    Map<String, Integer> judged() {
        return judged;
    }

    Map<String, Integer> counts() {
        return counts;
    }

    List<Disagreement> disagreements() {
        return disagreements;
    }
}
