package dev.moat.iommu.smmuv3;

import dev.moat.iommu.Memory;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.state.Slots;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a search as a unit finds them in memory: stream table, context descriptors, page tables and commands, each whole word in its
 * real format at its real address. The first level of the stream table never changes and has no slots. Words of entries that no driver
 * here uses are 0. Nothing else is there.
 */
final class SlotMemory implements Memory {
    private static final int PAGE_BYTES = 1 << SmmuGeometry.PAGE_SHIFT;

    private final SmmuUnit u;
    private final TableMap map;
    private final int entries;

    SlotMemory(SmmuUnit unit) {
        u = unit;
        map = unit.map();
        entries = 1 << unit.geometry().indexBits();
    }

    private static long frame(long address) {
        return address >>> SmmuGeometry.PAGE_SHIFT;
    }

    /** Which word of a structure of so many bytes, that begins at a multiple of them, an address names. */
    private static int word(long address, int bytes) {
        return (int) (address & bytes - 1) >>> 3;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return family(address) != null ? element(address) >= 0 : isConstant(address);
    }

    /** Whether a word is there that never changes. */
    private boolean isConstant(long address) {
        return frame(address) == map.streamTable()
                || map.requesterAt(address) != TableMap.NONE
                || contextAt(address) != TableMap.NONE;
    }

    @Override
    public long read(long[] s, long address) {
        Slots family = family(address);
        int element = element(address);
        if (family != null && element >= 0) {
            return family.get(s, element);
        }
        if (frame(address) != map.streamTable()) {
            return 0;
        }
        long streams = map.streamsAt(word(address, PAGE_BYTES));
        return streams == TableMap.NONE
                ? 0
                : StreamTableDescriptor.of(TableMap.SPLIT, streams << SmmuGeometry.PAGE_SHIFT);
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

    /** The device whose context descriptor lies at an address, or {@link TableMap#NONE}. */
    private int contextAt(long address) {
        int n = word(address, PAGE_BYTES) / ContextDescriptor.WORDS;
        boolean there = u.geometry().isFirst() && frame(address) == map.contexts();
        return there && n < u.geometry().requesters().size() ? n : TableMap.NONE;
    }

    /** The slots that the word at an address is one of, or null. */
    private @Nullable Slots family(long address) {
        int table = map.tableAt(frame(address));
        if (table >= 0) {
            return table < map.leafTables() ? u.leaf : u.directory;
        }
        if (frame(address) == map.commandQueue()) {
            return word(address, 16) == 0 ? u.commands.lo : u.commands.hi;
        }
        boolean first = u.geometry().isFirst();
        if (contextAt(address) != TableMap.NONE) {
            return switch (word(address, ContextDescriptor.BYTES)) {
                case 0 -> u.streams.get(SmmuUnit.TAGGED);
                case 1 -> u.streams.get(SmmuUnit.ROOT);
                default -> null;
            };
        }
        if (map.requesterAt(address) == TableMap.NONE) {
            return null;
        }
        return switch (word(address, StreamTableEntry.BYTES)) {
            case 0 -> u.streams.get(SmmuUnit.ENTRY);
            case 2 -> first ? null : u.streams.get(SmmuUnit.TAGGED);
            case 3 -> first ? null : u.streams.get(SmmuUnit.ROOT);
            default -> null;
        };
    }

    /** Which element of {@link #family} it is; {@link TableMap#NONE} where nothing is there. */
    private int element(long address) {
        int table = map.tableAt(frame(address));
        int word = word(address, PAGE_BYTES);
        if (table >= 0) {
            int first = table < map.leafTables() ? 0 : map.leafTables();
            return word < entries ? (table - first) * entries + word : TableMap.NONE;
        }
        if (frame(address) == map.commandQueue()) {
            return word >>> 1 < u.geometry().ring() ? word >>> 1 : TableMap.NONE;
        }
        int context = contextAt(address);
        return context != TableMap.NONE ? context : map.requesterAt(address);
    }
}
