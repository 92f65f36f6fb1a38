package dev.moat.twin.amdvi;

/**
 * The event log (sheet, sections 2 and 9; corrections 8): a ring of 16-byte entries. An event that finds it full is lost and
 * sets EventOverflow; while that is set nothing is written, and after it was cleared only once EventLogEn went 0 to 1.
 */
final class SlowAmdViEventLog {
    private final SlowAmdViMemory memory;
    private final SlowAmdViRules rules;
    private long base;
    private long head;
    private long tail;
    private boolean overflow;
    private boolean enabled;
    private boolean stopped;

    SlowAmdViEventLog(SlowAmdViMemory memory, SlowAmdViRules rules) {
        this.memory = memory;
        this.rules = rules;
    }

    /** Register 10: a new ring, empty. */
    void base(long register) {
        base = register;
        head = 0;
        tail = 0;
    }

    /** Base and length as written. */
    long base() {
        return base;
    }

    /** Register 2010. */
    void head(long register) {
        head = register;
    }

    /** Register 2010. */
    long head() {
        return head;
    }

    /** Register 2018: hardware's, but software may write it while the log is off. */
    void tail(long register) {
        tail = register;
    }

    /** Register 2018. */
    long tail() {
        return tail;
    }

    /** IommuEn and EventLogEn as they are now. */
    void enabled(boolean now) {
        if (now && !enabled) {
            stopped = overflow;
        }
        enabled = now;
    }

    /** Status bit 3. */
    boolean running() {
        return enabled && !stopped;
    }

    /** Status bit 0. */
    boolean overflow() {
        return overflow;
    }

    /** Software writes 1 to EventOverflow. */
    void clearOverflow() {
        overflow = false;
    }

    /** Whether an event would be written now. */
    boolean hasRoom() {
        return running() && !rules.full(head, tail, rules.ringBytes(base));
    }

    /** Where the next event is written to. */
    long slot() {
        return rules.base(base) + tail;
    }

    /** Writes an event of two words, loses it, or does nothing, as the log stands. */
    void log(long w0, long w1) {
        if (hasRoom()) {
            memory.store(slot(), w0);
            memory.store(slot() + 8, w1);
            tail = (tail + 16) % rules.ringBytes(base);
        } else if (running()) {
            overflow = true;
            stopped = true;
        }
    }

    /** The same with an event as four dwords in hex. */
    void log(String event) {
        log(word(event, 0), word(event, 2));
    }

    /** Dwords {@code from} and {@code from + 1} of an event, the lower one first. */
    static long word(String event, int from) {
        String[] dwords = event.split("\\.");
        return Long.parseLong(dwords[from], 16) | Long.parseLong(dwords[from + 1], 16) << 32;
    }
}
