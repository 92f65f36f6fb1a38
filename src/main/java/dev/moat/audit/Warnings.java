package dev.moat.audit;

import dev.moat.audit.read.TraceReader;
import dev.moat.audit.trace.FrameIndex;
import dev.moat.audit.trace.Monitor;
import dev.moat.audit.trace.Notes;
import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What limits the trust in an audit, each a sentence with its count. */
final class Warnings {
    /** No option raises it: a longer memory would be one that grows with the trace. */
    private static final String FORGOTTEN =
            " (1,048,576, which no option raises), and all were forgotten; a shorter recording, or --device, has fewer";

    private final TraceReader reader;
    private final Monitor monitor;
    private final Notes notes;
    private final List<String> all = new ArrayList<>();

    Warnings(TraceReader reader, Monitor monitor, Notes notes) {
        this.reader = reader;
        this.monitor = monitor;
        this.notes = notes;
    }

    /**
     * All of them; empty for a good trace.
     *
     * @param clocksApart whether CPUs have printed times of clocks of their own
     * @param inOrder whether lines are in the order of time
     * @param invalidations whether the trace shows any
     */
    List<String> all(boolean clocksApart, boolean inOrder, boolean invalidations) {
        lost();
        lines();
        clocks(clocksApart);
        warn(reader.tooLong(), "{line is|lines are} longer than 1 MiB and {was|were} skipped");
        warn(reader.truncated() ? 1 : 0, "line at the end is cut off and was left out");
        order(inOrder);
        ranges();
        if (invalidations) { // of no matter where the rule on frames is withdrawn
            frames(monitor.tables().frames());
        }
        warn(
                monitor.bounces().unknown(),
                "swiotlb_bounced {event has|events have} a text that no known kernel prints, the first is line "
                        + monitor.bounces().firstUnknown() + "; {it is|they are} not judged");
        warn(
                monitor.transfers().overflows(),
                "{time|times} more buffers were mapped than there is room for" + FORGOTTEN);
        warn(notes.overflows(), "{time|times} more ranges were live than there is room for" + FORGOTTEN);
        return List.copyOf(all);
    }

    private void lost() {
        warn(notes.lost(), "{event was|events were} lost; what was under way then is not judged");
        warn(
                notes.lostUncounted(),
                String.format(
                        Locale.ROOT,
                        "of %,d places where events were lost {does|do} not say how many; what was under way then is not judged",
                        notes.lostMarkers()));
        warn(notes.recordings(), "further {recording|recordings} in the same file; each is judged by itself");
    }

    private void lines() {
        warn(
                reader.unreadable(),
                "{line is no event|lines are no events}, the first is line " + reader.firstUnreadable());
        all.addAll(reader.malformed());
        warn(reader.malformedCount() - reader.malformed().size(), "more malformed {line|lines}");
        warn(
                reader.unprinted(),
                "{event was|events were} not printed, only \"[FAILED TO PARSE]\" or \"[LINE TOO BIG]\", and {is|are} not judged");
    }

    private void clocks(boolean apart) {
        warn(
                apart ? 1 : 0,
                (reader.clock().isCoarse() ? "clock in jiffies (" : "clock of each CPU (")
                        + reader.clock().name()
                        + "): lines of several CPUs have no known order, nothing is called held");
        warn(
                reader.clock().isUnknown() ? 1 : 0,
                "clock is declared that is not known: " + reader.clock().name());
    }

    private void order(boolean inOrder) {
        warn(
                notes.backwards(),
                String.format(
                        Locale.ROOT,
                        "{event is|events are} older than the event before {it|them}, by %,d %s at most%s",
                        notes.furthestBack(),
                        notes.seconds() ? "ns" : "ticks",
                        inOrder ? "" : ": lines are not in the order of time, nothing is called held"));
        warn(
                monitor.flushes().backwards(),
                "{window ends before it begins and counts|windows end before they begin and count} as 0");
        warn(notes.mixedClocks() ? 1 : 0, "clock is not enough for this file: seconds and ticks are mixed");
    }

    private void ranges() {
        warn(notes.withoutBegin(), "{call returns that was|calls return that were} not seen to begin");
        warn(notes.neverReturned(), "{call was|calls were} not seen to return");
        warn(
                monitor.tables().misshapen(),
                "{map or unmap has|maps or unmaps have} no possible range and {was|were} left out");
        warn(
                monitor.tables().unmapsOfNobody(),
                "{unmap tells|unmaps tell} no domain (no iommu_unmap before {it|them}); whatever is mapped at {its|their} addresses is not judged");
    }

    private void frames(FrameIndex frames) {
        warn(
                frames.tooLong(),
                "unmapped {range|ranges} over " + FrameIndex.LONGEST + " {is|are} not compared by frame-reuse");
        warn(
                frames.crowded(),
                "unmapped {range|ranges} that nothing has invalidated {was|were} forgotten by frame-reuse, the oldest first: it keeps "
                        + FrameIndex.KEPT);
    }

    private void warn(long count, String says) {
        if (count > 0) {
            all.add(Counted.says(count, says));
        }
    }
}
