package dev.moat.xen.frame;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.MapFlags;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.host.HostPte;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.List;

/**
 * What changes the type of a frame apart from grants: frames pinned as page tables ({@code MMUEXT_PIN_L1_TABLE}) and a PV
 * guest's entries for its own frames. {@code @source} Xen 4.17 arch/x86/mm.c; errors as recorded.
 */
public final class TypeOperations {
    /** (domain, slot, frame, 1 for a writable entry). Error EBUSY when the frame cannot be referred to like this. */
    public static final String OWN_MAP = "own_map";
    /** (domain, slot). */
    static final String OWN_UNMAP = "own_unmap";
    /** (domain, frame). Error EINVAL when the frame is not the domain's, pinned already, or in use for something else. */
    public static final String PIN_TABLE = "pin_table";
    /** (domain, frame). Error EINVAL when the frame is not the domain's or not pinned. */
    static final String UNPIN_TABLE = "unpin_table";

    private final XenState xen;
    private final TypeUpkeep types;
    private final FrameRelease release;

    public TypeOperations(XenState xen, TypeUpkeep types, FrameRelease release) {
        this.xen = xen;
        this.types = types;
        this.release = release;
    }

    public void declare(ModelBuilder model) {
        Argument domain = new Argument("domain", xen.domains);
        Argument frame = new Argument("frame", xen.memory.frames);
        Argument mode = new Argument("mode", new Sort("Mode", List.of("rw", "ro")));
        List<Step> pin = new OperationPlan()
                .step(Step.of("pin-type", this::pinType)
                        .asking(Asks.OWN_ENTRY)
                        .claiming("clear-entry")
                        .on(FAIL, Step.END)
                        .on(DONE, Step.END))
                .at("payment", types.flush("type", "validate"))
                .steps();
        declare(model, PIN_TABLE, List.of(domain, frame), Operation.Start.of(this::beginFrame), pin);
        model.call(PIN_TABLE, Operation.Start.of(this::beginFrame));
        declare(
                model,
                UNPIN_TABLE,
                List.of(domain, frame),
                Operation.Start.of(this::beginFrame),
                releasing(Step.of("unpin-type", this::unpinType)));
        model.call(UNPIN_TABLE, Operation.Start.of(this::beginFrame));
        declare(model, OWN_MAP, List.of(domain, frame, mode), Operation.Start.of(this::searchMap), mapSteps());
        model.call(OWN_MAP, this::beginMap);
        declare(
                model,
                OWN_UNMAP,
                List.of(domain, frame),
                Operation.Start.of(this::searchUnmap),
                releasing(Step.of("clear-pte", this::clearPte)));
        model.call(OWN_UNMAP, this::beginMap);
    }

    private List<Step> mapSteps() {
        boolean recorded = xen.setting.recorded();
        Step write = Step.of("write-pte", this::writePte).on(DONE, Step.END);
        return new OperationPlan()
                .step(Step.of("take-reference", this::takeReference)
                        .asking(Asks.OWN_ENTRY)
                        .claiming("set-entry")
                        .on(FAIL, Step.END)
                        .on(DONE, recorded ? write.name() : Step.END))
                .at("payment", types.flush("type"))
                .stepIf(recorded, () -> write)
                .at("release", recorded ? release.steps() : List.of())
                .steps();
    }

    private List<Step> releasing(Step first) {
        return new OperationPlan()
                .step(first.on(DONE, Step.END).on(FAIL, Step.END))
                .at("release", release.steps())
                .steps();
    }

    private void declare(
            ModelBuilder model, String name, List<Argument> arguments, Operation.Start begin, List<Step> steps) {
        model.operation(new Operation(
                name,
                Actor.HYPERVISOR,
                arguments,
                (a, b, c, d, e) -> xen.setting.more().pageTypes(),
                begin,
                steps,
                xen.hypercall.error));
    }

