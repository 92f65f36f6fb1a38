package dev.moat.audit.recording;

import dev.moat.iommu.Command;
import dev.moat.iommu.Forgets;
import dev.moat.iommu.TableKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the caches of one unit, and the TLBs of its devices, may hold that memory does not say any more. A command takes hold of what it covers
 * when it is given, because nothing that lingers then can be walked anew; what it covers is gone when the command is known to be done.
 *
 * <p>What may be refilled is not covered: translations under a table while a cached pointer to the table is not covered, under a tag while the
 * entry of a requester is not, and in a device while the unit's own are not.
 */
final class TagCaches {
    private final Effort effort;
    private final TreeMap<Long, AlignedBlocks<Lingering>> translations = new TreeMap<>();
    /** The translations that a command covers which is not known to be done. */
    private final Map<Long, AlignedBlocks<Lingering>> covered = new HashMap<>();

    /** The commands that are not known to be done, in the order in which they were given. */
    private final Deque<Given> taken = new ArrayDeque<>();

    private final boolean inOrder;
    /** What was given later is executed later if its number is higher. */
    private long order;

    private final AlignedBlocks<Lingering> entries;
    private final AlignedBlocks<Lingering> coveredEntries;
    /** How many entries of requesters linger with a tag. */
    private final Map<Long, Integer> entryTags = new HashMap<>();

    private final TreeMap<Long, AlignedBlocks<Lingering>> devices = new TreeMap<>();
    private final TreeMap<Long, AlignedBlocks<Lingering>> coveredDevices = new TreeMap<>();
    private final Frames frames;
    /** Whether another entry in memory still gives the page that one lingers of. */
    private final Predicate<Lingering> siblings;

    /** Pages that linger, by the frames that they lead to. */
    static final class Frames {
        private final AlignedBlocks<Lingering> blocks;

        Frames(Effort effort) {
            blocks = new AlignedBlocks<>(effort);
        }

        private void add(Lingering l) {
            if (l.what() == Lingering.What.PAGE) {
                blocks.add(l.frame(), l.order(), l);
            }
        }

        private void remove(Lingering l) {
            if (l.what() == Lingering.What.PAGE) {
                blocks.remove(l.frame(), l.order(), l);
            }
        }

        List<Lingering> leadingTo(long frame, long count) {
            return blocks.overlapping(frame, count);
        }
    }

    TagCaches(Effort effort, boolean inOrder, Frames frames, Predicate<Lingering> siblings) {
        this.inOrder = inOrder;
        this.siblings = siblings;
        this.effort = effort;
        this.frames = frames;
        entries = new AlignedBlocks<>(effort);
        coveredEntries = new AlignedBlocks<>(effort);
    }

    private AlignedBlocks<Lingering> home(Lingering l) {
        return switch (l.what()) {
            case ENTRY, POINTER -> entries;
            case DEVICE_TLB -> devices.computeIfAbsent(l.tag(), device -> new AlignedBlocks<>(effort));
            default -> translations.computeIfAbsent(l.tag(), tag -> new AlignedBlocks<>(effort));
        };
    }

    private AlignedBlocks<Lingering> coveredHome(Lingering l) {
        return switch (l.what()) {
            case ENTRY, POINTER -> coveredEntries;
            case DEVICE_TLB -> coveredDevices.computeIfAbsent(l.tag(), device -> new AlignedBlocks<>(effort));
            default -> covered.computeIfAbsent(l.tag(), tag -> new AlignedBlocks<>(effort));
        };
    }

    /**
     * Something begins to linger that a walk found by something older, which a command covers that is not done. The walk was made before that
     * command was executed, so the commands behind it in the queue cover what was found as well.
     *
     * @param direct whether it was found in the table that the older one leads to; if not, pointers that were found there may lead on
     */
    void begin(Lingering l, @Nullable Lingering through, boolean direct) {
        begin(l);
        Given by = through == null || through.state() != Lingering.State.COVERED ? null : through.by();
        boolean behind;
        for (Given given : by == null ? List.<Given>of() : List.copyOf(taken)) {
            effort.spend(1);
            behind = given == by || (by != null && given.order() > by.order());
            for (Forgets forgets : behind ? given.command().forgets() : List.<Forgets>of()) {
                if (direct || forgets.tables()) {
                    List.copyOf(l.parts()).forEach(part -> takeOne(part, forgets, given));
                }
            }
        }
    }

