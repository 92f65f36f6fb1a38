package dev.moat.xen.abstraction;

import dev.moat.iommu.Rights;
import dev.moat.state.Claim;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.owed.Debts;
import dev.moat.xen.owed.Invalidations;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What steps claim of table entries, types of frames, and debts: read off the states before and after. Where the debt that
 * a step notes is not the one that its change of an entry makes, the claim says that it is owed or waived all the same.
 */
final class EntryClaims {
    private final XenState xen;
    private final Debts debts;
    private final Invalidations tokens;

    EntryClaims(XenState xen, Invalidations tokens) {
        this.xen = xen;
        this.tokens = tokens;
        debts = new Debts(xen);
    }

    /** Every change of a leaf, and of what frames may be used for, in the order in which nobody has too many rights. */
    void change(long[] before, long[] after, Claim claim) {
        for (int f = 0; xen.types.on() && f < xen.memory.frames.size(); f++) {
            if (isOutOfReach(before, f) && !isOutOfReach(after, f)) {
                claim.add("unprotect", f);
            }
        }
        List<Integer> domains = xen.setting.iommuDomains();
        for (int i = 0; i < domains.size(); i++) {
            int domain = domains.get(i);
            for (int f = 0; f < xen.memory.frames.size(); f++) {
                leaf(before, after, domain, f, claim);
            }
        }
        for (int f = 0; xen.types.on() && f < xen.memory.frames.size(); f++) {
            if (!isOutOfReach(before, f) && isOutOfReach(after, f)) {
                claim.add("protect", f, (int) xen.memory.owner.get(after, f) - 1);
            }
        }
    }

    private boolean isOutOfReach(long[] s, int frame) {
        return xen.types.isTable(s, frame) || xen.types.isShared(s, frame);
    }

    private void leaf(long[] before, long[] after, int domain, int frame, Claim claim) {
        int space = xen.domainTables.space(domain);
        int old = xen.ioTables.rights(before, space, frame);
        int now = xen.ioTables.rights(after, space, frame);
        if (old == now) {
            return;
        }
        boolean weaker = (old & ~now) != 0;
        if (weaker) {
            claim.add(now != 0 ? "demote-entry" : old == Rights.READ ? "clear-entry-ro" : "clear-entry", space, frame);
        } else if (old == 0) {
            claim.add(now == Rights.READ ? "set-entry-ro" : "set-entry", space, frame, frame, domain);
        } else {
            claim.add("promote-entry", space, frame, frame, domain);
        }
        boolean lostWrite = (old & ~now & Rights.WRITE) != 0;
        for (int unit = 0; unit < xen.iommu.units().size(); unit++) {
            int tag = xen.domainTables.tag(after, domain, unit);
            boolean owed = weaker || debts.isDirty(before, unit, tag, frame);
            boolean owedW = lostWrite || debts.lostWrite(before, unit, tag, frame);
            settle(after, unit, tag, frame, owed, owedW, true, claim);
            // What is cached as absent is owed when an entry grows, too, and what was asked for before does not pay it.
            if (!weaker && tokens.isOwedAnew(before, after, unit, tag, frame)) {
                claim.add("owe", unit, tag, frame);
            }
        }
    }

    /** Says how what is owed differs from what follows of the actions claimed. */
    private void settle(
            long[] after, int unit, int tag, int page, boolean owed, boolean owedW, boolean mayWaive, Claim claim) {
        boolean dirty = debts.isDirty(after, unit, tag, page);
        boolean dirtyW = debts.lostWrite(after, unit, tag, page);
        boolean waived = mayWaive && ((owed && !dirty) || (owedW && !dirtyW));
        if (waived) {
            claim.add("waive", unit, tag, page);
        }
        if (dirty && (waived || !owed)) {
            claim.add("owe", unit, tag, page);
        }
        if (dirtyW && (waived || !owedW)) {
            claim.add("owe-write", unit, tag, page);
        }
    }

