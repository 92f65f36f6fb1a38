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
import dev.moat.xen.host.HostAddress;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.UpkeepRule;
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

    private static final String UPKEEP = "upkeep";
    private static final String PUBLISH = "publish";

    private final XenState x;
    private final Locals l;
    private final CurrentMapping current;
    private final Invalidation invalidation;
    private final FrameRelease release;
    private final TypeUpkeep types;
    private final TablePages tables;
    private final BatchFlush flush;
    private final TablePages.Entry entry;
    private final FailedMap failed;
    /** {@code map.rights}: (kind of the other mappings, read-only, the rule's answer) to rights or -1 to keep. */
    private final Decision rights;
    /** {@code map.writes-when-refused}: 1 when the entry is written although the map is going to fail. */
    private final Decision writesWhenRefused;

    MapGrant(
            XenState x,
            ModelBuilder model,
            Invalidation invalidation,
            FrameRelease release,
            TypeUpkeep types,
            TablePages tables) {
        this.x = x;
        this.tables = tables;
        this.types = types;
        l = x.locals;
        current = new CurrentMapping(x);
        this.invalidation = invalidation;
        this.release = release;
        failed = new FailedMap(x, model, current, release);
        flush = new BatchFlush(x, invalidation);
        entry = new TablePages.Entry(current::mapper, current::frame, this::decided, List.of("map.rights"));
        rights = model.decision("map.rights", (s, kind, readOnly, says) -> says);
        Decision never = (s, a, b, c) -> 0;
        writesWhenRefused = x.environment.on() ? model.decision("map.writes-when-refused", never) : never;
    }

    /** The program of the call. The invalidation is awaited before the handle is usable, unless a batch pays at its end. */
    List<Step> steps() {
        boolean batch = x.batch.on();
        boolean atEnd = x.batch.paysAtEnd();
        String after = batch ? CurrentMapping.NEXT_ELEMENT : Step.END;
        boolean replaces = x.setting.recorded() && !batch;
        return new OperationPlan()
                .step(Step.of("pin", this::pin).asking(Asks.PIN).on(FAIL, after))
                .stepIf(
                        x.types.on(),
                        () -> Step.of("take-type", types::takeForMap)
                                .asking(Asks.OWN_ENTRY)
                                .asking("map.refuses-table")
                                .claiming("begin-open")
                                .on(FAIL, "undo")
                                .on(DONE, "reference"))
                .at("types", x.types.on() ? types.flush("type") : List.of())
                .step(referenceStep(replaces))
                .step(Step.of("undo", failed::undo)
                        .asking(Asks.RELEASE)
                        .asking("undo.releases-references")
                        .claiming("end-hold")
                        .on(NEXT, after)
                        .on(DONE, x.setting.mapsMayFail() ? release.first() : Step.END))
                .stepIf(replaces, () -> Step.of("replaced", this::takeReplaced).on(DONE, "lock"))
                .at("release", replaces ? release.steps("go-on") : List.of())
                .stepIf(replaces, () -> Step.of("go-on", this::goOn))
                .step(current.locking().quietly().on(DONE, PUBLISH))
                .at("upkeep", tables.adding(entry, UPKEEP, "undo-host"))
                .at("upkeep", tables.storing(entry, upkeepStep(), "queue-invalidation"))
                .at("payment", atEnd ? visibleInBatch() : tables.paying(payment()))
                .step(Step.of(PUBLISH, atEnd ? this::publishInBatch : this::publish)
                        .asking("batch.accumulates")
                        .dropping(Asks.GRANT_LOCK)
                        .quietly()
                        .claiming("open"))
                .stepIf(!atEnd, this::unlockStep)
                .stepIf(batch, () -> nextElement(atEnd))
                .at("payment", atEnd ? flush.atEnd(current::unlockBatch, Step.END) : List.of())
                .stepIf(!atEnd && x.setting.waitsTimeOut(), () -> failed.keeping(this::publish))
                .at("failure", x.setting.mapsMayFail() ? failed.steps(after) : List.of())
                .steps();
    }

    private Step referenceStep(boolean replaces) {
        Step reference =
                Step.of("reference", this::reference).on(FAIL, "undo").on(NEXT, replaces ? "replaced" : "lock");
        return x.types.on() ? reference.quietly() : reference.claiming("begin-open");
    }

    private Step upkeepStep() {
        return Step.of(UPKEEP, this::upkeep)
                .asking(Asks.ENTRY)
                .asking("map.rights", "map.writes-when-refused")
                .claiming("set-entry")
                .on(DONE, PUBLISH)
                .on(FAIL, x.setting.mapsMayFail() ? "undo-host" : Step.END);
    }

    /** The last one, where neither elements nor failures follow. */
    private Step unlockStep() {
        Step unlock = Step.of("unlock", current::unlock).dropping(Asks.GRANT_LOCK);
        boolean isFollowed = x.setting.mapsMayFail() || x.setting.waitsTimeOut();
        return isFollowed && !x.batch.on() ? unlock.on(NEXT, Step.END) : unlock;
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
        int refs = x.setting.refs();
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
        x.calls.calledBy(s, cpu, mapper);
        int sides = MapFlags.sides(flags);
        int status = GrantStatus.OKAY;
        if (sides == 0) {
            status = GrantStatus.BAD_GNTREF;
        } else if (granter < 0 || granter >= x.domains.size() || !x.exists(s, granter)) {
            status = GrantStatus.BAD_DOMAIN;
        } else if (!x.grants.maptrack.hasFree(s, mapper)) {
            status = GrantStatus.NO_SPACE;
        } else if (!x.grants.isInTable(s, granter, ref)) {
            x.grants.maptrack.put(s, mapper, x.grants.maptrack.take(s, mapper));
            status = GrantStatus.BAD_GNTREF;
        }
        l.result.set(s, cpu, status);
        if (status == GrantStatus.OKAY) {
            l.domain.set(s, cpu, mapper);
            l.granter.set(s, cpu, granter);
            l.ref.set(s, cpu, ref);
            l.sides.set(s, cpu, sides);
            l.readOnly.set(s, cpu, MapFlags.isReadOnly(flags) ? 1 : 0);
            x.hosts.begin(s, cpu, host, flags, 0);
        }
        return !x.isDying(s, mapper);
    }

    private int pin(long[] s, int cpu) {
        if (l.result.get(s, cpu) != GrantStatus.OKAY) {
            return FAIL;
        }
        int mapper = current.mapper(s, cpu);
        int handle = x.grants.maptrack.take(s, mapper);
        if (handle < 0) {
            l.result.set(s, cpu, GrantStatus.NO_SPACE);
            return FAIL;
        }
        int granter = current.granter(s, cpu);
        int ref = current.ref(s, cpu);
        boolean readOnly = l.isReadOnly(s, cpu);
        boolean first = x.grants.isFirst(s, granter, ref, readOnly);
        int status = x.grants.pin(s, mapper, granter, ref, current.sides(s, cpu), readOnly);
        l.result.set(s, cpu, status);
        if (status != GrantStatus.OKAY) {
            x.grants.maptrack.put(s, mapper, handle);
            return FAIL;
        }
        l.handle.set(s, cpu, handle);
        l.first.set(
                s, cpu, first && UpkeepRule.looksAtOldPins(x.setting.upkeep().rule()) ? 1 : 0);
        l.phase.set(s, cpu, Locals.PINNED);
        return NEXT;
    }

    /**
     * References, one for each side, where {@link TypeUpkeep#takeForMap} has not taken them with the type; and the host's
     * mapping. Failures in this order: bad_page or general_error for the frame, general_error for the host address.
     */
    private int reference(long[] s, int cpu) {
        int frame = current.frame(s, cpu);
        int sides = current.sides(s, cpu);
        boolean readOnly = l.isReadOnly(s, cpu);
        int mapper = current.mapper(s, cpu);
        if (!x.types.on()) {
            if (!x.memory.canRefer(s, current.granter(s, cpu), frame)) {
                l.result.set(
                        s, cpu, x.grants.unreferable(s, current.granter(s, cpu), current.ref(s, cpu), sides, readOnly));
                return FAIL;
            }
            x.memory.refer(s, frame, Integer.bitCount(sides));
        }
        long old = x.hosts.replaced(s, cpu, mapper, sides);
        if (!x.hosts.map(s, cpu, mapper, sides, frame, readOnly)) {
            x.types.drop(s, frame, readOnly ? 0 : Integer.bitCount(sides));
            x.memory.release(s, frame, Integer.bitCount(sides));
            l.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
            return FAIL;
        }
        l.phase.set(s, cpu, Locals.OPENING);
        if (release.put(s, cpu, old)) {
            x.hosts.lose(s, cpu, old);
        }
        return NEXT;
    }

    /** The rights that the entry is to have, or -1 to keep it. */
    private int decided(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int frame = current.frame(s, cpu);
        int says = x.rule.onMap(s, mapper, frame, l.isReadOnly(s, cpu), l.first.get(s, cpu) != 0);
        return rights.decide(s, x.grants.mapKind(s, mapper, frame), (int) l.readOnly.get(s, cpu), says);
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
        return x.environment.iommuFails(s)
                ? invalidation.entries().changes(s, mapper, frame, decided)
                : x.environment.heapExhausted(s) && invalidation.entries().adds(s, mapper, frame, decided);
    }

    /** The handle becomes usable: sides last of all fields. */
    private int publish(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int handle = (int) l.handle.get(s, cpu);
        x.hosts.publish(s, cpu, mapper, handle);
        x.grants.maptrack.publish(
                s,
                mapper,
                handle,
                current.granter(s, cpu),
                current.ref(s, cpu),
                current.sides(s, cpu),
                l.isReadOnly(s, cpu));
        l.phase.set(s, cpu, Locals.NONE);
        return NEXT;
    }

    /** The entry that made place may have been the last to refer to a frame that its owner gave up, or died with. */
    private int takeReplaced(long[] s, int cpu) {
        int frame = x.hosts.takeLost(s, cpu);
        l.frame.set(s, cpu, Math.max(0, frame));
        return frame < 0 ? DONE : NEXT;
    }

    /** The frame that was released may have been another domain's, whose entry went. */
    private int goOn(long[] s, int cpu) {
        l.domain.set(s, cpu, x.calls.caller(s, cpu));
        l.phase.set(s, cpu, Locals.OPENING);
        return NEXT;
    }

    private int publishInBatch(long[] s, int cpu) {
        current.deferDebt(s, cpu);
        return publish(s, cpu);
    }
}
