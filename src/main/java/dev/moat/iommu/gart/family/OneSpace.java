package dev.moat.iommu.gart.family;

import dev.moat.iommu.Entries;
import dev.moat.iommu.Tags;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;

/** Every device is led to the one space, always, and nothing can be done about it; there is no tag. */
final class OneSpace implements Entries, Tags {
    private static final Sort ONE = Sort.numbered("Tag", "t", 1);

    @Override
    public int group(int requester) {
        return 0;
    }

    @Override
    public void attach(long[] s, int requester, int space, int tag, int part) {}

    @Override
    public void detach(long[] s, int requester, int part) {}

    @Override
    public boolean leadsTo(long[] s, int requester, int space) {
        return true;
    }

    @Override
    public boolean isPresent(long[] s, int requester) {
        return true;
    }

    @Override
    public void read(Footprint footprint, int requester) {}

    @Override
    public Sort sort() {
        return ONE;
    }

    @Override
    public int of(long[] s, int space, int unit) {
        return 0;
    }
}
