package dev.moat.audit.read;

/**
 * Takes one line of ftrace text apart: {@code task-pid [cpu] flags seconds: event: text}. The flags may be missing, a
 * thread group may stand in brackets before the CPU, the name of a task may hold anything, and the event may have its
 * system before it, as perf prints it. No allocation.
 */
public final class LineParser {
    /** No machine has more CPUs. */
    public static final int MOST_CPUS = 8192;

    private static final int LONGEST_HEX = 16;

    private byte[] b = new byte[0];
    private int at;
    private int end;
    private int name;
    private int nameEnd;

    /** Fills the event from the line; false when the line is none. */
    boolean parse(byte[] bytes, int from, int to, Event e) {
        b = bytes;
        end = to;
        e.clear();
        if (looking(from, "CPU:")) {
            return lost(from + 4, e);
        }
        for (int i = from + 1; i < to; i++) {
            if (b[i] == '[' && head(from, i, e)) {
                e.kind = EventKind.of(b, name, nameEnd);
                text(e);
                return true;
            }
        }
        return false;
    }

    private boolean lost(int from, Event e) {
        at = from;
        long cpu = decimal();
        if (cpu < 0 || cpu >= MOST_CPUS || !looking(at, " [LOST ")) {
            return false;
        }
        at += 7;
        e.kind = EventKind.LOST;
        e.cpu = (int) cpu;
        e.lost = Math.max(0, decimal());
        return true;
    }

    /** Everything before the text of the event, where its CPU stands in this bracket. */
    private boolean head(int from, int bracket, Event e) {
        at = bracket + 1;
        long cpu = decimal();
        if (cpu < 0 || cpu >= MOST_CPUS || !looking(at, "]")) {
            return false;
        }
        at++;
        e.cpu = (int) cpu;
        if (!pid(from, bracket, e)) {
            return false;
        }
        int token = spaces();
        if (!time(e)) {
            at = token;
            while (at < end && b[at] != ' ') {
                at++;
            }
            spaces();
            if (!time(e)) {
                return false;
            }
        }
        name = spaces();
        while (at < end && !(b[at] == ':' && (at + 1 == end || b[at + 1] == ' '))) {
            if (b[at] == ' ') {
                return false;
            }
            at++;
            if (b[at - 1] == ':') {
                name = at; // what stood before was the system
            }
        }
        nameEnd = at++;
        return nameEnd < end && nameEnd > name;
    }

    /** The digits before the bracket, or before a thread group in round brackets. */
    private boolean pid(int from, int bracket, Event e) {
        int i = bracket - 1;
        while (i > from && b[i] == ' ') {
            i--;
        }
        if (b[i] == ')') {
            while (i > from && b[i] != '(') {
                i--;
            }
            i--;
            while (i > from && b[i] == ' ') {
                i--;
            }
        }
        long value = 0;
        long unit = 1;
        int last = i;
        while (i >= from && digit(b[i]) && last - i < 9) {
            value += unit * (b[i] - '0');
            unit *= 10;
            i--;
        }
        e.pid = (int) value;
        return i < last && i > from && (b[i] == '-' || b[i] == ' ' || b[i] == '/');
    }

    /** {@code 12.345678:} or, of clocks that count, {@code 12345678:}. */
    private boolean time(Event e) {
        long whole = decimal();
        if (whole < 0 || at >= end) {
            return false;
        }
        e.seconds = b[at] == '.';
        e.time = whole;
        if (e.seconds) {
            at++;
            int digits = 0;
            long fraction = 0;
            for (; at < end && digit(b[at]); at++) {
                fraction = digits < 9 ? fraction * 10 + (b[at] - '0') : fraction;
                digits++;
            }
            for (int d = digits; d < 9; d++) {
                fraction *= 10;
            }
            if (digits == 0 || whole > Long.MAX_VALUE / 2_000_000_000L) {
                return false;
            }
            e.time = whole * 1_000_000_000L + fraction;
        }
        return at < end && b[at++] == ':';
    }

    private void text(Event e) {
        spaces();
        boolean bracket = at < end && b[at] == '(';
        if (e.kind.probe() != bracket && e.kind != EventKind.UNKNOWN) {
            e.kind = e.kind.namesake(); // another event of the same name
        }
        switch (e.kind) {
            case UNKNOWN -> {}
            case QI_SUBMIT -> descriptor(e);
            case CACHE_TAG_FLUSH_RANGE, CACHE_TAG_FLUSH_ALL, CACHE_TAG_ASSIGN, CACHE_TAG_UNASSIGN -> cacheTag(e);
            case BOUNCED -> bounced(e);
            case DMA_MAPPED -> mapped(e);
            default -> values(e);
        }
    }

