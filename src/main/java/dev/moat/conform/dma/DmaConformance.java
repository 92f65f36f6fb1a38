package dev.moat.conform.dma;

import dev.moat.conform.left.LeftOut;
import dev.moat.conform.rows.Disagreement;
import java.util.List;
import java.util.SortedMap;

/**
 * How Moat's answers compare with recorded ones.
 *
 * @param kind of the file, and whose code was recorded
 * @param cases in the file
 * @param compared rows that were run and compared, every cell
 * @param leftOut rows that were not run, and cases that are not judged to their end
 * @param disagreements in the order of the file
 */
public record DmaConformance(String kind, int cases, int compared, LeftOut leftOut, List<Disagreement> disagreements) {
    public DmaConformance {
        disagreements = List.copyOf(disagreements);
    }

    /** Rows that were not run, by the mechanism that Moat does not model, or by what is wrong with their case. */
    public SortedMap<String, Integer> skipped() {
        return leftOut.skipped();
    }

    /** Rows of the file. */
    public int rows() {
        return compared
                + skipped().values().stream().mapToInt(Integer::intValue).sum();
    }
}
