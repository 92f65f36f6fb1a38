package dev.moat.xen.frame;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.SharedEntry;
import dev.moat.memory.Frames;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.List;

/**
 * Frames that change hands: {@code XENMEM_exchange}, one frame at a time, and {@code GNTTABOP_transfer}. The frame stays its
 * owner's, out of reach for new references, until it has left the owner's tables and that is flushed. {@code @source}
 * Xen 4.17 common/memory.c and grant_table.c (steal_page); order and errors as recorded.
 */
public final class HandOver {
    /** (domain, its frame, free frame). Error EINVAL unless the frame is the domain's and nobody refers to it. */
    public static final String EXCHANGE = "memory_exchange";
    /**
     * (domain, frame, receiver, reference). Statuses in this order: bad_page when the frame is not the domain's alone, and
     * it stays its own; then the frame is lost: bad_domain, address_too_big when the receiver cannot have it and no other one that
     * is free, general_error when the entry does not accept it.
     */
    public static final String TRANSFER = "transfer";

    /** Flags of an entry whose transfer is committed and completed. */
    public static final long COMPLETED = SharedEntry.ACCEPT_TRANSFER | 0xc;

    private static final String ENTERS = "transfer.enters";

    private final XenState xen;
    private final TypeUpkeep types;
    /** {@code transfer.enters}: (the frame that was given away, the one that is received) to the one that tables and entry get. */
    private final Decision enters;

    public HandOver(XenState xen, ModelBuilder model, TypeUpkeep types) {
        this.xen = xen;
        this.types = types;
        Decision received = (s, old, frame, c) -> frame;
        enters = xen.setting.more().transfer() ? model.decision(ENTERS, received) : received;
    }

    public void declareExchange(ModelBuilder model) {
        List<Step> steps = new OperationPlan()
                .step(Step.of("steal", this::stealForExchange)
                        .asking(Asks.OWN_ENTRY)
                        .claiming("clear-entry")
                        .on(FAIL, Step.END)
                        .on(DONE, "replace"))
                .at("payment", types.flush("old"))
                .step(Step.of("replace", this::replace)
                        .asking(Asks.RECEIVE)
                        .claiming("free")
                        .on(DONE, Step.END))
                .at("payment", types.flush("new"))
                .steps();
        List<Argument> arguments = List.of(
                new Argument("domain", xen.domains),
                new Argument("frame", xen.memory.frames),
                new Argument("new", xen.memory.frames));
        model.operation(new Operation(
                EXCHANGE,
                Actor.HYPERVISOR,
                arguments,
                xen.setting.more().exchange() ? (domain, frame, to, d, e) -> frame != to : ModelBuilder.none(),
                this::begin,
                steps,
                xen.hypercall.error));
        model.call(EXCHANGE, this::begin);
    }

    public void declareTransfer(ModelBuilder model) {
        List<Step> steps = new OperationPlan()
                .step(Step.of("steal", this::steal)
                        .asking(Asks.OWN_ENTRY)
                        .claiming("clear-entry")
                        .on(FAIL, Step.END)
                        .on(DONE, "accept"))
                .at("payment", types.flush("old"))
                .step(Step.of("accept", this::accept)
                        .asking(Asks.RECEIVE)
                        .asking(ENTERS)
                        .claiming("free")
                        .on(FAIL, Step.END)
                        .on(DONE, Step.END))
                .at("payment", types.flush("new"))
                .steps();
        List<Argument> arguments = List.of(
                new Argument("domain", xen.domains),
                new Argument("frame", xen.memory.frames),
                new Argument("to", xen.domains),
                new Argument("ref", xen.grants.refs));
        model.operation(new Operation(
                TRANSFER,
                Actor.HYPERVISOR,
                arguments,
                xen.setting.more().transfer() ? (domain, frame, to, ref, e) -> domain != to : ModelBuilder.none(),
                this::begin,
                steps,
                xen.operation.result));
        model.call(TRANSFER, this::begin);
    }

