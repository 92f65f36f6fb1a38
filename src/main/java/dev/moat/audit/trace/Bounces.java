package dev.moat.audit.trace;

import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges {@code swiotlb:swiotlb_bounced}, which a kernel prints when it has decided to bounce a buffer, before it looks for slots; and,
 * where the trace has them, the mappings that {@code dma:dma_map_page} shows afterwards. {@code dev_addr} is where the device would have
 * found the buffer itself: the machine address under Xen. {@code @unit} bytes. {@code @source} Linux include/trace/events/swiotlb.h, 4.0 to
 * 6.x; kernel/dma/swiotlb.c.
 */
public final class Bounces {
    /** What a segment of slots holds: no mapping is larger. */
    static final long SEGMENT = 128L << 11;

    private static final long PAGE = 4096;

    /**
     * The longest line of caches that DMA has to respect: a buffer of the allocator that is smaller than two and does not fill whole
     * lines bounces where caches are not coherent. {@code @source} Linux include/linux/dma-map-ops.h, dma_kmalloc_needs_bounce (6.5);
     * arch/arm64/include/asm/cache.h.
     */
    private static final long LONGEST_LINE = 128;

    private static final String PART_OF_PAGE =
            "part of a page, which is bounced for an untrusted device behind an IOMMU";
    /** Bounces that are judged when the trace ends, or when an IOMMU is programmed. */
    private static final int MOST_OPEN = 1 << 16;

    private static final long NO_ADDRESS = -1;
    private static final int MOST_DEVICES = 4096;
    private static final int MOST_TASKS = 1 << 16;
    /** Of one task so many bounces wait for their mappings. */
    private static final int MOST_ASKED = 8;

    /** What is known of a device: whether it is forced, since which line, and the mask that it bounced with last. */
    private record Device(boolean forced, long line, long mask) {}

    /** A bounce that a task has decided on, and whose mapping has not been seen. */
    private record Pending(String device, long size) {}

    /** A bounce that was needed only if an IOMMU is programmed. */
    private record Needless(long line, String says, Ledger.Subject subject) {}

    private final Ledger ledger;
    private final List<Needless> open = new ArrayList<>();
    private boolean underIommu;
    private final Map<String, Device> devices = new HashMap<>();
    /** By task, the latest last: where lines do not tell interrupts, one may bounce between the task's bounce and its mapping. */
    private final Map<Integer, ArrayDeque<Pending>> pending = new HashMap<>();

    private long unknown;
    private long firstUnknown;
    private long forced;
    private long bytes;
    private long failed;

    public Bounces(Ledger ledger) {
        this.ledger = ledger;
    }

    /** A bounce; with bouncing off, a mapping that is refused. */
    public void bounced(TraceEvent e) {
        String name = e.device();
        if (name == null || !e.has(Field.FORCE)) {
            unknown++;
            firstUnknown = unknown == 1 ? e.line() : firstUnknown;
            return;
        }
        if (e.get(Field.FORCE) == TraceEvent.NO_FORCE) {
            failed++;
            for (AuditRule rule : List.of(AuditRule.BOUNCE_NEED, AuditRule.BOUNCE_SIZE, AuditRule.BOUNCE_FORCE)) {
                ledger.unjudged(rule, "bouncing is off (noforce): the mapping is refused");
            }
            return;
        }
        need(e, name);
        force(e, name);
        bytes += fits(e.get(Field.SIZE)) ? e.get(Field.SIZE) : 0;
        size(e, name);
        if (pending.size() < MOST_TASKS) {
            ArrayDeque<Pending> asked = pending.computeIfAbsent(e.task(), t -> new ArrayDeque<>(2));
            if (asked.size() == MOST_ASKED) {
                asked.removeFirst();
            }
            asked.addLast(new Pending(name, e.get(Field.SIZE)));
        }
    }

    /** An IOMMU is programmed: of all bounces so far and to come that share a page, nothing tells whether they were needed. */
    public void underIommu() {
        if (!underIommu) {
            underIommu = true;
            open.forEach(n -> ledger.as(n.subject, () -> ledger.unjudged(AuditRule.BOUNCE_NEED, PART_OF_PAGE)));
            open.clear();
        }
    }

    /** The trace is over, and no IOMMU was programmed in it. */
    public void finish() {
        open.forEach(n -> ledger.as(n.subject, () -> ledger.violated(AuditRule.BOUNCE_NEED, n.line, () -> n.says)));
        open.clear();
    }

    private static boolean fits(long size) {
        return size > 0 && size <= SEGMENT;
    }

    private void size(TraceEvent e, String name) {
        long size = e.get(Field.SIZE);
        if (fits(size)) {
            ledger.clean(AuditRule.BOUNCE_SIZE);
            return;
        }
        violated(
                AuditRule.BOUNCE_SIZE,
                e,
                () -> text(
                        "line %d bounces %s bytes of %s: slots hold 1 to %d",
                        e.line(), Long.toUnsignedString(size), name, SEGMENT));
    }

    private void need(TraceEvent e, String name) {
        long first = e.get(Field.DEV_ADDR);
        long size = e.get(Field.SIZE);
        long mask = e.get(Field.DMA_MASK);
        boolean reached = reaches(first, size, mask);
        if (mask == 0) {
            ledger.unjudged(AuditRule.BOUNCE_NEED, "the device has no mask");
        } else if (e.get(Field.FORCE) == TraceEvent.FORCE || !reached) {
            ledger.clean(AuditRule.BOUNCE_NEED);
        } else if (Long.compareUnsigned(size, PAGE - (first & (PAGE - 1))) > 0) {
            ledger.unjudged(AuditRule.BOUNCE_NEED, "under several pages frames may be scattered, as under Xen");
        } else if (size < 2 * LONGEST_LINE && size % LONGEST_LINE != 0) {
            ledger.unjudged(
                    AuditRule.BOUNCE_NEED,
                    "a small buffer, which may share a cache line: bounced where caches are not coherent");
        } else if (((first | size) & (PAGE - 1)) == 0) {
            violated(AuditRule.BOUNCE_NEED, e, () -> needless(e, name));
        } else if (underIommu || open.size() >= MOST_OPEN) {
            ledger.unjudged(AuditRule.BOUNCE_NEED, PART_OF_PAGE);
        } else {
            open.add(new Needless(e.line(), needless(e, name), ledger.subject()));
        }
    }

