package dev.moat.state;

import dev.moat.limit.StoppedException;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A set of state bits that a ground atom may read. */
public final class Footprint {
    private final long[] bits;
    /** Families that were added as a whole: of many places' footprints most add the same caches, which are large. */
    private @Nullable Set<Slots> whole;

    /**
     * Nothing of the states of a schema. Whoever compiles a judge makes many, each as large as a state: this is where compiling looks whether
     * to go on.
     *
     * @throws StoppedException when the thread is interrupted
     */
    public Footprint(Schema schema) {
        StoppedException.look();
        bits = new long[schema.words()];
    }

    /** The same bits as another one has; throws as the other constructor. */
    public Footprint(Footprint other) {
        StoppedException.look();
        bits = other.bits.clone();
    }

    /** Adds all elements of a family. */
    public Footprint all(Slots slots) {
        if (whole == null) {
            whole = Collections.newSetFromMap(new IdentityHashMap<>());
        }
        if (!whole.add(slots)) {
            return this;
        }
        for (int i = 0; i < slots.size(); i++) {
            one(slots, i);
        }
        return this;
    }

    /** Adds element i of a family (row-major). */
    public Footprint one(Slots slots, int i) {
        long mask = slots.width() == 64 ? -1L : (1L << slots.width()) - 1;
        bits[slots.wordOf(i)] |= mask << slots.shiftOf(i);
        return this;
    }

    /** Adds bits of working word i. */
    public Footprint bits(int i, long more) {
        bits[i] |= more;
        return this;
    }

    /** Adds everything. */
    public Footprint everything() {
        Arrays.fill(bits, -1L);
        return this;
    }

    /** Adds what the other one has; both are of one schema. */
    public Footprint union(Footprint other) {
        for (int i = 0; i < bits.length; i++) {
            bits[i] |= other.bits[i];
        }
        return this;
    }

    /** The bits of working word i. */
    public long word(int i) {
        return bits[i];
    }

    /** Words of the state. */
    public int words() {
        return bits.length;
    }

    /** Whether the other one has the same bits. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Footprint f && Arrays.equals(bits, f.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }
}
