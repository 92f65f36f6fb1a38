package dev.moat.iommu;

import dev.moat.model.BadSettingException;
import dev.moat.state.Liveness;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Software's part when an IOMMU type declares its units: requesters, spaces, addresses, waiting CPUs, and optional
 * parts that it needs.
 */
public record Sizes(Requesters requesters, Spaces spaces, Addresses addresses, Cpus cpus, Set<Need> needs) {
    public Sizes {
        needs = Set.copyOf(needs);
    }

    /**
     * Devices, as units tell them apart.
     *
     * @param sort one element for each source-id that requests may carry
     * @param sourceIds bus 15:8, devfn 7:0; all different
     * @param units the units of the machine
     * @param unitOf for each requester the unit that it is behind
     * @param unity what firmware has each of them use at its own addresses, from before any software runs
     */
    public record Requesters(
            Sort sort, List<Integer> sourceIds, Sort units, List<Integer> unitOf, List<UnityRange> unity) {
        private static final int FIRST_DEVFN = 0x08;
        /** Functions of one device. */
        private static final int FUNCTIONS = 8;

        public Requesters {
            sourceIds = List.copyOf(sourceIds);
            unitOf = List.copyOf(unitOf);
            unity = List.copyOf(unity);
        }

        /** Those of which firmware says nothing. */
        public Requesters(Sort sort, List<Integer> sourceIds, Sort units, List<Integer> unitOf) {
            this(sort, sourceIds, units, unitOf, List.of());
        }

        /** The same requesters, which firmware has use a range. */
        public Requesters using(List<UnityRange> ranges) {
            return new Requesters(sort, sourceIds, units, unitOf, ranges);
        }

        /** Function 0 of one device after the other, on bus 0 from device 1 on. */
        public static Requesters of(Sort sort, Sort units, IntUnaryOperator unitOf) {
            return new Requesters(
                    sort,
                    IntStream.range(0, sort.size())
                            .mapToObj(q -> FIRST_DEVFN + FUNCTIONS * q)
                            .toList(),
                    units,
                    IntStream.range(0, sort.size()).map(unitOf).boxed().toList());
        }
    }

    /**
     * Memory that firmware has devices use at its own addresses: an RMRR in a DMAR, a unity map in an IVRS. {@code @unit} 4 KiB page
     * numbers, both ends included.
     *
     * @param relaxable whether they are of a kind that can do without it once an owner has them: USB, graphics
     */
    public record UnityRange(long first, long last, boolean relaxable) {}

    /**
     * Address spaces: sets of tables.
     *
     * @param sort the spaces that there ever are; one may be without requesters
     * @param numbers what software numbers spaces by, for example its domains
     * @param numberOf for each space its number, all different; the tag where tags are of free choice
     */
    public record Spaces(Sort sort, Sort numbers, List<Integer> numberOf) {
        public Spaces {
            numberOf = List.copyOf(numberOf);
        }

        /** Spaces numbered from 1 on: number 0 is left to the hardware, as Linux and Xen do. */
        public static Spaces numbered(Sort sort) {
            return new Spaces(
                    sort,
                    Sort.numbered("Number", "n", sort.size() + 1),
                    IntStream.rangeClosed(1, sort.size()).boxed().toList());
        }
    }

    /**
     * Pages and frames that are modelled; they lie one after the other.
     *
     * @param pages I/O pages that devices use. {@code @unit} page p is 4 KiB page number {@code firstPage + p}
     * @param frames memory that translations lead to. {@code @unit} frame f is 4 KiB frame number {@code firstFrame + f}
     * @param firstTableFrame frame number from which on a family may lay out tables, queues and status words that are not
     *     frames of the model
     */
    public record Addresses(Sort pages, long firstPage, Sort frames, long firstFrame, long firstTableFrame) {
        /** 4 KiB page number of a page. */
        public long pageNumber(int page) {
            return firstPage + page;
        }

        /** The frame with this number, or -1 when it is none of the modelled ones. */
        public int frameAt(long number) {
            long n = number - firstFrame;
            return n >= 0 && n < frames.size() ? (int) n : -1;
        }
    }

    /**
     * CPUs that ask units for something and wait for it.
     *
     * @param busy whether a CPU's operation still runs, so that what it waits for matters; else it is 0
     */
    public record Cpus(Sort sort, Liveness busy) {}

    /** What software does with units beyond the ordinary. */
    public enum Need {
        /** Leaf tables are frames, taken from the heap and given back: {@link TablePages}. */
        TABLE_FRAMES("tables that are frames of the heap"),
        /** Entries may also lead to the frame after the last one, which is a scratch page. */
        SCRATCH_FRAME("entries that lead to a scratch page"),
        /** More than one page and less than everything under a tag is asked to be forgotten at once. */
        RANGES("invalidations of ranges"),
        /** A wait may be given up, and what was asked for may be done later. */
        GIVEN_UP_WAITS("waits that are given up"),
        /** Device entries may say that faults go unrecorded, or be malformed. */
        MARKED_ENTRIES("entries whose faults go unrecorded"),
        /** Devices' own TLBs are invalidated, too. */
        DEVICE_TLBS("invalidations of devices' TLBs"),
        /** Tags are taken for spaces, and given back. */
        ALLOCATED_TAGS("tags that are given away"),
        /** What a unit has still to do is looked up by the CPU that asked: {@link Port#finds}. */
        SUBMITTERS("telling who asked"),
        /** Whether a CPU queues a wait of its own is the driver's to decide. */
        SHARED_WAITS("waits that calls share"),
        /** Words of a device's entry are stored one by one. */
        ENTRY_WORDS("entries that are stored word by word"),
        /** An invalidation says whether only leaf entries changed, so that cached pointers to tables may stay. */
        LEAF_HINTS("hints that only leaf entries changed");

        private final String says;

        Need(String says) {
            this.says = says;
        }
    }

    /**
     * Refuses what a family does not have.
     *
     * @throws BadSettingException when something else is needed
     */
    public void requireOnly(Need... known) {
        for (Need need : Need.values()) {
            if (needs(need) && !List.of(known).contains(need)) {
                throw new BadSettingException("iommu", "this IOMMU is modelled without " + need.says);
            }
        }
    }

    /**
     * Where ghosts that say who asked are declared: with one CPU, if nobody looks them up, in a schema that nobody uses. They would have
     * no bits, and left out they are in no printed state either.
     */
    public SchemaBuilder ofSubmitters(SchemaBuilder schema) {
        return schema.onlyIf(cpus.sort().size() > 1 || needs(Need.SUBMITTERS));
    }

    /** Whether something is needed. */
    public boolean needs(Need need) {
        return needs.contains(need);
    }
}
