package dev.moat.audit.read;

import org.jspecify.annotations.Nullable;

/**
 * Takes one line of ftrace text apart: {@code task-pid [cpu] flags seconds: event: text}. The flags may be missing, a
 * thread group may stand in brackets before the CPU, the name of a task may hold anything, and the event may have its
 * system before it, as perf prints it. No allocation.
 */
public final class LineParser extends LineCursor {
    private static final String NAMELESS = "no name of an event that ends in a colon, and text behind it";

    /** No machine has more CPUs. */
    public static final int MOST_CPUS = 8192;

    /** What the kernel keeps of the name of a task. */
    private static final int LONGEST_TASK = 15;

    /** Behind such a name, a process id and a thread group the bracket of the CPU comes no later. */
    private static final int FURTHEST_CPU = 64;

    /** Nor behind the name of a file before that; each bracket may cost a look at the whole line. */
    private static final int FURTHEST_OF_ALL = 1024;

    /** Digits of a clock that counts, and of seconds. */
    private static final int LONGEST_TICKS = 20;

    private static final int LONGEST_SECONDS = 18;

    private final EventText text = new EventText();
    private int taskEnd;
    private boolean negative;
    private int name;
    private int nameEnd;
    private boolean system;
    private @Nullable String why;
    private int place;
    private boolean contextsHidden;

    /** Fills the event from the line; false when the line is none. */
    boolean parse(byte[] bytes, int from, int to, TraceEvent e) {
        b = bytes;
        end = to;
        e.clear();
        why = "no number of a CPU in square brackets";
        place = from;
        if (looking(from, "CPU:") && lost(from + 4, e)) {
            return true;
        }
        if (!heads(from, e)) {
            return false;
        }
        e.kind = EventKind.of(b, name, nameEnd);
        why = null;
        text.read(bytes, at, to, e);
        complete(e);
        context(e);
        return true;
    }

    /**
     * Finds the CPU. The name of a task may itself look like the beginning of a line: of several brackets it is the last before which no
     * more stands than the kernel keeps of a name; else, where something stands before the name, the first.
     */
    private boolean heads(int from, TraceEvent e) {
        int start = from;
        while (start < end && b[start] == ' ') {
            start++;
        }
        int found = -1;
        int tried = -1;
        for (int i = from + 1; i < end && i - start < (found < 0 ? FURTHEST_OF_ALL : FURTHEST_CPU); i++) {
            if (b[i] == '[') {
                tried = i;
                found = head(from, i, e) && (found < 0 || taskEnd - start <= LONGEST_TASK) ? i : found;
            }
        }
        return found >= 0 && (found == tried || head(from, found, e));
    }

    /** From now on flags say nothing of interrupts. */
    void hideContexts() {
        contextsHidden = true;
    }

    /**
     * No probe that is read is ever hit by an NMI; but where the kernel sets a probe as a breakpoint, whatever hits it is printed as
     * if in one. So flags of this recording do not tell whose call it is. {@code @source} Linux 6.1 arch/x86/kernel/traps.c, exc_int3.
     */
    private void context(TraceEvent e) {
        contextsHidden |= e.context == TraceEvent.OF_NMI && e.kind.probe();
        e.context = contextsHidden ? TraceEvent.HIDDEN : e.context;
    }

    private boolean lost(int from, TraceEvent e) {
        at = from;
        long cpu = decimal();
        if (cpu < 0 || cpu >= MOST_CPUS || !looking(at, " [LOST ")) {
            return false;
        }
        at += 7;
        e.kind = EventKind.LOST;
        e.cpu = (int) cpu;
        e.lost = Math.max(0, decimal());
        why = null;
        return true;
    }

    /** Everything before the text of the event, where its CPU stands in this bracket. */
    private boolean head(int from, int bracket, TraceEvent e) {
        at = bracket + 1;
        long cpu = decimal();
        if (cpu < 0 || cpu >= MOST_CPUS || !looking(at, "]")) {
            return false;
        }
        at++;
        e.cpu = (int) cpu;
        e.context = TraceEvent.HIDDEN;
        if (!pid(from, bracket, e)) {
            return failed(bracket, "no process id before the CPU");
        }
        int token = timeOfDay(spaces());
        if (!time(e)) {
            at = token;
            while (at < end && b[at] != ' ') {
                at++;
            }
            e.context = flags(token, at);
            spaces();
            if (!time(e)) {
                return failed(at, "no time that ends in a colon");
            }
        }
        difference();
        system = false;
        boolean period = period();
        name = spaces();
        while (at < end && !(b[at] == ':' && (at + 1 == end || b[at + 1] == ' '))) {
            if (b[at] == ' ') {
                return failed(at, NAMELESS);
            }
            at++;
            if (b[at - 1] == ':') {
                name = at; // what stood before was the system
                system = true;
            }
        }
        nameEnd = at++;
        if (negative && system) { // perf has a column for the id; others print it behind the name and a sign
            e.pid = TraceEvent.NO_PID;
        }
        if (period && !system) {
            return failed(name, NAMELESS);
        }
        return (nameEnd < end && nameEnd > name) || failed(Math.min(nameEnd, end), NAMELESS);
    }

