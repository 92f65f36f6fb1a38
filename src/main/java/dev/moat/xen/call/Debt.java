package dev.moat.xen.call;

import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;

/** What is owed for the last entry that an operation has changed, and the unit at which it is being paid. */
public final class Debt {
    static final Sort KINDS = new Sort("Debt", List.of("no", "owed", "submitted", "visibility"));

    /** Values of {@link #owes}. */
    public static final int NOTHING = 0;
    /** An invalidation of what was there. */
    public static final int OWED = 1;
    /** An invalidation that hardware was asked for, or has done and was not yet seen to have. */
    public static final int SUBMITTED = 2;
    /** That hardware finds an entry where there was none: the walker has to see it, caching mode has to forget. */
    public static final int VISIBILITY = 3;

    /** What is owed for the last entry that was changed. */
    public final Slots owes;
    /** Whether the change took away the right to write; 0 where nothing is owed. */
    public final Slots lostWrite;

    /** The device that was told last to forget what it keeps, or none; only where devices keep translations. */
    public final Slots told;

    /** As {@link #unit(long[], int)}; absent where there is one unit. */
    public final Slots unit;

    public Debt(CallSlots slots) {
        owes = slots.get("owes");
        lostWrite = slots.get("lost-write");
        unit = slots.get("unit");
        told = slots.get("told");
    }

    /** Nothing is owed any more. */
    public void owesNothing(long[] s, int cpu) {
        owes.set(s, cpu, NOTHING);
        lostWrite.set(s, cpu, 0);
    }

    /** Nothing is owed at any unit. */
    public void settle(long[] s, int cpu) {
        owesNothing(s, cpu);
        setUnit(s, cpu, 0);
    }

    /** The unit whose caches are being invalidated; those before it are done. */
    public int unit(long[] s, int cpu) {
        return unit.size() == 0 ? 0 : (int) unit.get(s, cpu);
    }

    /** Sets the unit whose invalidation a CPU is at. */
    public void setUnit(long[] s, int cpu, int value) {
        if (unit.size() > 0) {
            unit.set(s, cpu, value);
        }
    }
}
