package dev.moat.conform.qemu;

import dev.moat.iommu.vtd.format.Descriptors;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The invalidation queue: each descriptor that QEMU fetches is put into Moat's queue and executed there; what QEMU then
 * says it did is compared with the fields as Moat decodes them, head and tail with Moat's registers.
 */
final class QueueEvents {
    private static final Map<String, Integer> TYPES = Map.of(
            "context-cache", Descriptors.CONTEXT_CACHE,
            "iotlb", Descriptors.IOTLB,
            "device", Descriptors.DEVICE_TLB,
            "iec", Descriptors.INTERRUPT_ENTRY_CACHE,
            "wait", Descriptors.WAIT,
            // Types of scalable mode, of which QEMU tells in legacy mode, too. The last is called "page group
            // response".
            "p-iotlb", 6,
            "pasid-cache", 7,
            "device-piotlb", 8,
            "page", 9);

    private final LoggedUnit unit;
    private final LogShape shape;
    private final RegisterEvents registers;
    private final @Nullable TraceJoin trace;
    private final LogTally tally;
    private int tail = -1;
    private long lo;
    private long hi;
    private int line;
    private @Nullable String owed;
    /**
     * A descriptor at which ours stops with FSTS.IQE. QEMU tells of it before it checks it: only later lines show whether QEMU's queue
     * has stopped there, too.
     */
    private @Nullable LogLine stopped;
    /** Whether the descriptor at the head is not in the log: of a type that it does not know QEMU tells nothing. */
    private boolean untold;
    /** Whether the log has shown where the head was, and a descriptor: it may begin between these and what follows them. */
    private boolean headShown;

    private boolean described;
    /** QEMU carries out a domain-selective invalidation of context entries as a global one, and reports both. */
    private boolean widened;

    QueueEvents(LoggedUnit unit, LogShape shape, RegisterEvents registers, @Nullable TraceJoin trace, LogTally tally) {
        this.unit = unit;
        this.shape = shape;
        this.registers = registers;
        this.trace = trace;
        this.tally = tally;
    }

    void register(Map<String, Consumer<LogLine>> events) {
        events.put("vtd_inv_qi_tail", this::tail);
        events.put("vtd_inv_qi_head", this::head);
        events.put("vtd_inv_desc", this::descriptor);
        events.put("vtd_inv_desc_cc_global", this::contextGlobal);
        events.put("vtd_inv_desc_cc_domain", this::contextDomain);
        events.put("vtd_inv_desc_cc_devices", this::contextDevices);
        events.put("vtd_inv_desc_cc_device", entry -> tally.unjudged("event " + entry.name()));
        events.put("vtd_inv_desc_iotlb_global", entry -> done(entry, "vtd_inv_desc_iotlb_global"));
        events.put("vtd_inv_desc_iotlb_domain", this::translationsOfDomain);
        events.put("vtd_inv_desc_iotlb_pages", this::translationsOfPages);
        events.put("vtd_inv_desc_iec", this::interruptEntries);
        events.put("vtd_inv_desc_wait_sw", this::waitStatus);
        events.put("vtd_inv_desc_wait_irq", entry -> done(entry, "vtd_inv_desc_wait_irq"));
        events.put("vtd_inv_qi_fetch", this::fetch);
    }

    private void tail(LogLine entry) {
        tally.judged(entry);
        finish(entry);
        int index = entry.number("tail", Short.MAX_VALUE);
        if (registers.tail() >= 0) {
            tally.compare(entry, "tail", index, registers.tail());
        }
        boolean left = tail >= 0 && unit.head() != tail && stopped == null && !untold;
        if (registers.queueOn() && left && shape.has("vtd_inv_desc")) {
            tally.disagree(entry, "descriptors before the old tail", tail, "executed up to " + unit.head());
        }
        tail = index;
    }

    private void fetch(LogLine entry) {
        tally.judged(entry);
        if (!registers.queueOn()) {
            tally.disagree(entry, "queue", "on", "off");
        } else if (shape.has("vtd_reg_write") && !registers.hasClearedError()) {
            // With FSTS.IQE set nothing is fetched: what the head was at has been executed.
            settle(true);
            if (untold) {
                tally.disagree(entry, "queue", "goes on", "has no descriptor for head " + unit.head());
                advance();
            }
        }
    }

