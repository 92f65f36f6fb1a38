package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Tables;
import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.Tce;
import dev.moat.iommu.calgary.TcesInState;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/** Tables of entries, one for each space, as software stores and reads them. */
final class CalgaryTables implements Tables {
    private static final String RIGHTS = "tce.rights";
    private static final String SWAPS = "tce.swaps";

    private final CalgaryGeometry g;
    private final TcesInState tces;
    private final int pages;
    /** {@code tce.rights}: (rights that an entry is to have) to those that it is given. */
    private final Decision rights;
    /** {@code tce.swaps}: to 1 when a store brings the bytes of an entry into the chip's order, as cpu_to_be64 does. */
    private final Decision swaps;

    public CalgaryTables(ModelBuilder model, CalgaryGeometry geometry, TcesInState tces) {
        g = geometry;
        this.tces = tces;
        pages = g.pages().size();
        rights = model.decision(RIGHTS, (s, wanted, b, c) -> wanted);
        swaps = model.decision(SWAPS, (s, a, b, c) -> 1);
    }

    @Override
    public List<String> tableDecisions() {
        return List.of(RIGHTS, SWAPS);
    }

    private long entry(int frame, int allowed) {
        return Tce.of(g.frameNumber(frame), allowed);
    }

    @Override
    public int rights(long[] s, int space, int page) {
        return Tce.rights(tces.tce.get(s, space, page));
    }

    @Override
    public int frame(long[] s, int space, int page) {
        long tce = tces.tce.get(s, space, page);
        return Tce.isValid(tce) ? g.frameAt(Tce.RPN.get(tce)) : ELSEWHERE;
    }

    @Override
    public boolean leads(long[] s, int space, int page, int frame, int allowed) {
        return tces.tce.get(s, space, page) == (allowed == 0 ? 0 : entry(frame, rights.decide(s, allowed, 0, 0)));
    }

    @Override
    public void store(long[] s, int space, int page, int frame, int allowed) {
        long tce = allowed == 0 ? 0 : entry(frame, rights.decide(s, allowed, 0, 0));
        // Zero is the same in either order.
        long word = tce == 0 || swaps.decide(s, 0, 0, 0) != 0 ? Tce.inMemory(tce) : tce;
        tces.asStored().write(s, address(space, page), word);
    }

    /** Byte address of a page's entry. */
    long address(int space, int page) {
        return g.tableAddress(space) + Long.BYTES * g.pageNumber(page);
    }

    @Override
    public int walk(long[] s, int space, int page, boolean write) {
        long tce = tces.tce.get(s, space, page);
        return (Tce.rights(tce) & (write ? Tce.MAY_WRITE : Tce.MAY_READ)) == 0
                ? ELSEWHERE
                : g.frameAt(Tce.RPN.get(tce));
    }

    @Override
    public void read(Footprint footprint, int space, int page) {
        footprint.one(tces.tce, space * pages + page);
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(tces.tce);
    }
}
