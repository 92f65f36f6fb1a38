package dev.moat.xen.host;

import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * A PV guest's page table entries for its own frames, as searches keep them: one at most for each frame, its owner's. Where
 * answers are compared with recorded ones {@link HostSpace} has them, with their addresses.
 */
public final class OwnMappings {
    private static final int READ_ONLY = 1;
    private static final int READ_WRITE = 2;

    private final Slots pte;

    /** @param on whether there are any; without, no slots */
    public OwnMappings(SchemaBuilder schema, Sort frames, boolean on) {
        pte = schema.slots(
                        "own.pte",
                        Role.ARCHITECTURAL,
                        Writer.HYPERVISOR,
                        on ? frames : Sort.numbered(frames.name(), "", 0))
                .of(new Sort("OwnPte", List.of("none", "read-only", "read-write")));
    }

    /** Adds a frame's mapping to a footprint. */
    public void read(Footprint p, int frame) {
        if (pte.size() > 0) {
            p.one(pte, frame);
        }
    }

    /** Whether the frame's owner maps it. */
    public boolean isMapped(long[] s, int frame) {
        return pte.size() > 0 && pte.get(s, frame) != 0;
    }

    /** Whether the frame's owner maps it for writing. */
    public boolean isWritable(long[] s, int frame) {
        return pte.size() > 0 && pte.get(s, frame) == READ_WRITE;
    }

    /** Enters a mapping. */
    public void map(long[] s, int frame, boolean readOnly) {
        pte.set(s, frame, readOnly ? READ_ONLY : READ_WRITE);
    }

    /** Removes the mapping; what the entry was, as {@link HostPte} says, 0 when there was none. */
    public long unmap(long[] s, int frame) {
        long old = isMapped(s, frame) ? HostPte.of(frame, !isWritable(s, frame), 0) : 0;
        if (old != 0) {
            pte.set(s, frame, 0);
        }
        return old;
    }
}
