package dev.moat.conform.amdvi;

import dev.moat.conform.amdvi.record.Column;
import dev.moat.conform.amdvi.record.Row;
import dev.moat.conform.left.LeftOut;
import dev.moat.conform.record.Disagreement;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a judge counts and finds, over all cases of a file. */
final class Findings {
    private final String file;
    private final Map<String, Integer> judged = new TreeMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<Disagreement> disagreements = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut();

    Findings(String file) {
        this.file = file;
    }

    /** The rows of a case that can be judged: those before the first malformed one. */
    List<Row> wellFormed(List<Row> rows) {
        for (int i = 0; i < rows.size(); i++) {
            Optional<InputException> malformed = rows.get(i).malformed();
            if (malformed.isPresent()) {
                leftOut.add(rows.get(i).group(), rows.size() - i, malformed.get());
                return rows.subList(0, i);
            }
        }
        return rows;
    }

    LeftOut leftOut() {
        return leftOut;
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
