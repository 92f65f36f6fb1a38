package dev.moat.iommu.amdvi.linux;

import dev.moat.iommu.Rights;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.linux.Gather;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.linux.TableFrames;
import dev.moat.iommu.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page tables of one domain, at real size: pages of any power of two from 4 KiB, those between the natural sizes as
 * equal entries in a row. A table goes only when a larger page takes its place, and a page when a table does, after the
 * unit has forgotten everything of the domain. A page beyond the tables has them grow, up to the levels that the unit has.
 * {@code @source} Linux 6.1 io_pgtable.c: iommu_v1_map_pages, increase_address_space, alloc_pte, fetch_pte, iommu_v1_unmap_pages; iommu.c:
 * amd_iommu_iotlb_gather_add_page, domain_flush_np_cache. 6.12: that tables grow for the level of a page, too (6.1 goes by the address).
 */
public class AmdViPages implements PageDriver {
    private static final int SHIFT = PageTableEntry.ADDR.lo();
    private static final int LEVEL_BITS = PageTableEntry.INDEX_BITS;
    private static final int ENTRIES = 1 << LEVEL_BITS;
    private static final long NO_ENTRY = -1;

    private static final int BOTH = Translation.READ | Translation.WRITE;

    private final Memory memory;
    private final long[] s;
    private final TableFrames frames;
    private final AmdViDomain domain;
    private int levels;
    private long root;

    /** The entry of a page, and the table that it is in. */
    private record Found(long table, int level, long entry) {}

    /** What a map has put other things in the place of. */
    private static final class Replaced {
        private final List<Long> tables = new ArrayList<>();
        private boolean pages;
    }

    /**
     * @param s the state that the unit's registers are of
     * @param frames has at least one
     * @param levels of tables at first, 1 to 6, which the unit supports
     */
    public AmdViPages(Memory memory, long[] s, TableFrames frames, AmdViDomain domain, int levels) {
        this.memory = memory;
        this.s = s;
        this.frames = frames;
        this.domain = domain;
        this.levels = levels;
        root = frames.take(s);
    }

    /** The sizes of pages that tables of some levels have. */
    public static PageSizes sizes(int levels) {
        return new PageSizes(PageTableEntry.pageSizes(levels));
    }

    int levels() {
        return levels;
    }

    /** Frame of the table of the highest level. */
    public long root() {
        return root;
    }

    /** The level of the entries of pages of a size. */
    private static int level(long page) {
        return 1 + (Long.numberOfTrailingZeros(page) - SHIFT) / LEVEL_BITS;
    }

    private static long bytes(int level) {
        return 1L << (SHIFT + LEVEL_BITS * (level - 1));
    }

    /** Bytes of the page that an entry of a level is for. */
    private static long bytes(int level, long entry) {
        boolean sized = PageTableEntry.NEXT_LEVEL.get(entry) == PageTableEntry.SIZED;
        return sized ? 1L << PageTableEntry.sizeShift(entry) : bytes(level);
    }

    private static long address(long table, long iova, int level) {
        long index = (iova >>> (SHIFT + LEVEL_BITS * (level - 1))) & (ENTRIES - 1);
        return (table << SHIFT) + Long.BYTES * index;
    }

    private boolean isBeyond(long iova) {
        int bits = SHIFT + LEVEL_BITS * levels;
        return bits < Long.SIZE && iova >>> bits != 0;
    }

    private static boolean isTable(long entry) {
        return PageTableEntry.PR.isSet(entry) && !PageTableEntry.isPage(entry);
    }

    // --- map

    @Override
    public long mapPages(long iova, long address, long page, long count, int rights) {
        Replaced replaced = new Replaced();
        long done = 0;
        while (permitted(rights) != 0
                && done < page * count
                && store(iova + done, address + done, page, rights, replaced)) {
            done += page;
        }
        if (forgetsReplaced(replaced.pages || !replaced.tables.isEmpty())) {
            domain.forgetAll(s);
        }
        replaced.tables.forEach(frames::give);
        return done;
    }

    @Override
    public void syncMap(long first, long last) {
        if (domain.cachesAbsence) {
            sync(first, last);
        }
    }

    /**
     * Whether the unit has to forget everything before tables are given back.
     *
     * @param replaced whether there is something else in the place of a table or a page
     */
    boolean forgetsReplaced(boolean replaced) {
        return replaced;
    }

    private boolean store(long iova, long address, long page, int rights, Replaced replaced) {
        int level = level(page);
        long at = fits(iova, page) ? entry(iova, level, replaced) : NO_ENTRY;
        if (at == NO_ENTRY) {
            return false;
        }
        long entry = page == bytes(level)
                ? PageTableEntry.page(address >>> SHIFT, permitted(rights))
                : PageTableEntry.sizedPage(address >>> SHIFT, Long.numberOfTrailingZeros(page), permitted(rights));
        entry |= PageTableEntry.FC.mask();
        for (int i = 0; i < page / bytes(level); i++) {
            long old = memory.read(s, at + (long) Long.BYTES * i);
            if (isTable(old)) {
                collect(old, replaced.tables);
            }
            memory.write(s, at + (long) Long.BYTES * i, entry);
        }
        return true;
    }

