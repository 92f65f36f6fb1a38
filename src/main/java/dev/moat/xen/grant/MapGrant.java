package dev.moat.xen.grant;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.MapFlags;
import dev.moat.grant.Pins;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.Phase;
import dev.moat.xen.host.HostAddress;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.BatchFlush;
import dev.moat.xen.upkeep.CurrentMapping;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.Payment;
import dev.moat.xen.upkeep.TablePages;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of {@code GNTTABOP_map_grant_ref}: pin, refer, follow in the I/O tables, publish the handle.
 * {@code @source} Xen 4.17 common/grant_table.c; order of checks and statuses as recorded from it.
 */
final class MapGrant {
    /** Flags that a search tries. */
    private static final int SEARCHED = 6;

    private static final String PIN = "pin";
    private static final String UPKEEP = "upkeep";
    private static final String PUBLISH = "publish";

    private final XenState xen;
    private final ModelBuilder model;
    private final CurrentMapping current;
    private final Invalidation invalidation;
    private final FrameRelease release;
    private final TypeUpkeep types;
    private final TablePages tablePages;
    private final BatchFlush flush;
    private final TablePages.Entry entry;
    private final FailedMap failed;
    private final HandleSteps handles;
    /** {@code map.rights}: (kind of the other mappings, read-only, the rule's answer) to rights or -1 to keep. */
    private final Decision rights;
    /** {@code map.writes-when-refused}: 1 when the entry is written although the map is going to fail. */
    private final Decision writesWhenRefused;

    MapGrant(
            XenState xen,
            ModelBuilder model,
            Invalidation invalidation,
            FrameRelease release,
            TypeUpkeep types,
            TablePages tablePages) {
        this.xen = xen;
        this.model = model;
        this.tablePages = tablePages;
        this.types = types;
        current = new CurrentMapping(xen);
        this.invalidation = invalidation;
        this.release = release;
        failed = new FailedMap(xen, model, current, release);
        handles = new HandleSteps(xen, current);
        flush = new BatchFlush(xen, invalidation);
        entry = new TablePages.Entry(current::mapper, current::frame, this::decided, List.of("map.rights"));
        rights = model.decision("map.rights", (s, kind, readOnly, says) -> says);
        Decision never = (s, a, b, c) -> 0;
        writesWhenRefused = xen.environment.on() ? model.decision("map.writes-when-refused", never) : never;
    }

    /** The program of the call. The invalidation is awaited before the handle is usable, unless a batch pays at its end. */
    List<Step> steps() {
        boolean batch = xen.batch.on();
        boolean atEnd = xen.batch.paysAtEnd();
        String after = batch ? CurrentMapping.NEXT_ELEMENT : Step.END;
        boolean replaces = xen.setting.recorded() && !batch;
        String put = xen.handleLists.on() ? HandleSteps.GIVE : after;
        return new OperationPlan()
                .at("handles", handles.taking(model, after, PIN))
                .step(Step.of(PIN, this::pin).asking(Asks.PIN).on(FAIL, put))
                .stepIf(
                        xen.types.on(),
                        () -> Step.of("take-type", types::takeForMap)
                                .asking(Asks.OWN_ENTRY)
                                .asking("map.refuses-table")
                                .claiming("begin-open")
                                .on(FAIL, "undo")
                                .on(DONE, "reference"))
                .at("types", xen.types.on() ? types.flush("type") : List.of())
                .step(referenceStep(replaces))
                .step(Step.of("undo", failed::undo)
                        .asking(Asks.RELEASE)
                        .asking("undo.releases-references")
                        .claiming("end-hold")
                        .on(NEXT, put)
                        .on(DONE, xen.setting.mapsMayFail() ? release.first() : Step.END))
                .at("handles", handles.giving(after))
                .stepIf(replaces, () -> Step.of("replaced", this::takeReplaced).on(DONE, "lock"))
                .at("release", replaces ? release.steps("go-on") : List.of())
                .stepIf(replaces, () -> Step.of("go-on", this::goOn))
                .step(current.locking().quietly().on(DONE, PUBLISH))
                .at("upkeep", tablePages.adding(entry, UPKEEP, "undo-host"))
                .at("upkeep", tablePages.storing(entry, upkeepStep(), "queue-invalidation"))
                .at("payment", atEnd ? visibleInBatch() : tablePages.paying(payment()))
                .step(publishStep(atEnd))
                .stepIf(!atEnd, this::unlockStep)
                .stepIf(batch, () -> nextElement(atEnd))
                .at("payment", atEnd ? flush.atEnd(current::unlockBatch, Step.END) : List.of())
                .stepIf(!atEnd && xen.setting.waitsTimeOut(), () -> failed.keeping(this::publish))
                .at("failure", xen.setting.mapsMayFail() ? failed.steps(after) : List.of())
                .steps();
    }

    private Step referenceStep(boolean replaces) {
        Step reference =
                Step.of("reference", this::reference).on(FAIL, "undo").on(NEXT, replaces ? "replaced" : "lock");
        return xen.types.on() ? reference.quietly() : reference.claiming("begin-open");
    }

