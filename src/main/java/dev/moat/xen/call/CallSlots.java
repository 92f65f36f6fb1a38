package dev.moat.xen.call;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.GrantTables;
import dev.moat.iommu.Sizes;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.setting.XenSetting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Arguments and locals of the operation that runs on each CPU, declared together, because their order is that of the state's words;
 * those who use them take theirs by name. All are dead while the CPU is idle, and set back to 0 by the steps as soon as they
 * are not needed any more.
 */
public final class CallSlots {
    private static final Sort FLAG = new Sort("Flag", List.of("no", "yes"));
    private static final Sort SIDES = new Sort("Sides", List.of("none", "host", "device", "host+device"));

    private final SchemaBuilder schema;
    private final Sort cpus;
    private final Liveness busy;
    private final Map<String, Slots> slots = new HashMap<>();
    /** {@link MappingCall#HALF_KEEPS_HANDLE}; in a batch handles go back when the elements have been gathered, and to lists in steps. */
    private final Decision halfKeepsHandle;

    /**
     * Declares them all.
     *
     * @param pc what each CPU runs, 0 for nothing
     * @param requesters the source-ids and units of the machine
     */
    public CallSlots(
            ModelBuilder model,
            Slots pc,
            GrantTables.Geometry grants,
            Sizes.Requesters requesters,
            XenSetting setting) {
        schema = model.schema();
        Decision never = (s, a, b, c) -> 0;
        halfKeepsHandle = setting.flushes().hasBatches() || setting.maptrackFrame() > 0
                ? never
                : model.decision(MappingCall.HALF_KEEPS_HANDLE, never);
        cpus = pc.index().get(0);
        busy = (s, cpu) -> pc.get(s, cpu) != 0;
        Sort none = Sort.numbered("Cpu", "", 0);
        value("domain", cpus, grants.domains());
        value("granter", cpus, grants.domains());
        named("ref", this::isAtMapping, grants.refs());
        named("handle", this::isAtHandle, grants.handles());
        value("sides", cpus, SIDES);
        value("readonly", cpus, FLAG);
        value("frame", cpus, grants.frames());
        value("device", cpus, requesters.sort());
        value("owes", cpus, Debt.KINDS);
        value("lost-write", cpus, FLAG);
        value("phase", cpus, Phase.sort(setting.mapsMayFail() || setting.removalsMayFail()));
        slots.put(
                "first",
                schema.slots("cpu.first", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                        .live(busy)
                        .bits(setting.upkeep().looksAtOldPins() ? 1 : 0));
        value("unit", requesters.units().size() > 1 ? cpus : none, requesters.units());
        slots.put(
                "former",
                schema.slots("cpu.former", Role.HYPERVISOR, Writer.HYPERVISOR, setting.moves() ? cpus : none)
                        .live(busy)
                        .optional(grants.domains()));
        value("result", cpus, GrantStatus.SORT);
        boolean devices = setting.capabilities().caching().devices();
        slots.put(
                "told",
                schema.onlyIf(devices)
                        .slots("cpu.told", Role.HYPERVISOR, Writer.HYPERVISOR, devices ? cpus : none)
                        .live(busy)
                        .optional(requesters.sort()));
    }

    /** Whether an operation is at a mapping, and so at a reference: from the pins on, until its sides are forgotten. */
    private boolean isAtMapping(long[] s, int cpu) {
        return switch ((int) get("phase").get(s, cpu)) {
            case Phase.CLOSING, Phase.CLOSING_HALF -> true;
            default -> isAtHandle(s, cpu);
        };
    }

    /** Whether it has a handle: an unmap gives its own back first, unless it may still be refused or a fault has it keep it. */
    private boolean isAtHandle(long[] s, int cpu) {
        return switch ((int) get("phase").get(s, cpu)) {
            case Phase.PINNED, Phase.OPENING, Phase.REMOVING -> true;
            case Phase.CLOSING_HALF -> halfKeepsHandle.decide(s, 0, 0, 0) != 0;
            case Phase.NONE -> get("sides").get(s, cpu) != 0;
            default -> false;
        };
    }

    private void named(String name, Liveness naming, Sort values) {
        slots.put(
                name,
                schema.slots("cpu." + name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                        .live(busy)
                        .namesWhile(naming)
                        .of(values));
    }

    private void value(String name, Sort index, Sort values) {
        slots.put(
                name,
                schema.slots("cpu." + name, Role.HYPERVISOR, Writer.HYPERVISOR, index)
                        .live(busy)
                        .of(values));
    }

    Decision halfKeepsHandle() {
        return halfKeepsHandle;
    }

    /** The slots with a name, without {@code cpu.}. */
    Slots get(String name) {
        Slots found = slots.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no slots cpu." + name);
        }
        return found;
    }
}
