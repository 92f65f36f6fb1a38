package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.memory.Frames;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.host.HostPte;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What the one who drops the last reference to a given-up frame has to do: take it out of the owner's tables, invalidate
 * with the owner's DID, and only then return it to the heap. {@code @source} recorded Xen 4.17: the flush happens inside
 * the grantee's unmap hypercall with the owner's DID.
 */
public final class FrameRelease {
    private static final String LEAK = "leak";
    /** Asked by who gives a frame up, and before its entry is cleared. */
    public static final String WAITS = "release.waits";

    private final XenState xen;
    private final Invalidation invalidation;
    private final TablePages tablePages;
    /** {@code release.waits}: (whether others refer to a given-up frame) to 1 when it is left to them. */
    private final Decision waits;

    public FrameRelease(XenState xen, ModelBuilder model, Invalidation invalidation, TablePages tablePages) {
        this.xen = xen;
        this.invalidation = invalidation;
        this.tablePages = tablePages;
        waits = model.decision(WAITS, (s, referred, b, c) -> referred);
    }

    /** Whether a given-up frame is to be released now, and not by the last one who refers to it. */
    public boolean isDue(long[] s, int frame) {
        int referred = xen.memory.isUnused(s, frame) ? 0 : 1;
        return xen.memory.state.get(s, frame) == Frames.GIVEN_UP && waits.decide(s, referred, 0, 0) == 0;
    }

    /** The steps at the end of an operation. */
    public List<Step> steps() {
        Step release = releaseStep();
        return steps(clearStep(), xen.setting.framesMayBeLeft() ? release.on(NEXT, Step.END) : release, leakStep());
    }

    /**
     * The same in a loop that releases several frames.
     *
     * @param then the step that each way out leads to
     */
    public List<Step> steps(String then) {
        return steps(
                clearStep().on(FAIL, then),
                releaseStep().on(NEXT, then),
                leakStep().on(NEXT, then));
    }

    private List<Step> steps(Step clear, Step release, Step leak) {
        TablePages.Entry entry = new TablePages.Entry(this::owner, this::frame, (s, cpu) -> 0, List.of());
        Payment payment = Payment.ofRemoval("owner", release.name()).orGivenUp(LEAK);
        return new OperationPlan()
                .at("upkeep", tablePages.removing(entry, clear, "owner", LEAK))
                .at("payment", tablePages.paying(payment))
                .step(release)
                .stepIf(xen.setting.framesMayBeLeft(), () -> leak)
                .part();
    }

    private Step clearStep() {
        return Step.of("clear-owner", this::clearOwner)
                .asking(Asks.joined(Asks.ENTRY, List.of(WAITS)))
                .claiming("clear-entry")
                .on(DONE, "release");
    }

    private Step releaseStep() {
        return Step.of("release", this::release).claiming("free");
    }

    private Step leakStep() {
        return Step.of(LEAK, this::leak);
    }

    /** Name of the first of {@link #steps}: with superpages, that of the owner is split first. */
    public String first() {
        return xen.setting.ioTables().superpages() ? "take-owner-table" : "clear-owner";
    }

    /**
     * Drops what a page table entry referred to, and its writable use.
     *
     * @param entry as {@link HostPte} says; nothing happens when it is not present
     * @return whether the frame is now to be released, and noted for {@link #steps}
     */
    public boolean put(long[] s, int cpu, long entry) {
        if (!HostPte.PRESENT.isSet(entry)) {
            return false;
        }
        int frame = (int) HostPte.FRAME.get(entry);
        xen.types.drop(s, frame, HostPte.WRITABLE.isSet(entry) ? 1 : 0);
        return drop(s, cpu, frame);
    }

    /** Drops a reference; whether the frame is now to be released, and noted for {@link #steps}. */
    public boolean drop(long[] s, int cpu, int frame) {
        boolean last = xen.memory.release(s, frame, 1);
        if (last) {
            xen.operation.frame.set(s, cpu, frame);
        }
        return last;
    }

    private int frame(long[] s, int cpu) {
        return (int) xen.operation.frame.get(s, cpu);
    }

    private int owner(long[] s, int cpu) {
        return (int) xen.memory.owner.get(s, (int) xen.operation.frame.get(s, cpu)) - 1;
    }

    /**
     * FAIL, and so the end, when the frame is not one to be released after all. Whoever is still giving its owner the entry refers to
     * it (get_page_and_type in guest_physmap_add_page), and would release it in Xen; here this one waits.
     */
    private int clearOwner(long[] s, int cpu) {
        int frame = (int) xen.operation.frame.get(s, cpu);
        if (!isDue(s, frame)) {
            return FAIL;
        }
        if (xen.types.isChanging(s, frame)) {
            return BLOCKED;
        }
        int owner = owner(s, cpu);
        return xen.domainTables.follows(owner) && invalidation.entries().write(s, cpu, owner, frame, 0) ? NEXT : DONE;
    }

    /** The owner's devices may reach the frame as long as the unit has not answered: it stays the owner's for ever. */
    private int leak(long[] s, int cpu) {
        int owner = owner(s, cpu);
        int frame = frame(s, cpu);
        xen.ioTables.store(s, xen.domainTables.space(owner), frame, frame, Rights.ALL);
        xen.memory.leave(s, frame);
        xen.debt.owesNothing(s, cpu);
        xen.environment.crash(s, owner);
        return NEXT;
    }

    private int release(long[] s, int cpu) {
        int frame = (int) xen.operation.frame.get(s, cpu);
        xen.memory.free(s, frame);
        xen.types.clear(s, frame);
        return NEXT;
    }
}