    private void takeOne(Lingering l, Forgets forgets, Given given) {
        boolean meant = l.state() == Lingering.State.OPEN
                && isTranslation(l)
                && forgets.cache() == Forgets.Cache.TRANSLATIONS
                && forgets.meansTag(l.tag());
        if (meant && l.what() != Lingering.What.TABLE) {
            coverPart(l, forgets, given);
        } else if (meant && l.what() == Lingering.What.TABLE && meansTable(l, forgets) && overlaps(l, forgets)) {
            cover(l, given);
        }
    }

    private static boolean overlaps(Lingering l, Forgets forgets) {
        return forgets.pages() == 0
                || Long.compareUnsigned(l.first() - forgets.page(), forgets.pages()) < 0
                || Long.compareUnsigned(forgets.page() - l.first(), 1L << l.order()) < 0;
    }

    /** Something begins to linger. */
    void begin(Lingering l) {
        l.lingers(true);
        reopen(l);
        frames.add(l);
        TablePage node = l.node();
        if (node != null) {
            node.kept.add(l);
        }
        l.since().call().removes(l);
        if (l.what() == Lingering.What.ENTRY) {
            entryTags.merge(l.tag(), 1, Integer::sum);
        }
    }

    private void reopen(Lingering l) {
        l.is(Lingering.State.OPEN, null);
        home(l).add(l.first(), l.order(), l);
    }

    private static boolean isTranslation(Lingering l) {
        return l.what() == Lingering.What.PAGE || l.what() == Lingering.What.TABLE || l.what() == Lingering.What.UNDER;
    }

    private void cover(Lingering l, Given by) {
        home(l).remove(l.first(), l.order(), l);
        l.is(Lingering.State.COVERED, by);
        by.covered().add(l);
        coveredHome(l).add(l.first(), l.order(), l);
    }

    private void uncover(Lingering l) {
        if (l.state() == Lingering.State.COVERED) {
            coveredHome(l).remove(l.first(), l.order(), l);
        }
    }

    /**
     * It is gone: no cache holds it.
     *
     * @param number of the last event
     */
    void end(Lingering l, long number) {
        uncover(l);
        l.lingers(false);
        frames.remove(l);
        l.is(Lingering.State.GONE, l.by());
        TablePage node = l.node();
        if (node != null) {
            node.kept.remove(l);
            if (l.what() == Lingering.What.TABLE || l.what() == Lingering.What.ENTRY) {
                node.kept.stream().filter(u -> isUnder(u, l)).forEach(u -> u.walkedUntil(number));
            }
        }
        if (l.what() == Lingering.What.ENTRY) {
            entryTags.computeIfPresent(l.tag(), (tag, n) -> n == 1 ? null : n - 1);
        }
    }

    /** Whether what is under a table was found by what is gone, and by nothing else that is left. */
    private static boolean isUnder(Lingering under, Lingering gone) {
        boolean same = under.what() == Lingering.What.UNDER && under.tag() == gone.tag();
        TablePage node = gone.node();
        if (!same || under.behind() == gone) {
            return same;
        }
        return under.behind() == null && node != null && node.kept.stream().noneMatch(o -> isEntryOf(o, gone.tag()));
    }

    private static boolean isEntryOf(Lingering l, long tag) {
        return l.what() == Lingering.What.ENTRY && l.tag() == tag;
    }

    /** Those under a tag that no command covers and that overlap a range. */
    List<Lingering> openUnder(long tag, long page, long pages) {
        AlignedBlocks<Lingering> there = translations.get(tag);
        return there == null ? List.of() : there.overlapping(page, pages);
    }

    /** Those under a tag that overlap a range, whether a command covers them or not. */
    List<Lingering> under(long tag, long page, long pages) {
        List<Lingering> found = new ArrayList<>(openUnder(tag, page, pages));
        AlignedBlocks<Lingering> waiting = covered.get(tag);
        if (waiting != null) {
            found.addAll(waiting.overlapping(page, pages));
        }
        return found;
    }

