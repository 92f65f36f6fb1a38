package dev.moat.conform.xen;

import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.Arrays;
import java.util.function.LongToIntFunction;

/** Counts how the I/O table entries of domains change while operations run, by kind of change. */
public final class EntryChanges {
    /** Kinds of change, as indices. */
    public static final int ADDED = 0;

    /** More rights than before. */
    public static final int PROMOTED = 1;
    /** Fewer rights than before. */
    public static final int DEMOTED = 2;
    /** No rights any more. */
    public static final int REMOVED = 3;

    private final Slots leaf;
    private final LongToIntFunction rights;
    private final Slots assigned;
    /** The domain of each table of level 1. */
    private final int[] domainOf;

    private final int indices;
    private int[] before;
    private boolean[] usedBefore;
    private final int[] kinds = new int[4];
    private int unused;

    /**
     * Of VT-d's tables.
     *
     * @param s the state from which on changes are counted
     */
    public EntryChanges(Machine machine, long[] s) {
        this(machine, s, "leaf", SecondLevelEntry::rights);
    }

    /**
     * Of any tables.
     *
     * @param s the state from which on changes are counted
     * @param entries the family of entries that lead to frames, per table and index
     * @param rights the rights that such an entry gives, 0 for none, more for more
     */
    public EntryChanges(Machine machine, long[] s, String entries, LongToIntFunction rights) {
        this.rights = rights;
        leaf = XenBench.slots(machine, entries);
        assigned = XenBench.slots(machine, "assigned");
        domainOf = leaf.index().get(0).labels().stream()
                .mapToInt(EntryChanges::domain)
                .toArray();
        indices = leaf.size() / Math.max(1, domainOf.length);
        before = rights(s);
        usedBefore = used(s);
    }

    /** A table is labelled {@code s1.l1@0}, or {@code s1}: the space of domain 1, its first table of level 1. */
    private static int domain(String table) {
        int end = table.indexOf('.');
        return Integer.parseInt(table.substring(1, end < 0 ? table.length() : end));
    }

    private int[] rights(long[] s) {
        int[] all = new int[leaf.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = rights.applyAsInt(leaf.get(s, i));
        }
        return all;
    }

    /** Which domains have a device. */
    private boolean[] used(long[] s) {
        boolean[] used = new boolean[64];
        for (int q = 0; q < assigned.size(); q++) {
            int holder = (int) assigned.get(s, q);
            if (holder > 0) {
                used[holder - 1] = true;
            }
        }
        return used;
    }

    /** Adds what has changed since the last call. */
    public void note(long[] s) {
        int[] after = rights(s);
        boolean[] usedAfter = used(s);
        for (int i = 0; i < after.length; i++) {
            if (before[i] != after[i]) {
                int domain = domainOf[i / indices];
                if (usedBefore[domain] && usedAfter[domain]) {
                    kinds[kind(before[i], after[i])]++;
                } else {
                    unused++;
                }
            }
        }
        before = after;
        usedBefore = usedAfter;
    }

    private static int kind(int before, int after) {
        if (before == 0) {
            return ADDED;
        }
        return after == 0 ? REMOVED : after > before ? PROMOTED : DEMOTED;
    }

    /** The numbers of changes of each kind, of domains that have a device, since the last call of this; then they are 0. */
    public int[] take() {
        int[] taken = kinds.clone();
        Arrays.fill(kinds, 0);
        return taken;
    }

    /** The same for changes of all kinds in the tables of domains without a device. */
    public int takeUnused() {
        int taken = unused;
        unused = 0;
        return taken;
    }
}
