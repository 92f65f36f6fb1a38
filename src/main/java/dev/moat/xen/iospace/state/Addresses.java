package dev.moat.xen.iospace.state;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Writer;
import dev.moat.xen.iospace.state.SpaceSetting.Unmap;

/**
 * I/O addresses of each space: the first free ones, or, where unmapping leaves caches alone, the next free ones after the last, in
 * a bitmap as Linux's drivers have it ({@link AreaAllocator}).
 */
public final class Addresses {
    private final SpaceState state;
    private final AreaAllocator[] map;
    private final boolean wraps;
    private final boolean moves;
    /** Where the next search begins, per space; left out where it begins at the start. */
    private final Slots hint;
    /** {@code address.is-reserved}: (page) to 1 when it is never handed out. */
    private final Decision isReserved;

    public Addresses(SpaceState state, ModelBuilder model) {
        this.state = state;
        SchemaBuilder schema = model.schema();
        wraps = state.setting.unmap.wraps();
        moves = state.setting.unmap == Unmap.WRAP;
        isReserved = model.decision("address.is-reserved", (s, p, b, c) -> state.isReserved(p) ? 1 : 0);
        map = new AreaAllocator[state.spaces.size()];
        for (int space = 0; space < map.length; space++) {
            map[space] = new AreaAllocator(
                    schema, state.spaces.label(space) + ".taken", 0, (1L << state.setting.pages.size()) - 1);
        }
        hint = schema.slots("hint", Role.HYPERVISOR, Writer.HYPERVISOR, state.spaces)
                .bits(wraps ? SlotsBuilder.bitsFor(state.setting.pages.size()) : 0);
    }

    /** Everything is free but what is reserved. */
    public void initial(long[] s) {
        for (int space = 0; space < map.length; space++) {
            reset(s, space);
        }
    }

    /** Whether a page is never handed out. */
    public boolean isReserved(long[] s, int page) {
        return isReserved.decide(s, page, 0, 0) != 0;
    }

    /** Frees all of a space but what is reserved. */
    public void reset(long[] s, int space) {
        map[space].clear(s);
        for (int p = 0; p < state.setting.pages.size(); p++) {
            if (isReserved(s, p) || state.transfers.isPoolPage(space, p)) {
                map[space].take(s, p, 1);
            }
        }
        hint.set(s, space, 0);
    }

    /** The first page of a free run from where the search begins, or -1; from the start, where what was freed is forgotten. */
    public int find(long[] s, int space, int count, boolean fromStart) {
        int pages = state.setting.pages.size();
        long from = fromStart ? 0 : hint.get(s, space);
        int found = (int) Math.max(-1, map[space].find(s, pages + 1L, from, count, 0, Long.SIZE, 0));
        if (fromStart && found >= 0) {
            hint.set(s, space, 0);
        }
        return found;
    }

    /** Whether a run is free. */
    public boolean areFree(long[] s, int space, int page, int count) {
        for (int p = page; p < page + count; p++) {
            if (map[space].isTaken(s, p)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a page is taken by what was unmapped and is not free yet. */
    public boolean isKept(long[] s, int space, int page) {
        return map[space].isTaken(s, page)
                && state.phase.get(s, space, page) == SpaceState.NONE
                && !isReserved(s, page);
    }

    /** Takes a run. One that a caller gives may lie below where the next search begins, and what was freed in between is still cached. */
    public void take(long[] s, int space, int page, int count) {
        map[space].take(s, page, count);
        hint.set(s, space, wraps ? Math.max(hint.get(s, space), page + count) : 0);
    }

    /** Frees one page. */
    public void free(long[] s, int space, int page) {
        map[space].free(s, page, 1);
        if (moves && page >= hint.get(s, space)) {
            hint.set(s, space, page + 1);
        }
    }
}
