package dev.moat.xen.abstraction;

import dev.moat.iommu.vocabulary.HardwareClaims;
import dev.moat.model.ClaimCode;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Claim;
import dev.moat.xen.call.Phase;
import dev.moat.xen.owed.Invalidations;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * Which abstract actions the steps of this component are, read from the states before and after them. The names are those
 * that steps and actions declare; most are the discipline's, some stand for a choice: {@code set-entry} and {@code
 * clear-entry} for any change of a leaf.
 */
public final class XenClaims {
    private static final String HOLDS = Claim.EXCHANGE + "Hold";

    private final XenState xen;
    private final GrantAbstraction grants;
    private final Invalidations tokens;
    private final EntryClaims entries;

    public XenClaims(XenState xen, GrantAbstraction grants) {
        this.xen = xen;
        this.grants = grants;
        tokens = new Invalidations(xen);
        entries = new EntryClaims(xen, tokens);
    }

    /** Code that needs the CPU only. */
    private interface OfStep {
        void say(long[] before, long[] after, int cpu, Claim claim);
    }

    private static ClaimCode step(OfStep code) {
        return (before, after, cpu, b, c, d, e, claim) -> code.say(before, after, cpu, claim);
    }

    public void declare(ModelBuilder model) {
        model.claim("grant", (before, after, granter, ref, to, frame, mode, claim) -> {
            claim.add(mode == 0 ? "grant" : "grant-ro", grants.entryOf(granter, ref), to, frame);
        });
        model.claim("end-access", (before, after, granter, ref, c, d, e, claim) -> {
            claim.add("end-access", grants.entryOf(granter, ref));
        });
        model.claim("restrict", (before, after, granter, ref, c, d, e, claim) -> {
            claim.add("restrict", grants.entryOf(granter, ref));
        });
        model.claim("begin-open", step(this::beginOpen));
        model.claim("open", step(this::open));
        model.claim("begin-close", step(this::beginClose));
        model.claim("gather", step(this::gather));
        model.claim("reopen", step(this::reopen));
        model.claim("begin-end", step(this::beginEnd));
        model.claim("end-hold", step(this::endHold));
        for (String name : List.of("set-entry", "clear-entry", "settle-type")) {
            model.claim(name, step((before, after, cpu, claim) -> entries.change(before, after, claim)));
        }
        model.claim("drop-table", step(entries::debts));
        model.claim("allocate", step(this::owners));
        model.claim("free", step(this::owners));
        for (String name : List.of("submit", "submit-context")) {
            model.claim(name, step(entries::submit));
        }
        model.claim("acknowledge", step(entries::acknowledge));
        devices(model);
        new HardwareClaims(xen.iommu, tokens).declare(model);
    }

    /** A mapping that is one from here on; where frames have types, with what follows for the owner's entry. */
    private void beginOpen(long[] before, long[] after, int cpu, Claim claim) {
        if (xen.operation.phase.get(after, cpu) == Phase.OPENING
                && xen.operation.phase.get(before, cpu) != Phase.OPENING) {
            int granter = (int) xen.mapping.granter.get(after, cpu);
            int ref = (int) xen.mapping.ref.get(after, cpu);
            claim.add(
                    xen.mapping.isReadOnly(after, cpu) ? "begin-open-ro" : "begin-open",
                    grants.cpuHold(cpu),
                    grants.entryOf(granter, ref),
                    granter,
                    grants.mapper(after, grants.cpuHold(cpu)),
                    xen.grants.frame(after, granter, ref));
            if (xen.types.on()) {
                entries.change(before, after, claim);
            }
        }
    }

    /** The mapping goes from the CPU to its handle. */
    private void open(long[] before, long[] after, int cpu, Claim claim) {
        claim.add("open", grants.cpuHold(cpu));
        claim.exchange(HOLDS, grants.cpuHold(cpu), handleHold(before, cpu));
        if (xen.batch.paysAtEnd()) {
            entries.debts(before, after, claim);
        }
    }

    private int handleHold(long[] s, int cpu) {
        return grants.handleHold((int) xen.operation.domain.get(s, cpu), (int) xen.mapping.handle.get(s, cpu));
    }

    /**
     * The mapping goes from its handle to the CPU; one side of it alone becomes a mapping of its own. A map that fails late
     * was open as far as the tables know.
     */
    private void beginClose(long[] before, long[] after, int cpu, Claim claim) {
        int was = (int) xen.operation.phase.get(before, cpu);
        int phase = (int) xen.operation.phase.get(after, cpu);
        if (was == Phase.OPENING && phase == Phase.REMOVING) {
            claim.add("open", grants.cpuHold(cpu));
            claim.add("begin-close", grants.cpuHold(cpu));
        }
        if (was != Phase.NONE) {
            return;
        }
        int handle = handleHold(before, cpu);
        if (phase == Phase.CLOSING || phase == Phase.REMOVING) {
            claim.add("begin-close", handle);
            claim.exchange(HOLDS, handle, grants.cpuHold(cpu));
        } else if (phase == Phase.CLOSING_HALF) {
            int granter = (int) xen.mapping.granter.get(after, cpu);
            int ref = (int) xen.mapping.ref.get(after, cpu);
            claim.add(
                    "split",
                    handle,
                    grants.cpuHold(cpu),
                    grants.entryOf(granter, ref),
                    (int) xen.operation.domain.get(after, cpu),
                    xen.grants.frame(after, granter, ref));
        }
    }