    /** What QEMU did with a descriptor at which ours has stopped. */
    private void settle(boolean executed) {
        if (stopped != null && executed) {
            tally.disagree(stopped, "descriptor", "executed", "stops with FSTS.IQE");
            advance();
        }
        stopped = null;
    }

    private void advance() {
        untold = false;
        unit.unit.queueHead.set(unit.s, (unit.head() + 1) & (shape.ring() - 1));
    }

    private void head(LogLine entry) {
        tally.judged(entry);
        finish(entry);
        int index = entry.number("head", Short.MAX_VALUE);
        settle(index != unit.head());
        if (untold && index == unit.head()) {
            tally.unjudged("descriptor of which QEMU tells nothing, and at which its queue has stopped");
        }
        if (headShown || !unit.late()) {
            tally.compare(entry, "head", index, unit.head());
        }
        headShown = true;
        untold = shape.has("vtd_inv_desc");
        registers.awaitError();
        if (index < shape.ring()) {
            unit.unit.queueHead.set(unit.s, index);
        }
        if (tail >= 0 && index == tail) {
            tally.disagree(entry, "head", "fetches at " + index, "stops at the tail " + tail);
        }
    }

    private void descriptor(LogLine entry) {
        tally.judged(entry);
        finish(entry);
        // Without its heads, the report that is due tells.
        settle(shape.has("vtd_inv_qi_head") || !isReportLogged());
        untold = false;
        described = true;
        lo = entry.number("low");
        hi = entry.number("high");
        line = entry.line();
        int type = (int) Descriptors.TYPE.get(lo);
        Integer named = TYPES.get(entry.word("type"));
        if (named == null || named != type) {
            tally.disagree(entry, "type", entry.word("type"), type);
        }
        boolean writesStatus = type == Descriptors.WAIT && Descriptors.Wait.SW.isSet(lo);
        if (writesStatus) {
            // Whatever the address was before, the unit must write the data.
            unit.unit.status.set(unit.s, 0, ~Descriptors.Wait.DATA.get(lo) & 0xffffffffL);
        }
        unit.queue.enqueue(unit.s, unit.descriptorLo(lo), writesStatus ? toOurStatus(hi) : hi);
        boolean consumed = unit.queue.consume(unit.s);
        boolean wrong = unit.unit.queueError.get(unit.s) != 0;
        if (!consumed || wrong) {
            unit.queue.clearError(unit.s);
            unit.unit.queueCount.set(unit.s, 0);
            if (wrong) {
                stopped = entry;
            } else {
                tally.disagree(entry, "descriptor", "executed", "the queue is off");
                advance();
            }
        } else {
            owed = expected(type);
        }
        if (trace != null && type != Descriptors.WAIT) {
            trace.submitted(entry, lo, hi);
        }
    }

    /** Whether the log would have the report of the last descriptor, had QEMU executed it. */
    private boolean isReportLogged() {
        String report = expected((int) Descriptors.TYPE.get(lo));
        return report != null && shape.has(report);
    }

    /** The log has ended. */
    void end() {
        if (stopped != null && !isReportLogged()) {
            tally.unjudged("descriptor at which Moat's queue stops, at the end of the log");
        }
    }

    /** The address of a wait replaced by that of the unit's one CPU; other bits stay and are judged. */
    private long toOurStatus(long word) {
        return Descriptors.Wait.ADDR.set(word, unit.unit.map().statusAddress(0) >>> Descriptors.Wait.ADDR.lo());
    }

    /** The event with which QEMU reports this descriptor, or null when there is none. */
    private @Nullable String expected(int type) {
        return switch (type) {
            case Descriptors.CONTEXT_CACHE ->
                switch ((int) Descriptors.ContextCache.GRANULARITY.get(lo)) {
                    case Descriptors.GLOBAL -> "vtd_inv_desc_cc_global";
                    case Descriptors.DOMAIN -> "vtd_inv_desc_cc_domain";
                    default -> "vtd_inv_desc_cc_devices";
                };
            case Descriptors.IOTLB ->
                switch ((int) Descriptors.Iotlb.GRANULARITY.get(lo)) {
                    case Descriptors.GLOBAL -> "vtd_inv_desc_iotlb_global";
                    case Descriptors.DOMAIN -> "vtd_inv_desc_iotlb_domain";
                    default -> "vtd_inv_desc_iotlb_pages";
                };
            case Descriptors.INTERRUPT_ENTRY_CACHE -> "vtd_inv_desc_iec";
            case Descriptors.WAIT -> Descriptors.Wait.SW.isSet(lo) ? "vtd_inv_desc_wait_sw" : null;
            default -> null;
        };
    }

