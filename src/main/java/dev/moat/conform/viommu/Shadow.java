package dev.moat.conform.viommu;

import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SecondLevelRules;
import dev.moat.iommu.vtd.format.SourceId;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How a passed-through device's mappings follow the guest's tables of legacy mode: nothing happens when a table changes, only when
 * the guest invalidates, switches TE or sets the root. What is composed is the leaf with the machine's memory: a page that is
 * not memory, or not all of one sort, is not mapped.
 */
final class Shadow {
    private static final int LEVEL_BITS = 9;
    private static final int PAGE_BITS = 12;
    /** Entries that one walk looks at; tables that lead to themselves have 512 to the power of 4. */
    private static final int MOST_ENTRIES = 1 << 22;

    private final RecordedMachine machine;
    private final SecondLevelRules rules;
    private final Deviations deviations;
    private final int sid;
    private final long[] entry = new long[4];
    private Container container = new Container();
    /** What was mapped or tried, by address: size, target, rights. */
    private final NavigableMap<Long, Container.Mapping> known = new TreeMap<>(Long::compareUnsigned);

    private int left;

    public Shadow(RecordedMachine machine, Capabilities capabilities, Deviations deviations, Device device) {
        this.machine = machine;
        this.deviations = deviations;
        rules = new SecondLevelRules(capabilities, deviations);
        sid = device.sid();
    }

    /** A case begins: without translation the device reaches all of memory. */
    public void restart() {
        container = new Container();
        known.clear();
        left = MOST_ENTRIES;
    }

    public Container container() {
        return container;
    }

    /** Whether a walk was given up. */
    public boolean gaveUp() {
        return left == 0;
    }

    /** TE has changed, or the root was set: everything goes, and comes back only where translation begins or ends. */
    public void refresh() {
        forget();
        choose();
    }

    /** Everything or single mappings, as TE and the context entry have it; single mappings are then made. */
    private void choose() {
        boolean usable = machine.unit().inspectContext(machine.state(), sid, entry) == FaultCondition.NONE;
        boolean passes = usable && ContextEntry.TT.get(entry[0]) == ContextEntry.TT_PASS_THROUGH;
        boolean everything = !machine.isTranslating() || passes;
        if (everything != container.isEverything()) {
            container.setEverything(everything);
            known.clear();
            if (!everything && usable) {
                walk(0, -1L);
            }
        }
    }

    private void forget() {
        if (!container.isEverything()) {
            container.clear();
            known.clear();
        }
    }

    /** The guest has had a descriptor executed. */
    public void executed(long lo, long hi) {
        int granularity = (int) Descriptors.G.get(lo);
        switch ((int) Descriptors.TYPE.get(lo)) {
            case Descriptors.CONTEXT_CACHE -> {
                int compared = SourceId.compared((int) Descriptors.ContextCache.FM.get(lo));
                boolean global = granularity != Descriptors.DEVICE;
                boolean meant = ((Descriptors.ContextCache.SID.get(lo) ^ sid) & compared) == 0;
                if (global) {
                    refresh();
                } else if (meant) {
                    choose();
                }
                if (global || meant) {
                    synchronise();
                }
            }
            case Descriptors.IOTLB -> translations(granularity, (int) Descriptors.DID.get(lo), hi);
            default -> {
                // Nothing that a shadow depends on.
            }
        }
    }

    private void translations(int granularity, int did, long hi) {
        if (container.isEverything()) {
            return;
        }
        if (granularity == Descriptors.GLOBAL) {
            synchronise();
            return;
        }
        boolean usable = machine.unit().inspectContext(machine.state(), sid, entry) == FaultCondition.NONE;
        if (!usable || ContextEntry.DID.get(entry[1]) != did) {
            return;
        }
        if (granularity == Descriptors.DOMAIN) {
            walk(0, -1L);
        } else {
            long size = 1L << (PAGE_BITS + (int) Descriptors.Iotlb.AM.get(hi));
            long first = Descriptors.Iotlb.ADDR.get(hi) << PAGE_BITS;
            long start = deviations.has(Deviation.SHADOW_RANGE_UNALIGNED) ? first : first & -size;
            walk(start, start + size);
        }
    }

