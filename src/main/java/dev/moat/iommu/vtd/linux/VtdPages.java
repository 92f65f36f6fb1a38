package dev.moat.iommu.vtd.linux;

import dev.moat.iommu.Rights;
import dev.moat.iommu.linux.Gather;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.linux.TableFrames;
import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The second-level tables of one domain, at real size: pages of 4 KiB, 2 MiB and 1 GiB, tables that are taken when a page needs them, and
 * given back when an unmap has cleared all that they lead to, or a larger page takes their place: after the unit has forgotten them. The
 * unit snoops and buffers no stores. As in Linux every page can be read (bit 0 is set in all), one of 4 KiB that is mapped already stays as
 * it is, and a larger one takes the place of whatever is there; addresses beyond the tables are refused. {@code @source} Linux 6.1 iommu.c:
 * __domain_mapping, switch_to_super_page, dma_pte_clear_level, intel_iommu_tlb_sync.
 */
public class VtdPages implements PageDriver {
    private static final int SHIFT = 12;
    private static final int LEVEL_BITS = Capabilities.INDEX_BITS;
    private static final long NO_ENTRY = -1;

    private final Memory memory;
    private final long[] s;
    private final TableFrames frames;
    private final VtdDomain domain;
    private final int levels;
    private final long root;
    /** Tables without an entry that leads to them, which the unit may know still. */
    private final List<Unlinked> unlinked = new ArrayList<>();

    /** {@code @unit} pages of 4 KiB. */
    private record Unlinked(long frame, long first, long last) {}

    /** A page that is mapped. */
    private record Leaf(long bytes, long frame) {
        static final Leaf NONE = new Leaf(0, 0);
    }

    /**
     * @param s the state that the unit's slots are of
     * @param frames has at least one
     * @param levels of tables, 2 to 5, which the unit supports
     */
    public VtdPages(Memory memory, long[] s, TableFrames frames, VtdDomain domain, int levels) {
        this.memory = memory;
        this.s = s;
        this.frames = frames;
        this.domain = domain;
        this.levels = levels;
        root = frames.take(s);
    }

    /** The sizes of pages that a unit can do. */
    public static PageSizes sizes(Capabilities can) {
        return new PageSizes(can.pageSizes());
    }

    int levels() {
        return levels;
    }

    /** Frame of the table of the highest level. */
    public long root() {
        return root;
    }

    private static long bytes(int level) {
        return 1L << (SHIFT + LEVEL_BITS * (level - 1));
    }

    private static long address(long table, long iova, int level) {
        long index = (iova >>> (SHIFT + LEVEL_BITS * (level - 1))) & ((1 << LEVEL_BITS) - 1);
        return (table << SHIFT) + Long.BYTES * index;
    }

    private boolean isBeyond(long iova) {
        return iova >>> (SHIFT + LEVEL_BITS * levels) != 0;
    }

    private static boolean isLeaf(long entry, int level) {
        return level == 1 || SecondLevelEntry.SP.isSet(entry);
    }

    // --- map

    @Override
    public long mapPages(long iova, long address, long page, long count, int rights) {
        long last = iova + page * count - 1;
        if (rights == Rights.NONE || Long.compareUnsigned(last, iova) < 0 || isBeyond(last)) {
            return 0;
        }
        int level = 1 + (Long.numberOfTrailingZeros(page) - SHIFT) / LEVEL_BITS;
        long done = 0;
        while (done < page * count && store(iova + done, address + done, level, rights)) {
            done += page;
        }
        return done;
    }

    @Override
    public void syncMap(long first, long last) {
        if (domain.cachesAbsence) {
            domain.forget(s, first >>> SHIFT, ((last - first) >>> SHIFT) + 1);
        }
    }

    private boolean store(long iova, long address, int level, int rights) {
        long at = entry(iova, level);
        if (at == NO_ENTRY) {
            return false;
        }
        long old = memory.read(s, at);
        boolean there = SecondLevelEntry.rights(old) != 0;
        if (there && level == 1) {
            return true;
        }
        if (there) {
            makeWay(at, old, iova, level);
        }
        long entry = SecondLevelEntry.of(address >>> SHIFT, rights | Rights.READ);
        memory.write(s, at, SecondLevelEntry.SP.set(entry, level > 1 ? 1 : 0));
        return true;
    }

    /** What is there goes for a large page, mapped or not, and is forgotten before the page is stored: switch_to_super_page. */
    private void makeWay(long at, long old, long iova, int level) {
        memory.write(s, at, 0);
        if (!isLeaf(old, level)) {
            unlink(SecondLevelEntry.ADDR.get(old), iova, level);
        }
        sync(iova, iova + bytes(level) - 1);
    }

