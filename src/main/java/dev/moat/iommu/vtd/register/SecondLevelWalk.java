package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SecondLevelRules;

/**
 * Walks second-level tables of 2 to 5 levels. At each level the entry is read, then its right is checked, then its reserved
 * bits; where the PASID entry asks for it, accessed and dirty are set in what is used. {@code @source} VTD-WALK.
 */
final class SecondLevelWalk {
    /** Set in a table without a cache for it. */
    public static final long UNTAGGED = -1L;

    private final Memory memory;
    private final SecondLevelRules rules;
    private final TranslationCache pagingStructures;
    private final boolean onesUnreadable;

    SecondLevelWalk(
            Memory memory, Capabilities capabilities, Deviations deviations, TranslationCache pagingStructures) {
        this.memory = memory;
        this.pagingStructures = pagingStructures;
        rules = new SecondLevelRules(capabilities, deviations);
        onesUnreadable = deviations.has(Deviation.ALL_ONES_UNREADABLE);
    }

    /** One that knows of no caches: it is to be asked {@link #UNTAGGED}. */
    @SuppressWarnings("NullAway") // caches are asked by their tags only
    public static SecondLevelWalk uncached(Memory memory, Capabilities capabilities) {
        return new SecondLevelWalk(memory, capabilities, Deviations.NONE, null);
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
    public long walk(long[] s, long tag, long address, boolean write, long top, int aw, boolean marks) {
        int levels = aw + 2;
        if (rules.isBeyond(address, aw)) {
            return DmaAnswer.blocked(FaultCondition.ADDRESS_BEYOND_WIDTH);
        }
        long right = write ? SecondLevelEntry.W.mask() : SecondLevelEntry.R.mask();
        long rights = SecondLevelEntry.R.mask() | SecondLevelEntry.W.mask();
        long table = top;
        int level = levels;
        int known =
                tag == UNTAGGED ? -1 : pagingStructures.find(s, address >>> DmaAnswer.PAGE_BITS, tag, TableTags.MASK);
        if (known >= 0) {
            table = pagingStructures.frame(s, known);
            level = (int) UnitState.LEVEL.get(pagingStructures.tag(s, known)) - 1;
            rights = TableTags.rights(pagingStructures.tag(s, known));
        }
        while (true) {
            long at = SecondLevelRules.entryAddress(table, address, level);
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
            boolean leaf = rules.isLeaf(entry, level);
            if ((entry & rules.reserved(level, leaf)) != 0) {
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
                pagingStructures.fill(s, address >>> DmaAnswer.PAGE_BITS, TableTags.of(tag, level, rights), table);
            }
            level--;
        }
    }

    private static long unreadable(boolean top) {
        return DmaAnswer.blocked(top ? FaultCondition.SECOND_LEVEL_TOP_ACCESS : FaultCondition.SECOND_LEVEL_ACCESS);
    }

    private boolean mark(long[] s, long at, long entry, boolean dirty) {
        long marked = entry | SecondLevelEntry.A.mask() | (dirty ? SecondLevelEntry.D.mask() : 0);
        return marked == entry || memory.write(s, at, marked);
    }
}
