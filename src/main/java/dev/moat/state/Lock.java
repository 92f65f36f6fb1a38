package dev.moat.state;

/**
 * Software locks, one for each element of a family of slots. 0 means free. Otherwise the value is 1 or, if the family
 * says who holds the lock, that CPU's number plus one. Watched states always record the holder. Declared by {@link
 * SlotsBuilder#lock}.
 */
public final class Lock {
    private final Slots slots;

    Lock(Slots slots) {
        this.slots = slots;
    }

    /** Where it is in the state. */
    public Slots slots() {
        return slots;
    }

    /** As traces and the notes of steps name it. */
    public String name() {
        return slots.name();
    }

    /** The number of an element among all locks of its schema. */
    public int number(int i) {
        return slots.lockNumber(i);
    }

    /** Whether nobody has element i (row-major where the family has several indices). */
    public boolean isFree(long[] s, int i) {
        return slots.get(s, i) == 0;
    }

    /** Takes element i for a CPU; false, with nothing done, while somebody has it. */
    public boolean take(long[] s, int cpu, int i) {
        if (!isFree(s, i)) {
            return false;
        }
        slots.set(s, i, slots.optional() ? cpu + 1L : 1);
        slots.noteHolder(s, i, cpu, true);
        return true;
    }

    /** Drops element i for a CPU, which is to have it: whether it has is judged as {@code no-bad-unlock}. */
    public void drop(long[] s, int cpu, int i) {
        slots.set(s, i, 0);
        slots.noteHolder(s, i, cpu, false);
    }
}
