package dev.moat.xen;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;

/** {@code XENMEM_populate_physmap} and {@code XENMEM_decrease_reservation}, one frame at a time. */
final class MemoryOperations {
    static final String POPULATE = "populate_physmap";
    static final String DECREASE = "decrease_reservation";

    private final XenState x;
    private final FrameRelease release;

    MemoryOperations(XenState x, FrameRelease release) {
        this.x = x;
        this.release = release;
    }

    void declare(ModelBuilder model) {
        List<Argument> arguments = List.of(new Argument("domain", x.domains), new Argument("frame", x.memory.frames));
        model.operation(new Operation(
                POPULATE,
                Actor.HYPERVISOR,
                arguments,
                ModelBuilder.all(),
                this::begin,
                List.of(Step.of("populate", this::populate).claiming("allocate")),
                null));
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("give-up", this::giveUp).quietly());
        steps.addAll(release.steps());
        model.operation(
                new Operation(DECREASE, Actor.HYPERVISOR, arguments, ModelBuilder.all(), this::begin, steps, null));
    }

    private boolean begin(long[] s, int cpu, int domain, int frame, int c, int d, int e) {
        x.locals.domain.set(s, cpu, domain);
        x.locals.frame.set(s, cpu, frame);
        return true;
    }

    /**
     * A free frame gets an owner and, at once, an entry in the owner's tables. One step: until the entry is written the
     * frame's type is being changed, which everyone else waits for. Not-present to present needs no invalidation (CM = 0).
     */
    private int populate(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        int frame = (int) x.locals.frame.get(s, cpu);
        if (x.memory.owner.get(s, frame) != 0) {
            return FAIL;
        }
        x.memory.allocate(s, domain, frame);
        if (x.hasTables(s, domain)) {
            x.unit.setLeaf(s, x.tree(domain), frame, x.unit.leafTo(frame, VtdUnit.READ | VtdUnit.WRITE));
        }
        return NEXT;
    }

    /** FAIL when the caller does not own the frame; DONE when others still refer to it and will free it. */
    private int giveUp(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        int frame = (int) x.locals.frame.get(s, cpu);
        if (!x.memory.isAllocatedTo(s, domain, frame)) {
            return FAIL;
        }
        x.locals.domain.set(s, cpu, 0);
        return x.memory.giveUp(s, frame) ? NEXT : DONE;
    }
}
