package dev.moat.audit.read;

/** Takes apart what stands behind the name of an event. No allocation, but for the first list that an event ever holds. */
final class EventText extends LineCursor {
    private static final String FAILED = "[FAILED TO PARSE]";
    /** Bits of the longest addresses of memory and of devices: what has more was printed by a machine with another order of bytes. */
    private static final int LONGEST_FRAME = 52;

    private static final int LONGEST_ADDRESS = 57;

    /** What a buffer that was joined with the one before has. */
    private static final long NO_ADDRESS = -1;

    private boolean damaged;

    /** Reads what stands from a place to the end of the line; the kind of the event is known by its name so far. */
    void read(byte[] bytes, int from, int to, TraceEvent e) {
        b = bytes;
        at = from;
        end = to;
        damaged = false;
        spaces();
        boolean bracket = at < end && b[at] == '(';
        if (e.kind.probe() != bracket && e.kind != EventKind.UNKNOWN) {
            e.kind = e.kind.namesake(); // another event of the same name
        }
        boolean failed = looking(at, FAILED);
        e.unprinted = failed || looking(at, "[LINE TOO BIG]");
        if (e.unprinted && e.kind.ofDma()) {
            e.unprinted = !(failed && fields(e));
            return;
        }
        e.raw = (e.kind == EventKind.MAP || e.kind == EventKind.UNMAP || e.kind.ofDma()) && raw();
        switch (e.kind) {
            case UNKNOWN -> {}
            case QI_SUBMIT -> descriptor(e);
            case CACHE_TAG_FLUSH_RANGE,
                    CACHE_TAG_FLUSH_RANGE_NP,
                    CACHE_TAG_FLUSH_ALL,
                    CACHE_TAG_ASSIGN,
                    CACHE_TAG_UNASSIGN -> cacheTag(e);
            case BOUNCED -> bounced(e);
            case IO_PAGE_FAULT -> fault(e);
            case ATTACHED -> attached(e);
            default -> {
                if (e.kind.ofDma()) {
                    named(e);
                } else {
                    values(e);
                }
            }
        }
    }

    /**
     * What libtraceevent prints of an event whose format it cannot take apart, lists most often: {@code [FAILED TO PARSE] device=0000:00:01.0
     * truncated=0 phys_addrs=ARRAY[00, 50, 48, 06, 00, 00, 00, 00] ... dir=2}, bytes in the order of x86.
     *
     * @return whether all that is needed can be read
     */
    private boolean fields(TraceEvent e) {
        at += FAILED.length();
        while (spaces() < end) {
            int key = at;
            while (at < end && b[at] != '=' && b[at] != ' ') {
                at++;
            }
            if (at == end || b[at] == ' ') {
                return false;
            }
            int sign = at++;
            if (looking(at, "ARRAY[")) {
                at += 6;
                if (!bytes(buffers(key, sign), e)) {
                    return false;
                }
            } else {
                field(key, e);
            }
        }
        return switch (e.kind) {
            case LIST_MAPPED -> all(e, Field.DMA_ADDRS, Field.SIZES, Field.PHYS_ADDRS, Field.DIR);
            case LIST_UNMAPPED -> e.has(Field.PHYS_ADDRS);
            case LIST_SYNCED_FOR_CPU, LIST_SYNCED_FOR_DEVICE -> all(e, Field.DMA_ADDRS, Field.SIZES);
            case ALLOCATED, PAGES_ALLOCATED, FREED, PAGES_FREED -> all(e, Field.DMA_ADDR, Field.SIZE, Field.VIRT_ADDR);
            default -> false;
        };
    }

    private static boolean all(TraceEvent e, Field... needed) {
        for (Field f : needed) {
            if (!e.has(f)) {
                return false;
            }
        }
        return true;
    }

    /** A field that is no list, from behind its sign to the next space. */
    private void field(int key, TraceEvent e) {
        int from = at;
        Field number = looking(key, "dma_addr=")
                ? Field.DMA_ADDR
                : looking(key, "size=") ? Field.SIZE : looking(key, "virt_addr=") ? Field.VIRT_ADDR : null;
        if (number != null) {
            number(number.index(), e);
        }
        while (at < end && b[at] != ' ') {
            at++;
        }
        if (looking(key, "device=")) {
            e.name(b, from, at);
        } else if (looking(key, "dir=") && at == from + 1 && digit(b[from])) {
            e.set(Field.DIR.index(), b[from] - '0');
        } else if (looking(key, "truncated=")) {
            e.truncated |= b[from] != '0';
        }
    }

