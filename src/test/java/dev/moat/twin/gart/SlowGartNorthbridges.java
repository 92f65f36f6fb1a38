package dev.moat.twin.gart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The northbridges with their GART registers (sheet, section 3), the page table in memory, and what each node's TLB may hold
 * (section 7): every entry that it could have read since its last flush.
 */
class SlowGartNorthbridges {
    /** What an access meets with a PTE that is not valid. */
    static final String PTE_ERROR = "pte-error";

    private record Stored(long at, long value) {}

    private final Map<String, Long> registers = new TreeMap<>();
    private final Map<Long, List<Stored>> memory = new HashMap<>();
    private final Set<Long> changed = new LinkedHashSet<>();
    private final Map<Integer, Long> flushed = new TreeMap<>();
    private final List<String> writes = new ArrayList<>();
    private final boolean cachesInvalid;
    private long now;

    /**
     * Northbridges with all registers 0.
     *
     * @param cachesInvalid whether a TLB may hold an entry that is not valid: the sheet's reference model does so, nothing else
     *     says it
     */
    SlowGartNorthbridges(boolean cachesInvalid) {
        this.cachesInvalid = cachesInvalid;
    }

    /** A register of a node. CACHECTL reads 0: an invalidation is finished at once. */
    long read(int node, int offset) {
        return registers.getOrDefault(node + "." + offset, 0L);
    }

    /** Firmware writes a register. */
    void preset(int node, int offset, long value) {
        registers.put(node + "." + offset, value);
    }

    /** A driver writes a register; INVGART (bit 0 of 9c) empties the node's TLB. */
    void write(int node, int offset, long value) {
        writes.add(String.format("n%d.%x=%x", node, offset, value));
        if (offset == 0x9c) {
            if ((value & 1) != 0) {
                emptyTlb(node);
            }
        } else {
            preset(node, offset, value);
        }
    }

    void emptyTlb(int node) {
        flushed.put(node, ++now);
    }

    /** A 32-bit entry of the table; the table is mapped uncached, so every node sees it at once. */
    void store(long address, long value) {
        memory.computeIfAbsent(address, a -> new ArrayList<>(List.of(new Stored(-1, 0))))
                .add(new Stored(++now, value));
        changed.add(address);
    }

    /** What an entry is now. */
    long load(long address) {
        List<Stored> stored = memory.get(address);
        return stored == null ? 0 : stored.get(stored.size() - 1).value;
    }

    /** Register writes since the last call. */
    List<String> takeWrites() {
        List<String> taken = List.copyOf(writes);
        writes.clear();
        return taken;
    }

    /** Addresses of entries stored since the last call. */
    Set<Long> takeChanged() {
        Set<Long> taken = new LinkedHashSet<>(changed);
        changed.clear();
        return taken;
    }

    /** Section 3: 32 MiB doubled by the order. */
    static long apertureSize(long apertureControl) {
        return 0x200_0000L << (apertureControl >>> 1 & 7);
    }

    /** What an access through a node may reach: physical addresses in hex, or {@link #PTE_ERROR}. */
    Set<String> answers(int node, long address) {
        long control = read(node, 0x90);
        long base = (read(node, 0x94) & 0x7fff) << 25;
        boolean enabled = (control & 1) != 0 && (control & 0x20) == 0;
        if (!enabled || !inside(address, base, apertureSize(control))) {
            return Set.of(Long.toHexString(address));
        }
        long table = read(node, 0x98) >>> 4 << 12;
        long entry = table + 4 * (address - base >>> 12);
        Set<String> answers = new LinkedHashSet<>();
        answers.add(through(load(entry), address));
        for (long pte : heldSince(entry, flushed.getOrDefault(node, 0L))) {
            if (valid(pte) || cachesInvalid) {
                answers.add(through(pte, address));
            }
        }
        return answers;
    }

    boolean inside(long address, long base, long size) {
        return Long.compareUnsigned(address, base) >= 0 && Long.compareUnsigned(address, base + size) < 0;
    }

    private Set<Long> heldSince(long address, long since) {
        Set<Long> held = new LinkedHashSet<>();
        List<Stored> stored = memory.getOrDefault(address, List.of(new Stored(-1, 0)));
        for (int i = stored.size() - 1; i >= 0; i--) {
            held.add(stored.get(i).value);
            if (stored.get(i).at <= since) {
                break;
            }
        }
        return held;
    }

    /** Section 2: bit 0. */
    boolean valid(long pte) {
        return (pte & 1) != 0;
    }

    private String through(long pte, long address) {
        return valid(pte) ? Long.toHexString(decode(pte) | address & 0xfff) : PTE_ERROR;
    }

    /** Section 2. */
    long decode(long pte) {
        return pte & 0xffff_f000L | (pte & 0xff0) << 28;
    }
}
