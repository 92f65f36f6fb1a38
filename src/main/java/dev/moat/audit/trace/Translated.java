package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.TraceEvent;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether an address that a driver is given leads to its buffer, and with which rights: what its task has just mapped, against
 * what the event says.
 */
final class Translated {
    private static final int MOST_DEVICES = 4096;
    private static final long PAGE_MASK = (1L << AddressSpace.PAGE_BITS) - 1;
    static final long UNKNOWN = -1;

    /**
     * A run of bytes that a device was given.
     *
     * @param phys where its buffer is; {@link #UNKNOWN} where the event does not say
     */
    record Given(long address, long size, long phys) {
        long first() {
            return address >>> AddressSpace.PAGE_BITS;
        }

        long end() {
            return ((address + size - 1) >>> AddressSpace.PAGE_BITS) + 1;
        }

        /** Where it begins. */
        Given firstByte() {
            return new Given(address, 1, phys);
        }

        /** The same, wherever its buffer is. */
        Given anywhere() {
            return new Given(address, size, UNKNOWN);
        }

        /** Whether the address is that of the memory itself, as without an IOMMU. */
        boolean isDirect() {
            return address == phys;
        }

        private boolean wholePages() {
            return ((address | size) & PAGE_MASK) == 0;
        }
    }

    /**
     * What came of a run: wrong, not to be told, or right where both are null.
     *
     * @param rights with which it was mapped; -1 where the trace does not show them
     */
    record Finding(@Nullable String wrong, @Nullable String unknown, int rights) {
        static final Finding BOUNCED = unknown("it bounced");

        static Finding unknown(String why) {
            return new Finding(null, why, -1);
        }

        static Finding wrong(String format, Object... values) {
            return new Finding(String.format(Locale.ROOT, format, values), null, -1);
        }

        boolean right() {
            return wrong == null && unknown == null;
        }

        boolean worseThan(Finding other) {
            return (wrong != null && other.wrong == null) || (unknown != null && other.right());
        }
    }

    private final Set<String> devices = new HashSet<>();
    private boolean bounces;

    /** Whether the trace records bounces: a buffer that is elsewhere and did not bounce is misplaced. */
    void recordsBounces(boolean all) {
        bounces = all;
    }

    /**
     * Looks a run up.
     *
     * @param needed rights that the transfer asks for, as of a mapping
     * @param bounced whether the buffer lies in slots instead of where the event says
     */
    Finding look(TraceEvent e, Recent recent, Given g, int needed, boolean bounced) {
        String device = e.device();
        int given = 0;
        boolean shown = true;
        for (long page = g.first(); page < g.end(); ) {
            Recent.Made m = recent.of(page);
            if (m == null) {
                return unmapped(e, device, recent, g, page);
            }
            long frame = m.frame(page);
            if (g.phys != UNKNOWN && !bounced && frame != (g.phys >>> AddressSpace.PAGE_BITS) + page - g.first()) {
                return elsewhere(recent, g, page, frame, m);
            }
            if (m.rights() >= 0 && (needed & ~m.rights()) != 0) {
                return Finding.wrong(
                        "%s was mapped at line %d without the right to %s",
                        page(page), m.was().line(), right(needed & ~m.rights()));
            }
            shown &= m.rights() >= 0;
            given |= Math.max(0, m.rights());
            page = m.was().end();
        }
        if (g.phys != UNKNOWN && !bounced && ((g.address ^ g.phys) & PAGE_MASK) != 0) {
            return Finding.wrong("%#x is at another place in its page than the buffer at %#x", g.address, g.phys);
        }
        if (device != null && devices.size() < MOST_DEVICES) {
            devices.add(device);
        }
        return new Finding(null, null, shown ? given : -1);
    }

    /** Whether such a run may lie in slots, without the trace saying so. */
    boolean mayHaveBounced(Given g) {
        return !bounces && !g.wholePages();
    }

    private Finding unmapped(TraceEvent e, @Nullable String device, Recent recent, Given g, long page) {
        if (recent.crowded()) {
            return Finding.unknown("more than " + Recent.MOST + " maps in one call");
        } else if (page > g.first()) {
            return Finding.wrong("%s of it was not mapped", page(page));
        } else if (e.kind() == EventKind.ALLOCATED) {
            return Finding.unknown(
                    "nothing was mapped in the same task before: it may be of a pool of the device's own");
        } else if (device == null || !devices.contains(device) || g.isDirect()) {
            return Finding.unknown("nothing was mapped in the same task before: the device may be untranslated");
        }
        return recent.fromBeginning()
                ? Finding.wrong("nothing was mapped there, and the device has been translated before")
                : Finding.unknown("the task's first call: it may have mapped before the trace began");
    }

    private Finding elsewhere(Recent recent, Given g, long page, long frame, Recent.Made m) {
        if (mayHaveBounced(g)) {
            return Finding.unknown(
                    "a part of a page, elsewhere: it may have bounced, and the trace has no swiotlb_bounced");
        }
        if (!g.wholePages() && !recent.fromBeginning()) {
            return Finding.unknown("the task's first call: it may have bounced before the trace began");
        }
        return Finding.wrong(
                "%s leads to %#x (mapped at line %d), its buffer is at %#x",
                page(page),
                frame << AddressSpace.PAGE_BITS,
                m.was().line(),
                g.phys + ((page - g.first()) << AddressSpace.PAGE_BITS));
    }

    private static String page(long page) {
        return String.format(Locale.ROOT, "%#x", page << AddressSpace.PAGE_BITS);
    }

    private static String right(int rights) {
        return rights == 1 ? "read" : rights == 2 ? "write" : "read and write";
    }

    /** The device is attached, perhaps to a domain that translates nothing. */
    void attached(String device) {
        devices.remove(device);
    }

    void forget() {
        devices.clear();
    }
}
