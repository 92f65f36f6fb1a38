package dev.moat.audit.recording;

import dev.moat.iommu.Entry;
import org.jspecify.annotations.Nullable;

/** Hears what happens to tables and caches of units. */
interface Listener {
    /** Memory leads pages under a tag somewhere where it did not before. */
    void mapped(Moment when, UnitTables unit, long tag, long page, Entry entry);

    /** A table that a walk may still come to, though memory does not lead there, is written as if it were used again. */
    void usedAgain(Moment when, UnitTables unit, long frame, Lingering through);

    /** A requester is led to tables, or to memory as it is. */
    void led(Moment when, UnitTables unit, long requester, Entry entry);

    /** An entry changes that some requester goes through; whole where all its bytes were stored at once. */
    void changed(Moment when, UnitTables unit, Place place, Entry old, Entry now, boolean whole);

    /**
     * An entry that some requester goes through has changed, and is read word by word.
     *
     * @param mixture what it may be read as and has never meant; null for nothing
     */
    void mixed(Moment when, UnitTables unit, Place place, @Nullable Entry mixture);

    /** Something that the recording does not show, or that is not judged, may lead requests somewhere. */
    void unknown(String why);

    /** A cache may have held it until now. */
    void ended(Lingering lingering, Given by);

    /** A device may keep translations of a tag, and nothing tells whether it does. */
    void deviceTlbUntold(Moment when);

    /**
     * Where an entry is.
     *
     * @param address of its first byte
     * @param table name of the kind of table
     */
    record Place(long address, String table) {}
}
