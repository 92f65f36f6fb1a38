package dev.moat.iommu.calgary;

import dev.moat.iommu.Memory;
import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The tables of a search: of each, the entries of the pages that devices use; the others are 0 and stay so. With
 * {@link Part#LATE_STORES} a store stays in a CPU cache line, and the chip sees the entry that was there before, until the line is
 * written back, by software or by itself; neighbours in the line stay where they are. {@code @source} CALGARY-TCE.
 */
public final class TcesInState implements CacheLines {
    /** {@link Tce} per table and page, as software stored it. */
    public final Slots tce;
    /** Whether the chip does not see the last store yet; left out, as the next, without {@link Part#LATE_STORES}. */
    public final Slots late;
    /** The entry that the chip sees; dead when it sees the store. */
    public final Slots seen;

    private final Memory asSeen = new View() {
        @Override
        public long read(long[] s, long address) {
            int element = element(address);
            return element < 0 ? 0 : Tce.inMemory(visible(s, element));
        }
    };
    private final Memory asStored = new View() {
        @Override
        public long read(long[] s, long address) {
            int element = element(address);
            return element < 0 ? 0 : Tce.inMemory(tce().get(s, element));
        }
    };
    private final CalgaryGeometry g;
    private final boolean stores;
    private final int pages;

    public TcesInState(SchemaBuilder schema, CalgaryGeometry geometry) {
        g = geometry;
        pages = g.pages().size();
        stores = g.has(Part.LATE_STORES);
        // A store that does not swap the bytes has the same bits elsewhere in the entry.
        long varying = CalgaryUnit.varyingTce(g) | Long.reverseBytes(CalgaryUnit.varyingTce(g));
        tce = schema.slots("tce", Role.ARCHITECTURAL, Writer.HYPERVISOR, g.tables(), g.pages())
                .word(Tce.FIELDS, varying);
        SchemaBuilder to = schema.onlyIf(stores);
        Sort tables = stores ? g.tables() : Sort.numbered("None", "", 0);
        late = to.slots("tceLate", Role.CACHE, Writer.HYPERVISOR, tables, g.pages())
                .bits(1);
        seen = to.slots("tceSeen", Role.CACHE, Writer.IOMMU, tables, g.pages())
                .live((s, i) -> late().get(s, i) != 0)
                .word(Tce.FIELDS, varying);
        schema.keeps("table entries are in the chip's order of bytes", this::areInOrder);
    }

    /** Whether the chip reads nothing but frames and rights in any entry, as it does while stores swap the bytes. */
    private boolean areInOrder(long[] s) {
        long other = ~CalgaryUnit.varyingTce(g);
        boolean are = true;
        for (int i = 0; i < tce.size(); i++) {
            are &= ((tce.get(s, i) | (stores ? seen.get(s, i) : 0)) & other) == 0;
        }
        return are;
    }

    private Slots late() {
        return late;
    }

    private Slots tce() {
        return tce;
    }

    /** The element of a byte address; -1 for an entry of a table that no device uses, -2 for what is in no table. */
    private int element(long address) {
        long offset = address - g.firstTable();
        long bytes = CalgaryGeometry.tableBytes(g.size());
        if (offset < 0 || offset >= bytes * g.tables().size()) {
            return -2;
        }
        int page = g.pageAt(offset % bytes / Long.BYTES);
        return page < 0 ? -1 : (int) (offset / bytes) * pages + page;
    }

    private long visible(long[] s, int element) {
        return stores && late.get(s, element) != 0 ? seen.get(s, element) : tce.get(s, element);
    }

    /** The entry that the chip sees in place of the one that software stored last; 0 when it sees that. */
    public long unseen(long[] s, int table, int page) {
        int element = table * pages + page;
        return stores && late.get(s, element) != 0 ? seen.get(s, element) : 0;
    }

    /** Adds what {@link #unseen} reads. */
    public void readUnseen(Footprint footprint, int table, int page) {
        if (stores) {
            int element = table * pages + page;
            footprint.one(late, element).one(seen, element);
        }
    }

    /** Memory as the chip reads it. */
    public Memory asSeen() {
        return asSeen;
    }

    /** Memory as software reads and writes it. */
    public Memory asStored() {
        return asStored;
    }

    /** What both have in common: where there is memory, and what a store does. */
    private abstract class View implements Memory {
        @Override
        public boolean isReadable(long[] s, long address) {
            return element(address) != -2;
        }

        @Override
        public boolean write(long[] s, long address, long value) {
            int element = element(address);
            // An entry that no device uses keeps nothing; 0 is what it has.
            if (element < 0) {
                return element == -1 && value == 0;
            }
            store(s, element, Tce.inMemory(value));
            return true;
        }
    }

    private void store(long[] s, int element, long value) {
        if (stores && late.get(s, element) == 0) {
            seen.set(s, element, tce.get(s, element));
        }
        tce.set(s, element, value);
        if (stores) {
            late.set(s, element, seen.get(s, element) == value ? 0 : 1);
            seen.set(s, element, late.get(s, element) == 0 ? 0 : seen.get(s, element));
        }
    }

    @Override
    public void writeBack(long[] s, long address) {
        int element = element(address);
        if (element >= 0) {
            show(s, element);
        }
    }

    /** Makes every store visible; for initial states. */
    public void settle(long[] s) {
        for (int element = 0; element < tce.size(); element++) {
            show(s, element);
        }
    }

    /** The CPU writes an entry's line back by itself. False when it is not in one. */
    public boolean evict(long[] s, int table, int page) {
        return show(s, table * pages + page);
    }

    private boolean show(long[] s, int element) {
        if (!stores || late.get(s, element) == 0) {
            return false;
        }
        late.set(s, element, 0);
        seen.set(s, element, 0);
        return true;
    }
}
