package dev.moat.iommu.vtd.driver;

import dev.moat.iommu.Entries;
import dev.moat.iommu.vtd.ContextEntry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.state.Footprint;

/**
 * Context entries as software writes them: both words at once, which 16-byte stores allow. {@code @source} Xen 4.17
 * drivers/passthrough/vtd/iommu.c, domain_context_mapping_one.
 */
public final class VtdEntries implements Entries {
    private final VtdUnit unit;

    /** @param unit any unit of the machine: context entries are memory, the same for all */
    public VtdEntries(VtdUnit unit) {
        this.unit = unit;
    }

    @Override
    public void attach(long[] s, int requester, int space, int tag, int part) {
        unit.setContext(s, requester, unit.contextLoFor(space), unit.contextHiFor(tag));
    }

    @Override
    public void detach(long[] s, int requester, int part) {
        unit.setContext(s, requester, 0, 0);
    }

    @Override
    public void tear(long[] s, int requester, int space) {
        unit.contextLo.set(s, requester, unit.contextLoFor(space));
    }

    @Override
    public boolean leadsTo(long[] s, int requester, int space) {
        return unit.contextLo.get(s, requester) == unit.contextLoFor(space);
    }

    @Override
    public boolean isPresent(long[] s, int requester) {
        return ContextEntry.P.isSet(unit.contextLo.get(s, requester));
    }

    @Override
    public void read(Footprint footprint, int requester) {
        footprint.one(unit.contextLo, requester);
    }
}
