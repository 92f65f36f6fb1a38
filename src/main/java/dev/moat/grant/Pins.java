package dev.moat.grant;

import dev.moat.bits.BitField;
import java.util.ArrayList;
import java.util.List;

/**
 * The four pin counters of an active entry. {@code @shape} {@code hstw, hstr, devw, devr} from the lowest bits up, each
 * {@code bits} wide: 8 in Xen, 2 in small geometries. A counter takes no more pins once its highest bit is set.
 * {@code @source} Xen grant_table.c (GNTPIN_*); the limit per counter as recorded from Xen 4.17.
 */
public final class Pins {
    /** Kinds of pins, in the order of the counters. */
    public static final int HOST_WRITE = 0;

    public static final int HOST_READ = 1;
    public static final int DEVICE_WRITE = 2;
    public static final int DEVICE_READ = 3;
    public static final int KINDS = 4;

    /** The two sides of a mapping, as a mask. */
    public static final int HOST = 1;

    public static final int DEVICE = 2;
    public static final int BOTH = HOST | DEVICE;

    private final int bits;

    public Pins(int bits) {
        this.bits = bits;
    }

    /** The counters as fields, for printing. */
    public List<BitField> fields() {
        List<BitField> fields = new ArrayList<>();
        for (String name : List.of("hstw", "hstr", "devw", "devr")) {
            int lo = fields.size() * bits;
            fields.add(new BitField(name, lo + bits - 1, lo));
        }
        return fields;
    }

    /** Bits of one counter. */
    public int bits() {
        return bits;
    }

    /** Pins that one counter takes. */
    public int limit() {
        return 1 << (bits - 1);
    }

    /** Value of one counter. */
    public int count(long pins, int kind) {
        return (int) (pins >>> (kind * bits)) & ((1 << bits) - 1);
    }

    /** The kind of pin that a side takes. */
    public static int kind(int side, boolean readOnly) {
        return (side == HOST ? HOST_WRITE : DEVICE_WRITE) + (readOnly ? 1 : 0);
    }

    /** What to add for a mapping of these sides: one pin each. */
    public long taken(int sides, boolean readOnly) {
        long taken = 0;
        if ((sides & HOST) != 0) {
            taken += 1L << (kind(HOST, readOnly) * bits);
        }
        if ((sides & DEVICE) != 0) {
            taken += 1L << (kind(DEVICE, readOnly) * bits);
        }
        return taken;
    }

    /** Pins after taking some; wraps like Xen's counters when one takes more than its limit. */
    public long plus(long pins, long taken) {
        return (pins + taken) & ((1L << (KINDS * bits)) - 1);
    }

    /** Pins after dropping some; wraps like Xen's counters when more are dropped than were taken. */
    public long minus(long pins, long taken) {
        return (pins - taken) & ((1L << (KINDS * bits)) - 1);
    }

    /** Whether another pin of these sides would exceed a counter's limit. */
    public boolean isFull(long pins, int sides, boolean readOnly) {
        return ((sides & HOST) != 0 && count(pins, kind(HOST, readOnly)) >= limit())
                || ((sides & DEVICE) != 0 && count(pins, kind(DEVICE, readOnly)) >= limit());
    }

    /** The sides that anything is pinned on, as a mask. */
    public int sides(long pins) {
        return writers(pins) | (count(pins, HOST_READ) != 0 ? HOST : 0) | (count(pins, DEVICE_READ) != 0 ? DEVICE : 0);
    }

    /** The sides that anything is pinned on for writing, as a mask. */
    public int writers(long pins) {
        return (count(pins, HOST_WRITE) != 0 ? HOST : 0) | (count(pins, DEVICE_WRITE) != 0 ? DEVICE : 0);
    }
}
