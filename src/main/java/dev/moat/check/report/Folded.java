package dev.moat.check.report;

import dev.moat.check.Verdict;
import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Headlines of verdicts that are as expected. Where there would be too many for a log that people read, verdicts in a row whose
 * scenarios' ids begin with the same two words share a line.
 */
public final class Folded {
    /** More scenarios than this share lines. With a line for each that is not as expected, a run stays below 400 lines. */
    static final int MOST_LINES = 380;

    private final boolean shares;
    private final List<Verdict> open = new ArrayList<>();

    /** @param scenarios how many there will be */
    public Folded(int scenarios) {
        shares = scenarios > MOST_LINES;
    }

    /** The lines that can be told now that this verdict is there; null for one that is told elsewhere. */
    public List<String> next(@Nullable Verdict v) {
        List<String> lines = new ArrayList<>();
        if (!open.isEmpty() && (v == null || !group(v).equals(group(open.get(0))))) {
            lines.add(line());
            open.clear();
        }
        if (v != null && shares) {
            open.add(v);
        } else if (v != null) {
            lines.add(alone(v));
        }
        return lines;
    }

    private String line() {
        if (open.size() == 1) {
            return alone(open.get(0));
        }
        Map<Verdict.Kind, Integer> kinds = new EnumMap<>(Verdict.Kind.class);
        open.forEach(v -> kinds.merge(v.kind(), 1, Integer::sum));
        List<String> counts = new ArrayList<>();
        kinds.forEach((kind, n) -> counts.add(n + " " + kind));
        return String.format(
                Locale.ROOT,
                "%s-*: %s as expected, %s (%,d states, %,d generated)",
                group(open.get(0)),
                Counted.of(open.size(), "scenario"),
                String.join(", ", counts),
                open.stream().mapToLong(v -> v.run().distinct()).sum(),
                open.stream().mapToLong(v -> v.run().generated()).sum());
    }

    /** Its block would have said so. */
    private static String alone(Verdict v) {
        boolean blank = v.kind() == Verdict.Kind.HELD && !v.run().conformance().compared();
        return VerdictText.headline(v) + (blank ? "; not compared with the discipline" : "");
    }

    private static String group(Verdict v) {
        String id = v.scenario().id();
        int second = id.indexOf('-', id.indexOf('-') + 1);
        return second < 0 ? id : id.substring(0, second);
    }
}
