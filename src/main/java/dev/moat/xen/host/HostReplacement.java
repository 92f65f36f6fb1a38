package dev.moat.xen.host;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * What {@code GNTTABOP_unmap_and_replace} does to page table entries: the one at a new address is taken away, and takes the
 * place of the mapping that goes. {@code @source} Xen 4.17 arch/x86 grant_table.c (replace_grant_pv_mapping); recorded
 * ({@code replace/*}).
 */
public final class HostReplacement {
    private final HostSpace hosts;
    /** The new address of the running call, as {@link HostAddress} says. */
    private final Slots address;

    public HostReplacement(SchemaBuilder schema, Slots pc, HostSpace hosts) {
        this.hosts = hosts;
        Sort cpus = pc.index().get(0).onlyIf(hosts.slots() > 0);
        address = schema.slots("cpu.new-host", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .bits(HostAddress.BITS);
    }

    /** Drops what a page table entry, as {@link HostPte} says, referred to. */
    public interface Put {
        boolean put(long[] s, int cpu, long entry);
    }

    /** Stores the new address of a call. */
    public void begin(long[] s, int cpu, int replacement) {
        address.set(s, cpu, replacement);
    }

    /** Whether the running call replaces what it unmaps. */
    private boolean replaces(long[] s, int cpu) {
        return address.size() > 0 && address.get(s, cpu) != HostAddress.NONE;
    }

    /**
     * Like {@link HostSpace#unmap}, with the replacement that the call asks for, if any. A call that fails on its host address has
     * lost the entry at the new one.
     */
    public boolean unmap(long[] s, int cpu, int domain, int handle, int frame, boolean readOnly, Put put) {
        if (!replaces(s, cpu)) {
            return hosts.unmap(s, cpu, domain, handle, frame, readOnly);
        }
        int from = HostAddress.slot((int) address.get(s, cpu), false);
        if (hosts.wasMappedByEntry(s, domain, handle) || from < 0 || from >= hosts.slots()) {
            return false;
        }
        long moved = hosts.entry(s, domain, from);
        hosts.setEntry(s, domain, from, 0);
        int slot = hosts.slot(s, cpu);
        if (!hosts.unmap(s, cpu, domain, handle, frame, readOnly)) {
            put.put(s, cpu, moved);
            return false;
        }
        hosts.setEntry(s, domain, slot, moved);
        return true;
    }
}
