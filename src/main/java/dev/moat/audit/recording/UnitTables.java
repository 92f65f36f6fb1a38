package dev.moat.audit.recording;

import dev.moat.audit.recording.TablePage.Edge;
import dev.moat.audit.recording.Ways.Requester;
import dev.moat.audit.recording.Ways.Way;
import dev.moat.iommu.Entry;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.RecordedUnit.Root;
import dev.moat.iommu.TableKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tables of one unit as memory has them, followed from its registers on, and what its caches may hold beside them. */
final class UnitTables {
    private final String name;
    private final RecordedUnit unit;
    private final ShownMemory memory;
    private final Effort effort;
    private final Listener listener;
    private final LeafIndex leaves;
    private final Ways ways;
    private final UnitWalks walks;
    private TagCaches caches;
    /** Entries of devices that lead to page tables, by tag without PASID. */
    private final Map<Long, List<Edge>> spaces = new HashMap<>();

    private final Leftovers leftovers;
    private final Mixtures mixtures;

    private List<Root> roots = List.of();
    private boolean mayHold;
    /** Number of the last event that concerned this unit. */
    private long last;

    private boolean emptiedEntries;
    private boolean emptiedTranslations;

    /** @param name as reports print it */
    UnitTables(String name, RecordedUnit unit, ShownMemory memory, LeafIndex leaves, Listener listener) {
        this.name = name;
        this.unit = unit;
        this.memory = memory;
        this.leaves = leaves;
        this.listener = listener;
        effort = leaves.effort();
        ways = new Ways(effort);
        walks = new UnitWalks(this, effort);
        leftovers = new Leftovers(this, walks, effort, listener);
        mixtures = new Mixtures(this, effort, listener);
        caches = none();
    }

    private TagCaches none() {
        return new TagCaches(effort, unit.executesInOrder(), leaves.lingering(), walks::bySiblings);
    }

    public String name() {
        return name;
    }

    public RecordedUnit unit() {
        return unit;
    }

    Ways ways() {
        return ways;
    }

    TagCaches caches() {
        return caches;
    }

    List<Root> roots() {
        return roots;
    }

    /** Whether a device keeps translations itself, as the recording says. */
    public void deviceTlb(int requester, boolean on) {
        leftovers.deviceTlb((long) requester << TableKind.PASID_BITS, on);
    }

    /** Software wrote a register: tables may begin elsewhere now, and requests may be translated. */
    public void follow(Moment when) {
        last = when.number();
        if (unit.translates()) {
            mayHold = true;
            emptiedEntries = false;
            emptiedTranslations = false;
        }
        List<Root> now = unit.roots();
        if (now.equals(roots)) {
            return;
        }
        List<Root> before = roots;
        roots = now;
        for (Root root : before) {
            if (!now.contains(root)) {
                TablePage node = node(root.frame(), root.kind());
                node.in.removeIf(e -> e.from() == null && e.offset() == root.position());
                if (mayHold) {
                    leftovers.below(node, root.position(), null, when);
                }
            }
        }
        for (Root root : now) {
            if (!before.contains(root)) {
                TablePage node = node(root.frame(), root.kind());
                node.in.add(new Edge(null, 0, root.position(), Entry.NOTHING, when.number()));
                tellLed(node, root.position(), when);
            }
        }
    }

    /** The page as a table of a kind; its entries are followed when that is new. */
    private TablePage node(long frame, TableKind kind) {
        ShownMemory.Page page = memory.page(frame);
        for (TablePage node : page.nodes) {
            if (node.unit == this && node.kind.equals(kind)) {
                return node;
            }
        }
        TablePage node = new TablePage(this, page, kind);
        page.nodes.add(node);
        effort.spend(kind.entries());
        for (int index = 0; index < kind.entries(); index++) {
            link(node, index, node.decode(index), 0);
        }
        return node;
    }

    @Nullable
    TablePage find(long frame, TableKind kind) {
        ShownMemory.Page page = memory.find(frame);
        if (page != null) {
            for (TablePage node : page.nodes) {
                if (node.unit == this && node.kind.equals(kind)) {
                    return node;
                }
            }
        }
        return null;
    }

    private static long tagKey(long tag) {
        return tag >>> TableKind.PASID_BITS;
    }

    private void link(TablePage node, int index, Entry entry, long number) {
        TableKind kind = entry.kind();
        if (entry.what() == Entry.What.PAGE) {
            leaves.add(node, index, entry);
        } else if (kind != null) {
            boolean space = entry.what() == Entry.What.SPACE;
            for (int k = 0; k < entry.size(); k++) {
                TablePage child = node(entry.frame() + k, kind);
                long offset = ((long) k << kind.pageShift()) + (space ? 0 : (long) index << node.kind.shift());
                Edge edge = new Edge(node, index, offset, entry, number);
                child.in.add(edge);
                if (space && k == 0) {
                    spaces.computeIfAbsent(tagKey(entry.tag()), tag -> new ArrayList<>(1))
                            .add(edge);
                }
            }
        }
    }