    /** Which list has this name; events of unmaps have another for the buffers. */
    private Field buffers(int from, int to) {
        return is(from, to, "dma_addrs") ? Field.DMA_ADDRS : is(from, to, "lengths") ? Field.SIZES : Field.PHYS_ADDRS;
    }

    /** The numbers of a list from their bytes, the lowest first; behind them the bracket that ends it. */
    private boolean bytes(Field list, TraceEvent e) {
        int width = list == Field.SIZES ? Integer.BYTES : Long.BYTES;
        int longest = list == Field.PHYS_ADDRS ? LONGEST_FRAME : LONGEST_ADDRESS;
        int number = Field.list(list.index());
        e.begin(number);
        e.set(list.index(), 0);
        long value = 0;
        int count = 0;
        for (int high = hex(); high >= 0; high = hex()) {
            at++;
            int low = hex();
            if (low < 0) {
                return false;
            }
            at++;
            value |= (((long) high << 4) | low) << (8 * (count % width));
            if (++count % width == 0) {
                if (value >>> longest != 0 && value != NO_ADDRESS) {
                    return false;
                }
                e.element(number, value);
                value = 0;
            }
            at += looking(at, ", ") ? 2 : 0;
        }
        return count % width == 0 && at < end && b[at++] == ']';
    }

    /** Whether fields come where the text of an event begins with a word: it was printed without its format. */
    private boolean raw() {
        int to = at;
        while (to < end && b[to] != ' ' && b[to] != '=') {
            to++;
        }
        return to < end
                && b[to] == '='
                && (Field.find(b, at, to) >= 0 || looking(at, "attrs=") || looking(at, "device="));
    }

    /** {@code key=value} pairs; a value that is no number is as good as none. */
    private void values(TraceEvent e) {
        int key = at;
        while (at < end) {
            byte c = b[at];
            if (c == '=') {
                int field = Field.find(b, key, at);
                at++;
                if (field >= 0) {
                    value(field, e);
                }
            } else if (c == ' ' || c == ',') {
                key = ++at;
            } else {
                at++;
            }
        }
    }

    private void value(int field, TraceEvent e) {
        switch (Field.print(field)) {
            case LIST -> list(field, e);
            case BARE -> {
                boolean pointer = field == Field.VIRT_ADDR.index(); // which libtraceevent prints otherwise
                at += pointer && looking(at, "0x") ? 2 : 0;
                bareHex(field, e);
                if (pointer && looking(at, "(nil)")) {
                    e.set(field, 0);
                }
            }
            case DIRECTION -> direction(field, e);
            case NUMBER -> number(field, e);
        }
    }

    /** A number, or the word that stands for it. */
    private void direction(int field, TraceEvent e) {
        if (at < end && b[at] >= 'A') {
            e.set(field, looking(at, "TO_") ? 1 : looking(at, "FROM_") ? 2 : looking(at, "BI") ? 0 : 3);
        } else {
            number(field, e);
        }
    }

    /** {@code {0x7f000000,0x7f001000}} as the kernel prints it; libtraceevent prints {@code 2130706432 2130710528}. */
    private void list(int field, TraceEvent e) {
        boolean braces = at < end && b[at] == '{';
        at += braces ? 1 : 0;
        int list = Field.list(field);
        e.begin(list);
        e.set(field, 0);
        while (at < end && digit(b[at])) {
            long value = 0;
            if (looking(at, "0x")) {
                at += 2;
                for (int d = hex(); d >= 0; d = hex()) {
                    value = value << 4 | d;
                    at++;
                }
            } else {
                for (; at < end && digit(b[at]); at++) {
                    value = value * 10 + (b[at] - '0');
                }
            }
            e.element(list, value);
            at += at < end && b[at] == (braces ? ',' : ' ') ? 1 : 0;
        }
        at -= !braces && at > 0 && b[at - 1] == ' ' ? 1 : 0; // the next key begins behind a space
    }

    /** {@code IOMMU:driver 0000:00:02.0 iova=0x7f000000 flags=0x0001}. */
    private void fault(TraceEvent e) {
        while (at < end && b[at] != ' ') {
            at++;
        }
        spaces();
        named(e);
    }

    /** {@code IOMMU: device=0000:00:02.0}. */
    private void attached(TraceEvent e) {
        while (at < end && b[at - 1] != '=') {
            at++;
        }
        named(e);
    }

