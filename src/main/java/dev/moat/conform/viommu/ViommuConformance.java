package dev.moat.conform.viommu;

import dev.moat.conform.left.LeftOut;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the unit compares with recorded ones.
 *
 * @param cases of the file
 * @param rows of the file
 * @param compared rows with an expectation that was compared
 * @param unstated rows that the judged column says nothing of: empty, or with a question mark
 * @param unasked rows that the judged version was not asked
 * @param unjudged rows that only another profile can judge, or whose case is left out, by why
 * @param alternatives rows for which hardware may do otherwise too, all of which were compared
 * @param unknown codes that no deviation has, with the number of their rows
 * @param leftOut cases that are not judged to their end
 * @param disagreements in the order of the file, one line each
 */
public record ViommuConformance(
        int cases,
        int rows,
        int compared,
        int unstated,
        int unasked,
        SortedMap<String, Integer> unjudged,
        int alternatives,
        SortedMap<String, Integer> unknown,
        LeftOut leftOut,
        List<String> disagreements) {
    public ViommuConformance {
        unjudged = Collections.unmodifiableSortedMap(new TreeMap<>(unjudged));
        unknown = Collections.unmodifiableSortedMap(new TreeMap<>(unknown));
        disagreements = List.copyOf(disagreements);
    }

    /** Everything, one line for each fact. */
    public List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add("cases " + cases + ", rows " + rows + ", compared " + compared);
        add(lines, "nothing stated", unstated);
        add(lines, "not asked", unasked);
        unjudged.forEach((why, count) -> add(lines, "not judged, " + why, count));
        leftOut.reasons().forEach(reason -> lines.add("  not judged: " + reason));
        add(lines, "with what hardware may do otherwise", alternatives);
        unknown.forEach((code, count) -> add(lines, "unknown code " + code, count));
        lines.add("disagreements " + disagreements.size());
        disagreements.forEach(line -> lines.add("  " + line));
        return lines;
    }

    /** The same for programs: each count by its name, in the order of the components. */
    public Map<String, Object> counts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("cases", cases);
        counts.put("rows", rows);
        counts.put("compared", compared);
        counts.put("unstated", unstated);
        counts.put("unasked", unasked);
        counts.put("unjudged", unjudged);
        counts.put("notJudged", leftOut.reasons());
        counts.put("alternatives", alternatives);
        counts.put("unknown", unknown);
        return counts;
    }

    private static void add(List<String> lines, String what, int count) {
        if (count > 0) {
            lines.add("  " + what + ": " + count);
        }
    }
}
