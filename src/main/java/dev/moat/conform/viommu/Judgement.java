package dev.moat.conform.viommu;

import dev.moat.conform.left.LeftOut;
import dev.moat.conform.left.LostRows;
import dev.moat.conform.viommu.row.Row;
import dev.moat.input.InputException;
import dev.moat.iommu.vtd.deviation.Deviation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts rows while they are judged, and keeps what was found. */
final class Judgement {
    /** Codes of a shadow's rows that are no deviation: both devices differ for now, a part of a mapping was removed. */
    private static final Set<String> REMARKS = Set.of("DIFF", "PART");

    private final SortedMap<String, Integer> unjudged = new TreeMap<>();
    private final SortedMap<String, Integer> unknown = new TreeMap<>();
    private final List<String> disagreements = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut();
    private final LostRows lost = new LostRows(leftOut);
    private int cases;
    private int rows;
    private int compared;
    private int unstated;
    private int unasked;
    private int alternatives;

    void begin(List<Row> rowsOfCase) {
        cases++;
        rows += rowsOfCase.size();
        for (Row row : rowsOfCase) {
            for (String column : List.of("deviations", "notes")) {
                for (String code : row.codes(column)) {
                    if (!REMARKS.contains(code) && Deviation.of(code).isEmpty()) {
                        unknown.merge(code, 1, Integer::sum);
                    }
                }
            }
        }
    }

    /** A row whose cell says nothing. */
    void unstated(String cell) {
        if (cell.equals("n/a")) {
            unasked++;
        } else {
            unstated++;
        }
    }

    void unjudged(String why) {
        unjudged.merge(why, 1, Integer::sum);
    }

    /** A case is not judged from the row on at which this is. */
    void leftOut(List<Row> rowsOfCase, InputException reason) {
        int rest = (int) rowsOfCase.stream()
                .filter(row -> row.cells().get(0).line() >= reason.line())
                .count();
        leftOut.add(rowsOfCase.get(0).text("case"), rest, reason);
    }

    /** Gets the lines that are no rows, and what they cost. */
    LostRows lost() {
        return lost;
    }

    void compared() {
        compared++;
    }

    void withAlternatives() {
        alternatives++;
    }

    void disagreement(Row row, String column, String recorded, String ours) {
        disagreements.add(row.place() + ": " + column + " has " + quoted(recorded) + ", ours is " + quoted(ours));
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "nothing" : "'" + text + "'";
    }

    ViommuConformance result() {
        leftOut.skipped().forEach((why, rest) -> unjudged.merge(why, rest, Integer::sum));
        return new ViommuConformance(
                cases + lost.cases(),
                rows + lost.rows(),
                compared,
                unstated,
                unasked,
                unjudged,
                alternatives,
                unknown,
                leftOut,
                disagreements);
    }
}
