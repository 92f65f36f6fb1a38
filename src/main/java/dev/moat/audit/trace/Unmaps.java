package dev.moat.audit.trace;

import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges what drivers give back, unmapped or freed: once, and as it was mapped. {@code @source} Linux kernel/dma/debug.c, check_unmap: the
 * kernel itself, when it is built to, asks that size and direction be the same.
 */
final class Unmaps {
    static final long NO_ADDRESS = -1;
    static final String EARLIER = "it was not seen to be mapped or allocated";
    private static final String SEVERAL =
            "its address is the memory's own, or was given in many ways: it may be of another mapping";

    private final Ledger ledger;
    private final MappedLists lists;

    /**
     * @param lists those that are mapped
     */
    Unmaps(Ledger ledger, MappedLists lists) {
        this.ledger = ledger;
        this.lists = lists;
    }

    /** A page, a resource or memory that was allocated. */
    void one(TraceEvent e, DeviceBuffers own) {
        long address = e.get(Field.DMA_ADDR);
        if (!e.has(Field.DMA_ADDR)
                || address == NO_ADDRESS
                || (e.has(Field.VIRT_ADDR) && e.get(Field.VIRT_ADDR) == 0)) {
            return;
        }
        take(e, own, address, e.get(Field.SIZE));
    }

    /** The event names the buffers, not the addresses: they are those of the map of the same buffers. */
    void list(TraceEvent e, DeviceBuffers own, String device) {
        MappedLists.Taken list = lists.take(e, device);
        if (!list.certain()) {
            String why = EARLIER + ", or the same list is mapped several times";
            ledger.unjudged(AuditRule.ONCE, why);
            ledger.unjudged(AuditRule.AS_MAPPED, why);
        }
        for (MappedLists.Piece piece : list.pieces()) {
            if (list.certain()) {
                take(e, own, piece.address(), piece.size());
            } else {
                own.lose(piece.address());
            }
        }
    }

    private void take(TraceEvent e, DeviceBuffers own, long address, long size) {
        DeviceBuffers.Taken taken = own.take(address, mapping(e, size));
        if (taken.known()) {
            ledger.clean(AuditRule.ONCE);
            asMapped(e, taken, address, size);
            return;
        }
        ledger.unjudged(AuditRule.AS_MAPPED, EARLIER);
        Long since = own.goneSince(address);
        if (since == null) {
            ledger.unjudged(AuditRule.ONCE, EARLIER);
        } else {
            violated(
                    AuditRule.ONCE,
                    e,
                    () -> text(
                            "line %d takes %#x from %s, which line %d has taken already",
                            e.line(), address, e.device(), since));
        }
    }

    /** How an event gives an address, or takes it back. */
    static DeviceBuffers.Mapped mapping(TraceEvent e, long size) {
        boolean mapped = switch (e.kind()) {
            case DMA_MAPPED, RESOURCE_MAPPED, LIST_MAPPED, DMA_UNMAPPED, RESOURCE_UNMAPPED, LIST_UNMAPPED -> true;
            default -> false; // older kernels print no direction of memory that is allocated
        };
        return new DeviceBuffers.Mapped(size, mapped && e.has(Field.DIR) ? (int) e.get(Field.DIR) : -1, e.line());
    }

    private void asMapped(TraceEvent e, DeviceBuffers.Taken taken, long address, long size) {
        DeviceBuffers.Mapped other = taken.other();
        if (!taken.sure()) {
            ledger.unjudged(AuditRule.AS_MAPPED, SEVERAL);
        } else if (other == null) {
            ledger.clean(AuditRule.AS_MAPPED);
        } else {
            violated(
                    AuditRule.AS_MAPPED,
                    e,
                    () -> text(
                            "line %d takes %#x from %s %s at line %d",
                            e.line(), address, e.device(), difference(e, other, size), other.line()));
        }
    }

    private static String difference(TraceEvent e, DeviceBuffers.Mapped other, long size) {
        return other.size() == size
                ? text("as %s, which was given as %s", way((int) e.get(Field.DIR)), way(other.direction()))
                : text("with %d bytes, which was given with %d", size, other.size());
    }

    private static String way(int direction) {
        return switch (direction) {
            case 0 -> "BIDIRECTIONAL";
            case 1 -> "TO_DEVICE";
            case 2 -> "FROM_DEVICE";
            default -> "NONE";
        };
    }

    private void violated(AuditRule rule, TraceEvent e, Supplier<String> says) {
        ledger.violated(rule, e.line(), says);
    }

    private static String text(String format, @Nullable Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
