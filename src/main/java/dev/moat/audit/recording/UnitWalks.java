package dev.moat.audit.recording;

import dev.moat.audit.recording.TablePage.Edge;
import dev.moat.iommu.Entry;
import dev.moat.iommu.RecordedUnit.Root;
import dev.moat.iommu.TableKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks through the memory of one unit as it is now, and whether they give what lingers. */
final class UnitWalks {
    private static final long PASID = (1L << TableKind.PASID_BITS) - 1;

    private final UnitTables tables;
    private final Effort effort;

    UnitWalks(UnitTables tables, Effort effort) {
        this.tables = tables;
        this.effort = effort;
    }

    /** What a walk comes to: an entry, the position that it begins at, and the rights that the tables before it leave. */
    private record Found(Entry entry, long first, int rights) {}

    /**
     * Follows tables to an entry that leads to none.
     *
     * @param base position of the first entry of the tables that are entered first
     * @param stop where it may end before that: at a table whose first entry is at a position; null for nowhere
     */
    private Found descend(Entry from, long position, long base, @Nullable TablePage stop, long stopBase) {
        Entry at = from;
        long first = base;
        int rights = Entry.READ | Entry.WRITE;
        boolean devices = at.kind() != null && at.kind().ofDevices();
        while (at.kind() != null && at.kind().ofDevices() == devices) {
            TableKind kind = at.kind();
            effort.spend(1);
            long k = (position - first) >>> kind.pageShift();
            TablePage node = k < at.size() ? tables.find(at.frame() + k, kind) : null;
            if (node == null) {
                return new Found(Entry.NOTHING, position, 0);
            }
            rights &= at.what() == Entry.What.TABLE ? at.rights() : rights;
            first += k << kind.pageShift();
            if (node == stop && first == stopBase) {
                return new Found(at, first, rights);
            }
            int index = (int) ((position - first) >>> kind.shift());
            at = node.decode(index);
            first += (long) index << kind.shift();
        }
        return new Found(stop == null ? at : Entry.NOTHING, first, rights);
    }

    /** What memory says of a requester now. */
    Entry entryOf(long requester) {
        for (Root root : tables.roots()) {
            long within = requester - root.position();
            if (within >= 0 && within >>> root.kind().pageShift() == 0) {
                Entry from = Entry.table(root.frame(), 1, root.kind(), Entry.READ | Entry.WRITE);
                return descend(from, requester, root.position(), null, 0).entry;
            }
        }
        return Entry.NOTHING;
    }

    /** Whether memory leads to the table of a lingering pointer at the same place again. */
    boolean pointsTo(Lingering l) {
        long requester = l.base();
        for (Root root : tables.roots()) {
            long within = requester - root.position();
            Entry from = Entry.table(root.frame(), 1, root.kind(), Entry.READ | Entry.WRITE);
            if (within >= 0
                    && within >>> root.kind().pageShift() == 0
                    && descend(from, requester, root.position(), l.node(), requester)
                            .entry
                            .leads()) {
                return true;
            }
        }
        return false;
    }

    /** The entries of devices by which some requester has a tag. */
    List<Edge> led(long tag) {
        List<Edge> found = new ArrayList<>(1);
        for (Edge edge : tables.spacesOf(tag)) {
            TablePage from = edge.from();
            effort.spend(1);
            if (from != null && Ways.tags(edge, tables.ways().requesters(from)).contains(tag)) {
                found.add(edge);
            }
        }
        return found;
    }

    /** What memory leads a page to under a tag; nothing where it is not the same for all requesters with the tag. */
    private Found current(long tag, long page) {
        Found found = null;
        for (Edge edge : led(tag)) {
            Found there = descend(edge.entry(), page, 0, null, 0);
            if (found != null && !found.equals(there)) {
                return new Found(Entry.NOTHING, page, 0);
            }
            found = there;
        }
        return found == null ? new Found(Entry.NOTHING, page, 0) : found;
    }

    /** The frame that a page of an entry leads to. */
    static long frame(Entry entry, long page) {
        long offset = (1L << entry.size()) - 1;
        return (entry.frame() & ~offset) | (page & offset);
    }

