package dev.moat.audit.result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts per rule, and the first examples. A violation can be taken back when events turn out to be missing. */
public final class Ledger {
    /** Of whom something is judged: of what was asked about, of others, or the trace does not tell. */
    public enum Subject {
        ASKED,
        OTHER,
        UNTOLD
    }

    /** Hears of each violation when it is found. */
    public interface Listener {
        /** A rule was violated. */
        void violated(Violation v);

        /** The last violations of a rule turn out to be unknowable. */
        void takenBack(AuditRule rule, long count, String reason);

        /** A device's request was refused; no rule is violated by that. */
        default void faulted(String says) {}
    }

    /** Examples kept per rule. */
    static final int EXAMPLES = 5;

    private static final String LOST = "events were lost about then";

    /** Why an event that did not come proves nothing in a trace of bpftrace. */
    public static final String UNMARKED =
            "bpftrace leaves out, without a mark, what an interrupt does while another probe is run";

    /** Violated where an event did not come, an unmap, a map or an invalidation of any CPU. */
    private static final Set<AuditRule> BY_ABSENCE = EnumSet.of(
            AuditRule.OVERLAP,
            AuditRule.IOVA_REUSE,
            AuditRule.FRAME_REUSE,
            AuditRule.SYNC,
            AuditRule.ONCE,
            AuditRule.AS_MAPPED);

    private static final int RULES = AuditRule.values().length;

    private final long[] clean = new long[RULES];
    private final long[] violated = new long[RULES];
    private final List<Map<String, Long>> unjudged = new ArrayList<>();
    private final List<List<Violation>> examples = new ArrayList<>();
    private final @Nullable Listener listener;
    private Subject subject = Subject.ASKED;
    private long leftOut;
    private boolean unmarked;
    private long[][] atLastEvent = new long[0][];
    private long[] settled = new long[RULES];

    /**
     * Nothing was judged yet.
     *
     * @param listener hears of every violation; null for none, which spares the words for those that are not kept
     */
    public Ledger(@Nullable Listener listener) {
        this.listener = listener;
        for (int i = 0; i < RULES; i++) {
            unjudged.add(new LinkedHashMap<>());
            examples.add(new ArrayList<>());
        }
    }

    /** Events may be missing without a mark: {@link #UNMARKED}. */
    public void missesUnmarked() {
        unmarked = true;
    }

    /** Whether events may be missing without a mark. */
    public boolean isUnmarked() {
        return unmarked;
    }

    /** Of whom what follows is. */
    public void about(Subject now) {
        subject = now;
    }

    /** Of whom what is judged now is. */
    public Subject subject() {
        return subject;
    }

    /** What is judged in an act is of somebody; what follows it is of whom it was before. */
    public void as(Subject whom, Runnable act) {
        Subject before = subject;
        subject = whom;
        act.run();
        subject = before;
    }

    /** How often something was judged, or could not be, of others than was asked. */
    public long leftOut() {
        return leftOut;
    }

    private boolean asked(AuditRule rule) {
        if (subject == Subject.OTHER) {
            leftOut++;
        } else if (subject == Subject.UNTOLD) {
            add(rule, "the trace does not tell whose domain it is", 1);
        }
        return subject == Subject.ASKED;
    }

    /** The rule held once. */
    public void clean(AuditRule rule) {
        clean[rule.index()] += asked(rule) ? 1 : 0;
    }

    /** The trace does not tell whether the rule held, once. */
    public void unjudged(AuditRule rule, String reason) {
        if (asked(rule)) {
            add(rule, reason, 1);
        }
    }

    private void add(AuditRule rule, String reason, long count) {
        unjudged.get(rule.index()).merge(reason, count, Long::sum);
    }

    /** Counts a violation; it is put into words only while there are few. */
    public void violated(AuditRule rule, long line, Supplier<String> says) {
        violated(rule, () -> new Violation(rule, line, says.get(), List.of(), null));
    }

    /** The same, with the reason and the story. */
    public void violated(AuditRule rule, Supplier<Violation> made) {
        if (unmarked && BY_ABSENCE.contains(rule)) {
            unjudged(rule, UNMARKED);
            return;
        }
        if (!asked(rule)) {
            return;
        }
        violated[rule.index()]++;
        List<Violation> kept = examples.get(rule.index());
        if (kept.size() < EXAMPLES || listener != null) {
            Violation v = made.get();
            if (kept.size() < EXAMPLES) {
                kept.add(v);
            }
            if (listener != null) {
                listener.violated(v);
            }
        }
    }

    /** A device's request was refused. */
    public void fault(String says) {
        if (listener != null) {
            listener.faulted(says);
        }
    }

    /** Notes that this CPU has shown everything up to now. */
    public void complete(int cpu) {
        if (cpu >= atLastEvent.length) {
            int before = atLastEvent.length;
            atLastEvent = Arrays.copyOf(atLastEvent, cpu + 8);
            for (int i = before; i < atLastEvent.length; i++) {
                atLastEvent[i] = settled.clone();
            }
        }
        System.arraycopy(violated, 0, atLastEvent[cpu], 0, RULES);
    }

    /** Another recording begins: what is missing in it says nothing of what was found before. */
    public void settle() {
        settled = violated.clone();
        atLastEvent = new long[0][];
    }

    /** Events of the CPU are missing: what was found since its last event may have an explanation among them. */
    public void retract(int cpu) {
        for (AuditRule rule : AuditRule.values()) {
            long before = cpu < atLastEvent.length ? atLastEvent[cpu][rule.index()] : settled[rule.index()];
            long taken = violated[rule.index()] - before;
            if (taken > 0) {
                violated[rule.index()] = before;
                add(rule, LOST, taken);
                tell(rule, taken, LOST);
                List<Violation> kept =
                        examples.get(rule.index()); // the first ones, in the order in which they were found
                while (kept.size() > before) {
                    kept.remove(kept.size() - 1);
                }
                for (long[] counts : atLastEvent) { // of what the others have shown since, nothing is left
                    counts[rule.index()] = Math.min(counts[rule.index()], before);
                }
            }
        }
    }

    /** Everything found by this rule turns out to be unknowable. */
    public void withdraw(AuditRule rule, String reason) {
        long all = clean[rule.index()] + violated[rule.index()];
        if (all > 0) {
            add(rule, reason, all);
        }
        tell(rule, violated[rule.index()], reason);
        clean[rule.index()] = 0;
        violated[rule.index()] = 0;
        examples.get(rule.index()).clear();
    }

    private void tell(AuditRule rule, long count, String reason) {
        if (listener != null && count > 0) {
            listener.takenBack(rule, count, reason);
        }
    }

    /** What came of a rule so far; a copy. */
    public RuleTally tally(AuditRule rule) {
        int i = rule.index();
        return new RuleTally(
                rule, clean[i], violated[i], new LinkedHashMap<>(unjudged.get(i)), List.copyOf(examples.get(i)));
    }
}
