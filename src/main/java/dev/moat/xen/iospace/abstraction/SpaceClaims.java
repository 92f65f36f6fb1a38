package dev.moat.xen.iospace.abstraction;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vocabulary.HardwareClaims;
import dev.moat.model.ClaimCode;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Claim;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/**
 * Which abstract actions a step is, read off the states before and after it, in the order in which nobody has too many rights. All of a
 * step is read, whatever it says that it claims, so that no change goes unclaimed by mistake; the discipline's guards judge it.
 */
final class SpaceClaims {
    private static final List<String> SAID = List.of(
            "submit",
            "acknowledge",
            "set-entry",
            "clear-entry",
            "give-device",
            "write-context",
            "clear-context",
            "deassign",
            "allocate",
            "free",
            "begin-open",
            "begin-close",
            "end-hold");

    private final SpaceState state;
    private final SpaceTokens tokens;

    SpaceClaims(SpaceState state, SpaceTokens tokens) {
        this.state = state;
        this.tokens = tokens;
    }

    void declare(ModelBuilder model) {
        ClaimCode all = (before, after, a, b, c, d, e, claim) -> change(before, after, claim);
        SAID.forEach(name -> model.claim(name, all));
        model.claim(
                "grant",
                (before, after, to, frame, writing, d, e, claim) ->
                        claim.add(writing == 1 ? "grant" : "grant-ro", frame, to, frame));
        model.claim("end-access", (before, after, frame, b, c, d, e, claim) -> claim.add("end-access", frame));
        new HardwareClaims(state.iommu, tokens).declare(model);
    }

    private void change(long[] before, long[] after, Claim claim) {
        tokens(before, after, claim, true);
        devicesLost(before, after, claim);
        holds(before, after, claim, true);
        for (int space = 0; space < state.spaces.size(); space++) {
            for (int p = 0; p < state.setting.pages.size(); p++) {
                entry(before, after, space, p, claim);
            }
        }
        holds(before, after, claim, false);
        owners(before, after, claim);
        devicesWon(before, after, claim);
        tokens(before, after, claim, false);
    }

    private void tokens(long[] before, long[] after, Claim claim, boolean ends) {
        for (int token = 0; token < tokens.first(state.setting.cpus.size()); token++) {
            boolean was = tokens.isUnderWay(before, token);
            boolean is = tokens.isUnderWay(after, token);
            if (ends && was && !is) {
                claim.add("acknowledge", token);
            } else if (!ends && !was && is) {
                claim.add("submit", token);
            }
        }
    }

    private void entry(long[] before, long[] after, int space, int page, Claim claim) {
        int was = state.iommu.tables().rights(before, space, page);
        int is = state.iommu.tables().rights(after, space, page);
        int from = state.iommu.tables().frame(before, space, page);
        int to = state.iommu.tables().frame(after, space, page);
        if (was == is && (is == Rights.NONE || from == to)) {
            return;
        }
        boolean same = from == to && was != Rights.NONE && is != Rights.NONE;
        if (same && (is & ~was) == 0) {
            claim.add("demote-entry", space, page);
        } else {
            if (was != Rights.NONE) {
                claim.add("clear-entry", space, page);
            }
            if (is != Rights.NONE) {
                String action = is == Rights.READ ? "set-entry-ro" : "set-entry";
                claim.add(action, space, page, to, state.domainOf(space));
            }
        }
    }

    private void holds(long[] before, long[] after, Claim claim, boolean begin) {
        int frames = state.setting.frames.size();
        for (int k = 0; k < state.hold.size(); k++) {
            int was = (int) state.hold.get(before, k);
            int is = (int) state.hold.get(after, k);
            int frame = k / 2 % frames;
            int domain = k / 2 / frames;
            if (begin && was == SpaceState.NO_HOLD && is == SpaceState.LIVE_HOLD) {
                claim.add(k % 2 == 1 ? "begin-open" : "begin-open-ro", k, frame, 0, domain, frame);
                claim.add("open", k);
            } else if (begin && was == SpaceState.LIVE_HOLD && is != SpaceState.LIVE_HOLD) {
                claim.add("begin-close", k);
            }
            if (!begin && was != SpaceState.NO_HOLD && is == SpaceState.NO_HOLD) {
                claim.add("end-hold", k, domain, frame);
            }
        }
    }

    private void owners(long[] before, long[] after, Claim claim) {
        for (int f = 0; f < state.setting.frames.size(); f++) {
            int was = (int) state.frames.owner.get(before, f) - 1;
            int is = (int) state.frames.owner.get(after, f) - 1;
            if (was >= 0 && was != is) {
                claim.add("free", f, was);
            }
            if (is >= 0 && was != is) {
                claim.add("allocate", f, is);
            }
        }
    }

    /** A device's entry is emptied, and once drained the device is nobody's. */
    private void devicesLost(long[] before, long[] after, Claim claim) {
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            if (state.entryOwed.get(before, state.group(q)) == 0 && state.entryOwed.get(after, state.group(q)) != 0) {
                claim.add("clear-context", state.iommu.unitOf(q), q);
            }
            if (state.ownerOf(before, q) >= 0 && state.ownerOf(after, q) < 0) {
                claim.add("deassign", q);
            }
        }
    }

    private void devicesWon(long[] before, long[] after, Claim claim) {
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            int domain = state.ownerOf(after, q);
            if (state.ownerOf(before, q) < 0 && domain >= 0) {
                claim.add("give-device", q, domain);
            }
            boolean led =
                    state.undrained.get(before, state.group(q)) == 0 && state.undrained.get(after, state.group(q)) != 0;
            if (led && domain >= 0) {
                int space = state.space(state.group(q), domain);
                claim.add("write-context", q, domain, state.iommu.unitOf(q), space, state.tag(after, space));
            }
        }
    }
}