    /** The same under all tags of a kind. */
    List<Lingering> ofTags(LongPredicate meant, long page, long pages) {
        List<Lingering> found = new ArrayList<>();
        Set<Long> tags = new TreeSet<>(translations.keySet());
        tags.addAll(covered.keySet());
        for (long tag : tags) {
            effort.spend(1);
            if (meant.test(tag)) {
                found.addAll(under(tag, page, pages));
            }
        }
        return found;
    }

    /** What devices may keep that they got under a tag, and that overlaps a range, whether a command covers it or not. */
    List<Lingering> inDevices(long tag, long page, long pages) {
        List<Lingering> found = new ArrayList<>();
        for (AlignedBlocks<Lingering> one : devices.values()) {
            found.addAll(one.overlapping(page, pages));
        }
        for (AlignedBlocks<Lingering> one : coveredDevices.values()) {
            found.addAll(one.overlapping(page, pages));
        }
        found.removeIf(l -> {
            Lingering behind = l.behind();
            return behind != null && behind.tag() != tag;
        });
        return found;
    }

    /** Whether a cache may hold the entry of some requester with a tag. */
    boolean isEntryKept(long tag) {
        return entryTags.containsKey(tag);
    }

    /** What caches may hold of the entries of some requesters. */
    List<Lingering> entriesOf(long requester, long positions) {
        List<Lingering> found = entries.overlapping(requester, positions);
        found.addAll(coveredEntries.overlapping(requester, positions));
        return found;
    }

    /** A command is given: it takes hold of what it covers. */
    void take(Given given) {
        given.order(order);
        order += inOrder ? 1 : 0;
        taken.add(given);
        for (Forgets forgets : given.command().forgets()) {
            switch (forgets.cache()) {
                case ENTRIES -> takeEntries(forgets, given);
                case TRANSLATIONS -> takeTranslations(forgets, given);
                case DEVICE_TLB -> takeDevice(forgets, given);
            }
        }
    }

    private void takeEntries(Forgets forgets, Given given) {
        List<Lingering> met = entries.overlapping(forgets.requester(), forgets.requesters());
        Collections.reverse(met); // what leads on before what it leads to, which may come back otherwise
        for (Lingering l : met) {
            boolean meant = l.what() == Lingering.What.POINTER
                    ? forgets.meansPointer(l.first(), l.order())
                    : forgets.meansEntry(l.first(), l.order()) && forgets.meansTag(l.tag());
            if (meant && blocker(l, given) == null) {
                cover(l, given);
            }
        }
    }

    /** A wait is given: what is given behind it is executed behind what was given before. */
    void waits() {
        order += inOrder ? 0 : 1;
    }

    private Iterable<AlignedBlocks<Lingering>> under(Forgets forgets) {
        boolean all = forgets.lastTag() == Forgets.ALL_TAGS;
        return new ArrayList<>(
                all
                        ? translations.values()
                        : translations
                                .subMap(forgets.firstTag(), true, forgets.lastTag(), true)
                                .values());
    }

    private void takeTranslations(Forgets forgets, Given given) {
        for (AlignedBlocks<Lingering> tag : under(forgets)) {
            effort.spend(1);
            List<Lingering> met = tag.overlapping(forgets.page(), forgets.pages());
            // Who is asked for any page under a cached pointer drops the pointer.
            met.stream()
                    .filter(l -> l.what() == Lingering.What.TABLE && meansTable(l, forgets))
                    .forEach(l -> cover(l, given));
            for (Lingering l : met) {
                if (l.what() != Lingering.What.TABLE) {
                    coverPart(l, forgets, given);
                }
            }
        }
    }

    private void takeDevice(Forgets forgets, Given given) {
        List<Long> meant =
                devices.keySet().stream().filter(forgets::meansRequester).toList();
        for (Long device : meant) {
            AlignedBlocks<Lingering> there = devices.get(device);
            for (Lingering l :
                    there == null ? List.<Lingering>of() : there.overlapping(forgets.page(), forgets.pages())) {
                coverPart(l, forgets, given);
            }
        }
    }

    /** Whether a command is for translations of all the sizes that there can be under a table. */
    private static boolean meansEveryLeaf(Lingering l, Forgets forgets) {
        TableKind kind = l.entry().kind();
        boolean sizes = kind != null && (forgets.leaves() >>> kind.shift() & 1) != 0;
        return forgets.leaves() == 0 || (sizes && Long.bitCount(forgets.leaves()) > 1);
    }

