package dev.moat.iommu.gart.family;

import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Tables;
import dev.moat.iommu.gart.GartGeometry;
import dev.moat.iommu.gart.Gpte;
import dev.moat.iommu.gart.PtesInState;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * The one table. An entry gives every right; a page without an entry leads to a scratch page, the frame after the last one, or has an
 * entry that is not valid. Pages before the aperture have no entry at all.
 */
final class GartTables implements Tables {
    private static final String HIGH_BITS = "gpte.high-bits";

    private final GartGeometry g;
    private final PtesInState ptes;
    private final Aperture aperture;
    private final long absent;
    /** {@code gpte.high-bits}: (bits of a frame's number above the lower 20) to those that its entry has. */
    private final Decision highBits;

    /**
     * @param aperture the pages that the table translates
     * @param scratch whether a page without an entry leads to the scratch page
     */
    public GartTables(ModelBuilder model, GartGeometry geometry, PtesInState ptes, Aperture aperture, boolean scratch) {
        g = geometry;
        this.ptes = ptes;
        this.aperture = aperture;
        highBits = model.decision(HIGH_BITS, (s, bits, b, c) -> bits);
        absent = scratch ? Gpte.of(g.frameNumber(g.frames().size())) : 0;
    }

    /** Makes no page lead to memory; for initial states. */
    public void connect(long[] s) {
        for (int page = 0; page < g.pages().size(); page++) {
            ptes.pte.set(s, page, isInside(page) ? absent : 0);
        }
    }

    private boolean isInside(int page) {
        return g.pageNumber(page) >= aperture.first() && g.pageNumber(page) <= aperture.last();
    }

    @Override
    public int expressed(int rights) {
        return rights == Rights.NONE ? Rights.NONE : Rights.ALL;
    }

    @Override
    public int rights(long[] s, int space, int page) {
        long pte = ptes.pte.get(s, page);
        return Gpte.VALID.isSet(pte) && pte != absent ? Rights.ALL : Rights.NONE;
    }

    @Override
    public int frame(long[] s, int space, int page) {
        return rights(s, space, page) == Rights.NONE ? ELSEWHERE : g.frameAt(Gpte.frame(ptes.pte.get(s, page)));
    }

    @Override
    public List<String> tableDecisions() {
        return List.of(HIGH_BITS);
    }

    private long entry(long[] s, int frame, int rights) {
        if (rights == Rights.NONE) {
            return absent;
        }
        int low = Gpte.FRAME_LOW.width();
        long number = g.frameNumber(frame);
        long high = highBits.decide(s, (int) (number >>> low), 0, 0);
        return Gpte.of((high << low) | (number & Gpte.FRAME_LOW.max()));
    }

    @Override
    public boolean leads(long[] s, int space, int page, int frame, int rights) {
        return isInside(page) && ptes.pte.get(s, page) == entry(s, frame, rights);
    }

    @Override
    public void store(long[] s, int space, int page, int frame, int rights) {
        if (isInside(page)) {
            ptes.pte.set(s, page, entry(s, frame, rights));
        }
    }

    @Override
    public int walk(long[] s, int space, int page, boolean write) {
        return frame(s, space, page);
    }

    @Override
    public void read(Footprint footprint, int space, int page) {
        footprint.one(ptes.pte, page);
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(ptes.pte);
    }
}
