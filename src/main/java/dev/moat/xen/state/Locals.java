package dev.moat.xen.state;

import dev.moat.grant.GrantStatus;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Arguments and locals of the operation that runs on each CPU; all dead while the CPU is idle, and set back to 0 by the
 * steps as soon as they are not needed any more.
 */
public final class Locals {
    /** Values of {@link #phase}. */
    public static final int NONE = 0;
    /** A mapping whose pins are taken, while it may still be refused: the frame may not be the granter's any more. */
    public static final int PINNED = 1;
    /** A mapping whose pins and references are taken and that is not published yet. */
    public static final int OPENING = 2;
    /** Sides taken off a handle that was put back; its pins are still held. */
    public static final int CLOSING = 3;
    /** Sides taken off a handle that lives on with the other side; their pins are still held. */
    public static final int CLOSING_HALF = 4;
    /** A source-id whose context entry was cleared or replaced and whose cached context is still owed an invalidation. */
    public static final int DETACHING = 5;
    /** A device whose domain is still owed an invalidation of its translations. */
    public static final int DRAINING = 6;
    /** Sides taken off a handle that is put back only when the I/O tables have followed; where that can fail. */
    public static final int REMOVING = 8;

    private static final List<String> PHASES = List.of(
            "none", "pinned", "opening", "closing", "closing-half", "detaching", "draining", "attaching", "removing");

    /** A device whose context entry has been written and whose former cached context is owed an invalidation. */
    public static final int ATTACHING = 7;

    /** Values of {@link #owes}. */
    public static final int NOTHING = 0;
    /** An invalidation of what was there. */
    public static final int OWED = 1;
    /** An invalidation that hardware was asked for, or has done and was not yet seen to have. */
    public static final int SUBMITTED = 2;
    /** That hardware finds an entry where there was none: the walker has to see it, caching mode has to forget. */
    public static final int VISIBILITY = 3;

    /** The domain for which the operation acts: mapper, owner, or the one that has the device. */
    public final Slots domain;

    public final Slots granter;
    public final Slots ref;
    public final Slots handle;
    /** Sides being mapped or unmapped, a mask of {@link dev.moat.grant.Pins#BOTH}. */
    public final Slots sides;

    public final Slots readOnly;
    /** The frame whose table entry is being changed. */
    public final Slots frame;

    /** The source-id whose context entry is being changed. */
    public final Slots device;
    /** The domain that loses the device to {@link #domain}, or none; kept only where devices are moved. */
    public final Slots former;
    /** As {@link #unit(long[], int)}; absent where there is one unit. */
    public final Slots unit;
    /** What is owed for the last entry that was changed. */
    public final Slots owes;

    /** Whether the change took away the right to write; 0 where nothing is owed. */
    public final Slots lostWrite;

    public final Slots phase;
    /** Whether nothing of its kind was pinned before this mapping; kept only for the rules that look at it. */
    public final Slots first;
    /** {@link GrantStatus} of the operation. */
    public final Slots result;

    Locals(
            SchemaBuilder schema,
            Slots pc,
            Sort domains,
            Sort refs,
            Sort handles,
            Sort frames,
            Sort requesters,
            Sort units,
            boolean oldPins,
            boolean moves,
            boolean failures) {
        Sort cpus = pc.index().get(0);
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        domain = local(schema, busy, "cpu.domain", cpus, domains);
        granter = local(schema, busy, "cpu.granter", cpus, domains);
        ref = local(schema, busy, "cpu.ref", cpus, refs);
        handle = local(schema, busy, "cpu.handle", cpus, handles);
        sides = local(
                schema, busy, "cpu.sides", cpus, new Sort("Sides", List.of("none", "host", "device", "host+device")));
        readOnly = local(schema, busy, "cpu.readonly", cpus, new Sort("Flag", List.of("no", "yes")));
        frame = local(schema, busy, "cpu.frame", cpus, frames);
        device = local(schema, busy, "cpu.device", cpus, requesters);
        owes = local(
                schema, busy, "cpu.owes", cpus, new Sort("Debt", List.of("no", "owed", "submitted", "visibility")));
        lostWrite = local(schema, busy, "cpu.lost-write", cpus, new Sort("Flag", List.of("no", "yes")));
        phase = local(
                schema, busy, "cpu.phase", cpus, new Sort("Phase", failures ? PHASES : PHASES.subList(0, REMOVING)));
        first = schema.slots("cpu.first", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .bits(oldPins ? 1 : 0);
        unit = local(schema, busy, "cpu.unit", units.size() > 1 ? cpus : Sort.numbered(cpus.name(), "", 0), units);
        former = schema.slots(
                        "cpu.former", Role.HYPERVISOR, Writer.HYPERVISOR, moves ? cpus : Sort.numbered("Cpu", "", 0))
                .live(busy)
                .optional(domains);
        result = local(schema, busy, "cpu.result", cpus, GrantStatus.SORT);
    }

    private static Slots local(SchemaBuilder schema, Liveness busy, String name, Sort cpus, Sort values) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .of(values);
    }

    /** Nothing is owed any more. */
    public void owesNothing(long[] s, int cpu) {
        owes.set(s, cpu, 0);
        lostWrite.set(s, cpu, 0);
    }

    /** The unit whose caches are being invalidated; those before it are done. */
    public int unit(long[] s, int cpu) {
        return unit.size() == 0 ? 0 : (int) unit.get(s, cpu);
    }

    /** Sets the unit whose invalidation a CPU is at. */
    public void setUnit(long[] s, int cpu, int value) {
        if (unit.size() > 0) {
            unit.set(s, cpu, value);
        }
    }

    public boolean isReadOnly(long[] s, int cpu) {
        return readOnly.get(s, cpu) != 0;
    }
}