    private void unlink(TablePage node, int index, Entry entry) {
        TableKind kind = entry.kind();
        Predicate<Edge> here = e -> e.from() == node && e.index() == index;
        if (entry.what() == Entry.What.PAGE) {
            leaves.remove(node, index, entry);
        } else if (kind != null) {
            for (int k = 0; k < entry.size(); k++) {
                TablePage child = find(entry.frame() + k, kind);
                if (child != null) {
                    effort.spend(child.in.size());
                    child.in.removeIf(here);
                }
            }
            if (entry.what() == Entry.What.SPACE) {
                List<Edge> there = spaces.getOrDefault(tagKey(entry.tag()), List.of());
                effort.spend(there.size());
                there.removeIf(here);
            }
        }
    }

    /** Words of a table changed. */
    void changed(TablePage node, Stored stored, Moment when) {
        this.last = when.number();
        int words = node.kind.words();
        int last = Math.min(stored.lastWord() / words, node.kind.entries() - 1);
        for (int index = stored.firstWord() / words; index <= last; index++) {
            boolean differs = false;
            for (int w = index * words; w < (index + 1) * words; w++) {
                differs |= stored.changes(w);
            }
            if (differs) {
                Entry old = node.before(index, stored);
                if (!node.wasShown(index, stored) && !stored.isContents() && isReached(node)) {
                    listener.unknown("an entry changed that was not shown before");
                }
                Place at = new Place(node, index);
                mixtures.changed(at, stored, when);
                change(at, old, node.decode(index), stored.covers(index * words, words), when);
            }
        }
    }

    /** Where an entry is. */
    record Place(TablePage node, int index) {
        long first(long base) {
            return base + ((long) index << node.kind.shift());
        }

        Listener.Place told() {
            long address = (node.page.frame << 12) + (long) index * node.kind.words() * Long.BYTES;
            return new Listener.Place(address, node.kind.name());
        }
    }

    private void change(Place at, Entry old, Entry now, boolean whole, Moment when) {
        if (now.gives(old) && old.gives(now) && now.what() == old.what()) {
            return;
        }
        unlink(at.node, at.index, old);
        if (at.node.kind.ofDevices()) {
            changeOfDevices(at, old, now, whole, when);
        } else {
            changeOfPages(at, old, now, whole, when);
        }
    }

    private void changeOfPages(Place at, Entry old, Entry now, boolean whole, Moment when) {
        List<Way> found = ways.to(at.node);
        boolean live = found.stream().anyMatch(Way::live);
        Way stale = found.stream()
                .filter(w -> !w.live() && w.walkable())
                .findFirst()
                .orElse(null);
        if (live && now.what() == Entry.What.UNKNOWN && at.node.isShown(at.index)) {
            listener.unknown(now.why());
        }
        boolean stronger = now.leads() && !old.gives(now);
        List<Way> reused = stronger && now.kind() != null ? stale(now) : List.of();
        link(at.node, at.index, now, when.number());
        if (mayHold && old.leads() && !now.gives(old)) {
            for (Way way : Ways.telling(found)) {
                Lingering by = way.through();
                if (by == null || at.node.isFoundBy(at.index, by)) {
                    leftovers.page(at, old, way, when);
                }
            }
        }
        if (found.stream().anyMatch(w -> !w.walkable())) {
            at.node.changed(at.index, when.number());
        }
        if (live && unit.translates()) {
            listener.changed(when, this, at.told(), old, now, whole);
        }
        Lingering through = stale == null ? null : stale.through();
        if (stronger && !live && through != null) {
            listener.usedAgain(when, this, at.node.page.frame, through);
        }
        for (Way way : found) {
            if (stronger && way.live()) {
                gains(now, at.first(way.base()), at.node.kind.shift(), way.tag(), when);
            }
        }
        for (Way way : reused) {
            tellReused(now, way, found, at, when);
        }
    }

    boolean isReached(TablePage node) {
        return node.kind.ofDevices()
                ? !ways.requesters(node).isEmpty()
                : !ways.to(node).isEmpty();
    }

