package dev.moat.iommu.amdvi;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Software's array of the leaf tables of each space, so that the entry of an address is found without a walk: an element is the frame
 * of a table, or empty until somebody has walked there. It is right as long as an element goes with its table. {@code @source} Linux
 * 2.6.29 to 4.20 amd_iommu.c: aperture_range.pte_pages, dma_ops_get_pte.
 */
public final class LeafArray {
    /** In place of a frame: nobody has walked there. */
    public static final int NONE = -1;

    private final AmdViGeometry g;
    private final Slots tables;

    /** @param frames those that leaf tables are in, none for no array */
    public LeafArray(SchemaBuilder schema, AmdViGeometry geometry, Sort frames) {
        g = geometry;
        int count = index(g.pages().size() - 1) + 1;
        Sort places = Sort.numbered("LeafTable", "l", frames.size() == 0 ? 0 : count);
        tables = schema.slots("leaf-array", Role.HYPERVISOR, Writer.HYPERVISOR, g.trees(), places)
                .optional(frames);
    }

    private int index(int page) {
        return (int) ((g.pageNumber(page) >>> g.indexBits()) - (g.pageNumber(0) >>> g.indexBits()));
    }

    /** The frame of the table that the array has for a page, or {@link #NONE}. */
    public int get(long[] s, int tree, int page) {
        return tables.size() == 0 ? NONE : (int) tables.get(s, tree, index(page)) - 1;
    }

    /** Puts a table in, or takes it out with {@link #NONE}; nothing happens without an array. */
    public void set(long[] s, int tree, int page, int frame) {
        if (tables.size() != 0) {
            tables.set(s, tree, index(page), frame + 1);
        }
    }
}