    /** {@code key=value} pairs; a value that is no number is as good as none. */
    private void values(Event e) {
        int key = at;
        while (at < end) {
            byte c = b[at];
            if (c == '=') {
                int field = Field.find(b, key, at);
                at++;
                if (field == Field.DMA_ADDR.index()
                        || field == Field.DMA_MASK.index()
                        || field == Field.DEV_ADDR.index()) {
                    bareHex(field, e);
                } else if (field >= 0) {
                    number(field, e);
                }
            } else if (c == ' ' || c == ',') {
                key = ++at;
            } else {
                at++;
            }
        }
    }

    /** {@code 0000:00:02.0 dir=TO_DEVICE dma_addr=7f000000 size=4096 ...}: the device's name comes first. */
    private void mapped(Event e) {
        int from = at;
        while (at < end && b[at] != ' ') {
            at++;
        }
        e.name(b, from, at);
        values(e);
    }

    /**
     * {@code dev_name: 0000:00:02.0 dma_mask=ffffffff dev_addr=1aef4a000 size=4096 NORMAL}; the last word is {@code FORCE},
     * {@code NO_FORCE} until Linux 5.18, and until 4.9 {@code swiotlb_force} or nothing. What is otherwise has no {@link Field#FORCE}.
     */
    private void bounced(Event e) {
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
        if (is(word, last, "NORMAL") || looking(word, "size=")) {
            return Event.NORMAL;
        }
        if (is(word, last, "FORCE") || is(word, last, "swiotlb_force")) {
            return Event.FORCE;
        }
        return is(word, last, "NO_FORCE") ? Event.NO_FORCE : -1;
    }

    private boolean is(int from, int to, String word) {
        return to - from == word.length() && looking(from, word);
    }

    /** {@code iotlb_inv dmar0: 0x300f2 0xffffd000 0x0 0x0}; the type is in the first word, too. */
    private void descriptor(Event e) {
        while (at < end && b[at] != ' ') {
            at++;
        }
        spaces();
        if (!looking(at, "dmar")) {
            e.kind = EventKind.UNKNOWN;
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
            e.kind = EventKind.UNKNOWN;
        }
    }

    /** {@code dmar0 0000:00:01.0[0] type iotlb did 3 [0x..-0x..] ...}. */
    private void cacheTag(Event e) {
        if (looking(at, "dmar")) {
            at += 4;
            e.set(Field.UNIT.index(), Math.max(0, decimal()));
        }
        for (; at < end; at++) {
            if (looking(at, " type nesting_")) {
                return; // of a table below the domain's, which has an id of its own
            }
            if (looking(at, " did ")) {
                at += 5;
                number(Field.DID.index(), e);
                return;
            }
        }
    }

    /** Reads a number in hexadecimal (after 0x) or decimal, negative or not, and stores it if it is one. */
    private void number(int field, Event e) {
        boolean negative = at < end && b[at] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int digits = 0;
        if (looking(at, "0x")) {
            at += 2;
            for (int d = hex(); d >= 0; d = hex()) {
                value = value << 4 | d;
                digits++;
                at++;
            }
            digits = digits > LONGEST_HEX ? 0 : digits;
        } else {
            for (; at < end && digit(b[at]); at++) {
                value = value * 10 + (b[at] - '0');
                digits++;
            }
            digits = digits > 20 ? 0 : digits;
        }
        boolean whole = at >= end || b[at] == ' ' || b[at] == ',' || b[at] == ')';
        if (digits > 0 && whole) {
            e.set(field, negative ? -value : value);
        }
    }

    /** A number in hexadecimal that does not say so. */
    private void bareHex(int field, Event e) {
        long value = 0;
        int from = at;
        for (int d = hex(); d >= 0; d = hex()) {
            value = value << 4 | d;
            at++;
        }
        if (at > from && at - from <= LONGEST_HEX && (at == end || b[at] == ' ')) {
            e.set(field, value);
        }
    }

    private int hex() {
        return at < end ? Character.digit(b[at], 16) : -1;
    }

    /** The number here, of at most 18 digits; -1 for none. */
    private long decimal() {
        int from = at;
        long value = 0;
        while (at < end && digit(b[at]) && at - from < 18) {
            value = value * 10 + (b[at] - '0');
            at++;
        }
        return at == from ? -1 : value;
    }

    private int spaces() {
        while (at < end && (b[at] == ' ' || b[at] == '\t')) {
            at++;
        }
        return at;
    }

    private boolean looking(int from, String word) {
        if (from + word.length() > end) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (b[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean digit(byte c) {
        return c >= '0' && c <= '9';
    }
}
