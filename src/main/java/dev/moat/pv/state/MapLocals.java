package dev.moat.pv.state;

import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/** What a CPU keeps while it maps or unmaps in steps. */
public final class MapLocals {
    /** Per CPU: the mapping that its call is about. */
    public final Slots transfer;
    /** Per CPU, before its first step alone: the buffer that is to be mapped, and which way. */
    public final Slots buffer;

    public final Slots direction;
    /** Per CPU: the first slot that its search found, or none. */
    public final Slots found;
    /** Per CPU: the area that it is at. */
    public final Slots area;

    MapLocals(LayerState layer, SchemaBuilder schema, Liveness busy) {
        Sort cpus = layer.setting.cpus.onlyIf(layer.setting.pools.inSteps);
        transfer = local(schema, "cpu.transfer", busy, cpus).optional(layer.setting.mappings);
        buffer = local(schema, "cpu.buffer", busy, cpus).of(layer.setting.buffers);
        direction = local(schema, "cpu.direction", busy, cpus).of(Mappings.directions());
        found = local(schema, "cpu.slot", busy, cpus).optional(layer.slots);
        area = local(schema, "cpu.area", busy, cpus).bits(SlotsBuilder.bitsFor(layer.setting.pools.areas));
    }

    private static SlotsBuilder local(SchemaBuilder schema, String name, Liveness busy, Sort cpus) {
        return schema.slots(name, Role.HYPERVISOR, Writer.GUEST, cpus).live(busy);
    }

    /** A call begins that is about a mapping, at an area. */
    public void begin(long[] s, int cpu, int mapping, int first) {
        transfer.set(s, cpu, mapping + 1);
        setBuffer(s, cpu, 0, 0);
        found.set(s, cpu, 0);
        area.set(s, cpu, first);
    }

    /** Notes what is to be mapped; or, as nothing, that it is being mapped. */
    public void setBuffer(long[] s, int cpu, int which, int dir) {
        buffer.set(s, cpu, which);
        direction.set(s, cpu, dir);
    }

    /** The mapping that a CPU's call is about. */
    public int mapping(long[] s, int cpu) {
        return (int) transfer.get(s, cpu) - 1;
    }

    /** The first slot that a CPU's search found. */
    public int slot(long[] s, int cpu) {
        return (int) found.get(s, cpu) - 1;
    }
}