    private static String needless(TraceEvent e, String name) {
        return text(
                "line %d bounces %d bytes at %#x of %s, which reaches all of them: its mask is %#x",
                e.line(), e.get(Field.SIZE), e.get(Field.DEV_ADDR), name, e.get(Field.DMA_MASK));
    }

    /** Whether the last byte lies within the mask; what wraps does not. */
    private static boolean reaches(long first, long size, long mask) {
        long last = first + size - 1;
        return Long.compareUnsigned(last, first) >= 0 && Long.compareUnsigned(last, mask) <= 0;
    }

    private void force(TraceEvent e, String name) {
        boolean now = e.get(Field.FORCE) == TraceEvent.FORCE;
        forced += now ? 1 : 0;
        Device before = devices.get(name);
        if (before == null && devices.size() >= MOST_DEVICES) {
            ledger.unjudged(AuditRule.BOUNCE_FORCE, "more devices than there is room for");
            return;
        }
        if (before == null || before.forced == now) {
            ledger.clean(AuditRule.BOUNCE_FORCE);
        } else {
            violated(
                    AuditRule.BOUNCE_FORCE,
                    e,
                    () -> text(
                            "line %d bounces for %s because %s, at line %d because %s",
                            e.line(), name, why(now), before.line, why(before.forced)));
        }
        devices.put(name, new Device(now, e.line(), e.get(Field.DMA_MASK)));
    }

    private static String why(boolean forced) {
        return forced ? "it is forced to" : "it has to, unforced";
    }

    /**
     * A page was mapped: directly, or through the slots that the same task asked for just before.
     *
     * @return whether it was through slots
     */
    public boolean mapped(TraceEvent e) {
        String name = e.device();
        if (name == null || !e.has(Field.DMA_ADDR)) {
            return false;
        }
        boolean bounced = asked(e.task(), new Pending(name, e.get(Field.SIZE)));
        long address = e.get(Field.DMA_ADDR);
        if (address == NO_ADDRESS) {
            failed += bounced ? 1 : 0;
            return false;
        }
        Device known = devices.get(name);
        if (known == null) {
            ledger.unjudged(
                    AuditRule.BOUNCE_REACH, "the device has bounced nothing so far, so that its mask is not known");
            return false;
        }
        reach(e, name, known, bounced);
        if (known.forced && !bounced) {
            violated(
                    AuditRule.BOUNCE_FORCE,
                    e,
                    () -> text(
                            "line %d maps for %s without a bounce, though it is forced to (line %d)",
                            e.line(), name, known.line));
        }
        return bounced;
    }

    /** Whether the task has decided on this bounce; it has come to its end, and so have later ones. */
    private boolean asked(int task, Pending what) {
        ArrayDeque<Pending> all = pending.get(task);
        if (all == null) {
            return false;
        }
        boolean found = all.contains(what);
        if (found) {
            Pending last = all.removeLast();
            while (!last.equals(what)) {
                last = all.removeLast();
            }
        } else {
            all.removeIf(p -> p.device.equals(what.device));
        }
        if (all.isEmpty()) {
            pending.remove(task);
        }
        return found;
    }

    /** Whether the task has decided on bounces of the device that no map has told of: with a list, which is mapped as a whole. */
    public boolean pending(TraceEvent e) {
        ArrayDeque<Pending> all = pending.get(e.task());
        return all != null && all.removeIf(p -> p.device.equals(e.device()));
    }

    private void reach(TraceEvent e, String name, Device known, boolean bounced) {
        long address = e.get(Field.DMA_ADDR);
        if (known.mask == 0) {
            ledger.unjudged(AuditRule.BOUNCE_REACH, "the device has no mask");
        } else if (reaches(address, e.get(Field.SIZE), known.mask)) {
            ledger.clean(AuditRule.BOUNCE_REACH);
        } else {
            violated(
                    AuditRule.BOUNCE_REACH,
                    e,
                    () -> text(
                            "line %d gives %s the address %#x for %s bytes, %s, beyond its mask %#x",
                            e.line(),
                            name,
                            address,
                            Long.toUnsignedString(e.get(Field.SIZE)),
                            bounced ? "in slots" : "not bounced",
                            known.mask));
        }
    }

    private void violated(AuditRule rule, TraceEvent e, Supplier<String> says) {
        ledger.violated(rule, e.line(), says);
    }

    private static String text(String format, @Nullable Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** What was known of devices is known no more; a task's mapping may follow still. */
    public void forget() {
        devices.clear();
    }

    /** Events whose text is none that a kernel prints. */
    public long unknown() {
        return unknown;
    }

    /** The line of the first of them; 0 for none. */
    public long firstUnknown() {
        return firstUnknown;
    }

    /** Bounces that were forced. */
    public long forced() {
        return forced;
    }

    /** Bytes bounced; of those for which no slots can be found, none. */
    public long bytes() {
        return bytes;
    }

    /** Bounces that got no address: no slots, or slots out of reach. */
    public long failed() {
        return failed;
    }
}
