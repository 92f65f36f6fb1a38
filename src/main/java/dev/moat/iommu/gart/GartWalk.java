package dev.moat.iommu.gart;

import dev.moat.iommu.Memory;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.NodeRegisters.TableBase;

/**
 * The result of a device's request at its northbridge. Reads only. {@code @fails} table that cannot be read, then an
 * entry that is not valid. {@code @source} GART-TRANSLATION.
 */
public final class GartWalk {
    static final int PAGE_SHIFT = 12;

    private final GartUnit u;
    private final GartGeometry g;
    private final Memory memory;
    private final int[] behind;

    public GartWalk(GartUnit unit) {
        u = unit;
        g = unit.geometry();
        memory = unit.memory();
        behind = g.behind().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The answer to a request right now, from the TLB and otherwise from memory.
     *
     * @param page 4 KiB page number of the address that the device gives
     * @return a {@link DmaAnswer}
     */
    public long answer(long[] s, int requester, long page) {
        return answer(s, behind[requester], page, false);
    }

    /** The same as if nothing were cached. */
    public long uncached(long[] s, int requester, long page) {
        return answer(s, behind[requester], page, true);
    }

    private long answer(long[] s, int node, long page, boolean fromMemory) {
        long index = index(s, node, page);
        if (index < 0) {
            return DmaAnswer.to(DmaAnswer.UNTRANSLATED, page);
        }
        int modelled = g.pageAt(page);
        if (!fromMemory && modelled >= 0 && u.cachedPte.get(s, node, modelled) != 0) {
            return DmaAnswer.to(DmaAnswer.TRANSLATED, Gpte.frame(u.cachedPte.get(s, node, modelled)));
        }
        long address = entryAddress(s, node, index);
        if (!memory.isReadable(s, address & -Long.BYTES)) {
            return DmaAnswer.TABLE_ACCESS;
        }
        long pte = memory.read32(s, address);
        return Gpte.VALID.isSet(pte) ? DmaAnswer.to(DmaAnswer.TRANSLATED, Gpte.frame(pte)) : DmaAnswer.INVALID_ENTRY;
    }

    /** Number of a page in a northbridge's aperture, or -1 when the northbridge does not translate it. */
    long index(long[] s, int node, long page) {
        long control = u.apertureControl.get(s, node);
        return index(control, page - g.aperturePage(u.apertureBase.get(s, node)), g.aperturePages(control));
    }

    /**
     * The number of a page in an aperture, or -1 when it is not translated.
     *
     * @param fromFirst pages from the first of the aperture to it, negative for one before
     * @param pages of the aperture
     */
    static long index(long control, long fromFirst, long pages) {
        boolean translates = ApertureControl.GARTEN.isSet(control) && !ApertureControl.DISGARTIO.isSet(control);
        return translates && fromFirst >= 0 && fromFirst < pages ? fromFirst : -1;
    }

    private long entryAddress(long[] s, int node, long index) {
        return entryAddress(u.tableBase.get(s, node), index);
    }

    /** Byte address of an entry of the table that a register leads to. */
    static long entryAddress(long tableBase, long index) {
        return (TableBase.FRAME.get(tableBase) << PAGE_SHIFT) + Integer.BYTES * index;
    }

    /** The entry of a modelled page as a northbridge reads it; 0 when it does not translate the page or cannot read it. */
    long entryInMemory(long[] s, int node, int page) {
        long index = index(s, node, g.pageNumber(page));
        long address = entryAddress(s, node, Math.max(index, 0));
        return index >= 0 && memory.isReadable(s, address & -Long.BYTES) ? memory.read32(s, address) : 0;
    }
}
