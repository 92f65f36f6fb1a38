package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Registers;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Table entries that software has stored and the walker does not see yet: in a CPU cache line where the unit does not
 * snoop (ECAP.C clear), then in the chipset's write buffer where there is one (CAP.RWBF). Software sees the entry, the
 * walker what was there before. Hardware may move any entry on at any time.
 *
 * <p>An entry is a context entry, both words, or a second-level entry. Neighbours in its cache line stay where they are,
 * and a store to an entry that is still on its way joins it; both leave out only orders in which something became visible
 * earlier. Root entries are always visible. {@code @shape} no elements without {@link VtdGeometry.Part#LATE_STORES}.
 * {@code @source} VTD-WRITE-BUFFER.
 */
public final class LateStores {
    /** Stage: the walker sees what software stored. */
    static final int VISIBLE = 0;
    /** Stage: in the write buffer. */
    static final int BUFFERED = 1;
    /** Stage: in a CPU cache line. */
    static final int CACHED = 2;

    /** Context entries by requester, directory entries if they may change, leaf entries. */
    public final Sort entries;
    /** Where the last store to an entry is. */
    public final Slots stage;
    /** What the walker sees of {@link VtdUnit#contextLo}; dead, as the next three, when it sees the store. */
    public final Slots contextLoSeen;
    /** What the walker sees of {@link VtdUnit#contextHi}. */
    public final Slots contextHiSeen;
    /** What the walker sees of {@link VtdUnit#directory}. */
    public final Slots directorySeen;
    /** What the walker sees of {@link VtdUnit#leaf}. */
    public final Slots leafSeen;

    private final VtdUnit u;
    private final boolean on;
    private final int contexts;
    private final int directories;
    private final boolean buffered;
    private final int first;

    LateStores(SchemaBuilder schema, VtdUnit unit) {
        u = unit;
        VtdGeometry g = unit.geometry();
        on = g.options().has(VtdGeometry.Part.LATE_STORES);
        buffered = on && g.capabilities().buffersWrites();
        first = g.capabilities().snoops() ? BUFFERED : CACHED;
        contexts = on ? u.contextLo.size() : 0;
        directories = on && g.options().directoriesVary() ? u.directory.size() : 0;
        List<String> labels = new ArrayList<>();
        IntStream.range(0, contexts)
                .forEach(i -> labels.add("context." + g.requesters().label(i)));
        IntStream.range(0, directories).forEach(i -> labels.add(u.directory.label(i)));
        IntStream.range(0, on ? u.leaf.size() : 0).forEach(i -> labels.add(u.leaf.label(i)));
        entries = new Sort("Entry", labels);
        SchemaBuilder to = schema.onlyIf(on);
        stage = to.slots("storeStage", Role.CACHE, Writer.IOMMU, entries).bits(first == CACHED ? 2 : 1);
        contextLoSeen = seen(to, u.contextLo, on, 0);
        contextHiSeen = seen(to, u.contextHi, on, 0);
        directorySeen = seen(to, u.directory, directories > 0, contexts);
        leafSeen = seen(to, u.leaf, on, contexts + directories);
    }

    private Slots seen(SchemaBuilder to, Slots table, boolean there, int offset) {
        List<Sort> index = there ? table.index() : List.of(Sort.numbered("None", "", 0));
        Liveness late = (s, i) -> stage().get(s, offset + i) != VISIBLE;
        return to.slots(table.name() + "Seen", Role.CACHE, Writer.IOMMU, index.toArray(Sort[]::new))
                .live(late)
                .fixed(table.fixed())
                .word(table.format(), table.varying());
    }

    private Slots stage() {
        return stage;
    }

    /** The entry that a word belongs to, or -1 when stores to it are visible at once. */
    private int entry(Slots table, int element) {
        if (!on) {
            return -1;
        }
        if (table == u.leaf) {
            return contexts + directories + element;
        }
        if (table == u.directory) {
            return directories == 0 ? -1 : contexts + element;
        }
        return table == u.contextLo || table == u.contextHi ? element : -1;
    }

    /**
     * Software stores a word.
     *
     * @param table one of the unit's families of table words
     */
    public void store(long[] s, Slots table, int element, long value) {
        int entry = entry(table, element);
        if (entry < 0) {
            table.set(s, element, value);
            return;
        }
        if (stage.get(s, entry) == VISIBLE) {
            copy(s, entry);
        }
        table.set(s, element, value);
        stage.set(s, entry, first);
        if (isSame(s, entry)) {
            show(s, entry);
        }
    }

    /** Software writes the cache line of a word back (clflush); without effect where the unit snoops. */
    public void writeBack(long[] s, Slots table, int element) {
        int entry = entry(table, element);
        if (entry >= 0) {
            evict(s, entry);
        }
    }

    /** The CPU writes the line of an entry back by itself. False when it is not in a line. */
    public boolean evict(long[] s, int entry) {
        if (stage.get(s, entry) != CACHED) {
            return false;
        }
        if (buffered) {
            stage.set(s, entry, BUFFERED);
        } else {
            show(s, entry);
        }
        return true;
    }

    /** The write buffer lets an entry go. False when it does not hold it. */
    public boolean drain(long[] s, int entry) {
        if (stage.get(s, entry) != BUFFERED) {
            return false;
        }
        show(s, entry);
        return true;
    }

    /**
     * Software asks for a flush of the write buffer (GCMD.WBF); GSTS.WBFS is set until {@link #finishFlush}.
     *
     * @return false when one is under way, or the unit has no write buffer
     */
    public boolean startFlush(long[] s) {
        long gsts = u.gsts.get(s);
        if (!buffered || Registers.Gsts.WBFS.isSet(gsts)) {
            return false;
        }
        u.gsts.set(s, gsts | Registers.Gsts.WBFS.mask());
        return true;
    }

    /** The write buffer has been flushed, and GSTS.WBFS is cleared. False when no flush was asked for. */
    public boolean finishFlush(long[] s) {
        long gsts = u.gsts.get(s);
        if (!Registers.Gsts.WBFS.isSet(gsts)) {
            return false;
        }
        flush(s);
        u.gsts.set(s, gsts & ~Registers.Gsts.WBFS.mask());
        return true;
    }

    /** Empties the write buffer, as every invalidation command does before it begins. */
    public void flush(long[] s) {
        for (int entry = 0; buffered && entry < entries.size(); entry++) {
            drain(s, entry);
        }
    }

    /** Makes every store visible; for initial states. */
    public void settle(long[] s) {
        for (int entry = 0; entry < entries.size(); entry++) {
            show(s, entry);
        }
    }

    /** A word of a table as the walker sees it. */
    public long visible(long[] s, Slots table, int element) {
        int entry = entry(table, element);
        if (entry < 0 || stage.get(s, entry) == VISIBLE) {
            return table.get(s, element);
        }
        return seen(table).get(s, element);
    }

    /** Adds what {@link #visible} reads. */
    public void readVisible(Footprint footprint, Slots table, int element) {
        footprint.one(table, element);
        int entry = entry(table, element);
        if (entry >= 0) {
            footprint.one(stage, entry).one(seen(table), element);
        }
    }

    private Slots seen(Slots table) {
        if (table == u.leaf) {
            return leafSeen;
        }
        return table == u.directory ? directorySeen : table == u.contextLo ? contextLoSeen : contextHiSeen;
    }

    private void copy(long[] s, int entry) {
        if (entry < contexts) {
            contextLoSeen.set(s, entry, u.contextLo.get(s, entry));
            contextHiSeen.set(s, entry, u.contextHi.get(s, entry));
        } else if (entry < contexts + directories) {
            directorySeen.set(s, entry - contexts, u.directory.get(s, entry - contexts));
        } else {
            int i = entry - contexts - directories;
            leafSeen.set(s, i, u.leaf.get(s, i));
        }
    }

    private boolean isSame(long[] s, int entry) {
        if (entry < contexts) {
            return contextLoSeen.get(s, entry) == u.contextLo.get(s, entry)
                    && contextHiSeen.get(s, entry) == u.contextHi.get(s, entry);
        }
        if (entry < contexts + directories) {
            return directorySeen.get(s, entry - contexts) == u.directory.get(s, entry - contexts);
        }
        int i = entry - contexts - directories;
        return leafSeen.get(s, i) == u.leaf.get(s, i);
    }

    private void show(long[] s, int entry) {
        stage.set(s, entry, VISIBLE);
        if (entry < contexts) {
            contextLoSeen.set(s, entry, contextLoSeen.fixed());
            contextHiSeen.set(s, entry, contextHiSeen.fixed());
        } else if (entry < contexts + directories) {
            directorySeen.set(s, entry - contexts, directorySeen.fixed());
        } else {
            leafSeen.set(s, entry - contexts - directories, leafSeen.fixed());
        }
    }
}