    /** The column {@code tod} of perf, {@code 2024-10-11 17:26:45.150742}; answers the place of what follows. */
    private int timeOfDay(int from) {
        boolean date = end - from > 11 && b[from + 4] == '-' && b[from + 7] == '-' && b[from + 10] == ' ';
        for (int columns = date ? 2 : 0; columns > 0; columns--) {
            while (at < end && b[at] != ' ') {
                at++;
            }
            spaces();
        }
        return at;
    }

    /** The column {@code --ts-diff} of trace-cmd, {@code (+12)}. */
    private void difference() {
        int from = spaces();
        if (!looking(from, "(+")) {
            return;
        }
        at += 2;
        at = decimal() >= 0 && looking(at, ")") ? at + 1 : from;
    }

    /** The column {@code period} of perf, a number before the event; without it the place is as before. */
    private boolean period() {
        int from = spaces();
        boolean number = decimal() >= 0 && at < end && b[at] == ' ';
        at = number ? at : from;
        return number;
    }

    /**
     * {@code d.h1.}: interrupts off, need to reschedule, in an interrupt, depths. {@code H} is a hard interrupt upon a soft one, {@code
     * Z} an NMI upon a hard one. Kernels patched for real time print before it whether to reschedule lazily ({@code .} or {@code L});
     * others have a depth behind it, a hexadecimal digit or a dot. {@code @source} Linux 6.1 kernel/trace/trace_output.c, trace_print_lat_fmt.
     */
    private int flags(int from, int to) {
        if (to - from < 4) {
            return TraceEvent.HIDDEN;
        }
        int third = flag(b[from + 2]);
        int fourth = flag(b[from + 3]);
        boolean lazy = b[from + 2] == 'L' || (third == TraceEvent.OF_TASK && fourth > TraceEvent.OF_TASK);
        return lazy ? fourth : third;
    }

    private static int flag(byte c) {
        return switch (c) {
            case '.' -> TraceEvent.OF_TASK;
            case 's' -> TraceEvent.OF_SOFTIRQ;
            case 'h', 'H' -> TraceEvent.OF_HARDIRQ;
            case 'z', 'Z' -> TraceEvent.OF_NMI;
            default -> TraceEvent.HIDDEN;
        };
    }

    /** The furthest place that any reading of the line came to says most. */
    private boolean failed(int there, String what) {
        if (there >= place) {
            place = there;
            why = what;
        }
        return false;
    }

    /**
     * An event without what it is about is none of those that are followed, nor one beyond the end of all addresses. An unmap or a descriptor
     * that cannot be read is as good as lost: what follows would be judged without it.
     */
    private void complete(TraceEvent e) {
        boolean maps = e.kind == EventKind.MAP || e.kind == EventKind.UNMAP;
        boolean lacks = (e.kind == EventKind.MAP && !e.has(Field.PADDR))
                || (maps && !(e.has(Field.IOVA) && e.has(Field.SIZE)))
                || text.damaged();
        boolean wraps = maps && !lacks && (wraps(e, Field.SIZE) || wraps(e, Field.UNMAPPED_SIZE));
        if (lacks || wraps) {
            why = (lacks ? "an event without a number that it needs: " : "an event whose addresses are no range: ")
                    + EventKind.of(b, name, nameEnd).origin();
            place = nameEnd + 1;
            boolean needed = e.kind == EventKind.UNMAP || text.damaged();
            e.kind = needed ? EventKind.LOST : EventKind.UNKNOWN;
            e.lost = needed ? 1 : 0;
            e.timed = needed;
        }
    }

    private static boolean wraps(TraceEvent e, Field size) {
        return e.has(size) && e.get(size) != 0 && !TraceEvent.isRange(e.get(Field.IOVA), e.get(size));
    }

    /** What is wrong with the line read last; null for nothing. */
    @Nullable
    String complaint() {
        return why;
    }

    /** Where, as an index of the bytes. */
    int place() {
        return place;
    }

    /** Whether the event read last has its system before its name. */
    boolean namesSystem() {
        return system;
    }

    /** The digits before the bracket, or before a thread group in round brackets. */
    private boolean pid(int from, int bracket, TraceEvent e) {
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
        taskEnd = i;
        negative = value == 1 && i > from && b[i] == '-' && (b[i - 1] == ' ' || b[i - 1] == '/');
        return i < last && i > from && (b[i] == '-' || b[i] == ' ' || b[i] == '/');
    }

    /** {@code 12.345678:} or, of clocks that count, {@code 12345678:}; {@code s390-tod} has used the highest of its 64 bits since 1971. */
    private boolean time(TraceEvent e) {
        int from = at;
        long whole = decimal();
        for (; at < end && digit(b[at]) && at - from < LONGEST_TICKS; at++) {
            whole = whole * 10 + (b[at] - '0');
        }
        int length = at - from;
        if (length == 0 || at >= end) {
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
            if (digits == 0 || length > LONGEST_SECONDS || whole > Long.MAX_VALUE / 2_000_000_000L) {
                return false;
            }
            e.time = whole * 1_000_000_000L + fraction;
        }
        return at < end && b[at++] == ':';
    }
}
