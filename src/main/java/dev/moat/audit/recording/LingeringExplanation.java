package dev.moat.audit.recording;

import dev.moat.audit.recording.Lingering.What;
import dev.moat.iommu.Command;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Forgets;
import dev.moat.iommu.Forgets.Cache;
import dev.moat.iommu.TableKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what lingers, and why no command has taken it away. */
final class LingeringExplanation {
    private static final int PAGE_SHIFT = 12;

    private LingeringExplanation() {}

    /** A requester as people write it. */
    static String requester(long position) {
        long sid = position >>> TableKind.PASID_BITS;
        return sid > 0xffff
                ? String.format(Locale.ROOT, "%#x", sid)
                : String.format(Locale.ROOT, "%02x:%02x.%x", sid >>> 8, sid >>> 3 & 0x1f, sid & 7);
    }

    /** A range of I/O addresses. */
    static String pages(long first, int order) {
        return order >= Long.SIZE - PAGE_SHIFT
                ? "all addresses"
                : String.format(
                        Locale.ROOT, "%#x to %#x", first << PAGE_SHIFT, ((first + (1L << order)) << PAGE_SHIFT) - 1);
    }

    /** What lingers, and since when. */
    static String of(Lingering l) {
        UnitTables unit = l.unit();
        boolean tagged = l.what() != What.DEVICE_TLB && l.what() != What.POINTER;
        String tag = !tagged ? "" : unit.unit().tagName(l.tag());
        String what = switch (l.what()) {
            case PAGE ->
                String.format(
                        Locale.ROOT,
                        "%s of %s may still lead to %#x",
                        pages(l.first(), l.order()),
                        tag,
                        l.frame() << PAGE_SHIFT);
            case TABLE ->
                String.format(
                        Locale.ROOT,
                        "walks of %s for %s may still go through the table at %#x",
                        tag,
                        pages(l.first(), l.order()),
                        l.entry().frame() << PAGE_SHIFT);
            case UNDER ->
                String.format(
                        Locale.ROOT,
                        "%s of %s may still be translated as the table at %#x said",
                        pages(l.first(), l.order()),
                        tag,
                        l.entry().frame() << PAGE_SHIFT);
            case ENTRY ->
                String.format(
                        Locale.ROOT,
                        "requester %s may still be led by its old entry (%s)",
                        requester(l.first()),
                        led(l.entry(), tag));
            case POINTER ->
                String.format(
                        Locale.ROOT,
                        "the table of devices at %#x may still be gone through for requester %s",
                        l.entry().frame() << PAGE_SHIFT,
                        requester(l.first()));
            case DEVICE_TLB ->
                String.format(
                        Locale.ROOT,
                        "device %s may still keep translations of %s itself",
                        requester(l.tag()),
                        pages(l.first(), l.order()));
        };
        return what + " in " + unit.name() + " (" + l.since().says() + ")";
    }

    private static String led(Entry entry, String tag) {
        return entry.what() == Entry.What.UNTRANSLATED
                ? "addresses used as they are"
                : String.format(Locale.ROOT, "%s, table at %#x", tag, entry.frame() << PAGE_SHIFT);
    }

    /** Why it is not gone. */
    static String why(Lingering l, UnitQueue queue) {
        Given by = l.by();
        if (l.state() == Lingering.State.COVERED && by != null) {
            String command =
                    "the command of " + by.when().says() + " (" + by.command().says() + ") covers it, but ";
            if (by.command().at() == Command.BY_REGISTER) {
                return command + "no read of the register has shown that it is done";
            }
            return command
                    + (queue.isBeforeWait(by)
                            ? "the wait behind it is not known to be done"
                            : "no wait stands behind it");
        }
        Lingering blocker = l.unit().blocker(l);
        if (blocker != null) {
            return "it may come back, for " + of(blocker);
        }
        String near = nearest(l, queue);
        return near.isEmpty() ? "no command given since then names it" : near;
    }

    private static Cache cache(Lingering l) {
        return switch (l.what()) {
            case ENTRY, POINTER -> Cache.ENTRIES;
            case DEVICE_TLB -> Cache.DEVICE_TLB;
            default -> Cache.TRANSLATIONS;
        };
    }

    /** The newest command that would nearly have covered it. */
    private static String nearest(Lingering l, UnitQueue queue) {
        for (Given given : queue.history()) {
            boolean later = given.when().number() > l.since().number();
            for (Forgets f : given.command().forgets()) {
                String miss = f.cache() != cache(l) ? null : later ? miss(l, f) : early(l, f, given);
                if (miss != null) {
                    return "the command of " + given.when().says() + " ("
                            + given.command().says() + ") " + miss;
                }
            }
        }
        return "";
    }

    private static boolean covers(Lingering l, Forgets f) {
        if (l.what() == What.ENTRY) {
            return f.meansEntry(l.first(), l.order());
        } else if (l.what() == What.POINTER) {
            return f.meansPointer(l.first(), l.order());
        }
        long last = l.first() + (1L << l.order()) - 1;
        boolean device = l.what() != What.DEVICE_TLB || f.meansRequester(l.tag());
        return device
                && (f.pages() == 0
                        || (Long.compareUnsigned(l.first() - f.page(), f.pages()) < 0
                                && Long.compareUnsigned(last - f.page(), f.pages()) < 0));
    }

    private static boolean meansTag(Lingering l, Forgets f) {
        return l.what() == What.DEVICE_TLB || l.what() == What.POINTER || f.meansTag(l.tag());
    }

    private static @Nullable String miss(Lingering l, Forgets f) {
        boolean tag = meansTag(l, f);
        boolean covers = covers(l, f);
        if (tag && covers) {
            return l.what() == What.TABLE && !f.tables()
                    ? "leaves cached pointers to tables"
                    : "came while it could still come back";
        }
        long last = l.first() + (1L << l.order()) - 1;
        boolean touches = f.pages() == 0
                || Long.compareUnsigned(l.first() - f.page(), f.pages()) < 0
                || Long.compareUnsigned(last - f.page(), f.pages()) < 0
                || Long.compareUnsigned(f.page() - l.first(), 1L << l.order()) < 0;
        if (l.what() == What.ENTRY || l.what() == What.POINTER || l.what() == What.DEVICE_TLB) {
            return covers ? "names another tag" : "names another requester or range";
        }
        return tag ? "does not name all of the range" : touches && covers ? "names another tag" : null;
    }

    private static @Nullable String early(Lingering l, Forgets f, Given given) {
        RecordedCall call = l.since().call();
        boolean near = call != RecordedCall.NONE && call == given.when().call();
        return near && meansTag(l, f) && covers(l, f) ? "was given before the entry was changed" : null;
    }
}