    /** Memory leads some pages somewhere, by an entry and the tables below it. */
    private void gains(Entry now, long first, int order, long tag, Moment when) {
        TableKind kind = now.kind();
        if (now.what() == Entry.What.PAGE) {
            listener.mapped(when, this, tag, first, now);
            when.call().maps(new RecordedCall.Mapped(this, tag, first, order, UnitWalks.frame(now, first)));
        }
        for (int k = 0; kind != null && k < now.size(); k++) {
            TablePage child = find(now.frame() + k, kind);
            effort.spend(kind.entries());
            for (int index = 0; child != null && index < kind.entries(); index++) {
                Entry entry = child.decode(index);
                if (entry.what() == Entry.What.UNKNOWN && child.isShown(index)) {
                    listener.unknown(entry.why());
                } else if (entry.leads()) {
                    long at = first + ((long) k << kind.pageShift()) + ((long) index << kind.shift());
                    gains(entry, at, kind.shift(), tag, when);
                }
            }
        }
    }

    /** The ways that caches keep to a table that memory does not lead to, before an entry leads there again. */
    private List<Way> stale(Entry now) {
        TableKind kind = now.kind();
        TablePage child = kind == null ? null : find(now.frame(), kind);
        if (child == null) {
            return List.of();
        }
        List<Way> found = ways.to(child);
        return found.stream().anyMatch(Way::live)
                ? List.of()
                : found.stream().filter(Way::walkable).toList();
    }

    /** Linked again where it was, a table means the same as before. */
    private void tellReused(Entry now, Way way, List<Way> above, Place at, Moment when) {
        boolean same = above.stream().anyMatch(a -> a.tag() == way.tag() && at.first(a.base()) == way.base());
        Lingering through = way.through();
        if (!same && through != null) {
            listener.usedAgain(when, this, now.frame(), through);
        }
    }

    private void changeOfDevices(Place at, Entry old, Entry now, boolean whole, Moment when) {
        List<Requester> found = ways.requesters(at.node);
        List<Way> reused = now.what() == Entry.What.SPACE && !old.gives(now) ? stale(now) : List.of();
        link(at.node, at.index, now, when.number());
        if (found.isEmpty() && now.leads() && !old.gives(now) && !at.node.kept.isEmpty()) {
            listener.usedAgain(when, this, at.node.page.frame, at.node.kept.get(0));
        }
        for (Requester r : found) {
            long first = at.first(r.position());
            if (mayHold && old.leads() && !now.gives(old)) {
                if (old.what() == Entry.What.TABLE) {
                    leftovers.below(old, first, at.node.kind.shift(), null, when);
                } else {
                    leftovers.entry(at, old, r, null, when);
                }
            }
            tellLed(now, first, when);
        }
        if (!found.isEmpty() && unit.translates()) {
            listener.changed(when, this, at.told(), old, now, whole);
        }
        if (!found.isEmpty()) {
            for (Way way : reused) {
                tellReused(now, way, List.of(), at, when);
            }
        }
    }

    private void tellLed(Entry now, long first, Moment when) {
        TableKind kind = now.kind();
        if (now.what() == Entry.What.SPACE || now.what() == Entry.What.UNTRANSLATED) {
            long pasid = first & (1L << TableKind.PASID_BITS) - 1;
            Entry led = now.perPasid() ? tagged(now, now.tag() | pasid) : now;
            listener.led(when, this, first, led);
            gains(now, 0, 0, led.tag(), when);
        } else if (now.what() == Entry.What.UNKNOWN) {
            listener.unknown(now.why());
        } else if (now.what() == Entry.What.TABLE && kind != null) {
            for (int k = 0; k < now.size(); k++) {
                tellLed(node(now.frame() + k, kind), first + ((long) k << kind.pageShift()), when);
            }
        }
    }

    private static Entry tagged(Entry e, long tag) {
        return new Entry(e.what(), e.frame(), e.size(), e.kind(), e.rights(), tag, false, e.deviceTlb(), e.why());
    }

    private void tellLed(TablePage node, long position, Moment when) {
        effort.spend(node.kind.entries());
        for (int index = 0; index < node.kind.entries(); index++) {
            Place at = new Place(node, index);
            tellLed(node.decode(index), at.first(position), when);
        }
    }

    List<Edge> spacesOf(long tag) {
        return spaces.getOrDefault(tagKey(tag), List.of());
    }

    /** The tags by which a requester may be served: by memory, or by what a cache holds of its entry. */
    public List<Long> tagsOf(int requester, int pasid) {
        List<Long> tags = new ArrayList<>();
        long position = (long) requester << TableKind.PASID_BITS;
        Long now = walks.tagOf(position | Math.max(0, pasid));
        if (now != null) {
            tags.add(now);
        }
        for (Lingering l : caches.entriesOf(position, 1L << TableKind.PASID_BITS)) {
            if (l.what() == Lingering.What.ENTRY) {
                tags.add(l.tag());
            }
        }
        return tags;
    }

