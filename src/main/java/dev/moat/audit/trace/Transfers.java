package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.trace.Translated.Finding;
import dev.moat.audit.trace.Translated.Given;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges the events of the system {@code dma}. A map or allocation is printed behind the act and before the driver has the
 * address; an unmap of a page behind the act; of a list, and a free, before it. So what is unmapped, synced or freed was given
 * before in the order of events, whatever other CPUs do. {@code @source} Linux include/trace/events/dma.h and
 * kernel/dma/mapping.c, 6.12 to 6.18.
 */
public final class Transfers {
    private static final int MOST_DEVICES = 4096;
    /** Buffers of all devices, those taken back included; beyond it everything is forgotten. */
    private static final int MOST_BUFFERS = 1 << 20;

    private static final int LOOK = 1 << 12;
    /** So many maps and no such event: the trace has none, or none soon. Mappings are kept for them no longer. */
    private static final int SILENT = 1 << 12;

    private static final String NO_NAME = "the device has no name, or one of more than 64 bytes";

    private final Ledger ledger;
    private final Translated translated;
    private final Map<String, DeviceBuffers> devices = new HashMap<>();
    private final MappedLists lists = new MappedLists();
    private final Unmaps unmaps;
    private boolean active;
    private int mapsBefore;
    /** Whether mappings were not kept for a while: what was kept before is out of date. */
    private boolean gap;

    private boolean directionsJudged;
    private long overflows;
    private int untilCheck = LOOK;

    public Transfers(Ledger ledger) {
        this.ledger = ledger;
        translated = new Translated();
        unmaps = new Unmaps(ledger, lists);
    }

    /** Whether mappings are kept for such events: where the trace has shown one, and before the first, which speaks of earlier maps. */
    public boolean keeps() {
        return active || mapsBefore < SILENT;
    }

    /** Probes show directions and rights of page maps: these need not be judged again. */
    public void directionsJudged() {
        directionsJudged = true;
    }

    /** The device is attached to a domain: that it was translated before says nothing any more. */
    public void attached(@Nullable String device) {
        if (device != null) {
            translated.attached(device);
        }
    }

    /** Whether the trace records bounces: it says so, or has shown one. */
    public void recordsBounces(boolean all) {
        translated.recordsBounces(all);
    }

    /** A mapping was made; its rights are -1 where the trace does not show them. */
    public void made(Recent recent, AddressSpace space, Mapping m) {
        mapsBefore += active ? 0 : 1;
        recent.startAfresh(gap);
        long first = m.first() << AddressSpace.PAGE_BITS;
        devices.values().forEach(d -> d.mapped(space, first, m.end() << AddressSpace.PAGE_BITS));
        recent.add(new Recent.Made(space, m, m.rights() >= 0));
    }

    /**
     * Takes in an event.
     *
     * @param recent what its task has mapped
     * @param bounced whether the buffer bounced
     * @return the address space that the address was found in; null where it was in none
     */
    public @Nullable AddressSpace on(TraceEvent e, Recent recent, boolean bounced) {
        gap |= !keeps();
        active = true;
        recent.startAfresh(gap);
        String device = e.device();
        if (e.unprinted()) {
            unprinted(device);
            return null;
        }
        if (device == null || (devices.size() >= MOST_DEVICES && !devices.containsKey(device))) {
            ledger.unjudged(rule(e.kind()), device == null ? NO_NAME : "more devices than there is room for");
            return null;
        }
        if (--untilCheck == 0) {
            untilCheck = LOOK;
            if (lists.size()
                            + devices.values().stream()
                                    .mapToInt(DeviceBuffers::size)
                                    .sum()
                    > MOST_BUFFERS) {
                overflows++;
                forget();
            }
        }
        DeviceBuffers own = devices.computeIfAbsent(device, d -> new DeviceBuffers());
        AddressSpace space = switch (e.kind()) {
            case DMA_MAPPED, RESOURCE_MAPPED, ALLOCATED, PAGES_ALLOCATED, LIST_ALLOCATED ->
                given(e, own, recent, bounced);
            case LIST_MAPPED -> listGiven(e, own, recent, bounced);
            default -> {
                returned(e, own, device);
                yield null;
            }
        };
        recent.callEnded();
        return space;
    }

    /** A list may have been mapped, for a device or for any, and is not shown: of no address is it known that it is not mapped. */
    public void unprinted(@Nullable String device) {
        devices.forEach((name, buffers) -> {
            if (device == null || device.equals(name)) {
                buffers.forgetGone();
            }
        });
    }

