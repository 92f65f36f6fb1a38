package dev.moat.iommu.vocabulary;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Sizes;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Claim;

/** Claims of devices and units: walks, cached and removed entries, and completed invalidations. */
public final class HardwareClaims {
    private final Iommu iommu;
    private final Meaning meaning;
    private final Tokens tokens;
    private final int requesters;
    private final int spaces;
    private final int tags;
    private final int pages;

    public HardwareClaims(Iommu iommu, Tokens tokens) {
        this.iommu = iommu;
        this.tokens = tokens;
        meaning = iommu.meaning();
        Sizes sizes = iommu.sizes();
        requesters = sizes.requesters().sort().size();
        spaces = sizes.spaces().sort().size();
        pages = sizes.addresses().pages().size();
        tags = iommu.tags().sort().size();
    }

    /** Declares the claims under the names that actions of hardware have, whatever the family. */
    public void declare(ModelBuilder model) {
        model.claim("walk", (before, after, device, page, c, d, e, claim) -> {
            int unit = iommu.unitOf(device);
            int tag = meaning.flightTag(after, unit, device);
            int frame = meaning.flightFrame(after, unit, device);
            if (frame >= 0) {
                claim.add("walk", unit, device, spaceOf(after, unit, tag), tag, page, frame);
            }
        });
        model.claim("fill", (before, after, device, page, c, d, e, claim) -> {
            if (meaning.hasFlights()) {
                finishWalk(before, device, claim);
            } else {
                fillAtOnce(before, after, device, page, claim);
            }
        });
        model.claim("evict", (before, after, tag, page, unit, d, e, claim) -> claim.add("evict", unit, tag, page));
        model.claim("fill-context", (before, after, device, b, c, d, e, claim) -> {
            int unit = iommu.unitOf(device);
            if (meaning.isEntryCached(after, unit, device)) {
                int tag = meaning.cachedEntryTag(after, unit, device);
                claim.add("fill-context", unit, device, spaceOf(after, unit, tag), tag);
            }
        });
        model.claim(
                "evict-context",
                (before, after, device, b, c, d, e, claim) -> claim.add("evict-context", iommu.unitOf(device), device));
        model.claim(
                "complete-invalidation",
                (before, after, unit, b, c, d, e, claim) -> complete(before, after, unit, claim));
    }

    private int spaceOf(long[] s, int unit, int tag) {
        for (int space = 0; space < spaces; space++) {
            if (iommu.tags().of(s, space, unit) == tag) {
                return space;
            }
        }
        return 0;
    }

    /** What is cached for the page makes room first. */
    private void finishWalk(long[] before, int device, Claim claim) {
        int unit = iommu.unitOf(device);
        int tag = meaning.flightTag(before, unit, device);
        int page = meaning.flightPage(before, unit, device);
        if (meaning.cachedRights(before, unit, tag, page) != 0) {
            claim.add("evict", unit, tag, page);
        }
        int frame = meaning.flightFrame(before, unit, device);
        if (frame >= 0) {
            claim.add("fill", unit, device, tag, page, frame);
        }
    }

    private void fillAtOnce(long[] before, long[] after, int device, int page, Claim claim) {
        int unit = iommu.unitOf(device);
        for (int tag = 0; tag < tags; tag++) {
            int rights = meaning.cachedRights(after, unit, tag, page);
            int old = meaning.cachedRights(before, unit, tag, page);
            if (rights != old) {
                int frame = meaning.cachedFrame(after, unit, tag, page);
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
        int cpu = iommu.port(unit).nextSubmitter(before);
        if (cpu >= 0) {
            int only = tokens.onlyOne(before, cpu);
            int first = only >= 0 ? only : tokens.first(cpu);
            int end = only >= 0 ? only + 1 : tokens.first(cpu + 1);
            for (int token = first; token < end; token++) {
                if (tokens.isQueued(before, token) && !tokens.isQueued(after, token)) {
                    claim.add("complete-invalidation", token);
                }
            }
        }
        for (int tag = 0; tag < tags; tag++) {
            for (int page = 0; page < pages; page++) {
                if (meaning.cachedRights(before, unit, tag, page) != meaning.cachedRights(after, unit, tag, page)
                        && (cpu < 0 || !isCompleted(before, after, cpu, unit, tag, page))) {
                    claim.add("evict", unit, tag, page);
                }
            }
        }
        for (int device = 0; device < requesters; device++) {
            if (iommu.unitOf(device) == unit) {
                forgotten(before, after, unit, device, claim);
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

    private void forgotten(long[] before, long[] after, int unit, int device, Claim claim) {
        if (meaning.isWalking(before, unit, device) && !meaning.isWalking(after, unit, device)) {
            claim.add("end-walk", unit, device);
        }
        if (meaning.isEntryCached(before, unit, device) && !meaning.isEntryCached(after, unit, device)) {
            claim.add("evict-context", unit, device);
        }
    }
}
