package dev.moat.xen;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.MapFlags;
import dev.moat.grant.Maptrack;
import dev.moat.grant.Pins;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code GNTTABOP_map_grant_ref} and {@code GNTTABOP_unmap_grant_ref}, kept in step with the I/O tables.
 * {@code @source} Xen 4.17 common/grant_table.c; order of checks and statuses as recorded from it.
 */
final class GrantOperations {
    static final String MAP = "map_grant_ref";
    static final String UNMAP = "unmap_grant_ref";

    private final XenState x;
    private final Locals l;
    private final Invalidation invalidation;
    private final FrameRelease release;
    private final TypeUpkeep types;
    /** {@code map.rights}: (kind of the other mappings, read-only, the rule's answer) to rights or -1 to keep. */
    private final Decision mapRights;
    /** {@code unmap.rights}: (kind of the mappings that are left, 0, the rule's answer) to rights or -1. */
    private final Decision unmapRights;
    /** {@code unmap.released-sides}: (asked and mapped, mapped before) to the sides whose pins go in complete. */
    private final Decision releasedSides;

    GrantOperations(XenState x, ModelBuilder model, Invalidation invalidation, FrameRelease release, TypeUpkeep types) {
        this.x = x;
        this.types = types;
        this.l = x.locals;
        this.invalidation = invalidation;
        this.release = release;
        mapRights = model.decision("map.rights", (s, kind, readOnly, says) -> says);
        unmapRights = model.decision("unmap.rights", (s, kind, b, says) -> says);
        releasedSides = model.decision("unmap.released-sides", (s, asked, mapped, c) -> asked);
    }

    /** The flags a search tries, numbered as they print: side by side, each writable and read-only. */
    private static final List<String> FLAGS =
            List.of("host rw", "host ro", "device rw", "device ro", "host+device rw", "host+device ro");

    void declare(ModelBuilder model) {
        Argument e = new Argument("mapper", x.domains);
        Argument g = new Argument("granter", x.domains);
        Argument r = new Argument("ref", x.grants.refs);
        Argument flags = new Argument("flags", new Sort("MapFlags", FLAGS));
        Argument h = new Argument("handle", x.grants.maptrack.handles);
        Argument sides = new Argument("sides", new Sort("UnmapSides", List.of("host", "device", "host+device")));
        List<Integer> granters = x.setting.granters();
        model.operation(new Operation(
                MAP,
                Actor.HYPERVISOR,
                List.of(e, g, r, flags),
                (mapper, granter, ref, f, none) -> mapper != granter && granters.contains(granter),
                (s, cpu, mapper, granter, ref, f, none) ->
                        beginMap(s, cpu, mapper, granter, ref, searchedFlags(f), HostAddress.NONE),
                mapSteps(),
                l.result));
        model.operation(new Operation(
                UNMAP,
                Actor.HYPERVISOR,
                List.of(e, h, sides),
                (mapper, handle, side, b, c) -> x.setting.mappers().contains(mapper),
                (s, cpu, mapper, handle, side, b, c) -> beginUnmap(s, cpu, mapper, handle, side + 1),
                unmapSteps(),
                l.result));
        model.call(MAP, this::beginMap);
        model.call(UNMAP, this::callUnmap);
    }

    private static int searchedFlags(int printed) {
        int sides = printed / 2 + 1;
        return ((sides & Pins.HOST) != 0 ? MapFlags.HOST_MAP : 0)
                | ((sides & Pins.DEVICE) != 0 ? MapFlags.DEVICE_MAP : 0)
                | (printed % 2 != 0 ? MapFlags.READONLY : 0);
    }