    /** Whether the range of a page-selective invalidation does not begin at its own size. */
    public static boolean isUnaligned(long lo, long hi) {
        boolean pages = Descriptors.TYPE.get(lo) == Descriptors.IOTLB && Descriptors.G.get(lo) == Descriptors.PAGE;
        int am = (int) Descriptors.Iotlb.AM.get(hi);
        return pages && (Descriptors.Iotlb.ADDR.get(hi) & ((1L << am) - 1)) != 0;
    }

    /** Makes the mappings what context entry and tables say now. */
    private void synchronise() {
        if (container.isEverything()) {
            return;
        }
        FaultCondition wrong = machine.unit().inspectContext(machine.state(), sid, entry);
        if (wrong == FaultCondition.NONE) {
            walk(0, -1L);
        } else if (wrong == FaultCondition.CONTEXT_NOT_PRESENT
                || !deviations.has(Deviation.SHADOW_KEEPS_ERRONEOUS_CONTEXT)) {
            forget();
        }
    }

    private void walk(long start, long end) {
        int aw = (int) ContextEntry.AW.get(entry[1]);
        if (rules.isBeyond(start, aw)) {
            return;
        }
        long last = rules.isBeyond(end - 1, aw) ? 1L << rules.width(aw) : end;
        long top = ContextEntry.SLPTPTR.get(entry[0]);
        left = MOST_ENTRIES;
        level(top, start, last, aw + 2, Container.READ | Container.WRITE);
    }

    private void level(long table, long start, long end, int level, int above) {
        long size = 1L << (PAGE_BITS + LEVEL_BITS * (level - 1));
        for (long at = start; Long.compareUnsigned(at, end) < 0 && left > 0; at = (at & -size) + size) {
            left--;
            long where = SecondLevelRules.entryAddress(table, at, level);
            boolean readable = machine.memory().isReadable(machine.state(), where);
            long leaf = readable ? machine.memory().read(machine.state(), where) : -1L;
            long next = (at & -size) + size;
            if (leaf == -1L || (leaf & rules.reserved(level, rules.isLeaf(leaf, level))) != 0) {
                erroneous(at, Long.compareUnsigned(next, end) < 0 ? next : end);
                continue;
            }
            int rights = above & (int) (leaf & (Container.READ | Container.WRITE));
            long target = SecondLevelEntry.ADDR.get(leaf);
            if (rights != 0 && !rules.isLeaf(leaf, level)) {
                level(target, at, Long.compareUnsigned(next, end) < 0 ? next : end, level - 1, rights);
            } else {
                one(at & -size, size, target << PAGE_BITS, rights);
            }
        }
    }

    /** Nothing can be composed from an erroneous entry: what the range had is gone, unless the recorded unit kept it. */
    private void erroneous(long start, long end) {
        if (!deviations.has(Deviation.SHADOW_SKIPS_ERRONEOUS_ENTRY)) {
            remove(start, end - start);
        }
    }

    private void one(long address, long size, long target, int rights) {
        Container.Mapping wanted = new Container.Mapping(size, target, rights, false);
        if (rights == 0) {
            remove(address, size);
        } else if (!wanted.equals(known.get(address))) {
            remove(address, size);
            known.put(address, wanted);
            map(address, wanted);
        }
    }

    private void remove(long address, long size) {
        boolean overlaps = known.tailMap(address, true).entrySet().stream()
                .limit(1)
                .anyMatch(e -> Long.compareUnsigned(e.getKey() - address, size) < 0);
        Map.Entry<Long, Container.Mapping> below = known.lowerEntry(address);
        boolean inside =
                below != null && address - below.getKey() < below.getValue().size();
        if (inside) {
            known.remove(below.getKey());
        }
        known.tailMap(address, true).keySet().removeIf(at -> Long.compareUnsigned(at - address, size) < 0);
        if (overlaps || inside) {
            container.unmap(address, size);
        }
    }

    private void map(long address, Container.Mapping wanted) {
        if (!GuestMemory.isUniform(wanted.target(), wanted.size())) {
            return;
        }
        boolean rom = GuestMemory.isRom(wanted.target());
        int rights = wanted.rights() & (rom ? Container.READ : Container.READ | Container.WRITE);
        if (deviations.has(Deviation.SHADOW_READS_WRITE_ONLY)) {
            rights |= Container.READ;
        }
        if (rights != 0) {
            container.map(address, new Container.Mapping(wanted.size(), wanted.target(), rights, rom));
        }
    }
}
