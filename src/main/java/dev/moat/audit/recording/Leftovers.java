package dev.moat.audit.recording;

import dev.moat.audit.recording.TablePage.Edge;
import dev.moat.audit.recording.UnitTables.Place;
import dev.moat.audit.recording.Ways.Requester;
import dev.moat.audit.recording.Ways.Way;
import dev.moat.iommu.Entry;
import dev.moat.iommu.TableKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What caches may hold of an entry that memory does not have any more: begins to linger. */
final class Leftovers {
    private final UnitTables tables;
    private final UnitWalks walks;
    private final Effort effort;
    private final Listener listener;
    /** Whether the device at a position keeps translations, as the recording says. */
    private final Map<Long, Boolean> deviceTlbs = new HashMap<>();

    Leftovers(UnitTables tables, UnitWalks walks, Effort effort, Listener listener) {
        this.tables = tables;
        this.walks = walks;
        this.effort = effort;
        this.listener = listener;
    }

    void deviceTlb(long device, boolean on) {
        deviceTlbs.put(device, on);
    }

    /**
     * A pointer to tables of devices is not in memory any more: it may be cached, and what it led to.
     *
     * @param order log2 of the positions from the first one on for which it stood
     * @param behind what can bring it back; null for nothing
     */
    void below(Entry table, long first, int order, @Nullable Lingering behind, Moment when) {
        TableKind kind = table.kind();
        for (int k = 0; kind != null && k < table.size(); k++) {
            TablePage child = tables.find(table.frame() + k, kind);
            if (child != null) {
                long base = first + ((long) k << kind.pageShift());
                Lingering pointer = null;
                if (tables.unit().cachesPointers()) {
                    pointer = new Lingering.Builder(Lingering.What.POINTER, tables, when, 0, table)
                            .to(child, base)
                            .behind(behind)
                            .over(first, order);
                    tables.caches().begin(pointer);
                }
                below(child, base, pointer, when);
            }
        }
    }

    /** Requesters do not come to a table of devices any more. */
    void below(TablePage node, long position, @Nullable Lingering behind, Moment when) {
        effort.spend(node.kind.entries());
        for (int index = 0; index < node.kind.entries(); index++) {
            Place at = new Place(node, index);
            Entry entry = node.decode(index);
            if (entry.what() == Entry.What.TABLE) {
                below(entry, at.first(position), node.kind.shift(), behind, when);
            } else if (entry.leads()) {
                entry(at, entry, new Requester(position, false), behind, when);
            }
        }
    }

    /** A requester's entry may be cached, and behind it what its tag has. */
    void entry(Place at, Entry old, Requester requester, @Nullable Lingering behind, Moment when) {
        long first = at.first(requester.position());
        Edge edge = new Edge(at.node(), at.index(), 0, old, when.number());
        TableKind kind = old.kind();
        TablePage top = kind == null ? null : tables.find(old.frame(), kind);
        for (long tag : Ways.tags(edge, List.of(requester))) {
            Lingering entry = new Lingering.Builder(Lingering.What.ENTRY, tables, when, tag, old)
                    .to(top, 0)
                    .behind(behind)
                    .over(first, at.node().kind.shift());
            tables.caches().begin(entry);
            if (top != null && !isLed(tag, top)) {
                Lingering under = new Lingering.Builder(Lingering.What.UNDER, tables, when, tag, old)
                        .to(top, 0)
                        .over(0, AlignedBlocks.WHOLE);
                tables.caches().begin(under);
            }
            boolean keeps = old.deviceTlb() || requester.deviceTlb();
            long device = first & -1L << TableKind.PASID_BITS;
            if (keeps && !isUntold(device, when)) {
                tables.caches()
                        .begin(new Lingering.Builder(Lingering.What.DEVICE_TLB, tables, when, device, old)
                                .behind(entry)
                                .over(0, AlignedBlocks.WHOLE));
            }
        }
    }

    /** Whether a device that may keep translations does not, or nothing tells; the latter is said. */
    private boolean isUntold(long device, Moment when) {
        Boolean on = deviceTlbs.get(device);
        if (on == null) {
            listener.deviceTlbUntold(when);
        }
        return on == null || !on;
    }

