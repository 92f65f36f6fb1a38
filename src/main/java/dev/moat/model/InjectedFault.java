package dev.moat.model;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A seeded defect: it drops, moves, redirects or replaces a step, or replaces a decision, by name.
 *
 * @param id names the omission, for example {@code unmap.no-invalidation}
 * @param says one sentence
 * @param bug the real bug it stands for: XSA or CVE number and year, or where the rule comes from
 * @param breaks ids of the invariants it must break
 * @param visibleAt {@code operation} when it shows with whole operations, {@code step} when only between steps
 * @param edit the change
 */
public record InjectedFault(
        String id, String says, String bug, List<String> breaks, String visibleAt, Consumer<Edits> edit) {
    public InjectedFault {
        Objects.requireNonNull(id, "an injected fault has no id");
        Objects.requireNonNull(says, "an injected fault says nothing");
        Objects.requireNonNull(bug, "an injected fault says not what it stands for");
        Objects.requireNonNull(visibleAt, "an injected fault says not at which granularity it shows");
        Objects.requireNonNull(edit, "an injected fault edits nothing");
        breaks = List.copyOf(breaks);
    }

    /**
     * Where it is to show, for a run in which it did not.
     *
     * @param granularity of that run
     * @param inFull whether it searched every reachable state
     */
    public String unseen(String granularity, boolean inFull) {
        String what = breaks.isEmpty()
                ? "no property is known that it must break; it acts"
                : "it is to break " + String.join(", ", breaks);
        String where = what + " at granularity " + visibleAt;
        if (visibleAt.equals("step") && granularity.equals("operation")) {
            return where + ", and this is operation";
        }
        return where
                + (inFull
                        ? ", with what this scenario lacks"
                        : "; these walks did not meet it: more --steps, or check");
    }
}
