package dev.moat.xen.grant;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.CopyPins;
import dev.moat.grant.GrantStatus;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.call.CallOnly;
import dev.moat.xen.call.CopyCall;
import dev.moat.xen.host.CopySide;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code GNTTABOP_copy} of one element. A copy maps nothing; while it runs it holds a pin of each entry that it goes through
 * and a reference to each frame, and what it writes to is taken for writing, and so becomes or stays its owner's to reach by
 * devices. {@code @source} Xen 4.17 common/grant_table.c; order and statuses as recorded. Frames have no contents here: the
 * last copy's frames are noted.
 */
public final class CopyOperations {
    /**
     * (domain, source, destination, offsets, length), the sides as {@link CopySide}, offsets and length as
     * {@link CopyCall}. Statuses in this order: bad_domain of the source, then of the destination; of the source, then of
     * the destination, what {@link CopyPins} refuses of a grant, and of a frame permission_denied when it is not given as the
     * caller's, then bad_page; general_error for a page table as destination; bad_copy_arg for bytes beyond a page;
     * general_error for bytes beyond what a grant covers.
     */
    public static final String COPY = "copy";

    private static final String RELEASE = "release-side";
    private static final int PAGE = 4096;
    private static final List<String> WHOLE = List.of("4096");
    private static final List<String> SIZES = List.of("4096", "2048");

    /** The decisions that the pinning of a side asks. */
    private static final List<String> ACQUIRING = Asks.joined(
            Asks.joined(Asks.PIN, Asks.UNPIN),
            List.of(
                    "copy.checks-owner",
                    "copy.follows-pinned",
                    "copy.clears-status",
                    "copy.compares-pinned",
                    "copy.shows"));

    /** The decisions that taking the destination for writing asks. */
    private static final List<String> TAKING = Asks.joined(Asks.OWN_ENTRY, List.of("copy.refuses-table"));

    private final XenState xen;
    private final CopyCall copy;
    private final TypeUpkeep types;
    private final FrameRelease release;
    private final CopyPins pins;
    /** {@code copy.refuses-table}: (whether the destination's type forbids a writer) to 1 when the copy fails for it. */
    private final Decision refuses;

    public CopyOperations(XenState xen, ModelBuilder model, TypeUpkeep types, FrameRelease release) {
        this.xen = xen;
        copy = xen.copy;
        this.types = types;
        this.release = release;
        pins = new CopyPins(
                xen.grants,
                this::canRefer,
                new Existence(xen),
                xen.setting.grantTables().transitive(),
                model::decision);
        refuses = model.decision("copy.refuses-table", (s, forbidden, b, c) -> forbidden);
    }

    /** Which domains there are. */
    private record Existence(XenState xen) implements CopyPins.Domains {
        @Override
        public boolean exists(long[] s, int domain) {
            return domain < xen.domains.size() && xen.exists(s, domain);
        }

        @Override
        public boolean isDying(long[] s, int domain) {
            return xen.isDying(s, domain);
        }
    }

    public void declare(ModelBuilder model) {
        List<Step> steps = new OperationPlan()
                .step(Step.of("acquire-source", this::acquireSource)
                        .asking(ACQUIRING)
                        .on(FAIL, Step.END))
                .step(Step.of("acquire-destination", this::acquireDestination)
                        .asking(ACQUIRING)
                        .on(FAIL, RELEASE))
                .stepIf(
                        xen.types.on(),
                        () -> Step.of("take-type", this::takeType)
                                .asking(TAKING)
                                .on(FAIL, RELEASE)
                                .on(DONE, "move"))
                .at("payment", xen.types.on() ? types.flush("type") : List.of())
                .step(Step.of("move", this::move))
                .step(Step.of(RELEASE, this::release)
                        .asking(Asks.UNPIN)
                        .on(LOOP, RELEASE)
                        .on(DONE, Step.END))
                .at("release", release.steps(RELEASE))
                .steps();
        if (xen.setting.recorded()) {
            model.operation(CallOnly.operation(COPY, Actor.HYPERVISOR, steps, xen.operation.result));
        } else {
            Sort sides = sides();
            model.operation(new Operation(
                    COPY,
                    Actor.HYPERVISOR,
                    List.of(
                            new Argument("domain", xen.domains),
                            new Argument("from", sides),
                            new Argument("to", sides),
                            new Argument(
                                    "bytes",
                                    new Sort("Bytes", xen.setting.grantTables().partial() ? SIZES : WHOLE))),
                    this::isSearched,
                    (s, cpu, domain, from, to, bytes, e) ->
                            begin(s, cpu, domain, side(from), side(to), 0, bytes == 0 ? PAGE : PAGE / 2),
                    steps,
                    xen.operation.result));
        }
        model.call(COPY, this::begin);
    }

