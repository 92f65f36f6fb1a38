package dev.moat.audit.recording;

import dev.moat.iommu.Entry;
import dev.moat.iommu.TableKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A page of memory as a table of one unit, and what leads to it. */
final class TablePage {
    private static final Entry NOT_SHOWN = Entry.unknown("its words were not shown");

    final UnitTables unit;
    final ShownMemory.Page page;
    final TableKind kind;
    /** Entries in memory that lead here, and registers. */
    final List<Edge> in = new ArrayList<>(1);
    /** What caches may hold that leads here. */
    final List<Lingering> kept = new ArrayList<>(0);
    /** Numbers of the events that changed entries last while caches held what was found here and no walk came here any more. */
    private final Map<Integer, Long> changes = new HashMap<>(0);

    /**
     * What leads to a table.
     *
     * @param from the table with the entry; null for a register
     * @param index of the entry
     * @param offset position of the first entry here, relative to that of the first entry there
     * @param entry what the entry means; {@link Entry#NOTHING} for a register
     * @param since number of the event since which it leads here
     */
    record Edge(@Nullable TablePage from, int index, long offset, Entry entry, long since) {}

    TablePage(UnitTables unit, ShownMemory.Page page, TableKind kind) {
        this.unit = unit;
        this.page = page;
        this.kind = kind;
    }

    void changed(int index, long number) {
        changes.put(index, number);
    }

    /** Whether what lingers may have been found through an entry: not if the entry was changed since, and no walk comes here. */
    boolean isFoundBy(int index, Lingering l) {
        return l.what() != Lingering.What.UNDER || changes.getOrDefault(index, 0L) <= l.walkedUntil();
    }

    boolean isShown(int index) {
        return page.isShown(index * kind.words(), kind.words());
    }

    Entry decode(int index) {
        return isShown(index) ? unit.unit().decode(kind, page.words, index * kind.words()) : NOT_SHOWN;
    }

    /** Whether all words of an entry were shown before a store. */
    boolean wasShown(int index, Stored stored) {
        int from = index * kind.words();
        for (int w = from; w < from + kind.words(); w++) {
            if (!stored.wasShown(w)) {
                return false;
            }
        }
        return true;
    }

    /** What an entry meant before a store. */
    Entry before(int index, Stored stored) {
        if (!wasShown(index, stored)) {
            return NOT_SHOWN;
        }
        int from = index * kind.words();
        long[] words = new long[kind.words()];
        for (int w = 0; w < words.length; w++) {
            words[w] = stored.before(from + w);
        }
        return unit.unit().decode(kind, words, 0);
    }
}