    /** Whether the tables decode an address and have the level of a page of some size, or do now that they have grown. */
    private boolean fits(long iova, long page) {
        while (isBeyond(iova) || level(page) > levels) {
            long frame = levels < domain.mostLevels ? frames.take(s) : TableFrames.NONE;
            if (frame == TableFrames.NONE) {
                return false;
            }
            memory.write(s, frame << SHIFT, PageTableEntry.table(levels, root, BOTH));
            domain.lead(s, levels + 1, frame);
            levels++;
            root = frame;
        }
        return true;
    }

    private static int permitted(int rights) {
        return ((rights & Rights.READ) != 0 ? Translation.READ : 0)
                | ((rights & Rights.WRITE) != 0 ? Translation.WRITE : 0);
    }

    /** The table of an entry and those below it. */
    private void collect(long entry, List<Long> found) {
        long table = PageTableEntry.ADDR.get(entry);
        for (int i = 0; i < ENTRIES && PageTableEntry.NEXT_LEVEL.get(entry) > 1; i++) {
            long below = memory.read(s, (table << SHIFT) + (long) Long.BYTES * i);
            if (isTable(below)) {
                collect(below, found);
            }
        }
        found.add(table);
    }

    /**
     * Where the entry of a level is that an address goes through; tables above are made, where a larger page is in its place.
     * {@link #NO_ENTRY} without a frame for one.
     */
    private long entry(long iova, int level, Replaced replaced) {
        long table = root;
        for (int l = levels; l > level; l--) {
            long at = address(table, iova, l);
            long entry = memory.read(s, at);
            if (!isTable(entry)) {
                // All entries of a page of some go at once; the one of a natural page gives way to the table.
                boolean larger = PageTableEntry.PR.isSet(entry);
                if (larger && PageTableEntry.NEXT_LEVEL.get(entry) == PageTableEntry.SIZED) {
                    erase(table, iova, l, entry);
                    replaced.pages = true;
                }
                long frame = frames.take(s);
                if (frame == TableFrames.NONE) {
                    return NO_ENTRY;
                }
                entry = PageTableEntry.table(l - 1, frame, BOTH);
                memory.write(s, at, entry);
                replaced.pages |= larger;
            }
            table = PageTableEntry.ADDR.get(entry);
        }
        return address(table, iova, level);
    }

    // --- unmap

    @Override
    public long unmapPages(long iova, long page, long count) {
        long at = iova;
        long done = 0;
        while (done < page * count) {
            Found found = find(at);
            if (found == null) {
                break;
            }
            long bytes = erase(found.table(), at, found.level(), found.entry());
            at = (at & -bytes) + bytes;
            done += bytes;
        }
        return done;
    }

    @Override
    public boolean leads(long iova) {
        Found found = find(iova);
        if (found == null) {
            return false;
        }
        long page = bytes(found.level(), found.entry());
        return ((PageTableEntry.ADDR.get(found.entry()) << SHIFT & -page) | (iova & (page - 1))) != 0;
    }

    /** The page that an address is in, or nothing. */
    private @Nullable Found find(long iova) {
        long table = root;
        for (int l = isBeyond(iova) ? 0 : levels; l >= 1; l--) {
            long entry = memory.read(s, address(table, iova, l));
            if (!PageTableEntry.PR.isSet(entry)) {
                return null;
            }
            if (PageTableEntry.isPage(entry)) {
                return new Found(table, l, entry);
            }
            table = PageTableEntry.ADDR.get(entry);
        }
        return null;
    }

    /** Clears all entries of the page that an entry of a table's is for. Its bytes. */
    private long erase(long table, long iova, int level, long entry) {
        long page = bytes(level, entry);
        for (long i = 0; i < cleared(page / bytes(level)); i++) {
            memory.write(s, address(table, iova & -page, level) + Long.BYTES * i, 0);
        }
        return page;
    }

    /** How many of the entries of a page are cleared: all. */
    long cleared(long entries) {
        return entries;
    }

    // --- forgotten

    /** One command is for a range of any size: so all joins, but under a hypervisor, which has to follow each page of it. */
    @Override
    public void gather(Gather gather, long iova, long bytes, long page) {
        gather.addRange(iova, bytes, domain.cachesAbsence);
    }

    @Override
    public void sync(long first, long last) {
        domain.forget(s, first >>> SHIFT, ((last - first) >>> SHIFT) + 1);
    }
}