    private boolean beginMap(long[] s, int cpu, int domain, int slot, int frame, int writable, int e) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.hypercall.first.set(s, cpu, slot);
        xen.hypercall.frame.set(s, cpu, frame);
        xen.operation.domain.set(s, cpu, domain);
        xen.mapping.readOnly.set(s, cpu, 1 - writable);
        return !xen.isDying(s, domain);
    }

    private boolean beginFrame(long[] s, int cpu, int domain, int frame) {
        return beginMap(s, cpu, domain, 0, frame, 0, 0);
    }

    /** A guest maps each of its frames once. */
    private boolean searchMap(long[] s, int cpu, int domain, int frame, int readOnly) {
        return !xen.own.isMapped(s, frame) && beginMap(s, cpu, domain, 0, frame, 1 - readOnly, 0);
    }

    private boolean searchUnmap(long[] s, int cpu, int domain, int frame) {
        boolean owns = xen.memory.owner.get(s, frame) == domain + 1;
        return owns && xen.own.isMapped(s, frame) && beginFrame(s, cpu, domain, frame);
    }

    private int caller(long[] s, int cpu) {
        return xen.hypercall.caller(s, cpu);
    }

    private int takeReference(long[] s, int cpu) {
        int frame = (int) xen.hypercall.frame.get(s, cpu);
        boolean readOnly = xen.mapping.isReadOnly(s, cpu);
        if (!readOnly && xen.types.isChanging(s, frame)) {
            return BLOCKED;
        }
        if (!xen.memory.canRefer(s, caller(s, cpu), frame) || (!readOnly && !xen.types.admitsWriter(s, frame))) {
            return xen.hypercall.fail(s, cpu, Hypercall.EBUSY);
        }
        xen.memory.refer(s, frame, 1);
        if (!xen.setting.recorded()) {
            xen.own.map(s, frame, readOnly);
        }
        return !readOnly && types.takeWriter(s, cpu, frame, 1) ? NEXT : DONE;
    }

    /** The new entry, with the user bit that Xen gives a PV guest's own mappings; then the old one's references go. DONE unless that was the last one to a given-up frame. */
    private int writePte(long[] s, int cpu) {
        int slot = (int) xen.hypercall.first.get(s, cpu);
        long old = xen.hosts.entry(s, caller(s, cpu), slot);
        int frame = (int) xen.hypercall.frame.get(s, cpu);
        xen.hosts.setEntry(
                s, caller(s, cpu), slot, HostPte.of(frame, xen.mapping.isReadOnly(s, cpu), MapFlags.APPLICATION_MAP));
        return put(s, cpu, old);
    }

    private int clearPte(long[] s, int cpu) {
        if (!xen.setting.recorded()) {
            return put(s, cpu, xen.own.unmap(s, (int) xen.hypercall.frame.get(s, cpu)));
        }
        int slot = (int) xen.hypercall.first.get(s, cpu);
        long old = xen.hosts.entry(s, caller(s, cpu), slot);
        xen.hosts.setEntry(s, caller(s, cpu), slot, 0);
        return put(s, cpu, old);
    }

    private int put(long[] s, int cpu, long entry) {
        return release.put(s, cpu, entry) ? NEXT : DONE;
    }

    /**
     * The type changes first, so that nobody can take the frame for writing any more; then the entry goes and is
     * flushed; only then the frame counts as a page table. DONE when nothing is owed. {@code @source} Xen 4.17 get_page_type,
     * as mended by XSA-401: what a flush is to protect must be claimed before it.
     */
    private int pinType(long[] s, int cpu) {
        int frame = (int) xen.hypercall.frame.get(s, cpu);
        if (xen.types.isChanging(s, frame)) {
            return BLOCKED;
        }
        if (!xen.memory.canRefer(s, caller(s, cpu), frame) || !xen.types.admitsTable(s, frame)) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        xen.memory.refer(s, frame, 1);
        boolean owes = xen.types.pin(s, frame) && types.writeOwnEntry(s, cpu, frame, 0, TypeUpkeep.PINNED);
        return owes ? NEXT : DONE;
    }

    private int unpinType(long[] s, int cpu) {
        int frame = (int) xen.hypercall.frame.get(s, cpu);
        if (xen.types.isChanging(s, frame)) {
            return BLOCKED;
        }
        if (xen.memory.owner.get(s, frame) != caller(s, cpu) + 1 || !xen.types.unpin(s, frame)) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        return release.drop(s, cpu, frame) ? NEXT : DONE;
    }
}
