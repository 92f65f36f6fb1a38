package dev.moat.xen.grant;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.Maptrack;
import dev.moat.grant.Pins;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.ClosingList;
import dev.moat.xen.call.MappingCall;
import dev.moat.xen.call.Phase;
import dev.moat.xen.host.HostAddress;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.CpuTlbs;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.BatchFlush;
import dev.moat.xen.upkeep.Completion;
import dev.moat.xen.upkeep.CurrentMapping;
import dev.moat.xen.upkeep.DeferredFlush;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.Payment;
import dev.moat.xen.upkeep.TablePages;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of {@code GNTTABOP_unmap_grant_ref} in its two phases. The first, element by element, takes the sides off the
 * handle and lets the I/O tables follow; the second, when everything has been invalidated, drops references, pins and
 * status bits. {@code @source} Xen 4.17 common/grant_table.c; order of checks and statuses as recorded from it.
 */
public final class UnmapGrant {
    /** Combinations of sides that a search tries. */
    private static final int SEARCHED = 3;

    private static final String COMPLETE = "complete";
    private static final String GATHER = "gather";
    private static final String UNLOCK = "unlock";
    private static final String REREADS = "unmap.rereads-frame";
    /** The flush of the CPUs' TLBs that separates the phases. */
    public static final String FLUSH_CPUS = "flush-cpus";

    private final XenState xen;
    private final CurrentMapping current;
    private final Completion completion;
    private final Invalidation invalidation;
    private final FrameRelease release;
    private final TablePages tablePages;
    private final BatchFlush flush;
    private final TablePages.Entry entry;
    /**
     * {@code unmap.rights}: (kind of the mappings that are left, of those with a host side, the rule's answer) to
     * rights or -1.
     */
    private final Decision rights;
    /** {@code unmap.half}: (sides that go, 0, 0) to what an unmap is of which a side stays mapped, {@link Phase#CLOSING_HALF}. */
    private final Decision half;
    /** {@code unmap.released-sides}: (asked and mapped, mapped before) to the sides whose pins go in complete. */
    private final Decision releasedSides;
    /** {@code unmap.rereads-frame}: to 1 when it is the frame that the granter's entry names now whose I/O entry follows. */
    private final Decision rereads;

    private final FailedUnmap failed;
    private final HandleSteps handles;

    UnmapGrant(
            XenState xen, ModelBuilder model, Invalidation invalidation, FrameRelease release, TablePages tablePages) {
        this.xen = xen;
        this.tablePages = tablePages;
        current = new CurrentMapping(xen);
        completion = new Completion(xen);
        this.invalidation = invalidation;
        this.release = release;
        rights = model.decision("unmap.rights", (s, kind, b, says) -> says);
        half = model.decision("unmap.half", (s, sides, b, c) -> Phase.CLOSING_HALF);
        releasedSides = model.decision("unmap.released-sides", (s, asked, mapped, c) -> asked);
        rereads = model.decision(REREADS, (s, a, b, c) -> 0);
        failed = new FailedUnmap(xen, model, current, invalidation);
        handles = new HandleSteps(xen, current);
        flush = new BatchFlush(xen, invalidation);
        entry = new TablePages.Entry(current::mapper, this::followed, this::decided, List.of("unmap.rights", REREADS));
    }

    /** The program of the call. */
    List<Step> steps() {
        return program(afterElement());
    }

    /** That of {@link #callReplacing}: what a refused call lost may have been the last reference to a frame. */
    List<Step> stepsReplacing() {
        return program(release.first());
    }

    private String afterElement() {
        return xen.batch.on() ? CurrentMapping.NEXT_ELEMENT : Step.END;
    }

