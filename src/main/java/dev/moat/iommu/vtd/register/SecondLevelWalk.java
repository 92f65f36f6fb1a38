package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.Capabilities;
import dev.moat.iommu.vtd.Registers.Ecap;
import dev.moat.iommu.vtd.Reserved;
import dev.moat.iommu.vtd.SecondLevelEntry;
import dev.moat.iommu.vtd.deviation.Deviation;
import dev.moat.iommu.vtd.deviation.Deviations;
import dev.moat.iommu.vtd.scalable.FaultCondition;

/**
 * Walks second-level tables of 2 to 5 levels. At each level the entry is read, then its right is checked, then its reserved
 * bits; where the PASID entry asks for it, accessed and dirty are set in what is used. {@code @source} VTD-WALK.
 */
final class SecondLevelWalk {
    /** Set in a table without a cache for it. */
    static final long UNTAGGED = -1L;

    private final Memory memory;
    private final Capabilities capabilities;
    private final TranslationCache tables;
    private final boolean onesUnreadable;
    private final long beyond;
    private final long snoop;

    SecondLevelWalk(Memory memory, Capabilities capabilities, Deviations deviations, TranslationCache tables) {
        this.memory = memory;
        this.capabilities = capabilities;
        this.tables = tables;
        onesUnreadable = deviations.has(Deviation.ALL_ONES_UNREADABLE);
        beyond = Reserved.beyond(SecondLevelEntry.ADDR, capabilities.hostAddressBits());
        // The recorded unit takes the snoop bit in leaves of any unit that has scalable mode.
        boolean snoops = Ecap.SC.isSet(capabilities.ecap()) || Ecap.SMTS.isSet(capabilities.ecap());
        snoop = snoops ? SecondLevelEntry.SNP.mask() : 0;
    }

    /**
     * The page that an address leads to.
     *
     * @param tag tag of the paging-structure caches without level and rights, or {@link #UNTAGGED}
     * @param write the right that is asked for; execution needs the right to read
     * @param top frame of the top table
     * @param aw width of the tables: AW + 2 levels
     * @param marks whether accessed and dirty bits are set
     * @return a {@link DmaAnswer}
     */
    long walk(long[] s, long tag, long address, boolean write, long top, int aw, boolean marks) {
        int levels = aw + 2;
        int bits = Math.min(levels * DmaAnswer.LEVEL_BITS + DmaAnswer.PAGE_BITS, capabilities.guestAddressBits());
        if (bits < Long.SIZE && address >>> bits != 0) {
            return DmaAnswer.blocked(FaultCondition.ADDRESS_BEYOND_WIDTH);
        }
        long right = write ? SecondLevelEntry.W.mask() : SecondLevelEntry.R.mask();
        long rights = SecondLevelEntry.R.mask() | SecondLevelEntry.W.mask();
        long table = top;
        int level = levels;
        int known = tag == UNTAGGED ? -1 : tables.find(s, address >>> DmaAnswer.PAGE_BITS, tag, TableTags.MASK);
        if (known >= 0) {
            table = tables.frame(s, known);
            level = (int) UnitState.LEVEL.get(tables.tag(s, known)) - 1;
            rights = TableTags.rights(tables.tag(s, known));
        }
        while (true) {
            long at = entryAddress(table, address, level);
            if (!memory.isReadable(s, at)) {
                return unreadable(level == levels);
            }
            long entry = memory.read(s, at);
            if (entry == -1L && onesUnreadable) {
                return unreadable(level == levels);
            }
            rights &= entry;
            if ((rights & right) == 0) {
                return DmaAnswer.blocked(
                        write ? FaultCondition.NO_WRITE_PERMISSION : FaultCondition.NO_READ_PERMISSION);
            }
            boolean leaf = isLeaf(entry, level);
            if ((entry & reserved(level, leaf)) != 0) {
                return DmaAnswer.blocked(FaultCondition.SECOND_LEVEL_RESERVED);
            }
            if (marks && !mark(s, at, entry, leaf && write)) {
                return DmaAnswer.blocked(FaultCondition.SECOND_LEVEL_UPDATE);
            }
            if (leaf) {
                long answer = DmaAnswer.to(SecondLevelEntry.ADDR.get(entry), level);
                answer = DmaAnswer.D.set(answer, !marks || write ? 1 : SecondLevelEntry.D.get(entry));
                return DmaAnswer.W.set(
                        DmaAnswer.R.set(answer, SecondLevelEntry.R.get(rights)), SecondLevelEntry.W.get(rights));
            }
            table = SecondLevelEntry.ADDR.get(entry);
            if (tag != UNTAGGED) {
                tables.fill(s, address >>> DmaAnswer.PAGE_BITS, TableTags.of(tag, level, rights), table);
            }
            level--;
        }
    }

    /** Address of the entry that an address leads to in a table. */
    static long entryAddress(long table, long address, int level) {
        int shift = DmaAnswer.PAGE_BITS + DmaAnswer.LEVEL_BITS * (level - 1);
        long index = address >>> shift & (1 << DmaAnswer.LEVEL_BITS) - 1;
        return (table << DmaAnswer.PAGE_BITS) + index * Long.BYTES;
    }

    private static long unreadable(boolean top) {
        return DmaAnswer.blocked(top ? FaultCondition.SECOND_LEVEL_TOP_ACCESS : FaultCondition.SECOND_LEVEL_ACCESS);
    }

    private boolean isLeaf(long entry, int level) {
        return level == 1 || (SecondLevelEntry.SP.isSet(entry) && capabilities.supportsSuperpage(level));
    }

    private long reserved(int level, boolean leaf) {
        if (!leaf) {
            return beyond | SecondLevelEntry.SNP.mask() | SecondLevelEntry.TM.mask() | SecondLevelEntry.SP.mask();
        }
        long below = SecondLevelEntry.ADDR.mask() & ~DmaAnswer.pageMask(level);
        long transientMapping = Ecap.DT.isSet(capabilities.ecap()) ? 0 : SecondLevelEntry.TM.mask();
        return beyond | below | transientMapping | (SecondLevelEntry.SNP.mask() & ~snoop);
    }

    private boolean mark(long[] s, long at, long entry, boolean dirty) {
        long marked = entry | SecondLevelEntry.A.mask() | (dirty ? SecondLevelEntry.D.mask() : 0);
        return marked == entry || memory.write(s, at, marked);
    }
}
