package dev.moat.iommu;

import dev.moat.state.Footprint;
import java.util.List;

/**
 * The device entries: which space a requester is led to, under which tag. Hardware may need several stores for one change;
 * others act between them, so software takes each in a step of its own.
 *
 * <p>Requesters that hardware cannot tell apart (all behind one bus, or all there are) form a group, and have one entry.
 */
public interface Entries {
    /** A number that requesters share when hardware cannot tell them apart. */
    default int group(int requester) {
        return requester;
    }

    /** How many stores a change takes, at least 1. */
    default int stores() {
        return 1;
    }

    /** The decisions that the driver may ask in {@link #attach}, {@link #detach} and {@link #tear}. */
    default List<String> entryDecisions() {
        return List.of();
    }

    /**
     * Makes a requester's entry lead to a space.
     *
     * @param part which store, from 0; in this order a unit never finds an entry that it must not
     */
    void attach(long[] s, int requester, int space, int tag, int part);

    /** Makes a requester's entry lead nowhere, so that requests are blocked; or as far as the family can. */
    void detach(long[] s, int requester, int part);

    /** All stores that make a requester's entry lead to a space, with nothing between them. */
    default void attachAtOnce(long[] s, int requester, int space, int tag) {
        for (int part = 0; part < stores(); part++) {
            attach(s, requester, space, tag, part);
        }
    }

    /** All stores that make it lead nowhere. */
    default void detachAtOnce(long[] s, int requester) {
        for (int part = 0; part < stores(); part++) {
            detach(s, requester, part);
        }
    }

    /**
     * The new tables alone, under the tag that was there before: half of a change, for injected faults. Without effect where an
     * entry does not hold the tag.
     */
    default void tear(long[] s, int requester, int space) {}

    /**
     * Switches a requester's own TLB on or off, which is done at the device and not in the entry; where devices have them
     * ({@link dev.moat.iommu.Capabilities.Caching#devices}).
     */
    default void enableDeviceTlb(long[] s, int requester, boolean on) {
        throw new UnsupportedOperationException("these devices have no TLBs");
    }

    /** Whether it is on. */
    default boolean isDeviceTlbEnabled(long[] s, int requester) {
        return false;
    }

    /** Adds what {@link #isDeviceTlbEnabled} reads. */
    default void readDeviceTlb(Footprint footprint, int requester) {}

    /** Whether a requester's entry, as software stored it, leads to a space. */
    boolean leadsTo(long[] s, int requester, int space);

    /** Whether a requester's entry, as software stored it, leads anywhere. */
    boolean isPresent(long[] s, int requester);

    /** Whether entries can be {@link #silence silenced} and {@link #spoil spoilt}. */
    default boolean canBeMarked() {
        return false;
    }

    /** Has a requester's entry, wherever it leads, say whether faults are to go unrecorded. */
    default void silence(long[] s, int requester, boolean silent) {
        throw new UnsupportedOperationException("these entries cannot be silenced");
    }

    /** Whether it says that they are, those left out that are recorded whatever the entry says: of {@link #spoil reserved bits}. */
    default boolean isSilent(long[] s, int requester) {
        return false;
    }

    /** Sets a reserved bit in a present entry: every request is blocked, and the fault is recorded though the entry is silenced. */
    default void spoil(long[] s, int requester) {
        throw new UnsupportedOperationException("these entries cannot be spoilt");
    }

    /** Whether a present entry has a reserved bit set. */
    default boolean isMalformed(long[] s, int requester) {
        return false;
    }

    /** Adds what {@link #leadsTo} reads. */
    void read(Footprint footprint, int requester);
}