    /** Where the entry of a level is that an address goes through; tables above are made. {@link #NO_ENTRY} without a frame for one. */
    private long entry(long iova, int level) {
        long table = root;
        for (int l = levels; l > level; l--) {
            long at = address(table, iova, l);
            long entry = memory.read(s, at);
            if (SecondLevelEntry.rights(entry) == 0) {
                long frame = frames.take(s);
                if (frame == TableFrames.NONE) {
                    return NO_ENTRY;
                }
                entry = SecondLevelEntry.of(frame, Rights.ALL);
                memory.write(s, at, entry);
            }
            table = SecondLevelEntry.ADDR.get(entry);
        }
        return address(table, iova, level);
    }

    // --- unmap

    @Override
    public long unmapPages(long iova, long page, long count) {
        long done = 0;
        while (done < page * count) {
            long bytes = leaf(iova + done).bytes();
            if (bytes == 0) {
                break;
            }
            done += bytes;
        }
        if (done > 0) {
            clear(root, levels, iova, iova + done - 1);
        }
        return done;
    }

    @Override
    public boolean leads(long iova) {
        Leaf leaf = leaf(iova);
        return leaf.bytes() != 0 && ((leaf.frame() << SHIFT) | (iova & (leaf.bytes() - 1))) != 0;
    }

    /** The page that an address is in, of 0 bytes for none. */
    private Leaf leaf(long iova) {
        long table = root;
        for (int l = isBeyond(iova) ? 0 : levels; l >= 1; l--) {
            long entry = memory.read(s, address(table, iova, l));
            if (SecondLevelEntry.rights(entry) == 0) {
                return Leaf.NONE;
            }
            if (isLeaf(entry, l)) {
                return new Leaf(bytes(l), SecondLevelEntry.ADDR.get(entry));
            }
            table = SecondLevelEntry.ADDR.get(entry);
        }
        return Leaf.NONE;
    }

    /** Clears what a table has of a range, and unlinks the tables that lead to nothing else. Both ends included. */
    private void clear(long table, int level, long first, long last) {
        for (long at = first; at <= last; at = (at & -bytes(level)) + bytes(level)) {
            long where = address(table, at, level);
            long entry = memory.read(s, where);
            long end = (at & -bytes(level)) + bytes(level) - 1;
            boolean whole = at == (at & -bytes(level)) && end <= last;
            if (SecondLevelEntry.rights(entry) == 0) {
                continue;
            }
            if (isLeaf(entry, level)) {
                memory.write(s, where, 0);
            } else if (whole) {
                memory.write(s, where, 0);
                unlink(SecondLevelEntry.ADDR.get(entry), at, level);
            } else {
                clear(SecondLevelEntry.ADDR.get(entry), level - 1, at, Math.min(end, last));
            }
        }
    }

    /** A table and those below it, whose entry of a level is gone; it covers the addresses of that entry. */
    private void unlink(long table, long iova, int level) {
        for (int i = 0; level > 2 && i < 1 << LEVEL_BITS; i++) {
            long entry = memory.read(s, (table << SHIFT) + (long) Long.BYTES * i);
            if (SecondLevelEntry.rights(entry) != 0 && !isLeaf(entry, level - 1)) {
                unlink(SecondLevelEntry.ADDR.get(entry), (iova & -bytes(level)) + i * bytes(level - 1), level - 1);
            }
        }
        long first = (iova & -bytes(level)) >>> SHIFT;
        unlinked.add(new Unlinked(table, first, first + (bytes(level) >>> SHIFT) - 1));
    }

    // --- forgotten

    /** All that one call has cleared counts as one page: intel_iommu_unmap hands on its size. */
    @Override
    public void gather(Gather gather, long iova, long bytes, long page) {
        gather.add(iova, bytes, bytes);
    }

    @Override
    public void sync(long first, long last) {
        List<Unlinked> gone = goneIn(first >>> SHIFT, last >>> SHIFT);
        domain.forget(s, first >>> SHIFT, ((last - first) >>> SHIFT) + 1);
        gone.forEach(table -> frames.give(table.frame()));
        unlinked.removeAll(gone);
    }

    private List<Unlinked> goneIn(long first, long last) {
        return unlinked.isEmpty()
                ? List.of()
                : unlinked.stream()
                        .filter(t -> t.first() >= first && t.last() <= last)
                        .toList();
    }
}