    /** Whether a cached entry may let a requester use addresses as they are. */
    public boolean mayPass(long requester) {
        return caches.entriesOf(requester, 1L << TableKind.PASID_BITS).stream()
                .anyMatch(l -> l.entry().what() == Entry.What.UNTRANSLATED);
    }

    /**
     * What a cache may serve that memory does not give, if some requester can still use it: one that is led by the tag, by memory or by its
     * cached entry.
     */
    public Lingering.Serving serving(Lingering l) {
        boolean own = l.what() == Lingering.What.ENTRY || l.what() == Lingering.What.DEVICE_TLB;
        boolean usable = own || !walks.led(l.tag()).isEmpty() || caches.isEntryKept(l.tag());
        return l.isGone() || !usable ? Lingering.Serving.NOTHING : walks.serving(l);
    }

    /** Whether a walk may come to the table of what lingers, and memory does not lead there. */
    public boolean mayWalk(Lingering l) {
        boolean usable =
                l.what() == Lingering.What.ENTRY || !walks.led(l.tag()).isEmpty() || caches.isEntryKept(l.tag());
        return l.what() == Lingering.What.POINTER
                ? !l.isGone() && !walks.pointsTo(l)
                : !l.isGone() && usable && !walks.comesTo(l, 0);
    }

    /** The contents of a page are not known any more: it is no table until they are told again. */
    void drop(TablePage node) {
        if (isReached(node)) {
            listener.unknown("a table is not recorded any more, though a unit may come to it");
        }
        for (int index = 0; index < node.kind.entries(); index++) {
            unlink(node, index, node.decode(index));
        }
    }

    /** Whether memory leads to a table, or only what caches may hold. */
    record Found(boolean live, List<Lingering> walkable) {}

    Found found(TablePage node) {
        if (node.kind.ofDevices()) {
            return new Found(!ways.requesters(node).isEmpty(), List.copyOf(node.kept));
        }
        List<Way> all = ways.to(node);
        List<Lingering> walkable = new ArrayList<>();
        for (Way way : all) {
            Lingering through = way.through();
            if (way.walkable() && through != null) {
                walkable.add(through);
            }
        }
        return new Found(all.stream().anyMatch(Way::live), walkable);
    }

    /** Nothing is known of what caches may hold, for events are missing. */
    void loseCaches() {
        caches = none();
        mixtures.clear();
    }

    /** Software gave a wait. */
    void waits() {
        caches.waits();
    }

    /** Software gave a command. */
    public void take(Given given) {
        caches.take(given);
    }

    /** A command is known to be done. */
    public void finish(Given given, boolean assumed) {
        given.finish(assumed);
        mixtures.finished(given);
        // What is under a cached pointer may be pointers, which are cached by themselves and covered by the same
        // command or not.
        for (int n = 0; n < given.covered().size(); n++) {
            Lingering l = given.covered().get(n);
            if (l.state() == Lingering.State.COVERED) {
                leftovers.pointers(l, last);
                caches.end(l, last);
                listener.ended(l, given);
            }
        }
        given.covered().clear();
        caches.finished(given);
        if (mayHold && !unit.translates()) {
            emptiedEntries |= TagCaches.emptiesEntries(given.command());
            emptiedTranslations |= TagCaches.emptiesTranslations(given.command());
            mayHold = !emptiedEntries || !emptiedTranslations;
        }
    }

    /** How often there were more ways to a table than are looked at. */
    long crowded() {
        return ways.crowded();
    }

    /** A command will not be executed. */
    public void release(Given given) {
        caches.release(given);
    }

    /** Why a command that covers the range would not do: what can bring it back; null for nothing. */
    public @Nullable Lingering blocker(Lingering l) {
        return caches.blocker(l, null);
    }

    /** What lingers under a tag and overlaps a range. */
    public List<Lingering> lingeringUnder(long tag, long page, long pages) {
        return caches.under(tag, page, pages);
    }

    /** What devices may keep that they got under a tag, and that overlaps a range. */
    public List<Lingering> inDevices(long tag, long page, long pages) {
        return caches.inDevices(tag, page, pages);
    }

    /** What lingers under all tags of a domain id and overlaps a range. */
    public List<Lingering> lingeringOf(long domain, long page, long pages) {
        return caches.ofTags(tag -> unit.domain(tag) == domain, page, pages);
    }

    /** Tables to which requesters are led under a tag, by memory; their frames. */
    public List<Long> tablesOf(long tag) {
        return walks.led(tag).stream()
                .map(edge -> edge.entry().frame())
                .distinct()
                .toList();
    }
}
