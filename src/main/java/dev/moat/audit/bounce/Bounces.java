package dev.moat.audit.bounce;

import dev.moat.audit.read.Event;
import dev.moat.audit.read.Field;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.Rule;
import java.util.HashMap;
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
    private static final long NO_ADDRESS = -1;
    private static final int MOST_DEVICES = 4096;
    private static final int MOST_TASKS = 1 << 16;

    /** What is known of a device: whether it is forced, since which line, and the mask that it bounced with last. */
    private record Device(boolean forced, long line, long mask) {}

    /** A bounce that a task has decided on, and whose mapping has not been seen. */
    private record Pending(String device, long size) {}

    private final Ledger ledger;
    private final Map<String, Device> devices = new HashMap<>();
    private final Map<Integer, Pending> pending = new HashMap<>();
    private long unknown;
    private long firstUnknown;
    private long forced;
    private long bytes;
    private long failed;

    public Bounces(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * A bounce.
     *
     * @param underIommu whether the trace shows an IOMMU being programmed: there a buffer that shares its pages with others is bounced too
     */
    public void bounced(Event e, boolean underIommu) {
        String name = e.device();
        if (name == null || !e.has(Field.FORCE)) {
            unknown++;
            firstUnknown = unknown == 1 ? e.line() : firstUnknown;
            return;
        }
        bytes += Math.max(0, e.get(Field.SIZE));
        size(e, name);
        need(e, name, underIommu);
        force(e, name);
        if (pending.size() < MOST_TASKS) {
            pending.put(e.task(), new Pending(name, e.get(Field.SIZE)));
        }
    }

    private void size(Event e, String name) {
        long size = e.get(Field.SIZE);
        if (size > 0 && size <= SEGMENT) {
            ledger.clean(Rule.BOUNCE_SIZE);
            return;
        }
        violated(
                Rule.BOUNCE_SIZE,
                e,
                () -> text("line %d bounces %d bytes of %s: slots hold 1 to %d", e.line(), size, name, SEGMENT));
    }

    private void need(Event e, String name, boolean underIommu) {
        long first = e.get(Field.DEV_ADDR);
        long size = e.get(Field.SIZE);
        long mask = e.get(Field.DMA_MASK);
        boolean reached = reaches(first, size, mask);
        if (mask == 0) {
            ledger.unjudged(Rule.BOUNCE_NEED, "the device has no mask");
        } else if (e.get(Field.FORCE) != Event.NORMAL || !reached) {
            ledger.clean(Rule.BOUNCE_NEED);
        } else if ((first & (PAGE - 1)) + size > PAGE) {
            ledger.unjudged(Rule.BOUNCE_NEED, "under several pages frames may be scattered, as under Xen");
        } else if (underIommu && ((first | size) & (PAGE - 1)) != 0) {
            ledger.unjudged(
                    Rule.BOUNCE_NEED, "part of a page, which is bounced for an untrusted device behind an IOMMU");
        } else {
            violated(
                    Rule.BOUNCE_NEED,
                    e,
                    () -> text(
                            "line %d bounces %d bytes at %#x of %s, which reaches all of them: its mask is %#x",
                            e.line(), size, first, name, mask));
        }
    }

    /** Whether the last byte lies within the mask; what wraps does not. */
    private static boolean reaches(long first, long size, long mask) {
        long last = first + size - 1;
        return Long.compareUnsigned(last, first) >= 0 && Long.compareUnsigned(last, mask) <= 0;
    }

    private void force(Event e, String name) {
        boolean now = e.get(Field.FORCE) == Event.FORCE;
        forced += now ? 1 : 0;
        Device before = devices.get(name);
        if (e.get(Field.FORCE) == Event.NO_FORCE) {
            violated(
                    Rule.BOUNCE_FORCE,
                    e,
                    () -> text("line %d bounces for %s, though bouncing is off (noforce)", e.line(), name));
            return;
        }
        if (before == null && devices.size() >= MOST_DEVICES) {
            ledger.unjudged(Rule.BOUNCE_FORCE, "more devices than there is room for");
            return;
        }
        if (before == null || before.forced == now) {
            ledger.clean(Rule.BOUNCE_FORCE);
        } else {
            violated(
                    Rule.BOUNCE_FORCE,
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
    public boolean mapped(Event e) {
        String name = e.device();
        Pending asked = pending.remove(e.task());
        if (name == null || !e.has(Field.DMA_ADDR)) {
            return false;
        }
        boolean bounced = asked != null && asked.device.equals(name) && asked.size == e.get(Field.SIZE);
        long address = e.get(Field.DMA_ADDR);
        if (address == NO_ADDRESS) {
            failed += bounced ? 1 : 0;
            return false;
        }
        Device known = devices.get(name);
        if (known == null) {
            ledger.unjudged(Rule.BOUNCE_REACH, "the device has bounced nothing so far, so that its mask is not known");
            return false;
        }
        reach(e, name, known, bounced);
        if (known.forced && !bounced) {
            violated(
                    Rule.BOUNCE_FORCE,
                    e,
                    () -> text(
                            "line %d maps for %s without a bounce, though it is forced to (line %d)",
                            e.line(), name, known.line));
        }
        return bounced;
    }

    /** Whether the task has decided on a bounce that no map has told of: with a list, which is mapped as a whole. */
    public boolean pending(Event e) {
        return pending.remove(e.task()) != null;
    }

    private void reach(Event e, String name, Device known, boolean bounced) {
        long address = e.get(Field.DMA_ADDR);
        if (known.mask == 0) {
            ledger.unjudged(Rule.BOUNCE_REACH, "the device has no mask");
        } else if (reaches(address, e.get(Field.SIZE), known.mask)) {
            ledger.clean(Rule.BOUNCE_REACH);
        } else {
            violated(
                    Rule.BOUNCE_REACH,
                    e,
                    () -> text(
                            "line %d gives %s the address %#x for %d bytes, %s, beyond its mask %#x",
                            e.line(),
                            name,
                            address,
                            e.get(Field.SIZE),
                            bounced ? "in slots" : "not bounced",
                            known.mask));
        }
    }

    private void violated(Rule rule, Event e, Supplier<String> says) {
        ledger.violated(rule, e.line(), says);
    }

    private static String text(String format, @Nullable Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** What was known is known no more. */
    public void forget() {
        devices.clear();
        pending.clear();
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

    /** Bytes bounced. */
    public long bytes() {
        return bytes;
    }

    /** Bounces that got no address: no slots, or slots out of reach. */
    public long failed() {
        return failed;
    }
}
