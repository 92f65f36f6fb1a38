package dev.moat.explore;

import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.SplittableRandom;

/** Random values for slots, within what their declarations allow. */
final class LegalValues {
    private LegalValues() {}

    /** Any element of the slot's sort, none included where it may be; any varying bits of a word or number. */
    static long any(Slots slots, SplittableRandom random) {
        Sort values = slots.values();
        if (values != null) {
            return random.nextInt(Math.max(1, values.size() + (slots.optional() ? 1 : 0)));
        }
        return (slots.fixed() & ~slots.varying()) | (random.nextLong() & slots.varying());
    }
}
