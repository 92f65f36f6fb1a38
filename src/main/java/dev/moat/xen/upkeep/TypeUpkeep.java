package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.call.Phase;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps an owner's I/O entry in step with the type of its frame: there is one, with all rights, exactly while the type is
 * writable. {@code @source} Xen 4.17 get_page_type and put_page; recorded ({@code own-page-table}).
 */
public final class TypeUpkeep {
    /** Why an own entry changes. */
    public static final int PINNED = 0;
    /** The frame becomes writable again. */
    public static final int WRITER = 1;
    /** The frame gets an owner. */
    static final int RECEIVED = 2;
    /** The frame is taken from its owner. */
    public static final int STOLEN = 3;

    /** An own entry is left as it is. */
    public static final int KEEP = -1;

    private final XenState xen;
    private final Invalidation invalidation;
    /** {@code own-entry.rights}: (rights, why) to the rights to write, or -1 to leave the entry alone. */
    private final Decision ownEntry;
    /** {@code map.refuses-table}: (whether the frame's type forbids a writer) to 1 when the map fails for it. */
    private final Decision refuses;
    /** {@code receive.takes-type}: to 1 when a frame that gets an owner becomes writable, as its entry says. */
    private final Decision takesType;

    public TypeUpkeep(XenState xen, ModelBuilder model, Invalidation invalidation) {
        this.xen = xen;
        this.invalidation = invalidation;
        ownEntry = model.decision("own-entry.rights", (s, rights, why, c) -> rights);
        refuses = model.decision("map.refuses-table", (s, forbidden, b, c) -> forbidden);
        takesType = model.decision("receive.takes-type", (s, a, b, c) -> 1);
    }

    /**
     * Takes writable references; a frame that becomes writable gets its entry back. Nobody must be changing the type.
     *
     * @return whether an invalidation is owed, to be followed by {@link #flush}
     */
    public boolean takeWriter(long[] s, int cpu, int frame, int references) {
        return xen.types.on()
                && xen.types.takeWriter(s, frame, references)
                && writeOwnEntry(s, cpu, frame, Rights.ALL, WRITER);
    }

    /**
     * Step of a grant mapping: a reference for each side, and a writable one for each side of a writable mapping. What
     * the type gained stays if the map fails later. DONE when nothing is owed, otherwise followed by {@link #flush}.
     * Failures in this order: what {@link dev.moat.grant.GrantTables#unreferable} says, writable page table (general_error).
     */
    public int takeForMap(long[] s, int cpu) {
        int granter = (int) xen.mapping.granter.get(s, cpu);
        int frame = xen.grants.frame(s, granter, (int) xen.mapping.ref.get(s, cpu));
        boolean readOnly = xen.mapping.isReadOnly(s, cpu);
        if (!readOnly && xen.types.isChanging(s, frame)) {
            return BLOCKED;
        }
        if (!xen.memory.canRefer(s, granter, frame)) {
            int sides = (int) xen.mapping.sides.get(s, cpu);
            xen.operation.result.set(
                    s, cpu, xen.grants.unreferable(s, granter, (int) xen.mapping.ref.get(s, cpu), sides, readOnly));
            return FAIL;
        }
        boolean takes = !readOnly && xen.types.admitsWriter(s, frame);
        if (refuses.decide(s, readOnly || takes ? 0 : 1, 0, 0) != 0) {
            xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
            return FAIL;
        }
        int sides = Integer.bitCount((int) xen.mapping.sides.get(s, cpu));
        xen.memory.refer(s, frame, sides);
        xen.operation.phase.set(s, cpu, Phase.OPENING);
        return takes && takeWriter(s, cpu, frame, sides) ? NEXT : DONE;
    }

    /**
     * A frame gets its owner: as if it was taken for writing once.
     *
     * @return whether an invalidation is owed, to be followed by {@link #flush}
     */
    public boolean receive(long[] s, int cpu, int domain, int frame) {
        xen.memory.allocate(s, domain, frame);
        if (xen.types.on() && takesType.decide(s, 0, 0, 0) != 0) {
            xen.types.takeWriter(s, frame, 1);
            xen.types.drop(s, frame, 1);
        }
        return writeOwnEntry(s, cpu, frame, Rights.ALL, RECEIVED);
    }

    /**
     * Sets the rights of an owner to its frame.
     *
     * @return whether an invalidation is owed: then the frame's type counts as being changed until {@link #flush} is done
     */
    public boolean writeOwnEntry(long[] s, int cpu, int frame, int rights, int why) {
        int owner = (int) xen.memory.owner.get(s, frame) - 1;
        int written = ownEntry.decide(s, rights, why, 0);
        if (!xen.domainTables.follows(owner) || written == KEEP) {
            return false;
        }
        boolean owes = invalidation.entries().write(s, cpu, owner, frame, written) && xen.debt.owes.get(s, cpu) != 0;
        if (owes) {
            xen.types.setChanging(s, frame, true);
        } else {
            resume(s, cpu);
        }
        return owes;
    }

    /**
     * The steps that pay what the change owes, give the operation its caller back as its domain, and end the change.
     *
     * @param what names the steps; unique in the operation
     */
    public List<Step> flush(String what) {
        return flush(what, "resume-" + what);
    }

    /** The same with a name for the last step. */
    public List<Step> flush(String what, String last) {
        List<Step> steps = new ArrayList<>(invalidation.paying(Payment.of(what, last)));
        steps.add(Step.of(last, this::settle).claiming("settle-type"));
        return steps;
    }

    private int settle(long[] s, int cpu) {
        xen.types.setChanging(s, (int) xen.operation.frame.get(s, cpu), false);
        resume(s, cpu);
        return NEXT;
    }

    private void resume(long[] s, int cpu) {
        if (xen.hypercall.hasCaller(s, cpu)) {
            xen.operation.domain.set(s, cpu, xen.hypercall.caller(s, cpu));
        }
        xen.operation.frame.set(s, cpu, 0);
    }
}