    private static boolean meansTable(Lingering l, Forgets forgets) {
        return forgets.tables() && meansEveryLeaf(l, forgets);
    }

    /** Whether something can bring it back that neither a command covers nor one before it. */
    private boolean mayComeBack(Lingering l, Given given) {
        return blocker(l, given) != null || siblings.test(l);
    }

    /** Whether something may be there when a command is executed; null for a command that is given behind all waits. */
    private static boolean isThere(Lingering l, @Nullable Given given) {
        Given by = l.by();
        boolean later = by != null && given != null && by != given && by.order() >= given.order();
        return l.state() == Lingering.State.OPEN || (l.state() == Lingering.State.COVERED && later);
    }

    /** What can bring it back when a command has been executed, or null. */
    @Nullable
    Lingering blocker(Lingering l, @Nullable Given given) {
        Lingering behind = l.behind();
        if (behind != null && l.what() == Lingering.What.DEVICE_TLB) {
            return under(behind.tag(), l.first(), 1L << l.order()).stream()
                    .filter(other -> isThere(other, given))
                    .findFirst()
                    .orElse(null);
        } else if (behind != null && isThere(behind, given)) {
            return behind;
        }
        TablePage node = l.node();
        if (l.what() != Lingering.What.UNDER || node == null) {
            return null;
        }
        for (Lingering other : node.kept) {
            if (isEntryOf(other, l.tag()) && isThere(other, given)) {
                return other;
            }
        }
        return under(l.tag(), l.first(), 1L << l.order()).stream()
                .filter(other -> other.what() == Lingering.What.TABLE && other.origin() == node)
                .filter(other -> isThere(other, given))
                .findFirst()
                .orElse(null);
    }

    /** Covers the part of a block that is in a range; what is outside stays open, in blocks of its own. */
    private void coverPart(Lingering l, Forgets forgets, Given given) {
        long page = forgets.page();
        long pages = forgets.pages();
        if (forgets.leaves() != 0 && l.what() == Lingering.What.PAGE) {
            if ((forgets.leaves() >>> l.entry().size() & 1) != 0 && !mayComeBack(l, given)) {
                cover(l, given);
            }
            return;
        } else if (l.what() == Lingering.What.UNDER && !meansEveryLeaf(l, forgets)) {
            return;
        }
        long size = 1L << l.order();
        boolean inside = pages == 0
                || (Long.compareUnsigned(l.first() - page, pages) < 0
                        && Long.compareUnsigned(l.first() + size - 1 - page, pages) < 0);
        if (inside && !mayComeBack(l, given)) {
            cover(l, given);
        }
        if (inside) {
            return;
        }
        boolean apart =
                Long.compareUnsigned(l.first() - page, pages) >= 0 && Long.compareUnsigned(page - l.first(), size) >= 0;
        if (apart) {
            return;
        }
        home(l).remove(l.first(), l.order(), l);
        end(l, Long.MAX_VALUE);
        for (long from : new long[] {l.first(), l.first() + size / 2}) {
            Lingering half = l.part(from, l.order() - 1);
            begin(half);
            coverPart(half, forgets, given);
        }
    }

    /** A command is known to be done. */
    void finished(Given given) {
        taken.remove(given);
    }

    /** The queue was emptied or switched off: what such a command was to cover is open. */
    void release(Given given) {
        taken.remove(given);
        for (Lingering l : given.covered()) {
            if (l.state() == Lingering.State.COVERED) {
                uncover(l);
                reopen(l);
            }
        }
        given.covered().clear();
    }

    /** Whether a command leaves nothing in the caches of the unit. */
    static boolean emptiesTranslations(Command command) {
        return command.forgets().stream()
                .anyMatch(f ->
                        f.cache() == Forgets.Cache.TRANSLATIONS && f.lastTag() == Forgets.ALL_TAGS && f.pages() == 0);
    }

    /** Whether a command leaves no entry of a device in the caches. */
    static boolean emptiesEntries(Command command) {
        return command.forgets().stream()
                .anyMatch(f ->
                        f.cache() == Forgets.Cache.ENTRIES && f.lastTag() == Forgets.ALL_TAGS && f.requesters() == 0);
    }
}
