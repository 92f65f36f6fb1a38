package dev.moat.iommu.gart;

import dev.moat.iommu.Memory;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Writer;

/**
 * The table of a search: the entries of the pages that devices use; the others are 0 and stay so. Stores are seen at once, because
 * software writes the table past its caches. {@code @source} GART-PTE.
 */
public final class PtesInState implements Memory {
    /** {@link Gpte} per page. */
    public final Slots pte;

    private final GartGeometry g;
    private final long table;
    private final long aperturePage;
    private final long bytes;

    /**
     * Declares the entries.
     *
     * @param table byte address of the table
     * @param aperture byte address of the aperture
     * @param size bytes of the aperture
     */
    public PtesInState(SchemaBuilder schema, GartGeometry geometry, long table, long aperture, long size) {
        g = geometry;
        this.table = table;
        aperturePage = aperture >>> GartWalk.PAGE_SHIFT;
        bytes = (size >>> GartWalk.PAGE_SHIFT) * Integer.BYTES;
        pte = schema.slots("pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, g.pages())
                .word(Gpte.FIELDS, GartUnit.varyingPte(g));
        schema.keeps("table entries are of frames", s -> GartUnit.areEntries(s, g, pte()));
    }

    // Said of states, which there are only after construction.
    private Slots pte() {
        return pte;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return address >= table && address < table + bytes;
    }

    private int page(long address) {
        return g.pageAt(aperturePage + (address - table) / Integer.BYTES);
    }

    @Override
    public long read32(long[] s, long address) {
        int page = page(address);
        return page < 0 ? 0 : pte.get(s, page);
    }

    @Override
    public boolean write32(long[] s, long address, long value) {
        int page = page(address);
        // An entry that no device uses keeps nothing; 0 is what it has.
        if (page < 0) {
            return isReadable(s, address) && value == 0;
        }
        pte.set(s, page, value);
        return true;
    }

    @Override
    public long read(long[] s, long address) {
        return read32(s, address) | read32(s, address + Integer.BYTES) << Integer.SIZE;
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        return write32(s, address, value & 0xffff_ffffL) && write32(s, address + Integer.BYTES, value >>> Integer.SIZE);
    }
}