    /**
     * Nothing lingers when it returns: the invalidation is awaited before anything is released; in a batch that pays at its end,
     * before the second phase. What defers invalidations flushes the CPUs first, and returns early.
     *
     * @param refused the step that goes on when the call, or this element of it, is refused
     */
    private List<Step> program(String refused) {
        boolean batch = xen.batch.on();
        boolean deferred = xen.setting.deferred();
        String second = xen.tlbs.on() && !deferred ? FLUSH_CPUS : COMPLETE;
        String unchanged = batch ? GATHER : second;
        return new OperationPlan()
                .step(Step.of("take-sides", this::takeSides)
                        .asking(
                                "unmap.released-sides",
                                "counters.half-unmaps",
                                "unmap.half",
                                MappingCall.HALF_KEEPS_HANDLE)
                        .claiming("begin-close")
                        .on(FAIL, refused)
                        .on(DONE, afterElement()))
                .at("handles", handles.giving(xen.tlbs.on() && deferred ? FLUSH_CPUS : "lock"))
                .stepIf(xen.tlbs.on() && deferred, this::cpusFlush)
                .step(current.locking().quietly().on(DONE, unchanged))
                .at("upkeep", tablePages.removing(entry, upkeepStep(), "", FailedUnmap.RESTORE))
                .at("payment", xen.batch.paysAtEnd() ? visibleInBatch() : tablePages.paying(payment()))
                .stepIf(
                        !xen.batch.paysAtEnd(),
                        () -> Step.of(UNLOCK, current::unlock)
                                .dropping(Asks.GRANT_LOCK)
                                .quietly())
                .stepIf(
                        batch,
                        () -> Step.of(GATHER, this::gather)
                                .asking("batch.accumulates")
                                .dropping(Asks.GRANT_LOCK)
                                .quietly()
                                .claiming("gather"))
                .stepIf(batch, () -> current.nextElement(this::beginElement).on(LOOP, "take-sides"))
                .at("payment", xen.batch.paysAtEnd() ? flush.atEnd(current::unlockBatch, second) : List.of())
                .stepIf(xen.tlbs.on() && !deferred, this::cpusFlush)
                .step(Step.of(COMPLETE, batch ? this::completeListed : this::complete)
                        .asking(Asks.RELEASE_LISTED)
                        .asking(MappingCall.HALF_KEEPS_HANDLE)
                        .claiming("end-hold")
                        .on(NEXT, release.first())
                        .on(DONE, Step.END))
                .at("release", release.steps(batch ? COMPLETE : Step.END))
                .at("failure", failed.steps())
                .stepIf(
                        deferred,
                        () -> Step.of(DeferredFlush.RETURN, current::unlock)
                                .dropping(Asks.GRANT_LOCK)
                                .on(NEXT, afterElement()))
                .steps();
    }

    private Step cpusFlush() {
        return Step.of(FLUSH_CPUS, this::flushCpus).asking(CpuTlbs.REACHES);
    }

    private Step upkeepStep() {
        boolean deferred = xen.setting.deferred();
        String kept = deferred ? DeferredFlush.DEFER : xen.batch.paysAtEnd() ? GATHER : UNLOCK;
        return Step.of("upkeep", this::upkeep)
                .asking(Asks.ENTRY)
                .asking("unmap.rights", REREADS)
                .quietlyIf(deferred && xen.capabilities.stores().snooped())
                .claiming("clear-entry")
                .on(DONE, kept)
                .on(FAIL, xen.environment.on() ? FailedUnmap.RESTORE : Step.END);
    }

    private Payment payment() {
        String restore = xen.environment.on() ? FailedUnmap.RESTORE : null;
        Payment payment = Payment.ofRemoval("", UNLOCK).orRefused(restore).orGivenUp(restore);
        String asking = invalidation.asking("", UNLOCK).name();
        return xen.setting.deferred()
                ? payment.after(List.of(DeferredFlush.deferring(xen, current, asking, UNLOCK)))
                : payment;
    }

    /** The store is made visible at once, and where that is the policy its descriptor queued; the rest is paid at the end. */
    private List<Step> visibleInBatch() {
        List<Step> steps = new ArrayList<>(invalidation.visibility().steps("", true));
        steps.addAll(flush.whenChanged(GATHER));
        return steps;
    }

    /** Begins an element of a batch, by its code. */
    boolean beginElement(long[] s, int cpu, int mapper, int element) {
        return begin(s, cpu, mapper, element / SEARCHED, element % SEARCHED + 1);
    }

