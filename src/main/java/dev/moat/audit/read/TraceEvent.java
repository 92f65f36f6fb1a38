package dev.moat.audit.read;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One line of a trace. The reader fills the same object again and again; who keeps something copies it. */
public final class TraceEvent {
    /** Values of {@link Field#FORCE}: the device has to bounce, is forced to, or bouncing is off. */
    public static final int NORMAL = 0;

    public static final int FORCE = 1;
    public static final int NO_FORCE = 2;

    /** Of a list no more elements are kept; the kernel's own bound for lists that it maps is the same. */
    public static final int LONGEST_LIST = 128;

    /** Of {@link EventKind#LOST}: which CPU lost events is not said. */
    public static final int SOME_CPU = -1;

    /** Whose code ran: a task's, or an interrupt's that had come upon one; {@link #HIDDEN} where the line does not say. */
    static final int HIDDEN = -1;

    static final int OF_TASK = 0;
    static final int OF_SOFTIRQ = 1;
    static final int OF_HARDIRQ = 2;
    static final int OF_NMI = 3;

    /** Beside these, of a task without a number. */
    private static final int WITHOUT_PID = 4;

    /** What perf prints of a task that has no number any more. */
    static final int NO_PID = -1;

    private static final int LONGEST_NAME = 64;

    /**
     * Where an event stands in a trace.
     *
     * @param place in the order in which events are taken, which is that of their times where lines are put in it
     * @param line of the trace, for messages: it does not tell what came first
     * @param time as {@link TraceEvent#time()}
     */
    public record Moment(long place, long line, long time) {
        /** Whether it is taken before another. */
        public boolean isBefore(Moment other) {
            return place < other.place;
        }
    }

    EventKind kind = EventKind.UNKNOWN;
    /** 1-based. */
    long line;
    /** How many events are taken before it. */
    long place;
    /** Process id; all CPUs' idle tasks have 0, and tasks that are almost gone {@link #NO_PID}. */
    int pid;

    int cpu;
    /** One of the constants above. */
    int context = HIDDEN;
    /** Nanoseconds where the clock prints seconds with a fraction, otherwise the clock's own ticks. */
    long time;
    /** Whether the clock printed a fraction. */
    boolean seconds;
    /** Of {@link EventKind#LOST}. */
    long lost;
    /** Of the same: whether it is an event that cannot be read, which has a time of its own. */
    boolean timed;

    private final long[] values = new long[Field.count()];
    private int present;
    private final byte[] device = new byte[LONGEST_NAME];
    private int deviceLength;
    private long[][] lists = new long[0][];
    private final int[] lengths = new int[Field.LISTS];
    /** Whether the lists have elements that are not shown. */
    boolean truncated;
    /** Whether the program that printed the line says that it could not print the event. */
    boolean unprinted;
    /** Whether the line has fields in place of the event's text. */
    boolean raw;

    void clear() {
        present = 0;
        lost = 0;
        timed = false;
        context = HIDDEN;
        deviceLength = 0;
        truncated = false;
        unprinted = false;
        raw = false;
    }

    /** Makes a list empty; its elements follow. */
    void begin(int list) {
        if (lists.length == 0) {
            lists = new long[Field.LISTS][LONGEST_LIST];
        }
        lengths[list] = 0;
    }

    /** The next element. */
    void element(int list, long value) {
        if (lengths[list] < LONGEST_LIST) {
            lists[list][lengths[list]++] = value;
        } else {
            truncated = true;
        }
    }

    /** How many elements of a list the line shows; 0 where it has none. */
    public int length(Field list) {
        return has(list) ? lengths[Field.list(list.index())] : 0;
    }

    /** An element of a list. */
    public long list(Field list, int number) {
        return lists[Field.list(list.index())][number];
    }

    /** Whether the lists have elements that are not shown. */
    public boolean truncated() {
        return truncated;
    }

    /** Whether the program that printed the line says that it could not print the event: it has no values. */
    public boolean unprinted() {
        return unprinted;
    }

    void set(int field, long value) {
        values[field] = value;
        present |= 1 << field;
    }

    /** Takes in the name of a device; one that is too long is none. */
    void name(byte[] b, int from, int to) {
        deviceLength = to - from <= LONGEST_NAME ? to - from : 0;
        System.arraycopy(b, from, device, 0, deviceLength);
    }

    /** The device that the line names; null for none. */
    public @Nullable String device() {
        return deviceLength == 0 ? null : new String(device, 0, deviceLength, StandardCharsets.ISO_8859_1);
    }

    /** Whether the line has the field. */
    public boolean has(Field field) {
        return (present & 1 << field.index()) != 0;
    }

    /** The value, or 0 where the line has none. */
    public long get(Field field) {
        return has(field) ? values[field.index()] : 0;
    }

    /**
     * What tells apart who calls: the process, or for idle tasks and those without a number the CPU. An interrupt is printed with the process that it came
     * upon, and calls on its own account: it is told by its kind and its CPU, which it does not leave before it ends.
     */
    public int task() {
        int kind = Math.max(context, OF_TASK);
        if (kind == OF_TASK && pid > 0) {
            return pid;
        }
        kind = kind == OF_TASK && pid == NO_PID ? WITHOUT_PID : kind;
        return -1 - cpu - kind * LineParser.MOST_CPUS;
    }

    /** Whether the line tells calls of interrupts from those of the process that they came upon. */
    public boolean showsContext() {
        return context != HIDDEN;
    }

    /** Which event. */
    public EventKind kind() {
        return kind;
    }

    /** Whether it stands for events that are missing. */
    boolean isMark() {
        return kind == EventKind.LOST || kind == EventKind.TOO_BIG;
    }

    /** Where it stands, to be kept. */
    public Moment moment() {
        return new Moment(place, line, time);
    }

    /** Of {@link EventKind#LOST}. */
    public long lost() {
        return lost;
    }

    /** On which CPU. */
    public int cpu() {
        return cpu;
    }

    /** 1-based. */
    public long line() {
        return line;
    }

    /** Nanoseconds where the clock prints seconds with a fraction, otherwise the clock's own ticks. */
    public long time() {
        return time;
    }

    /** Whether the clock printed a fraction. */
    public boolean seconds() {
        return seconds;
    }

    /** Whether so many bytes from an address on are some, and end within 64 bits; both unsigned. */
    public static boolean isRange(long iova, long size) {
        return size != 0 && Long.compareUnsigned(iova + size - 1, iova) >= 0;
    }
}
