package dev.moat.xen.state;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/** Arguments of the copy that runs on each CPU, and what the last one reached; absent where there are no copies. */
public final class CopyLocals {
    /** As {@code CopySide} says. */
    public final Slots source;

    public final Slots destination;
    /** Offset of the source in bits 15:0, of the destination in 31:16; bytes. */
    public final Slots offsets;
    /** Bytes. */
    public final Slots length;
    /** Ghost: the frames between which the last successful copy moved bytes. */
    public final Slots from;

    public final Slots to;

    CopyLocals(SchemaBuilder schema, Slots pc, Sort frames, boolean on) {
        Sort cpus = on ? pc.index().get(0) : Sort.numbered("Cpu", "", 0);
        source = argument(schema, pc, cpus, "cpu.copy-source", Integer.SIZE);
        destination = argument(schema, pc, cpus, "cpu.copy-destination", Integer.SIZE);
        offsets = argument(schema, pc, cpus, "cpu.copy-offsets", Integer.SIZE);
        length = argument(schema, pc, cpus, "cpu.copy-length", Short.SIZE);
        from = schema.slots("copied.from", Role.GHOST, Writer.GHOST, cpus).of(frames);
        to = schema.slots("copied.to", Role.GHOST, Writer.GHOST, cpus).of(frames);
    }

    private static Slots argument(SchemaBuilder schema, Slots pc, Sort cpus, String name, int bits) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .bits(bits);
    }

    public int fromOffset(long[] s, int cpu) {
        return (int) offsets.get(s, cpu) & 0xffff;
    }

    public int toOffset(long[] s, int cpu) {
        return (int) (offsets.get(s, cpu) >>> Short.SIZE);
    }
}