    private List<Step> mapSteps() {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("pin", this::pin));
        if (x.types.on()) {
            steps.add(Step.of("take-type", types::takeForMap).on(FAIL, "undo"));
            steps.addAll(types.flush("type"));
        }
        steps.addAll(List.of(
                Step.of("reference", this::reference)
                        .claiming("begin-open")
                        .on(FAIL, "undo")
                        .on(NEXT, "lock"),
                Step.of("undo", this::undo).on(NEXT, Step.END),
                Step.of("lock", this::lock).quietly().on(DONE, "publish"),
                Step.of("upkeep", this::mapUpkeep).claiming("set-entry").on(DONE, "publish"),
                Step.of("queue-invalidation", invalidation::queueInvalidation)
                        .claiming("submit")
                        .on(DONE, "publish"),
                Step.of("queue-wait", invalidation::queueWait),
                Step.of("await", invalidation::await)
                        .quietly()
                        .claiming("acknowledge")
                        .on(LOOP, "queue-invalidation"),
                Step.of("publish", this::publish).quietly().claiming("open"),
                Step.of("unlock", this::unlock)));
        return steps;
    }

    private List<Step> unmapSteps() {
        return x.setting.deferred() ? DeferredFlush.deferring(x, strictUnmapSteps(), this::unlock) : strictUnmapSteps();
    }

    /** Nothing lingers when it returns: the invalidation is awaited before anything is released. */
    private List<Step> strictUnmapSteps() {
        List<Step> steps = new ArrayList<>(List.of(
                Step.of("take-sides", this::takeSides).claiming("begin-close"),
                Step.of("lock", this::lock).quietly().on(DONE, "complete"),
                Step.of("upkeep", this::unmapUpkeep).claiming("clear-entry").on(DONE, "unlock"),
                Step.of("queue-invalidation", invalidation::queueInvalidation)
                        .claiming("submit")
                        .on(DONE, "unlock"),
                Step.of("queue-wait", invalidation::queueWait),
                Step.of("await", invalidation::await)
                        .quietly()
                        .claiming("acknowledge")
                        .on(LOOP, "queue-invalidation"),
                Step.of("unlock", this::unlock).quietly(),
                Step.of("complete", this::complete).claiming("end-hold").on(NEXT, "clear-owner")));
        steps.addAll(release.steps());
        return steps;
    }

    /**
     * Arguments of a map call, valid or not, checked as far as they need no lock. Failures in this order: no side asked
     * for ({@code bad_gntref}), no such domain ({@code bad_domain}), no free handle ({@code no_space}), no such reference
     * ({@code bad_gntref}; the handle was taken and goes back, which shows in the order of handles).
     *
     * @param flags as {@link MapFlags} has them
     * @param host as {@link HostAddress} encodes it
     */
    private boolean beginMap(long[] s, int cpu, int mapper, int granter, int ref, int flags, int host) {
        int sides = MapFlags.sides(flags);
        int status = GrantStatus.OKAY;
        if (sides == 0) {
            status = GrantStatus.BAD_GNTREF;
        } else if (granter < 0 || granter >= x.domains.size() || !x.exists(s, granter)) {
            status = GrantStatus.BAD_DOMAIN;
        } else if (!x.grants.maptrack.hasFree(s, mapper)) {
            status = GrantStatus.NO_SPACE;
        } else if (!x.grants.isInTable(ref)) {
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
        return true;
    }

    private int pin(long[] s, int cpu) {
        if (l.result.get(s, cpu) != GrantStatus.OKAY) {
            return FAIL;
        }
        int mapper = (int) l.domain.get(s, cpu);
        int handle = x.grants.maptrack.take(s, mapper);
        if (handle < 0) {
            l.result.set(s, cpu, GrantStatus.NO_SPACE);
            return FAIL;
        }
        boolean first = x.grants.isFirst(s, granter(s, cpu), ref(s, cpu), l.isReadOnly(s, cpu));
        int sides = (int) l.sides.get(s, cpu);
        int status = x.grants.pin(s, mapper, granter(s, cpu), ref(s, cpu), sides, l.isReadOnly(s, cpu));
        l.result.set(s, cpu, status);
        if (status != GrantStatus.OKAY) {
            x.grants.maptrack.put(s, mapper, handle);
            return FAIL;
        }
        l.handle.set(s, cpu, handle);
        l.first.set(s, cpu, first && UpkeepRule.looksAtOldPins(x.setting.rule()) ? 1 : 0);
        l.phase.set(s, cpu, Locals.PINNED);
        return NEXT;
    }

    /** References: one for each side. Failures in this order: bad_page, host address. */
    private int reference(long[] s, int cpu) {
        int granter = (int) l.granter.get(s, cpu);
        int frame = frame(s, cpu);
        int sides = (int) l.sides.get(s, cpu);
        boolean readOnly = l.isReadOnly(s, cpu);
        int status = GrantStatus.OKAY;
        if (!x.memory.canRefer(s, granter, frame)) {
            status = GrantStatus.BAD_PAGE;
        }
        long old = x.hosts.replaced(s, cpu, (int) l.domain.get(s, cpu), sides);
        if (status == GrantStatus.OKAY && !x.hosts.map(s, cpu, (int) l.domain.get(s, cpu), sides, frame, readOnly)) {
            status = GrantStatus.GENERAL_ERROR;
        }
        l.result.set(s, cpu, status);
        if (status != GrantStatus.OKAY) {
            x.types.drop(s, frame, readOnly ? 0 : Integer.bitCount(sides));
            return FAIL;
        }
        x.memory.refer(s, frame, Integer.bitCount(sides));
        l.phase.set(s, cpu, Locals.OPENING);
        release.put(s, cpu, old);
        return NEXT;
    }

    /** Rolls a failed map back: pins, status bits, handle. */
    private int undo(long[] s, int cpu) {
        int sides = (int) l.sides.get(s, cpu);
        x.grants.unpin(s, granter(s, cpu), ref(s, cpu), sides, l.isReadOnly(s, cpu));
        x.grants.maptrack.put(s, (int) l.domain.get(s, cpu), (int) l.handle.get(s, cpu));
        return NEXT;
    }

    private int granter(long[] s, int cpu) {
        return (int) l.granter.get(s, cpu);
    }

    private int ref(long[] s, int cpu) {
        return (int) l.ref.get(s, cpu);
    }

    /** The pins that the running operation holds. */
    private long units(long[] s, int cpu) {
        return x.grants.pins.units((int) l.sides.get(s, cpu), l.isReadOnly(s, cpu));
    }

    private int frame(long[] s, int cpu) {
        return x.grants.frame(s, (int) l.granter.get(s, cpu), (int) l.ref.get(s, cpu));
    }

    /** Whether the mapper's tables have to follow this operation at all. */
    private boolean needsUpkeep(long[] s, int cpu) {
        return x.tree((int) l.domain.get(s, cpu)) >= 0
                && l.phase.get(s, cpu) != Locals.CLOSING_HALF
                && l.domain.get(s, cpu) != l.granter.get(s, cpu);
    }

    /** The mapper's table lock, held until the invalidation has completed. DONE when there is nothing to keep up. */
    private int lock(long[] s, int cpu) {
        if (!needsUpkeep(s, cpu)) {
            return DONE;
        }
        int mapper = (int) l.domain.get(s, cpu);
        if (x.grantLock.get(s, mapper) != 0) {
            return BLOCKED;
        }
        x.grantLock.set(s, mapper, 1);
        return NEXT;
    }

    private int unlock(long[] s, int cpu) {
        if (needsUpkeep(s, cpu)) {
            x.grantLock.set(s, (int) l.domain.get(s, cpu), 0);
        }
        return NEXT;
    }

    private int mapUpkeep(long[] s, int cpu) {
        int mapper = (int) l.domain.get(s, cpu);
        int frame = frame(s, cpu);
        int says = x.rule.onMap(s, mapper, frame, l.isReadOnly(s, cpu), l.first.get(s, cpu) != 0);
        int kind = x.grants.mapKind(s, mapper, frame);
        int rights = mapRights.decide(s, kind, (int) l.readOnly.get(s, cpu), says);
        return rights >= 0 && invalidation.writeEntry(s, cpu, mapper, frame, rights) ? NEXT : DONE;
    }

    /** The handle becomes usable: sides last of all fields. */
    private int publish(long[] s, int cpu) {
        int mapper = (int) l.domain.get(s, cpu);
        int handle = (int) l.handle.get(s, cpu);
        x.hosts.publish(s, cpu, mapper, handle);
        x.grants.maptrack.publish(
                s,
                mapper,
                handle,
                (int) l.granter.get(s, cpu),
                (int) l.ref.get(s, cpu),
                (int) l.sides.get(s, cpu),
                l.isReadOnly(s, cpu));
        l.phase.set(s, cpu, Locals.NONE);
        return NEXT;
    }

    /** Begins an unmap with the right address for each of these sides. */
    private boolean beginUnmap(long[] s, int cpu, int mapper, int handle, int sides) {
        l.domain.set(s, cpu, mapper);
        l.handle.set(s, cpu, handle);
        l.sides.set(s, cpu, sides);
        return true;
    }

    /**
     * Begins an unmap with arguments as a guest passes them, valid or not: a side is asked for when its address is not 0.
     *
     * @param handle an unsigned number
     * @param host as {@link HostAddress} encodes it
     * @param bus the frame at the bus address + 1, 0 when not given, the number of frames + 1 when it is no frame's
     */
    private boolean callUnmap(long[] s, int cpu, int mapper, int handle, int host, int bus, int unused) {
        if (!x.grants.maptrack.isActive(s, mapper, handle)) {
            l.result.set(s, cpu, GrantStatus.BAD_HANDLE);
            return true;
        }
        x.hosts.begin(s, cpu, host, 0, bus);
        return beginUnmap(
                s, cpu, mapper, handle, (host != HostAddress.NONE ? Pins.HOST : 0) | (bus != 0 ? Pins.DEVICE : 0));
    }

    /**
     * Takes the asked sides off the handle, which goes back to the free list when none is left. A side that is not mapped
     * is ignored; with nothing left to do the call succeeds. Failures, each with nothing changed, in this order: inactive
     * handle ({@code bad_handle}), wrong bus address ({@code bad_dev_addr}), no such mapping at the host address
     * ({@code general_error}).
     */
    private int takeSides(long[] s, int cpu) {
        Maptrack maptrack = x.grants.maptrack;
        int mapper = (int) l.domain.get(s, cpu);
        int handle = (int) l.handle.get(s, cpu);
        if (l.result.get(s, cpu) != GrantStatus.OKAY || !maptrack.isActive(s, mapper, handle)) {
            l.result.set(s, cpu, GrantStatus.BAD_HANDLE);
            return FAIL;
        }
        int mapped = (int) maptrack.sides.get(s, mapper, handle);
        int asked = (int) l.sides.get(s, cpu) & mapped;
        if (asked == 0) {
            return DONE;
        }
        l.granter.set(s, cpu, maptrack.granter.get(s, mapper, handle));
        l.ref.set(s, cpu, maptrack.ref.get(s, mapper, handle));
        l.readOnly.set(s, cpu, maptrack.readOnly.get(s, mapper, handle));
        int status = unmapHost(s, cpu, mapper, handle, asked);
        if (status != GrantStatus.OKAY) {
            l.result.set(s, cpu, status);
            return FAIL;
        }
        l.sides.set(s, cpu, releasedSides.decide(s, asked, mapped, 0));
        boolean put = maptrack.clear(s, mapper, handle, asked);
        l.handle.set(s, cpu, 0);
        l.phase.set(s, cpu, put ? Locals.CLOSING : Locals.CLOSING_HALF);
        return NEXT;
    }

    private int unmapHost(long[] s, int cpu, int mapper, int handle, int asked) {
        int frame = frame(s, cpu);
        if ((asked & Pins.DEVICE) != 0 && !x.hosts.isBusAddressOf(s, cpu, frame)) {
            return GrantStatus.BAD_DEV_ADDR;
        }
        if ((asked & Pins.HOST) != 0 && !x.hosts.unmap(s, cpu, mapper, handle, frame, l.isReadOnly(s, cpu))) {
            return GrantStatus.GENERAL_ERROR;
        }
        return GrantStatus.OKAY;
    }

    private int unmapUpkeep(long[] s, int cpu) {
        int mapper = (int) l.domain.get(s, cpu);
        int frame = frame(s, cpu);
        int says = x.rule.onUnmap(s, mapper, granter(s, cpu), ref(s, cpu), frame, l.isReadOnly(s, cpu), units(s, cpu));
        int rights = unmapRights.decide(s, x.grants.mapKind(s, mapper, frame), 0, says);
        return rights >= 0 && invalidation.writeEntry(s, cpu, mapper, frame, rights) ? NEXT : DONE;
    }

    /** Page references, pins, then status bits. DONE unless the last reference to a frame that was given up went. */
    private int complete(long[] s, int cpu) {
        int frame = frame(s, cpu);
        int sides = (int) l.sides.get(s, cpu);
        boolean last = x.memory.release(s, frame, Integer.bitCount(sides));
        x.types.drop(s, frame, l.isReadOnly(s, cpu) ? 0 : Integer.bitCount(sides));
        x.grants.unpin(s, (int) l.granter.get(s, cpu), (int) l.ref.get(s, cpu), sides, l.isReadOnly(s, cpu));
        l.phase.set(s, cpu, Locals.NONE);
        l.sides.set(s, cpu, 0);
        if (last) {
            l.frame.set(s, cpu, frame);
            l.readOnly.set(s, cpu, 0);
            l.granter.set(s, cpu, 0);
            l.ref.set(s, cpu, 0);
        }
        return last ? NEXT : DONE;
    }
}
