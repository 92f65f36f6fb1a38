package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.Reserved;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.semantics.Structures.Encoding;
import dev.moat.iommu.riscv.semantics.Structures.Kind;
import dev.moat.iommu.riscv.semantics.Structures.Place;

/** The shape of the tables of both stages, and the errors of an entry. */
public final class TableEntries {
    private static final int FEWEST_LEVELS = 3;
    private static final int LEVELS_32 = 2;
    private static final long NOT_IN_DIRECTORIES = PageTableEntry.A.mask()
            | PageTableEntry.D.mask()
            | PageTableEntry.U.mask()
            | PageTableEntry.PBMT.mask()
            | PageTableEntry.N.mask();

    private final Structures structures;
    private final long reserved;

    /**
     * The tables of one stage.
     *
     * @param indexBits address bits that a level decodes
     * @param rootBits the same of the root
     */
    public record Shape(int levels, int indexBits, int rootBits, Encoding encoding) {
        /** The tables of a mode; narrow ones have entries of 4 bytes. */
        public static Shape of(int mode, Encoding encoding, int indexBits, int moreInRoot) {
            boolean narrow = encoding.bytes() == Integer.BYTES;
            int bits = narrow ? PageTableEntry.INDEX_BITS_32 : indexBits;
            int levels = narrow ? LEVELS_32 : mode - PageTableEntry.SV39 + FEWEST_LEVELS;
            return new Shape(levels, bits, bits + moreInRoot, encoding);
        }

        /** The entry of an address. */
        Place place(Kind kind, int level, long address, long at) {
            return new Place(kind, address >>> Transaction.PAGE_SHIFT, indexBits * level, at, encoding);
        }

        /** Log2 of the bytes that an entry of a level stands for. */
        int shift(int level) {
            return Transaction.PAGE_SHIFT + indexBits * level;
        }

        /** Bits of an address. */
        int width() {
            return shift(levels - 1) + rootBits;
        }

        /** Where in a table the entry of an address is. */
        long offset(long address, int level) {
            int bits = level == levels - 1 ? rootBits : indexBits;
            return (address >>> shift(level) & (1L << bits) - 1) * encoding.bytes();
        }

        /** Log2 of the bytes of the page of a leaf. */
        int pageShift(long leaf, int level) {
            return shift(level) + (PageTableEntry.N.isSet(leaf) ? PageTableEntry.NAPOT_BITS : 0);
        }
    }

    /** Entries as they are found by some structures. */
    public TableEntries(Structures structures, Capabilities can) {
        this.structures = structures;
        long mask = Reserved.in(PageTableEntry.FIELDS);
        if (!Capability.SVRSW60T59B.isSet(can.register())) {
            mask |= PageTableEntry.RSW_HIGH.mask();
        }
        if (!Capability.SVPBMT.isSet(can.register())) {
            mask |= PageTableEntry.PBMT.mask();
        }
        reserved = mask;
    }

    /** Loads an entry into the transaction as {@link Structures#load} does. */
    int load(long[] s, Transaction t, Place place, boolean fresh) {
        return structures.load(s, t, place, fresh);
    }

    /** Stores an entry that was just loaded fresh. */
    void store(long[] s, Place place, long entry) {
        structures.store(s, place, entry);
    }

    /** Whether a walk that comes to an entry faults, whatever is asked for. */
    public boolean isWrong(long entry, int level, Shape shape) {
        boolean valid = PageTableEntry.V.isSet(entry);
        boolean rights = PageTableEntry.R.isSet(entry) || !PageTableEntry.W.isSet(entry);
        if (!valid || !rights || (entry & reserved) != 0) {
            return true;
        }
        if (PageTableEntry.PBMT.get(entry) == PageTableEntry.PBMT_RESERVED) {
            return true;
        }
        if (!PageTableEntry.isLeaf(entry)) {
            return level == 0 || (entry & NOT_IN_DIRECTORIES) != 0;
        }
        long frame = PageTableEntry.PPN.get(entry);
        if (PageTableEntry.N.isSet(entry)) {
            return level != 0 || (frame & (1 << PageTableEntry.NAPOT_BITS) - 1) != PageTableEntry.NAPOT;
        }
        return (frame & (1L << (shape.indexBits() * level)) - 1) != 0;
    }

    /** The A and D bits that an access to a page would have to set. */
    static long due(long leaf, boolean write) {
        long due = PageTableEntry.A.mask() | (write ? PageTableEntry.D.mask() : 0);
        return due & ~leaf;
    }

    /** The address to which a leaf leads. */
    static long address(long leaf, int pageShift, long address) {
        long offset = (1L << pageShift) - 1;
        return ((PageTableEntry.PPN.get(leaf) << Transaction.PAGE_SHIFT) & ~offset) | (address & offset);
    }
}