    /** What would be judged by an event. */
    private static AuditRule rule(EventKind kind) {
        return switch (kind) {
            case DMA_MAPPED, RESOURCE_MAPPED, LIST_MAPPED, ALLOCATED, PAGES_ALLOCATED, LIST_ALLOCATED ->
                AuditRule.LEADS;
            case SYNCED_FOR_CPU, SYNCED_FOR_DEVICE, LIST_SYNCED_FOR_CPU, LIST_SYNCED_FOR_DEVICE -> AuditRule.SYNC;
            default -> AuditRule.ONCE;
        };
    }

    private void returned(TraceEvent e, DeviceBuffers own, String device) {
        switch (e.kind()) {
            case DMA_UNMAPPED, RESOURCE_UNMAPPED, FREED, PAGES_FREED, LIST_FREED -> unmaps.one(e, own);
            case LIST_UNMAPPED -> unmaps.list(e, own, device);
            case SYNCED_FOR_CPU, SYNCED_FOR_DEVICE -> synced(e, own);
            case LIST_SYNCED_FOR_CPU, LIST_SYNCED_FOR_DEVICE -> listSynced(e, own);
            default -> {}
        }
    }

    /** Rights that a transfer asks for; an allocation, whose direction older kernels do not print, asks for both. */
    private static int needed(TraceEvent e) {
        return switch ((int) e.get(Field.DIR)) {
            case 1 -> 1;
            case 2 -> 2;
            case 3 -> 0;
            default -> 3;
        };
    }

    private @Nullable AddressSpace given(TraceEvent e, DeviceBuffers own, Recent recent, boolean bounced) {
        long address = e.get(Field.DMA_ADDR);
        long size = e.get(Field.SIZE);
        boolean failed = address == Unmaps.NO_ADDRESS || (e.has(Field.VIRT_ADDR) && e.get(Field.VIRT_ADDR) == 0);
        if (failed || !e.has(Field.DMA_ADDR) || !areBytes(address, size)) {
            return null;
        }
        Given g = new Given(address, size, e.has(Field.PHYS_ADDR) ? e.get(Field.PHYS_ADDR) : Translated.UNKNOWN);
        own.give(address, Unmaps.mapping(e, size), g.isDirect());
        Finding found = translated.look(e, recent, g, needed(e), bounced);
        AddressSpace space = space(recent, address);
        if (space != null) {
            own.in(space);
        }
        judge(e, found, g);
        recent.told(g.first(), g.end());
        return space;
    }

    /** Whether these are bytes that a device may have: some, and neither beyond all addresses nor on both sides of their middle. */
    private static boolean areBytes(long address, long size) {
        return size > 0 && TraceEvent.isRange(address, size) && address + size - 1 >= address;
    }

    private static @Nullable AddressSpace space(Recent recent, long address) {
        Recent.Made m = recent.of(address >>> AddressSpace.PAGE_BITS);
        return m == null ? null : m.space();
    }

    private void judge(TraceEvent e, Finding found, Given g) {
        String wrong = found.wrong();
        String unknown = found.unknown();
        if (wrong != null) {
            violated(
                    AuditRule.LEADS,
                    e,
                    () -> text(
                            "line %d gives %s the address %#x for %d bytes: %s",
                            e.line(), e.device(), g.address(), g.size(), wrong));
        } else if (unknown != null) {
            ledger.unjudged(AuditRule.LEADS, unknown);
        } else {
            ledger.clean(AuditRule.LEADS);
            rights(e, found);
        }
    }

    private void rights(TraceEvent e, Finding found) {
        int given = found.rights();
        if (e.kind() == EventKind.DMA_MAPPED && directionsJudged) {
            return;
        } else if (given < 0) {
            ledger.unjudged(AuditRule.RIGHTS, "direction or rights are not shown");
        } else if ((given & ~needed(e)) == 0) {
            ledger.clean(AuditRule.RIGHTS);
        } else {
            violated(
                    AuditRule.RIGHTS,
                    e,
                    () -> text(
                            "line %d is a transfer of %s that needs rights %d, mapped with rights %d",
                            e.line(), e.device(), needed(e), given));
        }
    }