    /** Begins an unmap with the right address for each of these sides. */
    boolean begin(long[] s, int cpu, int mapper, int handle, int sides) {
        xen.hypercall.calledBy(s, cpu, mapper);
        xen.operation.domain.set(s, cpu, mapper);
        xen.mapping.handle.set(s, cpu, handle);
        xen.mapping.sides.set(s, cpu, sides);
        return !xen.isDying(s, mapper);
    }

    /**
     * Begins an unmap with arguments as a guest passes them, valid or not: a side is asked for when its address is not 0.
     *
     * @param handle an unsigned number
     * @param host as {@link HostAddress} encodes it
     * @param bus the frame at the bus address + 1, 0 when not given, the number of frames + 1 when it is no frame's
     */
    boolean call(long[] s, int cpu, int mapper, int handle, int host, int bus, int unused) {
        if (!xen.grants.maptrack.isActive(s, mapper, handle)) {
            xen.operation.result.set(s, cpu, GrantStatus.BAD_HANDLE);
            return true;
        }
        xen.hosts.begin(s, cpu, host, 0, bus);
        return begin(s, cpu, mapper, handle, (host != HostAddress.NONE ? Pins.HOST : 0) | (bus != 0 ? Pins.DEVICE : 0));
    }

    /**
     * Begins an unmap of the host side that puts another entry in its place.
     *
     * @param host as {@link HostAddress} encodes it
     * @param replacement where that entry is, {@link HostAddress#NONE} for an unmap alone
     */
    boolean callReplacing(long[] s, int cpu, int mapper, int handle, int host, int replacement, int unused) {
        xen.replacement.begin(s, cpu, replacement);
        return call(s, cpu, mapper, handle, host, 0, unused);
    }

    /**
     * Takes the asked sides off the handle, which goes back to the free list when none is left. A side that is not mapped
     * is ignored; with nothing left to do the call succeeds. Failures, each with nothing changed, in this order: inactive
     * handle ({@code bad_handle}), wrong bus address ({@code bad_dev_addr}), no such mapping at the host address
     * ({@code general_error}).
     */
    private int takeSides(long[] s, int cpu) {
        Maptrack maptrack = xen.grants.maptrack;
        int mapper = current.mapper(s, cpu);
        int handle = (int) xen.mapping.handle.get(s, cpu);
        if (xen.operation.result.get(s, cpu) != GrantStatus.OKAY || !maptrack.isActive(s, mapper, handle)) {
            xen.operation.result.set(s, cpu, GrantStatus.BAD_HANDLE);
            return FAIL;
        }
        int mapped = (int) maptrack.sides.get(s, mapper, handle);
        int asked = current.sides(s, cpu) & mapped;
        if (asked == 0) {
            return DONE;
        }
        xen.mapping.granter.set(s, cpu, maptrack.granter.get(s, mapper, handle));
        xen.mapping.ref.set(s, cpu, maptrack.ref.get(s, mapper, handle));
        xen.mapping.readOnly.set(s, cpu, maptrack.readOnly.get(s, mapper, handle));
        int status = unmapHost(s, cpu, mapper, handle, asked);
        if (status != GrantStatus.OKAY) {
            xen.operation.result.set(s, cpu, status);
            return FAIL;
        }
        xen.mapping.sides.set(s, cpu, releasedSides.decide(s, asked, mapped, 0));
        if (maptrack.clear(s, mapper, handle, asked)) {
            xen.operation.phase.set(s, cpu, Phase.CLOSING);
            current.putHandleLater(s, cpu, handle);
        } else {
            if (!xen.mapping.halfKeepsHandle(s)) {
                xen.mapping.handle.set(s, cpu, 0);
            }
            xen.rule.onHalfUnmap(s, mapper, current.frame(s, cpu), xen.mapping.isReadOnly(s, cpu));
            xen.operation.phase.set(s, cpu, half.decide(s, asked, 0, 0));
        }
        return NEXT;
    }

