package dev.moat.audit;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.Violation;
import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Says each violation at once, a line each. What speaks of invalidations waits until the trace has shown one: a trace without
 * any does not tell whether something lingers. What later events make unknowable is said to be taken back.
 */
final class Verdicts implements Ledger.Listener {
    /** So many wait for the first invalidation; the others are counted. */
    private static final int MOST_WAITING = 100;

    private final Consumer<String> says;
    private final List<Violation> waiting = new ArrayList<>();
    /** Those that there was no room for, which are later than all that wait. */
    private final Map<AuditRule, Long> more = new EnumMap<>(AuditRule.class);

    private boolean invalidations;

    Verdicts(Consumer<String> says) {
        this.says = says;
    }

    @Override
    public void violated(Violation v) {
        if (invalidations || !v.rule().ofPromises()) {
            say(v);
        } else if (waiting.size() < MOST_WAITING) {
            waiting.add(v);
        } else {
            more.merge(v.rule(), 1L, Long::sum);
        }
    }

    @Override
    public void faulted(String fault) {
        says.accept(fault);
    }

    private void say(Violation v) {
        says.accept(v.rule().id() + " of " + v.rule().counts() + " violated: " + v.says());
    }

    /** The trace shows an invalidation. */
    void invalidated() {
        if (!invalidations) {
            invalidations = true;
            waiting.forEach(this::say);
            waiting.clear();
            long others = more.values().stream().mapToLong(Long::longValue).sum();
            if (others > 0) {
                says.accept(String.format(Locale.ROOT, "and %,d more before the first invalidation", others));
            }
        }
    }

    @Override
    public void takenBack(AuditRule rule, long count, String reason) {
        if (invalidations || !rule.ofPromises()) {
            String what = rule.id() + " of " + rule.counts() + ": " + reason;
            says.accept("taken back: the last " + Counted.of(count, "violation") + " of " + what);
        } else {
            long others = more.getOrDefault(rule, 0L);
            more.put(rule, others - Math.min(others, count));
            for (int last = waiting.size() - 1, n = 0; last >= 0 && n < count - others; last--) {
                if (waiting.get(last).rule() == rule) {
                    waiting.remove(last);
                    n++;
                }
            }
        }
    }
}