    /** A frame number without memory is noted as one that nobody owns. */
    private boolean begin(long[] s, int cpu, int domain, int frame, int first, int second, int e) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.operation.domain.set(s, cpu, domain);
        xen.hypercall.frame.set(s, cpu, frame < xen.setting.frames() ? frame : 0);
        xen.hypercall.first.set(s, cpu, first);
        xen.hypercall.second.set(s, cpu, Integer.toUnsignedLong(second));
        return !xen.isDying(s, domain);
    }

    private int caller(long[] s, int cpu) {
        return xen.hypercall.caller(s, cpu);
    }

    private int frame(long[] s, int cpu) {
        return (int) xen.hypercall.frame.get(s, cpu);
    }

    /** The new frame is reserved before the old one is taken: nobody else may populate it meanwhile. */
    private int stealForExchange(long[] s, int cpu) {
        int to = (int) xen.hypercall.first.get(s, cpu);
        if (xen.memory.state.get(s, to) != Frames.FREE) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        int outcome = steal(s, cpu);
        if (outcome != FAIL) {
            xen.memory.reserve(s, to);
        }
        return outcome;
    }

    /** Takes a frame that nobody else refers to out of its owner's tables. DONE when nothing is owed for that. */
    private int steal(long[] s, int cpu) {
        int frame = frame(s, cpu);
        if (!xen.memory.isAllocatedTo(s, caller(s, cpu), frame)
                || xen.memory.references.get(s, frame) != 0
                || xen.types.isChanging(s, frame)
                || xen.statusFrames.isXens(s, frame)) {
            xen.operation.result.set(s, cpu, GrantStatus.BAD_PAGE);
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        xen.memory.giveUp(s, frame);
        return types.writeOwnEntry(s, cpu, frame, 0, TypeUpkeep.STOLEN) ? NEXT : DONE;
    }

    private void free(long[] s, int frame) {
        xen.memory.free(s, frame);
        xen.types.clear(s, frame);
    }

    private int replace(long[] s, int cpu) {
        free(s, frame(s, cpu));
        return types.receive(s, cpu, caller(s, cpu), (int) xen.hypercall.first.get(s, cpu)) ? NEXT : DONE;
    }

    private int accept(long[] s, int cpu) {
        int frame = frame(s, cpu);
        int to = (int) xen.hypercall.first.get(s, cpu);
        int ref = (int) xen.hypercall.second.get(s, cpu);
        free(s, frame);
        if (to >= xen.domains.size() || !xen.exists(s, to)) {
            xen.operation.result.set(s, cpu, GrantStatus.BAD_DOMAIN);
            return FAIL;
        }
        int received = received(s, frame);
        if (received < 0) {
            xen.operation.result.set(s, cpu, GrantStatus.ADDRESS_TOO_BIG);
            return FAIL;
        }
        if (xen.isDying(s, to) || !accepts(s, to, ref, caller(s, cpu))) {
            xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
            return FAIL;
        }
        int i = xen.grants.index(to, ref);
        long entry = xen.grants.shared.get(s, i);
        int entered = enters.decide(s, frame, received, 0);
        xen.grants.shared.set(s, i, SharedEntry.FLAGS.set(entry, COMPLETED));
        xen.grants.versions.setFrame(s, to, i, entered);
        boolean owes = types.receive(s, cpu, to, entered);
        // Only a fault: the domain owns the one and its tables lead to the other.
        if (entered != received) {
            free(s, entered);
            xen.memory.allocate(s, to, received);
        }
        return owes ? NEXT : DONE;
    }

    /**
     * The frame itself where the receiver can have it, else the first free one that it can have; -1 when there is none. {@code @source}
     * Xen 4.17 gnttab_transfer: domain_clamp_alloc_bitsize, alloc_domheap_page.
     */
    private int received(long[] s, int frame) {
        if (xen.setting.canReceive(frame)) {
            return frame;
        }
        for (int f = 0; xen.setting.canReceive(f); f++) {
            if (xen.memory.state.get(s, f) == Frames.FREE) {
                return f;
            }
        }
        return -1;
    }

    private boolean accepts(long[] s, int to, int ref, int from) {
        if (!xen.grants.isInTable(s, to, ref)) {
            return false;
        }
        long entry = xen.grants.shared.get(s, xen.grants.index(to, ref));
        return SharedEntry.FLAGS.get(entry) == SharedEntry.ACCEPT_TRANSFER && SharedEntry.DOMID.get(entry) == from;
    }
}