    private Step upkeepStep() {
        return Step.of(UPKEEP, this::upkeep)
                .asking(Asks.ENTRY)
                .asking("map.rights", "map.writes-when-refused")
                .claiming("set-entry")
                .on(DONE, PUBLISH)
                .on(FAIL, xen.setting.mapsMayFail() ? "undo-host" : Step.END);
    }

    private Step publishStep(boolean atEnd) {
        return (atEnd
                        ? Step.of(PUBLISH, this::publishInBatch).dropping(Asks.GRANT_LOCK)
                        : Step.of(PUBLISH, this::publish))
                .asking("batch.accumulates")
                .quietly()
                .claiming("open");
    }

    /** The last one, where neither elements nor failures follow. */
    private Step unlockStep() {
        Step unlock = Step.of("unlock", current::unlock).dropping(Asks.GRANT_LOCK);
        boolean isFollowed = xen.setting.mapsMayFail() || xen.setting.waitsTimeOut();
        return isFollowed && !xen.batch.on() ? unlock.on(NEXT, Step.END) : unlock;
    }

    private static Payment payment() {
        return Payment.of("", PUBLISH).orGivenUp(FailedMap.KEEP);
    }

    /** Handles are usable at once; the lock is held, and the batch unfinished, until everything is invalidated. */
    private List<Step> visibleInBatch() {
        List<Step> steps = new ArrayList<>(invalidation.visibility().steps("", false));
        steps.addAll(flush.whenChanged(PUBLISH));
        return steps;
    }

    private Step nextElement(boolean paysAfterThem) {
        Step next = current.nextElement(this::beginElement).on(LOOP, "pin");
        return paysAfterThem ? next : next.on(NEXT, Step.END);
    }

    /** The flags that a search prints under a number. */
    static int searchedFlags(int printed) {
        int sides = printed / 2 + 1;
        return ((sides & Pins.HOST) != 0 ? MapFlags.HOST_MAP : 0)
                | ((sides & Pins.DEVICE) != 0 ? MapFlags.DEVICE_MAP : 0)
                | (printed % 2 != 0 ? MapFlags.READONLY : 0);
    }

    /** Begins an element of a batch, by its code. */
    boolean beginElement(long[] s, int cpu, int mapper, int element) {
        int entry = element / SEARCHED;
        int refs = xen.setting.refs();
        return begin(s, cpu, mapper, entry / refs, entry % refs, searchedFlags(element % SEARCHED), HostAddress.NONE);
    }

    /**
     * Arguments of a map call, valid or not, checked as far as they need no lock. Failures in this order: no side asked
     * for ({@code bad_gntref}), no such domain ({@code bad_domain}), no free handle ({@code no_space}), no such reference
     * ({@code bad_gntref}; the handle was taken and goes back, which shows in the order of handles).
     *
     * @param flags as {@link MapFlags} has them
     * @param host as {@link HostAddress} encodes it
     */
    boolean begin(long[] s, int cpu, int mapper, int granter, int ref, int flags, int host) {
        xen.hypercall.calledBy(s, cpu, mapper);
        int sides = MapFlags.sides(flags);
        int status = GrantStatus.OKAY;
        if (sides == 0) {
            status = GrantStatus.BAD_GNTREF;
        } else if (granter < 0 || granter >= xen.domains.size() || !xen.exists(s, granter)) {
            status = GrantStatus.BAD_DOMAIN;
        } else if (!xen.handleLists.on() && !xen.grants.maptrack.hasFree(s, mapper)) {
            status = GrantStatus.NO_SPACE;
        } else if (!xen.grants.isInTable(s, granter, ref)) {
            takeAndPut(s, mapper);
            status = GrantStatus.BAD_GNTREF;
        }
        xen.operation.result.set(s, cpu, status);
        if (status == GrantStatus.OKAY) {
            xen.operation.domain.set(s, cpu, mapper);
            xen.mapping.granter.set(s, cpu, granter);
            xen.mapping.ref.set(s, cpu, ref);
            xen.mapping.sides.set(s, cpu, sides);
            xen.mapping.readOnly.set(s, cpu, MapFlags.isReadOnly(flags) ? 1 : 0);
            xen.hosts.begin(s, cpu, host, flags, 0);
        }
        return !xen.isDying(s, mapper);
    }

    /** The list may have another order then. Where each CPU has one, that is left out. */
    private void takeAndPut(long[] s, int mapper) {
        if (!xen.handleLists.on()) {
            xen.grants.maptrack.put(s, mapper, xen.grants.maptrack.take(s, mapper));
        }
    }