    /** What a search copies from and to: all that granters grant, then the caller's own frames. */
    private Sort sides() {
        List<String> labels = new ArrayList<>();
        for (int granter : xen.setting.guests().granters()) {
            xen.grants.refs.labels().forEach(ref -> labels.add(xen.domains.label(granter) + "." + ref));
        }
        labels.addAll(xen.memory.frames.labels());
        return new Sort("CopySide", labels);
    }

    private int side(int searched) {
        int refs = xen.setting.refs();
        int grants = xen.setting.guests().granters().size() * refs;
        return searched < grants
                ? CopySide.grant(xen.setting.guests().granters().get(searched / refs), searched % refs)
                : CopySide.frame(CopySide.DOMID_SELF, searched - grants);
    }

    /** A grant on one side at least, and none of the caller's own unless it maps these too. */
    private boolean isSearched(int domain, int from, int to, int bytes, int e) {
        return (CopySide.isGrant(side(from)) || CopySide.isGrant(side(to)))
                && mayUse(domain, side(from))
                && mayUse(domain, side(to));
    }

    private boolean mayUse(int domain, int side) {
        return !CopySide.isGrant(side) || xen.setting.mayGrantTo(CopySide.domain(side, domain), domain);
    }

    private boolean begin(long[] s, int cpu, int domain, int source, int destination, int offsets, int length) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.operation.domain.set(s, cpu, domain);
        copy.source.set(s, cpu, source);
        copy.destination.set(s, cpu, destination);
        copy.offsets.set(s, cpu, Integer.toUnsignedLong(offsets));
        if (copy.length.width() > 0) {
            copy.length.set(s, cpu, length);
        }
        return !xen.isDying(s, domain);
    }

    private int source(long[] s, int cpu) {
        return (int) copy.source.get(s, cpu);
    }

    private int destination(long[] s, int cpu) {
        return (int) copy.destination.get(s, cpu);
    }

    private int domain(long[] s, int cpu, int side) {
        return CopySide.domain(side, xen.hypercall.caller(s, cpu));
    }

    private int answer(long[] s, int cpu, int status) {
        xen.operation.result.set(s, cpu, status);
        return status == GrantStatus.OKAY ? NEXT : FAIL;
    }

    private int findDomains(long[] s, int cpu) {
        int status = find(s, cpu, source(s, cpu));
        return status == GrantStatus.OKAY ? find(s, cpu, destination(s, cpu)) : status;
    }

    private int find(long[] s, int cpu, int side) {
        int domain = domain(s, cpu, side);
        return domain < xen.domains.size() && xen.exists(s, domain) ? GrantStatus.OKAY : GrantStatus.BAD_DOMAIN;
    }

    private boolean canRefer(long[] s, int owner, int frame) {
        return frame < xen.setting.frames() && xen.memory.canRefer(s, owner, frame);
    }

    private int acquireSource(long[] s, int cpu) {
        int status = findDomains(s, cpu);
        return answer(s, cpu, status == GrantStatus.OKAY ? acquire(s, cpu, source(s, cpu), CopyCall.SOURCE) : status);
    }

    private int acquireDestination(long[] s, int cpu) {
        int status = acquire(s, cpu, destination(s, cpu), CopyCall.DESTINATION);
        if (status != GrantStatus.OKAY) {
            copy.finish(s, cpu, false);
        }
        return answer(s, cpu, status);
    }

    /** A pin, where the side is a grant, and a reference. */
    private int acquire(long[] s, int cpu, int side, int bit) {
        int caller = xen.hypercall.caller(s, cpu);
        int page = CopySide.number(side);
        int status = GrantStatus.OKAY;
        if (CopySide.isGrant(side)) {
            int granter = domain(s, cpu, side);
            int ref = page;
            boolean readOnly = bit == CopyCall.SOURCE;
            if (copy.notesReferred() && xen.grants.isInTable(s, granter, ref)) {
                page = pins.named(s, granter, ref, readOnly);
            }
            status = pins.acquire(s, caller, granter, ref, readOnly);
        } else if (CopySide.isForeign(side)) {
            status = GrantStatus.PERMISSION_DENIED;
        } else if (!canRefer(s, caller, page)) {
            status = GrantStatus.BAD_PAGE;
        }
        if (status == GrantStatus.OKAY) {
            int frame = frame(s, cpu, side);
            copy.take(s, cpu, bit, frame, (int) xen.memory.owner.get(s, frame) - 1);
            copy.refer(s, cpu, bit, page);
            xen.memory.refer(s, copy.referred(s, cpu, bit, frame), 1);
        }
        return status;
    }

    /** What is written to is taken for writing. */
    private int takeType(long[] s, int cpu) {
        int frame = copy.referred(s, cpu, CopyCall.DESTINATION, copy.touched(s, cpu, CopyCall.DESTINATION));
        if (xen.types.isChanging(s, frame)) {
            return BLOCKED;
        }
        boolean takes = xen.types.admitsWriter(s, frame);
        if (refuses.decide(s, takes ? 0 : 1, 0, 0) != 0) {
            copy.finish(s, cpu, false);
            return answer(s, cpu, GrantStatus.GENERAL_ERROR);
        }
        if (!takes) {
            return DONE;
        }
        copy.add(s, cpu, CopyCall.TYPE);
        return types.takeWriter(s, cpu, frame, 1) ? NEXT : DONE;
    }

    private int frame(long[] s, int cpu, int side) {
        int number = CopySide.number(side);
        return CopySide.isGrant(side) ? xen.grants.frame(s, domain(s, cpu, side), number) : number;
    }

    /** The frame that a side holds a reference to. */
    private int referred(long[] s, int cpu, int side, int bit) {
        return copy.referred(s, cpu, bit, frame(s, cpu, side));
    }

    /** The frames are read and written, while nobody can have got them back. */
    private int move(long[] s, int cpu) {
        int from = copy.fromOffset(s, cpu);
        int to = copy.toOffset(s, cpu);
        int length = copy.length.width() > 0 ? (int) copy.length.get(s, cpu) : PAGE;
        int status = GrantStatus.OKAY;
        if (from + length > PAGE || to + length > PAGE) {
            status = GrantStatus.BAD_COPY_ARG;
        } else if (!covers(s, cpu, source(s, cpu), from, length) || !covers(s, cpu, destination(s, cpu), to, length)) {
            status = GrantStatus.GENERAL_ERROR;
        }
        xen.operation.result.set(s, cpu, status);
        copy.finish(s, cpu, status == GrantStatus.OKAY);
        return NEXT;
    }

    private boolean covers(long[] s, int cpu, int side, int from, int bytes) {
        if (!CopySide.isGrant(side)) {
            return true;
        }
        return xen.grants.ranges.covers(s, xen.grants.index(domain(s, cpu, side), CopySide.number(side)), from, bytes);
    }

    /** Returns one side, the destination first. NEXT when its frame is to be released, DONE when nothing is left. */
    private int release(long[] s, int cpu) {
        if (copy.has(s, cpu, CopyCall.DESTINATION)) {
            int frame = referred(s, cpu, destination(s, cpu), CopyCall.DESTINATION);
            xen.types.drop(s, frame, copy.has(s, cpu, CopyCall.TYPE) ? 1 : 0);
            copy.drop(s, cpu, CopyCall.TYPE);
            return release(s, cpu, destination(s, cpu), CopyCall.DESTINATION);
        }
        return copy.has(s, cpu, CopyCall.SOURCE) ? release(s, cpu, source(s, cpu), CopyCall.SOURCE) : DONE;
    }

    private int release(long[] s, int cpu, int side, int bit) {
        int frame = referred(s, cpu, side, bit);
        if (CopySide.isGrant(side)) {
            pins.release(s, domain(s, cpu, side), CopySide.number(side), bit == CopyCall.SOURCE);
        }
        copy.drop(s, cpu, bit);
        return release.drop(s, cpu, frame) ? NEXT : LOOP;
    }
}
