package dev.moat.iommu.riscv.semantics;

import org.jspecify.annotations.Nullable;

/**
 * Where a unit finds the entries of its structures: in memory, or in a cache that may hold an older value. What an entry is cached
 * under is an {@link EntryTag}; its address is no part of that.
 */
public interface Structures {
    /** What an entry belongs to. */
    enum Kind {
        DEVICE_DIRECTORY,
        DEVICE_CONTEXT,
        PROCESS_DIRECTORY,
        PROCESS_CONTEXT,
        FIRST_STAGE,
        SECOND_STAGE,
        MSI
    }

    /** Answers of {@link #load}: the words are there. */
    int FOUND = 0;
    /** There is no memory that the unit may read. */
    int NO_ACCESS = 1;
    /** What is there is corrupt. */
    int CORRUPT = 2;

    /** For {@link #root}: no translation is cached. */
    long NOT_CACHED = -1;

    /**
     * How an entry is stored.
     *
     * @param bytes 4 to 64
     */
    record Encoding(int bytes, boolean bigEndian) {}

    /**
     * An entry that is looked for.
     *
     * @param index what is looked up: a device id, a process id, a 4 KiB page of the device or of a guest
     * @param order log2 of how many of these the entry stands for, 0 at the lowest level; they are aligned
     * @param address where it is in memory
     */
    record Place(Kind kind, long index, int order, long address, Encoding encoding) {
        /** The first of what the entry stands for. */
        public long first() {
            return index & -1L << order;
        }
    }

    /**
     * What both stages say of an address: their last entries, 0 where a stage is Bare or was not asked.
     *
     * @param firstShift log2 of the bytes of the page of the first stage, {@link Transaction#NO_TABLE_SHIFT} without one
     * @param global whether an entry on the way was global
     * @param guest the address of the guest's page that the first stage leads to
     * @param second the last entry of the second stage, or the first word of an MSI entry
     * @param secondShift log2 of the bytes of the page of the second stage, {@link #MSI_SHIFT} for an MSI entry
     * @param msiHigh second word of an MSI entry
     */
    record Stages(long first, int firstShift, boolean global, long guest, long second, int secondShift, long msiHigh) {
        /** In place of a size: it is an MSI entry. */
        public static final int MSI_SHIFT = -1;

        /** Whether it is about an interrupt file. */
        public boolean isMsi() {
            return secondShift == MSI_SHIFT;
        }
    }

    /**
     * Loads an entry into the transaction's {@code loaded}, as it is in memory or was.
     *
     * @param fresh whether it has to be as it is in memory now, since it is to be changed
     * @return {@link #FOUND}, {@link #NO_ACCESS} or {@link #CORRUPT}
     */
    int load(long[] s, Transaction t, Place place, boolean fresh);

    /** Stores an entry of a page table whose A or D changed; it was just loaded fresh. */
    void store(long[] s, Place place, long entry);

    /**
     * The page to which the second stage led when a context was cached together with the place of the table that it leads to.
     *
     * @param kind {@link Kind#DEVICE_CONTEXT} or {@link Kind#PROCESS_CONTEXT}
     * @param page the guest page of that table
     * @return a 4 KiB frame number, or {@link #NOT_CACHED}
     */
    default long root(long[] s, Transaction t, Kind kind, long page) {
        return NOT_CACHED;
    }

    /** The second stage led the table of a context to a frame. */
    default void offerRoot(long[] s, Transaction t, Kind kind, long page, long frame) {}

    /** A cached translation of the transaction's address; null without one. */
    default @Nullable Stages translation(long[] s, Transaction t) {
        return null;
    }

    /** Both stages have led a transaction somewhere. */
    default void offerTranslation(long[] s, Transaction t) {}
}
