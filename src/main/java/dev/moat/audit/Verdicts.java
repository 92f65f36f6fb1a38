package dev.moat.audit;

import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.Rule;
import dev.moat.audit.result.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    private long more;
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
            more++;
        }
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
            if (more > 0) {
                says.accept(String.format(Locale.ROOT, "and %,d more before the first invalidation", more));
            }
        }
    }

    @Override
    public void takenBack(Rule rule, long count, String reason) {
        if (invalidations || !rule.ofPromises()) {
            says.accept(String.format(
                    Locale.ROOT,
                    "taken back: the last %,d violations of %s of %s: %s",
                    count,
                    rule.id(),
                    rule.counts(),
                    reason));
        } else {
            long fewer = waiting.stream().filter(v -> v.rule() == rule).count();
            for (long n = Math.min(count, fewer); n > 0; n--) {
                int last = waiting.size() - 1;
                while (waiting.get(last).rule() != rule) {
                    last--;
                }
                waiting.remove(last);
            }
            more -= Math.max(0, Math.min(more, count - fewer));
        }
    }
}
