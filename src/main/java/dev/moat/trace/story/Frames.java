package dev.moat.trace.story;

import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import java.util.Optional;

/** Whose frames are, where a machine has owners of frames. */
final class Frames {
    private final Abstraction abstraction;

    Frames(Abstraction abstraction) {
        this.abstraction = abstraction;
    }

    /**
     * For example {@code f0 is d1's now}, or {@code f0 is still d1's, as a page table}; nothing when nobody owns it and it is not in the
     * heap.
     *
     * @param first the state at the beginning
     */
    Optional<String> whose(long[] first, long[] s, String frame) {
        Optional<Sort> frames = abstraction.sort("Frame");
        Optional<Sort> domains = abstraction.sort("Dom");
        if (frames.isEmpty() || domains.isEmpty()) {
            return Optional.empty();
        }
        for (int f = 0; f < frames.get().size(); f++) {
            if (frames.get().label(f).equals(frame)) {
                return whose(first, s, f, frame, domains.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> whose(long[] first, long[] s, int f, String frame, Sort domains) {
        for (int d = 0; d < domains.size(); d++) {
            if (holds("owner", s, f, d)) {
                boolean still = holds("owner", first, f, d);
                String use = holds("table", s, f, 0)
                        ? ", as a page table"
                        : holds("notdma", s, f, 0) ? ", in a use that no device may touch" : "";
                return Optional.of(
                        frame + (still ? " is still " : " is ") + domains.label(d) + (still ? "'s" : "'s now") + use);
            }
        }
        return holds("free", s, f, 0) ? Optional.of(frame + " is in the heap, for anybody to get") : Optional.empty();
    }

    private boolean holds(String relation, long[] s, int a, int b) {
        return abstraction
                .relation(relation)
                .filter(r -> r.code().holds(s, a, b, 0, 0, 0))
                .isPresent();
    }
}
