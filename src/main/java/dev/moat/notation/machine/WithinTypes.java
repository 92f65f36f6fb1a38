package dev.moat.notation.machine;

import dev.moat.state.Slots;
import java.util.List;
import java.util.function.Predicate;

/** Whether the values of some families are at most so large. */
final class WithinTypes implements Predicate<long[]> {
    private final Slots[] families;
    private final long[] most;

    WithinTypes(List<Slots> families, List<Long> most) {
        this.families = families.toArray(new Slots[0]);
        this.most = most.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public boolean test(long[] s) {
        for (int f = 0; f < families.length; f++) {
            for (int i = 0; i < families[f].size(); i++) {
                if (families[f].get(s, i) > most[f]) {
                    return false;
                }
            }
        }
        return true;
    }
}