    /**
     * The addresses of a list are fewer than its buffers where some were joined. Each begins at one of the buffers, in their
     * order; where none was joined, they lie one to one.
     */
    private @Nullable AddressSpace listGiven(TraceEvent e, DeviceBuffers own, Recent recent, boolean bounced) {
        int count = Math.min(e.length(Field.DMA_ADDRS), e.length(Field.SIZES));
        AddressSpace space = count == 0 ? null : space(recent, e.list(Field.DMA_ADDRS, 0));
        if (space != null) {
            own.in(space);
        }
        Finding worst = null;
        Given of = null;
        int buffer = 0;
        for (int i = 0; i < count; i++) {
            long address = e.list(Field.DMA_ADDRS, i);
            long size = e.list(Field.SIZES, i);
            if (!areBytes(address, size)) {
                continue; // most often joined with the one before
            }
            int at = joined(e) ? begins(e, recent, address, buffer) : i;
            buffer = Math.max(buffer, at + 1);
            Given g = new Given(address, size, at < 0 ? Translated.UNKNOWN : e.list(Field.PHYS_ADDRS, at));
            own.give(address, Unmaps.mapping(e, size), g.isDirect());
            Finding found = bounced ? Finding.BOUNCED : element(e, recent, g, at < 0);
            if (worst == null || found.worseThan(worst)) {
                worst = found;
                of = g;
            }
        }
        for (int i = 0; i < count; i++) {
            Given g = new Given(e.list(Field.DMA_ADDRS, i), Math.max(1, e.list(Field.SIZES, i)), 0);
            recent.told(g.first(), g.end());
        }
        if (worst != null && of != null) {
            judge(e, worst, of);
        }
        if (e.truncated()) {
            own.forgetGone();
        }
        lists.add(e);
        return space;
    }

    /** Whether some of the buffers of a list share an address, or may. */
    private static boolean joined(TraceEvent e) {
        return e.length(Field.PHYS_ADDRS) != e.length(Field.DMA_ADDRS) || e.truncated();
    }

    private Finding element(TraceEvent e, Recent recent, Given g, boolean nowhere) {
        if (!nowhere) {
            Finding begin = translated.look(e, recent, joined(e) ? g.firstByte() : g, needed(e), false);
            // Of what was joined only the beginning is known; that the rest is mapped can be seen.
            return joined(e) && begin.right() ? translated.look(e, recent, g.anywhere(), needed(e), false) : begin;
        } else if (recent.of(g.first()) == null) {
            return Finding.unknown("a part of a list was not mapped by the task");
        } else if (e.truncated() || translated.mayHaveBounced(g)) {
            return Finding.unknown("a list that is not shown whole, or may have bounced");
        }
        return Finding.wrong("it leads to none of the buffers of the list that are left");
    }

    /** The next buffer of a list to which the address leads; the first of those left where nothing was mapped; -1 for none. */
    private static int begins(TraceEvent e, Recent recent, long address, int from) {
        Recent.Made m = recent.of(address >>> AddressSpace.PAGE_BITS);
        for (int i = from; i < e.length(Field.PHYS_ADDRS); i++) {
            long phys = e.list(Field.PHYS_ADDRS, i) >>> AddressSpace.PAGE_BITS;
            if (m == null || m.frame(address >>> AddressSpace.PAGE_BITS) == phys) {
                return i;
            }
        }
        return -1;
    }

    private void synced(TraceEvent e, DeviceBuffers own) {
        sync(e, own, e.get(Field.DMA_ADDR), Math.max(1, e.get(Field.SIZE)));
    }

    private void listSynced(TraceEvent e, DeviceBuffers own) {
        int count = Math.min(e.length(Field.DMA_ADDRS), e.length(Field.SIZES));
        for (int i = 0; i < count; i++) {
            if (e.list(Field.SIZES, i) > 0) { // what was joined with the one before has no length of its own
                sync(e, own, e.list(Field.DMA_ADDRS, i), e.list(Field.SIZES, i));
            }
        }
    }

    private void sync(TraceEvent e, DeviceBuffers own, long address, long size) {
        Long since = own.goneSince(address);
        if (own.has(address, size)) {
            ledger.clean(AuditRule.SYNC);
        } else if (since == null) {
            ledger.unjudged(AuditRule.SYNC, Unmaps.EARLIER);
        } else {
            violated(
                    AuditRule.SYNC,
                    e,
                    () -> text(
                            "line %d syncs %d bytes at %#x of %s, unmapped or freed at line %d",
                            e.line(), size, address, e.device(), since));
        }
    }

    private void violated(AuditRule rule, TraceEvent e, Supplier<String> says) {
        ledger.violated(rule, e.line(), says);
    }

    private static String text(String format, @Nullable Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** What was known is known no more. */
    public void forget() {
        devices.clear();
        lists.clear();
        translated.forget();
    }

    /** Times at which more was known than there is room for. */
    public long overflows() {
        return overflows;
    }
}
