package dev.moat.iommu.vtd.register;

import dev.moat.bits.BitField;
import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.format.PageRequest;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * The page-request queue in memory, which the unit fills and software empties, and its registers. One slot stays free:
 * the queue is full where another request would have the tail meet the head. That sets PRO, and while PRO is set
 * nothing is queued. PPR says that something was queued; the first of both raises the page-request event.
 *
 * <p>Software writes head, tail and address at any time and with any value: their bits beyond the size of the queue do
 * not count. So the unit stores within the pages that PQA names. If these do not exist it stores nowhere, and the tail
 * stays. {@code @source} VTD-PAGE-REQUESTS.
 */
final class PageRequestQueue {
    /** For {@link #put}: software will find it. */
    public static final int QUEUED = 0;
    /** For {@link #put}: the queue is, or has been, too full. */
    public static final int OVERFLOW = 1;
    /** For {@link #put}: the queue is not in memory that the unit may write. */
    public static final int UNWRITABLE = 2;

    /** Byte offset of the first of the registers, and behind the last. */
    public static final int FIRST = 0xc0;

    public static final int END = 0xf0;

    /** Of the word with PECTL. */
    private static final int EVENT_CONTROL = 0xe0;

    /** Words of the register page from {@link #FIRST} on: PQH, PQT, PQA, PRS in a high half, PECTL and PEDATA, PEADDR and PEUADDR. */
    private static final Sort REGISTERS =
            new Sort("PageRegister", List.of("PQH", "PQT", "PQA", "PAGE_STATUS", "PAGE_EVENT", "PAGE_EVENT_ADDRESS"));

    private static final int HEAD = 0;
    private static final int TAIL = 1;
    private static final int ADDRESS = 2;
    private static final int STATUS = 3;
    private static final int EVENT = 4;
    private static final long[] WRITABLE = {
        0x7ffe0L, 0x7ffe0L, 0xfffffffffffff007L, 0, 0xffffffff80000000L, 0xfffffffffffffffcL
    };

    /** PQS: 2^(PQS + 7) descriptors. */
    static final BitField SIZE = new BitField("PQS", 2, 0);

    static final BitField RSVD_11 = new BitField("RSVD_11", 11, 3);
    static final BitField BASE = new BitField("PQB", 63, 12);
    /** All 64 bits of PQA. */
    static final List<BitField> FIELDS = List.of(SIZE, RSVD_11, BASE);

    /** PRS.PPR, pending page request, as it lies in its word. */
    static final long PENDING = 1L << 32;
    /** PRS.PRO, page request overflow. */
    static final long OVERFLOWN = 1L << 33;

    private final Memory memory;
    private final Slots registers;
    private final EventControl event;
    private final long widthMask;

    /**
     * Declares the registers.
     *
     * @param prefix stands before their names
     * @param addressBits width of a machine address; further bits of PQA do not count
     */
    public PageRequestQueue(SchemaBuilder schema, String prefix, Memory memory, Messages messages, int addressBits) {
        this.memory = memory;
        registers = schema.slots(prefix + "pageRegister", Role.ARCHITECTURAL, Writer.IOMMU, REGISTERS)
                .word(List.of(), -1L);
        event = new EventControl(registers, messages, EVENT, EVENT + 1);
        widthMask = -1L >>> (Long.SIZE - addressBits);
    }

    /** Whether a register of the queue is at a byte offset of the page. */
    public static boolean covers(int offset) {
        return offset >= FIRST && offset < END;
    }

    /** Gives the registers their values at reset; the state is blank but for that. */
    public void reset(long[] s) {
        event.reset(s);
    }

    /** Its event is not masked. */
    public void unmask(long[] s) {
        write(s, EVENT_CONTROL, 0, EventControl.IM.mask());
    }

    /** The word of the register page at an offset, a multiple of 8. */
    public long read(long[] s, int offset) {
        return registers.get(s, (offset - FIRST) / Long.BYTES);
    }

    /**
     * Software writes a register.
     *
     * @param offset a multiple of 8
     * @param bytes ones in the bytes of the word that are written
     */
    public void write(long[] s, int offset, long value, long bytes) {
        int index = (offset - FIRST) / Long.BYTES;
        long writable = WRITABLE[index] & bytes;
        long cleared = index == STATUS ? (PENDING | OVERFLOWN) & bytes & value : 0;
        registers.set(s, index, (registers.get(s, index) & ~cleared & ~writable) | (value & writable));
        if (index == STATUS && registers.get(s, STATUS) == 0) {
            event.drop(s);
        } else if (index == EVENT) {
            event.written(s);
        }
    }

    /**
     * Queues a page request, or not.
     *
     * @param first the descriptor's first word, a {@link PageRequest}; the last two are 0
     * @return {@link #QUEUED}, {@link #OVERFLOW} or {@link #UNWRITABLE}
     */
    public int put(long[] s, long first, long second) {
        long status = registers.get(s, STATUS);
        if ((status & OVERFLOWN) != 0) {
            return OVERFLOW;
        }
        long size = size(s);
        long tail = registers.get(s, TAIL) & size - 1;
        long next = tail + PageRequest.BYTES & size - 1;
        if (next == (registers.get(s, HEAD) & size - 1)) {
            happened(s, OVERFLOWN);
            return OVERFLOW;
        }
        long at = (BASE.get(registers.get(s, ADDRESS)) << BASE.lo() & widthMask) + tail;
        // The word that says of what type the descriptor is comes last: what is found there is whole.
        boolean stored = memory.write(s, at + 3 * Long.BYTES, 0)
                && memory.write(s, at + 2 * Long.BYTES, 0)
                && memory.write(s, at + Long.BYTES, second)
                && memory.write(s, at, first);
        if (!stored) {
            return UNWRITABLE;
        }
        registers.set(s, TAIL, next);
        happened(s, PENDING);
        return QUEUED;
    }

    /** Bytes of the queue. */
    private long size(long[] s) {
        return (long) PageRequest.BYTES << (SIZE.get(registers.get(s, ADDRESS)) + 7);
    }

    private void happened(long[] s, long what) {
        long status = registers.get(s, STATUS);
        registers.set(s, STATUS, status | what);
        if (status == 0) {
            event.raise(s);
        }
    }
}