    private int unmapHost(long[] s, int cpu, int mapper, int handle, int asked) {
        int frame = current.frame(s, cpu);
        if ((asked & Pins.DEVICE) != 0 && !xen.hosts.isBusAddressOf(s, cpu, frame)) {
            return GrantStatus.BAD_DEV_ADDR;
        }
        if ((asked & Pins.HOST) != 0
                && !xen.replacement.unmap(
                        s, cpu, mapper, handle, frame, xen.mapping.isReadOnly(s, cpu), release::put)) {
            return GrantStatus.GENERAL_ERROR;
        }
        return GrantStatus.OKAY;
    }

    /** The rights that the entry is to have, or -1 to keep it. */
    private int decided(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int granter = current.granter(s, cpu);
        int ref = current.ref(s, cpu);
        int frame = followed(s, cpu);
        int says =
                xen.rule.onUnmap(s, mapper, granter, ref, frame, xen.mapping.isReadOnly(s, cpu), current.pins(s, cpu));
        int hosts = xen.grants.mapKind(s, mapper, frame, Pins.HOST);
        return rights.decide(s, xen.grants.mapKind(s, mapper, frame), hosts, says);
    }

    /** The frame that was pinned; what the entry names since is the granter's business, and not read. */
    private int followed(long[] s, int cpu) {
        if (rereads.decide(s, 0, 0, 0) == 0) {
            return current.frame(s, cpu);
        }
        int entry = xen.grants.index(current.granter(s, cpu), current.ref(s, cpu));
        return (int) xen.grants.versions.frame(s, current.granter(s, cpu), entry);
    }

    private int upkeep(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int frame = followed(s, cpu);
        int decided = decided(s, cpu);
        if (decided >= 0
                && xen.environment.iommuFails(s)
                && invalidation.entries().changes(s, mapper, frame, decided)) {
            return FAIL;
        }
        return decided >= 0 && invalidation.entries().write(s, cpu, mapper, frame, decided) ? NEXT : DONE;
    }

    private int flushCpus(long[] s, int cpu) {
        return xen.tlbs.flush(s, xen.batch.on() ? xen.batch.mapper(s, cpu) : current.mapper(s, cpu));
    }

    /** The element waits in the list for the second phase. */
    private int gather(long[] s, int cpu) {
        current.putHandle(s, cpu);
        if (xen.batch.paysAtEnd()) {
            current.deferDebt(s, cpu);
        }
        xen.batch.closing.add(
                s,
                cpu,
                current.granter(s, cpu),
                current.ref(s, cpu),
                current.sides(s, cpu),
                xen.mapping.isReadOnly(s, cpu));
        xen.operation.phase.set(s, cpu, Phase.NONE);
        return NEXT;
    }

    /** DONE unless the last reference to a frame that was given up went. */
    private int complete(long[] s, int cpu) {
        int frame = current.frame(s, cpu);
        boolean last = completion.release(
                s, current.granter(s, cpu), current.ref(s, cpu), current.sides(s, cpu), xen.mapping.isReadOnly(s, cpu));
        putKeptHandle(s, cpu);
        xen.operation.phase.set(s, cpu, Phase.NONE);
        xen.mapping.sides.set(s, cpu, 0);
        xen.mapping.ref.set(s, cpu, 0);
        xen.mapping.handle.set(s, cpu, 0);
        if (last) {
            xen.operation.frame.set(s, cpu, frame);
            xen.mapping.readOnly.set(s, cpu, 0);
            xen.mapping.granter.set(s, cpu, 0);
        }
        return last ? NEXT : DONE;
    }

    /** Only a fault keeps one: whoever took the last side has put it back. */
    private void putKeptHandle(long[] s, int cpu) {
        if (xen.operation.phase.get(s, cpu) == Phase.CLOSING_HALF && xen.mapping.halfKeepsHandle(s)) {
            int mapper = current.mapper(s, cpu);
            int handle = (int) xen.mapping.handle.get(s, cpu);
            if (xen.grants.maptrack.sides.get(s, mapper, handle) == 0) {
                xen.grants.maptrack.put(s, mapper, handle);
            }
        }
    }

    private int completeListed(long[] s, int cpu) {
        ClosingList list = xen.batch.closing;
        return completion.releaseListed(s, cpu, list, list.settled(s, cpu));
    }
}
