package dev.moat.conform.dma;

import dev.moat.conform.record.Disagreement;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How Moat's answers compare with recorded ones.
 *
 * @param kind of the file, and whose code was recorded
 * @param cases in the file
 * @param compared rows that were run and compared, every cell
 * @param skipped rows that were not run, by the mechanism that Moat does not model
 * @param disagreements in the order of the file
 */
public record DmaConformance(
        String kind, int cases, int compared, SortedMap<String, Integer> skipped, List<Disagreement> disagreements) {
    public DmaConformance {
        skipped = Collections.unmodifiableSortedMap(new TreeMap<>(skipped));
        disagreements = List.copyOf(disagreements);
    }

    /** Rows of the file. */
    public int rows() {
        return compared + skipped.values().stream().mapToInt(Integer::intValue).sum();
    }
}
