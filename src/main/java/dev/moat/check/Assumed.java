package dev.moat.check;

import dev.moat.model.Parameter;
import dev.moat.state.Abstraction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Assumptions of verdicts, a clause each: only those about parts that their machine has. */
public final class Assumed {
    /** The parameter by which a component says that its devices have TLBs. */
    private static final String DEVICE_TLB = "device-tlb";

    private static final String WHERE = " (docs/reference/limits.md)";

    private Assumed() {}

    /**
     * Of one machine.
     *
     * @param settings the values of all parameters, by group and name
     */
    static List<String> of(Map<Parameter.Kind, Map<String, String>> settings, Abstraction meaning) {
        boolean tlbs = settings.values().stream().anyMatch(group -> "true".equals(group.get(DEVICE_TLB)));
        boolean unit =
                has(meaning, "mayR") || settings.values().stream().anyMatch(group -> group.containsKey(DEVICE_TLB));
        List<String> all = new ArrayList<>();
        if (unit) {
            if (!tlbs) {
                all.add("no device TLB (ATS)");
            }
            all.add("one cached entry for each tag and page");
        }
        if (unit || has(meaning, "owner")) {
            all.add("frames that are pages");
        }
        if (has(meaning, "offer")) {
            all.add("guests that take back only what no unfinished mapping uses unless the scenario says otherwise");
        }
        return List.copyOf(all);
    }

    private static boolean has(Abstraction meaning, String relation) {
        return meaning.relation(relation).filter(r -> !r.isNever()).isPresent();
    }

    /** In a line; empty without any. */
    static String line(List<String> clauses) {
        return clauses.isEmpty() ? "" : String.join(", ", clauses) + WHERE;
    }

    /** Of several verdicts: with how many of them take it for granted, where not all do. */
    public static String line(Iterable<Verdict> verdicts) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int all = 0;
        for (Verdict v : verdicts) {
            if (!v.assumed().isEmpty()) {
                all++;
                v.assumed().forEach(clause -> counts.merge(clause, 1, Integer::sum));
            }
        }
        int of = all;
        List<String> clauses = new ArrayList<>();
        counts.forEach((clause, n) -> clauses.add(n == of ? clause : clause + " in " + n + " of " + of + " scenarios"));
        return line(clauses);
    }
}
