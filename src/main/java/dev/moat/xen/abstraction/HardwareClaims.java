package dev.moat.xen.abstraction;

import dev.moat.iommu.vtd.ContextEntry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Claim;
import dev.moat.xen.state.XenState;

/** What devices and units claim: walks, what is cached and forgotten, and invalidations done. */
final class HardwareClaims {
    private final XenState x;
    private final Invalidations tokens;
    private final int tags;
    private final int pages;

    HardwareClaims(XenState x, Invalidations tokens) {
        this.x = x;
        this.tokens = tokens;
        tags = x.unit.geometry().tags().size();
        pages = x.unit.geometry().pages().size();
    }

    void declare(ModelBuilder model) {
        model.claim("walk", (before, after, device, page, c, d, e, claim) -> {
            int unit = x.units.of(device);
            VtdUnit at = x.units.state(unit);
            int tag = (int) at.walkTag.get(after, device);
            int frame = (int) at.walkFrame.get(after, device) - 1;
            if (frame < 0) {
                return;
            }
            claim.add("walk", unit, device, spaceOf(after, unit, tag), tag, page, frame);
        });
        model.claim("fill", (before, after, device, page, c, d, e, claim) -> {
            if (x.setting.walks()) {
                finishWalk(before, device, claim);
            } else {
                fillAtOnce(before, after, device, page, claim);
            }
        });
        model.claim("evict", (before, after, tag, page, unit, d, e, claim) -> claim.add("evict", unit, tag, page));
        model.claim("fill-context", (before, after, device, b, c, d, e, claim) -> {
            int unit = x.units.of(device);
            long lo = x.units.state(unit).cachedLo.get(after, device);
            int tag = (int) ContextEntry.DID.get(x.units.state(unit).cachedHi.get(after, device));
            if (ContextEntry.P.isSet(lo)) {
                claim.add("fill-context", unit, device, spaceOf(after, unit, tag), tag);
            }
        });
        model.claim(
                "evict-context",
                (before, after, device, b, c, d, e, claim) -> claim.add("evict-context", x.units.of(device), device));
        model.claim(
                "complete-invalidation",
                (before, after, unit, b, c, d, e, claim) -> complete(before, after, unit, claim));
    }

    private int spaceOf(long[] s, int unit, int tag) {
        for (int domain : x.setting.iommuDomains()) {
            if (x.dids.of(s, domain, unit) == tag) {
                return x.tree(domain);
            }
        }
        return 0;
    }

    /** What the IOTLB holds for the page makes room first. */
    private void finishWalk(long[] before, int device, Claim claim) {
        int unit = x.units.of(device);
        VtdUnit at = x.units.state(unit);
        int tag = (int) at.walkTag.get(before, device);
        int page = (int) at.walkPage.get(before, device);
        if (at.cachedRights(before, tag, page) != 0) {
            claim.add("evict", unit, tag, page);
        }
        int frame = (int) at.walkFrame.get(before, device) - 1;
        if (frame >= 0) {
            claim.add("fill", unit, device, tag, page, frame);
        }
    }

    private void fillAtOnce(long[] before, long[] after, int device, int page, Claim claim) {
        int unit = x.units.of(device);
        VtdUnit at = x.units.state(unit);
        for (int tag = 0; tag < tags; tag++) {
            int rights = at.cachedRights(after, tag, page);
            int old = at.cachedRights(before, tag, page);
            if (rights != old) {
                int frame = at.cachedFrame(after, tag, page);
                if (old != 0) {
                    claim.add("evict", unit, tag, page);
                }
                if (rights != 0) {
                    claim.add("walk", unit, device, spaceOf(after, unit, tag), tag, page, frame);
                    claim.add("fill", unit, device, tag, page, frame);
                }
            }
        }
    }

    /** A wait completes nothing here. What an invalidation removes beyond what it was submitted for, hardware removes. */
    private void complete(long[] before, long[] after, int unit, Claim claim) {
        int cpu = x.commands.nextSubmitter(before, unit);
        if (cpu >= 0) {
            for (int token = tokens.first(cpu); token < tokens.first(cpu + 1); token++) {
                if (tokens.isQueued(before, token) && !tokens.isQueued(after, token)) {
                    claim.add("complete-invalidation", token);
                }
            }
        }
        VtdUnit at = x.units.state(unit);
        for (int tag = 0; tag < tags; tag++) {
            for (int page = 0; page < pages; page++) {
                if (at.cachedRights(before, tag, page) != at.cachedRights(after, tag, page)
                        && (cpu < 0 || !isCompleted(before, after, cpu, unit, tag, page))) {
                    claim.add("evict", unit, tag, page);
                }
            }
        }
        for (int device = 0; device < x.requesters.size(); device++) {
            if (x.units.of(device) == unit) {
                forgotten(before, after, at, unit, device, claim);
            }
        }
    }

    private boolean isCompleted(long[] before, long[] after, int cpu, int unit, int tag, int page) {
        for (int lane = 0; lane < tokens.lanes(); lane++) {
            int token = tokens.ofPage(cpu, lane, unit, tag, page);
            if (tokens.isQueued(before, token) && !tokens.isQueued(after, token)) {
                return true;
            }
        }
        return false;
    }

    private void forgotten(long[] before, long[] after, VtdUnit at, int unit, int device, Claim claim) {
        if (at.isWalking(before, device) && !at.isWalking(after, device)) {
            claim.add("end-walk", unit, device);
        }
        if (x.setting.contextCache() && isCached(before, at, device) && !isCached(after, at, device)) {
            claim.add("evict-context", unit, device);
        }
    }

    private static boolean isCached(long[] s, VtdUnit at, int device) {
        return ContextEntry.P.isSet(at.cachedLo.get(s, device));
    }
}