    /** An unmap that failed: its mapping goes back to its handle, and its entry is what it was. */
    private void reopen(long[] before, long[] after, int cpu, Claim claim) {
        claim.add("reopen", grants.cpuHold(cpu));
        claim.exchange(HOLDS, grants.cpuHold(cpu), handleHold(before, cpu));
        entries.change(before, after, claim);
        entries.debts(before, after, claim);
    }

    /** All mappings of a domain that dies end without an unmap. */
    private void beginEnd(long[] before, long[] after, int cpu, Claim claim) {
        for (int k = 0; k < grants.count(); k++) {
            if (grants.isEnding(after, k) && !grants.isEnding(before, k)) {
                claim.add("begin-close", k);
            }
        }
    }

    /** The mapping goes from the CPU to a list of those that are being closed. */
    private void gather(long[] before, long[] after, int cpu, Claim claim) {
        for (int k = grants.firstListed(); k < grants.count(); k++) {
            if (grants.sides(before, k) == 0 && grants.sides(after, k) != 0) {
                claim.exchange(HOLDS, grants.cpuHold(cpu), k);
            }
        }
        entries.debts(before, after, claim);
    }

    private void endHold(long[] before, long[] after, int cpu, Claim claim) {
        for (int k = 0; k < grants.count(); k++) {
            if (grants.isUnfinished(before, k) && !grants.isUnfinished(after, k)) {
                endHold(before, k, claim);
            }
        }
    }

    private void endHold(long[] before, int hold, Claim claim) {
        int frame = (int) xen.grants.activeFrame.get(before, grants.entry(before, hold));
        claim.add("end-hold", hold, grants.mapper(before, hold), frame);
    }

    /** Frames that go from their owners to nobody, or to somebody, and what follows for entries. */
    private void owners(long[] before, long[] after, int cpu, Claim claim) {
        for (int f = 0; f < xen.memory.frames.size(); f++) {
            int was = (int) xen.unity.ownerOf(before, f) - 1;
            int is = (int) xen.unity.ownerOf(after, f) - 1;
            if (was >= 0 && was != is) {
                claim.add("free", f, was);
            }
            if (is >= 0 && was != is) {
                claim.add("allocate", f, is);
            }
        }
        entries.change(before, after, claim);
    }

    private void devices(ModelBuilder model) {
        model.claim("give-device", step((before, after, cpu, claim) -> {
            int device = (int) xen.deviceCall.requester.get(before, cpu);
            int domain = (int) xen.devices.assigned.get(after, device) - 1;
            for (int r = device;
                    xen.devices.assigned.get(before, device) == 0 && domain >= 0 && r >= 0;
                    r = xen.devices.nextRequester(r)) {
                claim.add("give-device", r, domain);
            }
        }));
        model.claim("assign", step(this::assign));
        model.claim("clear-context", step((before, after, cpu, claim) -> {
            int requester = (int) xen.deviceCall.requester.get(after, cpu);
            if (xen.operation.phase.get(after, cpu) == Phase.DETACHING) {
                claim.add("clear-context", xen.iommu.unitOf(requester), requester);
            }
            entries.change(before, after, claim);
        }));
        model.claim("deassign", step(this::deassign));
        model.claim("undo-assignment", step((before, after, cpu, claim) -> {
            int requester = (int) xen.deviceCall.requester.get(after, cpu);
            if (xen.operation.phase.get(after, cpu) == Phase.DETACHING) {
                claim.add("clear-context", xen.iommu.unitOf(requester), requester);
            } else if (xen.devices.assigned.get(after, requester) == 0) {
                deassign(before, after, cpu, claim);
            }
        }));
    }

    /** A domain loses a device once none of its source-ids has an entry. */
    private void deassign(long[] before, long[] after, int cpu, Claim claim) {
        int device = xen.devices.deviceOf((int) xen.deviceCall.requester.get(before, cpu));
        for (int r = device; r >= 0; r = xen.devices.nextRequester(r)) {
            if (xen.entries.isPresent(after, r)) {
                return;
            }
        }
        for (int r = device; r >= 0; r = xen.devices.nextRequester(r)) {
            claim.add("deassign", r);
        }
        if (xen.unity.on() && xen.unity.holder.get(before, 0) != xen.unity.holder.get(after, 0)) {
            claim.add("free", xen.unity.frame(), (int) xen.unity.holder.get(before, 0) - 1);
        }
    }

    /** A device's entry is written, at once with its assignment where there is one entry; nothing when that failed. */
    private void assign(long[] before, long[] after, int cpu, Claim claim) {
        int requester = (int) xen.deviceCall.requester.get(before, cpu);
        int device = xen.devices.deviceOf(requester);
        int domain = (int) xen.devices.assigned.get(after, device) - 1;
        int unit = xen.iommu.unitOf(requester);
        boolean claimed = xen.operation.domain.get(before, cpu) == domain && !xen.devicesLock.isFree(after, 0);
        boolean written = xen.entries.isPresent(after, requester);
        if (domain >= 0 && written && (claimed || xen.devices.assigned.get(before, device) == 0)) {
            String action = claimed ? "write-context" : "assign";
            claim.add(
                    action,
                    requester,
                    domain,
                    unit,
                    xen.domainTables.space(domain),
                    xen.domainTables.tag(after, domain, unit));
            if (xen.operation.phase.get(after, cpu) == Phase.ATTACHING) {
                claim.add("owe-context", unit, requester);
            }
        }
    }
}