    /** The descriptor before this line must have been reported, unless its event was not recorded at all. */
    private void finish(LogLine entry) {
        String missing = owed;
        if (missing != null && shape.has(missing)) {
            tally.disagree(entry, missing, "missing", "due for the descriptor of line " + line);
        }
        owed = null;
        widened = false;
    }

    /** The event reports the descriptor before it. False when there is none, with a disagreement if the queue is on. */
    private boolean done(LogLine entry, String event) {
        widened = false;
        if (!described && unit.late()) {
            tally.unjudged("report of a descriptor before the log begins");
            return false;
        }
        if (owed == null && !registers.queueOn()) {
            tally.unjudged("invalidation through a register; everything is taken to be dropped");
            unit.forgetAll();
            return false;
        }
        tally.judged(entry);
        if (stopped != null && event.equals(expected((int) Descriptors.TYPE.get(lo)))) {
            settle(true);
            return false;
        }
        boolean due = event.equals(owed) || (owed == null && event.equals("vtd_inv_desc_wait_irq"));
        if (!due) {
            tally.disagree(entry, "event", event, owed == null ? "no descriptor to report" : owed);
        }
        owed = null;
        return due;
    }

    private void contextGlobal(LogLine entry) {
        if (widened) {
            tally.judged(entry);
            widened = false;
            for (int r = 0; r < unit.g.requesters().size(); r++) {
                if (unit.caches.contextEvict(unit.s, r)) {
                    tally.explained("context entry of another domain dropped with a domain's");
                }
            }
        } else {
            done(entry, "vtd_inv_desc_cc_global");
        }
    }

    private void contextDomain(LogLine entry) {
        if (done(entry, "vtd_inv_desc_cc_domain")) {
            tally.compare(entry, "domain", entry.number("domain"), Descriptors.DID.get(lo));
            widened = true;
        }
    }

    private void contextDevices(LogLine entry) {
        if (done(entry, "vtd_inv_desc_cc_devices")) {
            tally.compare(entry, "sid", entry.number("sid"), Descriptors.ContextCache.SID.get(lo));
            tally.compare(entry, "fmask", entry.number("fmask"), Descriptors.ContextCache.FM.get(lo));
        }
    }

    private void translationsOfDomain(LogLine entry) {
        if (done(entry, "vtd_inv_desc_iotlb_domain")) {
            tally.compare(entry, "domain", entry.number("domain"), Descriptors.DID.get(lo));
        }
    }

    private void translationsOfPages(LogLine entry) {
        if (done(entry, "vtd_inv_desc_iotlb_pages")) {
            tally.compare(entry, "domain", entry.number("domain"), Descriptors.DID.get(lo));
            tally.compare(entry, "addr", entry.number("addr"), Descriptors.Iotlb.ADDR.mask() & hi);
            tally.compare(entry, "mask", entry.number("mask"), Descriptors.Iotlb.AM.get(hi));
        }
    }

    private void interruptEntries(LogLine entry) {
        if (done(entry, "vtd_inv_desc_iec")) {
            tally.compare(
                    entry,
                    "granularity",
                    entry.number("granularity"),
                    Descriptors.InterruptEntryCache.GRANULARITY.get(lo));
            tally.compare(entry, "index", entry.number("index"), Descriptors.InterruptEntryCache.IIDX.get(lo));
            tally.compare(entry, "mask", entry.number("mask"), Descriptors.InterruptEntryCache.IM.get(lo));
        }
    }

    private void waitStatus(LogLine entry) {
        if (done(entry, "vtd_inv_desc_wait_sw")) {
            tally.compare(entry, "addr", entry.number("addr"), Descriptors.Wait.ADDR.mask() & hi);
            tally.compare(entry, "data", entry.number("data"), unit.unit.status.get(unit.s, 0));
        }
    }
}
