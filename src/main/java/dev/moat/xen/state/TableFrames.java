package dev.moat.xen.state;

import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The frames that Xen shares with a guest for the status words of its version 2 table: one for each domain, from the heap,
 * owned by the domain, which may map it and grant it, and reachable for no device by that ownership. Without version 2 there
 * is not a single slot; where recorded answers are compared neither. {@code @source} Xen 4.17 grant_table.c
 * (gnttab_populate_status_frames): Xen heap pages, shared with the guest, in no list that the IOMMU's population walks.
 */
public final class TableFrames {
    private final Frames memory;
    private final PageTypes types;
    /** A domain's status frame, or none. */
    private final Slots frame;
    /** What a guest's page table entry for its status frame maps, or none; written and never looked at by Xen. */
    private final Slots pte;
    /** The frame of an entry that an operation of the CPU is about to write, referred to already. */
    private final Slots looked;

    TableFrames(SchemaBuilder schema, Slots pc, Sort domains, Frames memory, PageTypes types, boolean on) {
        this.memory = memory;
        this.types = types;
        Sort tables = on ? domains : Sort.numbered(domains.name(), "", 0);
        Sort cpus = pc.index().get(0).onlyIf(on);
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        frame = schema.slots("table.status-frame", Role.HYPERVISOR, Writer.HYPERVISOR, tables)
                .optional(memory.frames);
        pte = schema.slots("own.status-pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, tables)
                .optional(memory.frames);
        looked = schema.slots("cpu.status-frame", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .optional(memory.frames);
    }

    /** Whether there are any. */
    public boolean on() {
        return frame.size() > 0;
    }

    /** Whether a frame is some domain's status frame. */
    public boolean isOne(long[] s, int f) {
        for (int d = 0; d < frame.size(); d++) {
            if (frame.get(s, d) == f + 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether a frame is Xen's, shared with its owner, so that the owner cannot give it away. */
    public boolean isXens(long[] s, int f) {
        return types.isShared(s, f) || isOne(s, f);
    }

    /** A domain's status frame, -1 for none. */
    public int of(long[] s, int domain) {
        return on() ? (int) frame.get(s, domain) - 1 : -1;
    }

    /** Whether a domain's page tables map a frame as its status frame. */
    public boolean isMapped(long[] s, int domain, int f) {
        return on() && pte.get(s, domain) == f + 1;
    }

    /** Whether a domain's page tables map any. */
    public boolean hasEntry(long[] s, int domain) {
        return pte.get(s, domain) != 0;
    }

    /** Takes a free frame for a domain's status words; false when there is none. */
    public boolean populate(long[] s, int domain) {
        for (int f = 0; f < memory.frames.size(); f++) {
            if (memory.state.get(s, f) == Frames.FREE) {
                memory.allocate(s, domain, f);
                types.share(s, f);
                frame.set(s, domain, f + 1);
                return true;
            }
        }
        return false;
    }

    /** Returns a domain's status frame to the heap. */
    public void unpopulate(long[] s, int domain) {
        int f = of(s, domain);
        memory.free(s, f);
        types.clear(s, f);
        frame.set(s, domain, 0);
    }

    /** Forgets that a frame is a status frame: its domain is being destroyed. */
    public void forget(long[] s, int f) {
        for (int d = 0; d < frame.size(); d++) {
            if (frame.get(s, d) == f + 1) {
                frame.set(s, d, 0);
            }
        }
    }

    /** Notes the frame that a CPU is about to map, -1 for none. */
    public void lookUp(long[] s, int cpu, int f) {
        looked.set(s, cpu, f + 1);
    }

    /** That frame, -1 for none. */
    public int lookedUp(long[] s, int cpu) {
        return (int) looked.get(s, cpu) - 1;
    }

    /** Takes what an entry refers to: the frame, and a use of its type. */
    public void refer(long[] s, int f) {
        memory.refer(s, f, 1);
        types.takeWriter(s, f, 1);
    }

    /** Writes a domain's entry. */
    public void map(long[] s, int domain, int f) {
        pte.set(s, domain, f + 1);
    }

    /** Empties a domain's entry and drops what it referred to; the answer is that of {@link Frames#release}. */
    public boolean unmap(long[] s, int domain) {
        int f = (int) pte.get(s, domain) - 1;
        pte.set(s, domain, 0);
        types.drop(s, f, 1);
        return memory.release(s, f, 1);
    }

    /** References to a frame, and uses of its type, that its owner's entry has or is about to have. */
    public int ownersUses(long[] s, int f) {
        int uses = 0;
        for (int d = 0; d < pte.size(); d++) {
            uses += pte.get(s, d) == f + 1 ? 1 : 0;
        }
        for (int cpu = 0; cpu < looked.size(); cpu++) {
            uses += looked.get(s, cpu) == f + 1 ? 1 : 0;
        }
        return uses;
    }

    /** Adds all of this to a footprint. */
    public void read(Footprint p) {
        if (on()) {
            p.all(frame).all(pte).all(looked);
        }
    }
}
