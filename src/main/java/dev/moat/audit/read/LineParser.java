package dev.moat.audit.read;

/**
 * Takes one line of ftrace text apart: {@code task-pid [cpu] flags seconds: event: text}. The flags may be missing, a
 * thread group may stand in brackets before the CPU, the name of a task may hold anything, and the event may have its
 * system before it, as perf prints it. No allocation.
 */
public final class LineParser extends Cursor {
    /** No machine has more CPUs. */
    public static final int MOST_CPUS = 8192;

    private final EventText text = new EventText();
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
                text.read(bytes, at, to, e);
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
}
