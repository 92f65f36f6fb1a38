package dev.moat.conform.qemu;

import dev.moat.conform.rows.Disagreement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts while a log is judged. */
final class LogTally {
    /** Disagreements that are kept with their lines; more are only counted. */
    static final int KEPT = 1000;

    private final Map<String, Long> judged = new TreeMap<>();
    private final Map<String, Long> explained = new TreeMap<>();
    private final Map<String, Long> unjudged = new TreeMap<>();
    private final List<Disagreement> disagreements = new ArrayList<>();
    private final List<String> suspects = new ArrayList<>();
    private long disagreed;
    private long suspected;

    /** The event was judged. */
    void judged(LogLine line) {
        judged.merge(line.name(), 1L, Long::sum);
    }

    /** The unit did something by itself that it may always do. */
    void explained(String how) {
        explained.merge(how, 1L, Long::sum);
    }

    /** Something could not be judged. */
    void unjudged(String why) {
        unjudged.merge(why, 1L, Long::sum);
    }

    /** Whether the line shows a mistake depends on an order that the recordings do not have. */
    void suspect(LogLine line, String why) {
        suspected++;
        if (suspects.size() < KEPT) {
            suspects.add(line.file() + ":" + line.line() + ": " + line.name() + ": " + why);
        }
    }

    /** Nothing that Moat's unit could do explains the line. */
    void disagree(LogLine line, String what, Object recorded, Object ours) {
        disagreed++;
        if (disagreements.size() < KEPT) {
            disagreements.add(new Disagreement(
                    line.file(), line.line(), line.name(), what, String.valueOf(recorded), String.valueOf(ours)));
        }
    }

    /** Compares two numbers. */
    void compare(LogLine line, String what, long recorded, long ours) {
        if (recorded != ours) {
            disagree(line, what, "0x" + Long.toHexString(recorded), "0x" + Long.toHexString(ours));
        }
    }

    QemuReport report(String file, long lines, Map<String, Long> events) {
        // Some are only known some lines later.
        disagreements.sort(Comparator.comparingInt(Disagreement::line));
        if (suspected > suspects.size()) {
            suspects.add("and " + (suspected - suspects.size()) + " more");
        }
        return new QemuReport(file, lines, events, judged, explained, unjudged, suspects, disagreed, disagreements);
    }
}
