package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.amdvi.semantics.TableWalk;

/** See {@link RequestCaches#none}. */
enum NoCaches implements RequestCaches {
    INSTANCE;

    @Override
    public boolean device(int deviceId, long[] entry) {
        return false;
    }

    @Override
    public void offerDevice(int deviceId, long[] entry) {}

    @Override
    public long page(int domainId, long iova) {
        return 0;
    }

    @Override
    public void offerPage(int domainId, long iova, long answer) {}

    @Override
    public long table(int domainId, long iova, int level) {
        return TableWalk.NO_TABLE;
    }

    @Override
    public void offerTable(int domainId, long iova, long pointer) {}

    @Override
    public void forgetDevice(long[] s, int deviceId) {}

    @Override
    public void forgetPages(long[] s, int domainId, long first, long count, boolean directories) {}

    @Override
    public void forgetAll(long[] s) {}
}
