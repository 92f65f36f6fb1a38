package dev.moat.xen.frame;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.SharedEntry;
import dev.moat.memory.Frames;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.CallLocals;
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
     * it stays its own; then the frame is lost: bad_domain, general_error when the entry does not accept it.
     */
    public static final String TRANSFER = "transfer";

    /** Flags of an entry whose transfer is committed and completed. */
    public static final long COMPLETED = SharedEntry.ACCEPT_TRANSFER | 0xc;

    private final XenState x;
    private final TypeUpkeep types;

    public HandOver(XenState x, TypeUpkeep types) {
        this.x = x;
        this.types = types;
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
                new Argument("domain", x.domains),
                new Argument("frame", x.memory.frames),
                new Argument("new", x.memory.frames));
        model.operation(new Operation(
                EXCHANGE,
                Actor.HYPERVISOR,
                arguments,
                x.setting.more().exchange() ? (domain, frame, to, d, e) -> frame != to : ModelBuilder.none(),
                this::begin,
                steps,
                x.calls.error));
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
                        .claiming("free")
                        .on(FAIL, Step.END)
                        .on(DONE, Step.END))
                .at("payment", types.flush("new"))
                .steps();
        List<Argument> arguments = List.of(
                new Argument("domain", x.domains),
                new Argument("frame", x.memory.frames),
                new Argument("to", x.domains),
                new Argument("ref", x.grants.refs));
        model.operation(new Operation(
                TRANSFER,
                Actor.HYPERVISOR,
                arguments,
                x.setting.more().transfer() ? (domain, frame, to, ref, e) -> domain != to : ModelBuilder.none(),
                this::begin,
                steps,
                x.locals.result));
        model.call(TRANSFER, this::begin);
    }

    /** A frame number without memory is noted as one that nobody owns. */
    private boolean begin(long[] s, int cpu, int domain, int frame, int first, int second, int e) {
        x.calls.calledBy(s, cpu, domain);
        x.locals.domain.set(s, cpu, domain);
        x.calls.frame.set(s, cpu, frame < x.setting.frames() ? frame : 0);
        x.calls.first.set(s, cpu, first);
        x.calls.second.set(s, cpu, Integer.toUnsignedLong(second));
        return !x.isDying(s, domain);
    }

    private int caller(long[] s, int cpu) {
        return x.calls.caller(s, cpu);
    }

    private int frame(long[] s, int cpu) {
        return (int) x.calls.frame.get(s, cpu);
    }

    /** The new frame is reserved before the old one is taken: nobody else may populate it meanwhile. */
    private int stealForExchange(long[] s, int cpu) {
        int to = (int) x.calls.first.get(s, cpu);
        if (x.memory.state.get(s, to) != Frames.FREE) {
            return x.calls.fail(s, cpu, CallLocals.EINVAL);
        }
        int outcome = steal(s, cpu);
        if (outcome != FAIL) {
            x.memory.reserve(s, to);
        }
        return outcome;
    }

    /** Takes a frame that nobody else refers to out of its owner's tables. DONE when nothing is owed for that. */
    private int steal(long[] s, int cpu) {
        int frame = frame(s, cpu);
        if (!x.memory.isAllocatedTo(s, caller(s, cpu), frame)
                || x.memory.references.get(s, frame) != 0
                || x.statusFrames.isXens(s, frame)) {
            x.locals.result.set(s, cpu, GrantStatus.BAD_PAGE);
            return x.calls.fail(s, cpu, CallLocals.EINVAL);
        }
        x.memory.giveUp(s, frame);
        return types.writeOwnEntry(s, cpu, frame, 0, TypeUpkeep.STOLEN) ? NEXT : DONE;
    }

    private void free(long[] s, int frame) {
        x.memory.free(s, frame);
        x.types.clear(s, frame);
    }

    private int replace(long[] s, int cpu) {
        free(s, frame(s, cpu));
        return types.receive(s, cpu, caller(s, cpu), (int) x.calls.first.get(s, cpu)) ? NEXT : DONE;
    }

    private int accept(long[] s, int cpu) {
        int frame = frame(s, cpu);
        int to = (int) x.calls.first.get(s, cpu);
        int ref = (int) x.calls.second.get(s, cpu);
        free(s, frame);
        if (to >= x.domains.size() || !x.exists(s, to)) {
            x.locals.result.set(s, cpu, GrantStatus.BAD_DOMAIN);
            return FAIL;
        }
        if (x.isDying(s, to) || !accepts(s, to, ref, caller(s, cpu))) {
            x.locals.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
            return FAIL;
        }
        int i = x.grants.index(to, ref);
        long entry = x.grants.shared.get(s, i);
        x.grants.shared.set(s, i, SharedEntry.FLAGS.set(entry, COMPLETED));
        x.grants.versions.setFrame(s, to, i, frame);
        return types.receive(s, cpu, to, frame) ? NEXT : DONE;
    }

    private boolean accepts(long[] s, int to, int ref, int from) {
        if (!x.grants.isInTable(s, to, ref)) {
            return false;
        }
        long entry = x.grants.shared.get(s, x.grants.index(to, ref));
        return SharedEntry.FLAGS.get(entry) == SharedEntry.ACCEPT_TRANSFER && SharedEntry.DOMID.get(entry) == from;
    }
}
