package dev.moat.iommu.riscv;

import dev.moat.iommu.Memory;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DirectoryEntry;
import dev.moat.state.Slots;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a search as a unit finds them in memory: contexts, page tables and commands, each whole word in its real format at its
 * real address. Directory entries that lead to contexts never change and have no slots. Nothing else is there.
 */
final class SlotMemory implements Memory {
    private static final int PAGE_SHIFT = 12;
    private static final int WORDS = 1 << (PAGE_SHIFT - 3);
    private static final int NOTHING = -1;

    private final RiscvUnit u;
    private final TableMap map;
    private final int leafEntries;
    private final int directoryEntries;

    SlotMemory(RiscvUnit unit) {
        u = unit;
        map = unit.map();
        leafEntries = 1 << unit.geometry().indexBits();
        int tables = map.tables() - map.leafTables();
        directoryEntries = tables == 0 ? 0 : unit.directory.size() / tables;
    }

    /** Which word of its frame an address names. */
    private static int word(long address) {
        return (int) (address >>> 3) & (WORDS - 1);
    }

    private long directory(long address) {
        long next = map.nextDirectory(address >>> PAGE_SHIFT, word(address));
        return next == TableMap.NONE ? 0 : DirectoryEntry.of(next);
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return map.isDirectory(address >>> PAGE_SHIFT) || (family(address) != null && element(address) >= 0);
    }

    @Override
    public long read(long[] s, long address) {
        Slots family = family(address);
        int element = element(address);
        if (family == null || element < 0) {
            return map.isDirectory(address >>> PAGE_SHIFT) ? directory(address) : 0;
        }
        return family.get(s, element);
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        Slots family = family(address);
        int element = element(address);
        if (family == null || element < 0) {
            return false;
        }
        family.set(s, element, value);
        return true;
    }

    /** The slots that the word at an address is one of, or null. */
    private @Nullable Slots family(long address) {
        long frame = address >>> PAGE_SHIFT;
        int table = map.tableAt(frame);
        if (table >= 0) {
            return table < map.leafTables() ? u.leaf : u.directory;
        }
        if (frame == map.commandQueue()) {
            return (word(address) & 1) == 0 ? u.commands.lo : u.commands.hi;
        }
        return map.isDirectory(frame) ? u.contexts.get(word(address) % DeviceContext.BASE_WORDS) : null;
    }

    /** Which element of {@link #family} it is; {@link #NOTHING} where nothing is there. */
    private int element(long address) {
        long frame = address >>> PAGE_SHIFT;
        int word = word(address);
        int table = map.tableAt(frame);
        if (table >= 0) {
            boolean leaf = table < map.leafTables();
            int entries = leaf ? leafEntries : directoryEntries;
            return word < entries ? (leaf ? table : table - map.leafTables()) * entries + word : NOTHING;
        }
        if (frame == map.commandQueue()) {
            return word >>> 1 < u.geometry().ring() ? word >>> 1 : NOTHING;
        }
        return map.requesterAt(frame, word);
    }
}