    /** Debts that go from one place to another, or that turn out to be none. */
    void debts(long[] before, long[] after, Claim claim) {
        debts(before, after, -1, true, claim);
    }

    /** The same of a step that knows its CPU. */
    void debts(long[] before, long[] after, int cpu, Claim claim) {
        debts(before, after, claim);
    }

    /**
     * @param payer the CPU whose tokens that end in this step pay for their pages, or -1
     * @param mayWaive whether what nobody paid can turn out not to be owed
     */
    private void debts(long[] before, long[] after, int payer, boolean mayWaive, Claim claim) {
        List<Integer> domains = xen.setting.iommuDomains();
        for (int unit = 0; unit < xen.iommu.units().size(); unit++) {
            for (int i = 0; i < domains.size(); i++) {
                int domain = domains.get(i);
                int tag = xen.domainTables.tag(after, domain, unit);
                for (int page = 0; page < xen.memory.frames.size(); page++) {
                    boolean paid = payer >= 0 && isPaid(before, after, payer, unit, tag, page);
                    boolean owed = !paid && debts.isDirty(before, unit, tag, page);
                    boolean owedW = !paid && debts.lostWrite(before, unit, tag, page);
                    settle(after, unit, tag, page, owed, owedW, mayWaive, claim);
                }
            }
        }
    }

    private boolean isPaid(long[] before, long[] after, int cpu, int unit, int tag, int page) {
        for (int lane = 0; lane < tokens.lanes(); lane++) {
            int token = tokens.ofPage(cpu, lane, unit, tag, page);
            if (tokens.isUnderWay(before, token) && !tokens.isUnderWay(after, token)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a debt is in an operation's locals only, for one unit. */
    private boolean isPlain() {
        return xen.iommu.units().size() == 1 && !xen.batch.paysAtEnd() && xen.limbo.size() == 0;
    }

    /** What a CPU asked hardware for in this step, and what it need not ask for. */
    void submit(long[] before, long[] after, int cpu, Claim claim) {
        if (isPlain()) {
            int token = tokens.owed(after, cpu);
            if (token >= 0
                    && xen.debt.owes.get(before, cpu) != Debt.SUBMITTED
                    && xen.debt.owes.get(after, cpu) == Debt.SUBMITTED) {
                claim.add("submit", token);
            }
            return;
        }
        for (int token = tokens.first(cpu); token < tokens.first(cpu + 1); token++) {
            if (!tokens.isUnderWay(before, token) && tokens.isUnderWay(after, token)) {
                claim.add("submit", token);
            }
        }
        debts(before, after, claim);
    }

    /** What a CPU has seen to be done. */
    void acknowledge(long[] before, long[] after, int cpu, Claim claim) {
        if (isPlain()) {
            int token = tokens.owed(before, cpu);
            if (token >= 0 && xen.debt.owes.get(before, cpu) == Debt.SUBMITTED) {
                claim.add("acknowledge", token);
            }
            context(before, after, cpu, token, claim);
            return;
        }
        for (int token = tokens.first(cpu); token < tokens.first(cpu + 1); token++) {
            if (tokens.isUnderWay(before, token) && !tokens.isUnderWay(after, token)) {
                claim.add("acknowledge", token);
            }
        }
        context(before, after, cpu, -1, claim);
        // A unit that the domain does not use is not asked, nor is one asked for a limbo whose domain has no device.
        debts(before, after, cpu, xen.iommu.units().size() > 1 || xen.limbo.size() > 0, claim);
    }

    /** What caching mode remembers of an entry that was absent is not in the discipline, but that it is owed is. */
    private void context(long[] before, long[] after, int cpu, int token, Claim claim) {
        int requester = (int) xen.deviceCall.requester.get(before, cpu);
        if (token < 0
                && xen.operation.phase.get(before, cpu) == Phase.ATTACHING
                && !debts.isContextDirty(after, requester)) {
            claim.add("waive-context", xen.iommu.unitOf(requester), requester);
        }
    }
}