    /** Whether memory leads all pages of a block to where an entry leads them, with its rights. */
    private boolean gives(long tag, long first, int order, Entry entry) {
        long end = first + (1L << order);
        for (long page = first; Long.compareUnsigned(page, end) < 0; ) {
            Found there = current(tag, page);
            Entry now = there.entry;
            boolean same = now.what() == Entry.What.PAGE
                    && frame(now, page) == frame(entry, page)
                    && (entry.rights() & ~(now.rights() & there.rights)) == 0;
            if (!same) {
                return false;
            }
            page = (page | (1L << now.size()) - 1) + 1;
        }
        return true;
    }

    /** Whether another entry that shares the page of one that is gone still leads there. */
    boolean bySiblings(Lingering l) {
        Entry entry = l.entry();
        if (l.what() != Lingering.What.PAGE || entry.size() <= l.order()) {
            return false;
        }
        long block = l.first() & -(1L << entry.size());
        for (long page = block; page < block + (1L << entry.size()); page += 1L << l.order()) {
            Entry there = page == l.first() ? Entry.NOTHING : current(l.tag(), page).entry;
            if (there.what() == Entry.What.PAGE && there.frame() == entry.frame() && there.size() == entry.size()) {
                return true;
            }
        }
        return false;
    }

    /** What a cache may serve that memory does not give. */
    Lingering.Serving serving(Lingering l) {
        Lingering behind = l.behind();
        long tag = l.what() == Lingering.What.DEVICE_TLB && behind != null ? behind.tag() : l.tag();
        return switch (l.what()) {
            case PAGE -> Lingering.Serving.unless(gives(tag, l.first(), l.order(), l.entry()));
            case DEVICE_TLB ->
                Lingering.Serving.unless(
                        l.entry().what() == Entry.What.PAGE && gives(tag, l.first(), l.order(), l.entry()));
            case ENTRY -> Lingering.Serving.unless(entryOf(l.first()).gives(l.entry()));
            case POINTER -> Lingering.Serving.NOTHING; // what it leads to lingers for itself
            case TABLE, UNDER -> under(l, l.node());
        };
    }

    private Lingering.Serving under(Lingering l, @Nullable TablePage node) {
        if (node == null) {
            return Lingering.Serving.UNKNOWN;
        }
        return comesTo(l, Ways.rights(l.entry())) ? Lingering.Serving.NOTHING : leaves(node, l.base(), l);
    }

    /** Whether memory leads to the table of what lingers at the same place again, with some rights at least. */
    boolean comesTo(Lingering l, int rights) {
        for (Edge edge : led(l.tag())) {
            Found there = descend(edge.entry(), l.base(), 0, l.node(), l.base());
            if (there.entry.leads() && (rights & ~there.rights) == 0) {
                return true;
            }
        }
        return false;
    }

    private Lingering.Serving leaves(TablePage node, long base, Lingering l) {
        Lingering.Serving worst = Lingering.Serving.NOTHING;
        effort.spend(node.kind.entries());
        for (int index = 0; index < node.kind.entries() && worst != Lingering.Serving.SOMETHING; index++) {
            long first = base + ((long) index << node.kind.shift());
            int order = node.kind.shift();
            boolean apart = Long.compareUnsigned(first - l.first(), 1L << l.order()) >= 0
                    && Long.compareUnsigned(l.first() - first, 1L << order) >= 0;
            Entry entry = apart || !node.isFoundBy(index, l) ? Entry.NOTHING : node.decode(index);
            worst = worst.or(leaf(entry, first, order, l));
        }
        return worst;
    }

    private Lingering.Serving leaf(Entry entry, long first, int order, Lingering l) {
        TableKind kind = entry.kind();
        if (entry.what() == Entry.What.PAGE) {
            Entry kept = entry.limited(Ways.rights(l.entry()));
            return Lingering.Serving.unless(kept.rights() == 0 || gives(l.tag(), first, order, kept));
        } else if (entry.what() == Entry.What.UNKNOWN) {
            return Lingering.Serving.UNKNOWN;
        } else if (kind == null) {
            return Lingering.Serving.NOTHING;
        }
        Lingering.Serving worst = Lingering.Serving.NOTHING;
        for (int k = 0; k < entry.size(); k++) {
            TablePage child = tables.find(entry.frame() + k, kind);
            worst = worst.or(
                    child == null
                            ? Lingering.Serving.UNKNOWN
                            : leaves(child, first + ((long) k << kind.pageShift()), l));
        }
        return worst;
    }

    /** The tag that memory gives a requester; null for none. */
    @Nullable
    Long tagOf(long requester) {
        Entry now = entryOf(requester);
        return !now.leads() ? null : now.perPasid() ? now.tag() | (requester & PASID) : now.tag();
    }
}
