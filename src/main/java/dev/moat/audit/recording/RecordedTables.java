package dev.moat.audit.recording;

import dev.moat.iommu.RecordedUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** All that a recording shows of memory and of the units that read it. */
final class RecordedTables {
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE = 1 << PAGE_SHIFT;

    private final Effort effort;
    private final ShownMemory memory;
    private final LeafIndex leaves;
    private final Listener listener;
    private final List<UnitTables> units = new ArrayList<>();

    /** @param file as messages name the recording */
    public RecordedTables(String file, Listener listener) {
        effort = new Effort(file);
        memory = new ShownMemory(effort);
        leaves = new LeafIndex(effort);
        this.listener = listener;
    }

    public ShownMemory memory() {
        return memory;
    }

    /** A unit that reads this memory. */
    public UnitTables unit(String name, Function<ShownMemory, RecordedUnit> made) {
        UnitTables unit = new UnitTables(name, made.apply(memory), memory, leaves, listener);
        units.add(unit);
        return unit;
    }

    /**
     * Something is stored.
     *
     * @param address of the first byte; all lie in one page
     * @param value in the order of memory
     * @param size in bytes
     * @return whether memory is another one now
     */
    public boolean store(long address, byte[] value, int size, Moment when) {
        ShownMemory.Page page = memory.page(address >>> PAGE_SHIFT);
        int first = (int) address & PAGE - 1;
        Stored stored = new Stored(page, first, size);
        boolean changes = page.store(first, value, size);
        if (changes) {
            tell(page, stored, when);
        }
        return changes;
    }

    private static void tell(ShownMemory.Page page, Stored stored, Moment when) {
        for (TablePage node : List.copyOf(page.nodes)) {
            node.unit.changed(node, stored, when);
        }
    }

    /** The contents of a page are told. @return words that were known, and to be others */
    public int show(long frame, long[] words, Moment when) {
        ShownMemory.Page page = memory.page(frame);
        Stored stored = new Stored(page, 0, PAGE);
        int others = 0;
        for (int w = 0; w < words.length; w++) {
            others += page.isShown(w) && page.words[w] != words[w] ? 1 : 0;
            page.words[w] = words[w];
            page.show(w);
        }
        tell(page, stored, when);
        return others;
    }

    /** What a page holds is not recorded from here on. */
    public void forget(long frame) {
        ShownMemory.Page page = memory.find(frame);
        if (page != null) {
            forget(page);
        }
    }

    private static void forget(ShownMemory.Page page) {
        page.nodes.forEach(node -> node.unit.drop(node));
        page.hide();
    }

    /** Events are missing: nothing that was shown of memory is certain, nor what caches may hold. */
    public void loseAll() {
        for (ShownMemory.Page page : memory.all()) {
            forget(page);
            page.nodes.forEach(node -> node.kept.clear());
        }
        leaves.clear();
        units.forEach(UnitTables::loseCaches);
    }

    /**
     * What a page is as a table.
     *
     * @param live whether memory leads to it
     * @param walkable what caches may hold by which a walk comes there
     */
    public record Table(UnitTables unit, String kind, boolean live, List<Lingering> walkable) {}

    /** What a page is, or was, as a table. */
    public List<Table> tables(long frame) {
        ShownMemory.Page page = memory.find(frame);
        List<Table> found = new ArrayList<>();
        if (page != null) {
            for (TablePage node : page.nodes) {
                UnitTables.Found by = node.unit.found(node);
                found.add(new Table(node.unit, node.kind.name(), by.live(), by.walkable()));
            }
        }
        return found;
    }

    /** The translations that lead to one of some frames, through memory or through what caches may hold. */
    public List<Reach> leadingTo(long frame, long count) {
        return leaves.leadingTo(frame, count);
    }

    /** Whether an entry of a table has ever led to one of some frames. */
    public boolean everLedTo(long frame, long count) {
        return leaves.everLedTo(frame, count);
    }

    /** How often there were more ways to a table than are looked at. */
    public long crowded() {
        return units.stream().mapToLong(UnitTables::crowded).sum();
    }

    /** Tables that a unit could come to and that were never shown whole. */
    public long unshownTables() {
        long count = 0;
        for (ShownMemory.Page page : memory.all()) {
            count += page.nodes.isEmpty() || page.wasWhole() ? 0 : 1;
        }
        return count;
    }
}
