package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Gsts;

/**
 * Which requesters are known to be in pass-through, where the policy keeps that: looked at when contexts are invalidated, TE or
 * the root changes, and when a request finds it so. Nothing else is looked up for such a requester.
 */
final class PassThrough {
    private final UnitState u;
    private final DeviceTables deviceTables;
    private final Caches caches;
    private final int[] requesters;
    private final boolean replays;

    PassThrough(UnitState u, DeviceTables deviceTables, Caches caches, UnitOptions options) {
        this.u = u;
        this.deviceTables = deviceTables;
        this.caches = caches;
        requesters = options.policy().keepsPassThrough()
                ? options.requesters().stream().mapToInt(Integer::intValue).toArray()
                : new int[0];
        replays = options.deviations().has(Deviation.PASID_CACHE_REPLAYS);
    }

    /** What is looked at. */
    DeviceTables deviceTables() {
        return deviceTables;
    }

    /** Whether a requester is known to be in pass-through. */
    boolean isKept(long[] s, int sid) {
        for (int r = 0; r < requesters.length; r++) {
            if (requesters[r] == sid) {
                return u.passThrough.get(s, r) != 0;
            }
        }
        return false;
    }

    /** Looks at the requesters that equal a source-id where the mask has ones. */
    void look(long[] s, int sid, int mask) {
        for (int r = 0; r < requesters.length; r++) {
            if (((requesters[r] ^ sid) & mask) == 0) {
                long did = entry(s, requesters[r]);
                boolean enabled = Gsts.TES.isSet(u.status(s));
                u.passThrough.set(s, r, enabled && did >= 0 && passes(s) ? 1 : 0);
                u.boundDid.set(s, r, did + 1);
                caches.contexts.drop(s);
                caches.pasids.drop(s);
            }
        }
    }

    /** PASID entries were invalidated. */
    void pasidsInvalidated(long[] s, int granularity, int did, long pasid) {
        if (!replays || !deviceTables.isScalable(s) || !Gsts.TES.isSet(u.status(s))) {
            return;
        }
        for (int r = 0; r < requesters.length; r++) {
            long now = entry(s, requesters[r]) + 1;
            long bound = u.boundDid.get(s, r);
            boolean gone = now == 0 && bound != 0;
            boolean others = granularity == PasidDescriptors.CACHE_PASID && pasid != 0;
            long compared = (bound != 0 ? bound : now) - 1;
            boolean meant = granularity == PasidDescriptors.CACHE_GLOBAL || (!others && compared == did);
            if (gone || (now != 0 && meant)) {
                look(s, requesters[r], -1);
            }
        }
    }

    /** Reads a requester's entries into hand: the DID that they give, or -1 if they are not usable. */
    private long entry(long[] s, int sid) {
        if (deviceTables.readContext(s, sid) != null) {
            return -1;
        }
        int context = caches.contexts.inHand();
        if (!deviceTables.isScalable(s)) {
            return ContextEntry.DID.get(caches.contexts.word(s, context, 1));
        }
        long pasid = deviceTables.pasidOfRequester(caches.contexts.word(s, context, 1));
        boolean usable = deviceTables.readPasid(s, caches.contexts.word(s, context, 0), pasid, false) == null;
        return usable ? PasidEntry.DID.get(caches.pasids.word(s, caches.pasids.inHand(), 1)) : -1;
    }

    private boolean passes(long[] s) {
        if (deviceTables.isScalable(s)) {
            long w0 = caches.pasids.word(s, caches.pasids.inHand(), 0);
            return PasidEntry.PGTT.get(w0) == PasidEntry.PASS_THROUGH;
        }
        long lo = caches.contexts.word(s, caches.contexts.inHand(), 0);
        return ContextEntry.TT.get(lo) == ContextEntry.TT_PASS_THROUGH;
    }
}