    private int pin(long[] s, int cpu) {
        if (xen.operation.result.get(s, cpu) != GrantStatus.OKAY) {
            return FAIL;
        }
        int mapper = current.mapper(s, cpu);
        int handle = xen.handleLists.on() ? xen.handleLists.takeFromHand(s, cpu) : xen.grants.maptrack.take(s, mapper);
        if (handle < 0) {
            xen.operation.result.set(s, cpu, GrantStatus.NO_SPACE);
            return FAIL;
        }
        int granter = current.granter(s, cpu);
        int ref = current.ref(s, cpu);
        boolean readOnly = xen.mapping.isReadOnly(s, cpu);
        boolean first = xen.grants.isFirst(s, granter, ref, readOnly);
        int status = xen.grants.pin(s, mapper, granter, ref, current.sides(s, cpu), readOnly);
        xen.operation.result.set(s, cpu, status);
        if (status != GrantStatus.OKAY) {
            current.put(s, cpu, handle);
            return FAIL;
        }
        xen.mapping.handle.set(s, cpu, handle);
        xen.mapping.first.set(s, cpu, first && xen.setting.upkeep().looksAtOldPins() ? 1 : 0);
        xen.operation.phase.set(s, cpu, Phase.PINNED);
        return NEXT;
    }

    /**
     * References, one for each side, where {@link TypeUpkeep#takeForMap} has not taken them with the type; and the host's
     * mapping. Failures in this order: bad_page or general_error for the frame, general_error for the host address.
     */
    private int reference(long[] s, int cpu) {
        int frame = current.frame(s, cpu);
        int sides = current.sides(s, cpu);
        boolean readOnly = xen.mapping.isReadOnly(s, cpu);
        int mapper = current.mapper(s, cpu);
        if (!xen.types.on()) {
            if (!xen.memory.canRefer(s, current.granter(s, cpu), frame)) {
                xen.operation.result.set(
                        s,
                        cpu,
                        xen.grants.unreferable(s, current.granter(s, cpu), current.ref(s, cpu), sides, readOnly));
                return FAIL;
            }
            xen.memory.refer(s, frame, Integer.bitCount(sides));
        }
        long old = xen.hosts.replaced(s, cpu, mapper, sides);
        if (!xen.hosts.map(s, cpu, mapper, sides, frame, readOnly)) {
            xen.types.drop(s, frame, readOnly ? 0 : Integer.bitCount(sides));
            xen.memory.release(s, frame, Integer.bitCount(sides));
            xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
            return FAIL;
        }
        xen.operation.phase.set(s, cpu, Phase.OPENING);
        if (release.put(s, cpu, old)) {
            xen.hosts.lose(s, cpu, old);
        }
        return NEXT;
    }

    /** The rights that the entry is to have, or -1 to keep it. */
    private int decided(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int frame = current.frame(s, cpu);
        int says = xen.rule.onMap(s, mapper, frame, xen.mapping.isReadOnly(s, cpu), xen.mapping.first.get(s, cpu) != 0);
        return rights.decide(s, xen.grants.mapKind(s, mapper, frame), (int) xen.mapping.readOnly.get(s, cpu), says);
    }

    private int upkeep(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int frame = current.frame(s, cpu);
        int decided = decided(s, cpu);
        if (decided >= 0 && isRefused(s, mapper, frame, decided)) {
            if (writesWhenRefused.decide(s, 0, 0, 0) != 0) {
                invalidation.entries().write(s, cpu, mapper, frame, decided);
            }
            return FAIL;
        }
        return decided >= 0 && invalidation.entries().write(s, cpu, mapper, frame, decided) ? NEXT : DONE;
    }

    private boolean isRefused(long[] s, int mapper, int frame, int decided) {
        return xen.environment.iommuFails(s)
                ? invalidation.entries().changes(s, mapper, frame, decided)
                : xen.environment.heapExhausted(s) && invalidation.entries().adds(s, mapper, frame, decided);
    }

    /** The handle becomes usable: sides last of all fields. */
    private int publish(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int handle = (int) xen.mapping.handle.get(s, cpu);
        xen.hosts.publish(s, cpu, mapper, handle);
        xen.handleLists.unlink(s, mapper, handle);
        xen.grants.maptrack.publish(
                s,
                mapper,
                handle,
                current.granter(s, cpu),
                current.ref(s, cpu),
                current.sides(s, cpu),
                xen.mapping.isReadOnly(s, cpu));
        xen.operation.phase.set(s, cpu, Phase.NONE);
        return NEXT;
    }

    /** The entry that made place may have been the last to refer to a frame that its owner gave up, or died with. */
    private int takeReplaced(long[] s, int cpu) {
        int frame = xen.hosts.takeLost(s, cpu);
        xen.operation.frame.set(s, cpu, Math.max(0, frame));
        return frame < 0 ? DONE : NEXT;
    }

    /** The frame that was released may have been another domain's, whose entry went. */
    private int goOn(long[] s, int cpu) {
        xen.operation.domain.set(s, cpu, xen.hypercall.caller(s, cpu));
        xen.operation.phase.set(s, cpu, Phase.OPENING);
        return NEXT;
    }

    private int publishInBatch(long[] s, int cpu) {
        current.deferDebt(s, cpu);
        return publish(s, cpu);
    }
}