    /**
     * A cached pointer to a table, or the entry of a requester, is about to be gone: pointers that walks found in the table may be cached.
     *
     * @param number of the last event
     */
    void pointers(Lingering l, long number) {
        TablePage node = l.node();
        boolean leads = l.what() == Lingering.What.TABLE || l.what() == Lingering.What.ENTRY;
        if (node == null || !leads || node.kind.ofDevices() || node.kind.shift() == 0) {
            return;
        }
        boolean others = tables.ways().to(node).stream()
                .anyMatch(w -> w.walkable() && w.through() != l && w.tag() == l.tag() && w.base() == l.base());
        effort.spend(node.kind.entries());
        for (int index = 0; !others && index < node.kind.entries(); index++) {
            Entry entry = node.decode(index);
            TableKind kind = entry.kind();
            if (kind != null) {
                long first = new Place(node, index).first(l.base());
                Entry left = entry.limited(Ways.rights(l.entry()));
                Moment since = l.since().at(number);
                TablePage child = tables.find(entry.frame(), kind);
                int order = node.kind.shift();
                Lingering table = new Lingering.Builder(Lingering.What.TABLE, tables, since, l.tag(), left)
                        .to(child, first)
                        .below(l)
                        .over(first, order);
                tables.caches().begin(table, l, true);
                tables.caches()
                        .begin(
                                new Lingering.Builder(Lingering.What.UNDER, tables, since, l.tag(), left)
                                        .to(child, first)
                                        .behind(table)
                                        .over(first, order),
                                l,
                                true);
            }
        }
    }

    /** Whether some requester is led to a table under a tag, by memory. */
    private boolean isLed(long tag, TablePage top) {
        return walks.led(tag).stream().anyMatch(edge -> edge.entry().frame() == top.page.frame);
    }

    /** What a way to a table gave through an entry may be cached. */
    void page(Place at, Entry old, Way way, Moment when) {
        long first = at.first(way.base());
        int order = at.node().kind.shift();
        Lingering through = way.through() == null ? null : way.through().partOver(first, order);
        Moment since = when;
        if (!way.live() && through == null) {
            return;
        } else if (!way.walkable() && through != null) {
            // Nothing walks here any more: what is cached is as old as the way.
            since = through.since();
        }
        boolean direct = through != null && through.node() == at.node();
        TableKind kind = old.kind();
        if ((old.rights() & way.rights()) == 0) {
            return;
        } else if (old.what() == Entry.What.PAGE) {
            Lingering page = new Lingering.Builder(
                            Lingering.What.PAGE, tables, since, way.tag(), old.limited(way.rights()))
                    .over(first, order);
            tables.caches().begin(page, through, direct);
            inDevices(page, since);
        } else if (kind != null) {
            TablePage child = tables.find(old.frame(), kind);
            Entry left = old.limited(way.rights());
            Lingering table = null;
            if (way.walkable()) {
                table = new Lingering.Builder(Lingering.What.TABLE, tables, since, way.tag(), left)
                        .to(child, first)
                        .over(first, order);
                tables.caches().begin(table, through, direct);
            }
            Lingering.Builder under =
                    new Lingering.Builder(Lingering.What.UNDER, tables, since, way.tag(), left).to(child, first);
            Lingering all = (table == null ? under : under.behind(table)).over(first, order);
            if (table == null && through != null) {
                all.walkedUntil(through.walkedUntil());
            }
            tables.caches().begin(all, through, direct);
            inDevices(all, since);
        }
    }

    private void inDevices(Lingering main, Moment since) {
        for (Edge edge : tables.spacesOf(main.tag())) {
            TablePage from = edge.from();
            if (from == null) {
                continue;
            }
            for (Requester r : tables.ways().requesters(from)) {
                boolean keeps = edge.entry().deviceTlb() || r.deviceTlb();
                long device = new Place(from, edge.index()).first(r.position()) & -1L << TableKind.PASID_BITS;
                boolean meant = Ways.tags(edge, List.of(r)).contains(main.tag());
                if (keeps && meant && !isUntold(device, since)) {
                    tables.caches()
                            .begin(new Lingering.Builder(Lingering.What.DEVICE_TLB, tables, since, device, main.entry())
                                    .behind(main)
                                    .over(main.first(), main.order()));
                }
            }
        }
    }
}
