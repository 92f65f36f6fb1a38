package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import dev.moat.twin.Chance;

/** Caches that have what they were offered or do not, by chance, as those of a unit with little room. */
final class ForgetfulCaches implements RequestCaches {
    private final Chance chance = new Chance(11);
    private final FullCaches kept;

    ForgetfulCaches(Capabilities can) {
        kept = new FullCaches(can);
    }

    @Override
    public boolean device(int deviceId, long[] entry) {
        return !chance.oneIn(2) && kept.device(deviceId, entry);
    }

    @Override
    public void offerDevice(int deviceId, long[] entry) {
        if (chance.oneIn(2)) {
            kept.offerDevice(deviceId, entry);
        }
    }

    @Override
    public long page(int domainId, long iova) {
        return chance.oneIn(2) ? 0 : kept.page(domainId, iova);
    }

    @Override
    public void offerPage(int domainId, long iova, long answer) {
        if (chance.oneIn(2)) {
            kept.offerPage(domainId, iova, answer);
        }
    }

    @Override
    public long table(int domainId, long iova, int level) {
        return chance.oneIn(2) ? TableWalk.NO_TABLE : kept.table(domainId, iova, level);
    }

    @Override
    public void offerTable(int domainId, long iova, long pointer) {
        if (chance.oneIn(2)) {
            kept.offerTable(domainId, iova, pointer);
        }
    }

    @Override
    public void forgetDevice(long[] s, int deviceId) {
        kept.forgetDevice(s, deviceId);
    }

    @Override
    public void forgetPages(long[] s, int domainId, long first, long count, boolean directories) {
        kept.forgetPages(s, domainId, first, count, directories);
    }

    @Override
    public void forgetAll(long[] s) {
        kept.forgetAll(s);
    }
}
