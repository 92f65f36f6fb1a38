package dev.moat.iommu.amdvi;

import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.state.Slots;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a search as a unit finds them in memory: entries of the device table, page tables, the CPUs' words, commands and
 * events, each whole word in its real format at its real address. Nothing else is there.
 */
final class SlotMemory implements Memory {
    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();
    private static final int WORDS = 1 << (PAGE_SHIFT - 3);
    private static final int NOTHING = -1;

    private final TableMap map;
    private final int entries;
    private final int[] requesterOf;
    private final List<Slots> quads;
    private final Slots leaf;
    private final Slots directory;
    private final Slots waits;
    private final Slots commandLo;
    private final Slots commandHi;
    private final Slots eventLo;
    private final Slots eventHi;

    /** @param rings commands and events, first word and second word of each */
    SlotMemory(AmdViGeometry g, TableMap map, TablesInMemory tables, Slots waits, List<Slots> rings) {
        this.map = map;
        entries = 1 << g.indexBits();
        quads = tables.quads;
        leaf = tables.leaf;
        directory = tables.directory;
        this.waits = waits;
        commandLo = rings.get(0);
        commandHi = rings.get(1);
        eventLo = rings.get(2);
        eventHi = rings.get(3);
        requesterOf = new int[map.deviceFrames() * WORDS / DeviceTableEntry.WORDS];
        Arrays.fill(requesterOf, NOTHING);
        for (int r = 0; r < g.deviceIds().size(); r++) {
            requesterOf[g.deviceIds().get(r)] = r;
        }
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        Slots family = family(address);
        int element = element(address);
        return family != null && element >= 0 && element < family.size();
    }

    @Override
    public long read(long[] s, long address) {
        Slots family = family(address);
        int element = element(address);
        return family != null && element >= 0 && element < family.size() ? family.get(s, element) : 0;
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        Slots family = family(address);
        int element = element(address);
        if (family == null || element < 0 || element >= family.size()) {
            return false;
        }
        family.set(s, element, value);
        return true;
    }

    /** Which word of its frame an address names. */
    private static int word(long address) {
        return (int) (address >>> 3) & (WORDS - 1);
    }

    /** The slots that the word at an address is one of, or null. */
    private @Nullable Slots family(long address) {
        long frame = address >>> PAGE_SHIFT;
        int table = map.tableAt(frame);
        if (table >= 0) {
            return table < map.leafTables() ? leaf : directory;
        }
        if (frame >= map.deviceTable() && frame < map.deviceTable() + map.deviceFrames()) {
            return quads.get(word(address) & (DeviceTableEntry.WORDS - 1));
        }
        boolean low = (word(address) & 1) == 0;
        if (frame == map.commandBuffer()) {
            return low ? commandLo : commandHi;
        }
        if (frame == map.eventLog()) {
            return low ? eventLo : eventHi;
        }
        return frame == map.waitPage() ? waits : null;
    }

    /** Which element of {@link #family} it is; not one of them where nothing is there. */
    private int element(long address) {
        long frame = address >>> PAGE_SHIFT;
        int word = word(address);
        int table = map.tableAt(frame);
        if (table >= 0) {
            int n = table < map.leafTables() ? table : table - map.leafTables();
            return word < entries ? n * entries + word : NOTHING;
        }
        if (frame == map.waitPage()) {
            return word;
        }
        if (frame == map.commandBuffer() || frame == map.eventLog()) {
            return word >>> 1;
        }
        long device = (frame - map.deviceTable()) * (WORDS / DeviceTableEntry.WORDS) + word / DeviceTableEntry.WORDS;
        return device >= 0 && device < requesterOf.length ? requesterOf[(int) device] : NOTHING;
    }
}
