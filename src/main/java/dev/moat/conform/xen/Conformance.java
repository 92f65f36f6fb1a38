package dev.moat.conform.xen;

import dev.moat.conform.rows.Disagreement;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How Moat's answers compare with recorded ones.
 *
 * @param cases selected cases
 * @param rows their rows
 * @param statuses those of them with a status
 * @param comparedRows rows that were run and compared, every cell
 * @param comparedStatuses those of them with a status
 * @param skipped rows that were not run, by the mechanism that Moat does not model
 * @param leftOut the cases among them of which rows are left out, and why, each in a line
 * @param disagreements in the order of the file
 */
public record Conformance(
        int cases,
        int rows,
        int statuses,
        int comparedRows,
        int comparedStatuses,
        SortedMap<String, Integer> skipped,
        List<String> leftOut,
        List<Disagreement> disagreements) {
    public Conformance {
        skipped = Collections.unmodifiableSortedMap(new TreeMap<>(skipped));
        leftOut = List.copyOf(leftOut);
        disagreements = List.copyOf(disagreements);
    }

    /** One line: counts, and the skipped rows by mechanism. */
    public String summary() {
        int left = skipped.values().stream().mapToInt(Integer::intValue).sum();
        return "cases " + cases + " rows " + rows + " statuses " + statuses + " compared rows " + comparedRows
                + " statuses " + comparedStatuses + " skipped " + left + " " + skipped + " disagreements "
                + disagreements.size();
    }
}
