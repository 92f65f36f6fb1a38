package dev.moat.audit.recording;

import dev.moat.iommu.Entry;
import dev.moat.iommu.TableKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ways on which a unit comes to a table: through memory as it is, or through what caches may hold. */
final class Ways {
    /** More are not looked at; ordinary tables have one way, or one for each unit. */
    static final int MOST = 64;

    private static final long PASID = (1L << TableKind.PASID_BITS) - 1;

    private final Effort effort;
    private long crowded;

    /**
     * One way to a page table.
     *
     * @param tag under which translations on it are cached
     * @param base page of the first entry of the table
     * @param rights that the tables on the way leave
     * @param live whether memory leads here all the way
     * @param walkable whether a walk may still come here; if not, only what earlier walks found here may be cached
     * @param through what a cache holds, where the way is not live; one part stands for all
     */
    record Way(
            long tag,
            long base,
            int rights,
            boolean live,
            boolean walkable,
            @Nullable Lingering through) {
        private boolean isFree() {
            return live || (walkable && through != null && through.state() == Lingering.State.OPEN);
        }
    }

    /**
     * A requester that comes to a table of devices through memory.
     *
     * @param position of the first entry of the table
     * @param deviceTlb whether an entry on the way lets it keep translations
     */
    record Requester(long position, boolean deviceTlb) {}

    Ways(Effort effort) {
        this.effort = effort;
    }

    /** All ways to a page table, at most {@link #MOST}. */
    List<Way> to(TablePage node) {
        List<Way> found = new ArrayList<>(2);
        climb(node, new Below(0, Entry.READ | Entry.WRITE, 0), found);
        return found;
    }

    /** What an entry of a device permits is no part of a translation. */
    static int rights(Entry entry) {
        return entry.what() == Entry.What.TABLE ? entry.rights() : Entry.READ | Entry.WRITE;
    }

    /**
     * What is below a table on the way to the one that is asked for.
     *
     * @param offset position of the first entry there, relative to the first one here
     * @param rights that the entries leave
     * @param since number of the event since which the newest of them leads on
     */
    private record Below(long offset, int rights, long since) {
        Below with(TablePage.Edge edge) {
            return new Below(offset + edge.offset(), rights & Ways.rights(edge.entry()), Math.max(since, edge.since()));
        }
    }

    private void climb(TablePage node, Below below, List<Way> found) {
        for (TablePage.Edge edge : node.in) {
            effort.spend(1);
            TablePage from = edge.from();
            if (isFull(found)) {
                return;
            } else if (from == null) {
                continue; // of tables of devices
            } else if (from.kind.ofDevices()) {
                long base = edge.offset() + below.offset;
                for (long tag : tags(edge, requesters(from))) {
                    add(found, new Way(tag, base, below.rights, true, true, null));
                }
            } else {
                climb(from, below.with(edge), found);
            }
        }
        for (Lingering kept : node.kept) {
            effort.spend(1);
            if (isFull(found)) {
                return;
            }
            if (!kept.isFirst()) {
                continue; // a part of what another one stands for
            }
            boolean walkable = kept.what() != Lingering.What.UNDER;
            int left = below.rights & rights(kept.entry());
            if (walkable || below.since <= kept.walkedUntil()) {
                add(found, new Way(kept.tag(), kept.base() + below.offset, left, false, walkable, kept));
            }
        }
    }

    private boolean isFull(List<?> found) {
        boolean full = found.size() >= MOST;
        crowded += full ? 1 : 0;
        return full;
    }

    /** How often there were more ways than are looked at. */
    long crowded() {
        return crowded;
    }

    private static void add(List<Way> found, Way way) {
        boolean known = way.live && found.stream().anyMatch(w -> w.live && w.tag == way.tag && w.base == way.base);
        if (!known) {
            found.add(way);
        }
    }

    /** Without those of which another one says more: by which a walk can come to the same place now, whatever commands are given. */
    static List<Way> telling(List<Way> all) {
        return all.stream()
                .filter(w ->
                        w.isFree() || all.stream().noneMatch(f -> f.isFree() && f.tag == w.tag && f.base == w.base))
                .toList();
    }

    /** The tags that requesters have by an entry. */
    static List<Long> tags(TablePage.Edge edge, List<Requester> requesters) {
        Entry entry = edge.entry();
        List<Long> tags = new ArrayList<>(1);
        for (Requester r : requesters) {
            // In a table that is indexed by PASID the low bits of the position are the PASID.
            long position = r.position
                    + ((long) edge.index()
                            << (edge.from() == null ? 0 : edge.from().kind.shift()));
            long tag = entry.perPasid() ? entry.tag() | (position & PASID) : entry.tag();
            if (!tags.contains(tag)) {
                tags.add(tag);
            }
        }
        return tags;
    }

    /** The requesters that come to a table of devices, at most {@link #MOST}. */
    List<Requester> requesters(TablePage node) {
        List<Requester> found = new ArrayList<>(1);
        climb(node, 0, false, found);
        return found;
    }

    private void climb(TablePage node, long offset, boolean deviceTlb, List<Requester> found) {
        for (TablePage.Edge edge : node.in) {
            effort.spend(1);
            if (isFull(found)) {
                return;
            } else if (edge.from() == null) {
                found.add(new Requester(edge.offset() + offset, deviceTlb));
            } else {
                climb(
                        edge.from(),
                        offset + edge.offset(),
                        deviceTlb || edge.entry().deviceTlb(),
                        found);
            }
        }
    }
}
