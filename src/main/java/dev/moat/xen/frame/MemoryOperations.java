package dev.moat.xen.frame;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.memory.Frames;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.TablePages;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.List;

/**
 * {@code XENMEM_populate_physmap} and {@code XENMEM_decrease_reservation}, one frame at a time. {@code @source} Xen 4.17
 * common/memory.c; order and errors as recorded.
 */
public final class MemoryOperations {
    /** (domain, frame). Error EINVAL when the frame is not free. */
    public static final String POPULATE = "populate_physmap";
    /** (domain, frame). Error EINVAL when the frame is not the domain's. */
    public static final String DECREASE = "decrease_reservation";

    private final XenState xen;
    private final TypeUpkeep types;
    private final FrameRelease release;
    private final TablePages tablePages;

    public MemoryOperations(XenState xen, TypeUpkeep types, FrameRelease release, TablePages tablePages) {
        this.xen = xen;
        this.tablePages = tablePages;
        this.types = types;
        this.release = release;
    }

    public void declare(ModelBuilder model) {
        declare(model, POPULATE, populateSteps());
        declare(
                model,
                DECREASE,
                new OperationPlan()
                        .step(Step.of("give-up", this::giveUp)
                                .asking(List.of(FrameRelease.WAITS))
                                .quietly()
                                .on(FAIL, Step.END)
                                .on(DONE, Step.END))
                        .at("release", release.steps())
                        .steps());
    }

    private List<Step> populateSteps() {
        boolean pooled = xen.pool.on();
        TablePages.Entry entry = new TablePages.Entry(this::domain, this::frame, (s, cpu) -> Rights.ALL, List.of());
        Step store = Step.of("populate", this::populate)
                .asking(Asks.RECEIVE)
                .claiming("allocate")
                .on(FAIL, Step.END);
        return new OperationPlan()
                .stepIf(pooled, () -> Step.of("reserve", this::reserve).on(FAIL, Step.END))
                .at("upkeep", tablePages.adding(entry, "populate", "give-back"))
                .at("upkeep", tablePages.storing(entry, store, Step.END))
                .at("payment", tablePages.payingForMerge())
                .at("payment", xen.capabilities.noticesPresent() ? types.flush("type") : List.of())
                .stepIf(pooled, () -> Step.of("give-back", this::giveBack))
                .steps();
    }

    private void declare(ModelBuilder model, String name, List<Step> steps) {
        List<Argument> arguments =
                List.of(new Argument("domain", xen.domains), new Argument("frame", xen.memory.frames));
        model.operation(new Operation(
                name,
                Actor.HYPERVISOR,
                arguments,
                (domain, frame, c, d, e) -> xen.setting.guests().reallocates(),
                Operation.Start.of(this::begin),
                steps,
                xen.hypercall.errors()));
        model.call(name, Operation.Start.of(this::begin));
    }

    private boolean begin(long[] s, int cpu, int domain, int frame) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.operation.domain.set(s, cpu, domain);
        xen.operation.frame.set(s, cpu, frame < xen.setting.frames() ? frame : 0);
        return !xen.isDying(s, domain);
    }

    /**
     * A free frame gets an owner and, at once, an entry in the owner's tables. One step: until the entry is written the
     * frame's type is being changed, which everyone else waits for. DONE when no invalidation is owed for it.
     */
    private int populate(long[] s, int cpu) {
        int domain = domain(s, cpu);
        int frame = frame(s, cpu);
        if (!xen.pool.on() && xen.memory.state.get(s, frame) != Frames.FREE) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        return types.receive(s, cpu, domain, frame) ? NEXT : DONE;
    }

    private int domain(long[] s, int cpu) {
        return (int) xen.operation.domain.get(s, cpu);
    }

    private int frame(long[] s, int cpu) {
        return (int) xen.operation.frame.get(s, cpu);
    }

    /** The frame is taken from the heap before a table for its entry is. */
    private int reserve(long[] s, int cpu) {
        if (xen.memory.state.get(s, frame(s, cpu)) != Frames.FREE) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        xen.memory.reserve(s, frame(s, cpu));
        return NEXT;
    }

    /** The heap has no page for a table. */
    private int giveBack(long[] s, int cpu) {
        xen.memory.free(s, frame(s, cpu));
        return xen.hypercall.fail(s, cpu, Hypercall.ENOMEM);
    }

    /**
     * FAIL when the caller does not own the frame; DONE when it is still referred to and will be freed then, also when it was
     * given up before.
     */
    private int giveUp(long[] s, int cpu) {
        int domain = (int) xen.operation.domain.get(s, cpu);
        int frame = (int) xen.operation.frame.get(s, cpu);
        if (xen.setting.recorded()
                && xen.memory.canRefer(s, domain, frame)
                && !xen.memory.isAllocatedTo(s, domain, frame)) {
            return DONE;
        }
        if (!xen.memory.isAllocatedTo(s, domain, frame) || xen.statusFrames.isOne(s, frame)) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        xen.operation.domain.set(s, cpu, 0);
        xen.memory.giveUp(s, frame);
        return release.isDue(s, frame) ? NEXT : DONE;
    }
}
