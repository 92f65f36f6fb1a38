package dev.moat.audit.recording;

import dev.moat.audit.recording.UnitTables.Place;
import dev.moat.audit.recording.Ways.Requester;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Forgets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Entries of devices whose words a unit may have read at different times. Until a command that covers an entry is known to be done, each of its
 * words may be cached as it was at any time since the last one; all mixtures must mean nothing, or what the entry meant at one time.
 */
final class Mixtures {
    private static final int MOST = 1 << 12;

    private final UnitTables tables;
    private final Effort effort;
    private final Listener listener;
    private final Map<Key, List<Version>> all = new HashMap<>();

    /** An entry as it is read for one requester. */
    private record Key(long address, long first, int order) {}

    /** All words of an entry, from an event on. */
    private record Version(long number, List<Long> words) {}

    Mixtures(UnitTables tables, Effort effort, Listener listener) {
        this.tables = tables;
        this.effort = effort;
        this.listener = listener;
    }

    void clear() {
        all.clear();
    }

    /** Words of an entry were changed. */
    void changed(Place at, Stored stored, Moment when) {
        int words = at.node().kind.words();
        boolean meant = tables.unit().cachesWords()
                && tables.unit().translates()
                && at.node().kind.ofDevices()
                && words > 1
                && at.node().isShown(at.index());
        if (!meant) {
            return;
        }
        long[] before = new long[words];
        long[] now = new long[words];
        for (int w = 0; w < words; w++) {
            before[w] = stored.before(at.index() * words + w);
            now[w] = at.node().page.words[at.index() * words + w];
        }
        Entry found = null;
        List<Requester> requesters = tables.ways().requesters(at.node());
        for (Requester r : requesters) {
            Key key = new Key(
                    at.told().address(), at.first(r.position()), at.node().kind.shift());
            List<Version> versions =
                    all.computeIfAbsent(key, k -> new ArrayList<>(List.of(new Version(0, listed(before)))));
            versions.add(new Version(when.number(), listed(now)));
            effort.keep(1);
            found = found == null ? wrong(at, versions) : found;
        }
        if (!requesters.isEmpty()) {
            listener.mixed(when, tables, at.told(), found);
        }
    }

    /** A mixture that the entry has never meant; null for none. */
    private @Nullable Entry wrong(Place at, List<Version> versions) {
        List<List<Long>> choices = new ArrayList<>();
        int count = 1;
        for (int w = 0; w < at.node().kind.words(); w++) {
            Set<Long> values = new LinkedHashSet<>();
            for (Version v : versions) {
                values.add(v.words.get(w));
            }
            choices.add(List.copyOf(values));
            count = Math.min(MOST + 1, count * values.size());
        }
        if (count > MOST) {
            return Entry.unknown("an entry was changed in too many ways");
        }
        List<Entry> meant = versions.stream()
                .map(v -> decode(at, v.words.stream().mapToLong(w -> w).toArray()))
                .toList();
        effort.spend((long) count * versions.size());
        long[] words = new long[choices.size()];
        for (int n = 0; n < count; n++) {
            int rest = n;
            for (int w = 0; w < words.length; w++) {
                words[w] = choices.get(w).get(rest % choices.get(w).size());
                rest /= choices.get(w).size();
            }
            Entry mixture = decode(at, words);
            boolean known = mixture.what() == Entry.What.NOTHING
                    || meant.stream().anyMatch(m -> m.what() == mixture.what() && m.gives(mixture) && mixture.gives(m));
            if (!known) {
                return mixture;
            }
        }
        return null;
    }

    private static List<Long> listed(long[] words) {
        return Arrays.stream(words).boxed().toList();
    }

    private Entry decode(Place at, long[] words) {
        return tables.unit().decode(at.node().kind, words, 0);
    }

    /** A command is known to be done: what it covers is cached as it was then, or newer. */
    void finished(Given given) {
        for (Forgets f : given.command().forgets()) {
            if (f.cache() == Forgets.Cache.ENTRIES) {
                all.entrySet().removeIf(e -> {
                    boolean covers = f.meansPointer(e.getKey().first, e.getKey().order);
                    return covers && isOld(e.getValue(), given.when().number());
                });
            }
        }
    }

    /** Leaves the last version before an event and those behind it. Whether none is left that another one could mix with. */
    private boolean isOld(List<Version> versions, long number) {
        while (versions.size() > 1 && versions.get(1).number <= number) {
            versions.remove(0);
            effort.keep(-1);
        }
        return versions.size() == 1;
    }
}