    /** {@code 0000:00:02.0 dir=TO_DEVICE dma_addr=7f000000 size=4096 ...}: the device's name comes first. */
    private void named(TraceEvent e) {
        int from = at;
        while (at < end && b[at] != ' ') {
            at++;
        }
        e.name(b, from, at);
        values(e);
        e.truncated |= e.kind == EventKind.LIST_MAPPED && cut(from);
    }

    /** Whether {@code [TRUNCATED]} stands somewhere behind a place. */
    private boolean cut(int from) {
        for (int i = from; i < end; i++) {
            if (b[i] == '[' && looking(i, "[TRUNCATED]")) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@code dev_name: 0000:00:02.0 dma_mask=ffffffff dev_addr=1aef4a000 size=4096 NORMAL}; the last word is {@code FORCE},
     * {@code NO_FORCE} until Linux 5.18, and until 4.9 {@code swiotlb_force} or nothing. What is otherwise has no {@link Field#FORCE}.
     */
    private void bounced(TraceEvent e) {
        if (!looking(at, "dev_name: ")) {
            return;
        }
        int from = at + 10;
        int to = from;
        while (to < end && !looking(to, " dma_mask=")) {
            to++;
        }
        e.name(b, from, to);
        at = to;
        values(e);
        int last = end;
        while (last > to && b[last - 1] == ' ') {
            last--;
        }
        int word = last;
        while (word > to && b[word - 1] != ' ') {
            word--;
        }
        int force = force(word, last);
        if (force >= 0 && e.has(Field.DMA_MASK) && e.has(Field.DEV_ADDR) && e.has(Field.SIZE)) {
            e.set(Field.FORCE.index(), force);
        }
    }

    private int force(int word, int last) {
        // What the kernel has numbers for, trace-cmd and perf print as numbers.
        if (is(word, last, "NORMAL") || is(word, last, "0x0") || looking(word, "size=")) {
            return TraceEvent.NORMAL;
        }
        if (is(word, last, "FORCE") || is(word, last, "0x1") || is(word, last, "swiotlb_force")) {
            return TraceEvent.FORCE;
        }
        return is(word, last, "NO_FORCE") || is(word, last, "0x2") ? TraceEvent.NO_FORCE : -1;
    }

    private boolean is(int from, int to, String word) {
        return to - from == word.length() && looking(from, word);
    }

    private void damaged(TraceEvent e) {
        damaged = true;
        e.kind = EventKind.UNKNOWN;
    }

    /** Whether the descriptor read last is none. */
    boolean damaged() {
        return damaged;
    }

    /** {@code iotlb_inv dmar0: 0x300f2 0xffffd000 0x0 0x0}; the type is in the first word, too. */
    private void descriptor(TraceEvent e) {
        while (at < end && b[at] != ' ') {
            at++;
        }
        spaces();
        if (!looking(at, "dmar")) {
            damaged(e);
            return;
        }
        at += 4;
        e.set(Field.UNIT.index(), Math.max(0, decimal()));
        at++;
        spaces();
        number(Field.WORD0.index(), e);
        spaces();
        number(Field.WORD1.index(), e);
        if (!e.has(Field.WORD0) || !e.has(Field.WORD1)) {
            damaged(e);
        }
    }

    /** {@code dmar0 0000:00:01.0[0] type iotlb did 3 [0x..-0x..] ...}. */
    private void cacheTag(TraceEvent e) {
        boolean own = false;
        if (looking(at, "dmar")) {
            at += 4;
            e.set(Field.UNIT.index(), Math.max(0, decimal()));
            at += at < end ? 1 : 0;
            int from = at;
            while (at < end && b[at] != ' ' && b[at] != '[') {
                at++;
            }
            own = looking(from, "dmar");
            if (!own) { // an IOTLB is the unit's own, and no device is named for it
                e.name(b, from, at);
            }
        }
        for (; at < end; at++) {
            if (looking(at, " type nesting_") || looking(at, " type 0x2 ") || looking(at, " type 0x3 ")) {
                return; // of a table below the domain's, which has an id of its own; trace-cmd and perf have no names
                // for types
            }
            if (looking(at, " did ")) {
                at += 5;
                number(Field.DID.index(), e);
                if (own) {
                    references(e);
                }
                return;
            }
        }
    }

    /** {@code pasid 0 ref 1}. */
    private void references(TraceEvent e) {
        if (looking(at, " pasid 0 ref ")) {
            at += 13;
            number(Field.REF.index(), e);
        }
    }
}
