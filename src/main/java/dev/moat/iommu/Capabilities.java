package dev.moat.iommu;

import java.util.List;

/**
 * The capabilities of a unit and its demands on software, independent of the IOMMU type. Software reads them before it
 * declares anything, to find conflicts and the number of steps of a program.
 *
 * @param aperture which addresses are translated at all
 * @param entries what an entry of a table can say
 * @param caching what may be cached, and how that answers
 * @param stores when a store to a table is seen
 * @param asking how the unit is asked to forget
 * @param tagging what tells cached translations of different spaces apart
 */
public record Capabilities(
        Aperture aperture, Entries entries, Caching caching, Stores stores, Asking asking, Tagging tagging) {
    /**
     * The pages that tables translate. {@code @unit} 4 KiB page numbers, both ends included.
     *
     * @param outside what happens to a request outside of them
     * @param reserved ranges inside that are never translated to memory, interrupt windows and peers
     */
    public record Aperture(long first, long last, Outside outside, List<Range> reserved) {
        public Aperture {
            reserved = List.copyOf(reserved);
        }

        /** Pages that can be translated, the reserved ones included. */
        public long pages() {
            return last - first + 1;
        }
    }

    /** What happens to a request outside of the aperture. */
    public enum Outside {
        /** It is blocked. */
        BLOCKED,
        /** It reaches the memory at its own address, whoever owns that. */
        IDENTITY
    }

    /** Pages from the first to the last one. {@code @unit} 4 KiB page numbers. */
    public record Range(long first, long last) {}

    /**
     * What an entry can say.
     *
     * @param readOnly whether a page can be readable and not writable; otherwise {@link Tables#expressed} gives both
     * @param writeOnly whether a page can be writable and not readable
     * @param absent whether an entry can lead nowhere; otherwise it leads to a scratch page
     * @param pageSizes the sizes of pages that one entry, or some in a row, can map: bit n for 2 to the n bytes. {@code @source} Linux
     *     iommu_ops.pgsize_bitmap
     */
    public record Entries(boolean readOnly, boolean writeOnly, boolean absent, long pageSizes) {
        /** The sizes of hardware that has pages of 4 KiB only. */
        public static final long SMALL_PAGES = 1L << 12;

        private static final long LEAF_TABLE = 1L << 21;

        /** Whether one entry can stand for a whole leaf table. */
        public boolean superpages() {
            return (pageSizes & LEAF_TABLE) != 0;
        }
    }

    /**
     * What may be cached.
     *
     * @param absence whether what is not present or wrong may be cached too, so that software also has to have it forgotten
     *     when an entry becomes present
     * @param rewalks whether a cached translation without the right that a request needs has the tables walked again;
     *     otherwise the request is blocked
     * @param tables whether what leads to a table may be cached, apart from what its entries say
     * @param devices whether devices may keep translations themselves, which they are told to forget apart ({@link
     *     dev.moat.iommu.Port#askDevice})
     */
    public record Caching(boolean absence, boolean rewalks, boolean tables, boolean devices) {
        /** Of a unit whose devices keep nothing. */
        public Caching(boolean absence, boolean rewalks, boolean tables) {
            this(absence, rewalks, tables, false);
        }
    }

    /**
     * When a store to a table is seen by a unit.
     *
     * @param snooped whether units see CPU caches; otherwise software writes the line of an entry back
     * @param buffered whether stores may wait in a buffer that software has to have flushed
     */
    public record Stores(boolean snooped, boolean buffered) {
        /** Whether a store can be unseen for a while. */
        public boolean late() {
            return buffered || !snooped;
        }
    }

    /**
     * How a unit is asked to forget.
     *
     * @param smallest the smallest part that can be named
     * @param queued whether several requests can be under way, and completion is announced by one that follows them;
     *     otherwise one command at a time is written and polled
     * @param inOrder whether requests are done in the order in which they were asked for
     * @param drains whether what is forgotten also ends the walks in flight that it covers
     */
    public record Asking(Reach smallest, boolean queued, boolean inOrder, boolean drains) {}

    /** What a request to forget can name. */
    public enum Reach {
        /** One page, or an aligned range of them, under a tag. */
        PAGES,
        /** Everything under a tag. */
        TAG,
        /** Everything that the unit has cached. */
        EVERYTHING
    }

    /** What tells cached translations of different spaces apart. */
    public enum Tagging {
        /** Nothing: all spaces share one tag, so there can be only one. */
        NONE,
        /**
         * Where the requester is attached: a bus or another group has its own, whatever space it is given. So before a group
         * is led to another space, all that is cached of the old one, requests in flight included, has to be forgotten.
         */
        GROUP,
        /** A number that software chooses, the same as long as the space exists. */
        FIXED,
        /** A number that a space is given at a unit with its first requester there and gives back with its last. */
        ALLOCATED
    }

    /** What is not so in the plainest unit, and software has to know. */
    public enum Trait {
        /** A space has its tags for a time. */
        ALLOCATED_TAGS,
        /** Units see stores late. */
        LATE_STORES,
        /** What is absent may be cached. */
        CACHED_ABSENCE,
        /** What leads to tables may be cached. */
        CACHED_TABLES,
        /** One request at a time. */
        ONE_COMMAND,
        /** Invalidations leave walks in flight. */
        NO_DRAIN,
        /** A hit without the right is blocked. */
        NO_REWALK,
        /** Devices keep translations. */
        DEVICE_TLBS;

        /** Whether a unit with these capabilities has it. */
        public boolean isOf(Capabilities c) {
            return switch (this) {
                case ALLOCATED_TAGS -> c.tagging == Tagging.ALLOCATED;
                case LATE_STORES -> c.stores.late();
                case CACHED_ABSENCE -> c.caching.absence;
                case CACHED_TABLES -> c.caching.tables;
                case ONE_COMMAND -> !c.asking.queued;
                case NO_DRAIN -> !c.asking.drains;
                case NO_REWALK -> !c.caching.rewalks;
                case DEVICE_TLBS -> c.caching.devices;
            };
        }
    }

    /** Whether something has to be done before a unit is sure to see an entry that was not present. */
    public boolean noticesPresent() {
        return caching.absence || stores.late();
    }

    /** Whether a unit keeps translations and device entries only, sees stores at once, drains, and is asked by a queue. */
    public boolean arePlain() {
        return asking.queued && asking.drains && !noticesPresent() && !caching.tables && !caching.devices;
    }
}
